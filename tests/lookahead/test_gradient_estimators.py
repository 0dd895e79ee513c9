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
from lada_explore.lookahead import Quadrature, uniform_nodes
from lada_explore.lookahead.gradients import (
    gradient_errors,
    parabola,
    pathwise_gradients,
    quadrature_gradient,
    recorded_profile,
    score_function_gradients,
    torch_velocity,
)
from lada_explore.runtime import seed_torch

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


def test_a_recorded_profile_runs_straight_between_the_points_of_its_grid_and_ends_where_it_ends(look_ahead):
    lam = np.concatenate([look_ahead.grid, np.linspace(0, 1, 77)]).astype(np.float64)
    for row in (0, 7, len(look_ahead.profile) - 1):
        found = recorded_profile(look_ahead, row).profile(torch.from_numpy(lam))
        assert found.dtype == torch.float64
        np.testing.assert_allclose(found, np.interp(lam, look_ahead.grid, look_ahead.profile[row]), rtol=0, atol=1e-6)
    assert recorded_profile(look_ahead, 7).name == "a recorded pair of cycle 5"


def test_the_errors_are_mean_and_deviation_of_the_estimates_that_the_seed_draws():
    errors = gradient_errors(parabola(), 0.5, (4, 9), repeats=5, seed=3)
    seed_torch(3, torch.device("cpu"))
    profile = parabola().profile
    by_draws = {
        "pathwise": [pathwise_gradients(profile, 0.5, n, 5) for n in (4, 9)],
        "score function": [score_function_gradients(profile, 0.5, n, 5) for n in (4, 9)],
    }
    for name, drawn in by_draws.items():
        found, estimates = errors.by_estimator[name], torch.stack(drawn)
        assert estimates.dtype == torch.float64
        mean = estimates.sum(dim=1) / 5
        deviation = ((estimates - mean[:, None]).square().sum(dim=1) / 4).sqrt()
        np.testing.assert_allclose(found.bias, mean - 1 / 8, rtol=1e-9)  # dV/dtau = 1 / (2 (2 tau + 1)^2)
        np.testing.assert_allclose(found.deviation, deviation, rtol=1e-9)
        np.testing.assert_allclose(found.standard_error, deviation / 5**0.5, rtol=1e-9)
    without_chance = errors.by_estimator["quadrature"]
    assert without_chance.standard_error.tolist() == without_chance.deviation.tolist() == [0, 0]
    assert (errors.tau, errors.evaluations.tolist(), errors.repeats) == (0.5, [4, 9], 5)


def test_each_draw_of_the_score_function_weighs_the_profile_at_the_first_share_by_its_score():
    torch.manual_seed(4)
    found = score_function_gradients(lambda lam: lam**3, 0.7, 5, 3)
    torch.manual_seed(4)
    shares = torch.distributions.Dirichlet(torch.full((2,), 0.7, dtype=torch.float64)).sample((5, 3)).numpy()
    score = np.log(shares).sum(axis=2) - 2 * digamma(0.7) + 2 * digamma(1.4)
    np.testing.assert_allclose(found, (shares[..., 0] ** 3 * score).mean(axis=0), rtol=1e-9)


def test_the_slope_of_the_quadrature_is_taken_in_double_precision():
    nodes, tau = uniform_nodes(9), torch.tensor([0.3], dtype=torch.float64, requires_grad=True)
    Quadrature((nodes * (1 - nodes))[None], nodes, 4.0).value(torch.tensor([0]), tau).backward()
    assert quadrature_gradient(parabola().profile, 0.3, 9) == pytest.approx(tau.grad.item(), rel=1e-12)


def test_unless_told_otherwise_2000_estimates_are_drawn_from_seed_0():
    errors, told = gradient_errors(parabola(), 0.5, (2,)), gradient_errors(parabola(), 0.5, (2,), repeats=2000, seed=0)
    assert errors.repeats == 2000
    assert errors.by_estimator["pathwise"].bias == told.by_estimator["pathwise"].bias
    lam, slope = torch_velocity(0.5, 9)
    assert lam.dtype == slope.dtype == np.float64
    assert lam.tolist() == torch_velocity(0.5, 9, seed=0)[0].tolist() != torch_velocity(0.5, 9, seed=1)[0].tolist()


def test_what_is_just_possible_is_done_and_what_is_just_not_is_refused(look_ahead):
    assert gradient_errors(parabola(), 4.0, (2,), repeats=2).exact == pytest.approx(1 / (2 * 9**2))
    with pytest.raises(ConfigError, match=r"tau is 4.001; it must be above 0 and at most 4"):
        gradient_errors(parabola(), 4.001, (2,))
    with pytest.raises(ConfigError, match=r"tau is 0; it"):
        gradient_errors(parabola(), 0.0, (2,))
    with pytest.raises(ConfigError, match="N from 2 and 1 repeats were asked for; both must be 2 or more"):
        gradient_errors(parabola(), 1.0, (2, 3), repeats=1)
    with pytest.raises(ConfigError, match="there is no pair -1"):
        recorded_profile(look_ahead, -1)
    with pytest.raises(ConfigError, match="there is no pair 200; this cycle has 200 pairs, counted from 0"):
        recorded_profile(look_ahead, 200)


def test_what_cannot_be_is_a_sentence(look_ahead):
    with pytest.raises(ConfigError, match="tau is 5"):
        gradient_errors(parabola(), 5.0)
    with pytest.raises(ConfigError, match="N from 1"):
        gradient_errors(parabola(), 1.0, (1, 2))
    with pytest.raises(ConfigError, match="there is no pair 999; this cycle has 200 pairs"):
        recorded_profile(look_ahead, 999)
