import pytest
import torch

from lada_explore.acquisition import MaxEntropy
from lada_explore.lookahead import acquisition_profile, uniform_nodes


def level(hidden):
    return hidden.mean(dim=(1, 2, 3))


def test_uniform_nodes_hold_both_ends():
    assert uniform_nodes(5).tolist() == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert uniform_nodes(3).dtype == torch.float64


def test_lam_is_the_weight_of_the_first_image():
    first, second = torch.full((2, 1, 1, 1), 8.0), torch.tensor([0.0, 4.0]).reshape(2, 1, 1, 1)
    profile = acquisition_profile(level, first, second, torch.tensor([0.0, 0.25, 1.0]), chunk=100)
    assert profile.tolist() == [[0.0, 2.0, 8.0], [4.0, 5.0, 8.0]]


@pytest.mark.parametrize("mix_layer", [0, 1, 2])
def test_the_ends_are_the_images_own_scores(tiny_classifier, tiny_images, mix_layer):
    batch = tiny_images.batch(torch.arange(12))
    hidden = tiny_classifier.to_layer(batch, mix_layer)
    own = MaxEntropy().score(tiny_classifier, batch, 0)

    def score_hidden(states):
        return MaxEntropy().score(tiny_classifier, states, mix_layer)

    profile = acquisition_profile(score_hidden, hidden[:6], hidden[6:], uniform_nodes(5), chunk=7)
    assert profile.shape == (6, 5)
    torch.testing.assert_close(profile[:, -1], own[:6])
    torch.testing.assert_close(profile[:, 0], own[6:])
    middle = MaxEntropy().score(tiny_classifier, (hidden[:6] + hidden[6:]) / 2, mix_layer)
    torch.testing.assert_close(profile[:, 2], middle)


@pytest.mark.parametrize("chunk", [1, 2, 5, 1000])
def test_the_chunk_does_not_change_the_values(chunk):
    first, second = torch.randn(2, 5, 2, 3, 3)
    done = []
    profile = acquisition_profile(
        level, first, second, uniform_nodes(9), chunk=chunk, on_chunk=lambda *progress: done.append(progress)
    )
    lam = uniform_nodes(9).float()
    expected = level(first)[:, None] * lam + level(second)[:, None] * (1 - lam)
    torch.testing.assert_close(profile, expected)
    # The nodes of one chunk of pairs after the other.
    sizes = [len(pairs) for pairs in torch.arange(5).split(chunk) for _ in range(9)]
    assert done == [(sum(sizes[: n + 1]), 45) for n in range(len(sizes))]


def test_no_gradient_is_kept():
    first = torch.ones(1, 1, 1, 1, requires_grad=True)
    assert not acquisition_profile(level, first, first, uniform_nodes(3), chunk=2).requires_grad
