"""The refresher: few redraws, never a missed last one."""

from __future__ import annotations

import gc
import threading
import time

import pytest
from helpers.waiting import until

from lada_explore.events import REDRAWS
from lada_explore.views.base.refresh import Refresher


class Source:
    def __init__(self) -> None:
        self.callbacks = []

    def on_change(self, callback):
        self.callbacks.append(callback)
        return lambda: self.callbacks.remove(callback)


def timers() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)}


@pytest.fixture
def drawn_out():
    """Waits until every redraw that was noted has ended or was dropped, and no timer of this test waits any more."""
    before = timers()

    def wait() -> None:
        began = time.monotonic()
        REDRAWS.wait(20)
        until(lambda: not timers() - before, 15)
        assert time.monotonic() - began < 15

    return wait


def test_a_flood_is_drawn_a_few_times_and_the_last_value_always(drawn_out):
    source, drawn, noted = Source(), [], []
    refresher = Refresher(source.on_change, lambda: drawn.append(len(noted)), drawn.append, interval_s=0.05)
    began = time.monotonic()
    for change in range(3000):
        noted.append(change)
        refresher.note()
    until(lambda: drawn and drawn[-1] == 3000)
    drawn_out()
    assert drawn[-1] == 3000
    assert len(drawn) <= (time.monotonic() - began) / 0.05 + 1


def test_a_change_during_a_redraw_gets_another_one(drawn_out):
    source, drawn, started, go_on = Source(), [], threading.Event(), threading.Event()
    state = {"value": 1}

    def redraw() -> None:
        seen = state["value"]
        started.set()
        go_on.wait(5)
        drawn.append(seen)

    refresher = Refresher(source.on_change, redraw, drawn.append, interval_s=0.01)
    refresher.note()
    assert started.wait(5)
    state["value"] = 2
    refresher.note()
    go_on.set()
    until(lambda: len(drawn) == 2)
    drawn_out()
    assert drawn == [1, 2]


def test_an_exception_is_reported_as_a_sentence_and_the_next_redraw_still_comes(drawn_out):
    source, reported, drawn = Source(), [], []

    def redraw() -> None:
        if not reported:
            raise ValueError("no such colour")
        drawn.append(1)

    refresher = Refresher(source.on_change, redraw, reported.append, interval_s=0.01)
    refresher.draw_now()
    assert reported == ["This view could not be drawn. ValueError: no such colour"]
    refresher.note()
    until(lambda: drawn)
    drawn_out()
    assert drawn == [1]


def test_closing_unsubscribes_and_drops_a_pending_redraw(drawn_out):
    source, drawn = Source(), []
    refresher = Refresher(source.on_change, lambda: drawn.append(1), drawn.append, interval_s=30)
    refresher.draw_now()
    refresher.note()
    refresher.close()
    refresher.close()
    assert source.callbacks == []
    drawn_out()
    refresher.note()
    refresher.draw_now()
    drawn_out()
    assert drawn == [1]


def test_while_it_is_held_changes_are_drawn_once_and_only_when_it_is_released(drawn_out):
    source, drawn = Source(), []
    refresher = Refresher(source.on_change, lambda: drawn.append(1), drawn.append, interval_s=0.01)
    refresher.hold()
    for _ in range(3):
        refresher.note()
    drawn_out()
    assert drawn == []
    refresher.release()
    until(lambda: drawn)
    drawn_out()
    assert drawn == [1]
    refresher.hold()
    refresher.release()
    drawn_out()
    assert drawn == [1]


def test_what_was_noted_before_it_is_held_is_drawn_when_it_is_released_and_nobody_waits_for_it(drawn_out):
    source, drawn = Source(), []
    refresher = Refresher(source.on_change, lambda: drawn.append(1), drawn.append, interval_s=1)
    refresher.draw_now()
    refresher.note()
    refresher.hold()
    drawn_out()
    assert drawn == [1]
    refresher.release()
    REDRAWS.wait(20)
    assert drawn == [1, 1]


def test_what_a_command_draws_while_it_is_held_is_not_drawn_again(drawn_out):
    source, drawn = Source(), []
    refresher = Refresher(source.on_change, lambda: drawn.append(1), drawn.append, interval_s=0.01)
    refresher.hold()
    refresher.note()
    refresher.draw_now()
    refresher.release()
    drawn_out()
    assert drawn == [1]


def test_one_that_nobody_holds_ends_its_subscription_and_the_redraw_that_was_to_come():
    source, drawn = Source(), []
    refresher = Refresher(source.on_change, lambda: drawn.append(1), print, interval_s=30)
    refresher.draw_now()
    refresher.note()
    del refresher
    gc.collect()
    assert source.callbacks == []
    began = time.monotonic()
    REDRAWS.wait(20)
    assert time.monotonic() - began < 15
    assert drawn == [1]


def test_one_that_nobody_holds_ends_its_subscription():
    source = Source()
    refresher = Refresher(source.on_change, lambda: None, print)
    assert len(source.callbacks) == 1
    del refresher
    gc.collect()
    assert source.callbacks == []
