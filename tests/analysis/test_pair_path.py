"""The mixing path of a pair: closed forms of V(tau), of the density and of the class probabilities."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers.fakes import FakeSession
from helpers.pair_records import PROFILE, QUERY, pair_cycle
from scipy import stats

from lada_explore.analysis import pair_path, pairs_at, pixels_of
from lada_explore.records import CycleRecords


def parabola(nodes: int = 257) -> CycleRecords:
    """The cycle with A(lam) = lam (1 - lam) on a fine grid, for every pair."""
    grid = np.linspace(0, 1, nodes, dtype=np.float32)
    outputs = np.zeros((4, nodes, 2), np.float32)
    return pair_cycle(grid=grid, nodes=grid, outputs=outputs, profile=np.tile(grid * (1 - grid), (4, 1)))


def test_without_a_choice_the_best_pair_is_shown_with_its_terms_and_rank():
    path = pair_path(pair_cycle())
    assert path.pair_ids == (40, 41)
    assert (path.rank, path.n_pairs, path.queried) == (1, 4, True)
    assert path.terms == pytest.approx((1.7, 1.6, 1.325))
    assert path.profile.tolist() == pytest.approx([1.6, 1.0, 1.7])
    assert path.predicted == (1, 0)
    assert (path.unit, path.mix_layer) == ("bits", 1)


@pytest.mark.parametrize("pair", [(10, 11), (11, 10)])
def test_a_chosen_pair_is_found_in_either_order(pair):
    path = pair_path(pair_cycle(), pair)
    assert (path.pair_ids, path.rank, path.queried) == ((10, 11), 3, False)


def test_a_pair_of_another_cycle_gives_way_to_the_best():
    assert pair_path(pair_cycle(), (10, 21)).pair_ids == (40, 41)


def test_before_the_query_pairs_are_ranked_by_the_same_terms():
    path = pair_path(replace(pair_cycle(), select=None), (20, 21))
    assert (path.rank, path.queried) == (2, False)
    assert path.terms == pytest.approx((1.5, 2.0, 0.975))


def test_the_value_of_a_parabola_is_the_closed_form_at_every_tau():
    table = pair_path(parabola(), tau_limit=3.0).table
    assert table.tau[:200].tolist() == pytest.approx((np.arange(1, 201) * 0.015).tolist())
    np.testing.assert_allclose(table.value, table.tau / (2 * (2 * table.tau + 1)), atol=5e-6)


def test_the_last_two_places_of_the_table_are_tau_star_and_the_best_tau():
    table = pair_path(pair_cycle(), (40, 41)).table
    assert table.tau[-2:].tolist() == pytest.approx([1.0, 0.01])
    # tau = 1 is the trapezoid rule; at 0.01 nearly half of the mass sits on either end.
    assert table.value[-2] == pytest.approx(1.325)
    assert table.value[-1] == pytest.approx(1.65, abs=0.02)
    assert table.regret == pytest.approx(table.value[-1] - 1.325)
    assert table.value[table.tau == 1.0] == pytest.approx([1.325, 1.325])


def test_a_fixed_tau_beyond_the_range_of_a_learned_one_has_no_regret_below_zero():
    # The record compared tau up to 1; the path of images 10 and 11 is highest half way, so V rises up to 2.
    table = pair_path(pair_cycle(policy="fixed", tau=np.full(4, 2, np.float32)), (10, 11), tau_limit=2.0).table
    assert table.tau[-2:].tolist() == [2.0, 2.0]
    assert table.regret == 0


def test_a_tau_star_beyond_the_limit_is_still_in_the_table():
    table = pair_path(pair_cycle(tau=np.full(4, 2.0, np.float32)), tau_limit=1.0).table
    assert table.tau[199] == 2.0
    # Beta(2, 2) on three nodes: 3/16, 10/16, 3/16.
    assert table.value[199] == pytest.approx((3 * 1.6 + 10 * 1.0 + 3 * 1.7) / 16)


@pytest.mark.parametrize("lam", [0.1, 0.5, 0.93])
def test_the_density_from_the_table_is_that_of_the_beta_distribution(lam):
    table = pair_path(pair_cycle(), tau_limit=2.0).table
    density = np.exp((table.tau - 1) * np.log(lam * (1 - lam)) - table.log_beta)
    np.testing.assert_allclose(density, stats.beta.pdf(lam, table.tau, table.tau), rtol=1e-9)


def test_two_classes_with_linear_logits_follow_the_logistic_function():
    classes = pair_path(pair_cycle()).classes
    assert classes.classes == (1, 0)
    logistic = 1 / (1 + np.exp(-2 * np.array([0, 0.5, 1])))
    np.testing.assert_allclose(classes.probabilities, [logistic, 1 - logistic], atol=1e-12)
    assert classes.rest.tolist() == [0, 0, 0]


def test_the_five_largest_classes_and_the_rest_add_up_and_match_softmax_at_the_nodes():
    records = FakeSession().run(2)[1]
    classes = pair_path(records).classes
    assert len(classes.classes) == 5
    np.testing.assert_allclose(classes.probabilities.sum(axis=0) + classes.rest, 1)
    row = int(records.select.scores.argmax())
    odds = np.exp(records.look_ahead.outputs[row].astype(float))
    softmax = (odds / odds.sum(axis=1, keepdims=True)).T
    # Every second point of the fake's grid is a node.
    np.testing.assert_allclose(classes.probabilities[:, ::2], softmax[list(classes.classes)], atol=1e-6)
    peaks = softmax.max(axis=1)
    assert set(classes.classes) == set(np.argsort(-peaks)[:5].tolist())


@pytest.mark.parametrize("change", ["other shape", "other values"])
def test_outputs_that_are_not_the_logits_give_a_sentence_instead_of_classes(change):
    records = pair_cycle()
    outputs = records.score.logits[:, :1] if change == "other shape" else records.score.logits + 1
    classes = pair_path(replace(records, score=replace(records.score, outputs=outputs))).classes
    assert "does not score the classifier's logits" in classes.reason
    assert (classes.classes, classes.probabilities.size) == ((), 0)


def test_a_lean_record_shows_the_queried_images_and_nothing_of_the_others():
    assert [pixels[0, 0, 0] for pixels in pixels_of(pair_cycle(), [10, 41])] == [10, 41]
    lean = pair_cycle(kept=False)
    assert [pixels[0, 0, 0] for pixels in pixels_of(lean, QUERY)] == QUERY
    assert pixels_of(lean, [10, 999]) == (None, None)
    assert pair_path(lean, (10, 11)).images == (None, None)


@pytest.mark.parametrize("method", ["random", "max-entropy"])
def test_a_method_without_pairs_has_a_sentence_and_no_path(method):
    history = FakeSession(method=method).run(2)
    assert pairs_at(history, None) == (None, "This method scores single images, so there are no pairs to show.")
    assert pair_path(history[1]) is None


def test_each_cycle_without_pairs_says_why():
    history = FakeSession().run(2)
    assert pairs_at(history[:1], None)[1].startswith("No cycle has looked ahead yet")
    assert "pairs begin with cycle 1" in pairs_at(history, 0)[1]
    assert pairs_at(history, 7)[1] == "Cycle 7 has not looked ahead yet."
    assert pairs_at(history, None) == (history[1], "")


def test_the_hand_made_values_are_the_trapezoid_rule():
    np.testing.assert_allclose(pair_cycle().look_ahead.value, PROFILE @ [0.25, 0.5, 0.25], atol=1e-6)
