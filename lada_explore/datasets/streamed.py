"""Images that come one after the other, from anywhere: written to a file of the cache, and mapped into memory."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from mmap import mmap
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lada_explore.datasets.decoded import PixelFile, cache_root
from lada_explore.datasets.mapped import mapped_array
from lada_explore.errors import DataError, StoreError
from lada_explore.files import Unreadable, reason_of, remove_unfinished, write_folder

_FILE = "pixels.npy"
_MAPPED = Unreadable(error=DataError, damaged="is damaged", remedy="open the images again")

Streamed = tuple[NDArray[np.uint8], tuple[mmap, ...], tuple[str, ...]]
"""(N, D, H, W) pixels, their mappings, and notes."""


def streamed(images: Iterator[NDArray[np.uint8]], n: int, shape: tuple[int, int, int]) -> Streamed:
    """The pixels of a stream of images, of which never more than a few are in memory.

    They are mapped from a file that is removed at once, and so takes its room on the disk as long as the pixels are
    used. Where the cache cannot be written they are in memory, with a note.

    Args:
        images: N images (D, H, W) uint8.
        n: N.
        shape: (D, H, W).

    Raises:
        DataError: neither the cache nor the memory has room.
        BaseException: what the stream raises.
    """
    place = cache_root() / uuid.uuid4().hex
    mappings: tuple[mmap, ...] = ()

    def fill(folder: Path) -> NDArray[np.uint8]:
        nonlocal mappings
        folder.chmod(0o700)  # A person's own images.
        with (folder / _FILE).open("w+b", buffering=0) as file:
            pixels = _filled(PixelFile(n, shape, file), images)
        notes.append(pixels.note)
        if pixels.memory is not None:
            return pixels.memory
        array, mapping = mapped_array(folder / _FILE, _MAPPED, at_random=True)
        mappings = (mapping,)
        return array

    notes: list[str] = []
    try:
        remove_unfinished(place.parent)
        array = write_folder(place, fill, overwrite=True, keep=lambda _: False)
    except StoreError as error:
        pixels = PixelFile(n, shape, None)
        pixels.use_memory(reason_of(error.__cause__ or error))
        kept = _filled(pixels, images).memory
        notes.append(pixels.note)
        assert kept is not None
        array = kept
    return array, mappings, tuple(filter(None, notes))


def _filled(pixels: PixelFile, images: Iterator[NDArray[np.uint8]]) -> PixelFile:
    for image in images:
        pixels.add(image)
    pixels.finish()
    return pixels
