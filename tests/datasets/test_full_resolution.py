"""A closer look at the file of an image: what a person judges, where the classifier sees a small one."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from lada_explore.config.presets import configure
from lada_explore.datasets import load, picture_reader


@pytest.fixture
def data(tmp_path):
    """Grey images of 8 x 8: one from a photograph of 60 x 80, one from a file that is no larger."""
    halves = np.zeros((60, 80, 3), np.uint8)
    halves[:, 40:] = (200, 100, 50)
    for name, image in {"a": halves, "b": halves[:8, :8]}.items():
        Image.fromarray(image).save(tmp_path / f"{name}.png")
    settings = {"data.classes": "x,y", "data.size": 8, "data.channels": 1}
    return load(configure(dataset=f"folder:{tmp_path}", settings=settings).data)


def test_the_part_that_the_classifier_sees_is_shown_larger_and_in_colour(data):
    reader, (file, _) = data.train.reader, data.train.files
    picture = reader.larger(file, data.train.shape)
    # 60 of the 80 columns are seen, 7.5 pixels of the file for each one of the classifier.
    assert picture.shape == (3, 60, 60)
    np.testing.assert_array_equal(picture[:, :, :30], 0)
    np.testing.assert_array_equal(picture[:, 30, 30:].T, [(200, 100, 50)] * 30)
    assert reader.larger(file, data.train.shape, 16).shape == (3, 16, 16)


def test_a_small_file_and_one_that_is_gone_have_nothing_closer(data):
    reader, files = data.train.reader, data.train.files
    assert reader.larger(files[1], data.train.shape) is None
    files[0].unlink()
    picture_reader.larger.cache_clear()
    assert reader.larger(files[0], data.train.shape) is None
