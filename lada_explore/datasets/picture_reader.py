"""How the files of a set are read: to pixels of a declared shape for networks, and as pictures for people."""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageOps

from lada_explore.config import DataConfig, Fit
from lada_explore.files import if_sound, reason_of

MAX_PIXELS = 178_956_970
"""Images with more pixels are left out without decoding them: Pillow's own limit, half a GiB of RGB."""

LARGE_PIXELS = 50_000_000
"""Images with more pixels are decoded one at a time, so that a folder of scans fits into memory, and get a note."""

FULL_RESOLUTION_PX = 384
"""Longer side in pixels of an image that is shown to a person at full resolution."""

_ONE_LARGE = threading.Lock()

UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""How a picture of each EXIF orientation is turned upright."""

Box = tuple[float, float, float, float]
"""Left, top, right and bottom of a part of a picture, as fractions of its width and height."""

WHOLE: Box = (0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureReader:
    """How the files of a set are read.

    The first frame is turned upright (EXIF) and composited on white if it is transparent. Grey is Rec. 601 luma. 16-bit
    grey is scaled so that 65,535 is white. Colour profiles are not applied.

    Attributes:
        fit: how a picture of other proportions comes to a declared shape.
    """

    fit: Fit = Fit.CROP

    @classmethod
    def of(cls, config: DataConfig) -> PictureReader:
        """The reader that the settings of a run say."""
        return cls(fit=config.fit)

    def about(self) -> Mapping[str, object]:
        """What tells its pixels from those of a reader with the defaults."""
        return {} if self.fit is Fit.CROP else {"fit": self.fit.value}

    def read(self, file: Path, shape: tuple[int, int, int], content: bytes | None = None) -> NDArray[np.uint8]:
        """Pixels of a file for a network.

        They are resized with Pillow's bilinear filter. When shrinking, this filter averages over all source pixels, and
        unlike Lanczos it does not overshoot at edges.

        Args:
            file: the file.
            shape: (D, H, W) of the result.
            content: its bytes, where they have been read already.

        Returns:
            (D, H, W) uint8.

        Raises:
            ValueError: not a regular file, too large an image, or pixels whose range is unknown.
            Exception: any error that Pillow raises on a damaged file.
        """
        return self.read_with_remarks(file, shape, content)[0]

    def read_with_remarks(
        self, file: Path, shape: tuple[int, int, int], content: bytes | None = None
    ) -> tuple[NDArray[np.uint8], tuple[str, ...]]:
        """As `read`, with the kinds of remarks on the file, see `datasets.decode.REMARKS`. Raises what `read` does."""
        channels, height, width = shape
        with _opened(file, content) as opened:
            area = opened.width * opened.height
            remarks = tuple(kind for kind, found in _remarkable(opened, area).items() if found)
            # A JPEG can be decoded at a fraction of its size; twice the target size leaves enough pixels to average.
            side = 2 * max(height, width)
            opened.draft(None, (side, side))
            with _ONE_LARGE if area > LARGE_PIXELS else nullcontext():
                opened.load()
                turn = _orientation(opened)
                image = _in_mode(_eight_bit(_turned(opened, turn)), "L" if channels == 1 else "RGB")
                image = self._fitted(image, (width, height))
        return _channels_first(image), (*remarks, "turned") if turn != 1 else remarks

    def whole(self, file: Path, longest: int, box: Box = WHOLE) -> NDArray[np.uint8]:
        """A picture, or a part of it, as a person looks at it: upright, in its own proportions, in colour.

        At most four bytes a pixel of the file are in memory, at most three quarters of a GB; a JPEG is decoded at the
        smallest fraction of its size that has the detail, and pictures above `LARGE_PIXELS` one at a time.

        Args:
            file: the file.
            longest: largest length of the longer side of the result, in pixels, at least 1; it is never enlarged.
            box: left, top, right and bottom of the part, as fractions of the width and height of the upright picture,
                each in [0, 1].

        Returns:
            (3, H', W') uint8.

        Raises:
            ValueError: as for `read`, or the box is empty or outside of the picture.
            Exception: any error that Pillow raises on a damaged file.
        """
        left, top, right, bottom = box
        if not (0 <= left < right <= 1 and 0 <= top < bottom <= 1):
            raise ValueError(f"the box is {box}; give left < right and top < bottom, each in [0, 1]")
        if longest < 1:
            raise ValueError(f"the longer side is {longest} pixels; give at least 1")
        with _opened(file) as opened:
            area, sides = opened.width * opened.height, (right - left, bottom - top)
            # What is shown of a side of the file, whatever way it is turned, has at least `longest` pixels left.
            shrink = min(1.0, 2 * longest / (max(opened.size) * min(sides)))
            opened.draft(None, (math.ceil(opened.width * shrink), math.ceil(opened.height * shrink)))
            with _ONE_LARGE if area > LARGE_PIXELS else nullcontext():
                opened.load()
                turn = _orientation(opened)
                stored = _stored(box, turn)
                width, height = opened.size
                part = (
                    math.floor(stored[0] * width),
                    math.floor(stored[1] * height),
                    math.ceil(stored[2] * width),
                    math.ceil(stored[3] * height),
                )
                image = opened if part == (0, 0, width, height) else opened.crop(part)
                image = _in_mode(_eight_bit(image), "RGB")
                times = min(1.0, longest / max(image.size))
                size = (max(1, round(times * image.width)), max(1, round(times * image.height)))
                if size != image.size:
                    image = image.resize(size, Image.Resampling.BILINEAR)
                image = _turned(image, turn)
        return _channels_first(image)

    def larger(
        self, file: Path, shape: tuple[int, int, int], longest: int = FULL_RESOLUTION_PX
    ) -> NDArray[np.uint8] | None:
        """The same part of a picture as `read` gives, in colour and in a size that a person can judge.

        Args:
            file: the file.
            shape: (D, H, W) to which it was decoded for the classifier.
            longest: largest length of the longer side, in pixels.

        Returns:
            (3, H', W') uint8; None if the file has no more detail than that, or can no longer be read.
        """
        return larger(self, file, shape, longest)

    def _fitted(self, image: Image.Image, size: tuple[int, int]) -> Image.Image:
        match self.fit:
            case Fit.CROP:
                return ImageOps.fit(image, size, method=Image.Resampling.BILINEAR)
            case Fit.PAD:
                return ImageOps.pad(image, size, method=Image.Resampling.BILINEAR)
        return image.resize(size, Image.Resampling.BILINEAR)


PLAIN_READER = PictureReader()
"""The reader with the defaults."""


@lru_cache(maxsize=32)
def larger(reader: PictureReader, file: Path, shape: tuple[int, int, int], longest: int) -> NDArray[np.uint8] | None:
    """As `PictureReader.larger`, of the same file only once."""
    _, height, width = shape
    # The image as decoded for the classifier can be shown in any case.
    with if_sound():
        with Image.open(file) as opened:
            side = min(opened.size) if reader.fit is Fit.CROP else max(opened.size)
        times = min(side, longest) / max(height, width)
        return None if times <= 1 else reader.read(file, (3, round(times * height), round(times * width)))
    return None


def reason_not_read(error: Exception) -> str:
    """Why a file cannot be read, for the note on it."""
    if isinstance(error, Image.DecompressionBombError):
        return f"more pixels than the limit of {MAX_PIXELS:,}; save a smaller copy"
    return reason_of(error)


def _opened(file: Path, content: bytes | None = None) -> Image.Image:
    """An image file, opened but not decoded. Raises ValueError, or any error of Pillow."""
    if content is None and not file.is_file():
        raise ValueError("not a file, or a broken link")
    opened = Image.open(file if content is None else BytesIO(content))
    if opened.width * opened.height > MAX_PIXELS:
        opened.close()
        raise ValueError(
            f"{opened.width} x {opened.height} pixels, above the limit of {MAX_PIXELS:,}; save a smaller copy"
        )
    return opened


def _remarkable(opened: Image.Image, area: int) -> dict[str, bool]:
    return {
        "frames": bool(getattr(opened, "is_animated", False)),
        "cmyk": opened.mode == "CMYK",
        "deep": opened.mode in ("I", "F") or opened.mode.startswith("I;16"),
        "large": area > LARGE_PIXELS,
    }


def _orientation(opened: Image.Image) -> int:
    """EXIF orientation, 1 to 8; 1, upright, where it is not said or the metadata cannot be read."""
    with if_sound():
        found = opened.getexif().get(ExifTags.Base.Orientation, 1)
        return found if found in UPRIGHT else 1
    return 1


def _turned(image: Image.Image, orientation: int) -> Image.Image:
    """The image of an EXIF orientation, upright."""
    return image.transpose(UPRIGHT[orientation]) if orientation in UPRIGHT else image


def _stored(box: Box, orientation: int) -> Box:
    """Where a part of the upright picture lies in the stored one."""
    left, top, right, bottom = box
    if orientation >= 5:  # Its rows are the columns of the upright one.
        left, top, right, bottom = top, left, bottom, right
    if orientation in (2, 3, 7, 8):
        left, right = 1 - right, 1 - left
    if orientation in (3, 4, 6, 7):
        top, bottom = 1 - bottom, 1 - top
    return left, top, right, bottom


def _eight_bit(image: Image.Image) -> Image.Image:
    """The image as 8-bit grey or RGB, without transparency. Raises ValueError if the range of its pixels is unknown."""
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        values = np.asarray(image).astype(np.float64)
        top = 1 if image.mode == "F" else 65_535
        if not ((values >= 0) & (values <= top)).all():
            raise ValueError(f"pixel values outside 0..{top:,}; save it with 8 or 16 bits a channel")
        return Image.fromarray(np.rint(values * (255 / top)).astype(np.uint8))
    if image.has_transparency_data:
        image = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
    return _in_mode(image, "L" if image.mode in ("1", "L") else "RGB")


def _in_mode(image: Image.Image, mode: str) -> Image.Image:
    """The image in a mode; itself, and no copy, if that is its own."""
    return image if image.mode == mode else image.convert(mode)


def _channels_first(image: Image.Image) -> NDArray[np.uint8]:
    pixels = np.asarray(image, dtype=np.uint8)
    return pixels[None] if pixels.ndim == 2 else np.ascontiguousarray(pixels.transpose(2, 0, 1))
