"""What would have been asked by another rule, in words and differences."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers.pair_records import pair_cycle
from helpers.pair_views import NAMES, recorded, run, say
from helpers.waiting import until

from lada_explore.analysis import Rule
from lada_explore.records import DRAW_UNIT
from lada_explore.views import WhatIf
from lada_explore.views.what_if.what_if import MAX_SWAPPED, what_if_view_state


def test_what_if_says_the_overlap_the_swapped_images_and_the_differences():
    state = what_if_view_state([pair_cycle()], NAMES, None, Rule(kind="singles"), 1.0)
    assert state["headline"] == "3 of 4 images are the same; 1 would be swapped."
    assert (state["kept"], state["total"]) == (3, 4)
    assert [image["id"] for image in state["leaving"]["images"]] == [20]
    assert [(image["id"], image["guess"]) for image in state["entering"]["images"]] == [(10, "<i>dog</i>")]
    assert state["entering"]["images"][0]["url"].startswith("data:image/png")
    own, expected = state["numbers"]
    assert own == ["own score of the images", "1.70", "1.71", "+0.01 bits"]
    assert expected == ["V(τ) of the pairs", "1.15", "none", ""]


def test_a_lower_expectation_has_a_true_minus_sign():
    state = what_if_view_state([pair_cycle()], NAMES, None, Rule(kind="fixed", tau=2.0), 1.0)
    assert state["headline"] == "All 4 images are the same."
    # (1.24375 + 0.78125) / 2 = 1.0125 against 1.15.
    before, after, difference = state["numbers"][1][1:]
    assert (float(before), float(after)) == pytest.approx((1.15, 1.0125), abs=6e-3)
    assert difference.startswith("\N{MINUS SIGN}0.14")
    assert difference.endswith(" bits")


def test_a_difference_below_a_hundredth_is_not_printed():
    state = what_if_view_state([pair_cycle()], NAMES, None, Rule(kind="fixed", tau=1.02), 1.0)
    assert state["numbers"][0][1:] == ["1.70", "1.70", "less than 0.01 bits"]
    assert state["numbers"][1][3] == "less than 0.01 bits"


def test_it_starts_with_a_rule_that_chooses_otherwise():
    def started(**ahead):
        return what_if_view_state([pair_cycle(**ahead)], NAMES, None, None, 1.0)

    same = [what_if_view_state([pair_cycle()], NAMES, None, Rule(kind=kind), 1.0) for kind in ("fixed", "best", "own")]
    assert [state["kept"] for state in same] == [4, 4, 4]
    for ahead in ({}, {"tau": np.full(4, 2.0, np.float32)}, {"use": "recorded"}):
        state = started(**ahead)
        assert (state["rule"]["kind"], state["kept"]) == ("singles", 3)
    assert started(unit=DRAW_UNIT)["rule"]["kind"] == "random"


def test_a_click_on_an_image_marks_it_and_marks_are_told_without_drawing_anew():
    view = WhatIf(recorded(pair_cycle()))
    revision = view.state["revision"]
    say(view, type="image", id=10)
    assert view.selection.selected.ids == (10,)
    until(lambda: view.marked == [10])
    view.selection.mark([20, 21])
    until(lambda: view.marked == [20, 21])
    assert view.state["revision"] == revision
    view.close()


def test_the_rule_it_starts_with_stays_from_cycle_to_cycle():
    shown = run(4)
    kinds = {cycle: what_if_view_state(shown.history, NAMES, cycle, None, 1.0)["rule"]["kind"] for cycle in (1, 2, 3)}
    view = WhatIf(shown)
    assert view.state["kept"] < view.state["total"]
    for cycle in (2, 1):
        view.selection.show_cycle(cycle)
        until(lambda cycle=cycle: view.state["title"].startswith(f"Cycle {cycle}:"))
        assert view.state["rule"]["kind"] == kinds[3]


def test_where_no_rule_chooses_otherwise_that_is_said_in_one_sentence():
    """As many candidates as are queried."""
    history = run(2, budget=6, settings={"schedule.subset_size": 6}).history
    state = what_if_view_state(history, NAMES, None, None, 1.0)
    assert state["headline"] == (
        "All 6 images are the same. No rule that is offered here would have asked about other images in this cycle."
    )
    assert what_if_view_state(history, NAMES, None, Rule(kind="best"), 1.0)["headline"] == "All 6 images are the same."


def test_the_exact_integral_is_offered_only_where_lam_was_drawn():
    kinds = [rule["kind"] for rule in what_if_view_state([pair_cycle()], NAMES, None, Rule(), 1.0)["rules"]]
    assert kinds == ["fixed", "best", "own", "singles", "random"]
    drawn = what_if_view_state([pair_cycle(estimator="pathwise")], NAMES, None, Rule(), 1.0)
    assert [rule["kind"] for rule in drawn["rules"]] == [*kinds, "tau_star"]


def test_a_rule_that_is_not_offered_gives_way_to_the_first_that_is():
    state = what_if_view_state([pair_cycle(unit=DRAW_UNIT)], NAMES, None, Rule(kind="fixed", seed=4), 1.0)
    assert state["rule"] == {"kind": "random", "tau": 2.0, "seed": 4}
    same = what_if_view_state([pair_cycle(unit=DRAW_UNIT)], NAMES, None, Rule(kind="random", seed=4), 1.0)
    assert state["headline"] == same["headline"]
    own = what_if_view_state([pair_cycle(use="recorded")], NAMES, None, Rule(kind="own"), 1.0)
    assert own["rule"]["kind"] == "fixed"


def test_where_v_is_not_counted_the_caption_says_that_looking_ahead_adds_it():
    counted, recorded, drawn = (
        what_if_view_state([pair_cycle(**ahead)], NAMES, None, Rule(), 1.0)
        for ahead in ({}, {"use": "recorded"}, {"use": "recorded", "unit": DRAW_UNIT})
    )
    assert recorded["caption"].endswith(" The rules that look ahead add V, which this method does not count.")
    assert recorded["rules"][0]["text"] == "Look ahead, one τ for every pair"
    assert [("add V" in state["caption"]) for state in (counted, drawn)] == [False, False]
    assert all("Look ahead" not in rule["text"] for state in (counted, drawn) for rule in state["rules"])


def test_single_images_are_compared_with_other_acquisitions_of_the_recorded_predictions():
    history = run(3, method="max-entropy").history
    state = what_if_view_state(history, NAMES, None, Rule(), 1.0)
    assert state["title"] == "Cycle 2: what would another rule ask about?"
    assert [rule["kind"] for rule in state["rules"]] == ["margin", "var_ratio", "draw"]
    assert {rule["kind"]: rule["takes"] for rule in state["rules"] if rule["takes"]} == {"draw": "seed"}
    # A fixed tau, which a view begins with, is no rule of single images.
    assert state["rule"]["kind"] == "margin"
    assert len(state["numbers"]) == 1
    assert state["numbers"][0][0] == "own score of the images"
    assert "another measure of what the classifier predicts for each image, or a random draw" in state["caption"]
    assert "draws" not in state["caption"]
    draws = [replace(entry, score=entry.score and replace(entry.score, unit=DRAW_UNIT)) for entry in history]
    drawn = what_if_view_state(draws, NAMES, 1, Rule(kind="draw"), 1.0)
    assert drawn["rule"]["kind"] == "draw"
    assert drawn["caption"].endswith("The scores of this method are uniform draws, which say nothing of the images.")


def test_a_cycle_of_single_images_without_a_query_is_said_so():
    history = run(2, method="max-entropy").history
    started = what_if_view_state(history, NAMES, 0, Rule(), 1.0)
    assert started == {
        "message": "The start (cycle 0) draws its images at random, before there is a classifier; go to cycle 1."
    }
    later = what_if_view_state(history, NAMES, 4, Rule(), 1.0)
    assert later == {"message": "Cycle 4 has not chosen its query yet."}


def test_before_the_first_query_of_pairs_a_sentence_stands():
    start = what_if_view_state(run(1).history, NAMES, None, Rule(), 1.0)
    assert start == {"message": "No cycle has looked ahead yet; pairs appear here after the first one."}


def test_the_page_is_told_which_rule_takes_a_tau_or_a_seed():
    rules = what_if_view_state([pair_cycle()], NAMES, None, Rule(), 1.0)["rules"]
    assert {rule["kind"]: rule["takes"] for rule in rules if rule["takes"]} == {"fixed": "tau", "random": "seed"}


def test_a_rule_comes_from_the_page_or_from_a_call():
    view = WhatIf(recorded(pair_cycle()))
    assert view.state["rule"] == {"kind": "singles", "tau": 2.0, "seed": 0}
    say(view, type="rule", kind="fixed", tau=100, seed="0")
    assert view.state["kept"] == 2
    view.choose(Rule(kind="random", seed=4))
    assert view.state["rule"]["seed"] == 4
    assert WhatIf(recorded(pair_cycle()), rule=Rule(kind="own")).state["rule"]["kind"] == "own"


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        ({"kind": "random", "tau": 2, "seed": "x"}, "'x' is no seed; type a whole number, 0 or more"),
        ({"kind": "random", "tau": 2, "seed": "-1"}, "seed is -1; seeds are whole numbers from 0 upwards"),
        ({"kind": "fixed", "tau": 0, "seed": "0"}, "tau is 0; it must be above 0"),
        ({"kind": "other", "tau": 1, "seed": "0"}, "rule 'other' is unknown"),
    ],
)
def test_a_rule_that_cannot_be_becomes_a_sentence_and_the_picture_stays(message, sentence):
    view = WhatIf(recorded(pair_cycle()))
    before = view.state
    say(view, type="rule", **message)
    assert sentence in view.state["error"]
    assert view.state | {"error": "", "revision": before["revision"]} == before
    view.choose(Rule(kind="own"))
    assert view.state["error"] == ""


def test_many_swapped_images_are_cut_and_counted():
    session = run(2, subset_size=100, budget=80)
    state = what_if_view_state(session.history, NAMES, None, Rule(kind="random"), 1.0)
    several = what_if_view_state(session.history, NAMES, None, Rule(kind="random", seed=1), 1.0)
    assert len(state["leaving"]["images"]) == min(MAX_SWAPPED, state["leaving"]["count"])
    assert state["leaving"]["count"] == 80 - state["kept"]
    assert several["leaving"]["images"] != state["leaving"]["images"]
