import pytest
import scipy.stats
import torch

from lada_explore.acquisition import MaxEntropy
from lada_explore.models import folded


def entropy_of(classifier, hidden, mix_layer):
    acquisition = MaxEntropy()
    return acquisition.score(acquisition.outputs(classifier, hidden, mix_layer))


@pytest.mark.parametrize("mix_layer", [0, 1, 2])
def test_the_score_is_scipys_entropy_of_the_predictions_at_any_layer(tiny_classifier, tiny_images, mix_layer):
    batch = tiny_images.batch(torch.arange(20))
    scores = entropy_of(tiny_classifier, tiny_classifier.to_layer(batch, mix_layer), mix_layer)
    probabilities = torch.softmax(tiny_classifier(batch).double(), dim=1).numpy()
    assert scores.numpy() == pytest.approx(scipy.stats.entropy(probabilities, base=2, axis=1), abs=1e-5)


def test_the_gradient_reaches_the_hidden_states_and_points_uphill(tiny_classifier, tiny_images):
    hidden = tiny_classifier.to_layer(tiny_images.batch(torch.arange(8)), 1).requires_grad_(True)
    before = entropy_of(tiny_classifier, hidden, 1)
    (gradient,) = torch.autograd.grad(before.sum(), hidden)
    after = entropy_of(tiny_classifier, hidden + 0.01 * gradient, 1)
    expected = 0.01 * gradient.square().sum(dim=(1, 2, 3))
    assert (expected > 0).all()
    torch.testing.assert_close(after - before, expected, rtol=0.2, atol=1e-6)


def test_a_network_in_half_precision_is_scored_in_single_precision(tiny_classifier, tiny_images):
    batch = tiny_images.batch(torch.arange(9))
    half, full = (entropy_of(folded(tiny_classifier, dtype), batch, 0) for dtype in (torch.bfloat16, torch.float32))
    assert half.dtype == torch.float32
    assert 0 < (half - full).abs().max() < 0.02
