"""IDX, the file format of the MNIST family: a header of big-endian sizes, followed by the data.

Header: two zero bytes, a type code, the number of axes, and the length of each axis as a 32-bit big-endian integer
(http://yann.lecun.com/exdb/mnist, "the IDX file format"). Only unsigned bytes are supported, because the data sets hold
nothing else.
"""

from __future__ import annotations

import gzip
import io
import math
import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lada_explore.errors import DataError
from lada_explore.files import Refusal, Unreadable, read_bytes, reading, write_file

_UINT8 = 0x08
_GZIP_MAGIC = b"\x1f\x8b"
_IDX = Unreadable(
    error=DataError,
    remedy="delete it and fetch it again",
    missing="does not exist; copy the file there",
)
_OF_SET = Refusal(error=DataError, remedy="choose another folder")


def read_idx(path: Path) -> NDArray[np.uint8]:
    """Read an IDX file of unsigned bytes. Its first bytes, not its name, decide whether it is gzipped.

    Args:
        path: the file.

    Returns:
        The array, with as many axes as the file declares.

    Raises:
        DataError: the file is missing, truncated, too long, of another type, or not an IDX file.
    """
    raw = read_bytes(path, _IDX)
    with reading(path, _IDX):
        data = gzip.decompress(raw) if raw.startswith(_GZIP_MAGIC) else raw
    if len(data) < 4 or data[:2] != b"\0\0" or data[3] == 0:
        raise DataError(
            f"{path} starts with {data[:4].hex() or 'nothing'}; an IDX file of bytes starts with 000008 and its number "
            "of axes, so fetch the file again"
        )
    if data[2] != _UINT8:
        raise DataError(f"{path} has IDX type 0x{data[2]:02x}; only unsigned bytes, 0x08, are read, so convert it")
    start = 4 + 4 * data[3]
    if len(data) < start:
        raise DataError(f"{path} ends within its header of {start} bytes; delete it and fetch it again")
    shape = struct.unpack(f">{data[3]}I", data[4:start])
    if len(data) - start != math.prod(shape):
        raise DataError(
            f"{path} declares {' x '.join(map(str, shape))} = {math.prod(shape)} bytes but holds "
            f"{len(data) - start}; delete it and fetch it again"
        )
    return np.frombuffer(data, dtype=np.uint8, offset=start).reshape(shape)


def write_idx(path: Path, array: NDArray[np.uint8]) -> None:
    """Write an array of unsigned bytes as IDX, gzipped if the name ends in .gz.

    The gzip header holds neither a time nor a name, so that equal arrays give equal files.

    Raises:
        DataError: the array is not uint8 or has no axis, or the file cannot be written.
    """
    if array.dtype != np.uint8 or array.ndim == 0:
        raise DataError(
            f"an array of {array.dtype} with {array.ndim} axes cannot be written to {path.name}; IDX files here hold "
            "uint8 with 1 axis or more"
        )
    data = bytes([0, 0, _UINT8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()
    if path.suffix == ".gz":
        content = io.BytesIO()
        with gzip.GzipFile("", "wb", compresslevel=9, fileobj=content, mtime=0) as packed:
            packed.write(data)
        data = content.getvalue()
    write_file(path, data, overwrite=True, refusal=_OF_SET)
