"""tau over cycles and epochs, with numbers worked by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers.by_hand import by_hand
from helpers.fakes import FakeSession
from helpers.pair_records import PROFILE, pair_cycle

from lada_explore import open_run
from lada_explore.analysis import acquired_pairs, tau_by_cycle, tau_traces, tau_warnings, tau_worth
from lada_explore.records import CycleRecords, LookAheadRecord, SelectRecord, Stage, SubsampleRecord


def look_ahead(tau_by_epoch, *, policy: str = "learned") -> LookAheadRecord:
    rows = np.array(tau_by_epoch, np.float32)
    pairs = rows.shape[1]
    return by_hand(
        LookAheadRecord,
        cycle=1,
        policy=policy,
        estimator="quadrature",
        unit="bits",
        nodes=np.array([0, 0.5, 1], np.float32),
        profile=np.zeros((pairs, 3), np.float32),
        tau=rows[-1],
        value=np.zeros(pairs, np.float32),
        tau_by_epoch=rows,
        policy_loss=-np.arange(1, len(rows), dtype=np.float32),
        best_tau=rows[-1],
        best_value=np.zeros(pairs, np.float32),
        mean_virtual=np.zeros(pairs, np.float32),
        max_virtual=np.zeros(pairs, np.float32),
    )


def subsample(pair_ids) -> SubsampleRecord:
    pairs = np.array(pair_ids)
    return by_hand(SubsampleRecord, cycle=1, subset_ids=pairs.ravel(), pair_ids=pairs, mix_layer=1)


def select(pair_ids, pair_tau) -> SelectRecord:
    pairs = np.array(pair_ids)
    return by_hand(
        SelectRecord,
        cycle=1,
        rule="pairs",
        query_ids=pairs.ravel(),
        pair_ids=pairs,
        pair_tau=np.array(pair_tau, np.float32),
        score_terms=np.zeros((4, 3), np.float32),
        scores=np.zeros(4, np.float32),
        query_images=np.zeros((pairs.size, 1, 2, 2), np.uint8),
    )


def one_cycle() -> CycleRecords:
    records = CycleRecords(cycle=1).including(subsample([[10, 11], [20, 21], [30, 31], [40, 41]]), 0.0)
    records = records.including(look_ahead([[0.5] * 4, [0.1, 0.2, 0.3, 0.8]]), 0.0)
    return records.including(select([[40, 41], [20, 21]], [0.8, 0.2]), 0.0)


def test_the_best_tau_of_an_older_record_is_searched_again_up_to_the_fixed_tau():
    # The record searched (0, 1] although tau was 2: V_i(2) = (3 A(0) + 10 A(1/2) + 3 A(1)) / 16 on three nodes.
    at_two = (PROFILE @ np.array([3, 10, 3]) / 16).astype(np.float32)
    look_ahead = pair_cycle(policy="fixed", tau=np.full(4, 2, np.float32), mean_virtual=at_two).look_ahead
    worth = tau_worth(look_ahead)
    assert worth.best_tau[[0, 2]].tolist() == [2, 2]  # These paths are highest half way.
    assert worth.regret[[0, 2]] == pytest.approx([0, 0], abs=1e-6)
    assert (worth.regret >= 0).all()
    assert worth.best_tau[[1, 3]] == pytest.approx([0.01, 0.01], abs=3e-3)  # These are lowest there.
    assert worth.regret[1] == pytest.approx(1.74 - at_two[1], abs=0.01)
    assert look_ahead.best_tau.tolist() == pytest.approx([1.0, 0.01, 1.0, 0.01])


def test_the_best_tau_of_a_learned_policy_is_as_it_was_recorded():
    look_ahead = pair_cycle().look_ahead
    worth = tau_worth(look_ahead)
    np.testing.assert_array_equal(worth.best_tau, look_ahead.best_tau)
    np.testing.assert_array_equal(worth.regret, look_ahead.best_value - look_ahead.mean_virtual)


def test_mean_and_quartiles_of_each_cycle():
    found = tau_by_cycle([CycleRecords(cycle=0), one_cycle()])
    assert found.cycles.tolist() == [1]
    # Sorted 0.1, 0.2, 0.3, 0.8: quartiles at places 0.75 and 2.25.
    assert found.mean.tolist() == pytest.approx([0.35])
    assert found.lower.tolist() == pytest.approx([0.175])
    assert found.upper.tolist() == pytest.approx([0.425])
    assert found.acquired_tau[0].tolist() == pytest.approx([0.8, 0.2])
    assert found.acquired_ids[0].tolist() == [[40, 41], [20, 21]]
    assert found.reason == ""


def test_a_cycle_that_has_not_selected_yet_has_no_acquired_pairs():
    found = tau_by_cycle([replace(one_cycle(), select=None)])
    assert found.acquired_tau[0].shape == (0,)
    assert found.acquired_ids[0].shape == (0, 2)


def test_acquired_pairs_are_found_by_their_ids_not_by_their_order():
    assert acquired_pairs(one_cycle()).tolist() == [False, True, False, True]
    assert acquired_pairs(replace(one_cycle(), select=None)).tolist() == [False] * 4


def test_before_the_first_cycle_a_sentence_says_when_tau_comes():
    found = tau_by_cycle([CycleRecords(cycle=0)])
    assert len(found.cycles) == len(found.mean) == len(found.lower) == 0
    assert "after the first" in found.reason


@pytest.mark.parametrize("method", ["random", "max-entropy"])
def test_a_method_without_pairs_gives_a_sentence(method):
    session = FakeSession(method=method)
    session.run(2)
    assert "single images" in tau_by_cycle(session.history).reason
    traces = tau_traces(session.history[1].look_ahead)
    assert "single images" in traces.reason
    assert traces.tau.shape == (0, 0)


def test_traces_count_epochs_from_before_training_and_losses_from_the_first_epoch():
    traces = tau_traces(look_ahead([[0.5, 0.5], [0.6, 0.4], [0.7, 0.3]]))
    assert traces.epochs.tolist() == [0, 1, 2]
    assert traces.tau[:, 0].tolist() == pytest.approx([0.5, 0.6, 0.7])
    assert traces.loss_epochs.tolist() == [1, 2]
    assert traces.loss.tolist() == [-1, -2]
    assert (traces.unit, traces.reason) == ("bits", "")


@pytest.mark.parametrize(
    ("policy", "words"), [("fixed", "fixed at 2"), ("exact", "its own profile"), ("learned", "(`policy.epochs` is 0)")]
)
def test_a_policy_without_epochs_has_no_traces_and_says_why(policy, words):
    traces = tau_traces(look_ahead([[2.0, 2.0]], policy=policy))
    assert words in traces.reason
    assert len(traces.epochs) == len(traces.loss) == len(traces.loss_epochs) == 0


def test_a_policy_that_spreads_inside_its_range_gives_no_warning():
    assert tau_warnings(look_ahead([[0.5, 0.5, 0.5], [0.3, 0.6, 0.9]]), 1.0) == ()


def test_a_policy_that_never_left_its_start_is_named_once():
    (warning,) = tau_warnings(look_ahead([[0.5, 0.5], [0.51, 0.505]]), 1.0)
    assert "never left its starting value" in warning
    assert "0.010 from 0.50" in warning
    # The same movement is a fifth of a range that ends at 0.05.
    assert not any("never left" in w for w in tau_warnings(look_ahead([[0.02, 0.02], [0.03, 0.025]]), 0.05))


def test_nearly_one_tau_for_all_pairs_is_a_collapse():
    (warning,) = tau_warnings(look_ahead([[0.5] * 3, [0.70, 0.705, 0.695]]), 1.0)
    assert "nearly one τ, 0.70 (spread 0.004)" in warning
    assert tau_warnings(look_ahead([[0.5] * 3, [0.70, 0.73, 0.67]]), 1.0) == ()


def test_tau_at_an_edge_of_its_range_is_named():
    (top,) = tau_warnings(look_ahead([[0.5] * 4, [0.99, 0.99, 0.985, 0.2]]), 1.0)
    assert "75 % of the pairs is at the upper end" in top
    (bottom,) = tau_warnings(look_ahead([[0.5] * 4, [0.001, 0.01, 0.3, 0.4]]), 1.0)
    assert "50 % of the pairs is at the lower end" in bottom
    assert tau_warnings(look_ahead([[0.5] * 4, [0.99, 0.99, 0.95, 0.2]]), 2.0) == ()


def test_a_fixed_policy_is_never_warned_about():
    assert tau_warnings(look_ahead([[2.0, 2.0]], policy="fixed"), 1.0) == ()


def test_a_single_pair_is_no_collapse():
    assert tau_warnings(look_ahead([[0.5], [0.7]]), 1.0) == ()


def test_a_regret_is_not_compared_with_a_gain_where_both_are_next_to_nothing():
    # Cycle 1 of the demo: 0.0003 bits gained and 0.0007 of regret, of a V of 3.3. Cycle 6 of noisy-tops has 0.037.
    demo = open_run("data/runs/demo").history[1].look_ahead
    assert not any("regret" in warning for warning in tau_warnings(demo, 1.0))
    tops = open_run("data/runs/tau/noisy-tops").history[6].look_ahead
    assert any("Learning gained 0.030 bits" in warning for warning in tau_warnings(tops, 1.0))


def test_the_fake_run_draws_from_start_to_goal():
    session = FakeSession()
    session.run(3)
    assert Stage.LOOK_AHEAD in session.history[2].seconds
    assert tau_by_cycle(session.history).cycles.tolist() == [1, 2]
