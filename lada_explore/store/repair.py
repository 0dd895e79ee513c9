"""A damaged run set back to its last sound stage. What is dropped is moved into `dropped/N/`, and never deleted."""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import cast

from safetensors import safe_open

from lada_explore.errors import StoreError
from lada_explore.files import (
    Refusal,
    denied,
    make_folder,
    read_bytes,
    reading,
    remove_folder,
    remove_unfinished,
    sync,
    write_file,
    write_folder,
    writing,
)
from lada_explore.records import (
    CycleRecords,
    JournalAction,
    QueryRecord,
    RunPosition,
    Stage,
    classes_could_grow,
    position,
)
from lada_explore.store.codec import read_record
from lada_explore.store.files import unreadable_in
from lada_explore.store.items import ITEMS_FILE, read_items
from lada_explore.store.journal import JOURNAL_FILE, Journal
from lada_explore.store.journal_entry import ROW, chain_of
from lada_explore.store.journal_files import BESIDE, HEAD_ENDING
from lada_explore.store.places import Place, is_cycle
from lada_explore.store.run_folder import WEIGHTS_ENDING, RunFolder
from lada_explore.store.seals import SEAL_FILE, Head, read_seal, require_sealed
from lada_explore.store.sound_lines import chain_in, sound_rows
from lada_explore.store.unfinished import DROPPED, PENDING, remove_what_is_unfinished, unfinished_repairs

OF_REPAIR = Refusal(
    remedy="free some space, move away what is in its place, or give yourself permission to write to it, and repair "
    "again; nothing of the run is lost"
)

ENDINGS = ("", *BESIDE, HEAD_ENDING)
"""Of the files of a journal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """What a repair found and did.

    Attributes:
        faults: a sentence for each thing that was damaged; none for a sound run, which is left as it is.
        dropped: stage folders that were moved, relative to the run.
        to: the folder that they, or the old journal, were moved to; None if nothing was.
        n_answers: lines of the journal that are kept.
        position: where the run goes on.
    """

    faults: tuple[str, ...]
    dropped: tuple[str, ...]
    to: Path | None
    n_answers: int
    position: RunPosition


def repair_run(path: Path) -> Repair:
    """Set a run back to its last sound stage, from which it can be resumed.

    Every file is checked, weights included. A stage is dropped with all later ones; so is a TRAIN whose weights are
    damaged or gone, where the run would go on from them. Of the journal the lines up to the first damaged one stay.
    What is recorded of the images is dropped if it is damaged; it is made anew when the run is opened with its images,
    unless some were added.

    Args:
        path: the run folder.

    Raises:
        StoreError: `run.json` is damaged, the run is in use, or the disk refuses.
    """
    folder = RunFolder(path, know_images=False)
    folder.lock()
    try:
        for dropped in path.glob(f"{DROPPED}/*"):
            remove_unfinished(dropped)
        pending = unfinished_repairs(path)
        for made in pending:
            _put_in_place(made, path)
        remove_what_is_unfinished(path)
        done = _repaired(folder)
        said = tuple(
            f"an earlier repair was cut short; what it had made in {made} is in its place now" for made in pending
        )
        return replace(done, faults=(*said, *done.faults), to=done.to or (pending[-1].parent if pending else None))
    finally:
        folder.unlock()


def _repaired(folder: RunFolder) -> Repair:
    odd, items_fault = list(_no_folders(folder.path)), _items_fault(folder)
    damaged = [folder.path / ITEMS_FILE] if items_fault else []
    to = _new_folder(folder.path / DROPPED) if odd or damaged else None
    for path in (*odd, *damaged):
        _move(path, to, folder.path)
    folder.know_images()
    there = sorted(folder.stages_there(), key=lambda place: (place[0], list(Stage).index(place[1])))
    sound, fault = folder.sound_stages()
    faults = [f"{path} is no folder of a run, and was in the place of one" for path in odd]
    faults += [one for one in (items_fault, fault) if one]
    kept = _resumable(folder, sound, faults)
    _require_shared(folder, kept, faults)
    faults += _faults_of_other_weights(folder, kept)
    end = _journal_end(folder, kept)
    journal_fault = _journal_fault(folder, end)
    if _classes_are_lost(folder, kept):
        if not journal_fault:
            faults.append(f"{folder.stage_folder(0, Stage.QUERY)} names a class that neither run nor journal has")
        kept = kept[: kept.index((0, Stage.QUERY))]
        end = _journal_end(folder, kept)
    late = [place for place in there if place not in set(kept)]
    if to is None and (late or journal_fault):
        to = _new_folder(folder.path / DROPPED)
    for place in reversed(late):
        _move(folder.stage_folder(*place), to, folder.path)
    if journal_fault:
        faults.append(journal_fault)
        end = _rebuild_journal(folder, kept, to)
    with closing(folder.open_journal(end=end)) as journal:
        n_answers = journal.head().entries
    return Repair(
        faults=tuple(faults),
        dropped=tuple(folder.stage_folder(*place).relative_to(folder.path).as_posix() for place in late),
        to=to,
        n_answers=n_answers,
        position=position(folder.history(), folder.info.config.schedule.cycles),
    )


def _require_shared(folder: RunFolder, kept: Sequence[Place], faults: Sequence[str]) -> None:
    """Raises StoreError if a branch would lose stages that its parent made, since it cannot make them again."""
    lost = next((place for place in folder.order() if place not in kept), None)
    if lost is not None and lost[0] <= folder.info.last_shared:
        raise StoreError(f"{folder.stage_folder(*lost)} cannot be kept, {folder.from_parent()}: {faults[-1]}")


def _items_fault(folder: RunFolder) -> str:
    """What is wrong with what is recorded of the images; empty if nothing is. It is made anew from the images."""
    try:
        read_items(folder.path, folder.info.id)
    except StoreError as error:
        if denied(error):  # What may not be read is no reason to drop anything.
            raise
        return str(error)
    return ""


def _no_folders(run: Path) -> Iterator[Path]:
    """What is in the place of the folder of all cycles, or of one, and is none: nothing in it can be read."""
    cycles = run / "cycles"
    if os.path.lexists(cycles) and not cycles.is_dir():
        yield cycles
    elif cycles.is_dir():
        with reading(cycles, unreadable_in(run)):
            names = sorted(os.listdir(cycles))
        yield from (cycles / name for name in names if is_cycle(name) and not (cycles / name).is_dir())


def _journal_end(folder: RunFolder, kept: Sequence[Place]) -> Head:
    """What the journal must reach for these stages."""
    seals = (read_seal(folder.stage_folder(*place)) for place in reversed(kept))
    ends = (seal.journal for seal in seals if seal is not None and seal.journal is not None)
    return next(ends, Head(entries=0, chain=chain_of(folder.info.journal_id)))


def _resumable(folder: RunFolder, sound: Sequence[Place], faults: list[str]) -> list[Place]:
    """The longest beginning of some sound stages that a session can go on from: with the weights that it needs."""
    kept = list(sound)
    while trained := [place for place in kept if place[1] is Stage.TRAIN]:
        needed = [trained[-1]]
        scored = (kept[-1][0], Stage.SCORE)
        if scored in kept and kept[-1][1] in (Stage.SCORE, Stage.LOOK_AHEAD):
            needed.append(scored)
        wrong = {place: fault for place in needed if (fault := _weights_fault(folder, place))}
        if not wrong:
            break
        faults += wrong.values()
        kept = kept[: min(kept.index(place) for place in wrong)]
    return kept


def _faults_of_other_weights(folder: RunFolder, kept: Sequence[Place]) -> Iterator[str]:
    """A sentence for each damaged file of weights of a stage that is kept; there are none that it goes on from."""
    for place in kept:
        if any(folder.stage_folder(*place).glob(f"*{WEIGHTS_ENDING}")) and (fault := _weights_fault(folder, place)):
            yield f"{fault}; it is kept as it is, because the run goes on without it"


def _weights_fault(folder: RunFolder, place: Place) -> str:
    """What is wrong with the weights of a stage; empty if nothing is, or it has none."""
    of_stage = folder.stage_folder(*place)
    seal = read_seal(of_stage)
    try:
        if seal is None:
            weights = [path for path in of_stage.iterdir() if path.name.endswith(WEIGHTS_ENDING)]
            for path in weights:
                with reading(path, unreadable_in(folder.path)):
                    safe_open(path, framework="numpy")  # Reads the names and sizes, and sees that all of it is there.
            return "" if weights or place[1] is Stage.SCORE else f"{of_stage} has no weights to go on from"
        for name in seal.files:
            if name.endswith(WEIGHTS_ENDING):
                require_sealed(of_stage, name, seal)
    except StoreError as error:
        if denied(error):
            raise
        return str(error)
    return ""


# The journal ---


def _journal_fault(folder: RunFolder, end: Head) -> str:
    """What is wrong with the journal; empty if nothing is."""
    try:
        folder.open_journal(read_only=True, end=end).close()
    except StoreError as error:
        if denied(error):
            raise
        return str(error)
    return ""


def _classes_are_lost(folder: RunFolder, kept: Sequence[Place]) -> bool:
    """Whether a class that a person added is, or may be, among the lines that are lost; the networks have an output."""
    if (0, Stage.QUERY) not in kept:
        return False
    of_query = folder.stage_folder(0, Stage.QUERY)
    record, seal = cast(QueryRecord, read_record(of_query, Stage.QUERY)), read_seal(of_query)
    if not classes_could_grow([CycleRecords(cycle=0).including(record, 0.0)]):
        return False
    rows = sound_rows(folder, kept)
    taken_back = {row[ROW.index("undoes")] for row in rows}
    added = [row[-1] for row in rows if row[ROW.index("action")] == JournalAction.ADD_CLASS]
    if record.labels.max(initial=-1) >= len(folder.info.class_names) + len(set(added) - taken_back):
        return True
    if seal is not None and seal.journal is not None:
        return len(rows) < seal.journal.entries
    return not set(record.ids.tolist()) <= {row[0] for row in rows if row[4] == 0}


def _rebuild_journal(folder: RunFolder, kept: Sequence[Place], to: Path | None) -> Head:
    """A new journal of the lines that are as they were written; seals that counted more of them are written anew.

    The old files are copied first. What takes their place is made whole beside the copies, so that a repair that is cut
    short is finished by the next.
    """
    place = folder.path / JOURNAL_FILE
    rows = sound_rows(folder, kept)
    assert to is not None
    for ending in ENDINGS:
        old = place.with_name(f"{place.name}{ending}")
        if old.is_file():
            write_file(to / old.name, read_bytes(old), overwrite=True)
    chain = chain_in(folder, rows)
    head = Head(entries=len(rows), chain=chain[-1])

    def fill(pending: Path) -> None:
        before: str | None = None
        for stage in kept:
            of_stage = folder.stage_folder(*stage)
            out = pending / of_stage.relative_to(folder.path)
            before = folder.joined(_with_journal(of_stage, before, head, chain, out), stage)
        with closing(Journal(pending / JOURNAL_FILE, run_id=folder.info.journal_id)) as journal:
            journal.take(rows)

    write_folder(to / PENDING, fill, overwrite=False)
    _put_in_place(to / PENDING, folder.path)
    return head


def _with_journal(of_stage: Path, before: str | None, head: Head, chain: Sequence[str], out: Path) -> str:
    """Let the seal of a stage name no more of the journal than there is; returns the digest of the seal.

    Args:
        of_stage: its folder.
        before: digest of the seal before; None of the first.
        head: end of the journal.
        chain: its digests, by line.
        out: folder for the seal if it is another one then.
    """
    seal = read_seal(of_stage)
    if seal is None:
        return ""
    end = seal.journal
    if end is not None and (end.entries > head.entries or chain[end.entries] != end.chain):
        end = Head(entries=head.entries, chain=head.chain)
    new = replace(seal, journal=end, previous=seal.previous if before is None else before)
    if new != seal:
        out.mkdir(parents=True)
        text = json.dumps({**asdict(new), "digest": new.digest}, indent=1) + "\n"
        (out / SEAL_FILE).write_text(text, encoding="utf-8", newline="\n")
    return new.digest


def _put_in_place(pending: Path, run: Path) -> None:
    """Put what a repair made into the run, file by file; it can be done again from the start at any moment."""
    for file in sorted(path for path in pending.rglob("*") if path.is_file()):
        place = run / file.relative_to(pending)
        if place.name == JOURNAL_FILE:
            for ending in ENDINGS[1:]:  # Of the old one, which SQLite would read with the new.
                beside = place.with_name(f"{place.name}{ending}")
                if os.path.lexists(beside) and not os.path.isfile(beside):
                    _move(beside, pending.parent, run)
                with writing(place, OF_REPAIR):
                    beside.unlink(missing_ok=True)
        if os.path.lexists(place) and not os.path.isfile(place):  # A folder or a pipe, which no file can replace.
            _move(place, pending.parent, run)
        write_file(place, read_bytes(file), overwrite=True)
    remove_folder(pending)


# Moving ---


def _new_folder(place: Path) -> Path:
    """`place/1`, or the next number that is free."""
    with writing(place, OF_REPAIR):
        for number in itertools.count(1):
            folder = place / str(number)
            if not os.path.lexists(folder):
                make_folder(folder)
                return folder
    raise AssertionError


def _move(path: Path, to: Path | None, run: Path) -> None:
    assert to is not None
    target = to / path.relative_to(run)
    with writing(target, OF_REPAIR):
        make_folder(target.parent)
        os.rename(path, target)
        sync(target.parent)
        sync(path.parent)
