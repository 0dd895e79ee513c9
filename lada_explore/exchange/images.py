"""The images of a run as an export needs them: name, file, size and pixels by id."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from PIL import Image

from lada_explore.config.paths import place_of
from lada_explore.files import if_sound
from lada_explore.records import ByteArray

LONGEST = 2**24
"""Pixels on the longer side of an exported picture: all that there are."""


class Reader(Protocol):
    """Reads files as a run did; see `datasets.picture_reader.PictureReader`."""

    def size(self, file: Path) -> tuple[int, int]:
        """(width, height) of a picture as it is stored."""

    def whole(self, file: Path, longest: int) -> ByteArray:
        """(3, H, W) of a picture, upright, with at most so many pixels on its longer side."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RunImages:
    """Names, files and pixels by id.

    Attributes:
        pixels: (N, D, H, W) uint8, or anything whose rows numpy can read as (D, H, W) uint8.
        names: (N,) file path of each id relative to `root`; empty where the set has no files.
        root: folder of the files; None where the set has none.
        files: (N,) path of each file, whose name may hold bytes that are lost in `names`; empty: by root and name.
        reader: reads a file that Pillow alone does not, or one of its pages; None without.
        sizes: (N,) width and height of each file, where they are known without reading it; empty otherwise.
        absent_ids: ids whose files are gone, or hold another picture than the one that was labelled.
    """

    pixels: Any
    names: tuple[str, ...] = ()
    root: Path | None = None
    files: tuple[Path, ...] = ()
    reader: Reader | None = None
    sizes: tuple[tuple[int, int], ...] = ()
    absent_ids: frozenset[int] = frozenset()

    def name(self, image_id: int) -> str:
        """File path relative to the folder; "" where there is none."""
        return self.names[image_id] if self.names else ""

    def file(self, image_id: int) -> Path | None:
        """Path of the image's file, or of a page of it; None if the set has no files or this one is gone."""
        if self.root is None or not self.names:
            return None
        path = self.files[image_id] if self.files else self.root / self.names[image_id]
        return path if place_of(path)[0].is_file() else None

    def size(self, image_id: int) -> tuple[int, int]:
        """(width, height) of the file as it is stored, or of the pixels if there is no readable file."""
        if self.sizes:
            return self.sizes[image_id]
        path = self.file(image_id)
        if path is not None:
            # The pixels were decoded earlier, so that there is a size for a damaged file too.
            with if_sound(), Image.open(path) as opened:
                return opened.size
            if self.reader is not None:
                with if_sound():
                    return self.reader.size(path)
        _, height, width = self.pixels[image_id].shape
        return width, height

    def whole(self, file: Path) -> Image.Image:
        """A file, or a page of one, as a picture of its full size, upright, in RGB. Raises any error of a library."""
        if self.reader is None:
            raise ValueError("there is no reader of these files")
        return Image.fromarray(np.ascontiguousarray(self.reader.whole(file, LONGEST).transpose(1, 2, 0)))

    def picture(self, image_id: int) -> Image.Image:
        """The pixels (D, H, W) as a picture: three channels in colour, otherwise the first one in grey."""
        array: ByteArray = np.asarray(self.pixels[image_id], dtype=np.uint8)
        return Image.fromarray(np.ascontiguousarray(array.transpose(1, 2, 0)) if len(array) == 3 else array[0])
