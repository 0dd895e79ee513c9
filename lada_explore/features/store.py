"""Rows of features on disk: a file of rows and an index, both of which only grow.

    features/KEY/
        rows.bin        rows of F numbers, one after the other
        index.bin       64 bytes for each row: digest of the picture, number of the row, checksum of digest and row
        about.json      what the rows are of, for people
        store.lock      held by the one process that appends

KEY is the digest of all that features depend on but the picture (`Backbone.key`). Rows are on disk before their entries
in the index are, so a process that is killed at any time leaves rows without entries, or a part of an entry; both are
overwritten. Whoever reads needs no lock, because what the index has named never moves. A row that does not fit its
checksum is damaged; it is computed anew and appended, and the later of two entries counts.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from lada_explore.errors import StoreError
from lada_explore.files import Refusal, Unreadable, if_sound, make_folder, reading, write_file, writing
from lada_explore.files.growing import append

ROWS_FILE, INDEX_FILE, ABOUT_FILE, LOCK_FILE = "rows.bin", "index.bin", "about.json", "store.lock"

ENTRY = np.dtype([("digest", "V32"), ("number", "<u8"), ("checksum", "V16"), ("mark", "V8")])
"""An entry of the index. 64 bytes divide a sector of a disk, so that no entry lies in two of them."""

MARK = b"features"

BUFFER = 2**20
"""Bytes that are read ahead when rows are checked."""

OF_FEATURES = Refusal(remedy="free some space, or choose another folder for caches by $LADA_CACHE")
_UNREADABLE = Unreadable(remedy="remove its folder, and the features are computed anew")


class FeatureStore:
    """The rows of one key.

    Args:
        folder: of the store; it may not exist.
        n_features: F.
        dtype: of the numbers, float16 or float32.
        about: what the rows are of, for people.

    Raises:
        StoreError: there is an index that may not be read.
    """

    def __init__(self, folder: Path, n_features: int, dtype: np.dtype[Any], about: Mapping[str, object]) -> None:
        self.folder, self._n_features, self._dtype, self._about = folder, n_features, dtype, about
        self._rows: dict[bytes, int] = {}
        self._n_rows = 0
        self._checksums: list[bytes] = []
        self._sound: set[int] = set()
        self._damaged: set[int] = set()
        self.refresh()

    @property
    def row_bytes(self) -> int:
        """Size of a row in bytes."""
        return self._n_features * self._dtype.itemsize

    def __len__(self) -> int:
        return self._n_rows

    def __contains__(self, digest: object) -> bool:
        return digest in self._rows

    def row(self, digest: bytes) -> int:
        """Number of the row of a picture. Raises KeyError if there is none."""
        return self._rows[digest]

    def refresh(self) -> None:
        """Read the index, to which another process may have appended; torn or foreign entries do not count."""
        index, rows = self.folder / INDEX_FILE, self.folder / ROWS_FILE
        content, n = b"", 0
        if os.path.exists(index) and os.path.exists(rows):  # Not where the folder may not be entered, either.
            with reading(index, _UNREADABLE):
                content = index.read_bytes()
                n = min(len(content) // ENTRY.itemsize, rows.stat().st_size // self.row_bytes)
        entries = np.frombuffer(content, ENTRY, count=n)
        sound = (entries["number"] == np.arange(1, n + 1)) & (entries["mark"] == np.void(MARK))
        self._n_rows = int(np.flatnonzero(sound)[-1]) + 1 if sound.any() else 0
        self._checksums = [bytes(checksum) for checksum in entries["checksum"][: self._n_rows].tolist()]
        digests = entries["digest"][: self._n_rows].tolist()
        self._rows = {bytes(digests[row]): row for row in np.flatnonzero(sound).tolist() if row not in self._damaged}

    def values(self) -> NDArray[Any]:
        """(R, F) all rows, mapped from disk and not to be written to; empty in memory if there are none."""
        shape = (self._n_rows, self._n_features)
        if not self._n_rows:
            return np.empty(shape, self._dtype)
        with reading(self.folder / ROWS_FILE, _UNREADABLE):
            return np.memmap(self.folder / ROWS_FILE, self._dtype, mode="r", shape=shape)

    def drop_damaged(self, digests: Iterable[bytes]) -> int:
        """Forget the rows of these pictures that do not fit their checksums; returns how many there were.

        A row is read once, in the order of the file and not through its map, so that no memory is taken.
        """
        rows = {row: digest for digest in digests if (row := self._rows.get(digest, -1)) not in self._sound}
        rows.pop(-1, None)
        if not rows:
            return 0
        damaged = set()
        with reading(self.folder / ROWS_FILE, _UNREADABLE), open(self.folder / ROWS_FILE, "rb", BUFFER) as file:
            for row in sorted(rows):
                file.seek(row * self.row_bytes)
                if _checksum(rows[row], file.read(self.row_bytes)) != self._checksums[row]:
                    damaged.add(row)
        self._sound |= rows.keys() - damaged
        self._damaged |= damaged
        for row in damaged:
            del self._rows[rows[row]]
        return len(damaged)

    @contextmanager
    def writing(self, waits: Callable[[], None]) -> Iterator[None]:
        """Be the one that appends inside the block; makes the folder, and reads the index anew.

        Args:
            waits: called once if another process appends, which is waited for.

        Raises:
            StoreError: the folder cannot be written.
        """
        with writing(self.folder, OF_FEATURES):
            if not self.folder.is_dir():
                make_folder(self.folder)
                self.folder.chmod(0o700)  # Of a person's own pictures.
            lock = FileLock(self.folder / LOCK_FILE)
            try:
                lock.acquire(timeout=0)
            except Timeout:
                waits()
                lock.acquire()
            except NotImplementedError as error:
                raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK)) from error
        try:
            self.refresh()
            yield
        finally:
            lock.release()

    def append(self, digests: Sequence[bytes], rows: NDArray[Any]) -> None:
        """Append rows (K, F) of pictures that have none, inside `writing`; they are on disk afterwards.

        Raises:
            StoreError: the disk is full or read-only; the store is as it was.
        """
        given = np.ascontiguousarray(rows, self._dtype)
        entries = np.empty(len(digests), ENTRY)
        checksums = [_checksum(digest, row.tobytes()) for digest, row in zip(digests, given, strict=True)]
        entries["digest"] = np.frombuffer(b"".join(digests), "V32")
        entries["number"] = np.arange(self._n_rows + 1, self._n_rows + len(digests) + 1)
        entries["checksum"] = np.frombuffer(b"".join(checksums), "V16")
        entries["mark"] = np.void(MARK)
        with writing(self.folder, OF_FEATURES):
            if not (self.folder / ABOUT_FILE).exists():
                content = json.dumps({**self._about, "features": self._n_features}, indent=1).encode()
                write_file(self.folder / ABOUT_FILE, content, overwrite=True, refusal=OF_FEATURES)
            append(self.folder / ROWS_FILE, self._n_rows * self.row_bytes, given.tobytes())
            append(self.folder / INDEX_FILE, self._n_rows * ENTRY.itemsize, entries.tobytes())
        self._rows |= {digest: self._n_rows + number for number, digest in enumerate(digests)}
        self._checksums += checksums
        self._n_rows += len(digests)

    def size(self) -> int:
        """Bytes on disk."""
        found = 0
        for name in (ROWS_FILE, INDEX_FILE):
            with if_sound():
                found += (self.folder / name).stat().st_size
        return found


def _checksum(digest: bytes, row: bytes) -> bytes:
    return hashlib.blake2b(digest + row, digest_size=16).digest()


class MemoryRows:
    """Rows of pictures where no store can be written.

    Args:
        n_features: F.
        dtype: of the numbers.
        most: largest size of all rows in bytes.
        why: why they are not on disk, for the message.
    """

    def __init__(self, n_features: int, dtype: np.dtype[Any], most: int, why: StoreError) -> None:
        self._n_features, self._dtype, self._most, self._why = n_features, dtype, most, why
        self._rows: dict[bytes, NDArray[Any]] = {}

    def __contains__(self, digest: object) -> bool:
        return digest in self._rows

    def append(self, digests: Sequence[bytes], rows: NDArray[Any]) -> None:
        """Keep rows (K, F) of pictures.

        Raises:
            StoreError: they do not fit.
        """
        self._rows |= dict(zip(digests, rows.astype(self._dtype), strict=True))
        if len(self._rows) * self._n_features * self._dtype.itemsize > self._most:
            raise StoreError(
                f"{self._why}; in memory there is room for {self._most / 2**30:.1f} GiB of features, and there are more"
            ) from self._why

    def row(self, digest: bytes) -> NDArray[Any]:
        """(F,) the row of a picture. Raises KeyError if there is none."""
        return self._rows[digest]
