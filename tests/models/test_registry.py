"""A kind of classifier that a person registers is used by name, as the package's own are."""

import pytest
import torch
from helpers.small_runs import record_bytes, small_config, small_data
from torch import nn

from lada_explore.config import CLASSIFIERS, ClassifierConfig
from lada_explore.errors import ConfigError
from lada_explore.models import Classifier, new_classifier
from lada_explore.session.session import Session
from lada_explore.store import open_run


def two_convolutions(config, shape, n_classes):
    segments = [nn.Conv2d(shape[0], 3, 3, padding=1), nn.Sequential(nn.ReLU(), nn.Conv2d(3, 5, 3, stride=2))]
    return Classifier(segments, n_features=5, n_classes=n_classes, stage_widths=[5])


@pytest.fixture
def registered(monkeypatch):
    monkeypatch.setitem(CLASSIFIERS, "two", two_convolutions)


@pytest.mark.usefixtures("registered")
def test_a_registered_kind_is_chosen_by_its_name():
    made = new_classifier(small_config(classifier__kind="two").classifier, (1, 12, 12), 3)
    assert [tuple(layer.weight.shape) for layer in made.modules() if isinstance(layer, nn.Conv2d)] == [
        (3, 1, 3, 3),
        (5, 3, 3, 3),
    ]
    assert made(torch.rand(2, 1, 12, 12)).shape == (2, 3)


@pytest.mark.usefixtures("registered")
def test_a_run_with_it_is_resumed_and_equals_one_that_was_not_stopped(tmp_path):
    config, data = small_config(classifier__kind="two", cycles=1), small_data()
    with_stop = Session.create(config, tmp_path / "stopped", data=data)
    with_stop.run(1)
    with_stop.close()
    for name, session in (
        ("stopped", Session.resume(tmp_path / "stopped", data=data)),
        ("whole", Session.create(config, tmp_path / "whole", data=data)),
    ):
        session.run()
        session.close()
        assert session.next_stage is None, name
    assert record_bytes(tmp_path / "stopped") == record_bytes(tmp_path / "whole")


def test_an_unknown_kind_is_one_sentence_with_the_nearest_and_a_run_of_it_can_still_be_read(tmp_path, monkeypatch):
    with monkeypatch.context() as now:
        now.setitem(CLASSIFIERS, "two", two_convolutions)
        config = small_config(classifier__kind="two", cycles=0)
        Session.create(config, tmp_path / "run", data=small_data()).close()
    assert open_run(tmp_path / "run").config.classifier.kind == "two"
    sentence = "^classifier.kind 'resnt' is unknown; the known ones are resnet, mlp.*; did you mean 'resnet'[?]$"
    with pytest.raises(ConfigError, match=sentence):
        small_config(classifier__kind="resnt")
    with pytest.raises(ConfigError, match="^classifier.kind 'two' is unknown"):
        Session.resume(tmp_path / "run", data=small_data())


def test_what_makes_no_classifier_is_refused_by_its_name(monkeypatch):
    monkeypatch.setitem(CLASSIFIERS, "linear", lambda config, shape, n_classes: nn.Linear(2, 2))
    with pytest.raises(ConfigError, match=r"^CLASSIFIERS\['linear'\] made Linear, and it must make a"):
        new_classifier(ClassifierConfig(kind="linear"), (1, 12, 12), 3)


def test_another_maker_of_the_same_name_is_checked_anew(tmp_path, monkeypatch):
    data = small_data()
    monkeypatch.setitem(CLASSIFIERS, "two", two_convolutions)
    config = small_config(classifier__kind="two", cycles=0)
    Session.create(config, tmp_path / "good", data=data).close()
    monkeypatch.setitem(CLASSIFIERS, "two", lambda *given: nn.Identity())
    with pytest.raises(ConfigError, match="made Identity"):
        Session.create(config, tmp_path / "bad", data=data)
    assert not (tmp_path / "bad").exists()
