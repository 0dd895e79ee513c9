"""Reads array files of numpy; apart from `reading`, because that is used where numpy is not loaded."""

from __future__ import annotations

import math
import os
import zipfile
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from lada_explore.files.reading import OF_RUN_FILE, Unreadable, reading

MAX_SQUEEZED = 1032
"""Largest number of bytes that one byte of deflated data can become (zlib's own figure)."""

_HEADERS = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}


def read_arrays(place: Path, unreadable: Unreadable = OF_RUN_FILE) -> dict[str, NDArray[Any]]:
    """The arrays of an npz file by name; objects are never unpickled.

    Raises:
        LadaError: as `reading` raises it. So is an array refused that is said to be larger than the file can hold,
            before memory is taken for it.
    """
    # Opened here, because numpy leaves a damaged file open.
    with reading(place, unreadable), place.open("rb") as file, np.load(file, allow_pickle=False) as found:
        _require_room(found.zip, place.stat().st_size)
        return {name: found[name] for name in found.files}


def require_length(file: IO[bytes]) -> None:
    """See that an open npy file is as long as its header says, before it is mapped into memory.

    Raises:
        ValueError: it is shorter, or its header is none.
    """
    said, there = _said_bytes(file), file.seek(0, os.SEEK_END)
    if said is not None and said > there:
        raise ValueError(f"it is said to be an array of {said:,} bytes, and the file has {there:,}")


def _require_room(archive: zipfile.ZipFile, size: int) -> None:
    """Raises ValueError if an array is said to have more or less bytes than the file has for it."""
    for member in archive.infolist():
        if member.file_size > MAX_SQUEEZED * size:
            raise ValueError(f"{member.filename} is said to be larger than this file can hold")
        with archive.open(member) as content:
            said = _said_bytes(content)
            if said is not None and said != member.file_size - content.tell():
                raise ValueError(
                    f"{member.filename} is said to be an array of {said:,} bytes, and "
                    f"{member.file_size - content.tell():,} are there"
                )


def _said_bytes(content: IO[bytes]) -> int | None:
    """Bytes of the array that a header announces; None where that is not decided by its shape."""
    header = _HEADERS.get(npy.read_magic(content))
    if header is None:
        return None
    shape, _, dtype = header(content)
    if min(shape, default=0) < 0:
        raise ValueError(f"no array has the shape {shape}")
    return None if dtype.hasobject else math.prod(shape) * dtype.itemsize
