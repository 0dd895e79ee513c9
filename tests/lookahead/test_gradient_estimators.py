"""Three estimators of dV/dtau against the closed form of A(lam) = lam (1 - lam), and against each other."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.special import digamma, roots_jacobi

from lada_explore import open_run
from lada_explore.analysis.gradients import parabola_gradient, velocity
from lada_explore.beta import beta_weights
from lada_explore.errors import ConfigError
from lada_explore.lookahead.gradients import (
    gradient_errors,
    parabola,
    quadrature_gradient,
    recorded_profile,
    torch_velocity,
)

DEMO = Path(__file__).resolve().parents[2] / "data" / "runs" / "demo"
TAUS = [0.3, 0.5, 1.0, 2.0]


@pytest.fixture(scope="module")
def look_ahead():
    return open_run(DEMO).history[5].look_ahead


def exact_deviations(tau: float) -> dict[str, float]:
    """Standard deviation of one draw of each sampling estimator, by Gauss's rule for the density of Beta(tau, tau)."""
    points, weights = roots_jacobi(200, tau - 1, tau - 1)
    lam, weights = (1 + points) / 2, weights / weights.sum()
    score = np.log(lam) + np.log1p(-lam) - 2 * digamma(tau) + 2 * digamma(2 * tau)
    one_draw = {"pathwise": (1 - 2 * lam) * velocity(lam, tau), "score function": lam * (1 - lam) * score}
    exact = 1 / (2 * (2 * tau + 1) ** 2)
    return {name: np.sqrt(weights @ draw**2 - exact**2) for name, draw in one_draw.items()}


@pytest.mark.parametrize("tau", TAUS)
def test_all_three_agree_with_the_closed_form(tau):
    errors = gradient_errors(parabola(), tau, (2, 8, 32), repeats=4000)
    assert errors.exact == pytest.approx(1 / (2 * (2 * tau + 1) ** 2))
    for name in ("pathwise", "score function"):
        found = errors.by_estimator[name]
        assert (np.abs(found.bias) < 4 * found.standard_error).all(), name
        assert abs(found.bias[-1]) < 0.1 * errors.exact, name
    assert quadrature_gradient(parabola().profile, tau, 257) == pytest.approx(errors.exact, rel=2e-4)


@pytest.mark.parametrize("tau", TAUS)
def test_the_deviations_are_those_of_the_integrals_over_the_root_of_n(tau):
    evaluations = np.array([2, 8, 32])
    errors = gradient_errors(parabola(), tau, evaluations.tolist(), repeats=4000)
    for name, deviation in exact_deviations(tau).items():
        found = errors.by_estimator[name].deviation * np.sqrt(evaluations)
        np.testing.assert_allclose(found, deviation, rtol=0.1, err_msg=name)


@pytest.mark.parametrize("tau", TAUS)
def test_the_variance_is_ordered_quadrature_pathwise_score_function(tau):
    deviations = exact_deviations(tau)
    assert deviations["pathwise"] < deviations["score function"]
    by_name = gradient_errors(parabola(), tau, repeats=500).by_estimator
    assert (by_name["quadrature"].deviation == 0).all()
    assert (by_name["pathwise"].deviation < by_name["score function"].deviation).all()


def test_the_quadratures_bias_falls_with_the_cube_of_the_pieces_at_tau_1():
    # Two ends make a profile of 0, whose gradient is 0. Chords of a parabola cut off h^2 / 6 whatever tau is, so that
    # of the gradient's error only the next order is left.
    errors = gradient_errors(parabola(), 1.0, (2, 3, 5, 9, 17), repeats=2)
    bias = errors.by_estimator["quadrature"].bias
    assert bias[0] == pytest.approx(-float(parabola_gradient(1.0)))
    np.testing.assert_allclose(bias[2:-1] / bias[3:], 8, rtol=0.02)
    assert (np.diff(np.abs(bias)) < 0).all()


@pytest.mark.parametrize("tau", [0.3, 1.0, 3.0])
def test_torchs_derivative_of_a_draw_is_the_velocity_of_the_mass(tau):
    lam, slope = torch_velocity(tau, 400)
    inside = (lam > 1e-6) & (lam < 1 - 1e-6)
    expected = velocity(lam[inside], tau)
    # torch approximates; Jankowiak and Obermeyer state relative errors below 1e-3 or so.
    np.testing.assert_allclose(slope[inside], expected, rtol=5e-3, atol=1e-4)
    assert 0.5 < inside.mean() <= 1


def test_a_recorded_profile_is_drawn_as_it_is_integrated(look_ahead):
    example = recorded_profile(look_ahead, 0)
    errors = gradient_errors(example, 0.5, (8, 64), repeats=4000)
    for name in ("pathwise", "score function"):
        found = errors.by_estimator[name]
        assert (np.abs(found.bias) < 4 * found.standard_error).all(), name
    weights = beta_weights(look_ahead.grid.astype(float), np.array([0.499, 0.501]))
    low, high = weights @ look_ahead.profile[0].astype(float)
    assert errors.exact == pytest.approx((high - low) / 0.002, rel=1e-4)


def test_the_same_seed_gives_the_same_errors_and_leaves_the_generator_alone():
    torch.manual_seed(5)
    before = torch.get_rng_state()
    first, again = (gradient_errors(parabola(), 0.5, (4,), repeats=50, seed=3) for _ in range(2))
    assert first.by_estimator["pathwise"].bias.tolist() == again.by_estimator["pathwise"].bias.tolist()
    assert torch.equal(before, torch.get_rng_state())


def test_what_cannot_be_is_a_sentence(look_ahead):
    with pytest.raises(ConfigError, match="tau is 5"):
        gradient_errors(parabola(), 5.0)
    with pytest.raises(ConfigError, match="N from 1"):
        gradient_errors(parabola(), 1.0, (1, 2))
    with pytest.raises(ConfigError, match="there is no pair 999; this cycle has 200 pairs"):
        recorded_profile(look_ahead, 999)
