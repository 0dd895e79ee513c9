"""With the nodes that a head on features gets, the look-ahead value is exact to a thousandth of a bit."""

import numpy as np
import pytest
import torch
from torch import nn

from lada_explore.beta import beta_weights
from lada_explore.config import DataConfig
from lada_explore.config.presets import configure
from lada_explore.datasets import ImageData, load
from lada_explore.models import Classifier
from lada_explore.records import Stage
from lada_explore.session.session import Session

DENSE = 129
SETTINGS = {"schedule.initial_per_class": 22, "schedule.subset_size": 100, "training.epochs": 60, "policy.epochs": 1}


@pytest.fixture(scope="module")
def data():
    """The bundled clothes without their test set, which is not looked at."""
    found = load(DataConfig(name="fashion-mini"))
    return ImageData(train=found.train, test=None, mean=found.mean, std=found.std)


@pytest.fixture(scope="module")
def features(data):
    """128 features by two layers of random convolutions: what pictures are to a network that never saw them."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = nn.Sequential(
            *(nn.Conv2d(1, 64, 5, 2), nn.ReLU(), nn.Conv2d(64, 128, 5, 2), nn.ReLU()),
            *(nn.AdaptiveAvgPool2d(1), nn.Flatten()),
        )
    with torch.no_grad():
        return torch.cat([network(part.float() / 255) for part in data.train.images.split(500)])


def values(data, features, out, **settings):
    """V(0.5) of the pairs of cycle 1 after a long training, in the unit of the score."""
    config = configure("demo", "lada-entmix", cycles=1, settings=SETTINGS | settings)
    session = Session.create(config, out, data=data, classifier=Classifier.frozen(features), threads=1)
    while (session.cycle, session.next_stage) != (1, Stage.SELECT):
        session.step()
    session.close()
    ahead = session.history[1].look_ahead
    return ahead.profile.astype(np.float64) @ beta_weights(ahead.grid.astype(np.float64), np.array([0.5]))[0]


@pytest.mark.slow
@pytest.mark.parametrize("hidden", [0, 256])
def test_look_ahead_on_features_is_exact_to_a_thousandth_of_a_bit(data, features, tmp_path, hidden):
    """Against eight times as many nodes; the values themselves scatter by tenths of a bit."""
    own = values(data, features, tmp_path / "own", **{"head.hidden": hidden})
    dense = values(data, features, tmp_path / "dense", **{"head.hidden": hidden, "look_ahead.nodes": DENSE})
    assert dense.std() > 0.1
    assert np.sqrt(np.mean((own - dense) ** 2)) < 0.001
