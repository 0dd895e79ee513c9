"""The worker thread, on a fake session."""

from __future__ import annotations

import signal
import threading
import time

import numpy as np
import pytest
from helpers.fakes import FakeSession
from helpers.waiting import until

from lada_explore.errors import ConfigError, OracleError
from lada_explore.records import Stage
from lada_explore.session.worker import Worker, WorkerState, WorkerStatus
from lada_explore.views.base.refresh import Refresher

TIMEOUT_S = 20


def at_stage(worker: Worker, cycle: int, stage: Stage):
    """True once a progress point of that stage was reached."""
    return lambda: any(reached[:2] == (cycle, stage) for reached in worker.session.reached)


def test_step_runs_one_stage():
    worker = Worker.of(FakeSession())
    worker.step()
    assert worker.status.state is not WorkerState.FINISHED
    assert worker.wait(TIMEOUT_S) is WorkerState.IDLE
    assert worker.session.history[-1].select is not None
    assert worker.status.stage is Stage.QUERY


def test_run_ends_with_the_cycle_it_was_told_the_one_under_way_counting_first():
    session = FakeSession()
    worker = Worker.of(session)
    worker.run(1)
    worker.wait(TIMEOUT_S)
    assert (session.cycle, session.next_stage) == (1, Stage.SUBSAMPLE)
    worker.step()
    worker.wait(TIMEOUT_S)
    worker.run(2)
    worker.wait(TIMEOUT_S)
    assert (session.cycle, session.next_stage) == (3, Stage.SUBSAMPLE)


def test_run_to_the_end_finishes_and_further_orders_do_nothing():
    worker = Worker.of(FakeSession(cycles=2))
    worker.run()
    assert worker.wait(TIMEOUT_S) is WorkerState.FINISHED
    assert worker.status.stage is None
    worker.step()
    assert worker.wait(TIMEOUT_S) is WorkerState.FINISHED
    assert len(worker.history) == 3


def test_more_cycles_than_are_left_run_to_the_end():
    worker = Worker.of(FakeSession(cycles=1))
    worker.run(99)
    assert worker.wait(TIMEOUT_S) is WorkerState.FINISHED


def test_fewer_than_one_cycle_is_refused():
    with pytest.raises(ConfigError, match="0 cycles were asked for; run at least 1"):
        Worker.of(FakeSession()).run(0)


def test_run_until_a_cycle_runs_it_once_and_does_nothing_when_it_is_there():
    session = FakeSession()
    worker = Worker.of(session)
    for _ in range(2):
        worker.run(until=1)
        worker.wait(TIMEOUT_S)
        assert (session.cycle, session.next_stage) == (2, Stage.SUBSAMPLE)
    worker.run(until=0)
    worker.run(until=2)
    worker.wait(TIMEOUT_S)
    assert session.cycle == 3
    worker.run(until=99)
    assert worker.wait(TIMEOUT_S) is WorkerState.FINISHED


def test_run_until_a_cycle_neither_cuts_short_nor_wakes_a_run_that_goes_further():
    session = FakeSession(points=5, delay_s=0.01)
    worker = Worker.of(session)
    worker.run()
    until(at_stage(worker, 1, Stage.SCORE))
    worker.run(until=0)
    worker.run(until=2)
    worker.pause()
    until(lambda: worker.status.state is WorkerState.PAUSED)
    worker.run(until=1)
    assert worker.status.state is WorkerState.PAUSED
    session.delay_s = 0
    worker.resume()
    assert worker.wait(TIMEOUT_S) is WorkerState.FINISHED


@pytest.mark.parametrize(
    ("order", "sentence"),
    [
        ({"cycles": 1, "until": 3}, "run was told cycles=1 and until=3; give one of them"),
        ({"until": -1}, "a run cannot end with cycle -1; the start is cycle 0, use until=0 for it alone"),
    ],
)
def test_an_order_to_run_that_contradicts_itself_is_refused(order, sentence):
    with pytest.raises(ConfigError, match=sentence):
        Worker.of(FakeSession()).run(**order)


def test_pause_holds_a_running_stage_and_resume_loses_nothing():
    session = FakeSession(points=20, delay_s=0.01)
    worker = Worker.of(session)
    worker.run(1)
    until(lambda: session.reached)
    began = time.monotonic()
    worker.pause()
    until(lambda: worker.status.state is WorkerState.PAUSED, 1)
    assert time.monotonic() - began < 0.5
    reached = len(session.reached)
    time.sleep(0.1)
    assert len(session.reached) == reached
    worker.resume()
    worker.wait(TIMEOUT_S)
    assert session.cycle == 1
    # 4 stages of 20 points: the paused stage went on from where it was.
    assert len(session.reached) == 80


def test_pausing_twice_stays_paused():
    session = FakeSession(points=50, delay_s=0.005)
    worker = Worker.of(session)
    worker.step()
    until(lambda: session.reached)
    worker.pause()
    until(lambda: worker.status.state is WorkerState.PAUSED)
    worker.pause()
    time.sleep(0.05)
    assert worker.status.state is WorkerState.PAUSED
    worker.stop()
    worker.wait(TIMEOUT_S)


def test_a_pause_asked_between_two_stages_holds_the_next_one():
    session = FakeSession(points=2, delay_s=0.002)
    worker = Worker.of(session)
    paused = threading.Event()

    def pause_after_select() -> None:
        if worker.history[-1].select is not None and not paused.is_set():
            paused.set()
            worker.pause()

    worker.on_change(pause_after_select)
    worker.run()
    until(lambda: worker.status.state is WorkerState.PAUSED)
    assert worker.status.stage is Stage.QUERY
    worker.stop()


def test_the_status_says_what_was_asked_until_it_is_done():
    session = FakeSession(points=2, delay_s=0.3)
    worker = Worker.of(session)
    worker.step()
    until(lambda: worker.status.stage_s > 0)
    worker.pause()
    assert (worker.status.state, worker.status.asked) == (WorkerState.RUNNING, "pause")
    until(lambda: worker.status.state is WorkerState.PAUSED)
    assert worker.status.asked == ""
    worker.stop()
    worker.wait(TIMEOUT_S)


@pytest.mark.parametrize("paused_first", [False, True])
def test_stop_commits_nothing_and_the_rerun_is_identical(paused_first):
    session = FakeSession(points=30, delay_s=0.005)
    worker = Worker.of(session)
    worker.run()
    until(at_stage(worker, 0, Stage.TRAIN))
    if paused_first:
        worker.pause()
        until(lambda: worker.status.state is WorkerState.PAUSED)
    worker.stop()
    assert worker.wait(TIMEOUT_S) is WorkerState.IDLE
    assert session.history[0].train is None
    assert "Stopped during Train (cycle 0). Nothing was saved" in worker.status.message
    session.delay_s = 0
    worker.step()
    worker.wait(TIMEOUT_S)
    whole = FakeSession()
    whole.run(1)
    np.testing.assert_array_equal(session.history[0].train.train_loss, whole.history[0].train.train_loss)
    assert worker.status.message == ""


def test_a_failed_stage_is_reported_and_can_be_run_again():
    session = FakeSession(fail_at=(1, Stage.SCORE), failure=ValueError("scores of ids 3, 5 are NaN"))
    worker = Worker.of(session)
    worker.run()
    assert worker.wait(TIMEOUT_S) is WorkerState.FAILED
    assert worker.status.message == "ValueError: scores of ids 3, 5 are NaN"
    assert session.history[1].score is None
    worker.run()
    assert worker.wait(TIMEOUT_S) is WorkerState.FINISHED
    assert worker.status.message == ""


def test_a_query_waits_for_a_person_and_the_run_goes_on_when_it_is_answered():
    session = FakeSession(person=True)
    worker = Worker.of(session)
    worker.run(1)
    assert worker.wait(TIMEOUT_S) is WorkerState.WAITING
    assert worker.status.message == "20 images wait for an answer"
    ids = session.open_query.tolist()
    session.submit(dict.fromkeys(ids[:-1], 3))
    assert worker.status.state is WorkerState.WAITING
    assert worker.status.message == "1 image waits for an answer"
    with pytest.raises(OracleError):
        session.submit({10_000: 0})
    session.submit({ids[-1]: 4})
    worker.wait(TIMEOUT_S)
    assert session.history[0].evaluate is not None
    assert sorted(session.history[0].query.labels.tolist()) == [3] * 19 + [4]


def test_stop_ends_waiting_and_keeps_the_answers():
    session = FakeSession(person=True)
    worker = Worker.of(session)
    worker.run()
    worker.wait(TIMEOUT_S)
    session.submit({int(session.open_query[0]): 0})
    worker.stop()
    assert worker.wait(TIMEOUT_S) is WorkerState.IDLE
    assert len(session.open_query) == 19


def test_one_session_has_one_worker():
    session, other = FakeSession(), FakeSession()
    assert Worker.of(session) is Worker.of(session)
    assert Worker.of(session) is not Worker.of(other)


def test_nobody_sees_it_idle_between_two_stages_of_a_run():
    session = FakeSession()
    worker = Worker.of(session)
    seen: list[WorkerStatus] = []
    worker.on_change(lambda: seen.append(worker.status))
    worker.run(1)
    worker.wait(TIMEOUT_S)
    until(lambda: worker.status.state is WorkerState.IDLE and seen[-1].state is WorkerState.IDLE)
    states = [status.state for status in seen]
    assert states.index(WorkerState.IDLE) >= len(states) - 2


def test_callbacks_end_when_told_and_one_that_raises_does_not_stop_the_run(caplog):
    worker = Worker.of(FakeSession())
    heard: list[int] = []
    forget = worker.on_change(lambda: heard.append(1))
    worker.on_change(lambda: 1 / 0)
    worker.run(1)
    worker.wait(TIMEOUT_S)
    assert heard
    assert "ZeroDivisionError" in caplog.text
    time.sleep(0.05)
    forget()
    forget()
    heard.clear()
    worker.step()
    worker.wait(TIMEOUT_S)
    assert not heard


def test_progress_is_in_the_status_while_a_stage_runs_and_gone_afterwards():
    session = FakeSession(points=5, delay_s=0.02)
    worker = Worker.of(session)
    worker.step()
    until(lambda: worker.status.progress is not None)
    status = worker.status
    assert (status.progress.total, status.progress.unit) == (5, "batches")
    assert status.stage_s > 0
    worker.wait(TIMEOUT_S)
    assert worker.status.progress is None
    assert worker.status.stage_s == 0


# Waiting for the views ------------------------------------------------------------------------------------------------


def test_waiting_for_a_run_waits_for_the_views_that_follow_it():
    worker = Worker(FakeSession(cycles=2))
    drawn = []

    def redraw():
        time.sleep(0.3)
        drawn.append(worker.status.state)

    refresher = Refresher(worker.on_change, redraw, drawn.append, interval_s=0.05)
    worker.run()
    assert worker.wait(20) is WorkerState.FINISHED
    assert drawn[-1] is WorkerState.FINISHED
    refresher.close()


@pytest.fixture
def _interruptible():
    """A shell starts what runs in its background with SIGINT ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_interruptible")
def test_interrupting_a_wait_says_that_the_run_goes_on():
    worker = Worker(FakeSession(cycles=2, delay_s=0.02))
    worker.run()
    threading.Timer(0.2, signal.pthread_kill, [threading.get_ident(), signal.SIGINT]).start()
    with pytest.raises(KeyboardInterrupt, match=r"the run goes on; to stop it call `stop\(\)` of its worker"):
        worker.wait(TIMEOUT_S)
    assert worker.status.state is WorkerState.RUNNING
    assert worker.wait(TIMEOUT_S) is WorkerState.FINISHED


def test_an_order_after_the_close_changes_nothing_and_is_not_waited_for():
    worker = Worker(FakeSession(cycles=1))
    worker.close()
    for order in (worker.step, worker.run):
        order()
        assert worker.status.state is WorkerState.IDLE
        began = time.monotonic()
        assert worker.wait(3) is WorkerState.IDLE
        assert time.monotonic() - began < 2


@pytest.mark.slow
def test_waiting_does_not_outlast_its_time_for_a_view_that_never_ends():
    worker = Worker(FakeSession(cycles=1))
    held = threading.Event()
    refresher = Refresher(worker.on_change, lambda: held.wait(20), lambda said: None)
    worker.run()
    began = time.monotonic()
    assert worker.wait(3) is WorkerState.FINISHED
    assert 2.5 < time.monotonic() - began < 6
    held.set()
    refresher.close()


def test_a_view_and_a_listener_may_wait_for_the_run_themselves():
    worker = Worker(FakeSession(cycles=1))
    states = []
    refresher = Refresher(worker.on_change, lambda: states.append(worker.wait()), states.append)
    forget = worker.on_change(lambda: states.append(worker.wait()))
    worker.run()
    assert worker.wait(15) is WorkerState.FINISHED
    assert WorkerState.FINISHED in states
    forget()
    refresher.close()


def test_a_listener_hears_of_an_order_while_others_may_use_the_worker():
    worker = Worker(FakeSession(cycles=1))
    alive = []

    def listen() -> None:
        other = threading.Thread(target=worker.pause, daemon=True)
        forget()
        other.start()
        other.join(10)
        alive.append(other.is_alive())

    forget = worker.on_change(listen)
    worker.run()
    assert alive == [False]
    worker.resume()
    assert worker.wait(15) is WorkerState.FINISHED


def test_a_view_that_is_closed_is_not_waited_for():
    worker = Worker(FakeSession(cycles=1))
    refresher = Refresher(worker.on_change, lambda: None, lambda said: None, interval_s=60)
    refresher.draw_now()
    worker.run()
    assert worker.wait(0.5) in (WorkerState.FINISHED, WorkerState.RUNNING, WorkerState.IDLE)
    refresher.close()
    began = time.monotonic()
    assert worker.wait(30) is WorkerState.FINISHED
    assert time.monotonic() - began < 5


def test_the_state_that_a_wait_returns_reads_as_words_in_a_cell():
    assert [repr(state).startswith(state) for state in WorkerState] == [True] * 6
    assert repr(WorkerState.IDLE) == "idle: nothing runs; step() or run() goes on"
