"""The benchmark of a sweep runs as a command, small, and writes what it says."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "benchmarks" / "sweep.py"


@pytest.mark.slow
def test_it_times_the_runs_alone_and_two_at_a_time(tmp_path):
    words = [
        "--seeds",
        "1",
        "--cycles",
        "0",
        "--dataset",
        "digits",
        "--device",
        "cpu",
        "--json",
        tmp_path / "sweep.json",
    ]
    done = subprocess.run([sys.executable, SCRIPT, *words], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    results = json.loads((tmp_path / "sweep.json").read_text())
    assert results["benchmark"] == "sweep"
    assert len(results["single_s"]) == results["single"]["runs"] == 4
    assert results["sum_s"] == pytest.approx(sum(results["single_s"].values()))
    assert results["wall_to_half_the_sum"] == pytest.approx(results["wall_s"] / (results["sum_s"] / 2))
    assert results["settings"]["jobs"] == 2
