"""The benchmark of the release's ways runs as a command, small, pairs its runs by seed, and goes on where it stands."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "benchmarks" / "released.py"
VARIANTS = ("demo", "training.optimiser")


def run(folder, *words):
    command = [sys.executable, SCRIPT, "--folder", folder / "runs", "--cycles", "1", "--variants", *VARIANTS, *words]
    return subprocess.run(command, env=os.environ | {"OMP_NUM_THREADS": "1"}, capture_output=True, text=True)


@pytest.mark.slow
def test_it_pairs_the_accuracy_of_each_variant_by_seed_and_makes_no_run_twice(tmp_path):
    done = run(tmp_path, "--seeds", "3")
    assert done.returncode == 0, done.stderr
    made = tmp_path / "runs" / "demo" / "1-cycles-seed-3" / "cycles" / "001" / "evaluate" / "record.json"
    accuracy = json.loads(made.read_text())["accuracy"]
    written = made.stat().st_mtime_ns
    done = run(tmp_path, "--seeds", "3", "4", "--json", tmp_path / "released.json")
    assert done.returncode == 0, done.stderr
    results = json.loads((tmp_path / "released.json").read_text())
    by_seed = [results["variants"][name]["accuracy_by_seed"] for name in VARIANTS]
    assert by_seed[0]["3"] == accuracy
    assert made.stat().st_mtime_ns == written
    one, other = (by_seed[1][seed] - by_seed[0][seed] for seed in ("3", "4"))
    found = results["differences"]["training.optimiser"]
    assert (found["against"], found["mean"]) == ("demo", pytest.approx((one + other) / 2))
    # Student's t with one degree of freedom: 12.706 standard errors, and that of two values is half their distance.
    assert found["interval"] == pytest.approx(
        [found["mean"] + side * 12.706 * abs(one - other) / 2 for side in (-1, 1)], rel=1e-3
    )
