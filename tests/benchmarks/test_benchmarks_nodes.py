"""The error of the look-ahead value by the number of nodes: its command, and FIDELITY's table of it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "benchmarks" / "nodes.py"
FIDELITY = (ROOT / "docs" / "FIDELITY.md").read_text(encoding="utf-8")
COMMITTED, CHOSEN = (
    json.loads((ROOT / "benchmarks" / "results" / f"{name}.json").read_text(encoding="utf-8"))
    for name in ("nodes", "nodes-chosen")
)


@pytest.mark.parametrize("method", list(COMMITTED["methods"]))
def test_the_table_is_that_of_the_measurement(method):
    found = COMMITTED["methods"][method]
    errors = " | ".join(f"{found['rms_error_by_nodes'][n]:.4f}" for n in ("5", "8", "11"))
    spread = f"{found['mean']:.3f} ({found['deviation']:.3f})"
    assert f"| `{method}` | {found['unit']} | {spread} | {errors} |" in FIDELITY
    assert (
        f"{COMMITTED['sizes']['pairs']} pairs of `fashion-mini`, demo classifier after {COMMITTED['sizes']['labels']}"
        in (" ".join(FIDELITY.split()))
    )


@pytest.mark.parametrize("method", list(CHOSEN["methods"]))
def test_the_chosen_numbers_of_nodes_are_those_of_the_measurement(method):
    found, fixed = CHOSEN["methods"][method], COMMITTED["methods"][method]
    chosen = found["chosen"]
    assert found["mean"] == pytest.approx(fixed["mean"], rel=1e-3)  # The same pairs of the same classifier.
    errors = " | ".join([f"{chosen[name]:.4f}" for name in ("rms_error", "estimated_error")])
    row = f"| `{method}` | {chosen['n_nodes']} | {chosen['evaluations']:.1f} | {errors} | {chosen['worst_pair']:.3f} |"
    assert row in FIDELITY


@pytest.mark.thorough
@pytest.mark.slow
def test_more_nodes_come_closer(tmp_path):
    words = ["--methods", "lada-entmix", "--nodes", "3", "33", "--set", "schedule.subset_size=40", "training.epochs=4"]
    done = subprocess.run(
        [sys.executable, SCRIPT, "--device", "cpu", "--json", tmp_path / "nodes.json", *words],
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "nodes.json").read_text())["methods"]["lada-entmix"]
    errors = found["rms_error_by_nodes"]
    assert found["unit"] == "bits"
    assert 0 < errors["33"] < errors["3"] / 10
