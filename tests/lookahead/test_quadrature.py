import numpy as np
import pytest
import torch

from lada_explore.beta import beta_weights
from lada_explore.lookahead import Quadrature, uniform_nodes


@pytest.mark.parametrize(("n_nodes", "tau_limit"), [(3, 1.0), (9, 2.0), (9, 0.3), (65, 1.0), (17, 7.77), (257, 1.0)])
def test_the_spline_is_within_2e_8_of_the_exact_weights(n_nodes, tau_limit):
    nodes = uniform_nodes(n_nodes)
    quadrature = Quadrature(torch.eye(n_nodes, dtype=torch.float64), nodes, tau_limit)
    tau = torch.cat([torch.logspace(-9, -2, 30, dtype=torch.float64), torch.linspace(1e-3, 1, 1500).double()])
    tau = tau * tau_limit
    error = quadrature.weights(tau).numpy() - beta_weights(nodes.numpy(), tau.numpy())
    assert np.abs(error).max() < 2e-8


@pytest.mark.parametrize("n_nodes", [9, 65])
def test_the_gradient_is_the_central_difference_of_the_exact_weights(n_nodes):
    nodes, h = uniform_nodes(n_nodes), 1e-5
    tau = torch.linspace(0.01, 0.99, 99, dtype=torch.float64, requires_grad=True)
    profile = torch.randn(99, n_nodes, dtype=torch.float64)
    value = Quadrature(profile, nodes, 1.0).value(torch.arange(99), tau)
    value.sum().backward()
    above, below = (beta_weights(nodes.numpy(), tau.detach().numpy() + side) for side in (h, -h))
    expected = ((above - below) / (2 * h) * profile.numpy()).sum(axis=1)
    assert np.abs(expected).max() > 0.1
    np.testing.assert_allclose(tau.grad.numpy(), expected, atol=2e-5)


def test_the_gradient_passes_torchs_own_check():
    quadrature = Quadrature(torch.randn(5, 9, dtype=torch.float64), uniform_nodes(9), 1.0)
    tau = torch.tensor([0.0113, 0.2, 0.51, 0.777, 0.99], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda t: quadrature.value(torch.arange(5), t), (tau,))


def test_the_closed_form_of_a_parabola_and_its_gradient():
    """A(lam) = lam (1 - lam): V = tau / (2 (2 tau + 1)) and dV/dtau = 1 / (2 (2 tau + 1)^2)."""
    nodes = uniform_nodes(257)
    tau = torch.linspace(0.02, 2.0, 100, dtype=torch.float64, requires_grad=True)
    value = Quadrature((nodes * (1 - nodes))[None], nodes, 2.0).value(torch.zeros(100, dtype=torch.int64), tau)
    value.sum().backward()
    exact = tau.detach()
    torch.testing.assert_close(value.detach(), exact / (2 * (2 * exact + 1)), rtol=0, atol=4e-6)
    torch.testing.assert_close(tau.grad, 1 / (2 * (2 * exact + 1) ** 2), rtol=0, atol=1e-4)


def test_a_linear_profile_is_worth_its_middle_whatever_tau_is():
    nodes = uniform_nodes(9)
    tau = torch.linspace(0.01, 1, 50, dtype=torch.float64, requires_grad=True)
    value = Quadrature((3 * nodes + 1)[None], nodes, 1.0).value(torch.zeros(50, dtype=torch.int64), tau)
    value.sum().backward()
    torch.testing.assert_close(value.detach(), torch.full((50,), 2.5, dtype=torch.float64))
    torch.testing.assert_close(tau.grad, torch.zeros(50, dtype=torch.float64), rtol=0, atol=1e-5)


def test_rows_choose_the_pairs():
    profile = torch.tensor([[0.0, 0.0, 0.0], [1.0, 1.0, 1.0], [2.0, 2.0, 2.0]])
    quadrature = Quadrature(profile, uniform_nodes(3), 1.0)
    value = quadrature.value(torch.tensor([2, 0, 2, 1]), torch.tensor([0.1, 0.2, 0.3, 0.4]))
    torch.testing.assert_close(value, torch.tensor([2.0, 0.0, 2.0, 1.0]))


def test_single_precision_is_good_to_a_few_millionths_of_a_bit():
    nodes, tau, rows = uniform_nodes(9), torch.linspace(0.004, 1, 250), torch.zeros(250, dtype=torch.int64)
    profile = 3.32 * torch.rand(1, 9)
    single = Quadrature(profile, nodes, 1.0).value(rows, tau)
    double = Quadrature(profile.double(), nodes, 1.0).value(rows, tau.double())
    assert single.dtype == torch.float32
    torch.testing.assert_close(single.double(), double, rtol=0, atol=5e-6)


@pytest.mark.parametrize("tau_max", [0.7, 1.0, 3.0])
def test_the_best_tau_is_that_of_brute_force(tau_max):
    nodes = uniform_nodes(9)
    # Random profiles, and one for each end of the range: worth most in the middle, and worth most at the ends.
    profile = torch.cat([torch.rand(30, 9), (nodes * (1 - nodes))[None].float(), -(nodes * (1 - nodes))[None].float()])
    best_tau, best_value = Quadrature(profile, nodes, tau_max).best(tau_max, n_tau=64)
    grid = np.arange(1, 65) / 64 * tau_max
    values = profile.numpy().astype(np.float64) @ beta_weights(nodes.numpy(), grid).T
    np.testing.assert_allclose(best_value.numpy(), values.max(axis=1), atol=1e-5)
    at_best = values[np.arange(32), np.rint(best_tau.numpy() / tau_max * 64).astype(int) - 1]
    np.testing.assert_allclose(at_best, values.max(axis=1), atol=1e-5)
    assert best_tau[-2].item() == pytest.approx(tau_max)
    assert best_tau[-1].item() == pytest.approx(tau_max / 64)
    assert len(best_tau.unique()) > 3


def test_the_best_tau_is_one_of_256_unless_told_otherwise_in_the_precision_of_the_profile():
    nodes = uniform_nodes(9)
    profile = torch.rand(40, 9, dtype=torch.float64)
    best_tau, best_value = Quadrature(profile, nodes, 1.0).best(1.0)
    assert best_tau.dtype == best_value.dtype == torch.float64
    np.testing.assert_allclose((best_tau * 256).numpy(), (best_tau * 256).round().numpy(), rtol=0, atol=1e-9)
    values = profile.numpy() @ beta_weights(nodes.numpy(), np.arange(1, 257) / 256).T
    np.testing.assert_allclose((best_tau * 256).numpy(), values.argmax(axis=1) + 1, rtol=0, atol=1e-9)
