"""The benchmark of the journal runs as a command, small, and writes what it says."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "benchmarks" / "journal.py"


@pytest.mark.thorough
@pytest.mark.slow
def test_it_answers_and_takes_back_beside_journals_of_every_length(tmp_path):
    words = ["--lines", "30", "3000", "--rounds", "5", "--json", tmp_path / "journal.json"]
    done = subprocess.run(
        [sys.executable, SCRIPT, *words], env=os.environ | {"OMP_NUM_THREADS": "1"}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    results = json.loads((tmp_path / "journal.json").read_text())
    assert results["benchmark"] == "journal"
    assert results["lines"] == [30, 3000]
    assert {n: runs["runs"] for n, runs in results["seconds"]["answer"].items()} == {"30": 5, "3000": 5}
    assert set(results["ratios_longest_to_shortest"]) == {"answer", "undo", "computing answer", "computing undo"}
    assert min(results["ratios_longest_to_shortest"].values()) > 0
