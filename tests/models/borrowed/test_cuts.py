"""A borrowed network is the same function before and after every cut, and is cut where that makes sense."""

import copy

import pytest
import torch
from helpers.own_networks import Convolutional, PassedBy, TwentyLines, Twice, seeded
from torch import nn
from torch.nn import functional

from lada_explore.errors import ConfigError
from lada_explore.models import Borrowed, folded, footprint
from lada_explore.models.trained_part import TrainedPart

CUTS = ("conv1", "conv2")


def borrowed(network=None, segments=CUTS, shape=(1, 12, 12), n_classes=3):
    return Borrowed(network or seeded(), shape, n_classes, segments=segments).eval()


@pytest.fixture
def images():
    return torch.rand(5, 1, 12, 12, generator=torch.Generator().manual_seed(3))


def test_its_logits_are_those_of_the_network_itself(images):
    network = seeded()
    expected = copy.deepcopy(network).eval()(images)
    assert torch.equal(borrowed(network)(images), expected)


@pytest.mark.parametrize("layer", [0, 1, 2])
def test_it_can_be_split_at_every_stage_though_its_functions_write_into_their_input(images, layer):
    network = borrowed()
    hidden = network.to_layer(images, layer)
    before = hidden.clone()
    assert hidden.shape == [(5, 1, 12, 12), (5, 4, 12, 12), (5, 6, 6, 6)][layer]
    torch.testing.assert_close(network.from_layer(hidden, layer), network(images))
    assert torch.equal(hidden, before)


def test_the_states_after_a_stage_are_what_that_stage_puts_out(images):
    network = borrowed()
    inner = network.network
    assert torch.equal(network.to_layer(images, 1), inner.conv1(images))
    maps = functional.max_pool2d(functional.relu(inner.norm(inner.conv1(images))), 2)
    assert torch.equal(network.to_layer(images, 2), inner.conv2(maps))
    (only,) = network.stages_from_layer(images, 0)
    assert torch.equal(only, inner.conv2(maps))


def test_a_mix_goes_on_as_by_hand(images):
    network = borrowed()
    inner = network.network
    hidden = inner.conv1(images)
    mixed = 0.3 * hidden[:2] + 0.7 * hidden[2:4]
    maps = functional.max_pool2d(functional.relu(inner.norm(mixed)), 2)
    by_hand = inner.fc(functional.relu(inner.conv2(maps)).mean(dim=(2, 3)))
    torch.testing.assert_close(network.from_layer(mixed, 1), by_hand)


def test_nothing_before_the_cut_is_computed_or_counts_in_batch_norm(images, monkeypatch):
    network = borrowed().train()
    hidden = network.to_layer(images, 2)
    statistics, convolve, seen = network.network.norm.running_mean.clone(), nn.Conv2d._conv_forward, []
    monkeypatch.setattr(nn.Conv2d, "_conv_forward", lambda *given: seen.append(given[1].shape) or convolve(*given))
    network.from_layer(hidden, 2)
    assert seen == []
    assert torch.equal(statistics, network.network.norm.running_mean)
    network(images)
    assert not torch.equal(statistics, network.network.norm.running_mean)


def test_gradients_reach_what_comes_after_the_cut_alone(images):
    network = borrowed().train()
    hidden = network.to_layer(images, 1).detach().requires_grad_(True)
    network.from_layer(hidden, 1).sum().backward()
    assert hidden.grad is not None
    assert network.network.conv1.weight.grad is None
    assert network.network.conv2.weight.grad.abs().sum() > 0


def test_the_stages_and_logits_of_one_pass_are_those_of_two(images):
    network = borrowed()
    stages, logits = network.stages_and_logits(images, 0)
    assert torch.equal(logits, network(images))
    assert torch.equal(stages[0], network.to_layer(images, 2))
    assert network.stage_widths == [6]


def test_what_others_see_of_a_pass(images):
    network = borrowed()
    with network.features_kept() as features, network.outputs_kept() as outputs:
        logits = network(images)
    assert torch.equal(network.head(features[0]), logits)
    assert [len(of_stage) for of_stage in outputs] == [1, 1]
    assert torch.equal(outputs[0][0], network.to_layer(images, 2))
    assert torch.equal(outputs[1][0], logits)
    network(images)
    assert len(features) == len(outputs[0]) == 1


def test_the_head_is_replaced_for_another_number_of_classes_and_it_says_so():
    network = borrowed(seeded(n_classes=7), n_classes=3)
    assert network.head is network.network.fc
    assert network.head.out_features == 3
    assert network.notes == ("its head for 7 classes was replaced by a new one for 3",)
    assert borrowed().notes == ()


def test_the_folded_copy_and_the_footprint_are_those_of_the_network(images):
    network = Borrowed(
        nn.Sequential(
            nn.Sequential(nn.Conv2d(1, 3, 3), nn.BatchNorm2d(3), nn.ReLU()),
            nn.Conv2d(3, 5, 3),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Linear(5, 3),
        ),
        (1, 12, 12),
        3,
        segments=("0", "1"),
    ).train()
    for _ in range(3):
        network(images)
    network.eval()
    with torch.no_grad():
        torch.testing.assert_close(folded(network)(images), network(images), atol=1e-5, rtol=0)
    assert not [module for module in folded(network).modules() if isinstance(module, nn.BatchNorm2d)]
    assert footprint(network, images[:1]).largest == 5 * 8 * 8 * 4


def test_a_norm_with_more_to_do_is_not_folded(images):
    class Doubling(nn.BatchNorm2d):
        def forward(self, maps):
            return 2 * super().forward(maps)

    sequence = nn.Sequential(nn.Conv2d(1, 4, 3), Doubling(4))
    network = nn.Sequential(sequence, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 3))
    network = borrowed(network, ("0",))
    torch.testing.assert_close(folded(network)(images), network(images))


def test_one_image_can_be_trained_on_though_batch_norm_sees_one_value_a_channel():
    network = borrowed(nn.Sequential(nn.Conv2d(1, 4, 12), nn.BatchNorm2d(4), nn.Flatten(), nn.Linear(4, 3)), ("0",))
    network.train()
    network(torch.rand(1, 1, 12, 12)).sum().backward()
    assert network.network[1].training
    assert torch.equal(network.network[1].running_mean, torch.zeros(4))


@pytest.mark.parametrize(
    ("part", "trained"),
    [("all", {"conv1", "norm", "conv2", "fc"}), ("last:1", {"norm", "conv2", "fc"}), ("head", {"fc"})],
)
def test_frozen_parts_have_no_gradients_and_keep_their_statistics(images, part, trained):
    network = borrowed()
    network.train_only(TrainedPart.named(part, network.n_layers))
    network.requires_grad_(True).train()
    network(images).sum().backward()
    found = {name.split(".")[1] for name, value in network.named_parameters() if value.grad is not None}
    assert found == trained
    changed = not torch.equal(network.network.norm.running_mean, torch.zeros(4))
    assert changed == (part != "head")
    assert network.network.drop.training == (part != "head")
    network.eval().requires_grad_(False)
    assert not any(value.requires_grad for value in network.parameters())


@pytest.mark.parametrize(
    ("network", "segments", "sentence"),
    [
        (PassedBy(), ("conv2",), "PassedBy cannot be cut after stage 'conv2': .* something passes the stage by"),
        (Twice(), ("norm",), "stage 'norm' of Twice is called 2 times for an image"),
        (TwentyLines(), ("conv2", "conv1"), "stage 'conv1' of TwentyLines is not called after 'conv2' has ended"),
        (TwentyLines(), ("conf1",), "classifier.segments 'conf1' is unknown; .*did you mean 'conv1'"),
        (TwentyLines(), ("fc",), "stage 'fc' of TwentyLines is not called before its last layer"),
        (
            TwentyLines(),
            (),
            "TwentyLines has no stages that are known by their names .* in classifier.segments",
        ),
        (Convolutional(), ("conv",), "Convolutional does not end in a linear layer"),
        (TwentyLines(channels=4), ("conv1",), "TwentyLines cannot see images of 1 x 12 x 12 "),
    ],
)
def test_what_cannot_be_cut_is_one_sentence(network, segments, sentence):
    with pytest.raises(ConfigError, match=f"^{sentence}"):
        borrowed(network, segments)
