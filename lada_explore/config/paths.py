"""Paths as people write them, and the folders that belong to the current user."""

from __future__ import annotations

import os
import re
import stat
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from lada_explore.background import system
from lada_explore.errors import ConfigError

_PACKAGE = Path(__file__).resolve().parents[1]
LESSONS = "notebooks"
DEMO = "runs/demo"
"""The lessons and the recorded run that come with the package, for `bundled`."""
LOG_FOLDER = "logs"
MAX_LOGS = 20
"""Logs of a program that are kept; the oldest go."""
_PAGE = re.compile(r"(?P<name>.+)\[page (?P<number>[1-9][0-9]*)\]", re.DOTALL)
FOLDER = "folder:"
"""Before the path of a folder of one's own images, in the name of a data set."""
OBJECT = "object"
"""What stands before the name of images that were handed over, where a run names its data."""
BEFORE = ".before"
"""Ending of the first part of a log that grew too long for one file."""


def expanded(path: str | Path) -> Path:
    """The path with a leading `~` or `~name` replaced by that user's home folder.

    The shell replaces `~` only at the beginning of a word, not in `--out=~/runs/first`.

    Raises:
        ConfigError: this machine does not know that home folder.
    """
    try:
        return Path(path).expanduser()
    except RuntimeError as error:
        raise ConfigError(
            f"{path} begins with a home folder that this machine does not know; write the whole path instead"
        ) from error


def command(name: str, *paths: str | Path) -> str:
    """A command for a sentence, ready to be copied: `lada-explore resume 'my run'`, with its backticks."""
    return f"`lada-explore {' '.join((name, *(system.quoted(str(path)) for path in paths)))}`"


def page_name(name: str, page: int) -> str:
    """The name of a page of a file, by its number from 0: "stack.tif[page 1]" is the first one."""
    return f"{name}[page {page + 1}]"


def place_of(file: Path) -> tuple[Path, int]:
    """The file and the number of the page, from 0, that a path names which may end in "[page 1]"."""
    found = _PAGE.fullmatch(file.name)
    return (file, 0) if found is None else (file.with_name(found["name"]), int(found["number"]) - 1)


def bundled(name: str) -> Path:
    """A folder that comes with the package: the lessons, or one of `data/`, as "fashion-mini" or "runs/demo".

    In a checkout it lies beside the package, in an installed wheel within it.

    Args:
        name: its path there.
    """
    wheel, checkout = _PACKAGE / "_data" / name, _PACKAGE.parent / ("" if name == LESSONS else "data") / name
    return wheel if wheel.is_dir() else checkout


def data_folder() -> Path:
    """Folder of downloaded image sets: $LADA_DATA, or ~/.cache/lada_explore."""
    return expanded(os.environ.get("LADA_DATA") or "~/.cache/lada_explore")


def cache_folder(name: str) -> Path:
    """A folder for files that can be made again: in $LADA_CACHE, or else in `data_folder`. It may not exist yet.

    Args:
        name: name of the folder.

    Raises:
        ConfigError: neither $LADA_CACHE nor $LADA_DATA is set, and this machine does not know the user's home folder.
    """
    cache = os.environ.get("LADA_CACHE")
    return (expanded(cache) if cache else data_folder()) / name


def may_write(folder: Path) -> bool:
    """Whether files can be created in this folder, or the folder itself if it does not exist. Creates nothing."""
    existing = folder
    while not existing.exists() and existing != existing.parent:
        existing = existing.parent
    return existing.is_dir() and os.access(existing, os.W_OK | os.X_OK)


def writable_folder(name: str) -> Path:
    """Create and return `cache_folder`, or a private folder among the temporary files if that one is not writable.

    Args:
        name: name of the folder.

    Raises:
        OSError: neither folder is writable.
    """
    with suppress(OSError, ConfigError):
        folder = cache_folder(name)
        folder.mkdir(parents=True, exist_ok=True)
        if os.access(folder, os.W_OK | os.X_OK):
            return folder
    owner = system.user_id()
    place = Path(tempfile.gettempdir()) / f"lada-explore-{owner}"
    with suppress(OSError):
        if owner is not None:
            place.mkdir(mode=0o700, exist_ok=True)
        status = place.lstat()
        # Another user may have created it first; code that others can put there must not run as this user.
        if stat.S_ISDIR(status.st_mode) and status.st_uid == owner and not status.st_mode & 0o077:
            (place / name).mkdir(exist_ok=True)
            return place / name
    return Path(tempfile.mkdtemp(prefix=f"lada-explore-{name}-"))


def new_log(name: str) -> Path:
    """Make an empty file for the messages of a program, readable by this person alone.

    The newest `MAX_LOGS` of the same name stay, older ones are removed.

    Args:
        name: of the program.

    Raises:
        OSError: no folder can be written.
    """
    folder = writable_folder(LOG_FOLDER)
    descriptor, place = tempfile.mkstemp(time.strftime("-%Y%m%d-%H%M%S.log"), f"{name}-", folder)
    os.close(descriptor)
    written = sorted(folder.glob(f"{name}-*.log"), key=lambda file: file.stat().st_mtime)
    for old in written[: max(0, len(written) - MAX_LOGS)]:
        old.unlink(missing_ok=True)
        old.with_name(f"{old.name}{BEFORE}").unlink(missing_ok=True)
    return Path(place)
