"""What a process that was killed leaves in a run folder, removed before the next one writes there."""

from __future__ import annotations

from pathlib import Path

from lada_explore.config.paths import command
from lada_explore.errors import StoreError
from lada_explore.files import remove_unfinished, sync, writing
from lada_explore.store.items import ITEMS_FILE
from lada_explore.store.run_folder import LAYOUT_FOLDER

DROPPED = "dropped"
"""Folder of what repairs dropped, one folder for each."""

PENDING = "pending"
"""Folder there of files that are to take the place of what was dropped; there is one only while a repair works."""


def unfinished_repairs(run: Path) -> list[Path]:
    """Folders of files that a repair has made, and not yet put into their places."""
    return sorted(run.glob(f"{DROPPED}/*/{PENDING}"))


def remove_what_is_unfinished(run: Path) -> None:
    """Remove unfinished files of a killed process, and flush the folders that it may have renamed last.

    Args:
        run: the run folder, which has to be locked.

    Raises:
        StoreError: the disk is read-only, or a repair was cut short.
    """
    if unfinished_repairs(run):
        raise StoreError(
            f"a repair of {run} was cut short, and the run goes on from what it makes; let {command('repair', run)} "
            "finish it"
        )
    by_number = sorted(run.glob("cycles/*"), key=lambda path: (len(path.name), path.name))
    cycles = [path for path in by_number if path.is_dir()]
    for folder in (*cycles, run / LAYOUT_FOLDER):
        remove_unfinished(folder)
    remove_unfinished(run, ITEMS_FILE)
    with writing(run):
        for folder in (*cycles[-1:], run / "cycles", run, run.parent):
            if folder.is_dir():
                sync(folder)
