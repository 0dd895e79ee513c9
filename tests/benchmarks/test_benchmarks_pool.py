"""The benchmark of the pool's size runs as a command, small, and writes what it says."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "benchmarks" / "pool.py"


def run(folder, *words):
    command = [sys.executable, SCRIPT, "--device", "cpu", "--folder", folder, *words]
    return subprocess.run(command, env=os.environ | {"OMP_NUM_THREADS": "1"}, capture_output=True, text=True)


@pytest.mark.thorough
@pytest.mark.slow
def test_it_times_cycles_of_every_size_and_weighs_a_process_of_each(tmp_path):
    done = run(tmp_path, "--sizes", "1000", "3000", "--rounds", "1", "--json", tmp_path / "pool.json")
    assert done.returncode == 0, done.stderr
    results = json.loads((tmp_path / "pool.json").read_text())
    assert results["benchmark"] == "pool"
    small, large = results["pools"]["1000"], results["pools"]["3000"]
    # With one round, the median of the ratios is the ratio of the medians.
    assert results["ratio_largest_to_smallest"] == large["median_s"] / small["median_s"]
    assert results["resident_ratio_largest_to_smallest"] == large["resident_mib"] / small["resident_mib"]
    assert small["runs"] == 1
    assert small["first_opening_s"] > small["opening_s"] > 0
    assert [path.name for path in tmp_path.iterdir()] == ["pool.json"]


@pytest.mark.slow
def test_pools_that_do_not_fit_on_the_disk_are_refused_before_anything_is_written(tmp_path):
    done = run(tmp_path, "--sizes", "1000", "1000000000000")
    assert done.returncode == 1
    assert "the pools take 792000.0 GB but" in done.stderr
    assert "the sizes 1000 fit, or name a larger disk with --folder" in done.stderr
    assert done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
