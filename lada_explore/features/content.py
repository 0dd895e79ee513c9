"""What tells one picture from another: the SHA-256 of its content, and a memo of those of files that were read."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lada_explore.config.paths import place_of
from lada_explore.files import if_sound, write_file

RACY_NS = 2 * 10**9
"""Coarsest time stamps of a file system, FAT's, in nanoseconds. A file that changed so shortly before it was read may
change once more within the same time stamp, so it is not remembered."""

WAIT_S = 5.0
"""Longest time to wait for another process that writes the memo, in seconds."""

_TABLE = (
    "CREATE TABLE IF NOT EXISTS digests (path BLOB PRIMARY KEY, size INTEGER, modified INTEGER, changed INTEGER, "
    "inode TEXT, digest BLOB) WITHOUT ROWID"
)


def digest_of_file(content: bytes) -> bytes:
    """SHA-256 of the content of a file."""
    return hashlib.sha256(content).digest()


def digest_of_page(content: bytes, page: int) -> bytes:
    """SHA-256 of the content of a file and the number of one of its pages."""
    return hashlib.sha256(f"page {page} of ".encode() + digest_of_file(content)).digest()


def digest_of_pixels(pixels: NDArray[np.uint8]) -> bytes:
    """SHA-256 of the shape and the pixels of an image (D, H, W) in memory."""
    return hashlib.sha256(f"pixels {pixels.shape} ".encode() + np.ascontiguousarray(pixels).tobytes()).digest()


@dataclass(frozen=True, slots=True)
class Read:
    """A file as it was read, and what tells whether it has changed since.

    Attributes:
        path: of the file.
        about: size in bytes, times of modification and of change in nanoseconds, and inode.
        since: when reading began, in nanoseconds since 1970.
        digest: SHA-256 of its content.
    """

    path: bytes
    about: tuple[int, int, int, str]
    since: int
    digest: bytes

    @property
    def is_settled(self) -> bool:
        """Whether a later change would show in its times."""
        return max(self.about[1:3]) < self.since - RACY_NS


def about_file(status: os.stat_result) -> tuple[int, int, int, str]:
    """Size, times and inode of a file; the inode as text, because it may have 64 bits without a sign."""
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, str(status.st_ino)


def path_in_memo(path: Path) -> bytes:
    """The name of a file in the memo."""
    return os.fsencode(os.path.abspath(path))


class DigestMemo:
    """Digests of files by path, size, times and inode, in an SQLite file; what it does not know has to be read.

    A memo that cannot be read or written is done without.

    Args:
        place: path of the memo; it may not exist.
    """

    def __init__(self, place: Path) -> None:
        self._place = place

    def look_up(self, files: Sequence[Path]) -> list[bytes | None]:
        """The digest of each file, or None for one that is unknown or has changed."""
        found: list[bytes | None] = [None] * len(files)
        if os.path.exists(self._place):
            with if_sound(), closing(self._open()) as memo:
                for number, file in enumerate(files):
                    found[number] = _look_up(memo, file)
        return found

    def keep(self, read: Iterable[Read]) -> None:
        """Remember files that were read, but for those that changed too shortly before."""
        rows = [(file.path, *file.about, file.digest) for file in read if file.is_settled]
        if rows and not self._insert(rows) and not self._is_sound():
            with if_sound():
                write_file(self._place, b"", overwrite=True)  # An empty file is an empty database.
            self._insert(rows)

    def _is_sound(self) -> bool:
        """Whether the memo can be read, be it empty, without waiting for who has it locked."""
        with if_sound(), closing(sqlite3.connect(f"{self._place.absolute().as_uri()}?immutable=1", uri=True)) as memo:
            return bool(memo.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
        return False

    def _insert(self, rows: list[tuple[bytes, int, int, int, str, bytes]]) -> bool:
        with if_sound(), closing(self._open()) as memo, memo:
            memo.execute(_TABLE)
            memo.executemany("INSERT OR REPLACE INTO digests VALUES (?, ?, ?, ?, ?, ?)", rows)
            return True
        return False

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self._place, timeout=WAIT_S)


def _look_up(memo: sqlite3.Connection, file: Path) -> bytes | None:
    row = memo.execute(
        "SELECT size, modified, changed, inode, digest FROM digests WHERE path = ?", (path_in_memo(file),)
    ).fetchone()
    with suppress(OSError):  # The file has gone.
        if row is not None and about_file(os.stat(place_of(file)[0])) == tuple(row[:4]):
            return bytes(row[4])
    return None
