import pytest
import torch
from torch import nn

from lada_explore.config import ClassifierConfig
from lada_explore.models import ResNet, folded


@pytest.fixture
def classifier():
    """Batch-norm statistics and weights far from their start, so that folding has something to fold."""
    network = ResNet(ClassifierConfig(width=4, blocks=(1, 2)), channels=1, n_classes=3)
    for norm in (module for module in network.modules() if isinstance(module, nn.BatchNorm2d)):
        nn.init.normal_(norm.running_mean)
        nn.init.uniform_(norm.running_var, 0.5, 2.0)
        nn.init.normal_(norm.weight, mean=1.0, std=0.3)
        nn.init.normal_(norm.bias)
    return network.eval()


@pytest.mark.parametrize("mix_layer", range(4))
def test_a_folded_classifier_is_the_same_function_at_every_layer(classifier, mix_layer):
    images = torch.randn(5, 1, 12, 12)
    hidden, expected = folded(classifier).to_layer(images, mix_layer), classifier.to_layer(images, mix_layer)
    torch.testing.assert_close(hidden, expected, rtol=1e-5, atol=1e-5)
    torch.testing.assert_close(
        folded(classifier).from_layer(hidden, mix_layer), classifier(images), rtol=1e-5, atol=1e-5
    )


def test_no_batch_norm_is_left_and_no_weight_asks_for_a_gradient(classifier):
    copied = folded(classifier)
    assert not [module for module in copied.modules() if isinstance(module, nn.BatchNorm2d)]
    assert not any(parameter.requires_grad for parameter in copied.parameters())
    assert not copied.training


def test_the_classifier_itself_is_left_as_it_was(classifier):
    before = {name: tensor.clone() for name, tensor in classifier.state_dict().items()}
    folded(classifier)
    after = classifier.state_dict()
    assert list(after) == list(before)
    assert all(torch.equal(after[name], before[name]) for name in before)
    assert all(parameter.requires_grad for parameter in classifier.parameters())


def test_a_classifier_in_training_mode_is_refused(classifier):
    with pytest.raises(ValueError, match="train mode"):
        folded(classifier.train())


def test_in_bfloat16_no_segment_computes_in_float32(classifier):
    half, seen = folded(classifier, torch.bfloat16), []
    for segment in half.segments:
        segment.register_forward_hook(lambda module, given, made: seen.append((given[0].dtype, made.dtype)))
    hidden = half.to_layer(torch.randn(2, 1, 12, 12), 1)
    half.from_layer(hidden, 1)
    assert hidden.dtype == torch.float32
    assert set(seen) == {(torch.bfloat16, torch.bfloat16)}


@pytest.mark.parametrize("mix_layer", [0, 1, 2])
def test_in_bfloat16_everything_that_comes_out_is_float32_and_close(classifier, mix_layer):
    images = torch.randn(5, 1, 12, 12)
    half = folded(classifier, torch.bfloat16)
    hidden = half.to_layer(images, mix_layer)
    logits, features = half.from_layer(hidden, mix_layer), half.features_from_layer(hidden, mix_layer)
    assert {hidden.dtype, logits.dtype, features.dtype} == {torch.float32}
    expected = classifier(images).detach()
    assert 1e-5 < (logits - expected).abs().max() < 0.05 * expected.abs().max()
