"""How the files of a set are read: to pixels of a declared shape for networks, and as pictures for people."""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from lada_explore.config import DataConfig, Fit, Page
from lada_explore.config.reading import AUTO, FULL, channel_number
from lada_explore.datasets import picture_file
from lada_explore.datasets.picture_file import LARGE_PIXELS, PictureFile, Reading, opened_picture
from lada_explore.datasets.samples import in_mode
from lada_explore.files import reason_of

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

    Pictures are turned upright (EXIF) and composited on white if they are transparent. Grey is Rec. 601 luma. Colour
    profiles are not applied.

    Attributes:
        fit: how a picture of other proportions comes to a declared shape.
        reading: what of a file is read, and how its samples become 8 bits.
    """

    fit: Fit = Fit.CROP
    reading: Reading = field(default_factory=Reading)

    @classmethod
    def of(cls, config: DataConfig) -> PictureReader:
        """The reader that settings say, but for a scale that depends on the set, see `datasets.intensity`."""
        scale = (config.range[0], config.range[1]) if config.range else None
        channel = channel_number(config.channel)
        by_axes = config.scale is not None or config.page is not Page.FIRST or channel is not None
        reading = Reading(
            by_axes=by_axes,
            scale=scale,
            of_8_bits=config.scale not in (None, AUTO, FULL),
            page=config.page,
            channel=channel,
        )
        return cls(fit=config.fit, reading=reading)

    def about(self) -> Mapping[str, object]:
        """What tells its pixels from those of a reader with the defaults."""
        said: dict[str, object] = {} if self.fit is Fit.CROP else {"fit": self.fit.value}
        if self.reading != Reading():
            of = self.reading
            said |= {**asdict(of), "page": of.page.value}
        return said

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
    ) -> tuple[NDArray[np.uint8], tuple[str, ...], tuple[int, int]]:
        """As `read`, with the kinds of remarks on the file, see `datasets.decode.REMARKS`, and its width and height.

        Raises what `read` does.
        """
        channels, height, width = shape
        with opened_picture(file, self.reading, content) as picture, _in_turn(picture):
            # A JPEG can be decoded at a fraction of its size; twice the target size leaves enough pixels to average.
            side, stored = 2 * max(height, width), picture.size
            picture.draft((side, side))
            picture.load()
            upright = _turned(picture.part(), picture.orientation)
            # Grey becomes colour after it was shrunk, which gives the same pixels of a third of the memory.
            image = self._fitted(in_mode(upright, "L") if channels == 1 else upright, (width, height))
            image = in_mode(image, "L" if channels == 1 else "RGB")
            return _channels_first(image), (*picture.remarks, *("turned",) * (picture.orientation != 1)), stored

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
        with opened_picture(file, self.reading) as picture, _in_turn(picture):
            # What is shown of a side of the file, whatever way it is turned, has at least `longest` pixels left.
            shrink = min(1.0, 2 * longest / (max(picture.size) * min(right - left, bottom - top)))
            picture.draft((math.ceil(picture.size[0] * shrink), math.ceil(picture.size[1] * shrink)))
            picture.load()
            (width, height), stored = picture.size, _stored(box, picture.orientation)
            part = (
                math.floor(stored[0] * width),
                math.floor(stored[1] * height),
                math.ceil(stored[2] * width),
                math.ceil(stored[3] * height),
            )
            image = picture.part(None if part == (0, 0, width, height) else part)
            times = min(1.0, longest / max(image.size))
            size = (max(1, round(times * image.width)), max(1, round(times * image.height)))
            if size != image.size:
                image = image.resize(size, Image.Resampling.BILINEAR)
            image = in_mode(_turned(image, picture.orientation), "RGB")
        return _channels_first(image)

    def size(self, file: Path) -> tuple[int, int]:
        """(width, height) of a picture as it is stored. Raises ValueError, or any error as for `read`."""
        with opened_picture(file, self.reading) as picture:
            return picture.size

    def samples(self, file: Path, *, only_deep: bool = False) -> NDArray[Any] | None:
        """(H, W, C) samples of a picture in the units of its file, those of 8 bits in grey or RGB.

        Args:
            file: the file.
            only_deep: whether one of 8 bits is left alone; then None is returned.

        Raises:
            ValueError, Exception: as for `read`; or a sample is not finite.
        """
        with opened_picture(file, self.reading) as picture, _in_turn(picture):
            if only_deep and not picture.is_deep:
                return None
            picture.load()
            return picture.samples()

    def _fitted(self, image: Image.Image, size: tuple[int, int]) -> Image.Image:
        match self.fit:
            case Fit.CROP:
                return ImageOps.fit(image, size, method=Image.Resampling.BILINEAR)
            case Fit.PAD:
                return ImageOps.pad(image, size, method=Image.Resampling.BILINEAR)
        return image.resize(size, Image.Resampling.BILINEAR)


def _in_turn(picture: PictureFile) -> AbstractContextManager[object]:
    """The turn of a large picture; others need not wait for one."""
    return _ONE_LARGE if picture.size[0] * picture.size[1] > LARGE_PIXELS else nullcontext()


PLAIN_READER = PictureReader()
"""The reader with the defaults."""


def reason_not_read(error: Exception) -> str:
    """Why a file cannot be read, for the note on it."""
    if isinstance(error, Image.DecompressionBombError):
        return f"more pixels than the limit of {picture_file.MAX_PIXELS:,}; save a smaller copy"
    # What a library stumbles over in a damaged file says nothing to a person by itself.
    stumbled = isinstance(error, TypeError | AttributeError | LookupError | ArithmeticError)
    return f"it is damaged ({reason_of(error)})" if stumbled else reason_of(error)


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


def _channels_first(image: Image.Image) -> NDArray[np.uint8]:
    pixels = np.asarray(image, dtype=np.uint8)
    return pixels[None] if pixels.ndim == 2 else np.ascontiguousarray(pixels.transpose(2, 0, 1))
