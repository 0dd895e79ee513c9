"""Images that an earlier entry of the cache has of the same folder: of files that are still the same.

Beside its pixels an entry has `files-FOLDER.json`: the name and the fingerprint of each file, and the remarks on it.
FOLDER depends on the path of the folder and on how its files are read, so that a folder that has grown, or of which
files were removed or replaced, finds what was decoded before, and only the other files are decoded.
"""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from io import BufferedReader
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from lada_explore.datasets.decode import Read
from lada_explore.datasets.fingerprints import NO_FILE
from lada_explore.files import if_sound, read_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """The files of a folder, as they are now, and the folder's key.

    Attributes:
        folder: key of the folder and of how its files are read.
        items: (N,) posix paths of the files.
        prints: (N,) their fingerprints.
    """

    folder: str
    items: Sequence[str]
    prints: Sequence[str]

    @property
    def list_name(self) -> str:
        """Name in an entry of the file that lists them."""
        return f"files-{self.folder}.json"

    def listed(self, kept: Sequence[int], remarks: Sequence[Sequence[str]]) -> str:
        """What that file holds: of the K files at the positions `kept`, which could be read, with remarks (K,)."""
        about = {
            "items": [self.items[i] for i in kept],
            "prints": [self.prints[i] for i in kept],
            "remarks": {row: list(kinds) for row, kinds in enumerate(remarks) if kinds},
        }
        return json.dumps({"about": about, "checksum": checksum(about)})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Entry:
    """A sound entry: its pixels in a file that is open, and what is known of each image.

    Attributes:
        pixels: the file, whose last K images of `shape` they are.
        start: where the first one begins.
        shape: (D, H, W) of each.
        digests: (K,) SHA-256 of the pixels of each.
        sizes: (K,) width and height of the file of each.
    """

    pixels: BufferedReader
    start: int
    shape: tuple[int, int, int]
    digests: Sequence[bytes]
    sizes: Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KnownRows(Mapping[str, Read]):
    """What an entry has of the files that have not changed, by their paths; read from the disk one by one.

    Attributes:
        entry: the entry; None if there is none.
        rows: row in it, by path.
        remarks: kinds of the remarks, by row.
    """

    entry: Entry | None = None
    rows: Mapping[str, int] = field(default_factory=dict)
    remarks: Mapping[int, tuple[str, ...]] = field(default_factory=dict)

    def __getitem__(self, item: str) -> Read:
        row, entry = self.rows[item], self.entry
        assert entry is not None
        pixels = np.empty(entry.shape, dtype=np.uint8)
        entry.pixels.seek(entry.start + row * pixels.nbytes)
        if entry.pixels.readinto(pixels.data.cast("B")) != pixels.nbytes:
            raise OSError(f"{entry.pixels.name} has become shorter")
        return pixels, entry.digests[row], self.remarks.get(row, ()), entry.sizes[row]

    def __iter__(self) -> Iterator[str]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class _List:
    """The list of an entry, and the rows of the files that have not changed."""

    place: Path
    rows: Mapping[str, int]
    remarks: Mapping[int, tuple[str, ...]]


def _best_list(cache: Path, files: Files) -> _List | None:
    """The list in the cache with the most of these files as they are now; None if none has any."""
    now = dict(zip(files.items, files.prints, strict=True))
    found = [listed for place in cache.glob(f"[!.]*/{files.list_name}") if (listed := _list_of(place, now)) is not None]
    return max(found, key=lambda listed: len(listed.rows), default=None)


def _list_of(place: Path, now: Mapping[str, str]) -> _List | None:
    with if_sound():
        return _unchanged(place, read_json(place), now)
    return None


def _unchanged(place: Path, values: dict[str, Any], now: Mapping[str, str]) -> _List | None:
    """The list with these values; None if it is damaged, or has no file as it is now. Raises any error for others."""
    about: dict[str, Any] = values["about"]
    if checksum(about) != values["checksum"]:
        return None
    known = enumerate(zip(about["items"], about["prints"], strict=True))
    rows = {item: row for row, (item, found) in known if found != NO_FILE and now.get(item) == found}
    remarks = {int(row): tuple(kinds) for row, kinds in about["remarks"].items()}
    return _List(place=place, rows=rows, remarks=remarks) if rows else None


class Sound(Protocol):
    """What is known of an entry that has been found sound."""

    @property
    def digests(self) -> Sequence[bytes]:
        """(K,) SHA-256 of the pixels of each image."""

    @property
    def sizes(self) -> Sequence[tuple[int, int]]:
        """(K,) width and height of the file of each image."""


def known_rows(
    cache: Path,
    files: Files,
    shape: tuple[int, int, int],
    checked: Callable[[Path], tuple[Path, Sound] | None],
    opened: ExitStack,
) -> KnownRows:
    """What the cache has of these files from before.

    Args:
        cache: the folder of the entries.
        files: the files.
        shape: (D, H, W) of each image.
        checked: function from the folder of an entry to the file of its pixels and what is known of them; None if the
            entry is damaged.
        opened: closes the file from which the images are read.
    """
    listed = _best_list(cache, files)
    found = None if listed is None else checked(listed.place.parent)
    if listed is None or found is None:
        return KnownRows()
    place, known = found
    with suppress(OSError):
        file = opened.enter_context(place.open("rb"))
        start = place.stat().st_size - len(known.digests) * math.prod(shape)
        entry = Entry(pixels=file, start=start, shape=shape, digests=known.digests, sizes=known.sizes)
        return KnownRows(entry=entry, rows=listed.rows, remarks=listed.remarks)
    return KnownRows()


def checksum(about: Mapping[str, object]) -> int:
    """CRC-32 of what a JSON file says."""
    return zlib.crc32(json.dumps(about).encode())
