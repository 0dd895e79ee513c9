"""Whether a lock file is held, without holding it for longer than a moment."""

from __future__ import annotations

import os
from pathlib import Path

from filelock import FileLock

from lada_explore.background import system

PROBED_S = 0.5
"""Seconds for which a lock is tried: `is_held` shares it for a moment."""


def is_held(place: Path) -> bool:
    """Whether a process, this one included, holds a lock file; also True where that cannot be told."""
    if not system.OPENS_FOLDERS:  # Windows has no locks that are shared.
        return place.exists() and not _had(FileLock(place))
    try:
        descriptor = os.open(place, os.O_RDONLY)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    try:
        return not system.lock(descriptor, shared=True)
    finally:
        os.close(descriptor)


def _had(lock: FileLock) -> bool:
    """Whether a lock could be held for a moment."""
    try:
        lock.acquire(blocking=False)
    except OSError:
        return False
    lock.release()
    return True
