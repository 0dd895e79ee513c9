"""The preset with a pretrained network, on a part of its images."""

from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest

from lada_explore.config import DataConfig
from lada_explore.config.presets import configure
from lada_explore.datasets import load
from lada_explore.session.session import Session

pytestmark = pytest.mark.slow


def part(images, n):
    return images.part(np.random.default_rng(0).permutation(len(images))[:n])


def test_a_head_on_pretrained_features_knows_half_of_the_images_from_20_labels(tmp_path):
    whole = load(DataConfig(name="fashion-mini"))
    data = replace(whole, train=part(whole.train, 400), test=part(whole.test, 400))
    config = configure("demo-pretrained", "lada-entmix", cycles=4, settings={"schedule.subset_size": 100})
    with closing(Session.create(config, tmp_path / "run", data=data, device="cpu", threads=2)) as session:
        history = session.run()
        assert session.classifier.shape_after(0, (1280, 1, 1)) == (1280, 1, 1)
    accuracies = [records.evaluate.accuracy for records in history]
    # The small network of the demo is right on a fifth of the test images here, and on half of them at 60 labels.
    assert accuracies[0] > 0.5
    assert accuracies[-1] > 0.6
    assert {records.look_ahead.value.shape for records in history[1:]} == {(50,)}
