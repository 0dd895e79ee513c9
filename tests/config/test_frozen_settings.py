"""The settings of a head on frozen features: what they can be, and which others mean nothing beside them."""

import pytest

from lada_explore.config import ClassifierConfig, HeadConfig, config_from_dict
from lada_explore.config.frozen import check_frozen
from lada_explore.config.presets import PRESETS, configure
from lada_explore.errors import ConfigError


def of_kind(kind="frozen:torchvision:resnet18", preset="demo", **settings):
    return configure(preset, settings={"classifier.kind": kind, **settings})


def test_a_kind_says_whose_features_are_taken():
    """A colon within a path or a function belongs to it."""
    frozen = ClassifierConfig(kind="frozen:module:pkg.mod:make")
    file = ClassifierConfig(kind="features:/a:b/c.npy")

    assert (frozen.is_frozen, frozen.is_borrowed, frozen.backbone, frozen.features_file) == (
        True,
        False,
        "module:pkg.mod:make",
        "",
    )
    assert (file.is_frozen, file.backbone, file.features_file) == (True, "", "/a:b/c.npy")
    assert not ClassifierConfig(kind="timm:resnet18").is_frozen


def test_the_head_is_read_from_text_recorded_and_missing_in_runs_of_before():
    """A run.json without the section has a linear head."""
    config = of_kind(**{"head.hidden": "256"})
    assert config.head == HeadConfig(hidden=256)
    before = config.to_dict()
    assert before.pop("head") == {"hidden": 256}
    before.pop("backbone")
    assert config_from_dict(before).head == HeadConfig(hidden=0)


@pytest.mark.parametrize(
    ("kind", "used"),
    [
        ("resnet", {"classifier.width", "classifier.stem"}),
        ("frozen:timm:resnet18", {"head.hidden", "backbone.size"}),
        ("features:a.npy", {"head.hidden"}),
    ],
)
def test_only_settings_of_what_a_kind_has_are_used(kind, used):
    names = ("classifier.width", "classifier.stem", "head.hidden", "backbone.size")
    assert {name for name in names if of_kind(kind).uses(name)} == used
    assert of_kind(kind).uses("classifier.kind")


@pytest.mark.parametrize("preset", [name for name in PRESETS if "cifar10" not in name])
def test_presets_without_crops_take_a_frozen_network(preset):
    check_frozen(of_kind(preset=preset))


@pytest.mark.parametrize(
    ("kind", "settings", "words"),
    [
        ("frozen:resnet18", {}, "'frozen:resnet18', and a frozen network is one of a family; .*frozen:timm:NAME"),
        ("frozen:timm:", {}, "one of a family"),
        ("features:", {}, "which names no file; write it as features:PATH"),
        ("frozem:timm:resnet18", {}, "did you mean 'frozen:timm:resnet18'"),
        ("features:a.npy", {"classifier.segments": "layer1"}, "segments is 'layer1', but .* leave it out"),
        ("frozen:timm:x", {"classifier.train": "last:1"}, "train is 'last:1', but .* the head alone is trained"),
        ("features:a.npy", {"classifier.weights": "w.pth"}, "weights is 'w.pth', but .* no network to load them into"),
        ("features:a.npy", {"backbone.size": "64"}, "backbone.size is 64, but .* such as frozen:timm:resnet18$"),
        ("resnet", {"backbone.precision": "float32"}, "backbone.precision is float32, but classifier.kind 'resnet'"),
        ("timm:resnet18", {"head.hidden": "8"}, "head.hidden is 8, but .* such as frozen:timm:resnet18 or features:PA"),
        ("features:a.npy", {"training.crop_flip": "true"}, "computed once, .*; set training.crop_flip to false$"),
    ],
)
def test_what_means_nothing_is_refused_in_one_sentence(kind, settings, words):
    with pytest.raises(ConfigError, match=words) as refused:
        check_frozen(of_kind(kind, **settings))
    assert "\n" not in str(refused.value)


def test_all_that_a_preset_has_to_change_is_said_at_once():
    """CIFAR-10 is cropped and flipped in the paper, its virtual images too."""
    words = "set training.crop_flip to false and training.virtual_images to 'plain'$"
    with pytest.raises(ConfigError, match=words):
        check_frozen(of_kind(preset="cifar10"))


@pytest.mark.parametrize(("hidden", "words"), [(-1, "head.hidden is -1; it must be 0"), (9000, "head.hidden is 9")])
def test_a_head_has_a_number_of_units(hidden, words):
    with pytest.raises(ConfigError, match=words):
        HeadConfig(hidden=hidden)
