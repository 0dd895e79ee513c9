"""Mixer, ledger and what-if without a browser: their states, what they hear, and what links them."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
from helpers.fakes import FakeSession
from helpers.pair_records import pair_cycle
from helpers.pair_views import NAMES, recorded, run, say
from helpers.waiting import until

from lada_explore.analysis import Rule
from lada_explore.errors import ConfigError
from lada_explore.events import REDRAWS
from lada_explore.views import PairMixer, ScoreLedger, Selection, WhatIf
from lada_explore.views.base.selection import Selected
from lada_explore.views.pair_mixer.pair_mixer import mixer_view_state
from lada_explore.views.score_ledger.score_ledger import ledger_view_state
from lada_explore.views.what_if.what_if import what_if_view_state

ALL = (PairMixer, ScoreLedger, WhatIf)


SINGLES = [
    ("max-entropy", 2, None, "This method scores single images, so there are no pairs to show."),
    ("random", 2, 1, "This method scores single images"),
    (
        "ent-then-mixup",
        2,
        None,
        "This method scores single images, so there are no pairs to show. The images asked about are mixed in random "
        "pairs only afterwards, while the classifier trains.",
    ),
]
BEFORE = [
    ("lada-entmix", 1, None, "No cycle has looked ahead yet; pairs appear here after the first one."),
    ("lada-entmix", 2, 0, "The start (cycle 0) draws single images at random"),
    ("lada-entmix", 2, 3, "Cycle 3 has not looked ahead yet."),
]
# The query of single images is compared too, so what-if has a sentence only before there is one of pairs.
NO_PAIRS = [(view, *case) for view in (PairMixer, ScoreLedger) for case in SINGLES + BEFORE]
NO_PAIRS += [(WhatIf, *case) for case in BEFORE]


@pytest.mark.parametrize(("view", "method", "cycles", "cycle", "sentence"), NO_PAIRS)
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
    assert state["title"] == "Cycle 2: pair 1 of 4 by score, not asked about"


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
