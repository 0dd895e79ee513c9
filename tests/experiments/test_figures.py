"""The files of a sweep beside its tables: Parquet, and the figure for print."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import numpy as np
import pytest
from helpers.compared_runs import TARGETS, cycle_of, evaluated, run_of
from matplotlib.figure import Figure
from pyarrow import parquet

from lada_explore.errors import ConfigError
from lada_explore.experiments.bands import band, look_of
from lada_explore.experiments.compare import _compared
from lada_explore.experiments.compared import pair_up
from lada_explore.experiments.figures import LINES, _draw_difference, accuracy_file, difference_file
from lada_explore.experiments.plan import Run
from lada_explore.experiments.results import RUN_COLUMNS, CycleResult, Result, runs_parquet
from lada_explore.experiments.sides import sides_of
from lada_explore.experiments.sweep import FIGURES, MARK, require_place
from lada_explore.views.sweep_board.sweep_board import LINES as BOARD_LINES

CURVES = {
    "random": {0: {20: 0.5, 30: 0.6, 40: 0.7}, 1: {20: 0.4, 30: 0.56, 40: 0.7}},
    "lada-entmix@policy.tau_max=4": {0: {20: 0.5, 30: 0.65}},
    "margin": {},
}


class TestBand:
    def test_is_the_mean_with_the_interval_of_student(self):
        first, second = band({30: [0.7], 20: [0.6, 0.62, 0.64]})
        assert (first.labels, first.seeds, first.accuracy) == (20, 3, pytest.approx(0.62))
        # s = 0.02, t(0.975, 2) = 4.30265.
        assert (first.lower, first.upper) == (pytest.approx(0.62 - 0.0496828), pytest.approx(0.62 + 0.0496828))
        assert (second.labels, second.accuracy, second.lower, second.upper) == (30, 0.7, None, None)


class TestFigure:
    def test_names_axes_units_methods_seeds_and_the_band(self):
        drawn = accuracy_file(CURVES, "svg", MARK).decode()
        texts = re.findall(r"<text[^>]*>([^<]+)</text>", drawn)
        assert "labelled images" in texts
        assert "test accuracy (%)" in texts
        assert "random (2 seeds, band: 95 % interval cut at 0 % and 100 %)" in texts
        assert texts[texts.index("lada-entmix") + 1] == "@policy.tau_max=4 (1 seed)"
        assert not any("margin" in text for text in texts)

    def test_long_names_leave_the_axes_as_wide_as_short_ones(self):
        def width(*names):
            drawn = accuracy_file({name: CURVES["random"] for name in names}, "svg", MARK).decode()
            (frame,) = re.findall(r'<g id="patch_2">\s*<path d="([^"]*)"', drawn)
            across = [float(x) for x in re.findall(r"[ML] ([\d.]+) ", frame)]
            return max(across) - min(across)

        names = [f"lada-entmix@policy.tau_max={cap}@schedule.budget=10@training.learning_rate=0.0002" for cap in (1, 4)]
        assert width(*names) == width("random", "lada-entmix") > 200  # points, of 252 of a column

    @pytest.mark.parametrize(
        ("accuracies", "said"),
        [
            ((0.02, 0.1, 0.15), " cut at 0 %"),
            ((0.85, 0.9, 0.98), " cut at 100 %"),
            ((0.1, 0.9), " cut at 0 % and 100 %"),
            ((1.0, 1.0), ""),
            ((0.5, 0.51), ""),
        ],
    )
    def test_says_where_its_band_is_cut(self, accuracies, said):
        curves = {"random": {seed: {20: accuracy, 30: accuracy} for seed, accuracy in enumerate(accuracies)}}
        drawn = accuracy_file(curves, "svg", MARK).decode()
        assert f">random ({len(accuracies)} seeds, band: 95 % interval{said})<" in drawn

    @pytest.mark.parametrize("file_format", ["svg", "pdf"])
    def test_is_the_same_file_for_the_same_numbers_and_holds_the_mark(self, file_format):
        first = accuracy_file(CURVES, file_format, MARK)
        assert first == accuracy_file(CURVES, file_format, MARK)
        assert MARK.encode() in first
        assert first.startswith({"svg": b"<?xml", "pdf": b"%PDF"}[file_format])

    def test_without_a_run_is_empty_axes(self):
        assert "test accuracy (%)" in accuracy_file({"random": {}}, "svg", MARK).decode()

    def test_lines_can_be_told_apart_without_colours(self):
        assert len({(str(dashes), marker) for _, dashes, marker in LINES}) == len(LINES)
        assert len({colour for colour, _, _ in LINES}) == len(LINES)

        def grey(colour):
            red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
            return 0.299 * red + 0.587 * green + 0.114 * blue

        assert max(grey(colour) for colour, _, _ in LINES) < 190  # darker than the grid, and seen on white

    @pytest.mark.parametrize("lines", [LINES, BOARD_LINES])
    def test_lines_of_later_methods_differ_from_all_earlier_ones_without_colours_too(self, lines):
        looks = [look_of(lines, place) for place in range(21)]
        assert looks[: len(lines)] == list(lines)
        assert len({(str(dashes), marker) for _, dashes, marker in looks}) == 21

    def test_eight_methods_are_eight_lines(self):
        curves = {f"method-{n}": {0: {20: 0.5, 30: 0.6 + n / 100}} for n in range(8)}
        drawn = accuracy_file(curves, "svg", MARK).decode()
        styles = re.findall(r'clip-path="[^"]*" style="(fill: none;[^"]*stroke-width: 1.3[^"]*)"', drawn)
        assert len(styles) == len(set(styles)) == 8


class TestParquet:
    def test_holds_the_rows_of_runs_csv_as_numbers(self, tmp_path):
        cycles = tuple(CycleResult(cycle=c, labels=20 + c, accuracy=0.5 + c / 10, seconds=1.23456) for c in range(2))
        run = Run(method="random@schedule.budget=4", seed=3, path=tmp_path)
        content = runs_parquet([Result(run=run, cycles=cycles, complete=True, right=None)], MARK)
        table = parquet.read_table(io.BytesIO(content))
        assert tuple(table.column_names) == RUN_COLUMNS
        assert table.to_pylist()[1] == dict(
            zip(RUN_COLUMNS, ("random@schedule.budget=4", 3, 1, 21, 0.6, 1.235), strict=True)
        )
        assert MARK.encode() in content
        assert np.issubdtype(table["accuracy"].to_numpy().dtype, np.floating)


@pytest.mark.parametrize("name", FIGURES)
def test_a_file_of_somebody_else_is_not_replaced(tmp_path, name):
    (tmp_path / name).write_bytes(b"%PDF-1.4 mine")
    with pytest.raises(ConfigError, match=f"{name} is no table of a sweep and would be replaced"):
        require_place(tmp_path)
    (tmp_path / name).write_bytes(accuracy_file(CURVES, "pdf", MARK))
    require_place(tmp_path)


class TestDifferences:
    """The figure of `compare`, of runs whose difference is worked out by hand in `test_compare`."""

    def compared(self):
        start = cycle_of(0, {1: 0}, evaluated(0, 1, [0] * len(TARGETS)))
        first = [start, cycle_of(1, {4: 0}, evaluated(1, 2, TARGETS.tolist()), candidates=[4, 5])]
        one_wrong = [(TARGETS[0] + 1) % 3, *TARGETS.tolist()[1:]]
        second = [start, cycle_of(1, {5: 1}, evaluated(1, 2, one_wrong), candidates=[4, 5])]
        sides = sides_of([[run_of(first, path="runs/a")], [run_of(second, path="runs/b")]])
        return [_compared(sides[0], sides[1], pair_up(*sides), TARGETS)]

    def test_says_which_sides_which_unit_and_what_the_bars_are_over(self):
        texts = re.findall(
            r"<text[^>]*>([^<]+)</text>", (difference_file(self.compared(), "svg", MARK) or b"").decode()
        )
        assert "difference to A (points)" in texts
        assert "labelled images" in texts
        assert "B: b (random, seed 0)" in texts
        assert "minus A: a (random, seed 0)" in texts
        assert f"(bars: 95 % over {len(TARGETS)} test images of one run each)" in texts

    @pytest.mark.parametrize(("file_format", "begins"), [("svg", b"<?xml"), ("pdf", b"%PDF")])
    def test_is_the_same_file_for_the_same_numbers(self, file_format, begins):
        drawn = difference_file(self.compared(), file_format, MARK)
        assert drawn is not None
        assert drawn.startswith(begins)
        assert drawn == difference_file(self.compared(), file_format, MARK)

    def test_ends_of_a_bar_are_those_of_the_table(self):
        (one,) = self.compared()
        figure = Figure()
        axes = figure.add_subplot()
        _draw_difference(axes, one, 0.0, *LINES[0])
        row = next(row for row in one.accuracy if row.at == 2)
        ends = axes.containers[0].lines[2][0].get_segments()[-1]
        assert ends[:, 1] == pytest.approx([100 * row.lower, 100 * row.upper])

    def test_runs_without_a_difference_have_no_figure(self):
        (one,) = self.compared()
        none = replace(one, accuracy=tuple(replace(row, difference=None) for row in one.accuracy))
        assert difference_file([none], "svg", MARK) is None
