"""Two runs side by side, cycle by cycle: what each labelled, tau*, and how far their predictions agree."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers.by_hand import by_hand
from helpers.compared_runs import TARGETS, cycle_of, evaluated
from helpers.fakes import FakeSession

from lada_explore.analysis.paired_cycles import agreement_of, asked_by_cycle, predicts, share_right, tau_of_cycles
from lada_explore.records import EvaluateRecord, TrainRecord

A = [
    cycle_of(0, {1: 0, 2: 1}, None),
    cycle_of(1, {3: 2, 4: 0, 5: 1}, None, candidates=[3, 4, 5, 6, 7]),
    cycle_of(2, {}, None, candidates=[6, 7]),
]
B = [
    cycle_of(0, {2: 1, 1: 0}, None),
    cycle_of(1, {5: 0, 6: 2}, None, candidates=[5, 6, 7, 8]),
    cycle_of(2, {}, None, candidates=[8]),
]


class TestAsked:
    def test_images_of_both_and_of_one_alone_keep_the_order_of_their_query(self):
        start, first, _ = asked_by_cycle(A, B, [0, 1, 2])
        assert (start.both, start.only_a, start.only_b) == ((1, 2), (), ())
        assert (first.both, first.only_a, first.only_b) == ((5,), (3, 4), (6,))

    def test_the_overlap_is_both_by_either_in_a_cycle_and_so_far(self):
        start, first, second = asked_by_cycle(A, B, [0, 1, 2])
        assert (start.overlap, start.overlap_so_far) == (1.0, 1.0)
        # 1 of 3, 4, 5, 6 in the cycle; so far 1, 2, 5 of 1 to 6.
        assert (first.overlap, first.overlap_so_far) == (1 / 4, 3 / 6)
        assert (second.overlap, second.overlap_so_far) == (None, 3 / 6)

    def test_candidates_of_both_bound_it_and_the_start_has_none(self):
        start, first, second = asked_by_cycle(A, B, [0, 1, 2])
        assert (start.candidates, first.candidates, second.candidates) == (None, 3, 0)

    def test_an_image_with_another_label_in_one_run_is_told(self):
        assert [one.otherwise for one in asked_by_cycle(A, B, [0, 1, 2])] == [(), (5,), (5,)]

    def test_a_label_that_was_changed_before_a_training_counts_as_it_is_then(self):
        train = by_hand(TrainRecord, cycle=2, relabelled_ids=np.array([5]), relabelled=np.array([0]))
        changed = [*A[:2], replace(A[2], train=train)]
        assert [one.otherwise for one in asked_by_cycle(changed, B, [1, 2])] == [(5,), ()]

    def test_cycles_that_are_not_asked_for_count_so_far_only(self):
        (only,) = asked_by_cycle(A, B, [1])
        assert (only.cycle, only.so_far_both, only.so_far_either) == (1, 3, 6)


class TestPredictions:
    # Right: A in images 0 to 3, B in 0, 1, 4, 5 and 6; they agree on 0, 1 and 7.
    FIRST = evaluated(1, 20, [0, 0, 1, 1, 0, 0, 1, 2])
    SECOND = evaluated(1, 20, [0, 0, 0, 0, 2, 2, 0, 2])

    def test_disagreement_and_who_is_right_alone_are_counted_image_by_image(self):
        found = agreement_of(self.FIRST, self.SECOND, TARGETS)
        assert (found.n, found.differ, found.only_a, found.only_b) == (8, 5, 2, 3)

    def test_without_true_classes_only_disagreement_is_told(self):
        found = agreement_of(self.FIRST, self.SECOND, None)
        assert (found.differ, found.only_a, found.only_b) == (5, None, None)

    def test_true_classes_of_another_test_set_are_not_used(self):
        found = agreement_of(self.FIRST, self.SECOND, TARGETS[::-1].copy())
        assert (found.differ, found.only_a, found.only_b) == (5, None, None)

    def test_a_run_without_recorded_predictions_tells_nothing(self):
        found = agreement_of(self.FIRST, evaluated(1, 20, None), TARGETS)
        assert (found.n, found.differ, found.only_a) == (8, None, None)

    def test_a_classifier_agrees_with_itself(self):
        found = agreement_of(self.FIRST, self.FIRST, TARGETS)
        assert (found.differ, found.only_a, found.only_b) == (0, 0, 0)

    def test_the_share_of_evaluations_that_were_right_is_by_image(self):
        assert share_right([self.FIRST, self.SECOND], TARGETS).tolist() == [1, 1, 0.5, 0.5, 0.5, 0.5, 0.5, 0]
        assert share_right([self.FIRST, evaluated(2, 30, None)], TARGETS) is None
        assert share_right([], TARGETS) is None


def test_tau_has_mean_and_quartiles_where_a_cycle_looked_ahead():
    session = FakeSession(cycles=3)
    session.run(3)
    found = tau_of_cycles(session.history)
    tau = session.history[2].look_ahead.tau
    assert sorted(found) == [1, 2]
    assert found[2].mean == pytest.approx(tau.mean(), abs=1e-6)
    assert (found[2].q1, found[2].q3) == pytest.approx(tuple(np.quantile(tau, [0.25, 0.75])), abs=1e-6)
    assert tau_of_cycles(A) == {}


@pytest.mark.parametrize(
    ("targets", "known"), [([0, 1, 2, 1], True), ([0, 1, 1, 2], False), ([0, 1, 2], False), ([0, 1, 3, 1], False)]
)
def test_predictions_are_compared_with_the_classes_of_the_test_set_that_they_are_of_and_no_other(targets, known):
    predicted, confusion = np.array([0, 2, 2, 1]), np.array([[1, 0, 0], [0, 1, 1], [0, 0, 1]])
    record = by_hand(EvaluateRecord, cycle=1, predicted=predicted, confusion=confusion, tested_on="test set")
    assert predicts(record, np.array(targets)) is known
    assert not predicts(replace(record, tested_on="held-out answers"), np.array(targets))
    assert not predicts(replace(record, predicted=np.empty(0, np.int64)), np.array(targets))
