"""Paths as people write them, and the folders that are each person's own."""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from lada_explore.errors import ConfigError


def expanded(path: str | Path) -> Path:
    """A path with `~` or `~name` at its beginning turned into that person's home.

    The shell does so only at the beginning of a word: in `--out=~/runs/first` it leaves the `~` to us.

    Raises:
        ConfigError: a home that this machine does not know.
    """
    try:
        return Path(path).expanduser()
    except RuntimeError as error:
        raise ConfigError(
            f"{path} begins with a home folder that this machine does not know; write the whole path instead"
        ) from error


def data_folder() -> Path:
    """Where image sets are kept: $LADA_DATA, or ~/.cache/lada_explore."""
    return expanded(os.environ.get("LADA_DATA") or "~/.cache/lada_explore")


def cache_folder(name: str) -> Path:
    """A folder for what can be made again: in $LADA_CACHE, or beside the image sets. It need not be there.

    Args:
        name: of the folder.

    Raises:
        ConfigError: neither is set, and this machine knows no home.
    """
    chosen = os.environ.get("LADA_CACHE")
    return (expanded(chosen) if chosen else data_folder()) / name


def may_write(folder: Path) -> bool:
    """Whether files may be made in this folder, or the folder itself where it is not there yet; nothing is made."""
    there = folder
    while not there.exists() and there != there.parent:
        there = there.parent
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)


def writable_folder(name: str) -> Path:
    """`cache_folder`, made, or where it cannot be written one of this person's own among the temporary files.

    Args:
        name: of the folder.

    Raises:
        OSError: neither can be written.
    """
    with suppress(OSError, ConfigError):
        folder = cache_folder(name)
        folder.mkdir(parents=True, exist_ok=True)
        if os.access(folder, os.W_OK | os.X_OK):
            return folder
    owner = os.geteuid()
    place = Path(tempfile.gettempdir()) / f"lada-explore-{owner}"
    with suppress(OSError):
        place.mkdir(mode=0o700, exist_ok=True)
        there = place.lstat()
        # Anybody may have made it before us, and what others can put there would be run as ours.
        if stat.S_ISDIR(there.st_mode) and there.st_uid == owner and not there.st_mode & 0o077:
            (place / name).mkdir(exist_ok=True)
            return place / name
    return Path(tempfile.mkdtemp(prefix=f"lada-explore-{name}-"))
