"""Writes files and folders to disk, completely or not at all.

A file or folder is first written beside its target (`parts`), flushed to disk, and renamed to the target (`places`);
then the folder that contains it is flushed too.
"""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from lada_explore.background import system
from lada_explore.errors import ConfigError, LadaError, OutOfMemoryError, StoreError
from lada_explore.files.parts import held, make_missing, name_beside, part_beside, remove
from lada_explore.files.places import moved_file, moved_folder, put_file, swap_folder, sync
from lada_explore.files.reading import NO_MEMORY, reason_of

MIN_IN_THREADS = 16
"""Files of a folder that are flushed at once: 1,000 files in 0.15 s on ext4, and one after the other in 1.5 s."""

READER_S = 5.0
"""Seconds that somebody may take to read a pipe which is written to (ours: a person waits)."""

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """The error that is raised if something cannot be written.

    Attributes:
        error: class of the error.
        remedy: what a person can do; follows "PLACE cannot be written (REASON); ". Freeing space on a full disk is
            suggested in any case.
        taken: follows "PLACE " if the target exists and must not be overwritten.
    """

    error: type[LadaError] = StoreError
    remedy: str = "free some space or choose a folder you may write to with --out, everything committed before is kept"
    taken: str = "exists already and is left as it is; choose another place with --out"


OF_RUN = Refusal()
"""What is said where a run folder cannot be written."""

OF_EXPORT = Refusal(error=ConfigError, remedy="choose another file with --out")
"""What is said where a file that was asked for cannot be written."""


@contextmanager
def writing(place: Path, refusal: Refusal = OF_RUN) -> Iterator[None]:
    """Turn an OSError into an error that says what to do.

    Raises:
        LadaError: of the class `refusal.error`, instead of OSError.
        OutOfMemoryError: instead of MemoryError.
    """
    try:
        yield
    except OSError as error:
        space = "free some space" in refusal.remedy or error.errno not in _FULL
        remedy = refusal.remedy if space else f"free some space, or {refusal.remedy}"
        raise refusal.error(f"{place} cannot be written ({reason_of(error)}); {remedy}") from error
    except MemoryError as error:
        if isinstance(error, LadaError):
            raise
        raise OutOfMemoryError(
            f"{place} cannot be written, because {NO_MEMORY}; close other programs and try again"
        ) from error


def write_file(place: Path, content: bytes, *, overwrite: bool, refusal: Refusal = OF_RUN) -> None:
    """Write a file, completely or not at all.

    Several processes may write the same file at the same time. Each writes a part with a name of its own; the last one
    to finish wins, or the first one if the file must not be overwritten.

    Args:
        place: path of the file, in an existing folder; a link is followed. A device or a pipe just gets the content.
        content: content of the file.
        overwrite: whether an existing file is replaced; its permissions are kept.
        refusal: the error if the file cannot be written.

    Raises:
        LadaError: of the class `refusal.error`, if the disk is full or read-only, or if the file exists and must not be
            overwritten. An existing file is unchanged then, and no part is left.
    """
    with writing(place, refusal):
        target = _target(place)
        if _only_takes_bytes(target):
            with open(_open_to_write(target), "wb") as file:
                file.write(content)
            return
        if not overwrite and os.path.lexists(target):
            raise refusal.error(f"{place} {refusal.taken}")
        if os.path.isdir(target):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        with part_beside(target, is_folder=False) as beside:
            with open(beside, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            if overwrite:
                put_file(beside, target)
            elif not moved_file(beside, target):
                raise refusal.error(f"{place} {refusal.taken}")


def _always(_: object) -> bool:
    return True


def write_folder(
    place: Path,
    fill: Callable[[Path], _T],
    *,
    overwrite: bool,
    refusal: Refusal = OF_RUN,
    keep: Callable[[_T], bool] = _always,
) -> _T:
    """Create a folder with the content that `fill` writes, completely or not at all; also creates missing parents.

    Args:
        place: path of the folder. An empty folder at this path counts as missing.
        fill: function that writes files and folders into the folder that it is given.
        overwrite: whether an existing folder is replaced.
        refusal: the error if the folder cannot be written.
        keep: whether the folder is put in its place after all, asked with the result of `fill`; otherwise what was
            written is removed.

    Returns:
        The result of `fill`.

    Raises:
        LadaError: of the class `refusal.error`, if the disk is full or read-only, or if the folder exists and must not
            be overwritten. An existing folder is unchanged then, and no part is left.
        BaseException: any error of `fill` other than OSError; no part is left then either.
    """
    with writing(place, refusal):
        target = _target(place)
        if os.path.isdir(target) and os.path.samefile(target, os.curdir):
            raise OSError(errno.EBUSY, "it is the current folder")
        with part_beside(target, is_folder=True) as beside:
            filled = fill(beside)
            if not keep(filled):
                return filled
            _sync_all(beside)
            if overwrite and os.path.isdir(target):
                swap_folder(beside, target)
            elif not moved_folder(beside, target):
                if not (overwrite and os.path.isdir(target)):
                    raise refusal.error(f"{place} {refusal.taken}")
                swap_folder(beside, target)
        return filled


def make_folder(folder: Path) -> None:
    """Create a folder and its missing parents, and flush them to disk.

    Raises:
        OSError: the operating system refuses, or a file is in the way.
    """
    make_missing(folder, [])


def require_folder(folder: Path, refusal: Refusal = OF_RUN) -> None:
    """See that a folder can be written, or made, before something is computed that is to be written there.

    Nothing is written, so that the folder does not exist afterwards if it did not before.

    Raises:
        LadaError: of the class `refusal.error`: a file, a pipe or a link to nothing is in the way, or writing is
            forbidden there.
    """
    with writing(folder, refusal):
        _target(folder)
        place = Path(os.path.abspath(folder))
        while not os.path.lexists(place) and place != place.parent:
            place = place.parent
        if not stat.S_ISDIR(os.stat(place).st_mode):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        if not os.access(place, os.W_OK | os.X_OK):
            code = system.why_not_writable(place)
            raise OSError(code, os.strerror(code))


def remove_folder(folder: Path, refusal: Refusal = OF_RUN) -> None:
    """Remove a folder, completely or not at all: it is renamed before its content is deleted.

    Raises:
        LadaError: of the class `refusal.error`, if the disk is read-only; the folder is unchanged then.
    """
    with writing(folder, refusal):
        target = _target(folder)
        beside = name_beside(target)
        with held(beside, target):
            os.rename(target, beside)
            try:
                sync(target.parent)
            except BaseException:
                os.rename(beside, target)
                raise
            remove(beside)


def _sync_all(folder: Path) -> None:
    """Flush all files and folders in a folder, then the folder itself."""
    for root, _, names in os.walk(folder, topdown=False):
        files = [path for name in sorted(names) if not (path := Path(root, name)).is_symlink()]
        if len(files) < MIN_IN_THREADS:
            for file in files:
                sync(file)
        else:
            with ThreadPoolExecutor(MIN_IN_THREADS) as pool:
                list(pool.map(sync, files))
        sync(Path(root))


def _target(place: Path) -> Path:
    """The absolute path to write to; links are followed.

    Raises:
        OSError: no file can have this name.
    """
    text = os.fspath(place)
    if "\0" in text:
        raise OSError(errno.EINVAL, "a name cannot contain NUL")
    try:
        os.fsencode(text)
    except UnicodeEncodeError:
        raise OSError(errno.EILSEQ, "the name cannot be encoded on this system") from None
    target = Path(os.path.abspath(place))
    if os.path.islink(target):
        target = Path(os.path.realpath(target))
    with suppress(FileNotFoundError):
        os.lstat(target)  # Raises an error for an invalid name before anything is computed.
    return target


def _open_to_write(target: Path) -> int:
    """A descriptor of a device or a pipe.

    Raises:
        OSError: nobody reads the pipe; to wait for somebody could take for ever.
    """
    end = time.monotonic() + READER_S
    while True:
        try:
            descriptor = os.open(target, os.O_WRONLY | system.NO_WAIT)
        except OSError as error:
            if error.errno != errno.ENXIO:
                raise
            if time.monotonic() > end:
                raise OSError(errno.ENXIO, "nobody reads this pipe") from error
            time.sleep(0.02)
        else:
            os.set_blocking(descriptor, True)
            return descriptor


def _only_takes_bytes(target: Path) -> bool:
    """Whether the target exists and is neither file nor folder, for example a pipe or /dev/null."""
    try:
        mode = os.stat(target).st_mode
    except FileNotFoundError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))
