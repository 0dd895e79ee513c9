"""TIFF files by their axes: stacks, several channels, and samples of more than 8 bits, as microscopes write them."""

from __future__ import annotations

import logging
import struct
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from numbers import Integral
from pathlib import Path
from typing import Any, BinaryIO, overload

import numpy as np
from numpy.typing import NDArray
from tifffile import COMPRESSION, TiffFile, TiffFrame, TiffPage

logging.getLogger("tifffile").addHandler(logging.NullHandler())  # What is wrong with a file stands in the note on it.

MAGIC = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
"""First bytes of a TIFF file, the last two of one that may be larger than 4 GB."""

MAX_BYTES = 2**30
"""Pages that take more memory decoded are left out."""

MAX_TAGS = 4096
"""Tags of a page above which it is damaged, as for tifffile."""

ROWS_OF_PIXELS = 2**20
"""Pixels that are converted from CMYK at once."""

CHECKED_BYTES = 2**18
"""Parts of a page that are compressed to more bytes are tried first: they might expand to gigabytes."""

_DEFLATE = (8, 32946)
_WHITE_IS_ZERO, _RGB, _PALETTE, _SEPARATED, _YCBCR = 0, 2, 3, 5, 6
_ALPHA = (1, 2)
_SUBFILE, _ORIENTATION, _SHORT = 254, 274, 3


@dataclass(frozen=True, slots=True, eq=False)
class StackPage:
    """A page of a TIFF file, by its axes.

    Attributes:
        parts: the pages of the file that hold it, one for each channel if the file names a channel axis.
        frame: what all of them have in common.
    """

    parts: tuple[TiffPage | TiffFrame, ...]
    frame: TiffPage

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) as it is stored."""
        height, width = (self.frame.shape[self.frame.axes.index(axis)] for axis in "YX")
        return width, height

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of a sample."""
        assert self.frame.dtype is not None
        return self.frame.dtype.newbyteorder("=")

    @property
    def channels(self) -> int:
        """Number of channels; 3 of a picture in CMYK, which is read as RGB."""
        return 3 if self._is_cmyk else len(self.parts) * self.frame.samplesperpixel

    @property
    def orientation(self) -> int:
        """EXIF orientation."""
        return int(self.frame.tags.valueof(_ORIENTATION) or 1)

    @property
    def has_alpha(self) -> bool:
        """Whether the last channel is the alpha."""
        return len(self.parts) == 1 and bool(self.frame.extrasamples) and int(self.frame.extrasamples[-1]) in _ALPHA

    @property
    def is_deep(self) -> bool:
        """Whether a sample has more than 8 bits."""
        return self.dtype not in (np.uint8, np.bool_)

    @property
    def is_known_to_pillow(self) -> bool:
        """Whether it is an 8-bit picture whose colours Pillow knows, such as CMYK or a palette."""
        samples, colours = self.frame.samplesperpixel, (_RGB, _PALETTE, _SEPARATED, _YCBCR)
        several = samples > 2 and (samples > 4 or int(self.frame.photometric) not in colours)
        return not (self.is_deep or len(self.parts) > 1 or several)

    @property
    def _is_cmyk(self) -> bool:
        return int(self.frame.photometric) == _SEPARATED and self.frame.samplesperpixel == 4 and self.dtype.kind == "u"

    @property
    def number(self) -> int:
        """Position among the pages of the file."""
        return int(self.parts[0].index)

    def read(self, channel: int | None = None) -> NDArray[Any]:
        """(H, W, C) samples, of one channel only if that is named.

        Raises:
            ValueError: it takes too much memory, or its compression cannot be read here.
            Exception: any error that tifffile raises on a damaged file.
        """
        parts, samples = self.parts, self.frame.samplesperpixel
        if channel is not None and len(parts) > 1:
            parts, channel = (parts[channel // samples],), channel % samples
        width, height = self.size
        decoded = max(width * height * samples * len(parts), int(np.prod(self.frame.chunks))) * self.dtype.itemsize
        if decoded > MAX_BYTES:
            raise ValueError(f"a page of {decoded:,} bytes, above the limit of {MAX_BYTES:,}; save a smaller copy")
        first, *others = (_samples(part, self.frame, self.dtype) for part in parts)
        found = np.concatenate([first, *others], axis=2) if others else first
        if int(self.frame.photometric) == _WHITE_IS_ZERO and self.dtype.kind == "u":
            found = np.iinfo(self.dtype).max - found
        if self._is_cmyk:
            found = _rgb_of_cmyk(found)
        return found if channel is None else found[:, :, channel : channel + 1]


class Stack(Sequence[StackPage]):
    """The pages of a TIFF file, which can be read as long as it is open.

    Where the file names a channel axis, as ImageJ and OME do, a page has all of its channels. Reduced copies of other
    pages are none.
    """

    def __init__(self, tiff: TiffFile, full: Sequence[int]) -> None:
        self._tiff = tiff
        self._parts: Sequence[int] | NDArray[np.int64] = full
        self._from: Sequence[TiffPage | TiffFrame | None] = tiff.pages
        if tiff.is_imagej or tiff.is_ome or tiff.is_lsm:
            series = tiff.series[0]
            leading = series.axes[: len(series.axes) - len(series.keyframe.axes)]
            numbers = np.arange(len(series.pages)).reshape(series.shape[: len(leading)])
            channels = numbers.shape[leading.index("C")] if "C" in leading else 1
            by_page = np.moveaxis(numbers, leading.index("C"), -1) if "C" in leading else numbers
            self._from, self._parts = series.pages, by_page.reshape(-1, channels)

    def __len__(self) -> int:
        return len(self._parts)

    @overload
    def __getitem__(self, number: int) -> StackPage: ...

    @overload
    def __getitem__(self, number: slice) -> Sequence[StackPage]: ...

    def __getitem__(self, number: int | slice) -> StackPage | Sequence[StackPage]:
        """A page, or several. Raises IndexError, or ValueError if it cannot be read here."""
        if isinstance(number, slice):
            return [self[one] for one in range(len(self))[number]]
        return _checked(tuple(self._from[int(part)] for part in np.atleast_1d(self._parts[number])))


@contextmanager
def opened_tiff(file: Path, content: bytes | None = None) -> Iterator[Stack]:
    """The pages of a TIFF file, at least one, which can be read inside the block.

    Raises:
        ValueError: there is no page, or its samples are of a kind that is not read here.
        Exception: any error that tifffile raises on a damaged file.
    """
    with open(file, "rb") if content is None else BytesIO(content) as stream:
        full = _full_pages(stream)
        with TiffFile(stream, name=str(file)) as tiff:
            if not full:
                raise ValueError("it holds no picture")
            yield Stack(tiff, full)


def _checked(parts: tuple[TiffPage | TiffFrame | None, ...]) -> StackPage:
    """A page of the stack. Raises ValueError if it cannot be read here."""
    there = tuple(part for part in parts if part is not None)
    frame = there[0].keyframe if there else None
    if frame is None or len(there) < len(parts):
        raise ValueError("a page of its stack is in another file; save it as one file")
    if not all(isinstance(number, Integral) for number in (*frame.shape, *frame.chunks, frame.samplesperpixel)):
        raise ValueError("its size is not a number; it is damaged")
    if frame.dtype is None or frame.dtype.kind not in "biuf":
        raise ValueError(
            f"its {frame.bitspersample}-bit samples are of a kind that is not read; save it with 8 or 16 bits"
        )
    if set(frame.axes) - set("YXS"):
        raise ValueError(f"its pages have the axes {frame.axes}; save it as a stack of pages with the axes YX")
    return StackPage(there, frame)


def _samples(page: TiffPage | TiffFrame, frame: TiffPage, dtype: np.dtype[Any]) -> NDArray[Any]:
    """(H, W, S) samples of a page."""
    if int(frame.compression) in _DEFLATE:
        _require_sound(page, int(np.prod(frame.chunks)) * dtype.itemsize)
    try:
        found = page.asarray(maxworkers=1)
    except ValueError as error:
        if "'imagecodecs'" in str(error):
            raise ValueError(
                f"its {COMPRESSION(frame.compression).name} compression needs the extra codecs: pip install "
                "'lada-explore[codecs]', or save it uncompressed"
            ) from None
        raise
    if not found.size:
        raise ValueError("it holds no pixel; it is damaged")
    if frame.axes.startswith("S"):
        found = np.moveaxis(found, 0, -1)
    return found.reshape(*found.shape[:2], -1).astype(dtype, copy=False)


def _rgb_of_cmyk(values: NDArray[Any]) -> NDArray[Any]:
    """(H, W, 3) of unsigned samples (H, W, 4), a few rows at a time; without a colour profile."""
    most, (height, width, _) = np.iinfo(values.dtype).max, values.shape
    found = np.empty((height, width, 3), dtype=values.dtype)
    rows = max(1, ROWS_OF_PIXELS // width)
    for start in range(0, height, rows):
        left = most - values[start : start + rows].astype(np.float64)
        found[start : start + rows] = np.rint(left[:, :, :3] * left[:, :, 3:] / most)
    return found


def _require_sound(page: TiffPage | TiffFrame, most: int) -> None:
    """Raises ValueError if a compressed part of a page expands to more than `most` bytes."""
    handle = page.parent.filehandle
    for offset, count in zip(page.dataoffsets, page.databytecounts, strict=True):
        if count > CHECKED_BYTES:
            handle.seek(offset)
            unpacking = zlib.decompressobj()
            if len(unpacking.decompress(handle.read(count), most + 1)) > most:
                raise ValueError("a part of it expands to more than its size; it is damaged")


def _full_pages(stream: BinaryIO) -> list[int]:
    """The numbers of the pages of a file, from 0, but for reduced copies of others; without reading more of them.

    Raises:
        ValueError: they lead back to an earlier one, so that there is no end of them.
    """
    start = stream.read(16)
    order, big = "<" if start[:2] == b"II" else ">", start[2:4] in (b"+\0", b"\0+")
    of_count, of_offset, entry = (f"{order}Q", f"{order}Q", 20) if big else (f"{order}H", f"{order}I", 12)
    offset = int(struct.unpack_from(of_offset, start, 8 if big else 4)[0])
    seen: set[int] = set()
    full: list[int] = []
    while offset:
        if offset in seen:
            raise ValueError("its pages lead back to an earlier one; it is damaged")
        stream.seek(offset)
        counted = stream.read(struct.calcsize(of_count))
        # What follows a page that is cut off is left out, as tifffile does.
        count = int(struct.unpack(of_count, counted)[0]) if len(counted) == struct.calcsize(of_count) else MAX_TAGS + 1
        tags = stream.read(min(count, MAX_TAGS) * entry + struct.calcsize(of_offset))
        if count > MAX_TAGS or len(tags) < count * entry + struct.calcsize(of_offset):
            break
        if not seen or not _is_reduced(tags[: count * entry], order, entry):
            full.append(len(seen))
        seen.add(offset)
        offset = int(struct.unpack_from(of_offset, tags, count * entry)[0])
    stream.seek(0)
    return full


def _is_reduced(tags: bytes, order: str, entry: int) -> bool:
    """Whether the tags of a page, each of `entry` bytes, say that it is a reduced copy of another one."""
    for start in range(0, len(tags), entry):
        tag, kind = struct.unpack_from(f"{order}HH", tags, start)
        if tag == _SUBFILE:
            value = struct.unpack_from(f"{order}H" if kind == _SHORT else f"{order}I", tags, start + entry // 2 + 2)[0]
            return bool(value & 1)
    return False
