"""Whether a lock file is held, without holding it for longer than a moment."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

PROBED_S = 0.5
"""Seconds for which a lock is tried: `is_held` shares it for a moment."""


def is_held(place: Path) -> bool:
    """Whether a process, this one included, holds a lock file; also True where that cannot be told."""
    try:
        descriptor = os.open(place, os.O_RDONLY)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False
