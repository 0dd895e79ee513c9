"""Moves finished parts to their targets and flushes them to disk; a move that fails is undone."""

from __future__ import annotations

import errno
import os
import shutil
import stat
from contextlib import suppress
from pathlib import Path

from lada_explore.background import system

EARLIER = ".earlier"
"""Ending of a replaced folder, on systems that cannot swap two folders in one step."""

_CANNOT_SYNC_FOLDERS = (errno.EINVAL, errno.ENOTSUP, errno.EBADF)
_CANNOT_LINK = (errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EINVAL)
_TAKEN = (errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR)


def sync(path: Path) -> None:
    """Flush a file, or the names in a folder, to disk.

    Raises:
        OSError: the operating system refuses.
    """
    try:
        descriptor = os.open(path, system.TO_FLUSH)
    except PermissionError:
        if os.path.isdir(path) or not system.OPENS_FOLDERS:
            return  # A folder with permission to write but not to list cannot be flushed; on Windows no folder can.
        raise
    try:
        os.fsync(descriptor)
    except OSError as error:
        # Some file systems, mainly network file systems, cannot flush folders.
        if not (error.errno in _CANNOT_SYNC_FOLDERS and stat.S_ISDIR(os.fstat(descriptor).st_mode)):
            raise
    finally:
        os.close(descriptor)


def put_file(part: Path, place: Path) -> None:
    """Move a file to its target; an existing file is replaced, and its permissions are kept.

    Afterwards, the replaced file is deleted, or has the name of `part`.

    Raises:
        OSError: the operating system refuses; an existing file is unchanged then if the system can swap two files.
    """
    exists = os.path.lexists(place)
    if exists:
        with suppress(OSError):
            os.chmod(part, stat.S_IMODE(os.stat(place).st_mode))
        if _exchanged(part, place):
            _synced_or_swapped_back(part, place)
            return
    try:
        os.replace(part, place)
        sync(place.parent)
    except BaseException:
        if not exists and not os.path.lexists(part):
            with suppress(OSError):
                os.rename(place, part)
        raise


def moved_file(part: Path, place: Path) -> bool:
    """Move a file to a target that must not exist; returns False if it exists.

    Raises:
        OSError: the operating system refuses; then the target does not exist.
    """
    own = os.lstat(part)
    try:
        try:
            os.link(part, place)
        except OSError as error:
            if error.errno in _TAKEN:
                return False
            if error.errno not in _CANNOT_LINK:
                raise
            # A kill between these two steps leaves an empty file, but two processes cannot both succeed.
            os.close(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL))
            os.replace(part, place)
        with suppress(FileNotFoundError):
            os.unlink(part)
        sync(place.parent)
    except FileExistsError:
        return False
    except BaseException:
        with suppress(OSError):
            if os.path.samestat(own, os.lstat(place)):
                os.unlink(place)
        raise
    return True


def moved_folder(part: Path, place: Path) -> bool:
    """Move a folder to a target that must not exist or be an empty folder; returns False otherwise.

    Raises:
        OSError: the operating system refuses; then the target does not exist.
    """
    try:
        try:
            os.rename(part, place)
        except OSError as error:
            if not (error.errno in _TAKEN and os.path.lexists(place)):
                raise
            if system.OPENS_FOLDERS or not _removed_empty(place):
                return False
            os.rename(part, place)  # Windows replaces no folder, not even an empty one.
        sync(place.parent)
    except BaseException:
        if not os.path.lexists(part):
            # The error came after the rename. It is undone, because an error means that the target does not exist.
            with suppress(OSError):
                os.rename(place, part)
        raise
    return True


def swap_folder(part: Path, place: Path) -> None:
    """Replace an existing folder; afterwards it is deleted, or has the name of `part`.

    Done in one step if the system can swap folders. Otherwise, a kill between the two steps leaves the existing folder
    as `.NAME.RANDOM.earlier`, and the next process that writes here moves it back.

    Raises:
        OSError: the operating system refuses; the existing folder is unchanged then.
    """
    if _exchanged(part, place):
        _synced_or_swapped_back(part, place)
        return
    earlier = part.with_suffix(EARLIER)
    os.rename(place, earlier)
    try:
        os.rename(part, place)
        sync(place.parent)
    except BaseException:
        with suppress(OSError):
            if not os.path.lexists(part):
                os.rename(place, part)
            os.rename(earlier, place)
        raise
    shutil.rmtree(earlier, ignore_errors=True)


def _synced_or_swapped_back(part: Path, place: Path) -> None:
    try:
        sync(place.parent)
    except BaseException:
        _exchanged(part, place)
        raise


def _removed_empty(folder: Path) -> bool:
    """Remove a folder if it is empty; whether it was."""
    try:
        os.rmdir(folder)
    except OSError:
        return False
    return True


def _exchanged(one: Path, other: Path) -> bool:
    """Swap two names in one step; returns False if the system or the disk cannot."""
    return system.swap_names(one, other)
