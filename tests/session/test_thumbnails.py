"""Records and views hold thumbnails of large images, and a run on features holds nothing else of them."""

import dataclasses
from contextlib import closing

import numpy as np
import pytest
import torch
from helpers.frozen import SETTINGS as OF_MEANS
from helpers.frozen import drawn_pixels, features_by_hand, saved
from helpers.small_runs import SETTINGS as SMALL
from PIL import Image

from lada_explore.analysis.map_points import map_points
from lada_explore.config.presets import configure
from lada_explore.datasets import decoded as decoding
from lada_explore.datasets import load, load_for
from lada_explore.datasets.picture_reader import PictureReader
from lada_explore.models import Classifier
from lada_explore.records import thumbnails as module
from lada_explore.records.thumbnails import MAX_BYTES, thumbnail_shape, thumbnails
from lada_explore.session.session import Session
from lada_explore.store import open_run
from lada_explore.store.codec import PICTURES

SIDE = 160
"""(3, 160, 160) are 76,800 bytes, whose thumbnails are (3, 147, 147)."""

SHRUNK = (3, 147, 147)


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("LADA_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(decoding, "MIN_DECODE_S", 0.0)
    return tmp_path / "cache"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("pictures")
    for number, name in enumerate("abc"):
        saved(root / name, drawn_pixels(14, SIDE, seed=number))
    return root


def config(folder, method="lada-entmix", cycles=1, **settings):
    of_data = {"data.size": SIDE, "data.test_share": 0.2, "look_ahead.precision": "float32"}
    changes = {name.replace("__", "."): value for name, value in settings.items()}
    return configure("demo", method, cycles=cycles, dataset=f"folder:{folder}", settings=SMALL | of_data | changes)


def frozen(folder, **settings):
    own = {"classifier.kind": "frozen:module:helpers.frozen:means", **{f"backbone.{k}": v for k, v in OF_MEANS.items()}}
    # Of whatever size the images of the run are.
    changes = {name.replace(".", "__"): value for name, value in (own | {"backbone.size": 0} | settings).items()}
    return config(folder, **changes)


# Thumbnails


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ((3, 64, 64), (3, 64, 64)),
        ((1, 256, 256), (1, 256, 256)),
        ((3, 224, 224), (3, 147, 147)),
        ((1, 257, 256), (1, 256, 255)),
        ((3, 480, 640), (3, 128, 170)),
        ((3, 1, 30_000), (3, 1, 21_845)),
        ((1, 40_000, 3), (1, 29_560, 2)),
    ],
)
def test_a_thumbnail_has_at_most_64_kib_in_the_proportions_of_the_image(shape, expected):
    assert thumbnail_shape(shape) == expected
    assert np.prod(expected) <= MAX_BYTES


def test_small_images_and_points_are_returned_as_they_are():
    for pixels in (drawn_pixels(3, 64), drawn_pixels(0, 64), np.zeros((5, 2, 1, 1), np.float32)):
        assert thumbnails(pixels) is pixels


@pytest.mark.parametrize("depth", [1, 3])
def test_large_ones_are_averaged_channel_by_channel(depth):
    pixels = np.zeros((2, depth, 400, 600), np.uint8)
    pixels[0, :, :, 300:] = np.array([200, 100, 50])[:depth, None, None]
    pixels[1] = 7
    shrunk = thumbnails(pixels)
    assert shrunk.shape == (2, *thumbnail_shape((depth, 400, 600)))
    assert shrunk[0, :, 5, 3].tolist() == [0] * depth
    assert shrunk[0, :, 5, -3].tolist() == [200, 100, 50][:depth]
    assert (shrunk[1] == 7).all()


# Runs whose network sees the images


def fields_of(records):
    for stage in ("subsample", "score", "look_ahead", "select", "query", "train", "evaluate"):
        record = getattr(records, stage)
        for field in dataclasses.fields(record) if record is not None else ():
            yield f"{stage}.{field.name}", getattr(record, field.name)


@pytest.mark.parametrize("method", ["lada-entmix", "lada-entstn"])
def test_no_computation_reads_what_records_hold_of_images(tmp_path, folder, monkeypatch, method):
    found = []
    for most in (2**30, MAX_BYTES):
        monkeypatch.setattr(module, "MAX_BYTES", most)
        with closing(Session.create(config(folder, method), tmp_path / str(most), device="cpu", threads=1)) as session:
            assert session.data.train.shape == (3, SIDE, SIDE)
            found.append([dict(fields_of(records)) for records in session.run()])
    shown = []
    for large, small in zip(*found, strict=True):
        for name, value in small.items():
            if name.split(".")[1] in PICTURES:
                shown.append(name)
                assert value.shape[1:] in (SHRUNK, (0, 0, 0)), name
                assert np.array_equal(value, thumbnails(large[name])) or "transformed" in name
            elif isinstance(value, np.ndarray):
                assert np.array_equal(value, large[name], equal_nan=True), name
            elif name != "evaluate.seconds":
                assert str(value) == str(large[name]), name
    assert {"subsample.images", "select.query_images", "query.images"} <= set(shown)


def test_records_of_before_are_read_as_thumbnails_and_the_run_goes_on(tmp_path, folder, monkeypatch):
    with monkeypatch.context() as before:
        before.setattr(module, "MAX_BYTES", 2**30)
        with closing(Session.create(config(folder, cycles=2), tmp_path / "run", device="cpu", threads=1)) as session:
            session.run(2)
            assert session.history[-1].subsample.images.shape[1:] == (3, SIDE, SIDE)
    with closing(Session.resume(tmp_path / "run", device="cpu")) as session:
        assert session.history[-1].subsample.images.shape[1:] == SHRUNK
        session.run()
    run = open_run(tmp_path / "run")
    assert {records.select.query_images.shape[1:] for records in run.history} == {SHRUNK}
    assert map_points(run.history, 2).images.shape[1:] == SHRUNK


def test_the_labeller_is_sent_thumbnails(tmp_path, folder):
    with closing(Session.create(config(folder), tmp_path / "run", device="cpu", threads=1)) as session:
        shown = session.labelling.pixels([3, 1])
        assert np.array_equal(shown, thumbnails(session.data.train.images[[3, 1]].numpy()))
        assert shown.nbytes <= 2 * MAX_BYTES


# Runs that see features


def whole_pixels(data):
    return np.stack([np.asarray(Image.open(file)) for file in data.files]).transpose(0, 3, 1, 2)


def test_a_run_on_features_maps_thumbnails_and_makes_features_of_the_files(tmp_path, folder, cache):
    with closing(Session.create(frozen(folder), tmp_path / "run", device="cpu", threads=1)) as session:
        data = session.data
        assert (data.train.shape, data.test.shape, data.declared_shape) == (SHRUNK, SHRUNK, (3, SIDE, SIDE))
        assert len(data.train.mappings) == 1
        made = data.features.train.take(np.arange(len(data.train)))
        np.testing.assert_allclose(made, features_by_hand(whole_pixels(data.train)), rtol=1e-5)
        session.run()
    assert sum(file.stat().st_size for file in cache.rglob("pixels.npy")) < 42 * MAX_BYTES + 1000
    with closing(Session.resume(tmp_path / "run", device="cpu")) as session:
        assert session.data.train.shape == SHRUNK
        assert session.history[-1].subsample.images.shape[1:] == SHRUNK


def test_images_that_are_small_enough_are_as_they_are_declared(folder):
    small = frozen(folder, **{"data.size": 32})
    assert load_for(small).train.checksum == load(small.data).train.checksum
    assert load_for(small).declared_shape is None
    assert load_for(config(folder)).train.shape == (3, SIDE, SIDE)


def test_a_run_on_features_from_before_goes_on_with_its_images(tmp_path, folder, monkeypatch):
    with monkeypatch.context() as before:
        before.setattr(module, "MAX_BYTES", 2**30)
        Session.create(frozen(folder), tmp_path / "run", device="cpu", threads=1).close()
    with closing(Session.resume(tmp_path / "run", device="cpu")) as session:
        assert session.data.train.shape == (3, SIDE, SIDE)
        assert session.run()[-1].subsample.images.shape[1:] == SHRUNK


def test_a_function_of_ones_own_is_shown_the_images_as_they_are_declared(tmp_path, folder):
    shapes = []

    def by_hand(images):
        shapes.append(tuple(images.shape))
        return torch.cat([images.mean(dim=(2, 3)), images.square().mean(dim=(2, 3))], dim=1)

    given = Classifier.frozen(by_hand)
    with closing(Session.create(config(folder), tmp_path / "run", classifier=given, device="cpu")) as session:
        made = session.data.features.train.take(np.arange(len(session.data.train)))
        assert session.data.train.shape == SHRUNK
        np.testing.assert_allclose(made, features_by_hand(whole_pixels(session.data.train)), rtol=2e-3)
    assert sorted(shapes) == [(9, 3, SIDE, SIDE), (33, 3, SIDE, SIDE)]


def test_each_file_is_decoded_once_for_people_and_once_for_the_network_and_never_again(tmp_path, folder, monkeypatch):
    decoded, own = [], PictureReader.read_with_remarks

    def counted(self, file, shape, content=None):
        decoded.append(shape)
        return own(self, file, shape, content)

    monkeypatch.setattr(PictureReader, "read_with_remarks", counted)
    with closing(Session.create(frozen(folder), tmp_path / "one", device="cpu", threads=1)) as session:
        session.run()
    assert decoded == [SHRUNK] * 42 + [(3, SIDE, SIDE)] * 42
    Session.create(frozen(folder), tmp_path / "two", device="cpu", threads=1).close()
    Session.resume(tmp_path / "one", device="cpu").close()
    assert len(decoded) == 84


def test_broken_files_are_named_when_the_run_is_opened(tmp_path):
    for number, name in enumerate("abc"):
        files = saved(tmp_path / "pictures" / name, drawn_pixels(16, SIDE, seed=number))
        for file in files[:8]:
            file.write_bytes(file.read_bytes()[:-9000])
    with closing(Session.create(frozen(tmp_path / "pictures"), tmp_path / "run", device="cpu")) as session:
        left_out = [note for note in session.data.notes if note.startswith("left out")]
        assert len(session.data.train) + len(session.data.test) == 24
        assert len(left_out) == 21
        assert all("image file is truncated" in note for note in left_out[:20])
        assert left_out[20] == "left out 4 more files that cannot be read"
        session.run()
