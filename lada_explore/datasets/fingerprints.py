"""What tells whether a file is still the one that was read: its path, its size and the time of its last change."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path

from lada_explore.config.paths import place_of

NO_FILE = "-"
"""Fingerprint of what is no file, or cannot be asked about."""


def fingerprints(root: Path, items: Sequence[str]) -> list[str]:
    """(N,) size in bytes and modification time in nanoseconds of each file; `NO_FILE` where there is none.

    Args:
        root: folder of the paths.
        items: (N,) posix paths of files or of their pages, relative to `root`.
    """
    return [_fingerprint(root / item) for item in items]


def _fingerprint(item: Path) -> str:
    try:
        status = os.stat(place_of(item)[0])
    except OSError:
        return NO_FILE
    return f"{status.st_size} {status.st_mtime_ns}"


def key_of(about: Sequence[object], root: Path, items: Sequence[str], prints: Sequence[str] | None = None) -> str:
    """The name in the cache of what depends on files: on the path, size and modification time of each.

    Args:
        about: what else it depends on, as JSON takes it.
        root: folder of the paths.
        items: (N,) posix paths of files or of their pages, relative to `root`.
        prints: (N,) fingerprints of the files, if they are known.
    """
    digest = _digest_of(about, root)
    for item, found in zip(items, fingerprints(root, items) if prints is None else prints, strict=True):
        digest.update(f"{found} {len(item)} ".encode())
        digest.update(os.fsencode(item))
    return digest.hexdigest()[:40]


def key_of_folder(about: Sequence[object], root: Path) -> str:
    """As `key_of`, of a folder whatever files it has."""
    return _digest_of(about, root).hexdigest()[:40]


def _digest_of(about: Sequence[object], root: Path) -> hashlib._Hash:
    return hashlib.sha256(json.dumps([*about, os.path.realpath(root)]).encode())
