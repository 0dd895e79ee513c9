"""Files that only grow: what is appended is on disk, or the file is as long as it was."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from lada_explore.files.places import sync


def append(place: Path, length: int, content: bytes) -> None:
    """Write at the end of a file and flush it to disk; bytes that stand after its `length` are overwritten.

    A kill in between leaves some of the bytes; whoever reads the file must know how many of them count.

    Args:
        place: path of the file, which is made if it is missing.
        length: its length in bytes, as far as it counts.
        content: what is appended.

    Raises:
        OSError: the operating system refuses; the file has the given length then, if it can be cut.
    """
    is_new = not place.exists()
    with open(place, "wb" if is_new else "r+b", buffering=0) as file:
        try:
            file.truncate(length)
            file.seek(length)
            left = memoryview(content)
            while left:
                left = left[file.write(left) :]
            os.fsync(file.fileno())
        except BaseException:
            with suppress(OSError):
                file.truncate(length)
            raise
    if is_new:
        sync(place.parent)
