"""Digests of what a run folder holds, so that a file that changed after it was written is noticed.

Every stage folder has a `seal.json` with the SHA-256 of each of its other files and the digest of the stage before it;
the first stage names the digest of `run.json`. So a folder of another run or of another cycle does not fit either. A
seal protects from damage and mistakes, not from somebody who writes new seals.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from lada_explore.files import reading
from lada_explore.store.files import damaged, read_object, unreadable_in

SEAL_FILE = "seal.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The end of a journal at one moment.

    Attributes:
        entries: number of its last line; 0 without any.
        chain: digest of that line and all before it.
    """

    entries: int
    chain: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """What `seal.json` says.

    Attributes:
        previous: digest of the seal of the stage before; of `run.json` for the first stage; empty where that has none.
        files: SHA-256 in hex by file name.
        journal: its end when the stage was committed; None where nobody knows.
        made_with: what the stage was computed with, see `store.made_with`.
    """

    previous: str
    files: Mapping[str, str]
    journal: Head | None = None
    made_with: Mapping[str, str] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Of all of it."""
        return digest_of(asdict(self))


_SEAL = TypeAdapter(Seal)


def digest_of(values: Mapping[str, Any]) -> str:
    """SHA-256 in hex of plain values, whatever order and spacing they are written in."""
    return hashlib.sha256(json.dumps(values, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def digest_of_file(path: Path) -> str:
    """SHA-256 in hex of a file.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_seal(
    folder: Path, previous: str, *, journal: Head | None = None, made_with: Mapping[str, str] | None = None
) -> None:
    """Seal a stage folder that is complete but for this.

    Args:
        folder: of the stage.
        previous: digest of the seal before it.
        journal: end of the journal now.
        made_with: what it was computed with.

    Raises:
        OSError: the disk refuses.
    """
    files = {path.name: digest_of_file(path) for path in sorted(folder.iterdir())}
    seal = Seal(previous=previous, files=files, journal=journal, made_with=made_with or {})
    text = json.dumps({**asdict(seal), "digest": seal.digest}, indent=1)
    (folder / SEAL_FILE).write_text(f"{text}\n", encoding="utf-8", newline="\n")


def read_seal(folder: Path) -> Seal | None:
    """The seal of a stage folder; None if it has none.

    Raises:
        StoreError: it is damaged.
    """
    place = folder / SEAL_FILE
    if not os.path.lexists(place):
        return None
    unreadable = unreadable_in(folder.parents[2])
    values = read_object(place, unreadable)
    said = values.pop("digest", None)
    with reading(place, unreadable):
        seal = _SEAL.validate_python(values)
    if said != seal.digest or values.keys() != asdict(seal).keys():
        raise damaged(place, "its digest is not that of what it says", folder)
    return seal


def require_sealed(folder: Path, name: str, seal: Seal | None) -> None:
    """See that a file of a stage folder is as it was written.

    Args:
        folder: of the stage.
        name: of the file.
        seal: of the folder; None for a stage that was written without one, of which nothing is known.

    Raises:
        StoreError: it is not, or it is missing, or cannot be read.
    """
    if seal is None:
        return
    place = folder / name
    if name not in seal.files:
        raise damaged(place, f"{SEAL_FILE} does not name it", folder)
    if not place.exists():
        raise damaged(place, "it is missing", folder)
    with reading(place, unreadable_in(folder.parents[2])):
        digest = digest_of_file(place)
    if digest != seal.files[name]:
        raise damaged(place, f"it is not what was written, as {SEAL_FILE} tells", folder)
