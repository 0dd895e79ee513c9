"""The distribution function of Beta(tau, tau), its slope in tau, and the velocity of its mass."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import betaincinv, roots_jacobi

from lada_explore.analysis import gradients
from lada_explore.errors import ConfigError

LAM = np.linspace(0.01, 0.99, 99)
TAUS = [0.05, 0.3, 0.5, 1.0, 1.5, 2.0, 4.0, 7.9]


@pytest.mark.parametrize("tau", TAUS)
def test_the_series_is_the_numerical_derivative(tau):
    step = 1e-5
    np.testing.assert_allclose(
        gradients.cdf_slope(LAM, tau), gradients.cdf_slope_numeric(LAM, tau, step), atol=2e-8 / min(tau, 1)
    )


def test_at_tau_1_the_slope_is_known_in_closed_form():
    # F = lam^tau / B * (1/tau + (1 - tau)/(tau + 1) lam + ...); with d/dtau (n - tau)...(1 - tau)/n! = -1/n at tau = 1
    # the sum is (1 - lam) log(1 - lam) + lam, and the rest follows from F(lam; 1) = lam.
    expected = LAM * np.log(LAM) - (1 - LAM) * np.log1p(-LAM)
    np.testing.assert_allclose(gradients.cdf_slope(LAM, 1.0), expected, atol=1e-14)


def test_few_terms_are_good_near_the_end_and_poor_in_the_middle():
    at = np.array([0.01, 0.4])
    error = np.abs(gradients.cdf_slope(at, 0.5, terms=3) - gradients.cdf_slope(at, 0.5))
    assert error[0] < 1e-5
    assert error[1] > 1e-3


@pytest.mark.parametrize("tau", TAUS)
def test_the_slope_vanishes_at_both_ends_and_in_the_middle_where_the_symmetry_holds_the_mass(tau):
    np.testing.assert_allclose(gradients.cdf_slope([0.0, 0.5, 1.0], tau), 0, atol=1e-12)


@pytest.mark.parametrize("tau", TAUS)
def test_a_draw_that_keeps_its_rank_moves_with_the_velocity(tau):
    # In the lower half, where even the smallest lam has all its digits.
    ranks, step = np.array([0.1, 0.25, 0.4]), 1e-4 * tau
    before, at, after = (betaincinv(t, t, ranks) for t in (tau - step, tau, tau + step))
    np.testing.assert_allclose(gradients.velocity(at, tau), (after - before) / (2 * step), rtol=1e-5)
    np.testing.assert_allclose(gradients.velocity(1 - LAM, tau), -gradients.velocity(LAM, tau), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("tau", [0.3, 1.0, 2.0])
def test_a_larger_tau_moves_all_mass_towards_the_middle(tau):
    moving = gradients.velocity(LAM, tau)
    assert (moving[LAM < 0.49] > 0).all()
    assert (moving[LAM > 0.51] < 0).all()


def value_of_parabola(tau):
    """V(tau) of A(lam) = lam (1 - lam): 1/4 minus the variance of lam."""
    return 1 / 4 - 1 / (4 * (2 * tau + 1))


@pytest.mark.parametrize("tau", [0.5, 1.0, 3.0])
def test_the_parabolas_gradient_is_the_integral_and_the_slope_of_its_value(tau):
    points, weights = roots_jacobi(200, tau - 1, tau - 1)  # Gauss's rule for the density of Beta(tau, tau) on (-1, 1)
    lam, weights = (1 + points) / 2, weights / weights.sum()
    assert value_of_parabola(tau) == pytest.approx(weights @ (lam * (1 - lam)), rel=1e-12)
    slope = (value_of_parabola(tau + 1e-5) - value_of_parabola(tau - 1e-5)) / 2e-5
    assert gradients.parabola_gradient(tau) == pytest.approx(slope, rel=1e-8)
    assert gradients.parabola_gradient(tau) == pytest.approx(
        weights @ ((1 - 2 * lam) * gradients.velocity(lam, tau)), rel=1e-4
    )


@pytest.mark.parametrize(("tau", "terms", "words"), [(0, 5, "tau is 0"), (9, 5, "tau is 9"), (1, 0, "terms is 0")])
def test_a_tau_or_a_number_of_terms_out_of_range_is_a_sentence(tau, terms, words):
    with pytest.raises(ConfigError, match=words):
        gradients.cdf_slope([0.5], tau, terms)
