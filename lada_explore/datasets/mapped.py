"""Array files as private memory mappings, of which only what is used is read."""

from __future__ import annotations

import mmap
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lada_explore.files import Unreadable, reading
from lada_explore.files.arrays import require_length

MAP_NORESERVE: int = getattr(mmap, "MAP_NORESERVE", 0x4000 if sys.platform == "linux" else 0)
"""Flag that allows a private mapping that is only read to be larger than memory; Python 3.13 and later define it."""


def mapped_array(place: Path, unreadable: Unreadable) -> tuple[NDArray[Any], mmap.mmap]:
    """The memory-mapped array of a file, and its mapping, which stays when the file is removed.

    Args:
        place: path of the file, as `numpy.save` writes it.
        unreadable: the error if it cannot be read.

    Raises:
        LadaError: of the class `unreadable.error`.
    """
    flags, protection = mmap.MAP_PRIVATE | MAP_NORESERVE, mmap.PROT_READ | mmap.PROT_WRITE
    with reading(place, unreadable), place.open("rb") as file:
        require_length(file)
        found = np.lib.format.open_memmap(place, mode="r")
        # Mapped again, privately: torch has no read-only tensors; a write must neither change the file nor crash.
        mapping = mmap.mmap(file.fileno(), 0, flags=flags, prot=protection)
    return np.ndarray(found.shape, found.dtype, mapping, found.offset, found.strides), mapping
