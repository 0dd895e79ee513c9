"""Pictures of microscopes and other instruments: one scale for a set, pages, channels, and files that are damaged."""

from __future__ import annotations

import sys
from io import BytesIO

import numpy as np
import pytest
import tifffile
from helpers.scientific import GREY, KINDS, SIZE, smooth, write_16_bit_png, write_kind
from PIL import Image

from lada_explore.config.paths import place_of
from lada_explore.config.presets import configure
from lada_explore.datasets import intensity, load
from lada_explore.datasets.picture_file import Reading
from lada_explore.datasets.picture_reader import PictureReader, reason_not_read
from lada_explore.errors import ConfigError
from lada_explore.labelling.service import LabellingService


def opened(folder, **settings):
    named = {f"data.{name}": value for name, value in ({"size": 32, "classes": "a,b"} | settings).items()}
    return load(configure(dataset=f"folder:{folder}", settings=named).data)


def shown(data):
    """Mean brightness of what the labeller shows of a set: the pixels, the closer look, and whole pictures."""
    service = LabellingService(None, data, asks_a_person=True, listeners=None)
    reader, files = data.train.reader, data.train.files
    larger = [Image.open(BytesIO(service.detail(i, (0, 0, 1, 1), 100).content)) for i in range(len(files))]
    return (
        service.pixels(range(len(files))).mean(),
        np.mean([np.asarray(picture).mean() for picture in larger]),
        np.mean([reader.whole(file, 100).mean() for file in files]),
    )


@pytest.mark.parametrize("kind", KINDS)
def test_pictures_of_every_kind_are_neither_black_nor_white(tmp_path, kind):
    write_kind(tmp_path / "set", kind)
    data = opened(tmp_path / "set")
    assert len(data.train) == 3, data.notes
    for brightness in shown(data):
        assert 20 < brightness < 235


def test_the_levels_are_those_of_one_range_for_the_whole_set(tmp_path):
    first, second = (smooth(np.random.default_rng(seed), 4095).astype(np.uint16) for seed in (0, 1))
    tifffile.imwrite(tmp_path / "bright.tif", first)
    tifffile.imwrite(tmp_path / "dim.tif", second // 8)
    data = opened(tmp_path)
    low, high = np.percentile(np.stack([first, second // 8]), (0.1, 99.9))
    assert data.train.reader.reading.scale == (np.floor(low), np.ceil(high))
    for file, values in zip(data.train.files, (first, second // 8), strict=True):
        expected = np.clip(np.rint((values - np.floor(low)) * 255 / (np.ceil(high) - np.floor(low))), 0, 255)
        np.testing.assert_array_equal(data.train.reader.whole(file, 100), np.stack([expected.astype(np.uint8)] * 3))
    (note,) = (note for note in data.notes if "as black" in note)
    assert note.startswith(f"2 pictures of more than 8 bits are read with {np.floor(low):,g} as black and ")


def test_one_picture_beside_those_of_eight_bits_is_noted_as_one(tmp_path):
    tifffile.imwrite(tmp_path / "deep.tif", smooth(np.random.default_rng(0), 4095).astype(np.uint16))
    Image.fromarray(smooth(np.random.default_rng(5), 255).astype(np.uint8)).save(tmp_path / "x.png")
    (note,) = (note for note in opened(tmp_path).notes if "as black" in note)
    assert note.startswith("1 picture of more than 8 bits is read with ")
    assert note.endswith("99.8 % of its pixel values lie; data.scale=full takes the range of its type")


@pytest.mark.parametrize("kind", ["12-bit", "float"])
def test_pictures_of_eight_bits_are_read_as_they_are_beside_deeper_ones(tmp_path, kind):
    write_kind(tmp_path, kind)
    values = smooth(np.random.default_rng(5), 255, channels=3).astype(np.uint8)
    Image.fromarray(values).save(tmp_path / "x.png")
    data = opened(tmp_path)
    np.testing.assert_array_equal(data.train.reader.whole(data.train.files[3], 100), values.transpose(2, 0, 1))


def test_a_set_of_eight_bits_is_read_as_before_there_was_a_choice(tmp_path):
    write_kind(tmp_path, "RGB")
    for file in tmp_path.iterdir():
        Image.open(file).save(file.with_suffix(".png"))
        file.unlink()
    for scale in ("auto", "full"):
        assert opened(tmp_path, scale=scale).train.reader == PictureReader()


def test_the_full_range_and_one_that_is_given_are_taken_with_a_warning_if_hardly_used(tmp_path):
    written = np.stack(write_kind(tmp_path, "12-bit"))
    full = opened(tmp_path, scale="full")
    np.testing.assert_array_equal(
        full.train.reader.whole(full.train.files[0], 100)[0], np.rint(written[0] * (255 / 65_535))
    )
    (said,) = (note for note in full.notes if "levels" in note)
    assert said.startswith("with data.scale=full the images use only the levels ")
    fixed = opened(tmp_path, scale="fixed:0,4095")
    assert not [note for note in fixed.notes if "levels" in note]
    np.testing.assert_array_equal(
        fixed.train.reader.whole(fixed.train.files[0], 100)[0], np.rint(written[0] * (255 / 4095))
    )


def test_a_dark_set_of_eight_bits_is_stretched_where_that_is_asked_for(tmp_path):
    for number in range(3):
        values = smooth(np.random.default_rng(number), 20).astype(np.uint8)
        Image.fromarray(values).save(tmp_path / f"{number}.png")
    assert shown(opened(tmp_path))[2] < 20
    data = opened(tmp_path, scale="percentile")
    assert data.train.reader.reading.scale == (0, 19)
    assert 100 < shown(data)[2] < 160


def test_the_range_is_sampled_once_and_again_when_a_file_has_changed(tmp_path, monkeypatch):
    write_kind(tmp_path, "float")
    calls = []
    original = intensity._of_file
    monkeypatch.setattr(intensity, "_of_file", lambda *args: calls.append(args[0]) or original(*args))
    first = opened(tmp_path)
    assert opened(tmp_path).train.reader == first.train.reader
    assert len(calls) == 3
    tifffile.imwrite(tmp_path / "0.tif", np.full(SIZE, 9, dtype=np.float32))
    assert opened(tmp_path).train.reader != first.train.reader


def test_test_pictures_are_read_with_the_range_of_those_to_label(tmp_path):
    for name, top in (("train", 4095), ("test", 65_535)):
        for label in "ab":
            (tmp_path / name / label).mkdir(parents=True)
            for number in range(3):
                values = smooth(np.random.default_rng(number), top).astype(np.uint16)
                tifffile.imwrite(tmp_path / name / label / f"{number}.tif", values)
    data = opened(tmp_path, classes=[])
    assert data.train.reader == data.test.reader
    assert data.train.reader.reading.scale[1] < 4096


@pytest.mark.parametrize(
    ("scale", "said"),
    [
        ("fixed:0", "data.scale is 'fixed:0'; write two numbers after the colon, such as fixed:0,4095"),
        ("fixed:9,3", "data.scale is 9,3; give two finite numbers, the lower one first, such as 0,4095"),
        ("fixed:0,nan", "data.scale is 0,nan; give two finite numbers, the lower one first, such as 0,4095"),
        ("wide", "data.scale 'wide' is unknown; the known ones are auto, percentile, full, fixed:LOW,HIGH"),
    ],
)
def test_a_scale_that_is_none_is_refused(scale, said):
    with pytest.raises(ConfigError) as refused:
        configure(dataset="folder:x", settings={"data.scale": scale})
    assert str(refused.value) == said


# Pages and channels --------------------------------------------------------------------------------------------------


def test_of_a_stack_the_first_page_is_read_the_largest_values_or_every_page(tmp_path):
    (values,) = write_kind(tmp_path, "stack", count=1)
    scale = {"scale": "fixed:0,4095"}
    first, largest, every = (opened(tmp_path, page=page, **scale).train for page in ("first", "max", "all"))
    levels = np.rint(values * (255 / 4095))
    np.testing.assert_array_equal(first.reader.whole(first.files[0], 100)[0], levels[0])
    np.testing.assert_array_equal(largest.reader.whole(largest.files[0], 100)[0], levels.max(axis=0))
    assert every.item_names == tuple(f"0.tif[page {number}]" for number in (1, 2, 3, 4))
    assert place_of(every.files[2]) == (tmp_path / "0.tif", 2)
    for file, expected in zip(every.files, levels, strict=True):
        np.testing.assert_array_equal(every.reader.whole(file, 100)[0], expected)


@pytest.mark.parametrize("options", [{}, {"bigtiff": True}, {"byteorder": ">"}])
def test_pages_may_differ_in_size_and_reduced_copies_are_none(tmp_path, options):
    with tifffile.TiffWriter(tmp_path / "x.tif", **options) as tiff:
        for side, kind in ((64, 0), (32, 1), (48, 0), (24, 1)):
            tiff.write(np.full((side, side), side, np.uint16), **GREY, subfiletype=kind, metadata=None)
    data = opened(tmp_path, page="all", scale="fixed:0,255").train
    assert data.item_names == ("x.tif[page 1]", "x.tif[page 2]")
    assert [data.reader.whole(file, 100)[0].tolist() for file in data.files] == [
        [[64] * 64] * 64,
        [[48] * 48] * 48,
    ]


def test_the_frames_of_an_animation_are_pages_too(tmp_path):
    frames = [Image.new("L", (16, 16), level) for level in (0, 120, 60)]
    frames[0].save(tmp_path / "x.gif", save_all=True, append_images=frames[1:])
    every = opened(tmp_path, page="all", size=8).train
    assert every.images[:, 0, 4, 4].tolist() == [0, 120, 60]
    assert opened(tmp_path, page="max", size=8).train.images[0, 0, 4, 4] == 120


def test_a_file_that_names_its_channels_has_them_on_each_page(tmp_path):
    values = np.stack([smooth(np.random.default_rng(n), 4095) for n in range(6)]).astype(np.uint16)
    tifffile.imwrite(tmp_path / "x.tif", values.reshape(3, 2, *SIZE), imagej=True, metadata={"axes": "ZCYX"})
    data = opened(tmp_path, page="all", channel=1, scale="fixed:0,4095").train
    assert len(data) == 3
    for file, expected in zip(data.files, values[1::2], strict=True):
        np.testing.assert_array_equal(data.reader.whole(file, 100)[0], np.rint(expected * (255 / 4095)))


@pytest.mark.parametrize("planar", ["contig", "separate"])
def test_of_many_channels_one_is_chosen(tmp_path, planar):
    values = smooth(np.random.default_rng(0), 4095, channels=5).astype(np.uint16)
    written = values if planar == "contig" else values.transpose(2, 0, 1)
    tifffile.imwrite(tmp_path / "x.tif", written, **GREY, planarconfig=planar, metadata=None)
    Image.new("L", (16, 16)).save(tmp_path / "y.png")
    notes = opened(tmp_path).notes
    assert "left out x.tif: it has 5 channels; choose one with data.channel, from 0 to 4" in notes
    data = opened(tmp_path, channel="3", scale="fixed:0,4095")
    np.testing.assert_array_equal(
        data.train.reader.whole(tmp_path / "x.tif", 100)[0], np.rint(values[:, :, 3] * (255 / 4095))
    )
    assert "left out y.png: it has 1 channel, and data.channel is 3; give one from 0 to 0" in data.notes


@pytest.mark.parametrize(("name", "number"), [("R", 0), ("g", 1), ("2", 2), (2, 2)])
def test_a_channel_of_a_colour_picture_is_chosen_by_name_or_number(tmp_path, name, number):
    values = smooth(np.random.default_rng(0), 255, channels=3).astype(np.uint8)
    Image.fromarray(values).save(tmp_path / "x.png")
    data = opened(tmp_path, channel=name).train
    np.testing.assert_array_equal(data.reader.whole(data.files[0], 100)[2], values[:, :, number])
    with pytest.raises(ConfigError, match="data.channel is 'X'; give R, G or B, or a number from 0 to 999"):
        opened(tmp_path, channel="X")


def test_alpha_is_composited_on_white_and_a_fourth_channel_is_named(tmp_path):
    values = np.full((16, 16, 4), 2000, np.uint16)
    values[:, :8, 3], values[:, 8:, 3] = 65_535, 0
    write_16_bit_png(tmp_path / "x.png", values)
    tifffile.imwrite(tmp_path / "y.tif", values, photometric="rgb", extrasamples=["unassalpha"])
    tifffile.imwrite(tmp_path / "z.tif", values // 2, photometric="rgb", extrasamples=["unspecified"])
    data = opened(tmp_path, scale="fixed:0,4000")
    for number in (0, 1):
        whole = data.train.reader.whole(data.train.files[number], 100)
        assert whole[:, 3, 3].tolist() == [128, 128, 128]
        assert whole[:, 3, 12].tolist() == [255, 255, 255]
    assert data.train.reader.whole(data.train.files[2], 100)[:, 3, 12].tolist() == [64, 64, 64]
    assert "z.tif is of four channels; the first three are taken as red, green and blue" in data.notes


# Files that are not read ---------------------------------------------------------------------------------------------


def left_out(folder, name="x.tif", **settings):
    """Why a file is left out, beside one that is read."""
    Image.new("L", (16, 16), 90).save(folder / "sound.png")
    data = opened(folder, **settings)
    assert data.train.item_names == ("sound.png",)
    (note,) = (note for note in data.notes if note.startswith(f"left out {name}: "))
    return note.removeprefix(f"left out {name}: ")


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
def test_a_picture_with_pixels_that_are_no_numbers_is_named(tmp_path, wrong):
    write_kind(tmp_path, "float", count=2)
    values = np.full(SIZE, 0.5, dtype=np.float32)
    values[3, 5:7] = wrong
    tifffile.imwrite(tmp_path / "x.tif", values)
    data = opened(tmp_path)
    assert len(data.train) == 2
    assert "left out x.tif: pixel values that are NaN or infinite: 2; save it without them" in data.notes


def test_a_page_that_is_declared_too_large_is_left_out_undecoded(tmp_path):
    place = tmp_path / "x.tif"
    tifffile.imwrite(place, np.zeros((16, 16), np.uint16), metadata=None)
    with tifffile.TiffFile(place, mode="r+b") as tiff:
        for name in ("ImageWidth", "ImageLength", "RowsPerStrip"):
            tag = tiff.pages.first.tags[name]
            tag.overwrite(60_000)
    assert left_out(tmp_path).startswith("60000 x 60000 pixels, above the limit of 178,956,970")


def test_a_file_that_ends_too_soon_or_holds_no_page_or_leads_in_a_circle_is_left_out(tmp_path):
    values = smooth(np.random.default_rng(0), 4095).astype(np.uint16)
    for name, options in {"short": {}, "shorter": {"compression": "zlib"}}.items():
        tifffile.imwrite(tmp_path / f"{name}.tif", values, **GREY, **options)
        content = (tmp_path / f"{name}.tif").read_bytes()
        (tmp_path / f"{name}.tif").write_bytes(content[: len(content) - 200])
    (tmp_path / "empty.tif").write_bytes(b"II*\0\0\0\0\0")
    (tmp_path / "circle.tif").write_bytes(b"II*\0\x08\0\0\0" + b"\0\0" + b"\x08\0\0\0")
    (tmp_path / "nothing.tif").write_bytes(b"II*\0")
    Image.new("L", (16, 16), 90).save(tmp_path / "sound.png")
    for page in ("first", "max", "all"):
        data = opened(tmp_path, page=page)
        assert data.train.item_names == ("sound.png",)
        assert sum(note.startswith("left out ") for note in data.notes) == 5, data.notes
    assert "left out empty.tif: it holds no picture" in data.notes
    assert "left out circle.tif: its pages lead back to an earlier one; it is damaged" in data.notes


def test_a_size_that_is_no_number_is_damage(tmp_path):
    tifffile.imwrite(tmp_path / "x.tif", np.zeros((16, 16), np.uint16), metadata=None)
    with tifffile.TiffFile(tmp_path / "x.tif", mode="r+b") as tiff:
        tiff.pages.first.tags["ImageWidth"].overwrite([16] * 100)
    assert left_out(tmp_path) == "its size is not a number; it is damaged"


def test_what_a_library_stumbles_over_is_called_damage():
    assert reason_not_read(IndexError("tuple index out of range")) == "it is damaged (tuple index out of range)"
    assert reason_not_read(ValueError("it holds no picture")) == "it holds no picture"


def test_a_part_that_expands_to_more_than_it_says_is_not_decoded(tmp_path):
    import zlib

    place = tmp_path / "x.tif"
    tifffile.imwrite(place, np.zeros((16, 16), np.uint16), metadata=None, compression="zlib")
    bomb = zlib.compress(bytes(2**29), 9)
    with tifffile.TiffFile(place, mode="r+b") as tiff:
        page = tiff.pages.first
        end = tiff.filehandle.size
        page.tags["StripOffsets"].overwrite(end)
        page.tags["StripByteCounts"].overwrite(len(bomb))
    with place.open("ab") as file:
        file.write(bomb)
    assert left_out(tmp_path) == "a part of it expands to more than its size; it is damaged"


def test_without_the_extra_eight_bits_of_a_deep_colour_png_are_read_and_that_is_said(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "imagecodecs", None)
    values = smooth(np.random.default_rng(0), 65_535, channels=3).astype(np.uint16)
    write_16_bit_png(tmp_path / "x.png", values)
    data = opened(tmp_path)
    np.testing.assert_array_equal(data.train.reader.whole(tmp_path / "x.png", 100), (values >> 8).transpose(2, 0, 1))
    assert (
        "x.png is a PNG of 16 bits a channel of which 8 are read; pip install 'lada-explore[codecs]' to read all"
    ) in data.notes


def test_a_compression_that_needs_an_extra_names_it(tmp_path, monkeypatch):
    monkeypatch.setattr(tifffile.tifffile, "imagecodecs", None)
    monkeypatch.setitem(sys.modules, "imagecodecs", None)
    values = smooth(np.random.default_rng(0), 4095, channels=3).astype(np.uint16)
    tifffile.imwrite(tmp_path / "x.tif", values, photometric="rgb")
    with tifffile.TiffFile(tmp_path / "x.tif", mode="r+b") as tiff:
        tiff.pages.first.tags["Compression"].overwrite(5)
    assert left_out(tmp_path) == (
        "its LZW compression needs the extra codecs: pip install 'lada-explore[codecs]', or save it uncompressed"
    )


def test_a_scale_is_that_of_eight_bits_too_where_it_can_be_and_is_asked_for():
    assert Reading(by_axes=True, scale=(0, 1), of_8_bits=True).scale_of_8_bits is None
    assert Reading(by_axes=True, scale=(0, 255), of_8_bits=True).scale_of_8_bits == (0, 255)
    assert Reading(by_axes=True, scale=(0, 255)).scale_of_8_bits is None


# HEIC ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["x.heic", "x.heif", "x.avif"])
def test_pictures_of_telephones_open(tmp_path, name):
    pillow_heif = pytest.importorskip("pillow_heif")
    pillow_heif.register_heif_opener()
    values = smooth(np.random.default_rng(0), 255).astype(np.uint8)[..., None].repeat(3, 2)
    Image.fromarray(values).save(tmp_path / name, quality=95)
    data = opened(tmp_path).train
    assert np.abs(data.reader.whole(data.files[0], 100).astype(int) - values.transpose(2, 0, 1)).mean() < 5


def test_without_the_extra_heic_is_left_out_with_its_name(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    (tmp_path / "x.heic").write_bytes(b"\0\0\0\x1cftypheic\0\0\0\0mif1heic" + bytes(40))
    said = left_out(tmp_path, "x.heic")
    assert said == "HEIC needs the extra heif: pip install 'lada-explore[heif]', or save it as JPEG"


def test_a_dark_set_of_eight_bits_is_named_whatever_its_scale_is_called(tmp_path):
    for i in range(3):
        pixels = np.random.default_rng(i).integers(0, 16, SIZE, dtype=np.uint8)
        Image.fromarray(pixels).save(tmp_path / f"{i}.png")
    words = "with data.scale=auto the images use only the levels "
    assert [note for note in opened(tmp_path).notes if note.startswith(words)]
    assert not [note for note in opened(tmp_path, scale="percentile").notes if "use only the levels" in note]
