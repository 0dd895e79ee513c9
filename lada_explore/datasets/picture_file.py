"""A picture file, opened: by Pillow, or by its axes and at its full depth where that is more than Pillow reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import reduce
from io import BytesIO
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageChops, ImageSequence

from lada_explore.config import Page
from lada_explore.config.paths import place_of
from lada_explore.datasets.heif import is_heif, register_heif
from lada_explore.datasets.png import DeepPng, has_codecs, is_deep_png
from lada_explore.datasets.samples import (
    Scale,
    eight_bits,
    in_mode,
    most_of,
    picture_of,
    require_channel,
    require_finite,
    without_transparency,
)
from lada_explore.datasets.tiff import MAGIC, opened_tiff
from lada_explore.files import if_sound

MAX_PIXELS = 178_956_970
"""Images with more pixels are left out without decoding them: Pillow's own limit, half a GiB of RGB."""

LARGE_PIXELS = 50_000_000
"""Images with more pixels are decoded one at a time, so that a folder of scans fits into memory, and get a note."""

_HEAD = 32
_GREY_MAPS = (b"P2", b"P5")
_PAGED = ("GIF", "PNG", "TIFF", "WEBP")
"""Formats of several pages; the second picture in a telephone's JPEG is none."""

PixelBox = tuple[int, int, int, int]
"""Left, top, right and bottom of a part of a picture, in pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What of the files of a set is read, and how their samples become 8 bits.

    Attributes:
        by_axes: whether TIFF files are read by their axes and all files at their full depth; otherwise by Pillow alone,
            as in runs from before there was a choice of scale.
        scale: the values, in the units of the files, that become black and white; None for the full range of their
            type: 0 to 65,535 of integers, 0 to 1 of floats.
        of_8_bits: whether the scale is also that of files of 8 bits, if its second value is above 1 and at most 255;
            otherwise they are read as they are.
        page: FIRST, MAX (the largest value over all pages), or ALL: the page that the name of a file ends with.
        channel: number of the channel that is read, alone, from 0; None for all.
    """

    by_axes: bool = False
    scale: Scale | None = None
    of_8_bits: bool = False
    page: Page = Page.FIRST
    channel: int | None = None

    @property
    def scale_of_8_bits(self) -> Scale | None:
        """The scale of files of 8 bits; None if they are read as they are."""
        return self.scale if self.of_8_bits and self.scale is not None and 1 < self.scale[1] <= 255 else None


class PictureFile(Protocol):
    """A file that is open.

    Attributes:
        size: (width, height) as it is stored, after `load` as it was decoded.
        is_deep: whether its samples have more than 8 bits.
        orientation: EXIF orientation, 1 to 8; known after `load`.
        remarks: kinds of remarks on it, see `datasets.decode.REMARKS`.
    """

    size: tuple[int, int]
    is_deep: bool
    orientation: int
    remarks: tuple[str, ...]

    def draft(self, size: tuple[int, int]) -> None:
        """Have it decoded at a fraction of its size that is no smaller than this, where that is possible."""

    def load(self) -> None:
        """Decode it. Raises ValueError, or any error of Pillow or tifffile on a damaged file."""

    def part(self, box: PixelBox | None = None) -> Image.Image:
        """8-bit grey or RGB of the picture or of a part of it. Raises ValueError if its samples are out of range."""

    def samples(self) -> NDArray[Any]:
        """(H, W, C) samples in the units of the file, those of 8 bits in grey or RGB; or of one channel."""


class _ByPillow:
    """A file that Pillow reads."""

    def __init__(self, opened: Image.Image, reading: Reading, page: int) -> None:
        self._opened, self._reading = opened, reading
        several = bool(getattr(opened, "is_animated", False))
        self._brightest = several and reading.page is Page.MAX and opened.format in _PAGED
        if page:
            opened.seek(page)
        self.size, self.orientation, self.is_deep = opened.size, 1, _is_deep(opened.mode)
        remarks = {
            "frames": several and reading.page is Page.FIRST,
            "cmyk": opened.mode == "CMYK",
            "deep": self.is_deep,
        }
        self.remarks = tuple(kind for kind, found in remarks.items() if found)

    def draft(self, size: tuple[int, int]) -> None:
        self._opened.draft(None, size)

    def load(self) -> None:
        self._opened.load()
        self.size, self.orientation = self._opened.size, _orientation(self._opened)

    def part(self, box: PixelBox | None = None) -> Image.Image:
        image = self._frame() if box is None else self._frame().crop(box)
        deep = _is_deep(image.mode)
        image = self._of_channel(image if deep else without_transparency(image))
        scale = self._reading.scale if deep else self._reading.scale_of_8_bits
        return Image.fromarray(eight_bits(np.asarray(image), scale)) if deep or scale is not None else image

    def samples(self) -> NDArray[Any]:
        image = self._frame()
        values = np.asarray(self._of_channel(image if _is_deep(image.mode) else without_transparency(image)))
        require_finite(values)
        return values.reshape(*values.shape[:2], -1)

    def _frame(self) -> Image.Image:
        """The page, or the largest levels over all pages."""
        if not self._brightest:
            return self._opened
        frames = (in_mode(without_transparency(frame), "RGB") for frame in ImageSequence.Iterator(self._opened))
        return reduce(ImageChops.lighter, frames)

    def _of_channel(self, image: Image.Image) -> Image.Image:
        channel = self._reading.channel
        if channel is None:
            return image
        require_channel(channel, len(image.getbands()))
        return image.getchannel(channel)


class SampledPage(Protocol):
    """A page whose samples are read as they are stored."""

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) as it is stored."""

    @property
    def channels(self) -> int:
        """C, number of channels."""

    @property
    def has_alpha(self) -> bool:
        """Whether the last channel is the alpha."""

    @property
    def is_deep(self) -> bool:
        """Whether a sample has more than 8 bits."""

    @property
    def orientation(self) -> int:
        """EXIF orientation."""

    def read(self, channel: int | None = None) -> NDArray[Any]:
        """(H, W, C) samples, of one channel only if that is named. Raises ValueError, or any error of a library."""


class _BySamples:
    """Pages whose samples are read as they are stored; of several, the largest sample over all pages."""

    def __init__(self, pages: Sequence[SampledPage], reading: Reading, remarks: tuple[str, ...] = ()) -> None:
        first = pages[0]
        self._pages, self._reading, self._has_alpha = pages, reading, first.has_alpha and reading.channel is None
        self._values: NDArray[Any] = np.empty((0, 0, 0))
        self.size, self.orientation, self.is_deep = first.size, first.orientation, first.is_deep
        fourth = first.channels == 4 and not first.has_alpha and reading.channel is None
        self.remarks = (*remarks, *("deep",) * first.is_deep, *("fourth",) * fourth)

    def draft(self, size: tuple[int, int]) -> None:
        """Nothing: only a JPEG has fractions."""

    def load(self) -> None:
        first, channel = self._pages[0], self._reading.channel
        if channel is not None:
            require_channel(channel, first.channels)
        elif first.channels > 4 or (first.channels == 2 and not first.has_alpha):
            raise ValueError(
                f"it has {first.channels} channels; choose one with data.channel, from 0 to {first.channels - 1}"
            )
        self._values = first.read(channel)
        for page in self._pages[1:]:
            if (page.size, page.channels) != (first.size, first.channels):
                raise ValueError("its pages differ in size or channels; set data.page to first or all")
            np.maximum(self._values, page.read(channel), out=self._values)
        if self._has_alpha and self._values[:, :, -1].max() < most_of(self._values.dtype):
            self._values, self._has_alpha = self._values[:, :, :-1], False  # No pixel is opaque: it is no alpha.

    def part(self, box: PixelBox | None = None) -> Image.Image:
        left, top, right, bottom = box or (0, 0, *self.size)
        values = self._values[top:bottom, left:right]
        scale = self._reading.scale if self.is_deep else self._reading.scale_of_8_bits
        if not self._has_alpha:
            return picture_of(eight_bits(values, scale))
        # The alpha has the range of its type, whatever that of the colours is.
        colours, alpha = eight_bits(values[:, :, :-1], scale), eight_bits(values[:, :, -1:], None)
        return picture_of(np.concatenate([colours, alpha], axis=2), has_alpha=True)

    def samples(self) -> NDArray[Any]:
        require_finite(self._values)
        return self._values[:, :, :-1] if self._has_alpha else self._values[:, :, :3]


@contextmanager
def opened_picture(file: Path, reading: Reading, content: bytes | None = None) -> Iterator[PictureFile]:
    """A picture file, open inside the block but not decoded.

    Args:
        file: the file, or one of its pages, see `place_of`.
        reading: what of it is read.
        content: its bytes, where they have been read already.

    Raises:
        ValueError: not a regular file, too large an image, or one that is not read here.
        Exception: any error that Pillow or tifffile raises on a damaged file.
    """
    place, page = place_of(file) if reading.page is Page.ALL else (file, 0)
    head = _head(place) if content is None else content[:_HEAD]
    if reading.by_axes and head.startswith(MAGIC):
        with opened_tiff(place, content) as stack:
            found = stack[page : len(stack) if reading.page is Page.MAX else page + 1]
            if not found:
                raise ValueError(f"it has no page {page + 1} any more")
            if not all(one.is_known_to_pillow for one in found) or not _is_known_to_pillow(place, content):
                several = ("frames",) if len(stack) > 1 and reading.page is Page.FIRST else ()
                yield _checked(_BySamples(found, reading, several))
                return
            page = found[0].number
    with _opened_by_pillow(place, reading, head, content) as opened:
        cut = reading.by_axes and is_deep_png(head) and not _is_deep(opened.mode)
        if cut and has_codecs():
            png = DeepPng(place, content, opened.size, len(opened.getbands()), _orientation(opened))
            yield _checked(_BySamples([png], reading))
        else:
            found_by_pillow = _ByPillow(opened, reading, page)
            found_by_pillow.remarks += ("cut",) * cut
            yield _checked(found_by_pillow)


def pages_of(file: Path, reading: Reading) -> int:
    """Number of pages of a file; 1 of one that cannot be opened, so that reading it says why."""
    try:
        head = _head(file)
        if reading.by_axes and head.startswith(MAGIC):
            with opened_tiff(file) as stack:
                return len(stack)
        with _opened_by_pillow(file, reading, head) as opened:
            return int(getattr(opened, "n_frames", 1)) if opened.format in _PAGED else 1
    except Exception:
        return 1


def is_for_axes(file: Path) -> bool:
    """Whether a file is of a format that Pillow alone does not read, or not at its full depth."""
    with if_sound():
        head = _head(place_of(file)[0])
        return head.startswith((*MAGIC, *_GREY_MAPS)) or is_deep_png(head) or is_heif(head)
    return False


def _head(place: Path) -> bytes:
    """The first bytes of a file. Raises ValueError for what is none: a pipe would be waited for without end."""
    if not place.is_file():
        raise ValueError("not a file, or a broken link")
    with place.open("rb") as stream:
        return stream.read(_HEAD)


def _is_known_to_pillow(place: Path, content: bytes | None) -> bool:
    with if_sound(), Image.open(place if content is None else BytesIO(content)):
        return True
    return False


def _opened_by_pillow(place: Path, reading: Reading, head: bytes, content: bytes | None = None) -> Image.Image:
    if reading.by_axes and is_heif(head):
        register_heif()
    return Image.open(place if content is None else BytesIO(content))


def _checked(found: PictureFile) -> PictureFile:
    """The picture. Raises ValueError if it is too large."""
    width, height = found.size
    if width * height > MAX_PIXELS:
        raise ValueError(f"{width} x {height} pixels, above the limit of {MAX_PIXELS:,}; save a smaller copy")
    if width * height > LARGE_PIXELS:
        found.remarks = (*found.remarks, "large")
    return found


def _is_deep(mode: str) -> bool:
    """Whether the samples of a picture of Pillow have more than 8 bits."""
    return mode in ("I", "F") or mode.startswith("I;16")


def _orientation(opened: Image.Image) -> int:
    """EXIF orientation, 1 to 8; 1, upright, where it is not said or the metadata cannot be read."""
    with if_sound():
        found = opened.getexif().get(ExifTags.Base.Orientation, 1)
        return found if found in range(2, 9) else 1
    return 1
