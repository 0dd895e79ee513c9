"""Delete a run for ever: its folder and nothing else, and not while somebody works at it."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

from lada_explore.background import system
from lada_explore.config.names import first_of
from lada_explore.errors import StoreError
from lada_explore.files import Refusal, reading, remove_folder
from lada_explore.store.items import ITEMS_FILE
from lada_explore.store.journal import JOURNAL_FILE
from lada_explore.store.journal_files import BESIDE, HEAD_ENDING
from lada_explore.store.run_folder import LAYOUT_FOLDER, LOCK_FILE, RunFolder
from lada_explore.store.run_info import RUN_FILE
from lada_explore.store.unfinished import DROPPED

OF_REMOVAL = Refusal(remedy="give yourself permission to change its folder, and delete it again")
_JOURNAL_FILES = tuple(JOURNAL_FILE + ending for ending in ("", HEAD_ENDING, *BESIDE))
OWN = frozenset((RUN_FILE, ITEMS_FILE, LOCK_FILE, LAYOUT_FOLDER, DROPPED, "cycles", *_JOURNAL_FILES))
"""All that a run has in its folder, beside unfinished files of a process that was killed."""
_UNFINISHED = re.compile(r"\..+\.(part|earlier|held)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """What the files of a run take.

    Attributes:
        n_bytes: all of them.
        shared_bytes: of those that other folders have too, by links: deleting the run frees nothing of these.
    """

    n_bytes: int
    shared_bytes: int


def removable(path: Path) -> Size:
    """What deleting a run would remove.

    Args:
        path: its folder.

    Raises:
        StoreError: the folder is a link, is no run or one whose `run.json` is damaged, or holds what is no part of it.
    """
    if os.path.islink(path):
        raise StoreError(f"{path} is a link, so the run is elsewhere; delete it where it is: {os.path.realpath(path)}")
    RunFolder(path, know_images=False)
    with reading(path):
        others = sorted(name for name in os.listdir(path) if name not in OWN and not _UNFINISHED.fullmatch(name))
    if others:
        raise StoreError(
            f"{path} holds {first_of(others)} too, which {'is' if len(others) == 1 else 'are'} no part of the run; "
            "move that elsewhere, and delete the run again"
        )
    return _size(path)


def remove_run(path: Path) -> None:
    """Delete a run. Links in its folder are removed, and what they lead to stays.

    Args:
        path: its folder.

    Raises:
        StoreError: as for `removable`; somebody works at the run; or the disk refuses.
    """
    removable(path)
    folder = RunFolder(path, know_images=False)
    folder.lock()
    try:
        if not system.OPENS_FOLDERS:  # No folder is moved in which somebody has a file open, the lock included.
            folder.unlock()
        remove_folder(path, OF_REMOVAL)
    finally:
        folder.unlock()


def _size(path: Path) -> Size:
    total = shared = 0
    for root, _, names in os.walk(path):
        for name in names:
            try:
                found = os.lstat(Path(root, name))
            except OSError:
                continue
            if stat.S_ISREG(found.st_mode):
                total += found.st_size
                shared += found.st_size if found.st_nlink > 1 else 0
    return Size(n_bytes=total, shared_bytes=shared)
