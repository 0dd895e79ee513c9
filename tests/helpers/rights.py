"""Folders that may not be written, for whoever runs the tests: root too, who may write anywhere."""

from __future__ import annotations

import ctypes
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

OVERRIDES = (1, 2)
"""Numbers of the two capabilities by which Linux lets root pass over permissions: CAP_DAC_OVERRIDE and
CAP_DAC_READ_SEARCH."""

_VERSION = 0x20080522
_DROP_FROM_BOUNDING_SET = 24
_WRITE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


def obey_permissions() -> None:
    """Give up root's power to pass over the permissions of files, in this process and all that it starts.

    For a script of its own, before it has threads; nothing gives the power back.
    """
    if os.geteuid() != 0:
        return
    assert sys.platform == "linux", "only Linux lets root give up this power; run the tests as another user"
    libc = ctypes.CDLL(None, use_errno=True)
    for number in OVERRIDES:  # Or a program that this process starts would have it again.
        libc.prctl(_DROP_FROM_BOUNDING_SET, number, 0, 0, 0)
    header, sets = (ctypes.c_uint32 * 2)(_VERSION, 0), (ctypes.c_uint32 * 6)()
    if libc.capget(header, sets) != 0:
        raise OSError(ctypes.get_errno(), "the capabilities of this process cannot be read")
    for held in range(3):  # Effective, permitted, inheritable.
        sets[held] &= ~sum(1 << number for number in OVERRIDES)
    if libc.capset(header, sets) != 0:
        raise OSError(ctypes.get_errno(), "the capabilities of this process cannot be given up")


@contextmanager
def shut(*places: Path) -> Iterator[None]:
    """Nothing below these folders, nor they themselves, may be written."""
    paths = [path for place in places for path in (place, *place.rglob("*")) if not path.is_symlink()]
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in paths}
    for path, mode in modes.items():
        path.chmod(mode & ~_WRITE)
    try:
        yield
    finally:
        for path, mode in modes.items():
            path.chmod(mode)
