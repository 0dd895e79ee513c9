"""Comparing runs: from records whose numbers are worked out by hand."""

from __future__ import annotations

import csv
from dataclasses import replace

import numpy as np
import pytest
from helpers.compared_runs import TARGETS, branch_of, cycle_of, evaluated, run_of

from lada_explore.errors import ConfigError
from lada_explore.experiments.compare import _compared
from lada_explore.experiments.compared import Compared, Over, overall_of, pair_up
from lada_explore.experiments.comparison import COLUMNS, Comparison
from lada_explore.experiments.comparison_notes import notes_of
from lada_explore.experiments.paired import At
from lada_explore.experiments.sides import require_same_images, sides_of
from lada_explore.views.compared.compared_charts import difference_chart

RIGHT = TARGETS.tolist()


def wrong_in(*places: int) -> list[int]:
    """Predictions that are right but for these images."""
    return [(label + 1) % 3 if place in places else label for place, label in enumerate(RIGHT)]


A = [
    cycle_of(0, {1: 0, 2: 1, 3: 2}, evaluated(0, 3, wrong_in(0, 1, 2, 3))),
    cycle_of(1, {4: 0, 5: 1}, evaluated(1, 5, wrong_in(0, 1, 2)), candidates=[4, 5, 6, 7]),
    cycle_of(2, {6: 2, 7: 0}, evaluated(2, 7, wrong_in(0)), candidates=[6, 7, 8, 9]),
]
B = [
    A[0],
    cycle_of(1, {5: 1, 8: 2}, evaluated(1, 5, wrong_in(2, 3)), candidates=[4, 5, 7, 8]),
    cycle_of(2, {7: 1, 9: 0}, evaluated(2, 7, wrong_in(0, 4)), candidates=[7, 9, 6, 4]),
]


def compared(*groups, targets=TARGETS, why_not="") -> Comparison:
    """What `compare` makes of runs that are read already."""
    sides = sides_of([group if isinstance(group, list) else [group] for group in groups])
    require_same_images(sides)
    found = [_compared(sides[0], other, pair_up(sides[0], other), targets) for other in sides[1:]]
    noted = [replace(one, notes=notes_of(one, why_not)) for one in overall_of(found, targets)]
    return Comparison(sides=sides, compared=tuple(noted), class_names=sides[0].runs[0].class_names)


def only(comparison: Comparison) -> Compared:
    (one,) = comparison.compared
    return one


def said(comparison: Comparison) -> str:
    return " ".join(note for one in comparison.compared for note in one.notes)


class TestTwoSingleRuns:
    ONE = compared(run_of(A, path="runs/a"), run_of(B, path="runs/b", method="max-entropy"))

    def test_differences_are_paired_by_test_image_at_each_number_of_labels(self):
        rows = {row.at: row for row in only(self.ONE).accuracy}
        assert list(rows) == [3, 5, 7, At.MEAN]
        at_5 = rows[5]
        # Of 8 images A is right in 3 to 7, B in all but 2 and 3: only A in 3, only B in 0 and 1.
        assert (at_5.first, at_5.second, at_5.difference) == (5 / 8, 6 / 8, 1 / 8)
        assert (at_5.only_first, at_5.only_second, at_5.differ) == (1 / 8, 2 / 8, 3 / 8)
        assert (at_5.n_runs, at_5.n_test, at_5.over) == (1, 8, Over.TEST_IMAGES)
        # (3 - 2) / 10 -+ 1.959964 * sqrt((0.5 - 0.01) / 10), and p = 1: one or two of three.
        assert (at_5.lower, at_5.upper, at_5.p) == pytest.approx((0.1 - 0.4338565, 0.1 + 0.4338565, 1))

    def test_the_mean_has_an_interval_over_the_images(self):
        (mean,) = [row for row in only(self.ONE).accuracy if row.at is At.MEAN]
        assert (mean.first, mean.second, mean.difference) == (0.75, 0.75, pytest.approx(0))
        # Mean differences of the images: 1/2 of 0 and 1, -1/2 of 3 and 4, else 0: s = sqrt(1/7), t of 7 is 2.364624.
        half = 2.364624 * (1 / 7) ** 0.5 / 8**0.5
        assert (mean.lower, mean.upper, mean.over) == (pytest.approx(-half), pytest.approx(half), Over.TEST_IMAGES)

    def test_equal_predictions_leave_no_interval(self):
        start = only(self.ONE).accuracy[0]
        assert (start.at, start.difference, start.differ, start.over, start.same) == (3, 0, 0, None, True)
        assert (start.only_first, start.only_second) == (0, 0)

    def test_an_interval_over_images_is_never_said_to_be_over_seeds(self):
        assert "Intervals (95 %) are over the 8 test images" in said(self.ONE)
        assert "They say nothing of other seeds" in said(self.ONE)
        assert {row["interval_over"] for row in self.ONE.tables["accuracy"]} == {None, "test images"}

    def test_what_each_asked_stands_in_tables_of_images_classes_and_cycles(self):
        asked = self.ONE.tables["asked"]
        assert [(row["both"], row["only_run"], row["only_against"]) for row in asked] == [
            (3, 0, 0),
            (1, 1, 1),
            (1, 1, 1),
        ]
        assert [row["overlap"] for row in asked] == [1, 1 / 3, 1 / 3]
        assert [row["candidates_of_both"] for row in asked] == [None, 3, 3]
        # So far 1, 2, 3, 5 and 7 of nine images; 7 is a disc in A and a square in B.
        assert (asked[2]["both_so_far"], asked[2]["overlap_so_far"], asked[2]["labelled_otherwise"]) == (5, 5 / 9, 1)
        images = {(row["cycle"], row["id"]): row for row in self.ONE.tables["images"]}
        assert [images[1, i]["asked_by"] for i in (5, 8, 4)] == ["both", "run", "against"]
        assert (images[2, 7]["class_in_run"], images[2, 7]["class_in_against"]) == ("square", "disc")
        stars = [row for row in self.ONE.tables["classes"] if (row["cycle"], row["class"]) == (1, "star")]
        assert [(row["in_run"], row["in_against"], row["only_run"], row["only_against"]) for row in stars] == [
            (1, 0, 1, 0)
        ]
        assert "1 image that both have labelled has another label in one than in the other." in said(self.ONE)

    def test_settings_that_differ_are_named(self):
        assert "method: A random, B max-entropy." in said(self.ONE)

    def test_other_seeds_are_said_to_be_a_part_of_the_difference(self):
        two = compared(run_of(A, path="runs/a"), run_of(B, path="runs/b", seed=4))
        assert "have the seeds 0 and 4 and began with other images" in said(two)
        assert len(only(two).pairs) == 1

    def test_every_table_has_its_columns_and_is_written_as_csv(self, tmp_path):
        for name, rows in self.ONE.tables.items():
            assert all(tuple(row) == COLUMNS[name] for row in rows)
        self.ONE.write(tmp_path / "out")
        with (tmp_path / "out" / "accuracy.csv").open() as file:
            lines = list(csv.DictReader(file))
        assert [line["labels"] for line in lines] == ["3", "5", "7", ""]
        assert {file.name for file in (tmp_path / "out").glob("difference.*")} == {"difference.svg", "difference.pdf"}
        assert (lines[1]["difference_points"], lines[1]["differ_percent"]) == ("12.5", "37.5")
        with pytest.raises(ConfigError, match="out exists already"):
            self.ONE.write(tmp_path / "out")

    def test_a_notebook_shows_names_of_folders_as_text(self):
        shown = compared(run_of(A, path="runs/<b>&"), run_of(B, path="runs/b"))._repr_html_()
        assert "A: &lt;b&gt;&amp; (random, seed 0)" in shown
        assert "<td style='text-align:left'>5</td>" in shown


def test_the_third_side_is_called_by_its_letter_in_what_differs():
    third = run_of(B, path="c", method="max-entropy", oracle="person")
    found = compared(run_of(A, path="a"), run_of(B, path="b"), third)
    assert found.compared[1].notes[0] == "method: A random, C max-entropy. Answers: ground-truth in A, person in C."


class TestIdentical:
    def test_runs_that_did_the_same_are_identical(self):
        same = compared(run_of(A, path="runs/a"), run_of(A, path="runs/b"))
        assert only(same).identical
        assert "The runs are identical up to cycle 2: they label the same images with the same classes" in said(same)
        assert {row["overlap"] for row in same.tables["asked"]} == {1}
        assert {row.differ for row in only(same).accuracy if row.at is not At.MEAN} == {0}
        assert {row.difference for row in only(same).accuracy} == {0}
        assert {(row.lower, row.over) for row in only(same).accuracy} == {(None, None)}

    def test_equal_images_with_another_label_are_not_identical(self):
        other = [*A[:2], replace(A[2], query=replace(A[2].query, labels=np.array([2, 1])))]
        assert not only(compared(run_of(A, path="runs/a"), run_of(other, path="runs/b"))).identical

    def test_without_recorded_predictions_nothing_is_called_identical(self):
        old = [replace(A[0], evaluate=evaluated(0, 3, None))]
        same = compared(run_of(old, path="runs/a"), run_of(old, path="runs/b"))
        assert not only(same).identical
        assert "Predictions of the test images are not recorded, as in runs of an earlier version" in said(same)
        assert only(same).accuracy[0].difference == 0
        assert only(same).accuracy[0].differ is None


class TestBranches:
    PARENT = run_of(A, path="runs/parent")

    def test_a_branch_is_compared_from_its_last_shared_cycle_on(self):
        branch = branch_of(self.PARENT, 1, [B[2]], path="runs/branch")
        found = compared(self.PARENT, branch)
        assert "Cycles 0 to 1 are shared: the same records, so what differs begins with cycle 2." in said(found)
        rows = only(found).accuracy
        assert [(row.at, row.shared) for row in rows] == [(5, True), (7, False), (At.MEAN, False)]
        assert (rows[0].difference, rows[0].over) == (0, None)
        # The mean is over cycle 2 alone: 6 and 7 of 8.
        assert (rows[2].first, rows[2].second) == (7 / 8, 6 / 8)
        assert [row["shared"] for row in found.tables["asked"]] == [True, True, False]

    def test_two_branches_of_one_run_share_its_cycles(self):
        one = branch_of(self.PARENT, 1, [B[2]], path="runs/one")
        other = branch_of(self.PARENT, 0, [B[1], B[2]], path="runs/other")
        assert only(compared(one, other)).pairs[0].shared == 0
        twin = branch_of(self.PARENT, 1, [A[2]], path="runs/twin")
        assert only(compared(one, twin)).pairs[0].shared == 1

    def test_a_branch_of_a_branch_shares_what_its_grandparent_made(self):
        middle = branch_of(self.PARENT, 1, [B[2]], path="runs/middle")
        last = branch_of(middle, 2, [], path="runs/last")
        assert only(compared(self.PARENT, last)).pairs[0].shared == 1

    def test_cycles_that_a_branch_has_from_another_run_are_said_to_be_that_runs(self):
        other = run_of(A, path="runs/other", method="lada-entmix")
        found = compared(other, branch_of(self.PARENT, 1, [B[2]], path="runs/branch"))
        assert "B is a branch: cycles 0 to 1 are shared with ../parent; nothing is changed." in said(found)
        shares = compared(self.PARENT, branch_of(self.PARENT, 1, [B[2]], path="runs/branch"))
        assert "is a branch" not in said(shares)

    def test_a_branch_with_nothing_changed_is_identical(self):
        twin = branch_of(self.PARENT, 1, [A[2]], path="runs/twin")
        found = compared(self.PARENT, twin)
        assert only(found).identical
        assert "Cycles 0 to 1 are shared: the same records." in said(found)
        assert "Intervals" not in said(found)

    def test_runs_of_version_1_have_no_id_and_share_nothing_by_it(self):
        assert only(compared(run_of(A, path="a", id=""), run_of(A, path="b", id=""))).pairs[0].shared == -1


class TestUnfinished:
    def test_runs_are_compared_up_to_the_last_cycle_of_both(self):
        found = compared(run_of(A, path="runs/a"), run_of(B[:2], path="runs/b"))
        assert "A has come to cycle 2 and B to cycle 1; they are compared up to cycle 1." in said(found)
        assert [row.at for row in only(found).accuracy] == [3, 5, At.MEAN]
        assert [row["cycle"] for row in found.tables["asked"]] == [0, 1]

    def test_a_cycle_that_is_under_way_does_not_count(self):
        open_one = [*B[:2], replace(B[2], evaluate=None)]
        assert only(compared(run_of(A, path="runs/a"), run_of(open_one, path="runs/b"))).pairs[0].last == 1

    def test_a_run_without_a_complete_cycle_is_refused(self):
        empty = run_of([replace(A[0], evaluate=None)], path="runs/new")
        with pytest.raises(ConfigError, match="no cycle of runs/new is complete yet, so there is nothing to compare"):
            compared(run_of(A, path="runs/a"), empty)

    def test_a_seed_without_a_complete_cycle_is_left_out_of_its_side_and_said(self):
        empty = run_of([replace(A[0], evaluate=None)], path="runs/a/seed-2", seed=2)
        found = compared([*seeds(A, "runs/a"), empty], seeds(B, "runs/b", 3, method="max-entropy"))
        assert [pair.seed for pair in only(found).pairs] == [0, 1]
        assert [side.title for side in found.sides] == ["A: random, 2 seeds", "B: max-entropy, 3 seeds"]
        assert "Seeds without a complete cycle are left out: A 2." in said(found)
        assert "one side alone" not in said(found)


def seeds(history, name, count=2, **changes):
    """Runs of one method with seeds 0, 1, ..."""
    return [run_of(history, path=f"runs/{name}/{seed}", seed=seed, **changes) for seed in range(count)]


class TestSeeds:
    def test_runs_are_paired_by_seed_and_intervals_are_over_seeds(self):
        worse = [*B[:2], replace(B[2], evaluate=evaluated(2, 7, wrong_in(0, 1, 2, 3)))]
        ours = [run_of(B, path="b/0", seed=0), run_of(worse, path="b/1", seed=1)]
        found = compared(seeds(A, "a"), ours)
        at_7 = {row.at: row for row in only(found).accuracy}[7]
        # Differences of 6/8 - 7/8 and 4/8 - 7/8: mean -1/4, s = 1/4 / sqrt(2); t of 1 is 12.706205.
        assert (at_7.difference, at_7.over, at_7.n_runs, at_7.p) == (-0.25, Over.SEEDS, 2, None)
        assert (at_7.lower, at_7.upper) == (pytest.approx(-0.25 - 1.5882756), pytest.approx(-0.25 + 1.5882756))
        assert "are over 2 seeds: Student's t of the differences, paired by seed" in said(found)
        assert "test images: how precisely" not in said(found)

    def test_the_overall_difference_is_that_of_the_sweeps_statistic(self):
        found = compared(seeds(A, "a"), seeds(B, "b", method="max-entropy"), seeds(B, "c", method="lada-entmix"))
        first, second = (one.overall for one in found.compared)
        assert (first.seeds, first.difference) == (2, pytest.approx(0))
        assert first.p_holm == pytest.approx(min(1, 2 * first.p))
        assert second.p == first.p
        assert [row["run"] for row in found.tables["overall"]] == ["B: max-entropy, 2 seeds", "C: lada-entmix, 2 seeds"]

    def test_seeds_of_one_side_alone_are_left_out_and_said(self):
        found = compared(seeds(A, "a", 3), seeds(B, "b", 2))
        assert [pair.seed for pair in only(found).pairs] == [0, 1]
        assert "Seeds that one side alone has are left out: A 2." in said(found)

    def test_sides_without_a_common_seed_are_refused(self):
        with pytest.raises(ConfigError, match="side A has the seeds 0, 1 and side B 5: none in common"):
            compared(seeds(A, "a"), [run_of(B, path="b", seed=5)])

    def test_a_number_of_labels_that_one_pair_has_come_to_has_no_interval(self):
        ours = [run_of(B, path="b/0", seed=0), run_of(B[:2], path="b/1", seed=1)]
        at_7 = {row.at: row for row in only(compared(seeds(A, "a"), ours)).accuracy}[7]
        assert (at_7.n_runs, at_7.difference, at_7.over, at_7.lower) == (1, pytest.approx(-1 / 8), None, None)

    def test_the_sentence_on_intervals_names_the_seeds_that_each_row_has(self):
        ours = [*seeds(B, "b", 2), *(run_of(B[:2], path=f"b/{seed}", seed=seed) for seed in range(2, 12))]
        found = compared(seeds(A, "a", 12), ours)
        assert {row.at: row.n_runs for row in only(found).accuracy} == {3: 12, 5: 12, 7: 2, At.MEAN: 2}
        assert "are over 2 to 12 seeds (the fewest where not all runs have come that far): Student's t" in said(found)
        assert "With fewer than 10 seeds they rest on the differences being normally distributed." in said(found)
        assert difference_chart(only(found)).caption == "Bars: 95 % over 2 to 12 seeds, paired by seed."
        whole = compared(seeds(A, "a", 12), seeds(B, "b", 12))
        assert "are over 12 seeds: Student's t of the differences, paired by seed." in said(whole)
        assert "normally distributed" not in said(whole)

    def test_the_warning_of_few_seeds_is_of_those_that_were_resampled(self):
        ours = [*seeds(B, "b", 5), *(run_of(B[:2], path=f"b/{seed}", seed=seed) for seed in range(5, 12))]
        found = compared(seeds(A, "a", 12), ours)
        assert (len(only(found).pairs), only(found).overall.seeds) == (12, 5)
        titles = " ".join(table.title for table in found.shown(only(found)))
        assert "With 5 seeds the intervals are too narrow; 10 or more are needed." in titles

    def test_branches_of_one_run_are_said_to_share_its_cycles(self):
        parent = run_of(A, path="runs/parent")

        def branches(name, method):
            return [branch_of(parent, 1, [B[2]], path=f"{name}/{seed}", seed=seed, method=method) for seed in (0, 1, 2)]

        words = "in common, so intervals over seeds are over what follows these cycles"
        both = said(compared(branches("a", "random"), branches("b", "max-entropy")))
        assert f"the 3 runs of A have cycles 0 to 1 in common and the 3 runs of B have cycles 0 to 1 {words}" in both
        one = said(compared(seeds(A, "a", 3), branches("b", "max-entropy")))
        assert f"Branches of one run: the 3 runs of B have cycles 0 to 1 {words}" in one
        assert words not in said(compared(seeds(A, "a"), seeds(B, "b", method="max-entropy")))
        assert words not in said(compared(parent, branches("b", "max-entropy")[0]))

    def test_single_runs_that_differ_in_their_seed_only_are_one_side(self):
        found = compared(*seeds(A, "a"), *seeds(B, "b", method="max-entropy"))
        assert [len(side.runs) for side in found.sides] == [2, 2]
        assert [side.title for side in found.sides] == ["A: random, 2 seeds", "B: max-entropy, 2 seeds"]

    def test_single_runs_with_equal_settings_and_seeds_are_sides_of_their_own(self):
        runs = [run_of(A, path="a"), run_of(B, path="b"), run_of(B, path="c")]
        assert [side.letter for side in compared(*runs).sides] == ["A", "B", "C"]

    def test_three_seeds_of_one_method_are_three_sides(self):
        assert len(compared(*seeds(A, "a", 3)).sides) == 3

    def test_a_side_of_two_runs_with_one_seed_is_refused(self):
        with pytest.raises(
            ConfigError, match="a and b are of one side and both have seed 0, but runs are paired by seed"
        ):
            compared([run_of(A, path="a"), run_of(B, path="b")], run_of(B, path="c"))

    def test_a_side_of_runs_with_other_settings_is_refused(self):
        mixed = [run_of(A, path="a"), run_of(B, path="b", seed=1, method="max-entropy")]
        with pytest.raises(ConfigError, match="a and b are given as one side and differ in more than their seed"):
            compared(mixed, run_of(B, path="c"))


class TestNeverAWrongNumber:
    def test_other_images_are_refused(self):
        other = run_of(B, path="runs/b", train_checksum="c" * 64)
        with pytest.raises(ConfigError, match="the images of runs/a and of runs/b, both called .*, are not the same"):
            compared(run_of(A, path="runs/a"), other)
        digits = run_of(B, path="runs/b", train_checksum="c" * 64, settings={"data.name": "digits"})
        with pytest.raises(ConfigError, match="runs/a is of fashion-mini and runs/b of digits: different images"):
            compared(run_of(A, path="runs/a"), digits)

    def test_other_classes_are_refused(self):
        other = run_of(B, path="runs/b", class_names=("disc", "box", "star"))
        with pytest.raises(ConfigError, match="label 1 is 'square' in runs/a and 'box' in runs/b"):
            compared(run_of(A, path="runs/a"), other)

    def test_a_run_does_not_differ_from_itself(self):
        with pytest.raises(ConfigError, match="a is given twice, and a run does not differ from itself"):
            compared(run_of(A, path="runs/a"), run_of(A, path="runs/../runs/a"))

    def test_one_run_is_no_comparison(self):
        with pytest.raises(ConfigError, match="1 run is given; a comparison needs two, so name another run"):
            compared(run_of(A, path="runs/a"))

    def test_other_test_images_give_accuracies_side_by_side_and_no_difference(self):
        found = compared(run_of(A, path="a"), run_of(B, path="b", test_checksum="c" * 64))
        assert "tested on different images, so their accuracies stand side by side" in said(found)
        assert {(row.difference, row.over, row.differ, row.n_test) for row in only(found).accuracy} == {
            (None, None, None, 0)
        }
        assert [row.first for row in only(found).accuracy] == [4 / 8, 5 / 8, 7 / 8, 6 / 8]
        assert found.tables["asked"][1]["both"] == 1

    def test_answers_that_were_held_out_are_other_images_in_each_run(self):
        held = [replace(one, evaluate=replace(one.evaluate, tested_on="held-out answers")) for one in A]
        found = compared(run_of(held, path="a"), run_of(held, path="b"))
        assert "Accuracies are on answers held out for testing" in said(found)
        assert {row.difference for row in only(found).accuracy} == {None}
        assert not only(found).identical

    def test_no_number_of_labels_in_common_is_said(self):
        other = [replace(one, evaluate=replace(one.evaluate, n_labelled=one.evaluate.n_labelled + 100)) for one in B]
        found = compared(run_of(A, path="a"), run_of(other, path="b"))
        assert "No number of labels is in both: A was tested with 3, 5, 7 and B with 103, 105, 107 labels" in said(
            found
        )
        assert only(found).accuracy == ()

    def test_runs_without_a_test_set_are_compared_by_what_they_asked(self):
        without = [replace(one, evaluate=evaluated(one.cycle, 3, None, accuracy=None, n_test=0)) for one in A]
        found = compared(run_of(without, path="a"), run_of(without, path="b"))
        assert "No run has a labelled test set, so there is no accuracy to compare." in said(found)
        assert only(found).identical
        assert only(found).accuracy == ()

    def test_without_true_classes_single_runs_have_differences_and_no_interval(self):
        found = compared(run_of(A, path="a"), run_of(B, path="b"), targets=None, why_not="They cannot be read.")
        at_5 = only(found).accuracy[1]
        assert (at_5.difference, at_5.differ, at_5.over, at_5.only_first) == (1 / 8, 3 / 8, None, None)
        assert "They cannot be read." in said(found)
