"""What the pair mixer sends of a pair, and which pairs there are to choose from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers.pair_records import QUERY, pair_cycle
from helpers.pair_views import NAMES, array, mixer, run

from lada_explore.analysis import Rule
from lada_explore.records import QueryRecord
from lada_explore.views import PairMixer
from lada_explore.views.base.selection import Selected
from lada_explore.views.base.text import ROUNDED
from lada_explore.views.pair_mixer.pair_mixer import MAX_CHOICES, mixer_view_state
from lada_explore.views.query_gallery.query_gallery import gallery_state
from lada_explore.views.score_ledger.score_ledger import ledger_view_state
from lada_explore.views.what_if.what_if import what_if_view_state


def test_the_mixer_sends_the_pair_its_curve_and_its_tables():
    state = mixer(pair_cycle())
    assert state["title"] == "Cycle 1: pair 1 of 4 by score, asked about"
    assert state["pair"] == [40, 41]
    assert array(state["profile"]).tolist() == pytest.approx([1.6, 1.0, 1.7])
    assert array(state["nodes"]).tolist() == [0, 0.5, 1]
    assert len(array(state["table"]["tau"])) == len(array(state["table"]["value"])) == 202
    assert array(state["table"]["tau"])[199] == 2.0
    assert state["classes"]["names"] == ["<i>dog</i>", "cat"]
    assert [array(line)[2] for line in state["classes"]["probabilities"]] == pytest.approx([0.8808, 0.1192], abs=1e-4)
    assert "after layer 1; the blend of the images is only a guide" in state["caption"]


def test_the_mixer_says_where_the_score_leaves_v_out():
    counted, recorded = mixer(pair_cycle()), mixer(pair_cycle(use="recorded"))
    assert (counted["counted"], recorded["counted"]) == (True, False)
    # The best pair by its own two scores is (20, 21); its V, 0.975, is in the table and not in the score.
    assert recorded["pair"] == [20, 21]
    assert recorded["terms"] == pytest.approx([1.5, 2.0, 0])
    assert array(recorded["table"]["value"])[-2] == pytest.approx(0.975, abs=1e-6)
    assert "does not look ahead: a pair's score is A(1) + A(0), and V was recorded but" in recorded["caption"]
    assert "not counted" not in counted["caption"]


def test_pixels_go_as_bytes_one_each_in_colour_or_grey():
    state = mixer(pair_cycle())
    assert [image["pixels"] for image in state["images"]] == [
        {"bytes": bytes([40] * 4), "shape": [1, 2, 2]},
        {"bytes": bytes([41] * 4), "shape": [1, 2, 2]},
    ]
    records = pair_cycle()
    colour = np.arange(8 * 3 * 4, dtype=np.uint8).reshape(8, 3, 2, 2)
    coloured = replace(records, subsample=replace(records.subsample, images=colour))
    assert mixer(coloured)["images"][0]["pixels"] == {"bytes": colour[6].tobytes(), "shape": [3, 2, 2]}
    doubled = replace(records, subsample=replace(records.subsample, images=colour[:, :2]))
    assert mixer(doubled)["images"][0]["pixels"]["shape"] == [1, 2, 2]


def test_pairs_to_choose_from_are_ranked_and_say_who_was_queried():
    choices = mixer(pair_cycle())["choices"]
    assert [choice["ids"] for choice in choices] == [[40, 41], [20, 21], [10, 11], [30, 31]]
    assert [choice["rank"] for choice in choices] == [1, 2, 3, 4]
    assert choices[0]["text"] == "1 ●  guess: <i>dog</i> + cat  4.62 bits"
    assert choices[2]["text"] == "3  guess: <i>dog</i> + cat  4.19 bits"


def test_the_pair_shown_is_among_the_choices_even_when_it_ranks_last():
    session = run(2, subset_size=100, budget=2)
    records = session.history[1]
    names = ("tau", "value", "best_tau", "best_value", "mean_virtual")
    wide = {name: np.tile(getattr(records.look_ahead, name), 5) for name in names}
    wide["tau_by_epoch"] = np.tile(records.look_ahead.tau_by_epoch, (1, 5))
    profile, outputs = (np.concatenate([x] * 5) for x in (records.look_ahead.profile, records.look_ahead.outputs))
    look_ahead = replace(records.look_ahead, profile=profile, outputs=outputs, **wide)
    ids = np.arange(500).reshape(250, 2)
    records = replace(records, look_ahead=look_ahead, subsample=replace(records.subsample, pair_ids=ids), select=None)
    worst = ids[np.argmin(profile[:, 0] + profile[:, -1] + wide["value"])].tolist()
    state = mixer_view_state([records], NAMES, Selected(pair=tuple(worst)), 1.0, 1.0)
    assert len(state["choices"]) == MAX_CHOICES + 1
    assert state["pair"] == state["choices"][-1]["ids"] == worst


def test_a_pair_that_the_cycle_does_not_know_is_said_so():
    state = mixer(pair_cycle(), pair=(1, 2))
    assert state["note"] == "Images 1 and 2 are no candidate pair of cycle 1; its best pair is shown."
    assert mixer(pair_cycle(), pair=(21, 20))["note"] == ""
    assert mixer(pair_cycle(), pair=(21, 20))["pair"] == [20, 21]


def test_input_mixup_says_that_the_classifier_saw_the_blend():
    records = pair_cycle()
    state = mixer(replace(records, subsample=replace(records.subsample, mix_layer=0)))
    assert state["caption"].endswith(f"The classifier saw these blends themselves. {ROUNDED}")


def test_a_method_that_mixes_images_in_another_way_says_that_the_blend_is_a_guide():
    records = pair_cycle()
    records = replace(records, subsample=replace(records.subsample, mix_layer=0))
    state = mixer_view_state([records], NAMES, Selected(), 1.0, 2.0, linear=False)
    assert "The classifier mixed the images in another way; the blend of the images is only a guide" in state["caption"]


@pytest.mark.parametrize(("linear", "how"), [(True, ""), (False, " in another way")])
def test_on_features_the_blend_is_a_guide_also_for_input_mixup(linear, how):
    records = pair_cycle()
    records = replace(records, subsample=replace(records.subsample, mix_layer=0))
    state = mixer_view_state([records], NAMES, Selected(), 1.0, 2.0, linear=linear, on_features=True)
    mixed = f"The classifier mixed the features of the images{how}; the blend of the images is only a guide."
    assert mixed in state["caption"]


def test_a_lean_record_has_no_pixels_for_pairs_that_were_not_queried():
    state = mixer(pair_cycle(kept=False), pair=(10, 11))
    assert [image["pixels"] for image in state["images"]] == [None, None]
    assert state["images"][0]["guess"] == "<i>dog</i>"
    assert mixer(pair_cycle(kept=False))["images"][0]["pixels"]["bytes"] == bytes([40] * 4)


def test_the_table_of_tau_goes_on_to_the_fixed_tau_of_the_method():
    state = PairMixer(run()).state
    assert (state["tau_max"], array(state["table"]["tau"])[199]) == (1.0, 2.0)
    fixed = PairMixer(run(method="lada-entmix-fixed")).state
    assert array(fixed["table"]["tau"])[-2] == 2.0


@pytest.mark.parametrize(
    ("ahead", "sampled"),
    [({"estimator": "pathwise"}, True), ({}, False), ({"estimator": "pathwise", "use": "recorded"}, False)],
)
def test_a_score_that_counts_random_draws_is_told_from_the_exact_value(ahead, sampled):
    records = pair_cycle(**ahead)
    state = mixer(records)
    assert state["sampled"] is sampled
    assert ("The score counts V as a mean over random draws of λ; V(τ)" in state["caption"]) is sampled
    shown = gallery_state([records], NAMES, None)["caption"]
    assert ("its look-ahead value (a mean over random draws of λ; the pair mixer shows" in shown) is sampled


def test_what_is_answered_or_true_is_told_apart_from_what_the_classifier_guesses():
    """Even candidates are cats and guessed to be dogs; 20 is answered to be a dog; what is asked stays unknown."""
    asked = pair_cycle()
    answers = QueryRecord(cycle=1, ids=np.array(QUERY), labels=np.array([0, 1, 1, 1]))
    answered = replace(asked, query=answers)
    cat, dog = NAMES
    for records in (answered, asked):
        state = mixer(records, pair=(10, 11))
        assert [(image["known"], image["guess"]) for image in state["images"]] == [(cat, dog), (dog, cat)]
    assert [image["known"] for image in mixer(asked, pair=(20, 21))["images"]] == ["", ""]
    assert [image["known"] for image in mixer(answered, pair=(20, 21))["images"]] == [dog, dog]
    assert ledger_view_state([answered], NAMES, Selected())["known"] == [cat, dog, dog, dog, cat, dog, cat, dog]
    assert ledger_view_state([asked], NAMES, Selected())["known"] == [cat, dog, "", "", cat, dog, "", ""]
    swapped = what_if_view_state([answered], NAMES, None, Rule(kind="singles"), 1.0)
    assert [(image["id"], image["known"], image["guess"]) for image in swapped["leaving"]["images"]] == [(20, dog, dog)]
    assert [(image["id"], image["known"], image["guess"]) for image in swapped["entering"]["images"]] == [
        (10, cat, dog)
    ]
