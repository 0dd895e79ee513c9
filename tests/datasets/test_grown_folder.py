"""A folder that has grown or changed is decoded only where it has, and gives what decoding all of it gives."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lada_explore.config import DataConfig
from lada_explore.datasets import decode, load
from lada_explore.datasets import decoded as module

CLASSES = ("a", "b")


def read(root, **settings):
    layout = "auto" if (root / "train").exists() else "flat"
    given = {"height": 8, "width": 8, "channels": 1, "classes": CLASSES, "layout": layout} | settings
    return load(DataConfig(name=f"folder:{root}", **given))


def draw(place, seed, size=(10, 12), **saved):
    rng = np.random.default_rng(seed)
    Image.fromarray(rng.integers(0, 256, size, dtype=np.uint8)).save(place, **saved)


@pytest.fixture
def folder(tmp_path):
    """Twelve files, of which one is broken, one lies on its side and one has several pages."""
    root = tmp_path / "mine"
    (root / "deep").mkdir(parents=True)
    for i in range(9):
        draw(root / "deep" / f"{i} é.png", i)
    exif = Image.Exif()
    exif[0x0112] = 6
    draw(root / "turned.jpg", 20, exif=exif)
    frames = [Image.new("L", (9, 9), grey) for grey in (30, 200)]
    frames[0].save(root / "frames.gif", save_all=True, append_images=frames[1:])
    (root / "broken.png").write_bytes(b"no image")
    return root


@pytest.fixture
def tried(tmp_path, monkeypatch):
    """Paths of the files that were decoded, below the folder."""
    files = []
    original = decode._tried

    def noted(reader, path, shape):
        files.append(path.relative_to(tmp_path / "mine").as_posix())
        return original(reader, path, shape)

    monkeypatch.setenv("LADA_CACHE", str(tmp_path / "kept"))
    monkeypatch.setattr(module, "MIN_DECODE_S", 0.0)
    monkeypatch.setattr(decode, "_tried", noted)
    return files


def everything(data):
    train = data.train
    pixels = train.take(range(len(train))).numpy().tobytes()
    return pixels, train.items, train.item_names, train.checksum, data.notes, data.mean, data.std


def as_anew(root, tmp_path, monkeypatch, **settings):
    """What a folder gives where nothing was decoded before."""
    with monkeypatch.context() as patched:
        patched.setenv("LADA_CACHE", str(tmp_path / "nothing yet"))
        return everything(read(root, **settings))


CHANGES = {
    "more files": (
        lambda root: [draw(root / "deep" / "5b.png", 50), draw(root / "0.png", 51), draw(root / "zz.png", 52)],
        {"deep/5b.png", "0.png", "zz.png"},
    ),
    "a file replaced": (lambda root: draw(root / "deep" / "3 é.png", 60, (30, 30)), {"deep/3 é.png"}),
    "a file touched": (lambda root: os.utime(root / "turned.jpg", ns=(1, 1)), {"turned.jpg"}),
    "files removed": (lambda root: [(root / name).unlink() for name in ("deep/0 é.png", "frames.gif")], set()),
    "a file renamed": (lambda root: (root / "turned.jpg").rename(root / "on its side.jpg"), {"on its side.jpg"}),
    "a file mended": (lambda root: draw(root / "broken.png", 70), set()),
}


@pytest.mark.parametrize("change", CHANGES)
def test_only_what_is_new_is_decoded_and_all_is_as_if_it_were(folder, tried, tmp_path, monkeypatch, change):
    act, decoded = CHANGES[change]
    read(folder)
    act(folder)
    tried.clear()
    found = everything(read(folder))
    # A file that could not be read is tried each time: what it needed may be installed by now.
    assert set(tried) == decoded | {"broken.png"}
    assert found == as_anew(folder, tmp_path, monkeypatch)
    tried.clear()
    assert everything(read(folder)) == found
    assert tried == []


def test_a_folder_that_grows_again_and_again_takes_the_most_from_before(folder, tried, tmp_path, monkeypatch):
    for i in range(3):
        read(folder)
        tried.clear()
        draw(folder / f"new {i}.png", 80 + i)
    assert everything(read(folder)) == as_anew(folder, tmp_path, monkeypatch)
    assert tried[: tried.index("new 2.png") + 1] == ["broken.png", "new 2.png"]


@pytest.mark.parametrize("settings", [{"height": 9}, {"channels": 3}, {"fit": "pad"}])
def test_nothing_is_taken_from_images_that_were_read_in_another_way(folder, tried, tmp_path, monkeypatch, settings):
    read(folder)
    draw(folder / "new.png", 90)
    tried.clear()
    found = everything(read(folder, **settings))
    assert len(tried) == 13
    assert found == as_anew(folder, tmp_path, monkeypatch, **settings)


def test_a_scale_of_the_whole_set_that_changes_decodes_all_anew(tried, tmp_path, monkeypatch):
    root = tmp_path / "mine"
    root.mkdir()
    for i in range(4):
        Image.fromarray(np.full((8, 8), 100 * i, np.uint16) + np.arange(8, dtype=np.uint16)).save(root / f"{i}.png")
    read(root, scale="auto")
    Image.fromarray(np.full((8, 8), 60_000, np.uint16) + np.arange(8, dtype=np.uint16)).save(root / "bright.png")
    tried.clear()
    found = everything(read(root, scale="auto"))
    assert sorted(tried) == ["0.png", "1.png", "2.png", "3.png", "bright.png"]
    assert found == as_anew(root, tmp_path, monkeypatch, scale="auto")


def flipped(place: Path) -> None:
    content = bytearray(place.read_bytes())
    content[-3] ^= 1
    place.write_bytes(content)


@pytest.mark.parametrize("file", ["pixels.npy", "index.json", "files-*.json"])
@pytest.mark.parametrize("damage", [flipped, Path.unlink, lambda place: place.write_bytes(b"{}")])
def test_nothing_is_taken_from_a_damaged_entry(folder, tried, tmp_path, monkeypatch, file, damage):
    read(folder)
    (entry,) = (tmp_path / "kept").iterdir()
    damage(next(entry.glob(file)))
    draw(folder / "new.png", 90)
    tried.clear()
    found = everything(read(folder))
    assert len(tried) == 13
    assert found == as_anew(folder, tmp_path, monkeypatch)


def test_an_interrupt_leaves_the_earlier_entry_as_it_was(folder, tried, tmp_path, monkeypatch):
    before = everything(read(folder))
    draw(folder / "new.png", 90)

    def interrupted(self, image):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(module.PixelFile, "add", interrupted)
        with pytest.raises(KeyboardInterrupt):
            read(folder)
    assert len(list((tmp_path / "kept").iterdir())) == 1
    assert everything(read(folder)) == as_anew(folder, tmp_path, monkeypatch)
    (folder / "new.png").unlink()
    tried.clear()
    assert everything(read(folder)) == before
    assert tried == []


def test_the_earlier_entry_stays_for_who_has_the_folder_as_it_was(folder, tried, tmp_path):
    first = read(folder)
    kept = first.train.take(range(len(first.train))).numpy().tobytes()
    draw(folder / "0.png", 90)
    read(folder)
    assert len(list((tmp_path / "kept").iterdir())) == 2
    assert first.train.take(range(len(first.train))).numpy().tobytes() == kept


def test_training_and_test_images_take_each_from_their_own(tried, tmp_path, monkeypatch):
    root = tmp_path / "mine"
    for part in ("train", "test"):
        for name in CLASSES:
            (root / part / name).mkdir(parents=True)
            for i in range(3):
                draw(root / part / name / f"{i}.png", i + 10 * ord(name) + len(part))
    read(root)
    draw(root / "train" / "a" / "9.png", 99)
    draw(root / "test" / "b" / "9.png", 98)
    tried.clear()
    found = everything(read(root))
    assert sorted(tried) == ["test/b/9.png", "train/a/9.png"]
    assert found == as_anew(root, tmp_path, monkeypatch)
