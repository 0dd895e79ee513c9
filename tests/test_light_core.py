"""Without the packages of the extra `lab`, runs and tables work, and the rest says what is missing."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from shutil import copytree

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from lada_explore.errors import EXTRAS, missing_extra

ROOT = Path(__file__).resolve().parent.parent


def without_lab(code, *arguments):
    """The outcome of code in a Python that has none of the packages of `EXTRAS`."""
    head = f"import sys; sys.modules.update(dict.fromkeys({list(EXTRAS)}))"
    process = [sys.executable, "-c", f"{head}\n{code}", *map(str, arguments)]
    return subprocess.run(process, capture_output=True, text=True, timeout=300)


def command(*words):
    """A command of `lada-explore` there."""
    return without_lab("from lada_explore.cli.main import main\nmain()", *words)


def test_each_package_of_the_extra_lab_is_known():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {canonicalize_name(Requirement(line).name) for line in project["optional-dependencies"]["lab"]}
    known = [names for module, names in packages_distributions().items() if module in EXTRAS]
    brought = {canonicalize_name(name) for names in known for name in names}
    assert wanted - brought == set()


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    out = tmp_path_factory.mktemp("core") / "run"
    words = ("run", "--out", out, "--preset", "plane", "--device", "cpu", "--set", "schedule.cycles=1")
    done = command(*words, "--set", "training.epochs=1")
    assert (done.returncode, done.stderr) == (0, "")
    return out


def test_a_run_is_computed_shown_and_exported(run, tmp_path):
    for words in (("show", run), ("export", run, "--out", tmp_path / "tables"), ("presets",), ("datasets",)):
        done = command(*words)
        assert (done.returncode, done.stderr) == (0, ""), words


def test_a_comparison_writes_its_tables_and_says_that_it_draws_no_figure(run, tmp_path):
    other = copytree(run, tmp_path / "other")
    done = command("compare", run, other, "--out", tmp_path / "compared")
    assert done.returncode == 0
    assert "matplotlib is not installed; run pip install 'lada-explore[lab]'" in " ".join(done.stdout.split())
    assert (tmp_path / "compared/accuracy.csv").exists()
    assert not (tmp_path / "compared/difference.svg").exists()


def test_a_command_that_needs_the_lab_says_so_in_a_sentence(run, tmp_path):
    done = command("lesson", run, "--out", tmp_path / "lesson.html")
    assert done.returncode == 2
    assert "needs plotly, which is not installed here; run pip install 'lada-explore[lab]'" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_view_that_is_imported_says_what_it_needs():
    done = without_lab("from lada_explore import Explorer")
    assert "MissingExtraError: Explorer needs " in done.stderr
    assert "pip install 'lada-explore[lab]'" in done.stderr


def test_the_failure_of_another_import_stays_what_it_is():
    assert missing_extra(ModuleNotFoundError("No module named 'nowhere'", name="nowhere"), "this") is None
    assert missing_extra(ImportError("cannot import name 'x' from 'plotly'", name="plotly"), "this") is None
