"""Mixer, ledger and what-if without a browser: their states, what they hear, and what links them."""

from __future__ import annotations

import base64
import io
import time
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from helpers.fakes import FakeSession
from helpers.pair_records import QUERY, pair_cycle
from PIL import Image

from lada_explore.analysis import Rule
from lada_explore.errors import ConfigError
from lada_explore.events import REDRAWS
from lada_explore.records import CycleRecords, QueryRecord
from lada_explore.views import PairMixer, ScoreLedger, Selection, WhatIf
from lada_explore.views.base.selection import Selected
from lada_explore.views.pair_mixer.pair_mixer import MAX_CHOICES, mixer_view_state
from lada_explore.views.score_ledger.score_ledger import ledger_view_state
from lada_explore.views.what_if.what_if import MAX_SWAPPED, what_if_view_state

NAMES = ("cat", "<i>dog</i>")
ALL = (PairMixer, ScoreLedger, WhatIf)


def run(cycles: int = 3, **settings) -> FakeSession:
    session = FakeSession(**settings)
    session.run(cycles)
    return session


def recorded(*records: CycleRecords, method: str = "lada-entmix"):
    """A recorded run of these cycles."""
    fake = FakeSession(method=method)
    return SimpleNamespace(
        config=fake.config, class_names=NAMES, device="cpu", history=records, on_change=lambda note: lambda: None
    )


def array(wire) -> np.ndarray:
    kinds = {"f4": np.float32, "i4": np.int32}
    return np.frombuffer(wire["bytes"], kinds[wire["array"]]).reshape(wire["shape"])


def say(view, **content) -> None:
    """What the page sends."""
    view._handle_custom_msg(content, [])


def until(condition, timeout_s: float = 20) -> None:
    end = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.005)


def mixer(records: CycleRecords, pair=None) -> dict:
    return mixer_view_state([records], NAMES, Selected(pair=pair), 1.0, 2.0)


# The mixer ---------------------------------------------------------------------------------------------------------


def test_the_mixer_sends_the_pair_its_curve_and_its_tables():
    state = mixer(pair_cycle())
    assert state["title"] == "Cycle 1: pair 1 of 4 by score, queried"
    assert state["pair"] == [40, 41]
    assert array(state["profile"]).tolist() == pytest.approx([1.6, 1.0, 1.7])
    assert array(state["nodes"]).tolist() == [0, 0.5, 1]
    assert len(array(state["table"]["tau"])) == len(array(state["table"]["value"])) == 202
    assert array(state["table"]["tau"])[199] == 2.0
    assert state["classes"]["names"] == ["<i>dog</i>", "cat"]
    assert [array(line)[2] for line in state["classes"]["probabilities"]] == pytest.approx([0.8808, 0.1192], abs=1e-4)
    assert "after layer 1; the blend of the images is only a guide" in state["caption"]


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
    assert choices[0]["text"] == "1 ●  guess: <i>dog</i> + cat  4.62 bits"
    assert choices[2]["text"] == "3  guess: <i>dog</i> + cat  4.19 bits"


def test_the_pair_shown_is_among_the_choices_even_when_it_ranks_last():
    session = run(2, subset_size=100, budget=2)
    records = session.history[1]
    wide = {name: np.tile(getattr(records.look_ahead, name), 5) for name in ("tau", "value", "best_tau", "best_value")}
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
    assert state["caption"].endswith("The classifier saw these blends themselves.")


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


# The ledger --------------------------------------------------------------------------------------------------------


def test_the_ledger_sends_all_terms_and_the_first_thumbnails():
    state = ledger_view_state([pair_cycle()], NAMES, Selected(pair=(20, 21)))
    assert state["title"] == "Cycle 1: 2 of 4 pairs were queried"
    np.testing.assert_allclose(array(state["terms"])[0], [1.55, 1.0, 1.6375])
    assert array(state["queried"]).tolist() == [0, 1, 0, 1]
    assert array(state["pair_ids"])[3].tolist() == [40, 41]
    assert state["guesses"] == ["<i>dog</i>", "cat"] * 4
    assert state["selected"] == 1
    image = Image.open(io.BytesIO(base64.b64decode(state["images"]["41"].split(",")[1])))
    assert np.asarray(image).tolist() == [[41, 41], [41, 41]]


def test_no_row_is_marked_without_a_selected_pair_or_for_one_of_another_cycle():
    assert ledger_view_state([pair_cycle()], NAMES, Selected())["selected"] == -1
    assert ledger_view_state([pair_cycle()], NAMES, Selected(pair=(1, 2)))["selected"] == -1


def test_the_ledger_of_a_large_subset_sends_thumbnails_of_its_best_pairs_and_the_rest_when_asked():
    session = run(2, subset_size=98)
    view = ScoreLedger(session)
    assert len(view.state["images"]) == 60
    missing = [i for i in session.history[1].subsample.subset_ids.tolist() if str(i) not in view.state["images"]]
    sent = []
    view.send = lambda content, buffers=None: sent.append(content)
    say(view, type="images", ids=missing)
    (reply,) = sent
    assert sorted(reply["images"]) == sorted(map(str, missing))
    assert all(url.startswith("data:image/png") for url in reply["images"].values())


def test_a_lean_ledger_has_empty_thumbnails():
    images = ledger_view_state([pair_cycle(kept=False)], NAMES, Selected())["images"]
    assert sorted(int(i) for i, url in images.items() if url) == sorted(QUERY)
    assert images["10"] == ""


# What if -----------------------------------------------------------------------------------------------------------


def test_what_if_says_the_overlap_the_swapped_images_and_the_differences():
    state = what_if_view_state([pair_cycle()], NAMES, None, Rule(kind="singles"), 1.0)
    assert state["headline"] == "3 of 4 images are the same; 1 would be swapped."
    assert (state["kept"], state["total"]) == (3, 4)
    assert [image["id"] for image in state["leaving"]["images"]] == [20]
    assert [(image["id"], image["guess"]) for image in state["entering"]["images"]] == [(10, "<i>dog</i>")]
    assert state["entering"]["images"][0]["url"].startswith("data:image/png")
    own, expected = state["numbers"]
    assert own[:2] == ["own score of the images", "1.700"]
    assert float(own[2]) == pytest.approx(1.7125, abs=6e-4)
    assert own[3].startswith("+0.01")
    assert expected == ["E[A] of their virtual images", "1.150", "none", ""]


def test_a_lower_expectation_has_a_true_minus_sign():
    state = what_if_view_state([pair_cycle()], NAMES, None, Rule(kind="fixed", tau=2.0), 1.0)
    assert state["headline"] == "All 4 images are the same."
    # (1.24375 + 0.78125) / 2 = 1.0125 against 1.15.
    before, after, difference = state["numbers"][1][1:]
    assert (float(before), float(after)) == pytest.approx((1.15, 1.0125), abs=6e-4)
    assert difference.startswith("\N{MINUS SIGN}0.13")
    assert difference.endswith(" bits")


def test_the_exact_integral_is_offered_only_where_lam_was_drawn():
    kinds = [rule["kind"] for rule in what_if_view_state([pair_cycle()], NAMES, None, Rule(), 1.0)["rules"]]
    assert kinds == ["fixed", "best", "own", "singles", "random"]
    drawn = what_if_view_state([pair_cycle(estimator="pathwise")], NAMES, None, Rule(), 1.0)
    assert [rule["kind"] for rule in drawn["rules"]] == [*kinds, "tau_star"]


def test_a_rule_comes_from_the_page_or_from_a_call():
    view = WhatIf(recorded(pair_cycle()))
    assert view.state["rule"] == {"kind": "fixed", "tau": 2.0, "seed": 0}
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


# All three ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("view", ALL)
@pytest.mark.parametrize(
    ("method", "cycles", "cycle", "sentence"),
    [
        ("max-entropy", 2, None, "This method scores single images, so there are no pairs to show."),
        ("random", 2, 1, "This method scores single images"),
        (
            "ent-then-mixup",
            2,
            None,
            "This method scores single images, so there are no pairs to show. The acquired images are mixed in random "
            "pairs only afterwards, while the classifier trains.",
        ),
        ("lada-entmix", 1, None, "No cycle has looked ahead yet; pairs appear here after the first one."),
        ("lada-entmix", 2, 0, "The start (cycle 0) draws single images at random"),
        ("lada-entmix", 2, 3, "Cycle 3 has not looked ahead yet."),
    ],
)
def test_where_there_are_no_pairs_a_sentence_stands(view, method, cycles, cycle, sentence):
    selection = Selection()
    selection.show_cycle(cycle)
    state = view(run(cycles, method=method), selection).state
    assert state["message"].startswith(sentence)
    assert state.get("title", "") == state["error"] == ""


@pytest.mark.parametrize("view", [ScoreLedger, WhatIf])
def test_a_cycle_that_has_not_selected_is_said_so_and_the_latest_query_shown_otherwise(view):
    waiting = replace(pair_cycle(cycle=2), select=None)
    assert view(recorded(pair_cycle(), waiting)).state["title"].startswith("Cycle 1:")
    selection = Selection()
    selection.show_cycle(2)
    assert view(recorded(pair_cycle(), waiting), selection).state["message"] == (
        "Cycle 2 has not chosen its query yet."
    )


def test_the_mixer_shows_pairs_before_they_are_selected():
    state = PairMixer(recorded(pair_cycle(), replace(pair_cycle(cycle=2), select=None))).state
    assert state["title"] == "Cycle 2: pair 1 of 4 by score, not queried"


def test_the_selected_cycle_and_pair_are_followed_by_all_and_marked_ids_redraw_nothing():
    session, selection = run(3), Selection()
    views = [view(session, selection) for view in ALL]
    selection.show_cycle(1)
    until(lambda: all(view.state["title"].startswith("Cycle 1:") for view in views))
    first, second = session.history[1].subsample.pair_ids[4].tolist()
    say(views[1], type="pair", ids=[first, second])
    assert selection.selected.pair == (first, second)
    until(lambda: views[0].state["pair"] == [first, second] and views[1].state["selected"] == 4)
    REDRAWS.wait(10)
    revisions = [view.state["revision"] for view in views]
    selection.mark([first])
    time.sleep(0.4)
    assert [view.state["revision"] for view in views] == revisions


def test_a_pair_chosen_in_the_mixer_is_selected_everywhere():
    session, selection = run(2), Selection()
    view = PairMixer(session, selection)
    ids = view.state["choices"][3]["ids"]
    say(view, type="pair", ids=ids)
    until(lambda: view.state["pair"] == ids)
    assert selection.selected.ids == tuple(ids)


@pytest.mark.parametrize("view", ALL)
def test_a_live_run_is_followed_until_the_view_is_closed(view):
    session = FakeSession()
    shown = view(session)
    assert "No cycle has looked ahead yet" in shown.state["message"]
    session.run(2)
    until(lambda: shown.state.get("title", "").startswith("Cycle 1:"))
    session.run(1)
    until(lambda: shown.state["title"].startswith("Cycle 2:"))
    shown.close()
    before = shown.state
    session.run(1)
    time.sleep(0.3)
    assert shown.state == before


@pytest.mark.parametrize(
    ("view", "message"),
    [
        (PairMixer, {"type": "pair", "ids": [1]}),
        (ScoreLedger, {"type": "pair", "ids": ["x", "y"]}),
        (WhatIf, {"type": "rule", "kind": "fixed", "tau": "much", "seed": "0"}),
    ],
)
def test_a_message_that_makes_no_sense_is_shown_and_does_no_harm(view, message):
    shown = view(recorded(pair_cycle()))
    before = shown.state
    say(shown, **message)
    assert shown.state["error"].startswith("The answer to that failed. ValueError")
    assert shown.state | {"error": "", "revision": before["revision"]} == before


@pytest.mark.parametrize("view", ALL)
def test_something_that_is_no_run_is_refused(view):
    with pytest.raises(ConfigError, match="an? int is no run"):
        view(3)


def test_a_cycle_of_two_thousand_candidates_is_drawn_in_a_tenth_of_a_second():
    rng = np.random.default_rng(0)
    grid = np.linspace(0, 1, 57, dtype=np.float32)
    profile = rng.uniform(0, 3, (1000, 57)).astype(np.float32)
    outputs = rng.normal(0, 1, (1000, 8, 10)).astype(np.float32)
    tau = np.ones(1000, np.float32)
    ids = np.arange(2000)
    records = pair_cycle(grid=grid, nodes=grid[::8], profile=profile, outputs=outputs, tau=tau, best_tau=tau,
                         value=profile.mean(axis=1), mean_virtual=profile.mean(axis=1), best_value=tau)  # fmt: skip
    logits = rng.normal(0, 1, (2000, 10)).astype(np.float32)
    terms = np.column_stack([profile[:, -1], profile[:, 0], profile.mean(axis=1)])
    best = np.argsort(-terms.sum(axis=1))[:50]
    pair_ids = ids.reshape(-1, 2)
    images = rng.integers(0, 256, (2000, 1, 28, 28), dtype=np.uint8)
    records = replace(
        records,
        subsample=replace(records.subsample, subset_ids=ids, pair_ids=pair_ids, images=images, targets=ids % 2),
        score=replace(records.score, scores=profile[:, [-1, 0]].ravel(), logits=logits, outputs=logits,
                      predicted=logits.argmax(axis=1)),
        select=replace(records.select, score_terms=terms, scores=terms.sum(axis=1), pair_ids=pair_ids[best],
                       query_ids=pair_ids[best].ravel(), query_images=images[pair_ids[best].ravel()]),
    )  # fmt: skip
    drawings = (
        lambda: mixer_view_state([records], NAMES * 5, Selected(), 1.0, 2.0),
        lambda: ledger_view_state([records], NAMES * 5, Selected()),
        lambda: what_if_view_state([records], NAMES * 5, None, Rule(), 1.0),
    )
    for draw in drawings:
        took = []
        for _ in range(4):
            began = time.perf_counter()
            draw()
            took.append(time.perf_counter() - began)
        assert min(took) < 0.1
