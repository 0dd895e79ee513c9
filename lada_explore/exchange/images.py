"""The images behind the ids of a run, as far as an export needs them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from lada_explore.records import ByteArray

FOLDER = "folder:"
"""What the name of a person's own folder of images begins with."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RunImages:
    """Names, files and pixels by id.

    Attributes:
        pixels: (N, D, H, W) uint8, or anything that numpy reads a row of as such.
        names: (N,) file path of each id relative to `root`; empty where the set has no files.
        root: folder of the files; None where the set has none.
    """

    pixels: Any
    names: tuple[str, ...] = ()
    root: Path | None = None

    def name(self, image_id: int) -> str:
        """File path relative to the folder; "" where there is none."""
        return self.names[image_id] if self.names else ""

    def file(self, image_id: int) -> Path | None:
        """The file itself; None where there is none, or none of that name any more."""
        if self.root is None or not self.names:
            return None
        path = self.root / self.names[image_id]
        return path if path.is_file() else None

    def size(self, image_id: int) -> tuple[int, int]:
        """(width, height) of the file as it is stored, or of the pixels where there is no file that can be read."""
        path = self.file(image_id)
        if path is not None:
            try:
                with Image.open(path) as opened:
                    return opened.size
            except Exception:
                # Pillow's plugins raise anything on an odd file; the pixels were decoded before.
                path = None
        _, height, width = self.pixels[image_id].shape
        return width, height

    def picture(self, image_id: int) -> Image.Image:
        """The pixels (D, H, W) as a picture: three channels in colour, otherwise the first one in grey."""
        array: ByteArray = np.asarray(self.pixels[image_id], dtype=np.uint8)
        return Image.fromarray(np.ascontiguousarray(array.transpose(1, 2, 0)) if len(array) == 3 else array[0])
