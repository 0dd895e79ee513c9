"""Pictures and parts of them for a person who looks closely, read from the files of a set and encoded for a page."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from lada_explore.config import Fit
from lada_explore.config.paths import place_of
from lada_explore.datasets import ImageSet
from lada_explore.datasets.picture_reader import WHOLE, Box, PictureReader, reason_not_read
from lada_explore.errors import OracleError
from lada_explore.labelling.protocol import PictureDetail
from lada_explore.records import ByteArray

MAX_SIDE = 2048
"""Longest side in pixels of a part that is sent to a page (ours)."""

KEPT_PIXELS = 54_000_000
"""Pixels of decoded pictures that are kept, 162 MB of RGB (ours); a larger picture is decoded for each of its parts."""

EXACT_PIXELS = 1_000_000
"""A part at its own resolution of at most so many pixels is encoded without loss, so that a pixel has its colour."""

_EVERY_PIXEL = 1 << 30


def require_in_pool(ids: Iterable[int], images: ImageSet) -> None:
    """Raises OracleError for an id that no image has."""
    if wrong := [int(i) for i in ids if not 0 <= i < len(images)]:
        raise OracleError(f"id {wrong[0]} is not in the pool; ids run from 0 to {len(images) - 1}")


class Details:
    """Reads parts of the pictures of a set; the pictures looked at last stay decoded. May be used from any thread.

    Args:
        train: the set; of one without files, parts are of its pixels.
    """

    def __init__(self, train: ImageSet) -> None:
        self._train = train
        self._lock = threading.Lock()  # one decoding at a time, however many pages ask
        self._kept: dict[tuple[Path, int, int], Image.Image] = {}

    def of(self, image_id: int, box: Sequence[float], longest: int) -> PictureDetail:
        """A part of a picture; see `LabellingFeed.detail`."""
        train = self._train
        require_in_pool([image_id], train)
        if not 1 <= longest <= MAX_SIDE:
            raise OracleError(f"the longer side is {longest} pixels; give 1 to {MAX_SIDE:,}")
        part = _checked(box)
        if train.files is None or train.reader is None:
            picture = _picture(train.take([image_id]).numpy()[0])
            return _detail(picture, part, longest, WHOLE)
        file, reader = train.files[image_id], train.reader
        try:
            return self._of_file(file, reader, part, longest)
        # Pillow's plugins raise anything on a damaged file, and a file may be gone since the run began.
        except Exception as error:
            name = file.name if train.item_names is None else train.item_names[image_id]
            raise OracleError(
                f"{name} cannot be read now: {reason_not_read(error)}; shown is what the run keeps of it"
            ) from error

    def _of_file(self, file: Path, reader: PictureReader, box: Box, longest: int) -> PictureDetail:
        with self._lock:
            stat = place_of(file)[0].stat()
            key = (file, stat.st_mtime_ns, stat.st_size)
            picture = self._kept.get(key)
            size = reader.size(file) if picture is None else picture.size
            if picture is None and (box == WHOLE or math.prod(size) > KEPT_PIXELS):
                # A JPEG is decoded at a fraction of its size, and of a picture too large to be kept only this part.
                found = _picture(reader.whole(file, longest, box))
                upright = _upright(size, found.size, box)
                return _encoded(found, box, upright, _seen(reader, self._train.shape, upright), exact=False)
            if picture is None:
                picture = _picture(reader.whole(file, _EVERY_PIXEL))
                self._keep(key, picture)
        return _detail(picture, box, longest, _seen(reader, self._train.shape, picture.size))

    def _keep(self, key: tuple[Path, int, int], picture: Image.Image) -> None:
        self._kept[key] = picture
        while sum(math.prod(kept.size) for kept in self._kept.values()) > KEPT_PIXELS:
            del self._kept[next(iter(self._kept))]


def _checked(box: Sequence[float]) -> Box:
    """A box as four numbers. Raises OracleError."""
    numbers = [float(edge) for edge in box if isinstance(edge, (int, float)) and not isinstance(edge, bool)]
    if len(box) == len(numbers) == 4:
        left, top, right, bottom = numbers
        if 0 <= left < right <= 1 and 0 <= top < bottom <= 1:
            return left, top, right, bottom
    raise OracleError(f"the box is {list(box)}; give left < right and top < bottom, each in [0, 1]")


def _picture(pixels: ByteArray) -> Image.Image:
    """Pixels (D, H, W) as a picture, grey or in colour."""
    return Image.fromarray(np.ascontiguousarray(pixels[0] if len(pixels) == 1 else pixels.transpose(1, 2, 0)))


def _seen(reader: PictureReader, shape: tuple[int, int, int], size: tuple[int, int]) -> Box:
    """The part of a picture (W, H) of which the pixels for a classifier (D, H, W) are made."""
    if reader.fit is not Fit.CROP:
        return WHOLE
    wide = (shape[2] / shape[1]) / (size[0] / size[1])
    across, down = min(1.0, wide), min(1.0, 1 / wide)
    return (1 - across) / 2, (1 - down) / 2, (1 + across) / 2, (1 + down) / 2


def _detail(picture: Image.Image, box: Box, longest: int, seen: Box) -> PictureDetail:
    """A part of a decoded picture, from whole pixel to whole pixel."""
    width, height = picture.size
    left, top = math.floor(box[0] * width), math.floor(box[1] * height)
    right, bottom = math.ceil(box[2] * width), math.ceil(box[3] * height)
    part = right - left, bottom - top
    times = min(1.0, longest / max(part))
    size = max(1, round(times * part[0])), max(1, round(times * part[1]))
    edges = (left, top, right, bottom)
    found = (
        picture.crop(edges)
        if size == part
        else picture.resize(size, Image.Resampling.BILINEAR, box=edges, reducing_gap=2.0)
    )
    exact = size == part and math.prod(part) <= EXACT_PIXELS
    shown = (left / width, top / height, right / width, bottom / height)
    return _encoded(found, shown, picture.size, seen, exact=exact)


def _upright(stored: tuple[int, int], found: tuple[int, int], box: Box) -> tuple[int, int]:
    """(W, H) of an upright picture that is stored as one of (W, H) and of which a box gave a part of (W, H)."""
    turned = stored[1], stored[0]
    wide = found[0] / found[1] * (box[3] - box[1]) / (box[2] - box[0])
    return min(stored, turned, key=lambda size: abs(math.log(size[0] / size[1] / wide)))


def _encoded(picture: Image.Image, box: Box, size: tuple[int, int], seen: Box, *, exact: bool) -> PictureDetail:
    file = BytesIO()
    if exact:
        picture.save(file, "PNG", compress_level=1)
    else:
        picture.save(file, "JPEG", quality=90, subsampling=0)
    return PictureDetail(
        content=file.getvalue(), kind="image/png" if exact else "image/jpeg", box=box, size=size, seen=seen
    )
