"""SIGKILL at any moment: what was acknowledged is there, whole, and whoever goes on leaves no litter of the dead."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest
from faults.operations import OPERATIONS
from faults.scripts import said_by
from helpers.fuzz import ROUNDS, drawing
from helpers.small_runs import all_bytes, record_bytes

pytestmark = pytest.mark.slow

KILLED = list(OPERATIONS)
MIN_STEPS = {"create": 12, "train of 1": 16, "folders": 36, "folders anew": 26, "an import": 8}
SWEEP = [sys.executable, "-c", "from lada_explore.cli.main import main; main()", "sweep", "--methods", "random"]
SETTINGS = ["classifier.width=4", "classifier.blocks=1,1", "schedule.subset_size=20", "schedule.budget=4"]
SETTINGS += ["look_ahead.precision=float32", "training.epochs=1"]
"""Each process would find out by itself what its processor gains from bfloat16."""


@pytest.fixture(scope="module")
def told(templates, quick_folder):
    """By operation: its number of steps, and what was wrong."""
    return said_by("kill_steps.py", templates, quick_folder, *KILLED)


@pytest.mark.parametrize("name", KILLED)
def test_what_is_killed_before_any_step_is_whole_or_not_there_and_goes_on_without_litter(told, name):
    steps, wrong = told[name]
    assert wrong == []
    assert steps >= MIN_STEPS.get(name, 5)


@pytest.mark.thorough
def test_a_sweep_that_is_killed_at_random_moments_ends_with_the_same_runs_and_tables(tmp_path):
    words = [part for setting in SETTINGS for part in ("--set", setting)]
    sweep = [*SWEEP, "max-entropy", "--dataset", "digits", "--seeds", "1", "--cycles", "1", "--device", "cpu", *words]
    began = time.monotonic()
    subprocess.run([*sweep, "--out", str(tmp_path / "whole")], check=True, capture_output=True, timeout=300)
    took_s, draw = time.monotonic() - began, drawing("sweep")
    for _ in range(ROUNDS):
        child = subprocess.Popen(
            [*sweep, "--out", str(tmp_path / "killed")], stdout=subprocess.DEVNULL, start_new_session=True
        )
        time.sleep(draw.uniform(0.4, 0.9) * took_s)
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
    subprocess.run([*sweep, "--out", str(tmp_path / "killed")], check=True, capture_output=True, timeout=300)
    for method in ("random", "max-entropy"):
        run = f"{method}/seed-0"
        assert record_bytes(tmp_path / "killed" / run) == record_bytes(tmp_path / "whole" / run)
    tables = [{name: all_bytes(tmp_path / out)[name] for name in ("accuracy.csv", "accuracy.md")} for out in OUTS]
    assert tables[0] == tables[1]
    names = [sorted(str(path.relative_to(tmp_path / out)) for path in (tmp_path / out).rglob("*")) for out in OUTS]
    assert names[0] == names[1]


OUTS = ("whole", "killed")
