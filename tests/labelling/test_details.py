"""Parts of pictures for a person: what comes of the file, in which resolution, and what is refused."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from lada_explore.config import DataConfig, Fit
from lada_explore.datasets import ImageSet
from lada_explore.datasets.picture_reader import PictureReader
from lada_explore.errors import OracleError
from lada_explore.labelling import details as module
from lada_explore.labelling.details import MAX_SIDE, Details

TALL, WIDE = 400, 600
WHOLE = (0, 0, 1, 1)


def coloured(height=TALL, width=WIDE):
    """A pixel's red says its column and its green its row, modulo 256; blue 10."""
    rows, columns = np.mgrid[:height, :width]
    return np.stack([columns % 256, rows % 256, np.full_like(rows, 10)], axis=-1).astype(np.uint8)


def set_of(files, shape=(3, 8, 8), fit=Fit.CROP):
    return ImageSet.create(
        name="pictures",
        images=np.zeros((len(files), *shape), np.uint8),
        targets=None,
        class_names=("a", "b"),
        source="Drawn pixels.",
        files=files,
        item_names=[file.name for file in files],
        reader=PictureReader.of(DataConfig(name="folder:x", fit=fit)),
    )


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "wide.png"
    Image.fromarray(coloured()).save(path)
    return path


@pytest.fixture
def details(file):
    return Details(set_of([file]))


def decoded(detail):
    image = Image.open(BytesIO(detail.content))
    assert image.get_format_mimetype() == detail.kind
    return np.asarray(image)


def test_the_whole_picture_comes_small_and_uncropped_with_what_the_classifier_sees(details):
    found = details.of(0, WHOLE, 150)
    assert decoded(found).shape == (100, 150, 3)
    assert (found.kind, found.box, found.size) == ("image/jpeg", WHOLE, (WIDE, TALL))
    assert found.seen == pytest.approx((1 / 6, 0, 5 / 6, 1))
    assert details.of(0, WHOLE, 700).size == (WIDE, TALL)


@pytest.mark.parametrize("fit", [Fit.PAD, Fit.STRETCH])
def test_of_a_picture_that_is_not_cropped_the_classifier_sees_all(file, fit):
    assert Details(set_of([file], fit=fit)).of(0, WHOLE, 150).seen == WHOLE


def test_a_part_has_every_pixel_as_it_is_in_the_file(details):
    found = details.of(0, (0.501, 0.25, 0.7, 0.501), 500)
    assert (found.kind, found.size) == ("image/png", (WIDE, TALL))
    assert found.box == (300 / WIDE, 100 / TALL, 420 / WIDE, 201 / TALL)
    assert np.array_equal(decoded(found), coloured()[100:201, 300:420])


def test_a_part_larger_than_what_is_asked_for_is_shrunk(details):
    found = details.of(0, (0, 0, 0.5, 1), 100)
    assert (decoded(found).shape, found.kind) == ((100, 75, 3), "image/jpeg")
    assert abs(decoded(found)[50, 30].astype(int) - coloured()[202, 122]).max() <= 12


def test_a_photograph_that_lies_on_its_side_comes_upright(tmp_path):
    path = tmp_path / "turned.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(coloured()).save(path, exif=exif, quality=100, subsampling=0)
    details = Details(set_of([path]))
    assert details.of(0, WHOLE, 100).size == (TALL, WIDE)
    found = details.of(0, (0, 0, 1, 0.5), 1000)
    upright = coloured().transpose(1, 0, 2)[:, ::-1]
    assert found.size == (TALL, WIDE)
    assert decoded(found).shape == (WIDE // 2, TALL, 3)
    assert np.abs(decoded(found)[100:150, 50:100].astype(int) - upright[100:150, 50:100]).max() <= 4


def test_a_file_is_decoded_once_while_it_is_looked_at_and_again_when_it_has_changed(details, file, monkeypatch):
    read = []
    whole = PictureReader.whole
    monkeypatch.setattr(PictureReader, "whole", lambda *args: read.append(args[1]) or whole(*args))
    for right in (0.5, 0.6, 0.7):
        details.of(0, (0, 0, right, 1), 100)
    assert read == [file]
    Image.fromarray(coloured()[::-1]).save(file)
    found = details.of(0, (0, 0, 0.1, 0.1), 100)
    assert len(read) == 2
    assert np.array_equal(decoded(found), coloured()[::-1][:40, :60])


def test_decoded_pictures_are_forgotten_and_too_large_ones_never_kept(tmp_path, monkeypatch):
    files = [tmp_path / f"{number}.png" for number in range(3)]
    for number, path in enumerate(files):
        Image.fromarray(coloured() + np.uint8(number)).save(path)
    monkeypatch.setattr(module, "KEPT_PIXELS", 2 * TALL * WIDE)
    details = Details(set_of(files))
    for number in range(3):
        details.of(number, (0, 0, 0.5, 0.5), 100)
    assert [key[0] for key in details._kept] == files[1:]
    monkeypatch.setattr(module, "KEPT_PIXELS", TALL * WIDE - 1)
    details = Details(set_of(files))
    for _ in range(2):
        found = details.of(0, (0.5, 0.5, 0.75, 0.75), 400)
        assert (decoded(found).shape, found.size) == ((100, 150, 3), (WIDE, TALL))
    assert details._kept == {}


def test_a_set_without_files_shows_its_pixels():
    pixels = np.arange(20 * 30, dtype=np.uint16).reshape(1, 1, 20, 30).astype(np.uint8)
    train = ImageSet.create(name="array", images=pixels, targets=None, class_names=("a", "b"), source="Drawn pixels.")
    found = Details(train).of(0, (0.5, 0, 1, 1), 100)
    assert np.array_equal(decoded(found), pixels[0, 0, :, 15:])
    assert (found.size, found.seen) == ((30, 20), WHOLE)


@pytest.mark.parametrize(
    "box",
    [
        (0, 0, 1),
        (0, 0, 1, 1.01),
        (-0.1, 0, 1, 1),
        (0.5, 0, 0.5, 1),
        (0, 0.9, 1, 0.1),
        (0, 0, float("nan"), 1),
        ("0", 0, 1, 1),
        (0, 0, True, 1),
        (0, 0, 1, None),
    ],
)
def test_a_box_that_is_none_is_refused(details, box):
    with pytest.raises(OracleError, match="give left < right and top < bottom, each in"):
        details.of(0, box, 100)


def test_other_images_and_lengths_are_refused(details):
    for longest in (0, -1, MAX_SIDE + 1):
        with pytest.raises(OracleError, match=rf"the longer side is {longest} pixels; give 1 to 2,048"):
            details.of(0, WHOLE, longest)
    for image_id in (-1, 1):
        with pytest.raises(OracleError, match=f"id {image_id} is not in the pool; ids run from 0 to 0"):
            details.of(image_id, WHOLE, 100)


def test_a_file_that_is_gone_or_damaged_is_said_in_one_sentence(details, file):
    details.of(0, (0, 0, 0.5, 0.5), 100)
    file.write_bytes(file.read_bytes()[:300])
    with pytest.raises(OracleError, match=r"^wide\.png cannot be read now: .*; shown is what the run keeps of it$"):
        details.of(0, (0, 0, 0.5, 0.5), 100)
    file.unlink()
    with pytest.raises(OracleError, match=r"^wide\.png cannot be read now: .*; shown is what the run keeps of it$"):
        details.of(0, WHOLE, 100)
