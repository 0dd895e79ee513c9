"""The folder of a branch: the cycles that it shares with its parent, linked or copied, and the answers up to there."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from lada_explore.files import Refusal, reading, write_folder
from lada_explore.records import JournalAction, Stage, stages_of
from lada_explore.store.files import unreadable_in
from lada_explore.store.items import Items, write_items
from lada_explore.store.journal import JOURNAL_FILE, Journal
from lada_explore.store.journal_entry import JournalEntry, row_of
from lada_explore.store.run_folder import LAYOUT_FOLDER, RunFolder, require_new
from lada_explore.store.run_info import Parent, RunInfo, write_info
from lada_explore.store.seals import read_seal


def parent_of(parent: RunFolder, branch: Path, at: int, changed: tuple[str, ...]) -> Parent:
    """What `run.json` of a branch says of its parent.

    Args:
        parent: the run that it begins with.
        branch: the folder of the branch.
        at: the last cycle that they share.
        changed: a sentence for each difference.
    """
    path = os.path.realpath(parent.path)
    with_drive = os.path.splitdrive(path)[0] == os.path.splitdrive(os.path.realpath(branch))[0]
    beside = os.path.relpath(path, os.path.realpath(branch)) if with_drive else path
    return Parent(at=at, path=beside, digest=parent.digest, changed=changed, info=parent.info)


def no_answers(journal: Journal) -> None:
    """Change nothing of the labels of a branch."""


def make_branch(
    parent: RunFolder,
    path: Path,
    info: RunInfo,
    items: Items | None,
    answer: Callable[[Journal], None],
) -> RunFolder:
    """Make the folder of a branch, whole or not at all.

    Args:
        parent: the run that it begins with, whose shared cycles are complete.
        path: the folder; it may exist if it is empty.
        info: what the branch is to say in `run.json`, with its parent.
        items: its images; None where they have no names.
        answer: writes what is changed of the labels from now on.

    Raises:
        StoreError: the path exists already, or cannot be written; or the journal of the parent cannot be read.
    """
    own = replace(info, id=secrets.token_hex(8))
    lines = shared_lines(parent, own.last_shared)
    refusal = Refusal(taken="exists already and is left as it is; choose another folder with --out")
    require_new(path, refusal)

    def fill(folder: Path) -> None:
        write_info(folder, own)
        if items is not None:
            write_items(folder, items.of(own.id))
        with closing(Journal(folder / JOURNAL_FILE, run_id=own.journal_id)) as journal:
            journal.take([row_of(line) for line in lines])
            answer(journal)
        for cycle in range(own.last_shared + 1):
            for stage in stages_of(cycle):
                _share(parent.stage_folder(cycle, stage), folder / "cycles" / f"{cycle:03d}" / stage.value, parent.path)
        _share(parent.path / LAYOUT_FOLDER, folder / LAYOUT_FOLDER, parent.path)

    write_folder(path, fill, overwrite=False, refusal=refusal)
    return RunFolder(path)


def shared_lines(parent: RunFolder, at: int) -> list[JournalEntry]:
    """Lines of a run's journal that were there when a cycle was complete.

    Of a run of an earlier version, which did not record that, the lines before the first of a later cycle.

    Raises:
        StoreError: the journal cannot be read.
    """
    with closing(parent.open_journal(read_only=True)) as journal:
        lines = journal.answers()
    seal = read_seal(parent.stage_folder(at, Stage.EVALUATE))
    if seal is not None and seal.journal is not None:
        return lines[: seal.journal.entries]
    later = (n for n, line in enumerate(lines) if line.cycle > at and line.action is not JournalAction.UNDO)
    return lines[: next(later, len(lines))]


def _share(source: Path, place: Path, run: Path) -> None:
    """Link every file of a folder into another, or copy it where the disk cannot link; a missing folder is empty."""
    if not source.is_dir():
        return
    place.mkdir(parents=True)
    with reading(source, unreadable_in(run)):
        names = sorted(file.name for file in source.iterdir() if file.is_file() and not file.name.startswith("."))
    for name in names:
        file = os.path.realpath(source / name)
        try:
            os.link(file, place / name)
        except OSError:  # Another disk, or one without links.
            shutil.copyfile(file, place / name)
