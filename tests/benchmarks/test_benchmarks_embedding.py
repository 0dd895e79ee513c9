"""The benchmark of the map's layouts runs as a command, small, and writes what it says."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "benchmarks" / "embedding.py"


@pytest.mark.thorough
@pytest.mark.slow
def test_it_lays_out_every_cycle_both_ways_and_says_how_far_images_moved(tmp_path):
    words = ["--points", "150", "--new", "15", "--cycles", "3", "--features", "60", "--json", tmp_path / "map.json"]
    done = subprocess.run(
        [sys.executable, SCRIPT, *words], env=os.environ | {"OMP_NUM_THREADS": "1"}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    results = json.loads((tmp_path / "map.json").read_text())
    assert results["benchmark"] == "embedding"
    assert results["sizes"] == {"images": [150] * 3, "shared": [135] * 2, "features": 60, "run": False}
    warm, restarted = results["warm"], results["restarted"]
    assert warm["seconds"]["runs"] == restarted["seconds"]["runs"] == 2
    assert 0 < warm["displacement"] < restarted["displacement"]
    assert 0.8 < warm["trustworthiness"] <= 1
    assert results["speedup"] > 1
