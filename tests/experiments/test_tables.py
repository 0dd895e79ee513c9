"""Tables of a sweep: accuracy at each number of labels, summaries, differences."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from helpers.fake_runs import info_of
from helpers.fakes import FakeSession

from lada_explore.errors import ConfigError
from lada_explore.experiments.paired import At, Difference, accuracy_rows, shared_labels
from lada_explore.experiments.plan import Run
from lada_explore.experiments.results import CycleResult, Result, complete_curves, curves_of, runs_there
from lada_explore.experiments.sweep import Sweep
from lada_explore.experiments.tables import (
    conditions,
    differences,
    differences_markdown,
    half_up,
    to_markdown,
    unlike,
)
from lada_explore.store import RunFolder
from lada_explore.store.run_info import settings_named_in

# Accuracy at 20, 30 and 40 labels. The differences at 30 are 0.01, 0.03 and 0.02: mean 0.02, s 0.01.
CURVES = {
    "random": {0: {20: 0.5, 30: 0.60, 40: 0.70}, 1: {20: 0.4, 30: 0.55, 40: 0.70}, 2: {20: 0.6, 30: 0.65, 40: 0.70}},
    "mine": {0: {20: 0.5, 30: 0.61, 40: 0.72}, 1: {20: 0.4, 30: 0.58, 40: 0.70}, 2: {20: 0.6, 30: 0.67}},
}


class TestTable:
    def test_a_method_is_compared_by_seed_at_each_number_of_labels(self):
        rows = {(row.at, row.method): row for row in accuracy_rows(CURVES, "random")}
        at_30 = rows[30, "mine"]
        assert (at_30.seeds, at_30.accuracy, at_30.difference) == (3, pytest.approx(0.62), pytest.approx(0.02))
        assert (at_30.lower, at_30.upper) == (pytest.approx(-0.0048414, abs=1e-7), pytest.approx(0.0448414, abs=1e-7))
        assert (rows[20, "mine"].difference, rows[20, "mine"].lower) == (0.0, 0.0)

    def test_a_seed_that_only_one_method_has_reached_is_left_out_of_the_difference(self):
        at_40 = {row.method: row for row in accuracy_rows(CURVES, "random") if row.at == 40}
        assert (at_40["random"].seeds, at_40["mine"].seeds) == (3, 2)
        # 0.02 and 0.00 of the seeds 0 and 1.
        assert at_40["mine"].difference == pytest.approx(0.01)
        assert at_40["mine"].upper == pytest.approx(0.01 + 0.12706205)

    def test_means_are_over_the_cycles_after_the_start_of_complete_curves(self):
        mean = {row.method: row for row in accuracy_rows(CURVES, "random") if row.at is At.MEAN}
        # random: (0.65, 0.625, 0.675); mine: (0.665, 0.64) of two seeds; differences 0.015 and 0.015.
        assert (mean["random"].seeds, mean["random"].accuracy) == (3, pytest.approx(0.65))
        assert (mean["mine"].seeds, mean["mine"].accuracy) == (2, pytest.approx(0.6525))
        assert mean["mine"].lower == pytest.approx(0.015)

    def test_the_best_accuracy_of_each_run_has_a_mean_and_a_deviation_over_the_seeds(self):
        curves = {"falls": {0: {20: 0.5, 30: 0.9, 40: 0.7}, 1: {20: 0.4, 30: 0.6, 40: 0.8}, 2: {20: 0.6, 30: 0.5}}}
        (best,) = [row for row in accuracy_rows(curves, "falls") if row.at is At.BEST]
        # 0.9 and 0.8 of the two complete runs; their standard deviation is 0.1 / sqrt(2).
        assert (best.seeds, best.accuracy, best.deviation) == (2, pytest.approx(0.85), pytest.approx(0.1 / 2**0.5))

    def test_the_start_counts_for_the_best_accuracy_and_not_for_the_mean(self):
        rows = {row.at: row for row in accuracy_rows({"falls": {0: {20: 0.9, 30: 0.5, 40: 0.7}}}, "falls")}
        assert (rows[At.BEST].accuracy, rows[At.MEAN].accuracy) == (0.9, pytest.approx(0.6))

    def test_a_person_is_told_that_the_best_accuracy_is_picked_on_the_test_set(self):
        text = to_markdown(accuracy_rows(CURVES, "random"), ["random", "mine"], "random", "Tiny runs.")
        assert "the best accuracy of each run, the start included" in text
        assert "it is picked on the test set, so it is higher than new images would show" in text

    def test_runs_that_hold_answers_out_have_summaries_by_all_of_their_answers(self):
        curves = {"random": {0: {20: 0.5, 29: 0.6}}, "mine": {0: {20: 0.4, 31: 0.8}}}
        assert not [row for row in accuracy_rows(curves, "random") if isinstance(row.at, At)]
        results = [
            Result(
                run=Run(method=method, seed=0, path=Path()),
                cycles=tuple(
                    CycleResult(cycle=c, labels=n, accuracy=accuracy, seconds=1.0, held_out=22 + 10 * c - n)
                    for c, (n, accuracy) in enumerate(seeds[0].items())
                ),
                complete=True,
                right=None,
            )
            for method, seeds in curves.items()
        ]
        rows = accuracy_rows(curves, "random", complete_curves(results, list(curves)))
        found = {(row.at, row.method): row for row in rows if isinstance(row.at, At)}
        assert (found[At.MEAN, "mine"].accuracy, found[At.MEAN, "mine"].difference) == (0.8, pytest.approx(0.2))
        assert found[At.BEST, "random"].accuracy == 0.6

    def test_the_baseline_has_no_difference_to_itself(self):
        for row in accuracy_rows(CURVES, "mine"):
            if row.method == "mine":
                assert (row.difference, row.lower, row.upper) == (None, None, None)

    def test_an_unknown_baseline_is_named(self):
        with pytest.raises(ConfigError, match="baseline 'best' is not in the sweep; choose one of random, mine"):
            accuracy_rows(CURVES, "best")

    def test_a_person_reads_per_cent_and_points(self):
        lines = to_markdown(accuracy_rows(CURVES, "random"), ["random", "mine"], "random", "Tiny runs.").splitlines()
        assert lines[0].startswith("Tiny runs. Test accuracy in per cent")
        assert lines[2:4] == ["| labels | random | mine |", "|---:|---:|---:|"]
        assert lines[5] == "| 30 | 60.00 | 62.00<br>+2.00 (-0.48 to +4.48) |"
        assert lines[-2].startswith("| mean | 65.00 | 65.25<br>+1.50 (+1.50 to +1.50) |")
        assert lines[-1].startswith("| best (deviation) | 70.00 (0.00) | 71.00 (1.41)<br>+1.00 (")

    def test_an_interval_is_promised_only_where_two_seeds_have_one(self):
        for n, told in (
            (2, "; below it, in points, the difference to random with its 95 % confidence interval (Student's t, "),
            (1, "mean over the seeds; below it, in points, the difference to random; one seed has no interval. The"),
        ):
            curves = {method: {seed: seeds[seed] for seed in range(n)} for method, seeds in CURVES.items()}
            text = to_markdown(accuracy_rows(curves, "random"), ["random", "mine"], "random", "Tiny runs.")
            assert told in text
            assert ("95 %" in text) == (n > 1)
        alone = to_markdown(accuracy_rows({"random": CURVES["random"]}, "random"), ["random"], "random", "Tiny runs.")
        assert "Test accuracy in per cent, mean over the seeds. The line" in alone


class TestRounding:
    @pytest.mark.parametrize(
        ("number", "places", "printed"),
        [
            (32.175, 2, "32.18"),  # Stored as 32.1749999999999971578.
            (32.185, 2, "32.19"),  # Stored as 32.185000000000002273.
            (0.125, 2, "0.13"),  # Stored exactly.
            (-0.765, 2, "-0.77"),
            (100 * 0.46084999999999990, 2, "46.09"),  # A mean of decimals, 0.46085 but for its last digits.
            (32.1749, 2, "32.17"),
            (0.0125, 3, "0.013"),
            (70.0, 2, "70.00"),
            (1e-17, 2, "0.00"),
            (np.float64(0.995), 2, "1.00"),
        ],
    )
    def test_a_half_goes_up_as_a_person_reads_the_number(self, number, places, printed):
        assert str(half_up(number, places)) == printed

    def test_a_number_that_is_not_known_is_not_hidden(self):
        assert str(half_up(float("nan"), 2)) == "NaN"

    def test_every_number_of_a_row_is_rounded_so(self):
        curves = {"random": {0: {20: 0.32125, 30: 0.5}}, "mine": {0: {20: 0.32175, 30: 0.50005}}}
        lines = to_markdown(accuracy_rows(curves, "random"), ["random", "mine"], "random", "Tiny runs.").splitlines()
        assert lines[4] == "| 20 | 32.13 | 32.18<br>+0.05 |"
        assert lines[5] == "| 30 | 50.00 | 50.01<br>+0.01 |"

    def test_every_number_of_a_comparison_is_rounded_so(self):
        one = Difference(
            method="mine",
            against="random",
            seeds=20,
            difference=-0.00125,
            lower=-0.32175,
            upper=0.00935,
            p=0.0125,
            p_holm=0.0625,
        )
        line = differences_markdown([one]).splitlines()[-1]
        assert line == "| mine | random | 20 | -0.13 | -32.18 to +0.94 | 0.013 | 0.063 |"


def test_the_conditions_tell_each_setting_once(tmp_path):
    settings = {"classifier.width": 8, "schedule.budget": 4, "training.epochs": 2}
    sweep = Sweep(methods=("random",), seeds=1, out=tmp_path, cycles=3, settings=settings, device="cpu")
    assert conditions(sweep).endswith(", width 8, 3 cycles of 4 labels, 1 seed, training.epochs=2.")


def test_the_conditions_of_a_borrowed_network_tell_no_width(tmp_path):
    kind = {"classifier.kind": "timm:test_vit"}
    sweep = Sweep(out=tmp_path, methods=("random",), seeds=1, cycles=1, settings=kind)
    assert (
        conditions(sweep) == "Preset demo on fashion-mini, 1 cycle of 10 labels, 1 seed, classifier.kind=timm:test_vit."
    )


def test_the_table_names_every_device_and_precision_that_its_runs_were_made_with(tmp_path):
    sweep = Sweep(methods=("random", "max-entropy"), seeds=1, out=tmp_path, cycles=0, device="cpu")
    info = replace(info_of(FakeSession(cycles=0)), device="cpu (1 thread)", versions={"torch": "2.14.1"})
    for run, precision in zip(sweep.runs(), ("float32", "bfloat16"), strict=True):
        RunFolder.create(run.path, replace(info, config=sweep.config(run.method, run.seed), precision=precision))
    assert " of 10 labels, 1 seed; " in conditions(sweep)
    here = "cpu (1 thread), torch 2.14.1"
    assert conditions(sweep).endswith(f"; {here}, float32 or {here}, bfloat16.")


def test_a_run_that_is_older_than_a_setting_counts_and_is_said_to_be_older(tmp_path, monkeypatch):
    sweep = Sweep(methods=("random",), seeds=1, out=tmp_path, cycles=0, device="cpu")
    (run,) = sweep.runs()
    older = sweep.config("random", 0).with_settings({"training.stn_sees": "both", "vaal.steps": 7})
    RunFolder.create(run.path, replace(info_of(FakeSession(cycles=0)), config=older, precision="float32"))
    assert runs_there(sweep) == []
    names = settings_named_in(run.path) - {"training.stn_sees"}
    monkeypatch.setattr("lada_explore.experiments.found.settings_named_in", lambda path: names)
    assert [there for there, _ in runs_there(sweep)] == [run]
    assert conditions(sweep).endswith("; older runs with training.stn_sees=both.")
    # One that is asked for by name has to be as it is asked for.
    for asked in ({"training.stn_sees": "transformed"}, {"fidelity": "released"}):
        assert runs_there(replace(sweep, settings=asked)) == []


def result(method, seed, right, cycles=2, budget=10):
    """A complete run in which each test image was right in as many of the first cycles as `right` says."""
    run = Run(method=method, seed=seed, path=Path())
    shares = [0.5, *(0.5 if right is None else float(np.mean(np.array(right) > c)) for c in range(cycles))]
    points = [
        CycleResult(cycle=c, labels=20 + budget * c, accuracy=share, seconds=1.0) for c, share in enumerate(shares)
    ]
    known = None if right is None else {20 + budget * (c + 1): np.array(right) > c for c in range(cycles)}
    return Result(run=run, cycles=tuple(points), complete=True, right=known)


def written(results, methods):
    """The table for people of these runs, the first method being the baseline."""
    complete = complete_curves(results, methods)
    rows = accuracy_rows(curves_of(results, methods), methods[0], complete)
    comparisons = [(method, methods[0]) for method in methods[1:]]
    text = to_markdown(rows, methods, methods[0], "Tiny runs.", shared_labels(complete))
    return f"{text}\n{differences_markdown(differences(results, comparisons), unlike(results, comparisons))}"


class TestAGridOfSchedules:
    """Runs of one method that differ in their numbers of labels alone are equal where both have come."""

    def test_of_cycles_finds_no_difference_between_the_same_first_cycles(self):
        names = ["random@schedule.cycles=1", "random@schedule.cycles=3"]
        results = [result(names[0], seed, [1, 0, 0, seed], cycles=1) for seed in (0, 1)]
        results += [result(names[1], seed, [3, 2, 2, seed], cycles=3) for seed in (0, 1)]
        # The first cycle of both is made equal: an image that is right in it is in both.
        for short, long in zip(results[:2], results[2:], strict=True):
            long.right[30][:] = short.right[30]
        rows = {
            (row.at, row.method): row
            for row in accuracy_rows(curves_of(results, names), names[0], complete_curves(results, names))
        }
        assert rows[At.MEAN, names[1]].accuracy == results[2].cycles[1].accuracy / 2 + results[3].cycles[1].accuracy / 2
        (found,) = differences(results, [(names[1], names[0])])
        assert (found.difference, found.lower, found.upper, found.p) == (0, 0, 0, 1)
        text = written(results, names)
        assert (
            "The line `mean` is the mean over the numbers of labels after the start that all runs have (30), the line "
            "`best` the best accuracy of each run, of those that all runs have (20, 30), with its" in text
        )
        assert (
            "random@schedule.cycles=3 and random@schedule.cycles=1 differ in their numbers of labels, and are compared "
            "at those that both have after the start: 30." in text
        )

    def test_of_budgets_compares_the_numbers_of_labels_that_both_have(self):
        names = ["random@schedule.budget=10", "random@schedule.budget=20"]
        results = [result(names[0], seed, [4, 2, 2, seed], cycles=4) for seed in (0, 1)]
        results += [result(names[1], seed, [2, 1, 1, seed], cycles=2, budget=20) for seed in (0, 1)]
        rows = {
            (row.at, row.method): row
            for row in accuracy_rows(curves_of(results, names), names[0], complete_curves(results, names))
        }
        # 40 and 60 labels: the second and fourth cycle of the one, the first and second of the other.
        assert rows[At.MEAN, names[0]].accuracy == pytest.approx(np.mean([[0.75, 0.25], [0.75, 0.25]]))
        assert rows[At.MEAN, names[1]].accuracy == pytest.approx(np.mean([[0.75, 0.25], [1.0, 0.25]]))
        (found,) = differences(results, [(names[1], names[0])])
        assert found.difference == pytest.approx(rows[At.MEAN, names[1]].difference)

    def test_without_a_common_number_of_labels_has_no_summary_and_says_so(self):
        names = ["random@schedule.budget=10", "random@schedule.budget=15"]
        results = [result(names[0], seed, [1, 0, 0, 1]) for seed in (0, 1)]
        results += [result(names[1], seed, [2, 0, 0, 1], budget=15) for seed in (0, 1)]
        text = written(results, names)
        assert "The runs have no number of labels after the start in common, so there are no lines `mean`" in text
        assert "| mean" not in text
        assert text.endswith(
            "\n\nrandom@schedule.budget=15 and random@schedule.budget=10 have no number of labels after the start in "
            "common, so they are not compared.\n"
        )

    @pytest.mark.parametrize(
        ("methods", "told"),
        [
            (("random@schedule.cycles=1", "random@schedule.cycles=3"), ", width 16, cycles of 10 labels, 1 seed;"),
            (("random@schedule.budget=4", "random@schedule.budget=8"), ", width 16, 2 cycles, 1 seed;"),
            (
                ("random", "random@schedule.budget=4@schedule.cycles=3@classifier.width=8"),
                "Preset demo on fashion-mini, 1 seed;",
            ),
        ],
    )
    def test_has_conditions_that_name_what_all_methods_share(self, tmp_path, methods, told):
        cycles = None if "cycles=1" in methods[0] else 2
        assert told in conditions(Sweep(methods=methods, seeds=1, out=tmp_path, cycles=cycles))


class TestDifferences:
    RESULTS = (
        result("random", 0, [0, 1, 2, 1]),
        result("random", 1, [0, 0, 2, 2]),
        result("mine", 0, [1, 2, 2, 2]),
        result("mine", 1, [0, 2, 2, 2]),
        result("mine", 2, [0, 0, 0, 0]),  # A seed that the other method has not.
        result("old", 0, None),  # Made before predictions were recorded.
        result("old", 1, None),
    )

    def test_are_means_over_the_common_seeds_and_the_test_images(self):
        (found,) = differences(self.RESULTS, [("mine", "random")])
        # Of 2 cycles: seed 0 gains (1 + 1 + 0 + 1) / 8, seed 1 (0 + 2 + 0 + 0) / 8.
        assert (found.method, found.against, found.seeds) == ("mine", "random", 2)
        assert found.difference == pytest.approx(5 / 16)
        assert 0 <= found.lower <= 5 / 16 <= found.upper

    def test_are_corrected_for_the_comparisons_that_could_be_made(self):
        found = differences(self.RESULTS, [("mine", "random"), ("old", "random"), ("random", "mine")])
        assert [one.method for one in found] == ["mine", "random"]
        assert found[0].p_holm == pytest.approx(2 * found[0].p)

    def test_a_person_reads_points_and_is_warned_of_few_seeds(self):
        text = differences_markdown(differences(self.RESULTS, [("mine", "random")]))
        assert "With 2 seeds the intervals are too narrow; 10 or more are needed." in text
        assert text.splitlines()[-1].startswith("| mine | random | 2 | +31.25 | +")
