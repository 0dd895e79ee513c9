"""Parts of image sets, and reading them image by image and block by block, in memory and on disk."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from lada_explore.config import DataConfig
from lada_explore.datasets import ImageSet, device_images, load
from lada_explore.datasets.device_images import DeviceImages
from lada_explore.datasets.levels import channel_statistics
from lada_explore.datasets.points import point_set
from lada_explore.errors import DataError

PIXELS = np.random.default_rng(0).integers(0, 256, (30, 3, 5, 4), dtype=np.uint8)
TARGETS = np.arange(30) % 3
NAMES = tuple(f"{i}.png" for i in range(30))
IDS = np.array([7, 29, 0, 8, 13])


def made(ids=slice(None), targets=TARGETS):
    return ImageSet.create(
        name="toy",
        images=PIXELS[ids],
        targets=None if targets is None else targets[ids],
        class_names=("a", "b", "c"),
        source="Random pixels.",
        item_names=np.array(NAMES)[ids].tolist(),
        files=[Path(name) for name in np.array(NAMES)[ids]],
    )


def mapped(folder):
    np.save(folder / "images.npy", PIXELS)
    np.save(folder / "targets.npy", TARGETS)
    (folder / "classes.txt").write_text("a\nb\nc\n")
    return load(DataConfig(name=f"array:{folder}")).train


def same(one, other):
    assert torch.equal(one.images, other.images)
    assert (one.checksum, one.shape, len(one), one.n_bytes) == (other.checksum, other.shape, len(other), other.n_bytes)
    assert (one.targets is None) == (other.targets is None)
    assert one.targets is None or torch.equal(one.targets, other.targets)
    assert (one.item_names, one.files, one.class_names) == (other.item_names, other.files, other.class_names)


@pytest.mark.parametrize("targets", [TARGETS, None])
def test_a_part_is_the_set_of_these_images(targets):
    part = made(targets=targets).part(IDS, "toy-test")
    same(part, made(IDS, targets))
    assert part.name == "toy-test"
    same(part.part(np.array([3, 1])), made(IDS[[3, 1]], targets))


def test_a_part_shares_the_pixels_in_memory_and_on_disk(tmp_path):
    for whole in (made(), mapped(tmp_path)):
        part = whole.part(IDS)
        assert part.pixels.data_ptr() == whole.pixels.data_ptr()
        assert part.mappings is whole.mappings
        same(replace(part, item_names=None, files=None), replace(made(IDS), item_names=None, files=None))


@pytest.mark.parametrize("given", [list, tuple, np.array, torch.tensor])
def test_images_are_taken_by_id_in_the_order_asked_as_copies(tmp_path, given):
    for whole in (made(), mapped(tmp_path)):
        for images, pixels in ((whole, PIXELS), (whole.part(IDS), PIXELS[IDS])):
            taken = images.take(given([4, 1, 4, 0]))
            assert np.array_equal(taken, pixels[[4, 1, 4, 0]])
            taken.zero_()
            assert np.array_equal(images.images, pixels)
            assert images.take([]).shape == (0, 3, 5, 4)


@pytest.mark.parametrize("size", [1, 4, 30, 100, None])
def test_blocks_are_all_images_in_order(tmp_path, size):
    for whole in (made(), mapped(tmp_path)):
        for images, pixels in ((whole, PIXELS), (whole.part(IDS), PIXELS[IDS])):
            blocks = [block.clone() for block in images.blocks(size)]
            assert np.array_equal(torch.cat(blocks), pixels)
            assert {len(block) for block in blocks[:-1]} <= {size}
            assert channel_statistics(images) == channel_statistics(torch.from_numpy(pixels))


def test_points_have_blocks_and_parts_too():
    points = np.random.default_rng(0).uniform(-1, 1, (10, 2))
    whole = point_set("plane", points, np.arange(10) % 2, ("a", "b"), "Drawn.")
    part = whole.part(np.array([3, 5]))
    assert part.checksum == point_set("plane", points[[3, 5]], np.array([1, 1]), ("a", "b"), "Drawn.").checksum
    assert torch.equal(torch.cat(list(part.blocks(1))), whole.images[[3, 5]])


@pytest.mark.parametrize(
    ("ids", "message"),
    [
        ([], "a part of toy without an image was asked for; give at least one id"),
        ([3, 30], r"id 30 is not in toy; ids run from 0 to 29"),
        ([-1, 3], r"id -1 is not in toy; ids run from 0 to 29"),
    ],
)
def test_a_part_of_nothing_and_an_unknown_id_are_refused(ids, message):
    with pytest.raises(DataError, match=message):
        made().part(np.array(ids, dtype=np.int64))


def test_batches_of_a_part_are_those_of_the_same_set(tmp_path, cpu):
    whole = DeviceImages(made(IDS), (0.5,) * 3, (0.3,) * 3, cpu)
    for images in (made().part(IDS), mapped(tmp_path).part(IDS)):
        part = DeviceImages(images, (0.5,) * 3, (0.3,) * 3, cpu)
        assert len(part) == 5
        for ids in (np.array([4, 0, 4]), torch.tensor([2])):
            assert torch.equal(part.batch(ids), whole.batch(ids))
            assert torch.equal(part.pixels(ids), whole.pixels(ids))


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_a_set_on_disk_is_copied_to_a_gpu_up_to_a_size(tmp_path, monkeypatch):
    runtime = device_images.Runtime.choose("cuda")
    images = mapped(tmp_path)
    for most, on_device in ((images.n_bytes, True), (images.n_bytes - 1, False)):
        monkeypatch.setattr(device_images, "MOVED_BYTES", most)
        for whole, pixels in ((images, PIXELS), (images.part(IDS), PIXELS[IDS])):
            batches = DeviceImages(whole, (0.5,) * 3, (0.3,) * 3, runtime)
            assert batches.on_device is (on_device or len(pixels) == 5)
            assert np.array_equal(batches.pixels(np.array([4, 1])), pixels[[4, 1]])
