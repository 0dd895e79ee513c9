"""The benchmark of the release's ways runs as a command, small, pairs its runs by seed, and goes on where it stands."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "benchmarks" / "released.py"
FIDELITY = (ROOT / "docs" / "FIDELITY.md").read_text(encoding="utf-8")
COMMITTED = json.loads((ROOT / "benchmarks" / "results" / "released.json").read_text(encoding="utf-8"))
VARIANTS = ("demo", "training.optimiser_life")


def run(folder, *words):
    command = [sys.executable, SCRIPT, "--folder", folder / "runs", "--cycles", "1", "--variants", *VARIANTS, *words]
    return subprocess.run(command, env=os.environ | {"OMP_NUM_THREADS": "1"}, capture_output=True, text=True)


@pytest.mark.thorough
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
    found = results["differences"]["training.optimiser_life"]
    assert (found["against"], found["mean"]) == ("demo", pytest.approx((one + other) / 2))
    # Student's t with one degree of freedom: 12.706 standard errors, and that of two values is half their distance.
    assert found["interval"] == pytest.approx(
        [found["mean"] + side * 12.706 * abs(one - other) / 2 for side in (-1, 1)], rel=1e-3
    )


def quoted(name):
    """Points and interval of a difference as the page writes them."""
    found = COMMITTED["differences"][name]
    mean, low, high = (f"{100 * value:+.1f}" for value in (found["mean"], *found["interval"]))
    return mean, f"({low} to {high})"


@pytest.mark.parametrize("name", [name for name in COMMITTED["differences"] if name != "fidelity"])
def test_what_the_releases_way_changes_is_quoted_as_measured(name):
    (row,) = [line for line in FIDELITY.splitlines() if line.startswith(f"| `{name}` |") and " points" not in line]
    points = row.split(" | ")[4].replace("**", "")
    assert " ".join(quoted(name)) in points


def test_what_all_of_the_releases_ways_change_is_quoted_as_measured():
    words = " ".join(FIDELITY.split())
    assert f"All together, `fidelity=released`: {' '.join(quoted('fidelity'))}." in words
    assert f"the mean over the first {COMMITTED['sizes']['cycles']} cycles of `demo`" in words
    assert f"over {len(COMMITTED['sizes']['seeds'])} paired seeds" in words
    assert len(COMMITTED["differences"]) == 10  # "Of the ten intervals".
    without_0 = [
        name for name, found in COMMITTED["differences"].items() if found["interval"][0] * found["interval"][1] > 0
    ]
    assert without_0 == ["training.virtual_images"]


@pytest.mark.parametrize("name", list(COMMITTED["differences"]))
def test_the_differences_are_those_of_the_runs(name):
    found = COMMITTED["differences"][name]
    own, other = (COMMITTED["variants"][of]["accuracy_by_seed"] for of in (name, found["against"]))
    assert own.keys() == other.keys()
    assert found["mean"] == pytest.approx(sum(own[seed] - other[seed] for seed in own) / len(own))
