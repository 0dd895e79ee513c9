"""A folder is decoded once; what is kept is used only while no file has changed."""

from __future__ import annotations

import os

import numpy as np
import pytest
from PIL import Image

from lada_explore.config import DataConfig
from lada_explore.datasets import decoded as module
from lada_explore.datasets import load


def read(root, **settings):
    given = {"height": 8, "width": 8, "channels": 1, "classes": ("a", "b")} | settings
    return load(DataConfig(name=f"folder:{root}", **given))


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """Everything is worth keeping; returns how often files were decoded."""
    calls = []
    original = module.decode_all
    monkeypatch.setenv("LADA_CACHE", str(tmp_path / "kept"))
    monkeypatch.setattr(module, "MIN_DECODE_S", 0.0)
    monkeypatch.setattr(module, "decode_all", lambda *args: calls.append(len(args[1])) or original(*args))
    return calls


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "mine"
    root.mkdir()
    for i in range(6):
        Image.new("L", (10, 10), 40 * i).save(root / f"{i}.png")
    (root / "broken.png").write_bytes(b"no image")
    return root


def test_the_second_opening_decodes_nothing_and_gives_the_same(kept, folder):
    first, second = read(folder), read(folder)
    assert kept == [7]
    assert first.train.checksum == second.train.checksum
    assert first.train.item_names == second.train.item_names == tuple(f"{i}.png" for i in range(6))
    assert first.notes == second.notes
    assert any("left out broken.png" in note for note in second.notes)


@pytest.mark.parametrize(
    "change",
    [
        lambda root: Image.new("L", (10, 10), 250).save(root / "3.png"),
        lambda root: os.utime(root / "3.png", ns=(1, 1)),
        lambda root: (root / "3.png").unlink(),
        lambda root: (root / "3.png").rename(root / "9.png"),
        lambda root: Image.new("L", (10, 10), 7).save(root / "7.png"),
    ],
)
def test_any_change_of_a_file_decodes_again(kept, folder, change):
    read(folder)
    change(folder)
    read(folder)
    assert len(kept) == 2


def test_another_shape_is_another_entry(kept, folder):
    read(folder)
    assert read(folder, height=9).train.shape == (1, 9, 8)
    read(folder)
    assert len(kept) == 2


@pytest.mark.parametrize("file", ["pixels.npy", "index.json"])
@pytest.mark.parametrize("damage", [b"", b"rubbish", None])
def test_a_damaged_entry_is_decoded_again(kept, folder, tmp_path, file, damage):
    before = read(folder).train.checksum
    (entry,) = (tmp_path / "kept").iterdir()
    if damage is None:
        content = bytearray((entry / file).read_bytes())
        content[-3] ^= 1
        (entry / file).write_bytes(content)
    else:
        (entry / file).write_bytes(damage)
    assert read(folder).train.checksum == before
    assert len(kept) == 2
    read(folder)
    assert len(kept) == 2


def test_a_disk_that_refuses_costs_only_the_keeping(kept, folder, tmp_path, monkeypatch):
    (tmp_path / "kept").write_text("a file where the folder should be")
    assert len(read(folder).train) == len(read(folder).train) == 6
    assert len(kept) == 2


def test_the_oldest_entries_go(kept, folder, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MAX_KEPT", 2)
    for height in (8, 9, 10):
        read(folder, height=height)
        for entry in (tmp_path / "kept").iterdir():
            os.utime(entry, ns=(entry.stat().st_mtime_ns - 10**9,) * 2)
    assert len(list((tmp_path / "kept").iterdir())) == 2
    read(folder, height=10)
    assert len(kept) == 3


def test_the_oldest_entries_go_that_are_too_large_together_and_never_the_new_one(kept, folder, tmp_path, monkeypatch):
    def sizes():
        return [sum(file.stat().st_size for file in entry.iterdir()) for entry in (tmp_path / "kept").iterdir()]

    for height in (8, 9):
        read(folder, height=height)
        for entry in (tmp_path / "kept").iterdir():
            os.utime(entry, ns=(entry.stat().st_mtime_ns - 10**9,) * 2)
    monkeypatch.setattr(module, "MAX_KEPT_BYTES", sum(sizes()) + 100)
    read(folder, height=10)
    assert len(sizes()) == 2
    assert sum(sizes()) <= module.MAX_KEPT_BYTES
    read(folder, height=9)
    assert len(kept) == 3, "the oldest one went"
    monkeypatch.setattr(module, "MAX_KEPT_BYTES", 1)
    read(folder, height=11)
    assert len(sizes()) == 1
    read(folder, height=11)
    assert len(kept) == 4


def test_what_is_quick_is_not_kept(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("LADA_CACHE", str(tmp_path / "kept"))
    read(folder)
    assert list((tmp_path / "kept").iterdir()) == []


# Odd images are used, with a note


def test_duplicates_are_noted(tmp_path):
    for name, grey in (("a.png", 10), ("b.png", 20), ("c.png", 10), ("d.bmp", 10)):
        Image.new("L", (10, 10), grey).save(tmp_path / name)
    data = read(tmp_path)
    assert len(data.train) == 4
    assert "images with the same pixels as another at this size: 2, c.png as a.png, d.bmp as a.png" in data.notes


def test_duplicates_in_two_classes_and_in_the_test_set_are_told_apart(tmp_path):
    for name, grey in (("train/a/1", 1), ("train/b/2", 2), ("train/b/3", 1), ("test/a/4", 1), ("test/b/5", 9)):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (10, 10), grey).save(tmp_path / f"{name}.png")
    notes = read(tmp_path, classes=()).notes
    same = "images with the same pixels as another at this size"
    assert f"{same}, in another class: 1, train/b/3.png as train/a/1.png" in notes
    assert f"{same}, in the test set: 1, test/a/4.png as train/a/1.png" in notes


def test_each_odd_image_is_read_with_a_note(tmp_path):
    frames = [Image.new("L", (10, 10), grey) for grey in (50, 200)]
    frames[0].save(tmp_path / "moving.gif", save_all=True, append_images=frames[1:])
    Image.new("CMYK", (10, 10), (0, 255, 255, 0)).save(tmp_path / "print.jpg")
    Image.fromarray(np.full((10, 10), 257 * 80, np.uint16)).save(tmp_path / "deep.png")
    exif = Image.Exif()
    exif[0x0112] = 6
    for i in range(2):
        Image.new("L", (10, 20), 120 + i).save(tmp_path / f"phone{i}.jpg", exif=exif)
    data = read(tmp_path)
    assert data.train.item_names == ("deep.png", "moving.gif", "phone0.jpg", "phone1.jpg", "print.jpg")
    greys = data.train.images[:, 0, 4, 4].tolist()
    assert greys[:2] == [80, 50]
    assert set(data.notes) == {
        "moving.gif is an animation or has several pages; the first one is used",
        "each of 2 files, the first phone0.jpg, is turned upright, as its EXIF orientation says",
        "print.jpg is in CMYK; its colours are converted without a colour profile",
        "deep.png is of more than 8 bits a channel; it is scaled to 8",
    }


def test_an_image_of_100_megapixels_is_used_with_a_note(tmp_path):
    Image.new("1", (10_000, 10_000), 1).save(tmp_path / "huge.png")
    Image.new("L", (10, 10), 7).save(tmp_path / "small.png")
    data = read(tmp_path)
    assert data.train.images[0].unique().tolist() == [255]
    assert data.notes == ("huge.png is larger than 50 megapixels; it is shrunk like all others",)
