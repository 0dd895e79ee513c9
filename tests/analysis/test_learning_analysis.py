"""Recall, class balance, calibration, worth of tau and time left, with numbers worked by hand and by scikit-learn."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers.by_hand import by_hand
from helpers.fakes import FakeSession
from scipy.stats import beta
from sklearn.calibration import calibration_curve
from sklearn.metrics import confusion_matrix, recall_score

from lada_explore.analysis import (
    beta_density,
    class_balance,
    evaluated_at,
    pair_row,
    recall_by_cycle,
    reliability,
    tau_warnings,
    tau_worth,
    time_left,
    value_at,
    why_not_measured,
)
from lada_explore.records import CycleRecords, EvaluateRecord, LookAheadRecord, QueryRecord, Stage


def evaluated(cycle: int, confusion, calibration=None) -> CycleRecords:
    matrix = np.array(confusion)
    record = by_hand(
        EvaluateRecord,
        cycle=cycle,
        n_labelled=10,
        n_test=int(matrix.sum()),
        accuracy=float(np.trace(matrix) / matrix.sum()),
        mean_nll=1.0,
        confusion=matrix,
        calibration=np.empty((0, 3), np.float32) if calibration is None else np.array(calibration, np.float32),
    )
    return CycleRecords(cycle=cycle).including(record, 0.0)


def answered(cycle: int, labels) -> CycleRecords:
    record = QueryRecord(cycle=cycle, ids=np.arange(len(labels)), labels=np.array(labels))
    return CycleRecords(cycle=cycle).including(record, 0.0)


def look_ahead(profile, grid, tau, *, start, best_value) -> LookAheadRecord:
    profile, grid, tau = (np.array(values, np.float32) for values in (profile, grid, tau))
    record = by_hand(
        LookAheadRecord,
        cycle=1,
        policy="learned",
        estimator="quadrature",
        unit="bits",
        nodes=grid,
        grid=grid,
        profile=profile,
        tau=tau,
        value=np.zeros(len(tau), np.float32),
        tau_by_epoch=np.stack([np.full(len(tau), start, np.float32), tau]),
        policy_loss=np.zeros(1, np.float32),
        best_tau=tau,
        best_value=np.array(best_value, np.float32),
        mean_virtual=np.zeros(len(tau), np.float32),
        max_virtual=profile.max(axis=1),
    )
    return replace(record, mean_virtual=value_at(record, tau).astype(np.float32))


class TestRecall:
    def test_is_the_share_of_each_row_that_is_on_the_diagonal(self):
        found = recall_by_cycle([evaluated(0, [[3, 1], [2, 2]]), evaluated(1, [[4, 0], [1, 3]])])
        assert found.cycles.tolist() == [0, 1]
        assert found.recall.tolist() == [[0.75, 1.0], [0.5, 0.75]]
        assert found.n_test.tolist() == [4, 4]
        assert found.reason == ""

    def test_agrees_with_scikit_learn(self):
        rng = np.random.default_rng(0)
        truth, predicted = rng.integers(0, 5, (2, 300))
        found = recall_by_cycle([evaluated(0, confusion_matrix(truth, predicted))])
        np.testing.assert_allclose(found.recall[:, 0], recall_score(truth, predicted, average=None))

    def test_of_a_class_without_test_images_is_not_a_number(self):
        found = recall_by_cycle([evaluated(0, [[2, 0], [0, 0]])])
        assert found.recall[0, 0] == 1
        assert np.isnan(found.recall[1, 0])

    def test_without_a_test_set_or_an_evaluation_there_is_a_sentence(self):
        assert "no labelled test set" in recall_by_cycle(FakeSession(tested=False).run(2)).reason
        assert recall_by_cycle([CycleRecords(cycle=0)]).reason == "Nothing is evaluated yet."


def test_the_evaluation_of_a_cycle_is_found_or_a_sentence_says_why_not():
    history = [evaluated(0, [[1, 0], [0, 1]]), evaluated(1, [[2, 0], [0, 2]]), CycleRecords(cycle=2)]
    assert evaluated_at(history, 0) is history[0].evaluate
    assert evaluated_at(history, None) is history[1].evaluate
    assert why_not_measured(history, 1) == ""
    assert why_not_measured(history, 2) == "Cycle 2 has not been evaluated yet."


class TestClassBalance:
    HISTORY = (answered(0, [0, 0, 1, 2]), answered(1, [1, 1]), answered(2, [2, 1]), CycleRecords(cycle=3))

    def test_splits_the_labels_into_start_earlier_and_latest(self):
        found = class_balance(self.HISTORY, 4)
        assert found.cycle == 2
        assert found.initial.tolist() == [2, 1, 1, 0]
        assert found.earlier.tolist() == [0, 2, 0, 0]
        assert found.latest.tolist() == [0, 1, 1, 0]
        assert found.total.tolist() == [2, 4, 2, 0]

    def test_counts_nothing_after_the_cycle_that_is_asked_for(self):
        found = class_balance(self.HISTORY, 4, 1)
        assert (found.earlier.tolist(), found.latest.tolist()) == ([0] * 4, [0, 2, 0, 0])
        start = class_balance(self.HISTORY, 4, 0)
        assert (start.total.tolist(), start.latest.tolist()) == ([2, 1, 1, 0], [0] * 4)

    def test_of_a_cycle_whose_answers_are_still_to_come_holds_the_earlier_ones(self):
        found = class_balance(self.HISTORY, 4, 3)
        assert (found.latest.tolist(), found.total.tolist()) == ([0] * 4, [2, 4, 2, 0])

    def test_before_the_first_answer_there_is_a_sentence(self):
        assert class_balance([CycleRecords(cycle=0)], 3).reason == "Nothing is labelled yet."


class TestReliability:
    def test_of_two_tenths_worked_by_hand(self):
        # 4 images, mean confidence 0.5, 3 right; 6 images, mean confidence 0.9, 3 right.
        rows = np.zeros((10, 3))
        rows[4], rows[8] = (4, 2.0, 3), (6, 5.4, 3)
        found = reliability(evaluated(0, [[6, 4], [0, 0]], rows).evaluate)
        assert found.confidence[[4, 8]].tolist() == pytest.approx([0.5, 0.9])
        assert found.accuracy[[4, 8]].tolist() == [0.75, 0.5]
        assert np.isnan(found.accuracy[0])
        assert found.ece == pytest.approx((4 * 0.25 + 6 * 0.4) / 10)

    def test_agrees_with_scikit_learn(self):
        rng = np.random.default_rng(1)
        confidence = rng.uniform(0, 1, 500)
        right = rng.uniform(0, 1, 500) < confidence**2
        tenth = np.minimum((10 * confidence).astype(int), 9)
        rows = np.stack([np.bincount(tenth, weights, 10) for weights in (None, confidence, right)], axis=1)
        found = reliability(evaluated(0, [[1]], rows).evaluate)
        accuracy, mean_confidence = calibration_curve(right, confidence, n_bins=10)
        np.testing.assert_allclose(found.accuracy, accuracy, rtol=1e-5)
        np.testing.assert_allclose(found.confidence, mean_confidence, rtol=1e-5)

    def test_of_a_record_without_confidences_is_a_sentence(self):
        assert "no confidences" in reliability(evaluated(0, [[1]]).evaluate).reason
        assert reliability(None).reason


class TestTauWorth:
    def test_of_a_straight_profile_is_its_middle_whatever_tau(self):
        # Beta(tau, tau) has mean 1/2, so V = (A(0) + A(1)) / 2 exactly.
        record = look_ahead([[1, 2, 3]], [0, 0.5, 1], [0.3], start=0.9, best_value=[2.0])
        assert value_at(record, np.array([0.05])).tolist() == pytest.approx([2.0])
        worth = tau_worth(record)
        assert worth.gain == pytest.approx(0, abs=1e-6)
        assert worth.regret.tolist() == pytest.approx([0], abs=1e-6)

    def test_of_a_parabola_is_in_closed_form(self):
        # A = lam (1 - lam): V(tau) = tau / (2 (2 tau + 1)); 1/8 at 1/2 and 1/6 at 1.
        grid = np.linspace(0, 1, 2001)
        record = look_ahead([grid * (1 - grid)], grid, [1.0], start=0.5, best_value=[0.2])
        worth = tau_worth(record)
        assert worth.start_value.tolist() == pytest.approx([1 / 8], abs=1e-5)
        assert worth.gain == pytest.approx(1 / 6 - 1 / 8, abs=1e-5)
        assert worth.regret.tolist() == pytest.approx([0.2 - 1 / 6], abs=1e-5)

    def test_warns_where_the_regret_is_larger_than_the_gain(self):
        grid = np.linspace(0, 1, 201)
        parabola = [grid * (1 - grid)] * 2
        small = look_ahead(parabola, grid, [0.6, 0.8], start=0.5, best_value=[1 / 6] * 2)
        (warning,) = tau_warnings(small, 1.0)
        # V(0.6) = 0.13636, V(0.8) = 0.15385: mean 0.14510, so the gain is 0.020 and the regret 0.022.
        assert warning.startswith("The regret is larger than the gain. Learning gained 0.020 bits a pair")
        assert "would give 0.022 more" in warning
        assert tau_warnings(replace(small, best_value=small.mean_virtual + np.float32(0.019)), 1.0) == ()
        worse = replace(small, tau_by_epoch=np.stack([np.full(2, 0.95, np.float32), small.tau]))
        # V(0.95) = 0.16379.
        assert "Learning lost 0.019 bits" in tau_warnings(worse, 1.0)[0]

    def test_without_profiles_the_gain_is_not_known_and_nothing_is_said(self):
        record = look_ahead([[1, 2, 1]], [0, 0.5, 1], [0.7], start=0.5, best_value=[9.0])
        lean = replace(record, grid=record.grid[:0], profile=record.profile[:, :0])
        assert np.isnan(tau_worth(lean).gain)
        assert tau_warnings(lean, 1.0) == ()

    def test_of_a_method_without_pairs_is_a_sentence(self):
        assert "single images" in tau_worth(FakeSession(method="random").run(2)[1].look_ahead).reason


@pytest.mark.parametrize("tau", [0.2, 1.0, 3.5])
def test_the_density_is_scipys_and_leaves_out_the_ends(tau):
    lam, density = beta_density(tau, 51)
    assert 0 < lam[0] < lam[-1] < 1
    np.testing.assert_allclose(density, beta.pdf(lam, tau, tau), rtol=1e-10)


def test_a_pair_is_found_in_either_order_and_an_unknown_one_gives_the_best():
    records = FakeSession().run(2)[1]
    first, second = records.subsample.pair_ids[3].tolist()
    assert pair_row(records, (first, second)) == pair_row(records, (second, first)) == 3
    best = int(records.select.scores.argmax())
    assert pair_row(records, (1, 2)) == pair_row(records, None) == best
    assert pair_row(replace(records, select=None), None) == best
    assert pair_row(FakeSession(method="random").run(2)[1], None) is None


class TestTimeLeft:
    def history(self):
        session = FakeSession(cycles=4, budget=10)  # 20 labels at the start, 30 in cycle 1
        seconds = {stage: 1.0 for stage in Stage} | {Stage.TRAIN: 3.0}
        return [replace(records, seconds=seconds) for records in session.run(2)]

    def test_counts_the_rest_of_the_stage_and_every_later_one_with_training_growing(self):
        left = time_left(self.history(), cycle=3, stage=Stage.TRAIN, last_cycle=4, budget=10, share=0.5)
        # 3 s at 30 labels: 5 s at 50 and 6 s at 60. Half of 5, then evaluate, then six stages of 1 s and 6 s.
        assert left.stage_s == pytest.approx(2.5)
        assert left.run_s == pytest.approx(2.5 + 1 + 6 + 6)

    def test_a_stage_that_never_ran_is_judged_by_its_own_progress(self):
        left = time_left([], cycle=0, stage=Stage.TRAIN, last_cycle=4, budget=10, share=0.25, elapsed_s=2.0)
        assert left.stage_s == pytest.approx(6.0)
        assert left.run_s is None
        assert time_left([], cycle=0, stage=Stage.TRAIN, last_cycle=4, budget=10).stage_s is None

    def test_where_a_person_answers_it_ends_when_they_are_asked(self):
        left = time_left(self.history(), cycle=3, stage=Stage.TRAIN, last_cycle=4, budget=10, share=0.5, asks=True)
        # Half of 5 s, then evaluate; of cycle 4 subsample, score, look ahead and select, 1 s each.
        assert (left.run_s, left.until_asked) == (pytest.approx(2.5 + 1 + 4), True)
        last = time_left(self.history(), cycle=4, stage=Stage.TRAIN, last_cycle=4, budget=10, asks=True)
        assert (last.run_s, last.until_asked) == (pytest.approx(6 + 1), False)

    def test_of_a_complete_run_is_nothing(self):
        left = time_left(self.history(), cycle=4, stage=None, last_cycle=4, budget=10)
        assert (left.stage_s, left.run_s) == (0.0, 0.0)
