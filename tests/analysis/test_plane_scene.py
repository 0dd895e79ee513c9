from dataclasses import replace

import numpy as np
import pytest
from helpers.fakes import FakeSession
from scipy.stats import beta, kstest

from lada_explore.analysis.pair_path import tau_table
from lada_explore.analysis.plane import history_until, moments, plane_scene, virtual_lam
from lada_explore.records import Stage


@pytest.fixture(scope="module")
def history():
    session = FakeSession(subset_size=20, budget=6)
    session.run(3)
    return session.history


def scene(history, cycle, stage):
    return plane_scene(history, (cycle, stage), tau_limit=2.0)


@pytest.mark.parametrize("tau", [0.2, 0.5, 1.0, 2.0])
def test_virtual_instances_are_drawn_from_beta_tau_tau(tau):
    """Kolmogorov-Smirnov at a level of 1 %, 20,000 draws from a fixed seed; a tau off by a fifth is found out."""
    lam = virtual_lam(np.array([tau]), 20_000, seed=3)[0]
    assert kstest(lam, beta(tau, tau).cdf).pvalue > 0.01
    assert kstest(lam, beta(1.2 * tau, 1.2 * tau).cdf).pvalue < 1e-6


@pytest.mark.parametrize("tau", [0.01, 0.05])
def test_a_tau_near_0_is_drawn_rightly_too(tau):
    """The half below 1/2, as numbers next to 0 are told apart: next to 1 a tenth of the draws round to 1."""
    lam = virtual_lam(np.array([tau]), 20_000, seed=3)[0]
    below = lam[lam < 0.5]
    assert 9_800 < len(below) < 10_200
    assert kstest(below, lambda x: 2 * beta(tau, tau).cdf(x)).pvalue > 0.01
    assert lam[lam > 0.5].min() == pytest.approx(1 - below.max(), abs=0.05)


def test_a_larger_tau_moves_every_draw_towards_the_middle():
    lam = virtual_lam(np.array([0.1, 0.5, 1.0, 4.0]))
    assert lam.shape == (4, 48)
    away = np.abs(lam - 0.5)
    assert (np.diff(away, axis=0) <= 1e-12).all()
    # At tau = 1 the distribution function is the line, so the draws are the quantiles themselves.
    np.testing.assert_allclose(lam[2], np.random.default_rng(0).random(48), atol=1e-9)


def test_the_moments_of_a_run_are_its_committed_stages_in_order(history):
    found = moments(history)
    assert found[:5] == [(0, stage) for stage in (Stage.SELECT, Stage.QUERY, Stage.TRAIN, Stage.EVALUATE)] + [
        (1, Stage.SUBSAMPLE)
    ]
    assert len(found) == 4 + 2 * 7
    past = history_until(history, (1, Stage.SELECT))
    assert [records.cycle for records in past] == [0, 1]
    assert (past[1].select, past[1].query, past[1].train) == (history[1].select, None, None)


def test_before_the_first_stage_there_is_nothing(history):
    nothing = plane_scene(history, None, tau_limit=2.0)
    assert (nothing.predictions, nothing.pairs, len(nothing.labelled_ids), len(nothing.asked_ids)) == (None, None, 0, 0)


def test_labels_appear_with_the_query_and_asked_points_until_then(history):
    start, asked, answered = (scene(history, 1, stage) for stage in (Stage.SCORE, Stage.SELECT, Stage.QUERY))
    assert start.labelled_ids.tolist() == history[0].query.ids.tolist() == asked.labelled_ids.tolist()
    assert len(start.asked_ids) == 0
    assert asked.asked_ids.tolist() == history[1].select.query_ids.tolist()
    assert len(answered.asked_ids) == 0
    both = np.concatenate([history[0].query.ids, history[1].query.ids])
    assert answered.labelled_ids.tolist() == both.tolist()
    assert answered.labelled_at.tolist() == [0] * len(history[0].query.ids) + [1] * 6
    assert len(answered.candidate_ids) == 0


def test_a_pair_has_the_records_own_profile_and_table(history):
    ahead, pairs = history[1].look_ahead, history[1].subsample.pair_ids
    found = scene(history, 1, Stage.SELECT).pairs
    assert len(found.ids) == 10
    assert (np.diff(found.scores) <= 0).all()
    assert found.queried.tolist() == [True] * 3 + [False] * 7
    for place in (0, 4, 9):
        row = pairs.tolist().index(found.ids[place].tolist())
        np.testing.assert_allclose(found.profile[place], ahead.profile[row], rtol=1e-6)
        table = tau_table(ahead, row, 2.0)
        np.testing.assert_array_equal(found.value[place], table.value)
        assert found.tau[place, -2:].tolist() == pytest.approx([ahead.tau[row], ahead.best_tau[row]])
        np.testing.assert_allclose(found.lam[place], virtual_lam(ahead.tau[row : row + 1].astype(float))[0])


def test_pairs_are_dashes_before_looking_ahead_and_only_the_queried_ones_stay_after_the_answers(history):
    drawn = scene(history, 1, Stage.SUBSAMPLE).pairs
    assert (len(drawn.ids), len(drawn.grid), drawn.queried.any()) == (10, 0, False)
    ahead = scene(history, 1, Stage.LOOK_AHEAD).pairs
    assert (len(ahead.ids), len(ahead.grid) > 0, ahead.queried.any()) == (10, True, False)
    after = scene(history, 1, Stage.TRAIN).pairs
    assert after.ids.tolist() == history[1].select.pair_ids.tolist()


def test_the_predictions_are_those_of_the_last_training_before_the_moment(history):
    logits = np.zeros((5, 5, 4), np.float32)
    logits[0, 0, 2] = 50
    first, second = (replace(history[at], train=replace(history[at].train, plane=plane)) for at, plane in
                     ((0, logits), (1, np.flip(logits, 0).copy())))  # fmt: skip
    changed = (first, second, *history[2:])
    predictions = scene(changed, 1, Stage.QUERY).predictions
    assert (predictions.max_entropy_bits, predictions.predicted[0, 0]) == (2.0, 2)
    assert predictions.entropy_bits[4, 4] == pytest.approx(2.0)
    assert predictions.entropy_bits[0, 0] == pytest.approx(0, abs=1e-12)
    assert scene(changed, 1, Stage.TRAIN).predictions.predicted[4, 0] == 2
    assert scene(changed, 0, Stage.QUERY).predictions is None


def test_single_images_have_scores_and_no_pairs():
    session = FakeSession(method="max-entropy", subset_size=20, budget=6)
    session.run(2)
    found = scene(session.history, 1, Stage.SELECT)
    assert found.pairs is None
    np.testing.assert_allclose(found.scores, session.history[1].score.scores, rtol=1e-6)
