"""How the files of a set are read: the size, how pictures of other proportions fit, and whole pictures for people."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.image_folders import classes, read
from PIL import Image, ImageOps

from lada_explore.config import Fit
from lada_explore.config.presets import configure
from lada_explore.config.statistics import IMAGENET_STATISTICS
from lada_explore.datasets import decoded, picture_reader
from lada_explore.datasets.fingerprints import key_of
from lada_explore.datasets.picture_reader import PLAIN_READER, PictureReader
from lada_explore.errors import ConfigError
from lada_explore.features.transform import Transform


def configured(**settings):
    named = {f"data.{name}": value for name, value in settings.items()}
    return configure(dataset="folder:mine", settings=named).data


def test_one_size_is_for_both_sides():
    assert (configured(size=224).height, configured(size="224").width) == (224, 224)
    assert configured(size=64, height=64) == configured(height=64, width=64)


@pytest.mark.parametrize("side", ["height", "width"])
def test_a_size_beside_another_side_is_refused(side):
    with pytest.raises(ConfigError) as refused:
        configured(size=224, **{side: 100})
    said = f"data.size is 224 but data.{side} is 100; give data.size alone, or both sides without it"
    assert str(refused.value) == said


def test_another_fit_is_for_folders_and_one_that_is_none_lists_those_there_are():
    with pytest.raises(ConfigError, match="data.fit is 'pad' but the images are 'digits'; leave it at 'crop'"):
        configure(dataset="digits", settings={"data.fit": "pad"})
    with pytest.raises(ConfigError, match="crop, pad, stretch"):
        configured(fit="squeeze")


@pytest.fixture
def wide(tmp_path):
    """A picture of 12 rows and 36 columns: red, green and blue from left to right."""
    pixels = np.repeat(np.eye(3, dtype=np.uint8)[None] * 255, 12, axis=1).reshape(1, 36, 3).repeat(12, 0)
    Image.fromarray(pixels).save(tmp_path / "wide.png")
    return tmp_path / "wide.png"


def middle_row(pixels):
    return [tuple(int(value) for value in column) for column in pixels[:, pixels.shape[1] // 2].T]


RED, GREEN, BLUE, BLACK = (255, 0, 0), (0, 255, 0), (0, 0, 255), (0, 0, 0)


def test_a_wide_picture_is_cropped_padded_or_stretched(wide):
    cropped, padded, stretched = (PictureReader(fit=fit).read(wide, (3, 12, 12)) for fit in Fit)
    assert middle_row(cropped) == [GREEN] * 12
    assert middle_row(padded)[1::5] == [RED, GREEN, BLUE]
    assert middle_row(np.swapaxes(padded, 1, 2)) == [BLACK] * 4 + [GREEN] * 4 + [BLACK] * 4
    assert middle_row(stretched)[1::5] == [RED, GREEN, BLUE]
    assert middle_row(np.swapaxes(stretched, 1, 2)) == [GREEN] * 12


def test_a_folder_is_read_as_its_setting_says_and_looked_at_whole(wide):
    classes(wide.parent, a=1, b=2)
    wide.rename(wide.parent / "b" / "wide.png")
    data = read(wide.parent, height=12, width=12, fit="pad", test_share=0)
    number = data.train.item_names.index("b/wide.png")
    assert middle_row(data.train.images[number].numpy())[1::5] == [RED, GREEN, BLUE]
    whole = data.train.reader.whole(data.train.files[number], 36)
    assert middle_row(whole)[:: whole.shape[2] // 3] == [RED, GREEN, BLUE]


def test_what_is_kept_is_of_one_way_to_read_and_that_of_the_defaults_stays_as_it_was(wide):
    def key(reader):
        return key_of(decoded._about((3, 12, 12), reader), wide.parent, [wide.name])

    def about(reader):
        mean, std = IMAGENET_STATISTICS
        return Transform(shape=(3, 12, 12), channels=3, mean=mean, std=std, reader=reader).about()

    assert len({key(PictureReader(fit=fit)) for fit in Fit}) == 3
    assert set(about(PLAIN_READER)) == {"format", "shape", "channels", "mean", "std"}
    assert about(PictureReader(fit=Fit.PAD)) == about(PLAIN_READER) | {"fit": "pad"}


# Whole pictures ------------------------------------------------------------------------------------------------------


@pytest.fixture
def corners():
    """A picture of 40 rows and 60 columns whose four quarters differ."""
    pixels = np.zeros((40, 60, 3), np.uint8)
    pixels[:20, :30], pixels[:20, 30:], pixels[20:, :30] = RED, GREEN, BLUE
    return pixels


@pytest.mark.parametrize("ending", ["png", "jpg", "tif", "webp"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_whole_picture_and_each_part_of_it_are_upright(tmp_path, corners, orientation, ending):
    back = {5: 5, 6: 8, 7: 7, 8: 6}.get(orientation, orientation)
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = Image.fromarray(corners)
    if back in picture_reader.UPRIGHT:
        stored = stored.transpose(picture_reader.UPRIGHT[back])
    place = tmp_path / f"x.{ending}"
    options = {"jpg": {"quality": 100, "subsampling": 0}, "webp": {"lossless": True}}.get(ending, {})
    stored.save(place, exif=exif, **options)
    np.testing.assert_allclose(PLAIN_READER.whole(place, 100), corners.transpose(2, 0, 1), atol=3)
    for box, part in {
        (0.5, 0, 1, 0.5): corners[:20, 30:],
        (0.1, 0.25, 0.75, 1): corners[10:, 6:45],
        (0, 0.5, 0.5, 1): corners[20:, :30],
    }.items():
        np.testing.assert_allclose(PLAIN_READER.whole(place, 100, box), part.transpose(2, 0, 1), atol=3)


def test_a_whole_picture_is_shrunk_in_its_proportions_but_never_enlarged(tmp_path, corners):
    Image.fromarray(corners).save(tmp_path / "x.png")
    small = PLAIN_READER.whole(tmp_path / "x.png", 30)
    assert small.shape == (3, 20, 30)
    assert small[:, 2, 2].tolist() == list(RED)
    assert PLAIN_READER.whole(tmp_path / "x.png", 30, (0, 0, 0.5, 0.5)).shape == (3, 20, 30)
    assert PLAIN_READER.whole(tmp_path / "x.png", 1, (0, 0, 0.001, 0.001)).shape == (3, 1, 1)


def test_a_part_of_a_large_jpeg_has_the_detail_that_is_asked_for(tmp_path):
    rng = np.random.default_rng(0)
    noise = Image.fromarray(rng.integers(0, 256, (100, 150, 3), dtype=np.uint8)).resize((1500, 1000))
    noise.save(tmp_path / "x.jpg", quality=95)
    part = PLAIN_READER.whole(tmp_path / "x.jpg", 300, (0.4, 0.4, 0.6, 0.6))
    assert part.shape == (3, 200, 300)
    expected = np.asarray(noise)[400:600, 600:900].transpose(2, 0, 1)
    assert np.abs(part.astype(int) - expected).mean() < 4
    shown = PLAIN_READER.whole(tmp_path / "x.jpg", 150)
    by_hand = np.asarray(ImageOps.contain(noise, (150, 100), Image.Resampling.BILINEAR)).transpose(2, 0, 1)
    assert np.abs(shown.astype(int) - by_hand).mean() < 4


@pytest.mark.parametrize(
    "box", [(0, 0, 0, 1), (0, 0.5, 1, 0.2), (-0.1, 0, 1, 1), (0, 0, 1.5, 1), (0, 0, float("nan"), 1)]
)
def test_a_box_that_is_none_is_refused(tmp_path, corners, box):
    Image.fromarray(corners).save(tmp_path / "x.png")
    with pytest.raises(ValueError, match=r"the box is .*; give left < right and top < bottom, each in \[0, 1\]"):
        PLAIN_READER.whole(tmp_path / "x.png", 100, box)
    with pytest.raises(ValueError, match="the longer side is 0 pixels; give at least 1"):
        PLAIN_READER.whole(tmp_path / "x.png", 0)
