"""The page of compared runs: what its head, charts and images show, and what a person chooses."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers.by_hand import by_hand
from helpers.compared_runs import TARGETS, branch_of, cycle_of, evaluated, run_of
from plotly.graph_objects import Figure

from lada_explore.errors import ConfigError
from lada_explore.experiments.compare import _compared
from lada_explore.experiments.compared import pair_up
from lada_explore.experiments.comparison import Comparison
from lada_explore.experiments.sides import sides_of
from lada_explore.records import SelectRecord, SelectRule
from lada_explore.views.compared.compared_charts import classes_chart, difference_chart, tau_chart
from lada_explore.views.compared.compared_runs import ALL, MAX_IMAGES, ComparedRuns, asked_state, charts_of

RIGHT = TARGETS.tolist()
WRONG = [1, *RIGHT[1:]]


def drawn(records, shade):
    """The cycle with pixels of all its images in this shade of grey."""
    ids = records.query.ids
    pixels = np.full((len(ids), 1, 2, 2), shade, np.uint8)
    made = by_hand(SelectRecord, cycle=records.cycle, rule=SelectRule.SINGLES, query_ids=ids, query_images=pixels)
    return replace(records, select=made)


A = [
    drawn(cycle_of(0, {1: 0, 2: 1}, evaluated(0, 2, WRONG)), 10),
    drawn(cycle_of(1, {3: 2, 4: 2, 5: 1}, evaluated(1, 5, WRONG), candidates=[3, 4, 5]), 20),
    drawn(cycle_of(2, {6: 0}, evaluated(2, 6, WRONG), candidates=[6, 7]), 30),
]
B = [
    A[0],
    drawn(cycle_of(1, {6: 0, 3: 2, 7: 1}, evaluated(1, 5, RIGHT), candidates=[3, 6, 7]), 40),
    drawn(cycle_of(2, {8: 0}, evaluated(2, 6, RIGHT), candidates=[8, 9]), 50),
]


def comparison(*groups) -> Comparison:
    sides = sides_of([group if isinstance(group, list) else [group] for group in groups])
    found = [_compared(sides[0], other, pair_up(sides[0], other), TARGETS) for other in sides[1:]]
    return Comparison(sides=sides, compared=tuple(found), class_names=("disc", "square", "star"))


@pytest.fixture
def two():
    return comparison(run_of(A, path="runs/a"), run_of(B, path="runs/b", method="max-entropy"))


def shown_ids(state):
    return [[image["id"] for image in group["images"]] for group in state["groups"]]


class TestImages:
    def test_those_of_one_alone_and_of_both_are_shown_with_their_classes(self, two):
        view = ComparedRuns(two)
        view.images.handle({"type": "cycle", "cycle": 1})
        state = view.images.state
        assert [group["title"] for group in state["groups"]] == [
            "Only A: 2 images",
            "Only B: 2 images",
            "Both: 1 image",
        ]
        assert shown_ids(state) == [[4, 5], [6, 7], [3]]
        assert [group["text"] for group in state["groups"]] == ["star x1, square x1", "disc x1, square x1", "star x1"]
        assert state["choice"] == "1"

    def test_over_all_cycles_an_image_that_both_labelled_in_other_cycles_is_of_both(self, two):
        state = ComparedRuns(two).images.state
        assert state["choices"][0] == [str(ALL), "all from cycle 1 on"]
        # 6 was labelled by B in cycle 1 and by A in cycle 2.
        assert shown_ids(state) == [[4, 5], [7, 8], [3, 6]]

    def test_pictures_are_those_of_the_run_that_labelled_them(self, two):
        groups = ComparedRuns(two).images.state["groups"]
        first, second = (group["images"][0]["url"] for group in groups[:2])
        assert first.startswith("data:image/png;base64,")
        assert first != second

    def test_what_has_no_picture_is_named(self, two):
        (one,) = two.compared
        bare = [replace(records, select=None) for records in A]
        pair = replace(one.pairs[0], first=run_of(bare, path="runs/a"))
        images = asked_state(one, pair, two.class_names, 1)["groups"][0]["images"]
        assert [image["url"] for image in images] == ["", ""]

    def test_shared_cycles_are_marked_and_not_among_all(self):
        parent = run_of(A, path="runs/parent")
        state = ComparedRuns(comparison(parent, branch_of(parent, 1, [B[2]], path="runs/branch"))).images.state
        assert [text for _, text in state["choices"]] == [
            "all from cycle 2 on",
            "the start (shared)",
            "cycle 1 (shared)",
            "cycle 2",
        ]
        assert shown_ids(state) == [[6], [8], []]

    def test_more_than_fit_are_counted(self):
        many = [A[0], cycle_of(1, dict.fromkeys(range(100, 200), 0), evaluated(1, 102, RIGHT))]
        group = ComparedRuns(comparison(run_of(many, path="a"), run_of(B[:2], path="b"))).images.state["groups"][0]
        assert group["title"] == f"Only A: 100 images; the first {MAX_IMAGES} are shown"
        assert len(group["images"]) == MAX_IMAGES

    def test_a_click_on_a_cycle_of_the_overlaps_shows_its_images(self, two):
        view = ComparedRuns(two)
        overlaps = view.children[1].children[3]
        overlaps.handle({"type": "click", "points": [{"trace": 0, "point": 2, "customdata": 2}]})
        assert shown_ids(view.images.state) == [[6], [8], []]


class TestChoice:
    def test_of_three_sides_the_one_that_is_chosen_is_compared_with_a(self):
        runs = [run_of(A, path="a"), run_of(B, path="b"), run_of(A, path="c")]
        view = ComparedRuns(comparison(*runs))
        assert view.head.state["sides"] == [["0", "B: b (random, seed 0)"], ["1", "C: c (random, seed 0)"]]
        view.head.handle({"type": "choose", "side": 1, "pair": 0})
        assert view.head.state["about"] == ["A: a (random, seed 0)", "C: c (random, seed 0)"]
        assert shown_ids(view.images.state)[:2] == [[], []]
        assert view.children[1].children[1].spec["figure"]["layout"]["title"]["text"] == "Difference C - A"

    def test_of_several_seeds_the_images_of_one_pair_are_shown(self):
        sides = [[run_of(history, path=f"{name}{s}", seed=s) for s in (0, 1)] for name, history in (("a", A), ("b", B))]
        sides[1][1] = replace(sides[1][1], history=tuple(A))
        view = ComparedRuns(comparison(*sides))
        assert view.head.state["pairs"] == [["0", "seed 0"], ["1", "seed 1"]]
        assert shown_ids(view.images.state)[0] == [4, 5]
        view.head.handle({"type": "choose", "side": 0, "pair": 1})
        assert shown_ids(view.images.state) == [[], [], [3, 4, 5, 6]]

    def test_a_place_that_is_not_there_is_the_nearest(self, two):
        view = ComparedRuns(two)
        view.head.handle({"type": "choose", "side": 9, "pair": -3})
        assert (view.head.state["side"], view.head.state["pair"]) == ("0", "0")

    def test_what_is_no_comparison_is_refused(self):
        with pytest.raises(ConfigError, match="a list is no comparison; give what compare"):
            ComparedRuns([])


class TestCharts:
    def test_every_chart_is_a_figure_that_plotly_knows(self, two):
        specs = charts_of(two, 0)
        assert [spec.figure is None for spec in specs] == [False] * 5 + [True]
        for spec in specs[:5]:
            Figure(spec.figure)
        assert specs[5].message == "Neither side looks ahead with pairs, so there is no τ* to compare."

    def test_the_difference_says_over_what_its_bars_are(self, two):
        spec = difference_chart(two.compared[0])
        (line,) = spec.figure["data"]
        assert spec.figure["layout"]["title"]["text"] == "Difference B - A, 95 % over test images"
        assert (
            spec.caption
            == "Bars: 95 % over the test images, for this one pair of runs. Other seeds may differ by more."
        )
        assert line["y"].tolist() == [0, 12.5, 12.5]
        row = two.compared[0].accuracy[1]
        assert line["customdata"][1].tolist() == [100 * row.lower, 100 * row.upper]
        assert line["y"][1] + line["error_y"]["array"][1] == pytest.approx(100 * row.upper)

    def test_over_seeds_it_has_another_title_and_marker(self):
        sides = [[run_of(history, path=f"{name}{s}", seed=s) for s in (0, 1)] for name, history in (("a", A), ("b", B))]
        seeds = difference_chart(comparison(*sides).compared[0])
        assert seeds.figure["layout"]["title"]["text"] == "Difference B - A, 95 % over seeds"
        assert seeds.caption == "Bars: 95 % over 2 seeds, paired by seed."
        assert seeds.figure["data"][0]["marker"]["symbol"] == "circle"

    def test_classes_are_counted_after_the_start_for_each_side(self, two):
        spec = classes_chart(two.compared[0], two.class_names)
        assert [trace["y"].tolist() for trace in spec.figure["data"]] == [[1, 1, 2], [2, 1, 1]]

    def test_runs_without_accuracy_have_sentences_in_their_place(self):
        without = [replace(one, evaluate=evaluated(one.cycle, 3, None, accuracy=None, n_test=0)) for one in A]
        specs = charts_of(comparison(run_of(without, path="a"), run_of(without, path="b")), 0)
        assert all(spec.message for spec in specs[:3])
        assert all(spec.figure for spec in specs[3:5])


def test_tau_of_runs_that_look_ahead_is_drawn_with_its_quartiles(tmp_path):
    from helpers.fake_runs import record
    from helpers.fakes import FakeSession

    from lada_explore import compare

    session, other = FakeSession(cycles=2), FakeSession(cycles=2, method="max-entropy")
    for one in (session, other):
        one.run(3)
    found = compare(record(session, tmp_path / "a"), record(other, tmp_path / "b"))
    (line,) = tau_chart(found.compared[0]).figure["data"]
    tau = session.history[1].look_ahead.tau
    assert (line["name"], line["x"].tolist()) == ("A", [1, 2])
    assert line["y"][0] == pytest.approx(tau.mean(), abs=1e-6)
    assert line["y"][0] + line["error_y"]["array"][0] == pytest.approx(np.quantile(tau, 0.75), abs=1e-6)
