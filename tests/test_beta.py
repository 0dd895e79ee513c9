from itertools import pairwise

import numpy as np
import pytest
from scipy import integrate, stats
from scipy.special import beta as beta_function

from lada_explore.beta import N_INSTANCES, beta_weights, instance_lam, largest_of_instances

NODES = np.linspace(0, 1, 9)
UNEVEN = np.array([0.0, 0.05, 0.3, 0.45, 0.5, 0.8, 1.0])
TAU = np.array([0.01, 0.2, 0.5, 1.0, 1.7, 2.0, 5.0])


def hat_integral(nodes, g, tau):
    """E[hat_g(lam)], lam ~ Beta(tau, tau), by QUADPACK; the ends' singularities go into its algebraic weight."""
    total = 0.0
    for a, b in pairwise(nodes):
        if not a <= nodes[g] <= b:
            continue

        def smooth(x, a=a, b=b):
            hat = np.interp(x, nodes, np.eye(len(nodes))[g])
            left = 1.0 if a == 0 else x ** (tau - 1)
            right = 1.0 if b == 1 else (1 - x) ** (tau - 1)
            return hat * left * right

        powers = (tau - 1 if a == 0 else 0.0, tau - 1 if b == 1 else 0.0)
        total += integrate.quad(smooth, a, b, weight="alg", wvar=powers, epsabs=1e-13, epsrel=1e-12)[0]
    return total / beta_function(tau, tau)


@pytest.mark.parametrize("nodes", [NODES, UNEVEN], ids=["uniform", "uneven"])
def test_the_weights_sum_to_1_and_have_the_first_moment_of_a_symmetric_beta(nodes):
    weights = beta_weights(nodes, TAU)
    assert weights.shape == (len(TAU), len(nodes))
    assert (weights > 0).all()
    np.testing.assert_allclose(weights.sum(axis=1), 1, atol=1e-14)
    np.testing.assert_allclose(weights @ nodes, 0.5, atol=1e-14)


@pytest.mark.parametrize("nodes", [NODES, UNEVEN], ids=["uniform", "uneven"])
@pytest.mark.parametrize("tau", [0.05, 0.3, 1.0, 2.0, 6.5])
def test_the_weights_are_the_integrals_of_hat_functions(nodes, tau):
    expected = [hat_integral(nodes, g, tau) for g in range(len(nodes))]
    np.testing.assert_allclose(beta_weights(nodes, np.array([tau]))[0], expected, atol=1e-10)


def test_the_weights_of_tau_1_are_the_trapezoid_rule():
    expected = np.array([1, 2, 2, 2, 2, 2, 2, 2, 1]) / 16
    np.testing.assert_allclose(beta_weights(NODES, np.array([1.0]))[0], expected, atol=1e-15)


def test_the_weights_of_three_nodes_by_hand():
    # Beta(2, 2) has density 6 x (1 - x); the hat at 0 is 1 - 2x on [0, 1/2], its integral 3/16.
    np.testing.assert_allclose(beta_weights(np.array([0, 0.5, 1]), np.array([2.0]))[0], [3 / 16, 10 / 16, 3 / 16])


def test_when_tau_goes_to_0_half_of_the_weight_sits_on_either_end():
    half = np.zeros(9)
    half[[0, -1]] = 0.5
    near, limit = beta_weights(NODES, np.array([1e-7, 0.0]))
    np.testing.assert_array_equal(limit, half)
    np.testing.assert_allclose(near, half, atol=1e-6)


def test_a_large_tau_puts_the_weight_in_the_middle():
    weights = beta_weights(NODES, np.array([2000.0]))[0]
    assert weights[4] > 0.9
    assert weights[[0, 1, 2, 6, 7, 8]].max() < 1e-6


def test_the_instances_of_a_uniform_lam_are_at_a_twentieth_and_every_tenth_from_there():
    assert N_INSTANCES == 10
    np.testing.assert_allclose(instance_lam(np.ones(1)), [np.arange(0.05, 1, 0.1)], atol=1e-7)


def test_the_instances_are_the_middles_of_ten_equally_likely_parts():
    lam = instance_lam(TAU[1:])
    parts = stats.beta.cdf(lam, TAU[1:, None], TAU[1:, None])
    np.testing.assert_allclose(parts[1:], np.tile(np.arange(0.05, 1, 0.1), (5, 1)), atol=1e-5)
    np.testing.assert_allclose(lam + lam[:, ::-1], 1, atol=1e-6)


def test_half_of_the_arcsine_law_is_worked_out_by_hand():
    # Beta(1/2, 1/2) has the quantiles sin^2(pi q / 2): 0.0062, 0.0545, 0.1464, 0.2730, 0.4218 and their mirror images.
    low = [0.0062, 0.0545, 0.1464, 0.2730, 0.4218]
    np.testing.assert_allclose(instance_lam(np.array([0.5]))[0], [*low, *(1 - np.array(low[::-1]))], atol=1e-4)


def test_the_largest_of_the_instances_worked_out_by_hand():
    grid = np.array([0, 0.5, 1])
    profile = np.array([[0, 0, 2], [0, 1, 0], [3, 1, 1], [1, 1, 1]], np.float32)
    # At tau = 1 the last instance is at 0.95, the fifth and sixth at 0.45 and 0.55, the first at 0.05.
    assert largest_of_instances(profile, grid, np.ones(4)).tolist() == pytest.approx([1.8, 0.9, 2.8, 1.0])


def test_an_end_of_the_path_counts_as_far_as_the_instances_reach():
    grid, rising = np.linspace(0, 1, 101), np.linspace(0, 1, 101)[None]
    # lam = 0.9938 at tau = 1/2, and 0.95 at tau = 1: the real image itself is no virtual instance.
    assert largest_of_instances(rising, grid, np.array([0.5]))[0] == pytest.approx(0.9938, abs=1e-4)
    assert largest_of_instances(rising, grid, np.array([1.0]))[0] == pytest.approx(0.95)
    # The smaller tau, the closer the instances are to the two images.
    assert largest_of_instances(rising, grid, np.array([0.05]))[0] > 0.9999


def test_without_pairs_there_are_no_instances():
    none = np.empty(0, np.float32)
    assert instance_lam(none).shape == (0, N_INSTANCES)
    assert largest_of_instances(np.empty((0, 0)), none, none).shape == (0,)
