"""What the ledger sends of each pair, and its thumbnails."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
from helpers.pair_records import QUERY, pair_cycle
from helpers.pair_views import NAMES, array, run, say
from PIL import Image

from lada_explore.analysis import Rule
from lada_explore.records import DRAW_UNIT
from lada_explore.views import ScoreLedger
from lada_explore.views.base.selection import Selected
from lada_explore.views.base.text import ROUNDED
from lada_explore.views.score_ledger.score_ledger import ledger_view_state
from lada_explore.views.what_if.what_if import what_if_view_state


def test_the_ledger_sends_all_terms_and_the_first_thumbnails():
    state = ledger_view_state([pair_cycle()], NAMES, Selected(pair=(20, 21)))
    assert state["title"] == "Cycle 1: 2 of 4 pairs were asked about"
    np.testing.assert_allclose(array(state["terms"])[0], [1.55, 1.0, 1.6375])
    assert array(state["queried"]).tolist() == [0, 1, 0, 1]
    assert array(state["pair_ids"])[3].tolist() == [40, 41]
    assert state["guesses"] == ["<i>dog</i>", "cat"] * 4
    assert state["selected"] == 1
    image = Image.open(io.BytesIO(base64.b64decode(state["images"]["41"].split(",")[1])))
    assert np.asarray(image).tolist() == [[41, 41], [41, 41]]


def test_the_page_is_told_what_the_method_counts_and_says_so():
    counted, recorded, drawn = (
        ledger_view_state([pair_cycle(**ahead)], NAMES, Selected())
        for ahead in ({}, {"use": "recorded"}, {"use": "recorded", "unit": DRAW_UNIT})
    )
    assert [state["weights"] for state in (counted, recorded, drawn)] == [[1, 1, 1], [1, 1, 0], [1, 1, 0]]
    np.testing.assert_allclose(array(recorded["terms"])[0], [1.55, 1.0, 1.6375])
    assert "was recorded and has the weight 0. Raise it to see which pairs looking ahead" in recorded["caption"]
    assert "nothing to look ahead to: each term is a draw" in drawn["caption"]
    assert "looking ahead would" not in drawn["caption"] + counted["caption"]


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


@pytest.mark.parametrize(
    ("ahead", "sampled"),
    [({"estimator": "pathwise"}, True), ({}, False), ({"estimator": "pathwise", "use": "recorded"}, False)],
)
def test_the_ledger_and_the_what_if_below_it_say_where_v_is_a_mean_of_draws_and_where_an_integral(ahead, sampled):
    history = [pair_cycle(**ahead)]
    ledger = ledger_view_state(history, NAMES, Selected())["caption"]
    assert ("V(τ*) is the mean over random draws of λ that the score counted; “Another rule” and" in ledger) is sampled
    compared = what_if_view_state(history, NAMES, None, Rule(), 1.0)["caption"]
    assert ("V(τ) in the table is exact on both sides, so it is not quite the mean of V(τ*)" in compared) is sampled
    assert ("random draws of λ" in ledger + compared) is sampled


@pytest.mark.parametrize("ahead", [{}, {"use": "recorded"}, {"use": "recorded", "unit": DRAW_UNIT}])
def test_the_ledger_says_once_that_its_numbers_are_rounded(ahead):
    caption = ledger_view_state([pair_cycle(**ahead)], NAMES, Selected())["caption"]
    assert f" {ROUNDED}" in caption
    assert caption.count("rounded") == 1
