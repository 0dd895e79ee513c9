"""A callback of a worker, or a listener of its session, may give it a command or close it."""

from __future__ import annotations

import logging

import pytest
from helpers.fakes import FakeSession
from helpers.small_runs import small_session

from lada_explore.session.worker import Worker, WorkerState

TIMEOUT_S = 20


@pytest.mark.parametrize("command", [Worker.step, Worker.run, Worker.pause, Worker.resume, Worker.stop, Worker.end])
def test_a_callback_that_gives_a_command_is_called_by_it_once_and_not_for_ever(command, caplog):
    worker = Worker.of(FakeSession(cycles=0))
    calls = []

    def give():
        calls.append(worker.status.state)
        if len(calls) < 200:
            command(worker)

    worker.on_change(give)
    with caplog.at_level(logging.ERROR):
        worker.step()
        worker.resume()
        worker.wait(TIMEOUT_S)
        worker.close()
    assert caplog.records == []
    assert 0 < len(calls) < 100


@pytest.mark.parametrize("subscribe", ["callback", "listener"])
def test_a_session_that_is_closed_by_its_own_news_is_closed_once(tmp_path, caplog, subscribe):
    session = small_session(tmp_path / "run", cycles=0)
    worker = session.worker
    if subscribe == "callback":
        worker.on_change(session.close)
    else:
        session.subscribe(lambda event: session.close())
    with caplog.at_level(logging.ERROR):
        worker.run()
        assert worker.wait(TIMEOUT_S) in (WorkerState.IDLE, WorkerState.FAILED)
        worker._thread.join(TIMEOUT_S)
    assert caplog.records == []
    assert (session.closed, worker.closed, worker._thread.is_alive()) == (True, True, False)
