"""The pictures of image sets, as the pass reads them: from files where there are any, else from pixels in memory."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lada_explore.config.paths import place_of
from lada_explore.datasets import ImageSet
from lada_explore.datasets.whole_pictures import UNREADABLE
from lada_explore.features.content import (
    DigestMemo,
    Read,
    about_file,
    digest_of_file,
    digest_of_page,
    digest_of_pixels,
    path_in_memo,
)
from lada_explore.features.transform import Transform
from lada_explore.files import converting, reading


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A picture that was read.

    Attributes:
        digest: of its content.
        pixels: (D, H, W) 8-bit pixels for the backbone; None if there are features of such content already.
        read: what to remember of its file; None for one in memory.
    """

    digest: bytes
    pixels: NDArray[np.uint8] | None
    read: Read | None


class Pictures:
    """The pictures of a few sets, numbered through.

    Args:
        sets: the sets.
        transform: what the backbone is shown of them.
    """

    def __init__(self, sets: Sequence[ImageSet], transform: Transform) -> None:
        self._sets, self._transform = sets, transform
        self._starts = np.cumsum([0, *(len(images) for images in sets)])

    def __len__(self) -> int:
        return int(self._starts[-1])

    def numbers(self, which: int) -> range:
        """The numbers of the pictures of a set, by its position."""
        return range(int(self._starts[which]), int(self._starts[which + 1]))

    def name(self, number: int) -> str:
        """A picture for people."""
        images, image_id = self._place(number)
        return f"image {image_id} of {images.name}" if images.files is None else str(images.files[image_id])

    def known_digests(self, memo: DigestMemo) -> list[bytes | None]:
        """The digest of every picture; None for files that have to be read."""
        found: list[bytes | None] = []
        for images in self._sets:
            if images.files is not None:
                found += memo.look_up(images.files)
            else:
                for block in images.blocks():
                    found += [digest_of_pixels(pixels) for pixels in block.numpy()]
        return found

    def read(self, number: int, is_known: Callable[[bytes], bool]) -> Picture:
        """Read a picture and prepare it for the backbone, unless there are features of its content already.

        Raises:
            DataError: its file is gone, or cannot be read.
        """
        images, image_id = self._place(number)
        if images.files is None:
            pixels = images.take([image_id])[0].numpy()
            digest = digest_of_pixels(pixels)
            return Picture(digest, None if is_known(digest) else self._transform.of_pixels(pixels), None)
        file = images.files[image_id]
        content, read = _content(file)
        if is_known(read.digest):
            return Picture(read.digest, None, read)
        with converting(lambda error: UNREADABLE.of(file, error)):
            return Picture(read.digest, self._transform.of_file(file, content), read)

    def _place(self, number: int) -> tuple[ImageSet, int]:
        which = int(np.searchsorted(self._starts, number, side="right")) - 1
        return self._sets[which], number - int(self._starts[which])


def _content(path: Path) -> tuple[bytes, Read]:
    """The content of a file, or of that of which it is a page, with what to remember of it. Raises DataError."""
    place, page = place_of(path)
    with reading(path, UNREADABLE):
        since = time.time_ns()
        with open(place, "rb") as file:
            before = about_file(os.fstat(file.fileno()))
            content = file.read()
            changed = about_file(os.fstat(file.fileno())) != before
    digest = digest_of_file(content) if place == path else digest_of_page(content, page)
    return content, Read(path_in_memo(path), before, 0 if changed else since, digest)
