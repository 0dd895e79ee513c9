"""The files around the package agree with each other and with this checkout."""

from __future__ import annotations

import ast
import io
import json
import os
import pkgutil
import re
import subprocess
import tokenize
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

import lada_explore

ROOT = Path(__file__).resolve().parent.parent
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_no_two_modules_of_tests_have_one_name():
    # pytest imports a module of tests by its name, and finds the wrong one for the second.
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert sorted({name for name in names if names.count(name) > 1}) == []


EXTRAS: dict[str, list[str]] = PROJECT["project"]["optional-dependencies"]


def ranges(lines: list[str]) -> dict[str, SpecifierSet]:
    """Canonical name to range of "name>=1.0" lines; this project's own name stands for what its extras bring."""
    found: dict[str, SpecifierSet] = {}
    for requirement in map(Requirement, lines):
        if requirement.name == PROJECT["project"]["name"]:
            for extra in requirement.extras:
                found |= ranges(EXTRAS[extra])
        else:
            found[canonicalize_name(requirement.name)] = requirement.specifier
    return found


OF_CONDA = {"torch": "pytorch", "matplotlib": "matplotlib-base"}
"""Names of conda-forge that are others than those of pip."""


def runtime_ranges() -> dict[str, SpecifierSet]:
    return ranges(PROJECT["project"]["dependencies"])


def dev_ranges() -> dict[str, SpecifierSet]:
    return ranges(EXTRAS["dev"])


def extras_below(extra: str) -> set[str]:
    """The extras that an extra brings, and those that these bring."""
    of_own = [one for one in map(Requirement, EXTRAS[extra]) if one.name == PROJECT["project"]["name"]]
    direct = {name for one in of_own for name in one.extras}
    return direct.union(*map(extras_below, direct))


def pinned_lines() -> list[str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if not line.startswith("#")]


def own_files() -> list[Path]:
    """Files that git tracks or would add."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def own_texts() -> dict[str, str]:
    """Relative path to content of each of our files that is text."""
    texts = {}
    for path in own_files():
        content = path.read_bytes()
        if b"\0" not in content:
            texts[str(path.relative_to(ROOT))] = content.decode("utf-8", errors="replace")
    return texts


class TestEnvironments:
    def test_conda_builds_all_that_the_notebooks_need_in_the_ranges_of_pyproject(self) -> None:
        conda = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
        (by_pip,) = [entry["pip"] for entry in conda if isinstance(entry, dict)]
        assert by_pip == ["--editable ."]
        built = ranges([entry for entry in conda if isinstance(entry, str)])
        del built["python"], built["pip"]
        wanted = runtime_ranges() | ranges(EXTRAS["lab"])
        assert built == {OF_CONDA.get(name, name): versions for name, versions in wanted.items()}

    def test_every_extra_is_in_all_but_those_of_developers(self) -> None:
        assert sorted(set(EXTRAS) - {"all"} - {"dev", "docs", "mutants", "peers"}) == sorted(extras_below("all"))

    def test_conda_pyproject_and_mypy_start_from_the_same_python(self) -> None:
        conda = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
        (python,) = [entry for entry in conda if isinstance(entry, str) and entry.startswith("python")]
        assert python == "python" + PROJECT["project"]["requires-python"]
        assert python == "python>=" + PROJECT["tool"]["mypy"]["python_version"]

    def test_constraints_are_a_name_and_a_public_version_a_line(self) -> None:
        odd = [line for line in pinned_lines() if not re.fullmatch(r"[a-z0-9][a-z0-9-]*==[0-9][0-9a-z.]*", line)]
        assert odd == []

    def test_constraints_pin_every_dependency_within_its_range(self) -> None:
        pins = dict(line.split("==") for line in pinned_lines())
        wanted = runtime_ranges() | dev_ranges() | ranges(EXTRAS["mutants"]) | ranges(EXTRAS["peers"])
        assert [name for name in wanted if name not in pins] == []
        assert [f"{name} {pins[name]}" for name in wanted if not wanted[name].contains(pins[name])] == []

    def test_constraints_leave_torch_its_own_cuda(self) -> None:
        assert [line for line in pinned_lines() if re.match(r"nvidia|cuda|triton", line)] == []


class TestCommands:
    def test_the_first_screen_of_the_readme_names_both(self) -> None:
        first_screen = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()[:40]
        for command in ("make lab", "make test"):
            assert any(command in line for line in first_screen), command

    def test_make_help_lists_every_command(self) -> None:
        makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
        (phony,) = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
        listed = subprocess.run(["make", "help"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
        assert re.findall(r"^make ([\w-]+)", listed, re.MULTILINE) == phony.split()
        assert {"lab", "test"} <= set(phony.split())

    def test_make_lab_opens_a_notebook_that_is_there(self) -> None:
        makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
        (notebook,) = re.findall(r"^NOTEBOOK := (.*)$", makefile, re.MULTILINE)
        assert (ROOT / notebook).is_file()

    def test_make_lab_starts_with_the_defaults_that_the_browser_tests_start_with(self) -> None:
        lines = subprocess.run(["make", "-n", "lab"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
        assert f'JUPYTER_CONFIG_PATH="{ROOT}/tools/jupyter$' in lines

    @pytest.mark.parametrize("name", [".ci/run", "tools/apt", "tools/browser", "tools/data", "tools/env"])
    def test_scripts_are_executable(self, name: str) -> None:
        assert os.access(ROOT / name, os.X_OK)

    def test_continuous_integration_runs_exactly_make_test(self) -> None:
        assert (ROOT / ".ci" / "run").read_text(encoding="utf-8").rstrip().endswith("&& exec make test")


class TestPackage:
    def test_is_typed(self) -> None:
        assert (Path(lada_explore.__file__).parent / "py.typed").is_file()

    def test_has_the_version_of_pyproject(self) -> None:
        assert lada_explore.__version__ == PROJECT["project"]["version"]

    def test_is_cited_by_its_version_and_with_the_paper(self) -> None:
        cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
        assert (cited["version"], cited["license"]) == (PROJECT["project"]["version"], PROJECT["project"]["license"])
        (paper,) = cited["references"]
        readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
        assert paper["title"] in readme
        assert ", ".join(one["family-names"] for one in paper["authors"][:3]) in readme

    def test_has_a_licence(self) -> None:
        assert PROJECT["project"]["license"] == "MIT"
        assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("MIT License")


class TestOwnFiles:
    def test_name_no_machine_of_ours_and_no_registry(self) -> None:
        # In pieces, so that this file does not find itself.
        places = ["/" + "work/", "/" + "root/", r"\." + "pyenv", "/" + "home/[a-z]", "/" + "Users/[A-Za-z]"]
        registries = ["pypi" + r"\.org", "python" + r"hosted\.org", "registry" + r"\.npmjs", "deb" + r"\.debian\.org"]
        words = re.compile("|".join(places + registries))
        found = {name: match.group() for name, text in own_texts().items() if (match := words.search(text))}
        assert found == {}

    def test_leave_nothing_to_do_in_the_code(self) -> None:
        words = re.compile(r"\b(TO" + "DO|FIX" + r"ME|X" + r"XX)\b")
        code = {name: text for name, text in own_texts().items() if name.endswith((".py", ".js"))}
        assert [name for name, text in code.items() if words.search(text)] == []

    def test_name_largest_and_smallest_values_max_and_min(self) -> None:
        # In pieces, so that this file does not find itself.
        words = re.compile(r"\b_?(MO" + "ST|LEA" + r"ST)_[A-Z]")
        code = {name: text for name, text in own_texts().items() if name.endswith((".py", ".js", ".md"))}
        assert [name for name, text in code.items() if words.search(text) and name != "CHANGELOG.md"] == []

    def test_notebooks_hold_no_outputs(self) -> None:
        notebooks = sorted((ROOT / "notebooks").glob("*.ipynb"))
        assert notebooks
        for path in notebooks:
            notebook = json.loads(path.read_text(encoding="utf-8"))
            assert "widgets" not in notebook["metadata"], path.name
            for cell in notebook["cells"]:
                assert not cell.get("outputs"), path.name
                assert cell.get("execution_count") is None, path.name


OLD_NAMES = (
    *("Desk", "Offer", "Standing", "settle", "no_more", "absent", "Progressing", "Answered", "Undone", "Curtain"),
    *("Latest", "Either", "Lane", "rival", "hear", "obey", "_heard", "_tell", "_complain", "trained_on", "let_go"),
    *("closer", "MO" + "ST_BYTES", "LEA" + "ST_PX", "desk", "offer", "undone", "curtain", "lane", "lanes", "rivals"),
)
"""Names in code that plainer ones have replaced."""

ALIASES = {
    "desk": {"lada_explore/session/session.py"},
    "offer": {"lada_explore/labelling/service.py"},
    "settle": {"lada_explore/labelling/service.py", "lada_explore/session/old_names.py"},
    "no_more": {"lada_explore/labelling/service.py", "lada_explore/session/old_names.py"},
    "absent": {"lada_explore/labelling/protocol.py"},
    "trained_on": {"lada_explore/pool.py"},
    "let_go": {"lada_explore/datasets/image_set.py"},
    "lanes": {"lada_explore/views/playground/playground.py"},
    "rival": {"lada_explore/views/playground/start.py"},
}
"""Old names that still work for one version, and where each warns; their test is `tests/test_old_names.py`."""

STORED_TEXT = "settle"
"""The only old name that stays, as a text: it is the action ADJUDICATE in the journal of every run folder on disk."""

NAMES_IN_PAGE = re.compile(r"//[^\n]*|/\*.*?\*/|<!--.*?-->|\"([^\"\n]*)\"|([A-Za-z_$][\w$]*)", re.DOTALL)
"""Comments of JavaScript, CSS and HTML, which are passed over; texts; names."""


def names_in_python(source: str) -> tuple[set[str], set[str]]:
    """The names of some code, and its texts that a single token gives whole."""
    tokens = [(token.type, token.string) for token in tokenize.generate_tokens(io.StringIO(source).readline)]
    texts = {ast.literal_eval(text) for kind, text in tokens if kind == tokenize.STRING and text[0] in "\"'"}
    return {text for kind, text in tokens if kind == tokenize.NAME}, texts


def names_of(path: str, content: str) -> tuple[set[str], set[str]]:
    """The names and the texts of the code in a file of ours; of prose, what stands in backquotes."""
    if path.endswith(".py"):
        return names_in_python(content)
    if path.endswith((".js", ".css", ".html")):
        found = NAMES_IN_PAGE.findall(content)
        return {name for _, name in found if name}, {text for text, _ in found if text}
    if path.endswith(".ipynb"):
        cells = json.loads(content)["cells"]
        code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
        return names_in_python(code + "\n")
    if path.endswith(".md") and path != "CHANGELOG.md":
        return set(re.findall(r"`(\w+)(?:\(\))?`", content)), set()
    return set(), set()


def test_old_names_are_left_in_aliases_and_stored_texts_only():
    found = set()
    for path, content in own_texts().items():
        if path in ("tests/test_project.py", "tests/test_old_names.py") or "bundles" in Path(path).parts:
            continue
        names, texts = names_of(path, content)
        # A class is also named in texts for people: "Latest" is the label of a button.
        texts = {text for text in texts if text.islower() and text != STORED_TEXT}
        found |= {(path, old) for old in OLD_NAMES if old in names | texts | {Path(path).stem}}
    assert {(path, old) for path, old in found if path not in ALIASES.get(old, ())} == set()


def test_an_old_name_would_be_found_in_every_kind_of_file():
    assert names_of("a.py", "x = Desk(1)  # Offer\ny = 'no_more'")[0] >= {"Desk"}
    assert names_of("a.py", "x = Desk(1)  # Offer\ny = 'no_more'") == ({"x", "Desk", "y"}, {"no_more"})
    assert names_of("a.js", 'f(Desk, "settle"); // Offer') == ({"f", "Desk"}, {"settle"})
    assert names_of("a.css", "/* Desk */ .lane { color: red; }")[0] == {"lane", "color", "red"}
    assert names_of("a.md", "The `Desk` and `settle()`, a desk.") == ({"Desk", "settle"}, set())
    cell = {"cell_type": "code", "source": ["Desk()\n", "'lane'"]}
    assert names_of("a.ipynb", json.dumps({"cells": [cell]})) == ({"Desk"}, {"lane"})


def test_the_package_has_few_rooms_and_contributing_names_each():
    rooms = [module.name for module in pkgutil.iter_modules(lada_explore.__path__) if module.name != "__main__"]
    assert len(rooms) <= 27
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    table = text[text.index("| room |") : text.index("Where to change")]
    assert set(re.findall(r"`(\w+)/?`", table)) == set(rooms)


def test_every_line_of_the_security_page_names_a_test_that_is_there():
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ") and line != "| | test |"]
    named = [re.findall(r"`(test_\w+)`", row) for row in rows]
    assert len(rows) > 20
    assert [row for row, tests in zip(rows, named, strict=True) if len(tests) != 1 or not row.endswith("` |")] == []
    sources = "\n".join(text for name, text in own_texts().items() if name.startswith("tests/"))
    there = re.findall(r"^ *def (test_\w+)\(", sources, re.MULTILINE)
    assert {name: there.count(name) for (name,) in named if there.count(name) != 1} == {}
