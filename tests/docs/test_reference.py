"""What of the reference is written from the package says all of it, and so does the page on the run folder."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import re
import tomllib
from pathlib import Path

import pytest
import typer
from helpers.small_runs import small_session

import lada_explore
from lada_explore.cli.main import app
from lada_explore.config import flatten
from lada_explore.config.presets import PRESETS, configure
from lada_explore.records import RECORD_TYPES
from lada_explore.store.journal_entry import ROW
from lada_explore.store.run_info import RunInfo

ROOT = Path(__file__).resolve().parents[2]
RUN_FOLDER = ROOT / "docs" / "site" / "reference" / "run-folder.md"
INSTALLING = "docs/site/start/installing.md"
WORDS = {"CCC": r"\d{3,}", "STAGE": "[a-z_]+", "METHOD": "[a-z][a-z-]*", "DIGEST": "[0-9a-f]{32}", "K": r"\d+"}
"""What stands for the words in capitals of the names of files."""


@pytest.fixture
def tool(monkeypatch):
    """Imports a module of tools/docs/ by name."""
    monkeypatch.syspath_prepend(str(ROOT / "tools" / "docs"))
    return importlib.import_module


def terms_of(text: str) -> list[str]:
    """The names that a list of definitions explains."""
    return [name for line in re.findall(r"^(`.*)\n: ", text, re.MULTILINE) for name in re.findall(r"`([^`]+)`", line)]


def files_named() -> list[re.Pattern[str]]:
    """The names of files that the page explains."""
    section = RUN_FOLDER.read_text(encoding="utf-8").split("\n## Files\n")[1].split("\n## ")[0]
    names = [name for name in terms_of(section) if not name.endswith("/")]
    in_words = re.compile("|".join(map(r"\b{}\b".format, WORDS)))
    return [re.compile(in_words.sub(lambda found: WORDS[found.group()], re.escape(name))) for name in names]


class TestRunFolder:
    @pytest.mark.parametrize("run", ["demo", "tau/noisy-tops"])
    def test_every_file_of_a_recorded_run_is_explained(self, run):
        assert not_explained(ROOT / "data" / "runs" / run) == []

    def test_every_file_of_a_new_run_is_explained(self, tmp_path):
        session = small_session(tmp_path / "run")
        session.run()
        session.close()
        assert list((tmp_path / "run").rglob("checkpoint.safetensors"))
        assert list((tmp_path / "run").rglob("seal.json"))
        assert not_explained(tmp_path / "run") == []

    def test_a_file_that_is_not_explained_is_found(self, tmp_path):
        (tmp_path / "cycles" / "001").mkdir(parents=True)
        (tmp_path / "cycles" / "001" / "notes.txt").touch()
        assert not_explained(tmp_path) == ["cycles/001/notes.txt"]

    def test_every_field_of_every_record_is_explained(self, tool):
        sections = re.split(r"^### ", tool("record_pages").records_text(), flags=re.MULTILINE)[1:]
        assert [section.split("`")[1] for section in sections] == [stage.value for stage in RECORD_TYPES]
        for section, record in zip(sections, RECORD_TYPES.values(), strict=True):
            assert terms_of(section) == [field.name for field in dataclasses.fields(record)]
            assert re.findall(r"^: $", section, re.MULTILINE) == []

    def test_an_array_has_its_type_its_axes_and_what_it_holds(self, tool):
        text = tool("record_pages").records_text()
        assert "`arrays.npz`, `int64`, (P, 2), ids of images" in text
        assert "`arrays.npz`, `float32`, (M), from 0 to 1" in text
        assert "`arrays.npz`, `float16`, (M, F), may be infinite" in text

    def test_every_field_of_run_json_and_every_column_of_the_journal_is_explained(self, tool):
        pages = tool("record_pages")
        assert terms_of(pages.run_info_text())[: len(dataclasses.fields(RunInfo))] == [
            *(field.name for field in dataclasses.fields(RunInfo))
        ]
        assert set(terms_of(pages.journal_text())) == {*ROW, "chain"}


def not_explained(run: Path) -> list[str]:
    """Files of a run folder that the page does not name."""
    patterns = files_named()
    names = [path.relative_to(run).as_posix() for path in run.rglob("*") if path.is_file()]
    return [name for name in names if not any(pattern.fullmatch(name) for pattern in patterns)]


class TestSettings:
    def test_every_setting_of_a_run_has_its_place_and_none_is_made_up(self, tool):
        text = tool("setting_pages").settings_page()
        named = re.findall(r"^### `(.+)`$", text, re.MULTILINE)
        of_runs = {name for preset in PRESETS for name in flatten(configure(preset).to_dict())}
        assert sorted(named) == sorted(of_runs)

    def test_a_number_stands_with_its_presets_and_its_source(self, tool):
        section = tool("setting_pages").settings_page().split("### `schedule.budget`\n")[1].split("###")[0]
        assert "- `4` in `plane` (ours: two pairs a cycle, so that both can be followed by eye)" in section
        assert "- `100` in `cifar100` (Table 1)" in section
        assert "- `1000` in `cifar10-large` (B.3)" in section

    def test_every_source_of_every_preset_is_told(self, tool):
        pages = tool("setting_pages")
        text = pages.settings_page()
        sources = {source for preset in PRESETS.values() for source in preset.sources.values()}
        assert [source for source in sources if f"({pages.escaped(source)})" not in text] == []


class TestCommands:
    def test_every_command_and_every_option_is_there(self, tool):
        text = tool("command_pages").commands_page()
        commands = typer.main.get_command(app).commands
        assert re.findall(r"^## (\S+)$", text, re.MULTILINE) == list(commands)
        for name, command in commands.items():
            section = text.split(f"\n## {name}\n")[1].split("\n## ")[0]
            shown = [given for given in command.params if not given.hidden]
            forms = [given.opts[0] if given.opts[0].startswith("-") else metavar_of(given) for given in shown]
            assert [form for form in forms if f"`{form}" not in section] == [], name


def metavar_of(argument) -> str:
    return argument.metavar or argument.name.upper()


class TestNames:
    def test_every_public_name_is_documented_in_the_code(self, tool):
        pages = tool("class_pages")
        bare = []
        for module_name in pages.documented_modules():
            module = importlib.import_module(module_name)
            for name in pages.public_names(module):
                value = getattr(module, name)
                if inspect.isclass(value) or inspect.isroutine(value):
                    said = value.__doc__ or ""
                else:
                    said = pages.constant_of(module, name).said
                if len(said.split()) < 2:
                    bare.append(f"{module_name}.{name}")
        assert bare == []

    def test_every_name_has_its_own_place_or_a_link_to_it(self, tool):
        pages = tool("class_pages").write_api()
        assert (
            "## Explorer\n\n```{eval-rst}\n.. autoclass:: lada_explore.Explorer\n"
            in pages["reference/api/lada_explore.md"]
        )
        views = pages["reference/api/lada_explore.views.md"]
        assert "## Explorer\n\nThe same as {py:obj}`lada_explore.Explorer`.\n" in views
        assert ".. autoclass:: lada_explore.views.BetaShape\n" in views
        for name in lada_explore.__all__:
            assert name.startswith("__") or f"## {name}\n" in pages["reference/api/lada_explore.md"]

    def test_what_stands_below_an_assignment_is_read_where_it_is_made(self, tool):
        constant = tool("class_pages").constant_of(importlib.import_module("lada_explore.config"), "HIDDEN_NODES")
        assert constant.said.startswith("Number of nodes of a run without a tolerance")


class TestTexts:
    def test_the_page_on_installing_explains_every_extra_of_those_who_use_the_package(self):
        text, project = ((ROOT / name).read_text(encoding="utf-8") for name in (INSTALLING, "pyproject.toml"))
        rows = re.findall(r"^\| (`.*?) \|", text, re.MULTILINE)
        extras = tomllib.loads(project)["project"]["optional-dependencies"]
        of_developers = {"dev", "docs", "mutants", "peers"}
        assert {name for row in rows for name in re.findall(r"`(\w+)`", row)} == set(extras) - of_developers

    def test_links_to_files_lead_to_pages_or_are_names(self, tool):
        shown = tool("links").for_site
        text = "[docs/FIDELITY.md](docs/FIDELITY.md), [the rules](CONTRIBUTING.md#test), [LICENSE](LICENSE), [x](https://x.y)"
        assert shown(text, "README.md") == (
            "[](/explanation/fidelity.md), [the rules](/explanation/contributing.md), `LICENSE`, [x](https://x.y)"
        )
        assert shown("[all](../benchmarks/README.md)", "docs/FIDELITY.md") == "[all](/explanation/performance.md)"

    def test_words_of_a_docstring_are_no_markup_and_code_stays(self, tool):
        assert tool("docstrings").escaped("tau* of `a_b*` <path>") == r"tau\* of `a_b*` \<path\>"

    def test_attributes_are_read_with_lines_that_go_on_and_two_names_for_one_text(self, tool):
        class Both:
            """Two things.

            Attributes:
                first, second: what they are,
                    in two lines.
                third: another.
            """

        said = {"first": "what they are, in two lines.", "second": "what they are, in two lines.", "third": "another."}
        assert tool("docstrings").attributes_of(Both) == said
