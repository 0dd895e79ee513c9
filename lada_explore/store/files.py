"""Writing so that a crash leaves either all of a folder or nothing of it."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

from lada_explore.errors import StoreError


@contextmanager
def explained(place: Path) -> Iterator[None]:
    """Turn an operating system's refusal to write into a sentence with a remedy.

    Raises:
        StoreError: instead of OSError.
    """
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise StoreError(
            f"{place} cannot be written ({reason}); free some space or choose a folder you may write to with --out, "
            "everything committed before is kept"
        ) from error


def foreign(path: Path, what: str) -> StoreError:
    """The error of a file that holds other things than this release reads, and may be whole: keep it.

    Args:
        path: the file.
        what: what is the matter with it, after "PATH ".
    """
    return StoreError(
        f"{path} {what}; another version of lada-explore than {version('lada-explore')} may have written it, so keep "
        "it and open the run with that version, or restore it from a copy"
    )


def read_object(path: Path) -> dict[str, Any]:
    """The names and values that a JSON file holds.

    Raises:
        OSError: it cannot be read.
        ValueError: it is no JSON, or JSON of another kind.
    """
    values = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(values, dict):
        raise ValueError(f"{path.name} holds a {type(values).__name__} where names and values should be")
    return values


def commit_folder(folder: Path, fill: Callable[[Path], None]) -> None:
    """Make `folder` with the content that `fill` writes: write beside it, sync to disk, rename.

    Args:
        folder: where it will stand; must not exist.
        fill: writes files into the folder it is given.

    Raises:
        StoreError: it stands already, or the disk is full or read-only; nothing is left behind then.
    """
    beside = folder.with_name(f".{folder.name}.part")
    if os.path.exists(folder):
        raise StoreError(f"{folder} is there already and is left as it is; open the run again to go on after it")
    moving = False
    try:
        with explained(folder):
            shutil.rmtree(beside, ignore_errors=True)
            beside.mkdir(parents=True)
            fill(beside)
            for path in beside.iterdir():
                _sync(path)
            _sync(beside)
            moving = True
            beside.rename(folder)
            _sync(folder.parent)
    except BaseException:
        if moving and not beside.exists():
            # Interrupted after the rename: whoever hears of an error may count on nothing having been committed.
            with suppress(OSError):
                folder.rename(beside)
        shutil.rmtree(beside, ignore_errors=True)
        raise


def write_file(place: Path, content: bytes) -> None:
    """Write a file whole or not at all, in the place of one that may stand there.

    Several processes may write the same one at a time: each writes beside it under a name of its own.

    Args:
        place: where it will stand, in a folder that is there.
        content: of the file.

    Raises:
        StoreError: the disk is full or read-only; nothing is left behind then.
    """
    with explained(place):
        descriptor, name = tempfile.mkstemp(prefix=f".{place.name}.", suffix=".part", dir=place.parent)
        beside = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            beside.chmod(0o644)
            beside.replace(place)
            _sync(place.parent)
        except BaseException:
            with suppress(OSError):
                beside.unlink(missing_ok=True)
            raise


def retract_folder(folder: Path) -> None:
    """Remove a folder that `commit_folder` made: a rename first, so that a crash leaves all of it or nothing.

    Raises:
        OSError: the disk is read-only.
    """
    beside = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(beside, ignore_errors=True)
    folder.rename(beside)
    _sync(folder.parent)
    shutil.rmtree(beside, ignore_errors=True)


def _sync(path: Path) -> None:
    """Flush a file or a directory to disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
