"""Networks as people have them at hand: wrapped, compiled, partly frozen, of another number format, or unfit."""

import threading

import pytest
import torch
from helpers.own_networks import TwentyLines, seeded
from torch import nn

from lada_explore.config import ClassifierConfig
from lada_explore.errors import ConfigError
from lada_explore.models import Classifier, Given, new_classifier

STAGES = ("conv1", "conv2")


def made(network, segments=STAGES, **settings):
    given = Classifier.from_module(network, segments)
    config = ClassifierConfig(kind="object:test:network", segments=given.segments, **settings)
    return new_classifier(config, (1, 12, 12), 3, given=given)


@pytest.fixture
def images():
    return torch.rand(5, 1, 12, 12, generator=torch.Generator().manual_seed(3))


def with_compiled_part():
    network = seeded()
    network.conv2 = torch.compile(network.conv2)
    return network


def compiled_in_place():
    network = seeded()
    network.conv2.compile()
    network.compile()
    return network


@pytest.mark.parametrize(
    "wrapped",
    [
        pytest.param(lambda: torch.compile(seeded()), marks=pytest.mark.slow, id="compiled"),
        pytest.param(with_compiled_part, marks=pytest.mark.slow, id="compiled part"),
        pytest.param(compiled_in_place, marks=pytest.mark.slow, id="compiled in place"),
        pytest.param(lambda: nn.DataParallel(seeded()), id="parallel"),
        pytest.param(
            lambda: nn.DataParallel(torch.compile(seeded())), marks=pytest.mark.slow, id="compiled and parallel"
        ),
    ],
)
def test_what_torch_wraps_around_a_network_is_taken_off(wrapped, images):
    found = made(wrapped()).eval()
    assert type(found.network) is TwentyLines
    assert type(found.network.conv2) is nn.Conv2d
    expected = made(seeded()).eval()
    assert torch.equal(found(images), expected(images))
    assert list(found.state_dict()) == list(expected.state_dict())


@pytest.mark.parametrize("text", ["conv1,conv2", "conv1, conv2,"])
def test_stages_may_be_one_text(text):
    assert Classifier.from_module(seeded(), text).segments == STAGES


class TestFrozen:
    def test_parameters_that_a_person_froze_are_not_trained_and_it_says_so(self):
        network = seeded()
        network.conv1.requires_grad_(False)
        found = made(network).requires_grad_(True)
        left = {name for name, parameter in found.network.named_parameters() if not parameter.requires_grad}
        assert left == {"conv1.weight", "conv1.bias"}
        assert found.notes == ("parameters without requires_grad are not trained: conv1.bias and 1 more",)
        assert not any(parameter.requires_grad for parameter in found.requires_grad_(False).parameters())

    def test_the_head_is_trained_whatever_it_was(self):
        network = seeded()
        network.fc.requires_grad_(False)
        found = made(network).requires_grad_(True)
        assert all(parameter.requires_grad for parameter in found.parameters())
        assert found.notes == ()

    @pytest.mark.parametrize("part", ["all", "last:1"])
    def test_one_of_which_nothing_but_the_head_is_left_is_refused(self, part):
        network = seeded().requires_grad_(False)
        with pytest.raises(ConfigError, match=r"TwentyLines that were to be trained have no requires_grad; call its"):
            made(network, train=part)
        found = made(network, train="head").requires_grad_(True)
        assert {name for name, parameter in found.named_parameters() if parameter.requires_grad} == {
            "network.fc.weight",
            "network.fc.bias",
        }


class Tokens(nn.Module):
    """Its states have the tokens first and the images second."""

    def __init__(self):
        super().__init__()
        self.patch, self.block, self.fc = nn.Conv2d(1, 4, 4, 4), nn.Linear(4, 4), nn.Linear(4, 3)

    def forward(self, images):
        return self.fc(self.block(self.patch(images).flatten(2).permute(2, 0, 1)).mean(0))


class Pair(TwentyLines):
    def forward(self, images):
        return super().forward(images), images


class Probabilities(TwentyLines):
    def forward(self, images):
        return super().forward(images).softmax(1)


def damaged():
    network = seeded()
    nn.init.constant_(network.conv1.weight, torch.nan)
    return network


def locked():
    network = seeded()
    network.lock = threading.Lock()
    return network


@pytest.mark.filterwarnings("ignore:.*torch.jit:FutureWarning")
@pytest.mark.parametrize(
    ("network", "sentence"),
    [
        (
            lambda: seeded().double(),
            "cannot see images of 1 x 12 x 12 .*; its parameters are float64 and images float32, so call its float",
        ),
        (damaged, "^the logits of TwentyLines for random images are not finite; give it sound weights, or new ones$"),
        (Pair, r"whose output \(B, C\) it returns: it returns tuple; give it one"),
        (Probabilities, r"it returns: what its last one, 'fc', puts out is not what it returns; give it one"),
        (locked, "^TwentyLines cannot be copied .*lock.*, and a run computes on a copy; take what cannot be copied"),
        (lambda: seeded().to("meta"), "^TwentyLines cannot be copied .Cannot copy out of meta tensor"),
        (lambda: torch.jit.trace(seeded().eval(), torch.rand(2, 1, 12, 12)), r"is TorchScript .torch.jit., which"),
        (lambda: TwentyLines, "^the class TwentyLines is no object of torch.nn.Module; pass one, such as"),
        (lambda: Given(seeded()), "^a Given is no object of torch.nn.Module"),
    ],
)
def test_what_cannot_be_used_is_one_sentence(network, sentence):
    with pytest.raises(ConfigError, match=sentence) as error:
        made(network())
    assert "\n" not in str(error.value)


def test_states_whose_first_axis_is_not_the_images_are_refused():
    with pytest.raises(ConfigError, match=r"'block' of Tokens puts out a tensor of shape \(9, 2, 4\) for 2 images, wh"):
        made(Tokens(), ["block"])
