"""The benchmark of cycles on features runs as a command, small, and writes what it says."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "benchmarks" / "frozen_cycle.py"


@pytest.mark.thorough
@pytest.mark.slow
def test_it_times_cycles_of_every_pool_and_their_stages(tmp_path):
    words = ("--sizes", "1000", "2000", "--features", "16", "--rounds", "1", "--json", tmp_path / "frozen.json")
    command = [sys.executable, SCRIPT, "--device", "cpu", "--folder", tmp_path, *words]
    done = subprocess.run(command, env=os.environ | {"OMP_NUM_THREADS": "1"}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    results = json.loads((tmp_path / "frozen.json").read_text())
    small, large = results["pools"]["1000"], results["pools"]["2000"]
    # With one round, the median of the ratios is the ratio of the medians.
    assert results["ratio_largest_to_smallest"] == large["median_s"] / small["median_s"]
    assert sum(small["stages_s"].values()) <= small["median_s"]
    assert small["stages_s"]["look_ahead"] > 0
    assert [path.name for path in tmp_path.iterdir()] == ["frozen.json"]
