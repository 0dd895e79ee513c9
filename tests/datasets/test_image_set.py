import dataclasses
import hashlib

import numpy as np
import pytest
import torch

from lada_explore.datasets import ImageData, ImageSet
from lada_explore.datasets.levels import channel_statistics
from lada_explore.errors import DataError


def make(**changes):
    values = {
        "name": "toy",
        "images": np.arange(2 * 1 * 2 * 3, dtype=np.uint8).reshape(2, 1, 2, 3),
        "targets": np.array([1, 0]),
        "class_names": ("cat", "dog"),
        "source": "Made in a test.",
    }
    return ImageSet.create(**(values | changes))


def test_a_set_knows_its_length_shape_and_classes():
    toy = make()
    assert (len(toy), toy.shape, toy.n_classes) == (2, (1, 2, 3), 2)
    assert toy.images.dtype == torch.uint8
    assert toy.targets.dtype == torch.int64
    assert toy.targets.tolist() == [1, 0]


def test_tensors_and_arrays_give_the_same_set():
    toy = make()
    assert make(images=toy.images, targets=toy.targets.to(torch.int32)).checksum == toy.checksum


def test_floats_are_rounded_to_255ths():
    images = np.array([0, 0.5, 1, 0.998]).reshape(1, 1, 2, 2)
    toy = make(images=images, targets=np.array([0]))
    assert toy.images.flatten().tolist() == [0, 128, 255, 254]


def test_the_pixels_are_a_copy_so_that_the_checksum_stays_true():
    images = np.zeros((2, 1, 2, 3), dtype=np.uint8)
    targets = np.array([0, 1])
    toy = make(images=images, targets=targets)
    images[:] = 9
    targets[:] = 0
    assert toy.images.max() == 0
    assert toy.targets.tolist() == [0, 1]


def test_the_checksum_is_sha256_over_header_pixels_and_targets():
    header = b'{"class_names": ["cat", "dog"], "labelled": true, "shape": [2, 1, 2, 3]}'
    expected = hashlib.sha256(header + bytes(range(12)) + b"\1" + bytes(7) + bytes(8)).hexdigest()
    assert make().checksum == expected


def test_the_checksum_changes_with_a_pixel_a_label_a_name_or_the_shape_and_not_with_the_title():
    one_pixel = make().images.clone()
    one_pixel[1, 0, 1, 2] += 1
    sums = {
        make().checksum,
        make(images=one_pixel).checksum,
        make(targets=np.array([1, 1])).checksum,
        make(targets=None).checksum,
        make(class_names=("cat", "Dog")).checksum,
        make(images=make().images.reshape(2, 1, 3, 2)).checksum,
    }
    assert len(sums) == 6
    assert make(name="other", source="Elsewhere.", item_names=("a", "b")).checksum == make().checksum


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"images": np.zeros((2, 2, 3), np.uint8)}, "images have shape (2, 2, 3); they must be (N, D, H, W)"),
        ({"images": np.zeros((2, 8, 8, 3), np.uint8)}, "D = 1 (grey) or 3 (RGB) channels"),
        ({"images": np.zeros((0, 1, 8, 8), np.uint8)}, "shape (0, 1, 8, 8), which holds no pixel"),
        ({"images": np.zeros((2, 1, 2, 3), np.int64)}, "pixels are int64; give uint8 in 0..255 or floats in [0, 1]"),
        (
            {"images": np.array([0, np.nan, 0.5, np.nan]).reshape(2, 1, 1, 2)},
            "2 of 4 pixel values are not in [0, 1], the first nan at [0, 0, 0, 1]",
        ),
        (
            {"images": np.array([0, 1, 0.5, 1.5], np.float32).reshape(2, 1, 1, 2)},
            "1 of 4 pixel values are not in [0, 1], the first 1.5 at [1, 0, 0, 1]; scale floats",
        ),
        (
            {"images": np.array([0, 1, -np.inf, 0]).reshape(2, 1, 2, 1)},
            "1 of 4 pixel values are not in [0, 1], the first -inf at [1, 0, 0, 0]",
        ),
        ({"targets": np.array([0])}, "2 images came with targets of shape (1,); give one for each"),
        ({"targets": np.array([[0], [1]])}, "targets of shape (2, 1)"),
        ({"targets": np.array([0.0, 1.0])}, "targets are float64; give class indices as integers"),
        ({"targets": np.array([0, 2])}, "1 of 2 targets are outside 0..1, the first 2 at id 1"),
        ({"targets": np.array([-1, -1])}, "2 of 2 targets are outside 0..1, the first -1 at id 0"),
        ({"class_names": ("cat", "cat", "dog")}, "class 'cat' is named more than once"),
        ({"class_names": ("cat", " ")}, "class 1 has an empty name"),
        ({"class_names": ("cat", "\u200b\ufeff")}, r"class '\u200b\ufeff' has an empty name"),
        ({"class_names": ("cat", "\u3164")}, "has an empty name"),
        ({"class_names": ("cat", "cat\u200b")}, "class 'cat' is named more than once"),
        ({"class_names": ("cat", "\ufeffcat")}, "class 'cat' is named more than once"),
        ({"class_names": ("caf\u00e9", "cafe\u0301")}, "class 'caf\u00e9' is named more than once"),
        (
            {"class_names": ("cat", "tac\u202e")},
            "the character U+202E in its name, which cannot be shown; take it out",
        ),
        ({"class_names": ("cat", "two\nlines")}, "has the character U+000A in its name"),
        ({"class_names": ("cat", "x" * 201)}, "has a name of 201 characters; shorten it to at most 200"),
        ({"class_names": ("cat",) * 40_000}, "toy has 40,000 classes; at most 32,768"),
        ({"class_names": ("cat",), "targets": None}, "toy has 1 class, 'cat'; a classifier needs at least 2"),
        ({"class_names": (), "targets": None}, "toy has no class; a classifier"),
        ({"item_names": ("a.png",)}, "2 images came with 1 item names; give one for each"),
    ],
)
def test_bad_input_is_refused_in_one_sentence(changes, sentence):
    with pytest.raises(DataError) as caught:
        make(**changes)
    assert sentence in str(caught.value)
    assert "toy" in str(caught.value)


def test_a_set_is_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        make().name = "other"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"mean": (0.5, 0.5)}, "toy has 1 channels but 2 means and 1 standard deviations"),
        ({"std": (0.0,)}, "std above 0, use 1 for a channel that never changes"),
        ({"std": (float("nan"),)}, "both must be finite"),
        ({"test": make(class_names=("dog", "cat"))}, "the same class names in the same order"),
        ({"test": make(images=np.zeros((2, 1, 3, 3), np.uint8))}, "the same shape"),
        ({"test": make(name="quiz", targets=None)}, "quiz has no targets; a test set needs them"),
    ],
)
def test_data_that_do_not_fit_together_are_refused(changes, sentence):
    values = {"train": make(), "test": make(), "mean": (0.5,), "std": (0.2,)}
    ImageData(**values)
    with pytest.raises(DataError) as caught:
        ImageData(**(values | changes))
    assert sentence in str(caught.value)


def test_channel_statistics_are_those_of_numpy():
    images = torch.from_numpy(np.random.default_rng(0).integers(0, 256, (7, 3, 5, 4)).astype(np.uint8))
    images[:, 2] = 77
    mean, std = channel_statistics(images)
    scaled = images.numpy() / 255
    np.testing.assert_allclose(mean, scaled.mean(axis=(0, 2, 3)), rtol=1e-13)
    np.testing.assert_allclose(std, scaled.std(axis=(0, 2, 3)), rtol=1e-13, atol=1e-13)
    assert std[2] == 0
