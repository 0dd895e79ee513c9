"""What is written grows beside its place as `.NAME.RANDOM.part`, locked by its maker for as long as he lives.

So whoever writes the same place later can tell what a dead process left, which he removes, from what a living one still
writes, which he never touches.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from lada_explore.files.places import EARLIER, sync

MAX_NAME_BYTES = 200
"""Bytes of a name that stand in the name of its part; file systems take 255, and the rest of it is 15."""

MAX_TRIES = 100
"""For a part of one's own, which others can remove only in the moment before it is locked."""


@contextmanager
def part_beside(target: Path, *, is_folder: bool) -> Iterator[tuple[Path, int]]:
    """A locked file or folder beside `target`, and its descriptor; removed at the end unless it was moved.

    Folders above it are made for a folder, and removed again if what is done with it fails.

    Raises:
        OSError: the disk refuses.
    """
    remove_unfinished(target.parent, target.name)
    made: list[Path] = []
    try:
        beside, descriptor = _claimed(target, made if is_folder else None)
        try:
            yield beside, descriptor
        finally:
            remove(beside)
            os.close(descriptor)
    except BaseException:
        for folder in reversed(made):
            with suppress(OSError):  # Another process may have put something there.
                os.rmdir(folder)
        raise


def remove_unfinished(folder: Path, name: str | None = None) -> None:
    """Remove what processes that died have left half-written in a folder; what a living one writes stays.

    Args:
        folder: need not be there.
        name: of the file or folder that they wrote; any when None, in a folder where nothing else ends so.
    """
    own = rf"\.{re.escape(_short(name))}\.[0-9a-f]{{8}}" if name else r"\..+"
    pattern = re.compile(rf"{own}(\.part|{re.escape(EARLIER)})")
    try:
        left = sorted(entry for entry in os.listdir(folder) if pattern.fullmatch(entry))
    except OSError:
        return
    for entry in left:
        with suppress(OSError):
            _remove_if_dead(folder / entry, folder / name if name else None)


def name_beside(target: Path) -> Path:
    """Where something may grow that is to stand at `target`: a name that nobody has."""
    return target.with_name(f".{_short(target.name)}.{secrets.token_hex(4)}.part")


def make_missing(folder: Path, made: list[Path]) -> None:
    """Make a folder and those above it that are missing, on disk, and note each that was made.

    Raises:
        OSError: the disk refuses, or a file stands there.
    """
    missing, place = [], folder
    while not os.path.isdir(place) and place != place.parent:
        missing.append(place)
        place = place.parent
    for place in reversed(missing):
        try:
            os.mkdir(place)
            made.append(place)
        except FileExistsError:
            if not os.path.isdir(place):
                raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR)) from None
        # Also where another process has just made it, which may not have come so far.
        sync(place.parent)


def locked(descriptor: int, *, wait: bool) -> bool:
    """Lock a file or a folder until it is closed; False if another holds it, or the file system has no locks."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def remove(path: Path) -> None:
    """Remove a file or a folder if it is there, as far as that goes."""
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            os.unlink(path)


def _short(name: str) -> str:
    return os.fsencode(name)[:MAX_NAME_BYTES].decode(errors="ignore")


def _claimed(target: Path, made: list[Path] | None) -> tuple[Path, int]:
    """A new locked file beside `target`; a folder, and those above it, of which it notes the new, unless None."""
    for _ in range(MAX_TRIES):
        beside = name_beside(target)
        try:
            if made is not None:
                make_missing(target.parent, made)
                os.mkdir(beside)
            flags = os.O_RDONLY if made is not None else os.O_WRONLY | os.O_CREAT | os.O_EXCL
            descriptor = os.open(beside, flags, 0o666)
        except FileExistsError:
            continue
        except FileNotFoundError:
            if made is None:
                raise
            continue  # Another process failed, and took away the folder that it had made.
        except BaseException:
            remove(beside)
            raise
        locked(descriptor, wait=True)
        # Until then it stood there without a lock, as if its maker were dead.
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(descriptor), os.lstat(beside)):
                return beside, descriptor
        os.close(descriptor)
    raise OSError(errno.EAGAIN, "other processes keep removing what is written there")


def _remove_if_dead(path: Path, target: Path | None) -> None:
    """Remove a part that nobody holds; bring back what was set aside for a part that never came."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        if not locked(descriptor, wait=False):
            return
        if path.name.endswith(EARLIER) and target is not None and not os.path.lexists(target):
            os.rename(path, target)
        else:
            remove(path)
    finally:
        os.close(descriptor)
