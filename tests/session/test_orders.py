"""What a worker was told and how far it has come, without a thread."""

from __future__ import annotations

import pytest

from lada_explore.records import RunPosition, Stage
from lada_explore.session.orders import CLOSED, Orders
from lada_explore.session.worker import WorkerState

RUNNING, PAUSED, WAITING = WorkerState.RUNNING, WorkerState.PAUSED, WorkerState.WAITING
IDLE, FAILED, FINISHED = WorkerState.IDLE, WorkerState.FAILED, WorkerState.FINISHED


def test_a_command_is_work_and_counted_down_stage_by_stage():
    orders = Orders(IDLE)
    assert not orders.busy
    orders.take(stages=2, asks_a_person=False)
    assert (orders.has_work, orders.busy) == (True, True)
    for left in (1, 0):
        orders.begin_stage()
        orders.count_stage(RunPosition(1, Stage.SCORE))
        orders.end_stage(IDLE, "")
        assert (orders.stages_left, orders.busy) == (left, left > 0)


def test_a_command_up_to_a_cycle_ends_when_that_cycle_is_behind_or_the_run_is_complete():
    orders = Orders(IDLE)
    orders.take(until_cycle=2, asks_a_person=False)
    assert (orders.goes_as_far_as(2), orders.goes_as_far_as(3)) == (True, False)
    orders.count_stage(RunPosition(2, Stage.EVALUATE))
    assert orders.has_work
    orders.count_stage(RunPosition(3, Stage.SUBSAMPLE))
    assert not orders.has_work
    orders.take(until_cycle=2, asks_a_person=False)
    orders.count_stage(RunPosition(2, None))
    assert not orders.has_work


@pytest.mark.parametrize(
    ("state", "person", "then", "message"),
    [
        (FAILED, False, IDLE, ""),
        (FAILED, True, IDLE, ""),
        (WAITING, False, IDLE, ""),  # The oracle may know more by now.
        (WAITING, True, WAITING, "before"),  # A person is waited for still.
        (RUNNING, False, RUNNING, ""),
    ],
)
def test_a_command_asks_again_unless_a_person_is_waited_for(state, person, then, message):
    orders = Orders(state, message="before")
    orders.take(stages=1, asks_a_person=person)
    assert (orders.state, orders.message) == (then, message)


def test_a_complete_run_takes_no_command_and_a_closed_one_says_so():
    orders = Orders(FINISHED)
    orders.take(stages=1, asks_a_person=False)
    assert orders == Orders(FINISHED)
    orders = Orders(IDLE)
    orders.close()
    orders.take(stages=1, asks_a_person=False)
    assert (orders.message, orders.has_work) == (CLOSED, False)


def test_a_pause_holds_what_runs_or_is_about_to_and_nothing_else():
    orders = Orders(IDLE)
    orders.pause()
    assert not orders.pausing
    orders.take(stages=1, asks_a_person=False)
    orders.pause()
    assert (orders.pausing, orders.asked) == (True, "")
    orders.begin_stage()
    assert orders.asked == "pause"
    orders.state = PAUSED
    assert (orders.busy, orders.asked) == (False, "")
    orders.resume()
    assert orders.busy


def test_a_stop_drops_what_is_left_and_is_over_when_the_next_stage_begins():
    orders = Orders(IDLE)
    orders.take(stages=3, asks_a_person=False)
    orders.begin_stage()
    orders.stop()
    assert (orders.stages_left, orders.stopping, orders.asked) == (0, True, "stop")
    orders.end_stage(IDLE, "stopped")
    orders.take(stages=1, asks_a_person=False)
    orders.begin_stage()
    assert (orders.stopping, orders.message) == (False, "")


def test_a_stop_ends_the_waiting_for_answers():
    orders = Orders(WAITING, until_cycle=3)
    orders.stop()
    assert (orders.state, orders.stopping, orders.has_work) == (IDLE, False, False)
