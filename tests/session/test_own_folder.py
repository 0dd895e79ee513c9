"""A folder of one's own: features of a network that is at hand, where nothing is said of the classifier."""

from __future__ import annotations

import logging

import numpy as np
import pytest
from helpers.frozen import Means, at_hand, drawn_pixels, saved
from PIL import Image

from lada_explore.acquisition import MaxEntropy
from lada_explore.config.asked import Asked
from lada_explore.errors import ConfigError
from lada_explore.models import Given
from lada_explore.session import own_folder
from lada_explore.session.opening import open_session
from lada_explore.session.own_folder import features_at_hand

KIND = "frozen:module:helpers.frozen:means"
FEW = {"schedule.initial_per_class": 1, "schedule.budget": 2, "schedule.subset_size": 10}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder of 40 pictures of 8 x 8 pixels, with caches of its own."""
    monkeypatch.setenv("LADA_CACHE", str(tmp_path / "cache"))
    saved(tmp_path / "pictures", drawn_pixels(40))
    return tmp_path / "pictures"


@pytest.fixture
def opened(folder, tmp_path):
    """Opens runs of the folder and closes them in the end."""
    sessions = []

    def opening(out="run", **changes):
        settings = FEW | changes.pop("settings", {})
        choices = {"dataset": f"folder:{folder}", "classes": "a,b", "cycles": 1, "device": "cpu"} | changes
        sessions.append(open_session(tmp_path / out, **choices, settings=settings))
        return sessions[-1]

    yield opening
    for session in sessions:
        session.close()


def told(caplog):
    return [record.getMessage() for record in caplog.records if record.getMessage().startswith("The classifier sees")]


def test_features_are_chosen_said_in_a_sentence_recorded_and_kept(opened, caplog, monkeypatch):
    caplog.set_level(logging.WARNING)
    with at_hand("means"):
        session = opened()
    config = session.config
    assert (config.classifier.kind, config.backbone.size, config.preset) == (KIND, 96, "demo")
    assert (config.data.height, config.data.width, config.schedule.budget) == (64, 64, 2)
    training = config.training
    assert (training.epochs, training.learning_rate, training.batch_size, training.weight_decay) == (10, 3e-3, 50, 0.1)
    assert session.data.input_shape == (6, 1, 1)
    (said,) = told(caplog)
    assert said.startswith(
        "The classifier sees features of means, a pretrained network whose weights are worked out by"
    )
    assert ". The features are computed once, which takes " in said
    assert said.endswith(
        " s a picture and less than 1 s in all. To train a small network on the pixels instead, use "
        'settings={"classifier.kind": "resnet"}.'
    )
    with at_hand("large"):
        assert opened() is session
    session.close()
    monkeypatch.setattr(own_folder, "networks_at_hand", None)
    again = opened()
    assert (again.config, len(told(caplog))) == (config, 1)
    with pytest.raises(ConfigError, match="holds a run with classifier.kind = .*means', not 'resnet'"):
        opened(settings={"classifier.kind": "resnet"})


def test_a_run_of_the_small_network_goes_on_with_it_whatever_is_at_hand(opened):
    with at_hand():
        first = opened()
    assert (first.config.classifier.kind, first.config.data.height, first.config.training.epochs) == ("resnet", 32, 6)
    first.close()
    with at_hand("means"):
        assert opened().config == first.config


@pytest.mark.parametrize(
    "changes",
    [
        {"settings": {"classifier.kind": "resnet", "classifier.width": 4}},
        {"settings": {"classifier.width": 4, "classifier.blocks": (1, 1)}},
        {"settings": {"fidelity": "released", "classifier.width": 4}},
        {"method": "lada-entstn"},
        {"settings": {"training.crop_flip": True}},
        {"preset": "cifar10", "settings": {"schedule.cycles": 1, "training.epochs": 1}},
    ],
    ids=["kind", "width", "fidelity", "a method that transforms", "crops", "another preset"],
)
def test_nothing_is_chosen_where_a_person_said_something_that_decides(opened, changes):
    with at_hand("means"):
        assert opened(**changes).config.classifier.kind == "resnet"


def test_a_network_that_was_handed_over_is_taken(opened):
    with at_hand("means"):
        kind = opened(classifier=Given(Means(2), segments=("conv",))).config.classifier.kind
    assert kind == "object:helpers.frozen:Means"


def test_nothing_is_chosen_for_images_of_the_catalogue():
    with at_hand("means"):
        assert features_at_hand(Asked(dataset="digits")) is None
        assert features_at_hand(Asked()) is None


def test_what_a_person_names_beside_the_classifier_holds(opened):
    named = {"data.size": 16, "training.epochs": 3, "backbone.size": 8, "head.hidden": 5}
    with at_hand("means"):
        config = opened(settings=named, acquisition=MaxEntropy()).config
    assert (config.data.height, config.training.epochs, config.training.batch_size) == (16, 3, 50)
    assert (config.backbone.size, config.head.hidden, config.classifier.kind) == (8, 5, KIND)


def test_larger_pictures_are_shown_at_the_size_of_the_weights(folder, tmp_path):
    Image.fromarray(np.zeros((97, 20, 3), dtype=np.uint8)).save(folder / "0000.png")
    with at_hand("means"):
        chosen = features_at_hand(Asked(dataset=f"folder:{folder}", settings=FEW | {"data.classes": "a,b"}, cycles=1))
    assert chosen.config.backbone.size == 0


def test_a_network_that_cannot_be_had_makes_way_for_the_next_and_for_the_small_one(opened):
    with at_hand("missing", "means"):
        assert opened("one").config.classifier.kind == KIND
    with at_hand("missing"):
        config = opened("two").config
    assert (config.classifier.kind, config.data.height) == ("resnet", 32)


def test_features_that_are_known_cost_nothing(opened, caplog):
    with at_hand("means"):
        opened("one")
        caplog.clear()
        opened("two", seed=1)
    assert "by hand. The features were computed before. To train" in told(caplog)[0]


def test_too_few_pictures_are_told_before_anything_is_computed(opened, monkeypatch):
    monkeypatch.setattr(own_folder, "embedded", None)
    with at_hand("means"), pytest.raises(ConfigError, match="need 52 images but pictures has 40"):
        opened(cycles=25)
