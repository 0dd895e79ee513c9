"""Decoded images lie in a mapped file of the cache, whatever happens to the cache or the folder meanwhile."""

import errno
import io
import os
import re
import shutil
import signal
import subprocess
import sys
import textwrap
import time
import tracemalloc

import numpy as np
import pytest
import torch
from PIL import Image
from rich.console import Console

from lada_explore.config import DataConfig
from lada_explore.datasets import ImageSet, load
from lada_explore.datasets import decoded as module
from lada_explore.datasets.levels import level_counts
from lada_explore.errors import DataError
from lada_explore.runtime import progress

N, SIDE = 24, 16


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """Everything is worth keeping, and blocks hold five images."""
    monkeypatch.setenv("LADA_CACHE", str(tmp_path / "kept"))
    monkeypatch.setattr(module, "MIN_DECODE_S", 0.0)
    monkeypatch.setattr(module, "BLOCK_BYTES", 5 * 3 * SIDE * SIDE + 7)
    return tmp_path / "kept"


def drawn(n=N, side=SIDE):
    return np.random.default_rng(1).integers(0, 256, (n, side, side, 3), dtype=np.uint8)


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "mine"
    for number, pixels in enumerate(drawn()):
        place = root / "ab"[number % 2] / f"{number:03d}.png"
        place.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(place)
    (root / "a" / "000b.png").write_bytes(b"no image")
    return root


def read(root, **settings):
    return load(DataConfig(name=f"folder:{root}", **{"height": SIDE, "width": SIDE, "test_share": 0.0} | settings))


def pixels_of(items):
    return drawn()[[int(item[2:5]) for item in items]].transpose(0, 3, 1, 2)


def checked(data):
    for images in filter(None, (data.train, data.test)):
        assert np.array_equal(images.images, pixels_of(images.item_names))
        again = ImageSet.create(
            name="x", images=images.images, targets=images.targets, class_names=("a", "b"), source="x"
        )
        assert images.checksum == again.checksum
    return data


def test_pixels_are_mapped_from_an_entry_that_only_its_owner_may_read(cache, folder):
    data = checked(read(folder))
    (entry,) = cache.iterdir()
    assert len(data.train) == N
    assert np.array_equal(np.load(entry / "pixels.npy"), data.train.images)
    (mapping,) = data.train.mappings
    assert np.shares_memory(np.frombuffer(mapping, dtype=np.uint8), data.train.pixels.numpy())
    assert entry.stat().st_mode & 0o777 == 0o700
    again = checked(read(folder))
    assert (again.notes, again.mean, again.std) == (data.notes, data.mean, data.std)


def test_the_images_held_out_are_parts_of_the_same_mapping(cache, folder):
    data = checked(read(folder, test_share=0.25))
    assert (len(data.train), len(data.test)) == (18, 6)
    assert data.train.mappings == data.test.mappings
    assert data.train.pixels.data_ptr() == data.test.pixels.data_ptr()
    assert sorted(np.concatenate([data.train.rows, data.test.rows])) == list(range(N))
    assert len(list(cache.iterdir())) == 1


def test_what_is_written_to_the_pixels_does_not_reach_the_entry(cache, folder):
    read(folder).train.pixels.zero_()
    checked(read(folder))


def test_a_folder_is_decoded_in_the_memory_of_a_few_images(tmp_path, monkeypatch):
    monkeypatch.setenv("LADA_CACHE", str(tmp_path / "kept"))
    (tmp_path / "mine").mkdir()
    for number in range(400):
        Image.new("RGB", (9, 9), (number % 256, 0, number // 256)).save(tmp_path / "mine" / f"{number}.png")
    tracemalloc.start()
    data = read(tmp_path / "mine", height=224, width=224, classes=("a", "b"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert data.train.n_bytes > 60e6
    # A block that is written, and the 64 images that are decoded ahead.
    assert peak < 4.2e6 + 64 * 3 * 224 * 224 + 5e6


@pytest.mark.parametrize("after", [0, 1, 3])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
def test_a_disk_that_gets_full_leaves_the_pixels_in_memory_with_a_note(cache, folder, monkeypatch, after, code):
    written, write = [], module._write_all

    def refused(file, content):
        written.append(len(content))
        if len(written) > after:
            write(file, content[:100])
            raise OSError(code, os.strerror(code))
        write(file, content)

    monkeypatch.setattr(module, "_write_all", refused)
    data = checked(read(folder, test_share=0.25))
    assert data.train.mappings == ()
    assert list(cache.iterdir()) == []
    said = f"the pixels of 25 images of 3 x 16 x 16, 0.0 MB, are held in memory because the cache {cache} cannot be "
    assert f"{said}written ({os.strerror(code)})" in data.notes


def test_a_header_that_cannot_be_written_leaves_them_in_memory_too(cache, folder, monkeypatch):
    def refused(self, file, n):
        if n != 25:
            raise OSError(errno.ENOSPC, "full")
        return original(self, file, n)

    original = module.PixelFile._write_header
    monkeypatch.setattr(module.PixelFile, "_write_header", refused)
    assert checked(read(folder)).train.mappings == ()


def test_a_cache_that_is_a_file_is_done_without(cache, folder):
    cache.write_text("")
    data = checked(read(folder))
    assert data.train.mappings == ()
    assert any("are held in memory because the cache" in note for note in data.notes)


def test_without_room_on_disk_and_in_memory_the_folder_is_refused(cache, folder, monkeypatch):
    cache.write_text("")
    monkeypatch.setattr(module, "free_bytes", lambda device: 2 * 25 * 3 * SIDE * SIDE - 1)
    told = rf"the pixels of 25 images of 3 x 16 x 16, 0.0 MB, have no place because the cache {re.escape(str(cache))} "
    with pytest.raises(
        DataError, match=told + r"cannot be written \(.*\) and 0 MB of memory are free; free some space"
    ):
        read(folder)
    monkeypatch.setattr(module, "free_bytes", lambda device: 2 * 25 * 3 * SIDE * SIDE)
    checked(read(folder))


def test_an_entry_that_is_deleted_or_replaced_while_it_is_open_stays_as_it_is(cache, folder):
    data = read(folder)
    (entry,) = cache.iterdir()
    np.save(entry / "other.npy", np.zeros(3))
    shutil.rmtree(cache)
    data.train.release_pages()
    checked(data)
    checked(read(folder))
    assert len(list(cache.iterdir())) == 1


def test_a_folder_that_changes_while_it_is_decoded_is_not_kept(cache, folder, monkeypatch):
    original = module.decode_all

    def changing(*arguments):
        found = original(*arguments)
        os.utime(folder / "a" / "002.png", ns=(1, 1))
        return found

    monkeypatch.setattr(module, "decode_all", changing)
    checked(read(folder))
    assert list(cache.iterdir()) == []


def test_an_interrupt_leaves_nothing_and_the_next_opening_is_whole(cache, folder, monkeypatch):
    original = module.decode_all

    def interrupted(*arguments):
        *others, advance = arguments
        seen = []

        def count():
            seen.append(1)
            if len(seen) == 13:
                raise KeyboardInterrupt
            advance()

        return original(*others, count)

    with monkeypatch.context() as patched:
        patched.setattr(module, "decode_all", interrupted)
        with pytest.raises(KeyboardInterrupt):
            read(folder)
    assert not cache.exists() or list(cache.iterdir()) == []
    checked(read(folder))


OPENING = """
import sys, time
from lada_explore.config import DataConfig
from lada_explore.datasets import decoded as module, load
module.MIN_DECODE_S = 0.0
slow = float(sys.argv[2])
original = module.PixelFile.add
def add(self, image):
    time.sleep(slow)
    print("one", flush=True)
    original(self, image)
module.PixelFile.add = add
print(load(DataConfig(name="folder:" + sys.argv[1], height=16, width=16)).train.checksum, flush=True)
"""


def opening(folder, slow):
    code = textwrap.dedent(OPENING)
    return subprocess.Popen([sys.executable, "-c", code, str(folder), str(slow)], stdout=subprocess.PIPE, text=True)


@pytest.mark.slow
def test_what_a_killed_process_left_is_removed_and_two_at_once_have_one_entry(cache, folder):
    killed = opening(folder, 5)
    assert killed.stdout.readline() == "one\n"
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert len(list(cache.iterdir())) == 1  # The part that it wrote.
    both = [opening(folder, 0.02) for _ in range(2)]
    checksums = {process.communicate()[0].split()[-1] for process in both}
    assert [process.returncode for process in both] == [0, 0]
    assert checksums == {read(folder, test_share=0.2).train.checksum}
    assert [entry.name[0] != "." for entry in cache.iterdir()] == [True]


# How far it is


class Told:
    def __init__(self):
        self.said = []

    def begin(self, total, what):
        self.said.append((total, what))

    def advance(self, pictures):
        self.said.append(pictures)

    def end(self):
        self.said.append("end")

    def say(self, sentence):
        raise AssertionError(sentence)


def test_one_bar_is_for_training_and_test_images_together(cache, folder, monkeypatch):
    (folder / "train").mkdir()
    for name in "ab":
        (folder / name).rename(folder / "train" / name)
        (folder / "test" / name).mkdir(parents=True)
        shutil.copy(folder / "train" / name / ("000.png" if name == "a" else "001.png"), folder / "test" / name)
    told = Told()
    monkeypatch.setattr(progress, "LATE_S", 0.0)
    monkeypatch.setattr(progress, "Bar", lambda doing: told)
    read(folder)
    assert told.said == [(27, "images"), *[1] * 27, "end"]
    told.said.clear()
    read(folder)
    assert told.said == [(27, "images"), 25, 2, "end"]


def test_no_bar_is_shown_for_what_takes_less_than_a_second(cache, folder, monkeypatch):
    told = Told()
    monkeypatch.setattr(progress, "Bar", lambda doing: told)
    read(folder)
    assert told.said == []


def test_a_bar_that_comes_late_says_what_is_done_already_and_ends_with_an_error():
    told = Told()
    bar = progress.LateBar(9, "images", told)

    def fails():
        with bar:
            bar.advance(3)
            bar._since -= 2 * progress.LATE_S
            bar.advance()
            bar.advance(2)
            raise ValueError("odd")

    with pytest.raises(ValueError, match="odd"):
        fails()
    assert told.said == [(9, "images"), 4, 2, "end"]


def test_the_bar_says_what_it_is_of():
    console = Console(file=io.StringIO(), width=80, color_system=None, force_terminal=True)
    with progress.LateBar(20, "images", progress.Bar(console, doing="reading")) as bar:
        bar._since -= 2 * progress.LATE_S
        bar.advance(20)
        time.sleep(0.06)
    assert re.search(r"reading images [━╸╺ ]+ 20/20", console.file.getvalue())


def test_levels_are_counted_as_numpy_counts_them():
    images = torch.from_numpy(drawn(40).transpose(0, 3, 1, 2).copy())
    expected = [np.bincount(images[:, channel].flatten(), minlength=256) for channel in range(3)]
    assert np.array_equal(level_counts(images.numpy()), expected)
