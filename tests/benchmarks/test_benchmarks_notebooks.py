"""The benchmark of the notebooks runs one, small, and what was recorded of all of them is within its limit."""

import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RECORDED = json.loads((ROOT / "benchmarks" / "results" / "notebooks.json").read_text(encoding="utf-8"))


def test_every_notebook_was_run_and_is_within_the_limit():
    assert set(RECORDED["seconds"]) == {place.stem for place in (ROOT / "notebooks").glob("*.ipynb")}
    assert RECORDED["slowest_s"] == max(RECORDED["seconds"].values()) < RECORDED["limit_s"] == 60


@pytest.mark.slow
def test_one_notebook_is_run_from_top_to_bottom(tmp_path):
    command = [sys.executable, ROOT / "benchmarks" / "notebooks.py", "--json", tmp_path / "notebooks.json", "--only"]
    done = subprocess.run([*command, "02_explore_a_run"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    results = json.loads((tmp_path / "notebooks.json").read_text())
    assert (results["benchmark"], list(results["seconds"])) == ("notebooks", ["02_explore_a_run"])
    sys.path.insert(0, str(ROOT / "benchmarks"))
    table = importlib.import_module("show_views").notebooks([results])
    assert f"| `02_explore_a_run` | **{results['slowest_s']:.0f}** |" in table
    refused = subprocess.run([*command, "10_none"], capture_output=True, text=True)
    assert refused.returncode == 1
    assert "no notebook is called 10_none; choose from 01_step_an_acquisition, " in refused.stderr
