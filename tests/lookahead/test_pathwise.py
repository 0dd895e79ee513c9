from dataclasses import replace

import numpy as np
import pytest
import torch

from lada_explore.acquisition import MaxEntropy
from lada_explore.config import ClassifierConfig, DataConfig, TrainingConfig
from lada_explore.datasets import load
from lada_explore.datasets.device_images import DeviceImages
from lada_explore.lookahead import Pathwise, Quadrature, uniform_nodes
from lada_explore.models import ResNet, folded
from lada_explore.pool import Pool
from lada_explore.runtime import Runtime
from lada_explore.stages.progress import no_tick
from lada_explore.stages.train import train

N_DRAWS = 10_000


def samples(estimator, row, tau, n_draws=N_DRAWS, chunk=1000):
    """Draws of A_i(lam) and of its gradient in tau, one pair, each (n_draws,).

    Row i stands `chunk` times in a batch with a tau of its own, so that the gradient of each draw is kept apart.
    """
    values, gradients = [], []
    for _ in range(n_draws // chunk):
        leaf = torch.full((chunk,), tau, requires_grad=True)
        drawn = estimator.value(torch.full((chunk,), row), leaf)
        drawn.sum().backward()
        values.append(drawn.detach())
        gradients.append(leaf.grad)
    return torch.cat(values).double(), torch.cat(gradients).double()


def standard_errors_apart(drawn, expected):
    return abs(drawn.mean().item() - expected) / (drawn.std().item() / len(drawn) ** 0.5)


def parabola(hidden):
    """With x_i = 1 and x'_i = 0 the mixed state is lam itself: A(lam) = lam (1 - lam)."""
    return (hidden * (1 - hidden)).flatten()


@pytest.mark.parametrize("tau", [0.05, 0.3, 1.0, 2.0])
def test_the_closed_form_of_a_parabola_and_its_gradient_within_4_standard_errors(tau):
    estimator = Pathwise(parabola, torch.ones(1, 1, 1, 1), torch.zeros(1, 1, 1, 1), n_draws=1, chunk=200)
    value, gradient = samples(estimator, 0, tau, chunk=N_DRAWS)
    assert standard_errors_apart(value, tau / (2 * (2 * tau + 1))) < 4
    assert standard_errors_apart(gradient, 1 / (2 * (2 * tau + 1) ** 2)) < 4
    # Neither could be mistaken for its opposite.
    assert standard_errors_apart(gradient, -1 / (2 * (2 * tau + 1) ** 2)) > 20


def test_the_value_is_the_mean_of_its_draws_and_lam_is_the_weight_of_the_first_image():
    first, second = torch.full((3, 1, 1, 1), 1.0), torch.zeros(3, 1, 1, 1)
    estimator = Pathwise(lambda hidden: hidden.flatten(), first, second, n_draws=5, chunk=3)
    rows, tau = torch.tensor([2, 0]), torch.tensor([0.5, 1.0])
    torch.manual_seed(1)
    draws = estimator.draws(rows, tau)
    torch.manual_seed(1)
    lam = torch.distributions.Beta(tau, tau).rsample((5,))
    assert draws.shape == (5, 2)
    torch.testing.assert_close(draws, lam)
    torch.manual_seed(1)
    torch.testing.assert_close(estimator.value(rows, tau), lam.mean(dim=0))


def test_the_chunk_changes_neither_values_nor_gradients():
    first, second = torch.randn(2, 3, 1, 2, 2)
    rows = torch.tensor([2, 0, 1])

    def run(chunk):
        torch.manual_seed(1)
        tau = torch.tensor([0.2, 0.5, 1.0], requires_grad=True)
        estimator = Pathwise(lambda hidden: hidden.pow(3).sum(dim=(1, 2, 3)), first, second, n_draws=7, chunk=chunk)
        value = estimator.value(rows, tau)
        value.sum().backward()
        return value.detach(), tau.grad

    for chunk in (1, 4, 20):
        torch.testing.assert_close(run(chunk), run(21))


def test_the_gradient_is_that_of_autograd_through_the_mixed_states():
    first, second = torch.randn(2, 3, 1, 2, 2)
    tau = torch.tensor([0.2, 0.5, 1.0], requires_grad=True)
    torch.manual_seed(1)
    estimator = Pathwise(lambda hidden: hidden.pow(3).sum(dim=(1, 2, 3)), first, second, n_draws=7, chunk=5)
    estimator.value(torch.arange(3), tau).sum().backward()
    leaf = tau.detach().clone().requires_grad_(True)
    torch.manual_seed(1)
    lam = torch.distributions.Beta(leaf, leaf).rsample((7,))[:, :, None, None, None]
    (lam * first + (1 - lam) * second).pow(3).sum(dim=(2, 3, 4)).mean(dim=0).sum().backward()
    torch.testing.assert_close(tau.grad, leaf.grad)


def test_without_gradients_the_values_are_the_same_and_no_graph_is_kept():
    estimator = Pathwise(parabola, torch.ones(1, 1, 1, 1), torch.zeros(1, 1, 1, 1), n_draws=9, chunk=4)
    tau = torch.tensor([0.3], requires_grad=True)
    torch.manual_seed(1)
    with_gradient = estimator.value(torch.tensor([0]), tau)
    torch.manual_seed(1)
    with torch.no_grad():
        without = estimator.value(torch.tensor([0]), tau)
    assert not without.requires_grad
    assert torch.equal(with_gradient.detach(), without)


def test_a_tau_that_needs_no_gradient_takes_none_of_the_score():
    seen = []

    def scored(hidden):
        seen.append((torch.is_grad_enabled(), hidden.requires_grad))
        return parabola(hidden)

    estimator = Pathwise(scored, torch.ones(1, 1, 1, 1), torch.zeros(1, 1, 1, 1), n_draws=3, chunk=9)
    for needs_gradient in (True, False):
        estimator.draws(torch.tensor([0]), torch.tensor([0.3], requires_grad=needs_gradient))
    assert seen == [(True, True), (False, False)]


def test_each_row_mixes_its_own_pair():
    first = torch.tensor([10.0, 20.0, 30.0]).reshape(3, 1, 1, 1)
    estimator = Pathwise(lambda hidden: hidden.flatten(), first, first.clone(), n_draws=4, chunk=100)
    assert estimator.draws(torch.tensor([2, 0]), torch.ones(2)).tolist() == [[30.0, 10.0]] * 4


def test_each_pair_draws_with_its_own_tau():
    first, second = torch.ones(2, 1, 1, 1), torch.zeros(2, 1, 1, 1)
    draws = Pathwise(parabola, first, second, n_draws=2000, chunk=900).draws(
        torch.arange(2), torch.tensor([0.05, 50.0])
    )
    assert draws[:, 0].mean() < 0.05
    assert draws[:, 1].mean() > 0.24


@pytest.fixture(scope="module")
def trained_pairs():
    """Ten pairs of Fashion-MNIST images that nobody labelled, mixed after the first stage of a trained classifier.

    Every second row and column of the pixels, so that 200,000 passes take seconds.
    """
    torch.manual_seed(0)
    cpu = Runtime(torch.device("cpu"))
    data = load(DataConfig(name="fashion-mini"))
    small = replace(data.train, pixels=data.train.images[:, :, ::2, ::2].contiguous())
    images = DeviceImages(small, data.mean, data.std, cpu)
    classifier = cpu.place(ResNet(ClassifierConfig(width=8, blocks=(1, 1)), 1, 10))
    ids = np.random.default_rng(0).permutation(6000)
    pool = Pool(size=6000).with_labels(0, ids[:100], data.train.targets[ids[:100]].numpy())
    record = train(
        0,
        classifier,
        pool,
        images=images,
        config=TrainingConfig(epochs=15, learning_rate=2e-2, batch_size=10),
        seed=0,
        device=cpu.device,
        tick=no_tick,
    )
    assert record.train_loss[-1] < 1.0  # nats; log(10) = 2.3 at the start
    classifier = folded(classifier)
    first, second = (classifier.to_layer(images.batch(part), 2) for part in (ids[100:110], ids[110:120]))
    return lambda hidden: MaxEntropy().score(MaxEntropy().outputs(classifier, hidden, 2)), first, second


@pytest.mark.slow
@pytest.mark.parametrize("tau", [0.3, 1.0])
def test_quadrature_and_pathwise_agree_on_a_trained_classifier(trained_pairs, tau):
    score_hidden, first, second = trained_pairs
    nodes = uniform_nodes(65)
    with torch.no_grad():
        along = [score_hidden(torch.lerp(second, first, lam)) for lam in nodes.tolist()]
    profile = torch.stack(along, dim=1)
    leaf = torch.full((10,), tau, requires_grad=True)
    value = Quadrature(profile, nodes, 1.0).value(torch.arange(10), leaf)
    value.sum().backward()
    assert profile.max() > 1.5  # bits: between two classes the classifier is in doubt
    assert leaf.grad.abs().max() > 0.1

    estimator = Pathwise(score_hidden, first, second, n_draws=1, chunk=200)
    for row in range(10):
        drawn, gradient = samples(estimator, row, tau)
        assert standard_errors_apart(drawn, value[row].item()) < 4
        assert standard_errors_apart(gradient, leaf.grad[row].item()) < 4
