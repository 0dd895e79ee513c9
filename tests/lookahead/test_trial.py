"""The trial that finds how many nodes the profiles of a cycle need."""

import math

import numpy as np
import pytest
import torch

from lada_explore.acquisition import MaxEntropy
from lada_explore.beta import beta_weights
from lada_explore.lookahead import acquisition_profile, n_tried, profile_grid, try_nodes, uniform_nodes
from lada_explore.lookahead.trial import _predicted
from lada_explore.records import Curve

TAU = (0.25, 0.5, 1.0)
TURNS = torch.linspace(0.5, 2.0, 8)


def first_output(outputs):
    return outputs[:, 0]


def waves(nodes):
    """(8, G, 3) logits of three classes, each pair with more turns on its path than the one before."""
    phase = math.pi * TURNS[:, None] * nodes.float()
    return torch.stack([4 * torch.cos(phase), 2 * torch.sin(2 * phase), 0 * phase], dim=2)


def cubes(nodes):
    """(2, G, 1) a cubic and its double."""
    lam = nodes.float()
    return torch.stack([lam**3, 2 * lam**3])[:, :, None]


class Paths:
    """Outputs of some paths, and the nodes at which they were asked for."""

    def __init__(self, outputs):
        self.outputs, self.asked = outputs, []

    def __call__(self, nodes):
        self.asked.append(nodes.tolist())
        return self.outputs(nodes)

    def tried(self, score, tolerance, tau=TAU):
        return try_nodes(self, self.outputs(torch.tensor([0.0, 1.0])), score, tolerance=tolerance, tau=tau)


@pytest.mark.parametrize(("pairs", "tried"), [(5, 5), (8, 8), (100, 8), (200, 12), (256, 16), (1000, 16)])
def test_one_pair_in_sixteen_is_tried_but_eight_at_least_and_sixteen_at_most(pairs, tried):
    assert n_tried(pairs) == tried


def test_a_parabola_needs_the_middle_alone():
    paths = Paths(lambda nodes: (nodes * (1 - nodes)).float()[None, :, None])
    found = paths.tried(first_output, 1e-6)
    assert (found.n_nodes, len(paths.asked)) == (3, 1)
    assert found.error < 1e-6
    np.testing.assert_allclose(paths.asked[0], np.arange(1, 6) / 6)
    assert found.evaluations == 5


def test_a_cubic_needs_one_node_more_than_a_parabola():
    # Through 0, 1/2 and 1 goes the parabola 3/2 lam^2 - 1/2 lam, whose mean is that of the cubic: 1/4 for tau = 1.
    assert Paths(cubes).tried(first_output, 1e-5, tau=(1.0,)).n_nodes == 3
    # Their squares are not equal in the mean, and through four nodes goes the cubic itself.
    assert Paths(cubes).tried(lambda outputs: outputs[:, 0] ** 2, 1e-4, tau=(1.0,)).n_nodes == 4


def test_each_doubling_asks_only_for_the_nodes_between_those_there():
    paths = Paths(waves)
    found = paths.tried(MaxEntropy().score, 1e-9)
    assert [len(nodes) for nodes in paths.asked] == [5, 6, 12]
    asked = np.sort(np.concatenate(paths.asked))
    np.testing.assert_allclose(asked, np.arange(1, 24) / 24)
    np.testing.assert_allclose(found.along, waves(uniform_nodes(25)), atol=1e-6)
    assert found.evaluations == 8 * 23
    assert found.n_nodes == 25  # As many as there can be, and the error says that they are not enough.
    assert found.error > 1e-9


@pytest.mark.parametrize("tolerance", [0.1, 0.03, 0.01, 0.003])
def test_the_error_of_v_is_within_the_tolerance_and_not_with_one_node_less(tolerance):
    found = Paths(waves).tried(MaxEntropy().score, tolerance)
    errors = [true_error(n) for n in (found.n_nodes, found.n_nodes - 1)]
    assert errors[0] < 1.2 * tolerance
    assert errors[1] > 0.8 * tolerance
    assert found.error <= tolerance
    assert 0.3 * errors[0] < found.error < 3 * errors[0]


def true_error(n_nodes):
    nodes, grid = uniform_nodes(n_nodes), uniform_nodes(241)
    weights = beta_weights(grid.numpy(), np.array(TAU)).T
    profile = acquisition_profile(MaxEntropy().score, waves(nodes), nodes, grid, curve=Curve.SPLINE)
    exact = MaxEntropy().score(waves(grid).flatten(0, 1)).reshape(8, -1)
    return np.sqrt((((profile - exact).numpy() @ weights) ** 2).mean(axis=0)).max()


def test_a_smaller_tolerance_never_takes_fewer_nodes():
    numbers = [Paths(waves).tried(MaxEntropy().score, tolerance).n_nodes for tolerance in (0.3, 0.1, 0.03, 0.01, 0.001)]
    assert numbers == sorted(numbers)
    assert numbers[0] < numbers[-1]


def test_the_outputs_at_the_nodes_are_read_off_the_finer_curve():
    found = Paths(waves).tried(MaxEntropy().score, 0.01)
    assert found.at_nodes().shape == (8, found.n_nodes - 2, 3)
    torch.testing.assert_close(found.at_nodes(), waves(uniform_nodes(found.n_nodes)[1:-1]), atol=2e-3, rtol=0)
    # The middle of a parabola is one of the nodes that were evaluated.
    parabola = Paths(lambda nodes: (nodes * (1 - nodes)).float()[None, :, None]).tried(first_output, 1e-6)
    torch.testing.assert_close(parabola.at_nodes(), parabola.along[:, 3:4])


def test_between_the_numbers_that_were_tried_the_error_is_a_power_of_the_number():
    predicted = _predicted({2: 0.8, 3: 0.2, 4: 0.1, 6: 0.025}, 12)
    assert predicted.shape == (11,)
    np.testing.assert_allclose(predicted[[0, 1, 2, 4]], [0.8, 0.2, 0.1, 0.025])
    # From 4 to 6 intervals it falls to a quarter, with 5 in between by the same power.
    power = math.log(4) / math.log(6 / 4)
    np.testing.assert_allclose(predicted[3], 0.1 * (4 / 5) ** power)
    np.testing.assert_allclose(predicted[-1], 0.025 / 4)
    # What seems better than a larger number is taken to be no better.
    assert _predicted({2: 0.1, 3: 0.3}, 6)[0] == pytest.approx(0.3)


def test_the_curve_through_few_nodes_is_the_parabola_and_the_cubic():
    for n_nodes, power in ((3, 2), (4, 3)):
        nodes, grid = uniform_nodes(n_nodes), profile_grid(n_nodes, 48)
        profile = acquisition_profile(
            first_output, (nodes**power).float()[None, :, None], nodes, grid, curve=Curve.SPLINE
        )
        np.testing.assert_allclose(profile[0], grid.numpy() ** power, atol=1e-6)
        assert len(grid) == 49
        assert set(nodes.tolist()) <= set(grid.tolist())
