"""Views that are compared have the same axes and colours: each reaches as far as both together."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.fakes import FakeSession
from helpers.waiting import until

from lada_explore.views import AccuracyChart, ClassBalanceChart, MapView, PairMixer, ScoreLedger, Selection, TauChart
from lada_explore.views.base.panel import Panel
from lada_explore.views.base.reach import reach_of, union, with_reach
from lada_explore.views.base.shared_axes import SharedAxes, share_axes

LINE = {"type": "scatter", "x": [1, 2, 3], "y": [10, None, 20]}


def run_of(cycles: int = 4, **settings) -> FakeSession:
    session = FakeSession(cycles=8, **settings)
    session.run(cycles)
    return session


def at(cycle: int) -> Selection:
    selection = Selection()
    selection.show_cycle(cycle)
    return selection


def axis(chart, name: str) -> list[float]:
    return chart.spec["figure"]["layout"][name]["range"]


@pytest.mark.parametrize(
    ("trace", "layout", "reach"),
    [
        (LINE, {"xaxis": {}, "yaxis": {}}, {("xaxis", ""): (0.9, 3.1), ("yaxis", ""): (9.5, 20.5)}),
        (LINE, {"yaxis": {"rangemode": "tozero"}}, {("yaxis", ""): (0, 21)}),
        (LINE, {"yaxis": {"range": [0, 100], "title": {"text": "%"}}}, {("yaxis", "%"): (0, 100)}),
        (LINE, {"yaxis": {"autorange": "reversed"}, "xaxis": {"ticktext": ["a"]}}, {}),
        (LINE, {"yaxis": {"range": [5, 0]}, "xaxis": {"type": "log"}}, {}),
        (LINE, {"yaxis2": {}}, {}),
        (LINE | {"error_y": {"array": [5, 0, 5]}}, {"yaxis": {}}, {("yaxis", ""): (4, 26)}),
        (LINE | {"error_y": {"array": [5, 0, 5], "arrayminus": [1, 0, 0]}}, {"yaxis": {}},
         {("yaxis", ""): (8.2, 25.8)}),
        ({"type": "bar", "x": [1, 3], "y": [4, 8]}, {"xaxis": {}, "yaxis": {}},
         {("xaxis", ""): (-0.2, 4.2), ("yaxis", ""): (-0.4, 8.4)}),
    ],
)  # fmt: skip
def test_an_axis_reaches_as_far_as_its_numbers_and_a_little_more(trace, layout, reach):
    found = reach_of({"data": [trace], "layout": layout})
    assert found.keys() == reach.keys()
    for key, span in reach.items():
        assert found[key] == pytest.approx(span), key


def test_stacked_bars_reach_as_far_as_their_sum():
    bars = [{"type": "bar", "x": np.array([0, 1]), "y": np.array([3, 1])} for _ in range(2)]
    assert reach_of({"data": bars, "layout": {"yaxis": {}, "barmode": "stack"}})["yaxis", ""][1] == pytest.approx(6.3)
    assert reach_of({"data": bars, "layout": {"yaxis": {}}})["yaxis", ""][1] == pytest.approx(3.15)


def test_two_reaches_together_hold_what_both_measure_in_one_unit():
    one = {("yaxis", "bits"): (0.0, 2.0), ("xaxis", ""): (1.0, 5.0)}
    assert union(one, {("yaxis", "draws"): (0.0, 9.0), ("xaxis", ""): (0.0, 3.0)}) == {("xaxis", ""): (0.0, 5.0)}


def test_a_figure_takes_axes_and_colours_and_is_not_changed_itself():
    dots = {"type": "scatter", "x": [1], "y": [1], "marker": {"cmin": 0.0, "cmax": 3.0, "color": [1]}}
    figure = {"data": [LINE, dots], "layout": {"yaxis": {"title": {"text": "%"}}, "height": 300}}
    drawn = with_reach(figure, {("yaxis", "%"): (0.0, 9.0), ("colours", ""): (0.0, 7.0), ("xaxis", ""): (0.0, 1.0)})
    assert drawn["layout"] == {"yaxis": {"title": {"text": "%"}, "range": [0.0, 9.0]}, "height": 300}
    assert drawn["data"] == [LINE, dots | {"marker": {"cmin": 0.0, "cmax": 7.0, "color": [1]}}]
    assert "range" not in figure["layout"]["yaxis"]


def test_charts_of_two_runs_have_the_same_axes_whichever_changes():
    long, short = run_of(5), run_of(2, seed=1)
    first, second = AccuracyChart(long), AccuracyChart(short)
    alone = axis_of_data(second)
    panels = Panel([first]), Panel([second])
    share_axes(*panels)
    assert axis(first, "yaxis") == axis(second, "yaxis")
    assert axis(first, "xaxis") == axis(second, "xaxis")
    assert axis(second, "xaxis")[1] > alone + 10
    short.run(5)
    until(lambda: axis(first, "xaxis")[1] > 20 + 6 * 6 and axis(first, "xaxis") == axis(second, "xaxis"))


def axis_of_data(chart) -> float:
    """The largest number of labels that an accuracy chart draws."""
    return max(20 + 6 * (len(chart._source.history) - 1), 0)


def test_a_chart_beside_one_that_has_nothing_to_draw_keeps_its_own_axes():
    first, second = ClassBalanceChart(run_of(3)), ClassBalanceChart(FakeSession())
    share_axes(first, second)
    assert "range" not in first.spec["figure"]["layout"]["yaxis"]
    assert second.spec["figure"] is None


def test_charts_of_two_kinds_share_nothing():
    first, second = AccuracyChart(run_of()), TauChart(run_of())
    share_axes(first, second)
    assert first.axes is None
    assert second.axes is None


def test_maps_of_two_cycles_have_one_scale_of_colours_and_one_frame():
    session = run_of(5)
    first, second = MapView(session, at(1), colour="cycle acquired"), MapView(session, at(4), colour="cycle acquired")

    def settled(view):
        return view.spec["figure"] is not None and not view.panel.get("busy")

    until(lambda: settled(first) and settled(second))
    share_axes(first, second)
    for name in ("xaxis", "yaxis"):
        until(lambda name=name: axis(first, name) == axis(second, name))
    for view in (first, second):
        markers = [trace.get("marker", {}) for trace in view.spec["figure"]["data"]]
        assert {(one["cmin"], one["cmax"]) for one in markers if "cmin" in one} == {(0.0, 4.0)}


def test_mixers_and_ledgers_side_by_side_have_one_scale():
    session = run_of(5)
    selections = at(1), at(4)
    mixers = [PairMixer(session, selection) for selection in selections]
    ledgers = [ScoreLedger(session, selection) for selection in selections]
    own = [mixer.state["spans"] for mixer in mixers]
    bars = [ledger.state["spans"]["bar"][1] for ledger in ledgers]
    assert own[0] != own[1]
    assert bars[0] != bars[1]
    SharedAxes(*mixers)
    SharedAxes(*ledgers)
    for name in ("profile", "value"):
        both = [min(one[name][0] for one in own), max(one[name][1] for one in own)]
        assert [mixer.state["spans"][name] for mixer in mixers] == [both, both]
    assert [ledger.state["spans"]["bar"] for ledger in ledgers] == [[0.0, max(bars)]] * 2
    selections[0].show_cycle(4)
    until(lambda: mixers[0].state["cycle"] == 4 and mixers[0].state["spans"] == mixers[1].state["spans"] == own[1])
