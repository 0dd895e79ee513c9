"""The time slider without a browser: messages in, state and selection out."""

from __future__ import annotations

import time

import pytest
from helpers.fakes import FakeSession
from helpers.waiting import until

from lada_explore.errors import ConfigError
from lada_explore.views import Selection, TimeSlider
from lada_explore.views.time_slider.time_slider import slider_state


def slide(slider: TimeSlider, cycle) -> None:
    """What the page sends when the slider is moved."""
    slider._handle_custom_msg({"type": "show", "cycle": cycle}, [])


def test_each_cycle_has_a_sentence_with_its_labels_and_accuracy():
    session = FakeSession()
    session.run(2)
    session.step()
    state = slider_state(session.history, None)
    assert state["cycles"] == [
        "The start · 20 labels · 55.0 % right",
        "Cycle 1 · 26 labels · 64.0 % right",
        "Cycle 2 · 26 labels · under way",
    ]
    assert (state["cycle"], state["latest"], state["message"]) == (2, True, "")


def test_without_a_test_set_the_accuracy_is_left_out():
    session = FakeSession(tested=False)
    assert slider_state(session.run(1), None)["cycles"] == ["The start · 20 labels"]


def test_a_run_of_one_cycle_says_that_there_is_nothing_to_slide_over_yet():
    state = slider_state(FakeSession().history, None)
    assert state["message"].startswith("One cycle so far")
    assert state["cycles"] == ["The start · 0 labels · under way"]


def test_moving_it_shows_that_cycle_everywhere_and_latest_follows_the_run_again():
    session, selection = FakeSession(), Selection()
    session.run(3)
    slider = TimeSlider(session, selection)
    slide(slider, 1)
    assert selection.selected.cycle == 1
    until(lambda: (slider.state["cycle"], slider.state["latest"]) == (1, False))
    slide(slider, None)
    assert selection.selected.cycle is None
    until(lambda: (slider.state["cycle"], slider.state["latest"]) == (2, True))
    session.run(1)
    until(lambda: slider.state["cycle"] == 3)


def test_a_cycle_that_is_not_there_becomes_the_nearest_and_nonsense_is_ignored():
    session, selection = FakeSession(), Selection()
    session.run(3)
    slider = TimeSlider(session, selection)
    slide(slider, 40)
    assert selection.selected.cycle == 2
    slide(slider, -1)
    assert selection.selected.cycle == 0
    slide(slider, "1")
    slider._handle_custom_msg({"type": "other", "cycle": 1}, [])
    assert selection.selected.cycle == 0


def test_it_follows_a_selection_that_another_view_changed_and_stays_quiet_about_the_rest():
    session, selection = FakeSession(), Selection()
    session.run(3)
    slider = TimeSlider(session, selection)
    revision = slider.state["revision"]
    selection.mark([3])
    time.sleep(0.3)
    assert slider.state["revision"] == revision
    selection.show_cycle(0)
    until(lambda: slider.state["cycle"] == 0)
    assert slider.state["revision"] == revision + 1


def test_a_closed_slider_no_longer_follows():
    session, selection = FakeSession(), Selection()
    session.run(3)
    slider = TimeSlider(session, selection)
    slider.close()
    shown = slider.state
    selection.show_cycle(0)
    time.sleep(0.3)
    assert slider.state == shown


def test_something_that_is_no_run_is_refused():
    with pytest.raises(ConfigError, match="a str is no run"):
        TimeSlider("runs/demo")
