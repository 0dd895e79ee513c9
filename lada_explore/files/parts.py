"""Parts: unfinished files and folders, written beside their target as `.NAME.RANDOM.part`.

The process that writes a part keeps it locked. A process that later writes the same target can therefore tell the parts
of dead processes, which it removes, from parts that are still being written, which it does not touch. Where a folder
cannot be locked, on Windows, the process keeps a file open beside the part, `.NAME.RANDOM.held`, which nobody can
remove as long as it is open.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from lada_explore.background import system
from lada_explore.files.places import EARLIER, sync

MAX_NAME_BYTES = 200
"""Largest number of bytes of the target's name that a part's name contains; it adds 15, and file systems allow 255."""

HELD = ".held"
"""Ending of the file that a process keeps open beside a part, where a folder cannot be locked."""

MAX_TRIES = 100
"""Attempts to create a part. Another process can remove it in the moment before it is locked."""


@contextmanager
def part_beside(target: Path, *, is_folder: bool) -> Iterator[Path]:
    """Create a part beside `target` that no other process removes, and remove it at the end unless it was moved.

    Yields its path.

    For a folder, missing parent folders are created, and removed again if the block raises an exception.

    Raises:
        OSError: the operating system refuses.
    """
    remove_unfinished(target.parent, target.name)
    made: list[Path] = []
    try:
        beside, descriptor = _claimed(target, made if is_folder else None)
        try:
            yield beside
        finally:
            remove(beside)
            _release(beside, descriptor)
    except BaseException:
        for folder in reversed(made):
            with suppress(OSError):  # Another process may have written into it.
                os.rmdir(folder)
        raise


def remove_unfinished(folder: Path, name: str | None = None) -> None:
    """Remove the parts of dead processes in a folder.

    Args:
        folder: the folder; it may not exist.
        name: name of the target of the parts; None for any target, in folders where no other names look like parts.
    """
    own = rf"\.{re.escape(_short(name))}\.[0-9a-f]{{8}}" if name else r"\..+"
    pattern = re.compile(rf"{own}(\.part|{re.escape(EARLIER)}|{re.escape(HELD)})")
    try:
        left = sorted(entry for entry in os.listdir(folder) if pattern.fullmatch(entry))
    except OSError:
        return
    for entry in left:
        with suppress(OSError):
            _remove_if_dead(folder / entry, folder / name if name else None)


def name_beside(target: Path) -> Path:
    """A new, unused name for a part of `target`."""
    return target.with_name(f".{_short(target.name)}.{secrets.token_hex(4)}.part")


def make_missing(folder: Path, made: list[Path]) -> None:
    """Create a folder and its missing parents, flush them to disk, and append those that were created to `made`.

    Raises:
        OSError: the operating system refuses, or a file is in the way.
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
        # Also if another process has just created it, because that process may not have flushed it yet.
        sync(place.parent)


@contextmanager
def held(part: Path, at: Path) -> Iterator[None]:
    """Keep other processes from removing a part inside the block.

    Args:
        part: the name that it has, or will have.
        at: where it is.

    Raises:
        OSError: the operating system refuses.
    """
    descriptor = os.open(at, os.O_RDONLY) if system.OPENS_FOLDERS else _held_file(part)
    try:
        system.lock(descriptor, wait=True)
        yield
    finally:
        _release(part, descriptor)


def remove(path: Path) -> None:
    """Remove a file or folder, as far as possible."""
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            os.unlink(path)


def _short(name: str) -> str:
    return os.fsencode(name)[:MAX_NAME_BYTES].decode(errors="ignore")


def _claimed(target: Path, made: list[Path] | None) -> tuple[Path, int]:
    """Create a part of `target`: a file if `made` is None, else a folder; `made` gets the new parent folders.

    Returns:
        Its path, and the descriptor that keeps other processes from removing it.
    """
    if not system.OPENS_FOLDERS:
        return _claimed_by_file(target, made)
    missing = None
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
        except FileNotFoundError as error:
            if made is None:
                raise
            # Another process failed and removed the parent folder that it had created, or nothing can be made here.
            missing = error
            continue
        except BaseException:
            remove(beside)
            raise
        system.lock(descriptor, wait=True)
        # Before it was locked, it looked like the part of a dead process, and another process may have removed it.
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(descriptor), os.lstat(beside)):
                return beside, descriptor
        os.close(descriptor)
    raise missing or OSError(errno.EAGAIN, "other processes keep removing the unfinished file")


def _claimed_by_file(target: Path, made: list[Path] | None) -> tuple[Path, int]:
    """As `_claimed`, where a folder cannot be locked."""
    beside = name_beside(target)
    if made is not None:
        make_missing(target.parent, made)
    descriptor = _held_file(beside)
    try:
        if made is not None:
            os.mkdir(beside)
        else:
            os.close(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
    except BaseException:
        _release(beside, descriptor)
        raise
    return beside, descriptor


def _remove_if_dead(path: Path, target: Path | None) -> None:
    """Remove the part of a dead process, or move back the earlier folder if its replacement was never put in place."""
    if not system.OPENS_FOLDERS:
        if _is_let_go(path):
            _put_back_or_remove(path, target)
        return
    descriptor = os.open(path, os.O_RDONLY | system.NO_FOLLOW | system.NO_WAIT)
    try:
        if system.lock(descriptor):
            _put_back_or_remove(path, target)
    finally:
        os.close(descriptor)


def _put_back_or_remove(path: Path, target: Path | None) -> None:
    if path.name.endswith(EARLIER) and target is not None and not os.path.lexists(target):
        os.rename(path, target)
    else:
        remove(path)


def _held_file(part: Path) -> int:
    """Descriptor of a new file that is open as long as the part is written."""
    return os.open(part.with_suffix(HELD), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)


def _is_let_go(part: Path) -> bool:
    """Whether no process has the file of `_held_file` open, which is removed then."""
    try:
        os.unlink(part.with_suffix(HELD))
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True


def _release(part: Path, descriptor: int) -> None:
    os.close(descriptor)
    if not system.OPENS_FOLDERS:
        with suppress(OSError):
            os.unlink(part.with_suffix(HELD))
