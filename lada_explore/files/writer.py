"""The one writer of every output: the whole of a file or folder stands in its place, on disk, or nothing of it does.

What is written grows beside its place (`parts`), is flushed to disk, is renamed into place (`places`), and the folder
around it is flushed too.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from lada_explore.errors import ConfigError, LadaError, StoreError
from lada_explore.files.parts import locked, make_missing, name_beside, part_beside, remove
from lada_explore.files.places import moved_file, moved_folder, put_file, swap_folder, sync

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What a person is told when something cannot be written.

    Attributes:
        error: what is raised.
        remedy: what to do, after "PLACE cannot be written (REASON); "; a full disk may be freed besides.
        taken: what is said after "PLACE " where something stands that is not to be overwritten.
    """

    error: type[LadaError] = StoreError
    remedy: str = "free some space or choose a folder you may write to with --out, everything committed before is kept"
    taken: str = "exists already and is left as it is; choose another place with --out"


OF_RUN = Refusal()
OF_EXPORT = Refusal(error=ConfigError, remedy="choose another file with --out")


@contextmanager
def writing(place: Path, refusal: Refusal = OF_RUN) -> Iterator[None]:
    """Turn an operating system's refusal to write into a sentence with a remedy.

    Raises:
        LadaError: as `refusal` says, instead of OSError.
    """
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        space = "free some space" in refusal.remedy or error.errno not in _FULL
        remedy = refusal.remedy if space else f"free some space, or {refusal.remedy}"
        raise refusal.error(f"{place} cannot be written ({reason}); {remedy}") from error


def write_file(place: Path, content: bytes, *, overwrite: bool, refusal: Refusal = OF_RUN) -> None:
    """Write a file whole or not at all.

    Several processes may write the same one at a time: each writes beside it under a name of its own, and the last
    one to be done stands, or the first where nothing may be overwritten.

    Args:
        place: where it will stand, in a folder that is there; the file that a link names. A device or a pipe takes
            the content as it is.
        content: of the file.
        overwrite: whether it takes the place of a file that stands there, and its permissions.
        refusal: what is said where that does not work.

    Raises:
        LadaError: as `refusal` says. The disk is full or read-only, or something stands there; it is whole, then, and
            nothing is left beside it.
    """
    with writing(place, refusal):
        target = _target(place)
        if _only_takes_bytes(target):
            target.write_bytes(content)
            return
        if not overwrite and os.path.lexists(target):
            raise refusal.error(f"{place} {refusal.taken}")
        if os.path.isdir(target):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        with part_beside(target, is_folder=False) as (beside, descriptor):
            with open(descriptor, "wb", closefd=False) as file:
                file.write(content)
            os.fsync(descriptor)
            if overwrite:
                put_file(beside, target)
            elif not moved_file(beside, target):
                raise refusal.error(f"{place} {refusal.taken}")


def write_folder(place: Path, fill: Callable[[Path], _T], *, overwrite: bool, refusal: Refusal = OF_RUN) -> _T:
    """Make a folder with the content that `fill` writes, whole or not at all; folders above it are made.

    Args:
        place: where it will stand. An empty folder there is as good as none.
        fill: writes files and folders into the folder it is given.
        overwrite: whether it takes the place of a folder that stands there.
        refusal: what is said where that does not work.

    Returns:
        What `fill` returns.

    Raises:
        LadaError: as `refusal` says. The disk is full or read-only, or something stands there; it is whole, then, and
            nothing is left beside it.
        BaseException: what `fill` raises but OSError; nothing is left then either.
    """
    with writing(place, refusal):
        target = _target(place)
        if os.path.isdir(target) and os.path.samefile(target, os.curdir):
            raise OSError(errno.EBUSY, "it is the folder that you are in")
        with part_beside(target, is_folder=True) as (beside, _):
            filled = fill(beside)
            _sync_all(beside)
            if overwrite and os.path.isdir(target):
                swap_folder(beside, target)
            elif not moved_folder(beside, target):
                if not (overwrite and os.path.isdir(target)):
                    raise refusal.error(f"{place} {refusal.taken}")
                swap_folder(beside, target)
        return filled


def make_folder(folder: Path) -> None:
    """Make a folder and those above it that are missing; they are on disk when this returns.

    Raises:
        OSError: the disk refuses, or a file stands there.
    """
    make_missing(folder, [])


def remove_folder(folder: Path, refusal: Refusal = OF_RUN) -> None:
    """Remove a folder: a rename first, so that a crash leaves all of it or nothing.

    Raises:
        LadaError: as `refusal` says; the disk is read-only, and the folder stands still.
    """
    with writing(folder, refusal):
        target = _target(folder)
        beside, descriptor = name_beside(target), os.open(target, os.O_RDONLY)
        try:
            locked(descriptor, wait=True)
            os.rename(target, beside)
            try:
                sync(target.parent)
            except BaseException:
                os.rename(beside, target)
                raise
            remove(beside)
        finally:
            os.close(descriptor)


def _sync_all(folder: Path) -> None:
    """Flush everything in a folder, then the folder."""
    for root, _, files in os.walk(folder, topdown=False):
        for name in sorted(files):
            if not os.path.islink(path := os.path.join(root, name)):
                sync(Path(path))
        sync(Path(root))


def _target(place: Path) -> Path:
    """The whole path of what is to be written; that which a link names.

    Raises:
        OSError: no file can have this name.
    """
    text = os.fspath(place)
    if "\0" in text:
        raise OSError(errno.EINVAL, "no name holds a NUL")
    try:
        os.fsencode(text)
    except UnicodeEncodeError:
        raise OSError(errno.EILSEQ, "its name is no text of this system") from None
    target = Path(os.path.abspath(place))
    if os.path.islink(target):
        target = Path(os.path.realpath(target))
    with suppress(FileNotFoundError):
        os.lstat(target)  # Says what is wrong with a name before anything is computed for it.
    return target


def _only_takes_bytes(target: Path) -> bool:
    """Whether there is something that is neither file nor folder, such as a pipe or /dev/null."""
    try:
        mode = os.stat(target).st_mode
    except FileNotFoundError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))
