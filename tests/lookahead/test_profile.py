import math

import numpy as np
import pytest
import torch

from lada_explore.acquisition import MaxEntropy
from lada_explore.config import ClassifierConfig
from lada_explore.lookahead import acquisition_profile, outputs_along_path, profile_grid, uniform_nodes
from lada_explore.models import ResNet, folded


def level(hidden):
    """(B, 2): the mean of the states, and its square."""
    mean = hidden.mean(dim=(1, 2, 3))
    return torch.stack([mean, mean**2], dim=1)


def first_output(outputs):
    return outputs[:, 0]


def test_uniform_nodes_hold_both_ends():
    assert uniform_nodes(5).tolist() == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert uniform_nodes(3).dtype == torch.float64


def test_the_nodes_are_on_the_grid():
    grid = profile_grid(8)
    assert len(grid) == 57
    assert np.allclose(grid[::8], uniform_nodes(8), rtol=0, atol=1e-15)


def test_lam_is_the_weight_of_the_first_image():
    first, second = torch.full((2, 1, 1, 1), 8.0), torch.tensor([0.0, 4.0]).reshape(2, 1, 1, 1)
    along = outputs_along_path(level, first, second, torch.tensor([0.0, 0.25, 1.0]), chunk=100)
    assert along[:, :, 0].tolist() == [[0.0, 2.0, 8.0], [4.0, 5.0, 8.0]]
    assert along[:, :, 1].tolist() == [[0.0, 4.0, 64.0], [16.0, 25.0, 64.0]]


@pytest.mark.parametrize("chunk", [1, 2, 100])
def test_each_pair_can_have_nodes_of_its_own(chunk):
    first, second = torch.full((2, 1, 1, 1), 8.0), torch.tensor([0.0, 4.0]).reshape(2, 1, 1, 1)
    nodes = torch.tensor([[0.0, 0.25, 1.0], [0.5, 0.75, 0.0]])
    along = outputs_along_path(level, first, second, nodes, chunk=chunk)
    assert along[:, :, 0].tolist() == [[0.0, 2.0, 8.0], [6.0, 7.0, 4.0]]


@pytest.mark.parametrize("mix_layer", [0, 1, 2])
def test_the_path_runs_from_the_second_image_to_the_first(tiny_classifier, tiny_images, mix_layer):
    batch = tiny_images.batch(torch.arange(12))
    hidden = tiny_classifier.to_layer(batch, mix_layer)

    def outputs(states):
        return MaxEntropy().outputs(tiny_classifier, states, mix_layer)

    along = outputs_along_path(outputs, hidden[:6], hidden[6:], uniform_nodes(5), chunk=4)
    assert along.shape == (6, 5, 3)
    torch.testing.assert_close(along[:, -1], tiny_classifier(batch[:6]))
    torch.testing.assert_close(along[:, 0], tiny_classifier(batch[6:]))
    torch.testing.assert_close(along[:, 2], outputs((hidden[:6] + hidden[6:]) / 2))


@pytest.mark.parametrize("chunk", [1, 2, 5, 1000])
def test_the_chunk_does_not_change_the_values(chunk):
    first, second = torch.randn(2, 5, 2, 3, 3)
    done = []
    along = outputs_along_path(
        level, first, second, uniform_nodes(9), chunk=chunk, on_chunk=lambda *progress: done.append(progress)
    )
    lam = uniform_nodes(9).float()[:, None]
    mean = level(first)[:, None, 0] * lam.T + level(second)[:, None, 0] * (1 - lam.T)
    torch.testing.assert_close(along, torch.stack([mean, mean**2], dim=-1))
    # The nodes of one chunk of pairs after the other.
    sizes = [len(pairs) for pairs in torch.arange(5).split(chunk) for _ in range(9)]
    assert done == [(sum(sizes[: n + 1]), 45) for n in range(len(sizes))]


def test_no_gradient_is_kept():
    first = torch.ones(1, 1, 1, 1, requires_grad=True)
    assert not outputs_along_path(level, first, first, uniform_nodes(3), chunk=2).requires_grad


@pytest.mark.parametrize("chunk", [1, 3, 100])
def test_linear_outputs_are_interpolated_exactly_and_then_scored(chunk):
    ends = torch.randn(7, 2, 3)
    nodes, grid = uniform_nodes(4), profile_grid(4)

    def at(lam):
        lam = lam.float()[:, None]
        return ends[:, :1] * lam + ends[:, 1:] * (1 - lam)

    profile = acquisition_profile(MaxEntropy().score, at(nodes), nodes, grid, chunk=chunk)
    assert profile.shape == (7, 25)
    assert profile.dtype == torch.float32
    expected = MaxEntropy().score(at(grid).flatten(0, 1)).reshape(7, 25)
    torch.testing.assert_close(profile, expected)


def test_at_the_nodes_the_outputs_are_what_they_were_and_between_they_never_overshoot():
    along = torch.tensor([[0.0, 0.0, 5.0, 4.0, 4.0]])[:, :, None]
    profile = acquisition_profile(first_output, along, uniform_nodes(5), profile_grid(5))[0]
    assert profile[::8].tolist() == [0.0, 0.0, 5.0, 4.0, 4.0]
    assert profile[:9].tolist() == [0.0] * 9
    assert (profile[8:17].diff() > 0).all()
    assert profile.max() == 5.0
    assert profile[24:].tolist() == [4.0] * 9


def test_an_entropy_that_peaks_between_two_nodes_is_found():
    # Logits run from (6, -6) to (-6, 6) and meet at lam = 1/2, which four nodes leave out.
    lam = uniform_nodes(4)
    along = torch.stack([12 * lam - 6, 6 - 12 * lam], dim=1)[None].float()
    profile = acquisition_profile(MaxEntropy().score, along, lam, profile_grid(4))[0]
    assert profile[12] == pytest.approx(1.0)
    p = 1 / (1 + math.exp(-4))  # the logits differ by 4 at the nodes next to the middle
    beside = -(p * math.log2(p) + (1 - p) * math.log2(1 - p))
    assert profile[[8, 16]].tolist() == pytest.approx([beside] * 2)


@torch.no_grad()
def test_eight_nodes_are_worth_many_on_the_path_through_a_network():
    torch.manual_seed(3)
    classifier = ResNet(ClassifierConfig(width=8, blocks=(1, 1)), channels=1, n_classes=4).eval()
    classifier.head.weight.mul_(40)
    classifier = folded(classifier)
    first, second = classifier.to_layer(torch.randn(60, 1, 12, 12), 1).split(30)

    def profile(n_nodes):
        def outputs(states):
            return MaxEntropy().outputs(classifier, states, 1)

        along = outputs_along_path(outputs, first, second, uniform_nodes(n_nodes), chunk=30)
        return acquisition_profile(MaxEntropy().score, along, uniform_nodes(n_nodes), profile_grid(8))

    fine, eight = profile(113), profile(8)
    assert fine.std(dim=1).mean() > 0.1
    assert (fine - eight).square().mean().sqrt() < 0.01
