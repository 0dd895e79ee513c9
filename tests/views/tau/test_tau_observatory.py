"""What tau* is worth, as figures; and clicks on pairs."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import pytest
from helpers.fakes import FakeSession
from helpers.pair_records import pair_cycle
from helpers.waiting import until
from scipy.stats import beta

from lada_explore.analysis import tau_worth
from lada_explore.store import open_run
from lada_explore.views import Selection, TauChart, TauObservatory, TauWorthChart
from lada_explore.views.base.selection import Selected
from lada_explore.views.tau.tau_chart import tau_figure_spec
from lada_explore.views.tau.worth import BINS, worth_figure_spec


def history(cycles: int = 3, **settings):
    return FakeSession(cycles=8, **settings).run(cycles)


def trace(figure, start: str):
    (found,) = [trace for trace in figure.data if (trace.name or "").startswith(start)]
    return found


def test_the_histograms_hold_every_pair_once():
    records = history()
    figure = go.Figure(worth_figure_spec(records, 1.0, Selected()).figure)
    expected, edges = np.histogram(records[2].look_ahead.tau, BINS, (0, 1))
    bars = [entry for entry in figure.data if entry.type == "bar"]
    assert [int(np.sum(bar.y)) for bar in bars] == [20, 20]
    assert list(bars[0].y) == expected.tolist()
    assert bars[0].x[0] == pytest.approx((edges[0] + edges[1]) / 2)
    assert int(np.sum(trace(figure, "best τ of each").y)) == 20


def test_the_regret_is_in_bits_with_its_mean_written_out():
    records = history()
    changed = replace(
        records[2], look_ahead=replace(records[2].look_ahead, best_value=records[2].look_ahead.value + 0.25)
    )
    picture = worth_figure_spec([*records[:2], changed], 1.0, Selected())
    assert "0.250 bits a pair on average" in picture.caption
    assert "mean 0.250" in [annotation.text for annotation in go.Figure(picture.figure).layout.annotations]


def test_the_density_is_that_of_the_chosen_pair():
    records = history()
    pair = tuple(records[2].subsample.pair_ids[4].tolist())
    figure = go.Figure(worth_figure_spec(records, 1.0, Selected(pair=pair)).figure)
    tau = float(records[2].look_ahead.tau[4])
    line = trace(figure, "τ* = ")
    np.testing.assert_allclose(line.y, beta.pdf(line.x, tau, tau), rtol=1e-5)
    assert f"Beta(τ, τ) of {pair[0]}, {pair[1]}" in [entry.text for entry in figure.layout.annotations]


def test_without_a_chosen_pair_the_best_acquired_one_is_shown():
    records = history()
    best = records[2].select.pair_ids[0].tolist()
    figure = go.Figure(worth_figure_spec(records, 1.0, Selected()).figure)
    assert f"Beta(τ, τ) of {best[0]}, {best[1]}" in [entry.text for entry in figure.layout.annotations]


@pytest.mark.parametrize(
    ("method", "cycles", "cycle", "sentence"),
    [
        ("lada-entmix", 1, None, "No cycle has looked ahead yet."),
        ("lada-entmix", 3, 0, "The start has no pairs to look ahead to."),
        ("lada-entmix", 3, 6, "Cycle 6 has not looked ahead yet."),
        ("max-entropy", 3, None, "This method scores single images, so there is no τ to judge."),
    ],
)
def test_where_there_is_nothing_to_judge_a_sentence_says_why(method, cycles, cycle, sentence):
    picture = worth_figure_spec(history(cycles, method=method), 1.0, Selected(cycle=cycle))
    assert (picture.figure, picture.message) == (None, sentence)


@pytest.mark.parametrize("method", ["lada-entmix-fixed", "lada-entmix-exact"])
def test_fixed_and_exact_policies_are_judged_too(method):
    picture = worth_figure_spec(history(method=method), 1.0, Selected())
    assert picture.figure is not None
    assert "starting τ" not in picture.caption


@pytest.mark.parametrize(("tau", "end"), [(2, "2"), (0.2, "1")])
def test_the_caption_says_up_to_which_tau_the_best_was_searched(tau, end):
    records = pair_cycle(policy="fixed", tau=np.full(4, tau, np.float32))
    picture = worth_figure_spec([records], 1.0, Selected())
    assert f"Regret is what a pair's own best τ, searched up to {end}, would add" in picture.caption


def test_the_digits_of_a_regret_below_a_hundredth_are_not_printed_but_those_of_a_gain_are():
    demo = open_run("data/runs/demo").history
    picture = worth_figure_spec(demo, 1.0, Selected(cycle=1))
    gain = tau_worth(demo[1].look_ahead).gain
    assert 0.0001 < gain < 0.01
    assert f"less than 0.01 bits a pair on average; τ* gained {gain:.4f} bits over the starting τ" in picture.caption
    assert "mean less than 0.01" in [annotation.text for annotation in go.Figure(picture.figure).layout.annotations]
    assert "0.036 bits a pair on average; τ* gained 0.113" in worth_figure_spec(demo, 1.0, Selected(cycle=12)).caption


def test_a_lean_record_without_profiles_is_shown_without_a_gain():
    records = history()
    lean = replace(records[2].look_ahead, grid=np.empty(0, np.float32), profile=np.empty((20, 0), np.float32))
    picture = worth_figure_spec([replace(records[2], look_ahead=lean)], 1.0, Selected())
    assert "gained" not in picture.caption
    assert picture.figure is not None


def test_a_click_on_an_acquired_pair_chooses_it_and_shows_its_cycle():
    session, selection = FakeSession(), Selection()
    session.run(3)
    chart = TauChart(session, selection)
    first, second = session.history[1].select.pair_ids[0].tolist()
    chart._handle_custom_msg({"type": "click", "points": [{"trace": 3, "customdata": [1, first, second]}]}, [])
    assert selection.selected == Selected(cycle=1, ids=(first, second), pair=(first, second))


def test_a_click_on_the_mean_changes_nothing():
    session, selection = FakeSession(), Selection()
    session.run(3)
    chart = TauChart(session, selection)
    chart._handle_custom_msg({"type": "click", "points": [{"trace": 2, "customdata": [0.4, 0.6]}]}, [])
    chart._handle_custom_msg({"type": "click", "points": [{"trace": 5, "customdata": None}]}, [])
    assert selection.selected == Selected()


def test_a_tau_that_was_kept_from_the_epoch_of_lowest_loss_is_marked_and_said():
    records = history()
    ahead = records[2].look_ahead
    loss = np.full(8, -0.5, np.float32)
    loss[5] = -0.6
    kept = replace(ahead, tau=np.full(20, 0.042, np.float32), policy_loss=loss)
    picture = tau_figure_spec([*records[:2], replace(records[2], look_ahead=kept)], 1.0)
    assert (
        "τ* of cycle 2, 0.042 on average, is the τ that each pair had before its own step in epoch 6, which had "
        "the lowest loss (the setting `policy.kept_tau` is `lowest_loss`); the curves go on to epoch 8 and end at "
        f"{ahead.tau_by_epoch[-1].mean():.3f}."
    ) in picture.caption
    layout = go.Figure(picture.figure).layout
    assert [shape.x0 for shape in layout.shapes if shape.xref == "x3"] == [6]
    assert [text.x for text in layout.annotations if text.text == "τ* kept"] == [6]


def test_a_tau_of_the_last_epoch_needs_no_mark():
    picture = tau_figure_spec(history(), 1.0)
    assert "kept" not in picture.caption
    assert [shape.xref for shape in go.Figure(picture.figure).layout.shapes] == [None]


def test_the_chosen_pair_stands_out_among_the_traces():
    records = history()
    pair = tuple(records[2].subsample.pair_ids[4].tolist())
    line = trace(go.Figure(tau_figure_spec(records, 1.0, None, pair).figure), "chosen pair")
    np.testing.assert_array_equal(line.y, records[2].look_ahead.tau_by_epoch[:, 4])
    assert not [
        entry for entry in go.Figure(tau_figure_spec(records, 1.0, 1, pair).figure).data if entry.name == "chosen pair"
    ]


def test_the_observatory_links_its_two_charts_and_closes_both():
    session, selection = FakeSession(), Selection()
    session.run(4)
    observatory = TauObservatory(session, selection)
    over_cycles, worth = observatory.children
    assert isinstance(over_cycles, TauChart)
    assert isinstance(worth, TauWorthChart)
    selection.show_cycle(1)
    until(lambda: over_cycles.spec["label"].endswith("in cycle 1") and worth.spec["label"].endswith("in cycle 1"))
    observatory.close()
    selection.show_cycle(2)
    time.sleep(0.3)
    assert worth.spec["label"].endswith("in cycle 1")


def test_the_caption_says_where_the_scores_leave_out_what_tau_is_worth():
    counted, recorded = (
        worth_figure_spec([pair_cycle(**ahead)], 1.0, Selected(cycle=1)).caption for ahead in ({}, {"use": "recorded"})
    )
    assert (
        recorded
        == f"{counted} This method does not look ahead: a pair's score is A(1) + A(0), and V was recorded "
        + ("but is not counted.")
    )


def test_of_a_few_epochs_each_has_one_tick():
    ahead = replace(pair_cycle().look_ahead, policy="learned", policy_loss=np.array([-1, -2], np.float32))
    ahead = replace(ahead, tau_by_epoch=np.stack([ahead.tau] * 3))
    layout = tau_figure_spec([replace(pair_cycle(), look_ahead=ahead)], 2.0).figure["layout"]
    assert (layout["xaxis2"]["dtick"], layout["xaxis3"]["dtick"]) == (1, 1)
