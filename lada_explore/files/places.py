"""Whole parts into their places, and flushed to disk there; what fails is undone."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import stat
from contextlib import suppress
from pathlib import Path

EARLIER = ".earlier"
"""Ending of a folder that makes room for another, where the system cannot swap the two in one step."""

_CANNOT_SYNC_FOLDERS = (errno.EINVAL, errno.ENOTSUP, errno.EBADF)
_CANNOT_LINK = (errno.EPERM, errno.ENOTSUP, errno.ENOSYS)
_TAKEN = (errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR)


def sync(path: Path) -> None:
    """Flush a file, or the names in a folder, to disk.

    Raises:
        OSError: the disk refuses.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except PermissionError:
        if os.path.isdir(path):
            return  # One that may be written but not listed: nobody can do more.
        raise
    try:
        os.fsync(descriptor)
    except OSError as error:
        # Some file systems, of networks above all, cannot.
        if not (error.errno in _CANNOT_SYNC_FOLDERS and stat.S_ISDIR(os.fstat(descriptor).st_mode)):
            raise
    finally:
        os.close(descriptor)


def put_file(part: Path, place: Path) -> None:
    """Put a file in the place of one that may stand there, whose permissions it takes over; that may stand as `part`.

    Raises:
        OSError: the disk refuses; what stood there stands there still, where the system can swap two files.
    """
    stands = os.path.lexists(place)
    if stands:
        with suppress(OSError):
            os.chmod(part, stat.S_IMODE(os.stat(place).st_mode))
        if _exchanged(part, place):
            _synced_or_swapped_back(part, place)
            return
    try:
        os.replace(part, place)
        sync(place.parent)
    except BaseException:
        if not stands and not os.path.lexists(part):
            with suppress(OSError):
                os.rename(place, part)
        raise


def moved_file(part: Path, place: Path) -> bool:
    """Put a file where none stands; False if something does.

    Raises:
        OSError: the disk refuses; nothing stands there then.
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
            # A kill before the second would leave an empty file; but two writers cannot both win.
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
    """Put a folder where none stands, or an empty one; False if something else does.

    Raises:
        OSError: the disk refuses; nothing stands there then.
    """
    try:
        try:
            os.rename(part, place)
        except OSError as error:
            if error.errno in _TAKEN and os.path.lexists(place):
                return False
            raise
        sync(place.parent)
    except BaseException:
        if not os.path.lexists(part):
            # After the rename: whoever hears of an error may count on nothing standing there.
            with suppress(OSError):
                os.rename(place, part)
        raise
    return True


def swap_folder(part: Path, place: Path) -> None:
    """Put a folder in the place of another, which is removed or stands as `part` then.

    In one step where the system can; else a kill between two steps leaves the other as `.NAME.RANDOM.earlier`, and
    whoever writes here next brings it back.

    Raises:
        OSError: the disk refuses; the other stands there still.
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


def _exchanged(one: Path, other: Path) -> bool:
    """Swap two names in one step; False where the system or the disk cannot."""
    names, libc = (os.fsencode(one), os.fsencode(other)), ctypes.CDLL(None)
    if hasattr(libc, "renameat2"):  # Linux: AT_FDCWD is -100, RENAME_EXCHANGE is 2.
        return bool(libc.renameat2(-100, names[0], -100, names[1], 2) == 0)
    if hasattr(libc, "renamex_np"):  # macOS: RENAME_SWAP is 2.
        return bool(libc.renamex_np(*names, 2) == 0)
    return False
