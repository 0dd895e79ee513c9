"""Each picture goes through the network once, whatever comes after: tested by what the network is shown."""

import threading
import time
from dataclasses import replace

import numpy as np
import pytest
from helpers.frozen import (
    CPU,
    Silent,
    backbone,
    data_of,
    drawn_pixels,
    embed,
    features_by_hand,
    image_set,
    saved,
    shown,
)
from helpers.waiting import until
from PIL import Image

from lada_explore.config import DataConfig
from lada_explore.config.presets import configure
from lada_explore.datasets import ImageSet, load
from lada_explore.datasets.picture_reader import PictureReader
from lada_explore.errors import DataError, NumericsError, StoreError
from lada_explore.features import content as contents
from lada_explore.features import embedded, embedding, features_of
from lada_explore.features.store import FeatureStore

ALL = np.arange(40)


class Told(Silent):
    def __init__(self):
        self.said, self.begun, self.done, self.ended = [], [], 0, 0

    def begin(self, total, backbone):
        self.begun.append((total, backbone))

    def advance(self, pictures):
        self.done += pictures

    def say(self, sentence):
        self.said.append(sentence)

    def end(self):
        self.ended += 1


def filed(folder, n=40, side=8):
    """A data set of files whose thumbnails are all black, so that features of them would show."""
    pixels = drawn_pixels(n, side)
    files = saved(folder, pixels)
    return data_of(image_set(np.zeros((n, 3, 4, 4), np.uint8), files)), pixels, files


@pytest.fixture
def settled(monkeypatch):
    """Files written just now count as settled."""
    monkeypatch.setattr(contents, "RACY_NS", -(10**12))


def test_features_are_those_of_the_pictures_in_memory_at_the_size_of_the_backbone():
    train, test = drawn_pixels(40), drawn_pixels(9, seed=1)
    found = embed(data_of(image_set(train), image_set(test)))
    np.testing.assert_allclose(found.train.take(ALL), features_by_hand(train), rtol=1e-5)
    np.testing.assert_allclose(found.test.take(np.arange(9)), features_by_hand(test), rtol=1e-5)
    assert (found.new, found.known) == (49, 0)
    assert isinstance(found.train.values, np.memmap)
    assert embed(data_of(image_set(train))).test is None


def test_files_are_decoded_at_the_size_of_the_backbone_and_not_taken_from_thumbnails(tmp_path):
    data, _, files = filed(tmp_path / "pictures", side=24)
    by_hand = features_by_hand(np.stack([PictureReader().read(file, (3, 8, 8)) for file in files]))
    np.testing.assert_allclose(embed(data).train.take(ALL), by_hand, rtol=1e-5)


def test_pixels_are_resized_as_files_are(tmp_path):
    pixels = drawn_pixels(3, side=20)
    files = saved(tmp_path / "pictures", pixels)
    transform = backbone(data_of(image_set(pixels)), size=12).transform
    for picture, file in zip(pixels, files, strict=True):
        assert np.array_equal(transform.of_pixels(picture), PictureReader().read(file, (3, 12, 12)))


def test_a_second_time_no_network_is_shown_anything_and_the_features_are_the_same():
    data = data_of(image_set(drawn_pixels(40)))
    first = embed(data)
    with shown() as sizes:
        second = embed(data)
        other = embed(data, precision="float16")
    assert sum(sizes) == 40
    assert (second.new, second.known, other.new) == (0, 40, 40)
    assert np.array_equal(first.train.take(ALL), second.train.take(ALL))
    assert first.train.digest == second.train.digest != other.train.digest
    np.testing.assert_allclose(other.train.take(ALL), first.train.take(ALL), rtol=2**-10)
    assert other.train.values.dtype == np.float16


def test_a_grown_pool_pays_for_its_new_pictures_alone_in_whatever_order(tmp_path):
    data, pixels, files = filed(tmp_path / "pictures")
    embed(data)
    more = drawn_pixels(5, seed=9)
    grown = [*saved(tmp_path / "pictures", more, first=90), *files]
    with shown() as sizes:
        found = embed(data_of(image_set(np.zeros((45, 3, 4, 4), np.uint8), grown)))
    assert sum(sizes) == found.new == 5
    by_hand = features_by_hand(np.concatenate([more, pixels]))
    np.testing.assert_allclose(found.train.take(np.arange(45)), by_hand, rtol=1e-5)


def test_equal_pictures_share_a_row_within_a_pass_and_between_names(tmp_path):
    pixels = drawn_pixels(10)[[0, 1, 0, 2, 1, 0, 3, 3, 3, 0]]
    with shown() as sizes:
        found = embed(data_of(image_set(pixels)))
        files = embed(data_of(image_set(np.zeros((10, 3, 4, 4), np.uint8), saved(tmp_path / "pictures", pixels))))
    assert sum(sizes) == 4 + 4  # The content of a file is its bytes.
    assert found.train.rows.tolist() == [0, 1, 0, 2, 1, 0, 3, 3, 3, 0]
    assert (found.new, found.known) == (4, 6)
    np.testing.assert_allclose(files.train.take(np.arange(10)), features_by_hand(pixels), rtol=1e-5)


def test_the_settings_of_a_run_say_which_backbone(tmp_path):
    settings = {"classifier.width": "8", "backbone.size": "8", "backbone.normalisation": "none"}
    config = configure("demo", settings=settings)
    classifier = replace(config.classifier, kind="frozen:module:helpers.frozen:means")
    config, data = replace(config, classifier=classifier), data_of(image_set(drawn_pixels(40)))
    train, test = features_of(data, config, runtime=CPU, progress=Silent())
    assert test is None
    assert train.values.dtype == np.float16
    np.testing.assert_allclose(train.take(ALL), features_by_hand(drawn_pixels(40)), rtol=1e-3)


# What is read of files ------------------------------------------------------------------------------------------


def reads(monkeypatch):
    """A list that gets the name of each file that is read."""
    seen = []
    own = embedding.Pictures.read
    monkeypatch.setattr(
        embedding.Pictures, "read", lambda self, number, known: (seen.append(number), own(self, number, known))[1]
    )
    return seen


@pytest.mark.usefixtures("settled")
def test_files_that_did_not_change_are_not_read_again(tmp_path, monkeypatch):
    data, *_ = filed(tmp_path / "pictures")
    embed(data)
    seen = reads(monkeypatch)
    embed(data)
    embed(data, precision="float16")
    assert sorted(seen) == list(range(40))


@pytest.mark.usefixtures("settled")
def test_a_file_that_changed_is_read_and_only_its_features_are_new(tmp_path, monkeypatch):
    data, pixels, files = filed(tmp_path / "pictures")
    embed(data)
    seen = reads(monkeypatch)
    changed = 255 - pixels[7]
    Image.fromarray(changed.transpose(1, 2, 0)).save(files[7])
    with shown() as sizes:
        found = embed(data)
    assert seen == [7]
    assert sizes == [1]
    np.testing.assert_allclose(found.train.take(np.array([7])), features_by_hand(changed[None]), rtol=1e-5)


def test_a_file_that_changed_just_before_it_was_read_is_read_again(tmp_path, monkeypatch):
    data, *_ = filed(tmp_path / "pictures")
    embed(data)
    seen = reads(monkeypatch)
    with shown() as sizes:
        embed(data)
    assert sorted(seen) == list(range(40))
    assert sizes == []


@pytest.mark.usefixtures("settled")
@pytest.mark.parametrize("content", [b"no database", b""])
def test_a_damaged_memo_is_made_anew(tmp_path, cache, monkeypatch, content):
    data, *_ = filed(tmp_path / "pictures")
    embed(data)
    (cache / "features" / "digests.sqlite").write_bytes(content)
    seen = reads(monkeypatch)
    assert embed(data).new == 0
    assert embed(data).new == 0
    # The first call reads them, but writes nothing, because there is nothing new; see below for one that does.
    assert len(seen) == 40


@pytest.mark.parametrize("fault", ["gone", "damaged"])
def test_a_picture_that_cannot_be_read_is_named_and_the_others_are_kept(tmp_path, fault):
    data, _, files = filed(tmp_path / "pictures")
    files[33].unlink() if fault == "gone" else files[33].write_bytes(b"no picture")
    with pytest.raises(DataError, match=r"0033.png (is gone|cannot be read as a picture \(not an image)"):
        embed(data)
    saved(tmp_path / "pictures", drawn_pixels(40)[33:34], first=33)
    with shown() as sizes:
        embed(data)
    assert sum(sizes) == 40 - 32  # Two batches of 16 were finished.


# Numbers that cannot be kept ------------------------------------------------------------------------------------


def test_features_too_large_for_float16_name_the_image_and_the_setting():
    data = data_of(image_set(np.concatenate([np.zeros((5, 3, 8, 8), np.uint8), drawn_pixels(3)])))
    with pytest.raises(NumericsError, match=r"a feature of image 5 of drawn is .*, above the 65,504 of float16; set"):
        embed(data, "large", precision="float16")
    assert embed(data, "large").new == 4  # The five black ones are equal.


def test_features_that_are_no_numbers_name_the_image():
    with pytest.raises(NumericsError, match="gives features of image 0 of drawn that are not finite"):
        embed(data_of(image_set(drawn_pixels(3))), "not_finite")


# Stops, waits and disks -----------------------------------------------------------------------------------------


def test_it_says_how_far_it_is():
    told = Told()
    data = data_of(image_set(drawn_pixels(40)))
    embedded(data, backbone(data), runtime=CPU, progress=told)
    embedded(data, backbone(data), runtime=CPU, progress=told)
    assert told.begun == [(40, "module:helpers.frozen:means")]
    assert (told.done, told.ended, told.said) == (40, 1, [])


def test_a_stop_keeps_what_is_finished_says_so_and_leaves_no_thread(monkeypatch):
    data, told = data_of(image_set(drawn_pixels(200))), Told()
    own, calls = embedding.Backbone.features, []

    def stopped(self, pixels):
        calls.append(len(pixels))
        if len(calls) == 5:
            raise KeyboardInterrupt
        return own(self, pixels)

    with monkeypatch.context() as patch:
        patch.setattr(embedding.Backbone, "features", stopped)
        with pytest.raises(KeyboardInterrupt):
            embedded(data, backbone(data), runtime=CPU, progress=told)
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("decodes")] == []
    (said,) = told.said
    assert said.startswith("stopped; the features of 64 new pictures are kept in ")
    assert said.endswith(", and the same call goes on from there")
    with shown() as sizes:
        embed(data)
    assert sum(sizes) == 200 - 64


def test_a_stop_while_features_are_written_keeps_them_too(monkeypatch):
    data, told, stopped = data_of(image_set(drawn_pixels(200))), Told(), []
    append = embedding.FeatureStore.append

    def interrupted(self, digests, rows):
        if not stopped:
            stopped.append(len(digests))
            raise KeyboardInterrupt
        append(self, digests, rows)

    with monkeypatch.context() as patch:
        patch.setattr(embedding, "CHUNK_S", 0.0)
        patch.setattr(embedding.FeatureStore, "append", interrupted)
        with pytest.raises(KeyboardInterrupt):
            embedded(data, backbone(data), runtime=CPU, progress=told)
    kept = int(told.said[0].split()[4])
    assert kept >= stopped[0] > 0
    with shown() as sizes:
        embed(data)
    assert sum(sizes) == 200 - kept


def test_a_stop_after_features_are_written_does_not_write_them_again(monkeypatch):
    data, told, stopped = data_of(image_set(drawn_pixels(200))), Told(), []

    def interrupted(self, read):
        if not stopped:
            stopped.append(read)
            raise KeyboardInterrupt

    monkeypatch.setattr(embedding.DigestMemo, "keep", interrupted)
    with pytest.raises(KeyboardInterrupt):
        embedded(data, backbone(data), runtime=CPU, progress=told)
    found = embed(data)
    (index,) = found.folder.glob("index.bin")
    assert index.stat().st_size == 200 * 64


def test_a_second_process_waits_says_so_and_then_finds_the_rows():
    data, told = data_of(image_set(drawn_pixels(40))), Told()
    one = backbone(data)
    other = FeatureStore(embedding.cache_folder("features") / one.key[:40], 6, np.dtype(np.float32), {})
    results = []
    waiting = threading.Thread(
        target=lambda: results.append(embedded(data, one, runtime=CPU, progress=told)), daemon=True
    )
    with shown() as sizes:
        with other.writing(lambda: None):
            waiting.start()
            until(lambda: told.said)
            rows = features_by_hand(drawn_pixels(40)).astype(np.float32)
            other.append([contents.digest_of_pixels(pixels) for pixels in drawn_pixels(40)], rows)
            time.sleep(0.1)
            assert results == []
        waiting.join(20)
    assert told.said[0].startswith("another process computes features of module:helpers.frozen:means in ")
    assert sizes == []
    assert results[0].new == 0
    np.testing.assert_allclose(results[0].train.take(ALL), rows)


def test_where_nothing_can_be_written_features_are_kept_in_memory_and_it_says_so(monkeypatch):
    data = data_of(image_set(drawn_pixels(40)))
    embed(data_of(image_set(drawn_pixels(40)[:10])))

    def refused(place, length, content):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("lada_explore.features.store.append", refused)
    found = embed(data)
    np.testing.assert_allclose(found.train.take(ALL), features_by_hand(drawn_pixels(40)), rtol=1e-5)
    (note,) = found.notes
    assert note.startswith("features are kept in memory and computed again next time, because ")
    assert "(No space left on device)" in note
    monkeypatch.setattr(embedding, "MEMORY_SHARE", 0.0)
    with pytest.raises(StoreError, match=r"in memory there is room for 0.0 GiB of features, and there are more"):
        embed(data)


def test_a_file_where_the_folder_should_be_is_a_sentence_too(tmp_path, cache):
    cache.write_text("")
    found = embed(data_of(image_set(drawn_pixels(4))))
    assert found.new == 4
    assert "cannot be written" in found.notes[0]


def test_unlabelled_images_have_features_too():
    images = ImageSet.create(name="x", images=drawn_pixels(3), targets=None, class_names=("a", "b"), source="Random.")
    assert embed(data_of(images)).new == 3


def test_where_files_cannot_be_locked_features_are_kept_in_memory(monkeypatch):
    def refused(self, timeout):
        raise NotImplementedError("FileSystem does not appear to support flock")

    monkeypatch.setattr("lada_explore.features.store.FileLock.acquire", refused)
    assert "cannot be written (No locks available)" in embed(data_of(image_set(drawn_pixels(4)))).notes[0]


def test_images_that_stay_on_disk_are_read_from_there_and_their_memory_is_released(tmp_path, monkeypatch):
    (tmp_path / "pool").mkdir()
    np.save(tmp_path / "pool" / "images.npy", drawn_pixels(40))
    data, released = load(DataConfig(name=f"array:{tmp_path / 'pool'}", classes=("a", "b"))), []
    assert data.train.mappings
    monkeypatch.setattr(ImageSet, "release_pages", lambda self: released.append(self.name))
    np.testing.assert_allclose(embed(data).train.take(ALL), features_by_hand(drawn_pixels(40)), rtol=1e-5)
    assert len(released) == 1 + 40  # Of the block that is digested, and of each image that is read.
