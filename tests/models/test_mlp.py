import copy

import numpy as np
import pytest
import torch

from lada_explore.augmentation import mix_layers_of
from lada_explore.config import ClassifierConfig
from lada_explore.errors import ConfigError
from lada_explore.models import MLP, PolicyNetwork, ResNet, folded, footprint, new_classifier


def mlp(width=5, blocks=(1, 2), shape=(2, 1, 1), n_classes=3):
    return MLP(ClassifierConfig(kind="mlp", width=width, blocks=blocks), shape, n_classes).eval()


def test_its_logits_are_those_of_the_same_layers_in_numpy():
    network = mlp()
    x = np.random.default_rng(0).normal(size=(4, 2)).astype(np.float32)
    linear = [module for module in network.modules() if isinstance(module, torch.nn.Linear)]
    assert [tuple(layer.weight.shape) for layer in linear] == [(5, 2), (5, 5), (5, 5), (3, 5)]
    hidden = x
    for layer in linear[:-1]:
        hidden = np.maximum(hidden @ layer.weight.detach().numpy().T + layer.bias.detach().numpy(), 0)
    expected = hidden @ linear[-1].weight.detach().numpy().T + linear[-1].bias.detach().numpy()
    logits = network(torch.from_numpy(x).reshape(4, 2, 1, 1))
    np.testing.assert_allclose(logits.detach().numpy(), expected, atol=1e-6)


def test_it_can_be_split_at_every_layer():
    network, points = mlp(), torch.randn(4, 2, 1, 1)
    assert network.n_layers == 2
    for layer in range(3):
        hidden = network.to_layer(points, layer)
        assert hidden.shape == ((4, 2, 1, 1) if layer == 0 else (4, 5, 1, 1))
        assert torch.equal(network.from_layer(hidden, layer), network(points))
        features = network.features_from_layer(hidden, layer)
        assert torch.equal(network.head(features), network(points))
        assert features.shape == (4, 5)


def test_manifold_mixup_mixes_after_its_first_two_layers_or_the_only_one():
    assert mix_layers_of("manifold_mixup", mlp(blocks=(1, 1, 1))) == (1, 2)
    assert mix_layers_of("manifold_mixup", mlp(blocks=(1,))) == (1,)
    assert mix_layers_of("input_mixup", mlp()) == (0,)


def test_it_is_chosen_by_the_kind_of_the_config_and_takes_images_too():
    assert isinstance(new_classifier(ClassifierConfig(kind="mlp", blocks=(1,)), (2, 1, 1), 2), MLP)
    assert isinstance(new_classifier(ClassifierConfig(width=4, blocks=(1,)), (1, 12, 12), 2), ResNet)
    assert mlp(shape=(3, 8, 8))(torch.zeros(2, 3, 8, 8)).shape == (2, 3)
    with pytest.raises(ConfigError, match=r"classifier.kind 'cnn' is unknown; the known ones are resnet, mlp"):
        new_classifier(ClassifierConfig(kind="cnn"), (2, 1, 1), 2)


def test_folding_leaves_it_as_it_is_and_its_footprint_is_its_widest_layer():
    network, points = mlp(), torch.randn(4, 2, 1, 1)
    before = copy.deepcopy(network.state_dict())
    assert torch.equal(folded(network)(points), network(points))
    assert all(torch.equal(before[name], now) for name, now in network.state_dict().items())
    assert footprint(network, points[:1]).largest == 5 * 4


def test_the_policy_sees_vectors_through_its_linear_layers_alone():
    network = PolicyNetwork((5, 1, 1), tau_max=4.0)
    shapes = [tuple(layer.weight.shape) for layer in network.layers if isinstance(layer, torch.nn.Linear)]
    assert shapes == [(120, 10), (60, 120), (1, 60)]
    assert not [layer for layer in network.layers if isinstance(layer, torch.nn.Conv2d)]
    pairs = torch.randn(3, 10, 1, 1)
    first, second, third = (layer for layer in network.layers if isinstance(layer, torch.nn.Linear))
    expected = 4 * torch.sigmoid(third(torch.tanh(second(torch.tanh(first(pairs.flatten(1)))))))
    torch.testing.assert_close(network(pairs), expected.squeeze(1))


def test_maps_of_a_few_pixels_are_no_vectors():
    assert PolicyNetwork((5, 1, 2))(torch.randn(3, 10, 1, 2)).shape == (3,)
    assert isinstance(PolicyNetwork((5, 1, 2)).layers[0], torch.nn.ZeroPad2d)
