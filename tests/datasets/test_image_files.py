"""One image file: every mode, size and turn gives the pixels that a person sees."""

import numpy as np
import pytest
from helpers.image_folders import COLOURS, classes, pixel, read, save
from PIL import Image

from lada_explore.datasets.picture_reader import PictureReader


@pytest.mark.parametrize(
    ("mode", "name", "expected"),
    [
        ("RGB", "x.png", [255, 0, 0]),
        ("RGB", "x.bmp", [255, 0, 0]),
        ("RGB", "x.webp", [255, 0, 0]),
        ("RGBA", "x.png", [255, 0, 0]),
        ("P", "x.png", [255, 0, 0]),
        ("P", "x.gif", [255, 0, 0]),
        ("L", "x.png", [76, 76, 76]),
        ("LA", "x.png", [76, 76, 76]),
        ("CMYK", "x.tif", [255, 0, 0]),
        ("YCbCr", "x.tif", [254, 0, 0]),
    ],
)
def test_every_mode_gives_its_colour(tmp_path, mode, name, expected):
    options = {"lossless": True} if name.endswith("webp") else {}
    save(tmp_path / name, "red", mode=mode, **options)
    assert pixel(tmp_path / name) == expected
    grey = pixel(tmp_path / name, channels=1)
    assert grey == pytest.approx([76], abs=1)


def test_a_cmyk_jpeg_gives_its_colour(tmp_path):
    save(tmp_path / "x.jpg", "red", mode="CMYK", quality=100)
    assert pixel(tmp_path / "x.jpg") == pytest.approx([255, 0, 0], abs=3)


def test_one_bit_images_are_black_and_white(tmp_path):
    image = Image.new("1", (8, 8), 0)
    image.putpixel((7, 0), 1)
    image.save(tmp_path / "x.png")
    pixels = PictureReader().read(tmp_path / "x.png", (1, 8, 8))
    assert pixels[0, 0, 7] == 255
    assert pixels.sum() == 255


@pytest.mark.parametrize("name", ["x.png", "x.tif"])
def test_sixteen_bits_are_scaled_not_clipped(tmp_path, name):
    values = np.array([[0, 257 * 100], [257 * 200, 65535]], dtype=np.uint16)
    Image.fromarray(values.repeat(4, 0).repeat(4, 1)).save(tmp_path / name)
    pixels = PictureReader().read(tmp_path / name, (1, 8, 8))[0]
    assert [pixels[1, 1], pixels[1, 6], pixels[6, 1], pixels[6, 6]] == [0, 100, 200, 255]


def test_float_pixels_are_read_within_0_to_1_only(tmp_path):
    classes(tmp_path, a=1, b=1)
    values = np.full((8, 8), 0.6, dtype=np.float32)
    Image.fromarray(values).save(tmp_path / "a" / "good.tif")
    values[3, 3] = np.nan
    Image.fromarray(values).save(tmp_path / "a" / "nan.tif")
    Image.fromarray(np.full((8, 8), 300, dtype=np.float32)).save(tmp_path / "a" / "wide.tif")
    data = read(tmp_path, channels=1, test_share=0)
    assert data.train.item_names == ("a/0.png", "a/good.tif", "b/0.png")
    assert data.train.images[1].unique().tolist() == [153]
    assert "left out a/nan.tif: pixel values that are NaN or infinite: 1; save it without them" in data.notes
    remedy = "set data.scale to percentile or to fixed:LOW,HIGH, or save it with 8 or 16 bits a channel"
    assert f"left out a/wide.tif: pixel values outside 0..1; {remedy}" in data.notes


def test_transparency_is_composited_on_white(tmp_path):
    clear = Image.new("RGBA", (8, 8), (255, 0, 0, 0))
    clear.paste((255, 0, 0, 102), (0, 4, 8, 8))
    clear.save(tmp_path / "x.png")
    pixels = PictureReader().read(tmp_path / "x.png", (3, 8, 8))
    assert pixels[:, 1, 1].tolist() == [255, 255, 255]
    assert pixels[:, 6, 6].tolist() == [255, 153, 153]
    Image.new("L", (8, 8), 9).save(tmp_path / "y.png", transparency=9)
    assert pixel(tmp_path / "y.png") == [255, 255, 255]
    palette = Image.new("P", (8, 8), 0)
    palette.putpalette([10, 20, 30, 40, 50, 60])
    palette.putpixel((4, 4), 1)
    palette.save(tmp_path / "z.png", transparency=0)
    assert pixel(tmp_path / "z.png") == [40, 50, 60]
    assert pixel(tmp_path / "z.png", at=(0, 0)) == [255, 255, 255]


def test_a_photograph_is_turned_upright(tmp_path):
    image = Image.new("RGB", (32, 32), "black")
    image.paste((255, 255, 255), (0, 0, 16, 16))  # stored upper left
    exif = Image.Exif()
    exif[0x0112] = 6  # shown after a quarter turn clockwise
    image.save(tmp_path / "x.png", exif=exif)
    image.save(tmp_path / "x.jpg", exif=exif, quality=100)
    for name in ("x.png", "x.jpg"):
        pixels = PictureReader().read(tmp_path / name, (1, 8, 8))[0]
        assert pixels[1, 6] > 250  # upper right
        assert max(pixels[1, 1], pixels[6, 1], pixels[6, 6]) < 5


def test_unreadable_metadata_does_not_lose_the_image(tmp_path):
    save(tmp_path / "x.jpg", "red", exif=b"Exif\0\0garbage garbage", quality=100)
    assert pixel(tmp_path / "x.jpg") == pytest.approx([254, 0, 0], abs=3)


def test_the_first_frame_of_an_animation_is_used(tmp_path):
    frames = [Image.new("RGB", (8, 8), COLOURS[name]) for name in ("green", "red", "blue")]
    frames[0].save(tmp_path / "x.gif", save_all=True, append_images=frames[1:])
    assert pixel(tmp_path / "x.gif") == [0, 255, 0]


def test_the_middle_of_a_wide_image_is_kept_in_proportion(tmp_path):
    image = Image.new("L", (40, 10), 0)
    image.paste(255, (14, 0, 26, 10))  # the filter reaches a pixel beyond the middle 10 x 10
    image.save(tmp_path / "wide.png")
    image.transpose(Image.Transpose.ROTATE_90).save(tmp_path / "tall.png")
    for name in ("wide.png", "tall.png"):
        assert (PictureReader().read(tmp_path / name, (1, 8, 8)) == 255).all()


def test_shrinking_averages_over_all_pixels(tmp_path):
    stripes = np.tile(np.array([0, 255], dtype=np.uint8), (256, 128))
    Image.fromarray(stripes).save(tmp_path / "x.png")
    pixels = PictureReader().read(tmp_path / "x.png", (1, 8, 8))
    assert pixels.min() > 120
    assert pixels.max() < 135


def test_a_large_jpeg_gives_nearly_the_pixels_of_its_lossless_twin(tmp_path):
    ramp = np.linspace(0, 255, 1200).astype(np.uint8)
    image = Image.fromarray(np.stack([np.tile(ramp, (900, 1))] * 3, axis=-1))
    image.save(tmp_path / "x.jpg", quality=95)
    image.save(tmp_path / "x.png")
    a, b = (PictureReader().read(tmp_path / name, (3, 24, 32)).astype(int) for name in ("x.jpg", "x.png"))
    assert a.shape == (3, 24, 32)
    assert np.abs(a - b).max() <= 4
