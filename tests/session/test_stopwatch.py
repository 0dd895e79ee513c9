"""The seconds of a stage are those in which it worked: a pause is none of them."""

from __future__ import annotations

import contextlib
import time

from helpers.fakes import FakeSession
from helpers.small_runs import small_config, small_data
from helpers.waiting import until

from lada_explore.session import stopwatch
from lada_explore.session.session import Session
from lada_explore.session.stopwatch import Stopwatch
from lada_explore.session.worker import Worker, WorkerState

PAUSE_S = 1.5


def test_a_stopwatch_stands_still_while_it_is_held_and_forgets_when_it_is_stopped(monkeypatch):
    now = [10.0]
    monkeypatch.setattr(stopwatch.time, "monotonic", lambda: now[0])
    watch = Stopwatch()
    assert watch.seconds == 0
    watch.start()
    now[0] += 2
    assert watch.seconds == 2
    with watch.held():
        now[0] += 100
        assert watch.seconds == 2
    now[0] += 3
    assert watch.seconds == 5
    with contextlib.suppress(KeyError), watch.held():
        now[0] += 100
        raise KeyError
    assert watch.seconds == 5
    watch.stop()
    assert watch.seconds == 0


def test_the_recorded_seconds_of_a_stage_that_was_paused_are_without_the_pause(tmp_path):
    session = Session.create(small_config(cycles=1), tmp_path / "run", data=small_data())
    gates = []

    def gate():
        gates.append(None)
        if len(gates) == 1:
            time.sleep(PAUSE_S)

    session.step()
    session.step()
    session.step(gate)
    session.close()
    assert len(gates) > 1
    began = session.history[0].seconds
    assert list(began) == ["select", "query", "train"]
    assert 0 < began["train"] < PAUSE_S


def test_a_view_is_not_told_the_time_of_a_pause_as_time_of_the_stage():
    session = FakeSession(points=20, delay_s=0.01)
    worker = Worker.of(session)
    worker.run(1)
    until(lambda: session.reached)
    worker.pause()
    until(lambda: worker.status.state is WorkerState.PAUSED, 5)
    before = worker.status.stage_s
    assert before > 0
    time.sleep(0.2)
    assert worker.status.stage_s == before
    worker.stop()
    worker.wait(10)
