"""A backbone: the network that was named, what it is shown, and what tells its features from others'."""

import copy
import os
import pickle

import numpy as np
import pytest
import torch
from helpers.frozen import Means, backbone, data_of, drawn_pixels, features_by_hand, image_set, means
from helpers.own_networks import Convolutional
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional

from lada_explore.config import BackboneConfig, ClassifierConfig, DataConfig
from lada_explore.datasets import load
from lada_explore.errors import ConfigError
from lada_explore.features import backbone_named, backbone_of
from lada_explore.features.backbone import OWN_STATISTICS, UNTRAINED

DATA = data_of(image_set(drawn_pixels(4)))


def of_pixels(found, pixels):
    return found.features(torch.from_numpy(pixels)).numpy()


def partly_new(n_classes):
    """A new layer of 8 numbers before one of 12 that are always the same, and a head."""
    fixed = nn.Linear(2, 4)
    nn.init.ones_(fixed.weight)
    nn.init.ones_(fixed.bias)
    return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(3, 2), fixed, nn.Linear(4, n_classes))


def wholly_new(n_classes):
    return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(3, 6), nn.Linear(6, n_classes))


def features_alone():
    """Ends in no linear layer."""
    return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())


def speaking(n_classes):
    network = Means(n_classes)
    network.pretrained_cfg = {"input_size": (3, 12, 10), "mean": (0.1, 0.2, 0.3), "std": (0.5, 0.5, 0.5)}
    return network


def test_its_features_are_what_its_last_linear_layer_is_given():
    found, pixels = backbone(DATA), drawn_pixels(5, seed=1)
    assert found.n_features == 6
    assert found.head == "fc"
    np.testing.assert_allclose(of_pixels(found, pixels), features_by_hand(pixels), rtol=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["timm:resnet18", "torchvision:resnet18", "timm:vit_tiny_patch16_224"])
def test_of_others_too_class_token_and_pooling_as_they_do_it(kind):
    found = backbone(DATA, kind, size=0 if "vit" in kind else 32)
    network = copy.deepcopy(found.network)
    assert found.transform.shape == ((3, 224, 224) if "vit" in kind else (3, 32, 32))
    pixels = torch.from_numpy(drawn_pixels(2, side=found.transform.shape[1]))
    head = network.get_submodule(found.head)
    seen = []
    head.register_forward_pre_hook(lambda module, given: seen.append(given[0]))
    with torch.no_grad():
        logits = network(found.transform.prepared(pixels))
    assert found.features(pixels).shape == (2, head.in_features)
    assert torch.equal(found.features(pixels), seen[0])
    assert torch.equal(head(found.features(pixels).clone()), logits)
    assert UNTRAINED in found.notes


def test_new_weights_are_told_and_are_the_same_every_time():
    one, other = (backbone(DATA, "torchvision:resnet18", size=32) for _ in range(2))
    assert one.notes == other.notes == (UNTRAINED,)
    assert one.weights == other.weights
    assert one.key == other.key
    assert backbone(DATA).notes == ()  # `means` has always the same weights, which therefore were not drawn


def test_weights_of_a_file_are_those_that_count_and_need_no_head(tmp_path):
    network = Means(3, factor=2.0)
    save_file(
        {name: value for name, value in network.state_dict().items() if "fc" not in name}, tmp_path / "w.safetensors"
    )
    settings = BackboneConfig(normalisation="none", size=8)
    classifier = ClassifierConfig(kind="frozen:module:helpers.frozen:means", weights=str(tmp_path / "w.safetensors"))
    found = backbone_named(classifier, settings, DATA)
    pixels = drawn_pixels(3)
    np.testing.assert_allclose(of_pixels(found, pixels)[:, :3], 2 * features_by_hand(pixels)[:, :3], rtol=1e-5)
    assert found.notes == ()
    assert found.key != backbone(DATA, precision="float16").key


def test_weights_with_code_are_refused_and_not_executed(tmp_path):
    class Code:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "made"),)

    (tmp_path / "w.pth").write_bytes(pickle.dumps({"conv.weight": Code()}))
    classifier = ClassifierConfig(kind="frozen:module:helpers.frozen:means", weights=str(tmp_path / "w.pth"))
    with pytest.raises(ConfigError, match="holds no weights that can be read safely"):
        backbone_named(classifier, BackboneConfig(size=8), DATA)
    assert not (tmp_path / "made").exists()


def test_weights_that_are_new_in_part_are_named():
    found = backbone(DATA, "module:features.test_backbones:partly_new")
    assert found.notes == ("its weights '2.bias' and 1 more tensors are new ones, drawn by the seed 0",)
    assert backbone(DATA, "module:features.test_backbones:wholly_new").notes == (UNTRAINED,)


def test_what_ends_in_no_linear_layer_puts_out_its_features_and_it_says_so():
    found = backbone(DATA, "module:features.test_backbones:features_alone")
    pixels = drawn_pixels(3)
    np.testing.assert_allclose(of_pixels(found, pixels), pixels.mean(axis=(2, 3)) / 255, rtol=1e-5)
    assert "it ends in no linear layer, so its features are what it puts out" in found.notes


def test_a_network_says_itself_what_its_weights_want():
    kind = "module:features.test_backbones:speaking"
    found = backbone(DATA, kind, size=0, normalisation="auto")
    assert found.transform.shape == (3, 12, 10)
    assert (found.transform.mean, found.transform.std) == ((0.1, 0.2, 0.3), (0.5, 0.5, 0.5))
    pixels = drawn_pixels(1, side=12)[..., :10]
    by_hand = (pixels / 255 - np.array([0.1, 0.2, 0.3])[:, None, None]) / 0.5
    np.testing.assert_allclose(found.transform.prepared(torch.from_numpy(pixels)), by_hand, rtol=1e-4, atol=1e-5)
    assert backbone(DATA, kind, size=16).transform.shape == (3, 16, 16)


def test_without_a_word_of_it_pictures_are_normalised_by_their_own_statistics_and_it_says_so():
    found = backbone(DATA, size=0, normalisation="auto")
    assert found.transform.shape == (3, 8, 8)
    assert (found.transform.mean, found.transform.std) == ((0.5,) * 3, (0.25,) * 3)
    assert found.notes == (OWN_STATISTICS,)
    imagenet = backbone(DATA, normalisation="imagenet").transform
    assert (imagenet.mean, imagenet.std) == ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))


def test_grey_pictures_are_repeated():
    data = load(DataConfig(name="digits"))
    found = backbone(data, size=0)
    assert found.transform.shape == (1, 28, 28)
    grey = data.train.images[:4].numpy()
    np.testing.assert_allclose(of_pixels(found, grey), features_by_hand(grey.repeat(3, axis=1)), rtol=1e-5)


def test_all_that_changes_a_feature_changes_the_key():
    keys = [
        backbone(DATA).key,
        backbone(DATA, size=9).key,
        backbone(DATA, normalisation="imagenet").key,
        backbone(DATA, precision="float16").key,
        backbone(DATA, "large").key,
        backbone_of(means(), BackboneConfig(normalisation="none", precision="float32", size=8), DATA).key,
    ]
    assert len(set(keys)) == len(keys)
    assert backbone(DATA).key == keys[0]


def test_a_network_that_was_handed_over_is_copied_and_known_by_its_weights():
    network, settings = Means(3), BackboneConfig(normalisation="none", size=8)
    found = backbone_of(network, settings, DATA)
    before = found.key
    with torch.no_grad():
        network.conv.weight.fill_(3)
    assert network.training
    assert network.conv.weight.requires_grad
    np.testing.assert_allclose(of_pixels(found, drawn_pixels(2)), features_by_hand(drawn_pixels(2)), rtol=1e-5)
    assert backbone_of(network, settings, DATA).key != before


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("resnet", "'frozen:module:helpers.frozen:resnet'|has no function 'resnet'"),
        ("torchvision:resnet81", "the model of torchvision 'resnet81' is unknown"),
        ("hub:resnet18", "'frozen:hub:resnet18' names no backbone; the known ones are timm:.*module:"),
        ("torchvision:squeezenet1_0", "does not end in a linear layer"),
        ("module:torch.nn:Identity", "puts out a tensor of shape"),
    ],
)
def test_what_is_no_backbone_is_refused_in_a_sentence(kind, message):
    with pytest.raises(ConfigError, match=message):
        backbone(DATA, kind, size=64)


class Drawing(Means):
    """Features with dropout that `eval` does not turn off."""

    def forward(self, images):
        return super().forward(functional.dropout(images, 0.5, training=True))


class ByBatch(Means):
    """Features that depend on the other pictures of the batch."""

    def forward(self, images):
        return super().forward(images - images.mean(dim=0))


@pytest.mark.parametrize("network", [Drawing(2), ByBatch(2)])
def test_features_that_are_not_those_of_the_picture_alone_are_refused(network):
    with pytest.raises(ConfigError, match="gives a picture other features beside another picture than alone"):
        backbone_of(network, BackboneConfig(size=8), DATA)


@pytest.mark.parametrize("wrapper", [nn.DataParallel, torch.compile])
def test_wrappers_are_taken_off(wrapper):
    settings = BackboneConfig(normalisation="none", precision="float32", size=8)
    found = backbone_of(wrapper(means()), settings, DATA)
    assert found.weights == backbone_of(means(), settings, DATA).weights
    np.testing.assert_allclose(of_pixels(found, drawn_pixels(2)), features_by_hand(drawn_pixels(2)), rtol=1e-5)


def test_points_and_channels_that_pictures_have_not_are_refused():
    with pytest.raises(ConfigError, match="points:moons holds points, and a backbone sees pictures|holds points"):
        backbone(load(DataConfig(name="points:moons")))
    four = nn.Sequential(nn.Conv2d(4, 2, 1), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(2, 2))
    with pytest.raises(ConfigError, match="takes images of 4 channels"):
        backbone_of(four, BackboneConfig(), DATA)
    assert backbone_of(Convolutional(), BackboneConfig(), DATA).transform.shape == (1, 8, 8)
