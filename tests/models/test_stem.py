"""The stem of a ResNet by the size of the images, and runs on larger images."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from helpers.sessions import step_to
from helpers.small_runs import CLASSES, small_config

from lada_explore.config import ClassifierConfig, Stem, config_from_dict
from lada_explore.config.presets import PRESETS, configure
from lada_explore.datasets import ImageData, ImageSet
from lada_explore.errors import ConfigError
from lada_explore.models import ResNet, folded, new_classifier
from lada_explore.records import Stage
from lada_explore.session.session import Session

SMALL = ClassifierConfig(width=4, blocks=(1, 2), stem="auto")


@pytest.mark.parametrize(
    ("height", "width", "stem", "wanted"),
    [
        (28, 28, "auto", "3x3"),
        (64, 64, "auto", "3x3"),
        (65, 64, "auto", "3x3"),
        (65, 65, "auto", "7x7s4"),
        (96, 224, "auto", "7x7s4"),
        (224, 224, "3x3", "3x3"),
        (28, 28, "7x7s4", "7x7s4"),
    ],
)
def test_auto_takes_the_large_stem_where_both_sides_are_above_64(height, width, stem, wanted):
    config = replace(SMALL, stem=stem)
    assert config.stem_for(height, width) == wanted
    network = new_classifier(config, (3, height, width), 5).eval()
    side = 4 if wanted == "7x7s4" else 1
    maps = [network.to_layer(torch.zeros(1, 3, height, width), layer).shape[1:] for layer in (1, 2, 3)]
    reduced = [-(-height // side), -(-width // side)]
    # The stem and the first stage have maps of one shape, in which pairs are mixed.
    assert maps[0] == maps[1] == (4, *reduced)
    assert maps[2] == (8, *(-(-length // 2) for length in reduced))
    assert network.segments[0][0].kernel_size == ((7, 7) if wanted == "7x7s4" else (3, 3))


def test_an_unknown_stem_is_told_with_the_known_ones():
    with pytest.raises(ConfigError, match="classifier.stem '5x5' is unknown; the known ones are auto, 3x3, 7x7s4"):
        ClassifierConfig(stem="5x5")


def test_the_parameters_and_the_spread_of_the_large_stem():
    large, small = (ResNet(ClassifierConfig(width=32, blocks=(1,)), 3, 5, stem) for stem in (Stem.LARGE, Stem.SMALL))
    count = [sum(parameter.numel() for parameter in network.parameters()) for network in (large, small)]
    assert count[0] - count[1] == 32 * 3 * (49 - 9)
    weight = large.segments[0][0].weight
    assert weight.std().item() == pytest.approx(np.sqrt(2 / (32 * 49)), rel=0.05)  # He et al. (2015), by the outputs.


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("width", [4, 16])
def test_in_channels_last_its_gradients_are_those_of_plain_layout(channels, width):
    torch.manual_seed(0)
    network = ResNet(ClassifierConfig(width=width, blocks=(1, 1)), channels, 3, Stem.LARGE)
    images, labels = torch.randn(6, channels, 72, 70), torch.arange(6) % 3
    found = []
    for layout in (torch.channels_last, torch.contiguous_format):
        network = network.to(memory_format=layout)
        network.zero_grad()
        torch.nn.functional.cross_entropy(network(images.to(memory_format=layout)), labels).backward()
        found.append([parameter.grad.clone() for parameter in network.parameters()])
    for ours, plain in zip(*found, strict=True):
        torch.testing.assert_close(ours, plain, rtol=1e-3, atol=1e-4)
    assert found[1][0].abs().max() > 1e-3


def test_folded_it_puts_out_the_same():
    torch.manual_seed(0)
    network = new_classifier(SMALL, (3, 80, 96), 5)
    network(torch.randn(8, 3, 80, 96))  # Moves the statistics of batch-norm.
    network.eval()
    images = torch.randn(2, 3, 80, 96)
    torch.testing.assert_close(folded(network)(images), network(images), rtol=1e-4, atol=1e-4)


def test_presets_choose_by_the_size_and_runs_made_before_there_was_a_choice_keep_the_small_one():
    for name in PRESETS:
        config = configure(name)
        assert config.classifier.stem_for(28, 28) == config.classifier.stem_for(32, 32) == "3x3"
        old = config.to_dict()
        del old["classifier"]["stem"]
        assert config_from_dict(old).classifier.stem_for(224, 224) == "3x3"
    assert configure("demo").classifier.stem_for(224, 224) == "7x7s4"


def large_data(side=72):
    rng = np.random.default_rng(3)
    train = ImageSet.create(
        name="large",
        images=rng.integers(0, 256, (40, 3, side, side), dtype=np.uint8),
        targets=np.arange(40) % 3,
        class_names=CLASSES,
        source="Random pixels.",
    )
    return ImageData(train=train, test=None, mean=(0.5,) * 3, std=(0.3,) * 3)


@pytest.mark.parametrize("method", ["lada-entmix", "lada-entstn", "lada-vaalmix", "lada-ll4almix", "ent-then-adamixup"])
def test_a_method_runs_on_larger_images_with_the_large_stem_and_resumes(tmp_path, method):
    config = small_config(method, cycles=1)
    session = step_to(Session.create(config, tmp_path / "run", data=large_data()), 1, Stage.TRAIN)
    assert session.classifier.segments[0][0].kernel_size == (7, 7)
    session.close()
    assert json.loads((tmp_path / "run" / "run.json").read_text())["config"]["classifier"]["stem"] == "auto"
    session = Session.resume(tmp_path / "run", data=large_data())
    session.run()
    assert session.next_stage is None
    assert np.isfinite(session.history[1].train.train_loss).all()
    session.close()
