"""Reads array files of numpy; apart from `reading`, because that is used where numpy is not loaded."""

from __future__ import annotations

import io
import math
import os
import zipfile
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from lada_explore.files.reading import OF_RUN_FILE, Unreadable, reading

MAX_SQUEEZED = 1032
"""Largest number of bytes that one byte of deflated data can become (zlib's own figure)."""

_HEADERS = {(1, 0): (2, npy.read_array_header_1_0), (2, 0): (4, npy.read_array_header_2_0)}
"""By version of the format, the bytes that give the length of a header, and what reads it."""


def read_arrays(place: Path, unreadable: Unreadable = OF_RUN_FILE) -> dict[str, NDArray[Any]]:
    """The arrays of an npz file by name; objects are never unpickled.

    Raises:
        LadaError: as `reading` raises it. So is an array refused that is said to be larger than the file can hold,
            before memory is taken for it.
    """
    with reading(place, unreadable), zipfile.ZipFile(place) as archive:
        most = MAX_SQUEEZED * place.stat().st_size
        return {member.filename.removesuffix(".npy"): _array(archive, member, most) for member in archive.infolist()}


def _array(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> NDArray[Any]:
    """One array of an archive.

    Args:
        archive: the open archive.
        member: the entry of the array.
        most: more bytes than this cannot come out of it.

    Raises:
        ValueError: it is said to have more or fewer bytes than there are, or holds objects.
    """
    if member.file_size > most:
        raise ValueError(f"{member.filename} is said to be larger than this file can hold")
    with archive.open(member) as content:
        shape, in_columns, dtype = _header(content)
        said, there = math.prod(shape) * dtype.itemsize, member.file_size - content.tell()
        if said != there:
            raise ValueError(f"{member.filename} is said to be an array of {said:,} bytes, and {there:,} are there")
        values = bytearray(content.read())
    return np.ndarray(shape, dtype, values, order="F" if in_columns else "C")


def require_length(file: IO[bytes]) -> None:
    """See that an open npy file is as long as its header says, before it is mapped into memory.

    Raises:
        ValueError: it is shorter, or its header is none.
    """
    shape, _, dtype = _header(file)
    said, there = math.prod(shape) * dtype.itemsize, file.seek(0, os.SEEK_END)
    if said > there:
        raise ValueError(f"it is said to be an array of {said:,} bytes, and the file has {there:,}")


def _header(content: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Shape, whether the first axis is contiguous, and dtype of an npy file. Raises ValueError."""
    version = npy.read_magic(content)
    if version not in _HEADERS:
        raise ValueError(f"its format {version} is not known here")
    length = content.read(_HEADERS[version][0])
    shape, in_columns, dtype = _read_header(version, length + content.read(int.from_bytes(length, "little")))
    if min(shape, default=0) < 0:
        raise ValueError(f"no array has the shape {shape}")
    if dtype.hasobject:
        raise ValueError("it holds no plain arrays")
    return shape, in_columns, dtype


@lru_cache(maxsize=256)
def _read_header(version: tuple[int, int], header: bytes) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """What a header says. It is kept: the cycles of a run have the same few, and each is an expression to be parsed."""
    return _HEADERS[version][1](io.BytesIO(header))
