"""Array files as private memory mappings, of which only what is used is read."""

from __future__ import annotations

import mmap
import os
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lada_explore.background import system
from lada_explore.files import Unreadable, reading
from lada_explore.files.arrays import require_length

_BLOCK_BYTES = 2**22


def mapped_array(place: Path, unreadable: Unreadable, *, at_random: bool = False) -> tuple[NDArray[Any], mmap.mmap]:
    """The memory-mapped array of a file, and its mapping, which stays when the file is removed.

    Args:
        place: path of the file, as `numpy.save` writes it.
        unreadable: the error if it cannot be read.
        at_random: whether its rows are read in no order, so that reading ahead only costs time.

    Raises:
        LadaError: of the class `unreadable.error`.
    """
    with reading(place, unreadable), place.open("rb") as file:
        require_length(file)
        found = np.lib.format.open_memmap(place, mode="r")
        # Mapped again, privately: torch has no read-only tensors; a write must neither change the file nor crash.
        mapping = system.private_mapping(file.fileno())
        if at_random:
            system.read_at_random(mapping)
    return np.ndarray(found.shape, found.dtype, mapping, found.offset, found.strides), mapping


def checksum_of_end(place: Path, size: int) -> int:
    """CRC-32 of the last bytes of a file, read in order and not through a mapping, whose pages would stay in memory.

    Raises:
        OSError: the file is shorter, or cannot be read.
    """
    checksum, block = 0, memoryview(bytearray(_BLOCK_BYTES))
    with place.open("rb", buffering=0) as file:
        file.seek(-size, os.SEEK_END)
        while read := file.readinto(block):
            checksum = zlib.crc32(block[:read], checksum)
    return checksum
