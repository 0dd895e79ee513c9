"""A script that ends while its threads still work: they give up, and the process ends with its own exit code."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from lada_explore.analysis.embedding import first_layout
from lada_explore.background import threads
from lada_explore.errors import StageStopped

SAY_LAST = """
import atexit
atexit.register(lambda: print("left with", [str(thread.is_alive()) for thread in threads]))
"""
"""Registered before the package is loaded, and so called after whatever it registers itself."""

TRAINING = """
import sys
from pathlib import Path
from helpers.small_runs import small_session
from lada_explore.session.worker import Worker
threads, begun = [], []
for name in "abc":
    session = small_session(Path(sys.argv[1], name), training__epochs=100_000)
    worker = Worker.of(session)
    threads.append(worker._thread)
    session.subscribe(lambda event, name=name: begun.append(name) if type(event).__name__ == "Progress" else None)
    worker.run()
while len(set(begun)) < 3:
    pass
"""

DRAWING = """
import threading, torch
from lada_explore.views.base.latest_only import LatestOnlyExecutor
threads, begun = [], threading.Event()
def job(still_wanted):
    threads.append(threading.current_thread())
    while still_wanted():
        torch.ones(400, 400) @ torch.ones(400, 400)
        begun.set()
    print("given up")
LatestOnlyExecutor(print).want("map", job)
begun.wait()
"""


def ended(program, *words):
    return subprocess.run(
        [sys.executable, "-c", SAY_LAST + program + "raise SystemExit(3)", *map(str, words)],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=Path(__file__).parents[1],
    )


@pytest.mark.slow
def test_a_script_that_ends_during_a_training_stops_it_and_ends_with_its_own_code(tmp_path):
    done = ended(TRAINING, tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (3, "left with ['False', 'False', 'False']\n", "")


@pytest.mark.slow
def test_a_script_that_ends_while_a_view_works_lets_it_give_up():
    done = ended(DRAWING)
    assert (done.returncode, done.stdout, done.stderr) == (3, "given up\nleft with ['False']\n", "")


def test_a_layout_stops_between_two_iterations(monkeypatch):
    features = np.random.default_rng(0).normal(size=(40, 8)).astype(np.float32)
    monkeypatch.setattr(threads._EXITING, "is_set", lambda: True)
    with pytest.raises(StageStopped, match="the layout was not finished, because the program is exiting"):
        first_layout(0, np.arange(40), features)


def test_a_thread_that_is_done_is_not_kept():
    thread = threads.start(lambda: None, "short")
    thread.join()
    assert thread not in threads._RUNNING
