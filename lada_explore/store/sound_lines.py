"""The lines of a damaged journal that are as they were written, for a repair to keep."""

from __future__ import annotations

import itertools
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from lada_explore.errors import StoreError
from lada_explore.files import read_bytes, write_file
from lada_explore.records import JournalAction
from lada_explore.store.journal import JOURNAL_FILE
from lada_explore.store.journal_entry import ROW, chain_of, chained, row_fault
from lada_explore.store.journal_files import BESIDE, Database
from lada_explore.store.places import Place
from lada_explore.store.run_folder import RunFolder
from lada_explore.store.run_info import RunInfo
from lada_explore.store.seals import read_seal


def sound_rows(folder: RunFolder, kept: Sequence[Place]) -> list[tuple[Any, ...]]:
    """Lines of the journal up to the first that is not what was written, as far as anything tells it.

    Where the lines agree with each other, but not with what a stage found of them, they are kept up to the last stage
    with which they do.
    """
    rows = list(_rows_that_agree(folder.path / JOURNAL_FILE, folder.info))
    chain, agreed = chain_in(folder, rows), 0
    for place in kept:
        seal = read_seal(folder.stage_folder(*place))
        if seal is None or seal.journal is None or seal.journal.entries > len(rows):
            continue
        if chain[seal.journal.entries] != seal.journal.chain:
            return rows[:agreed]
        agreed = seal.journal.entries
    return rows


def chain_in(folder: RunFolder, rows: Sequence[Sequence[object]]) -> list[str]:
    """Digests of the lines of a journal, with that before the first one."""
    chain = [chain_of(folder.info.journal_id)]
    for row in rows:
        chain.append(chained(chain[-1], row))
    return chain


def _rows_that_agree(place: Path, info: RunInfo) -> Iterator[tuple[Any, ...]]:
    """Lines of a journal from the first on, up to one that breaks the chain, is none, or cannot be read."""
    if not place.is_file():
        return
    beside = [place.with_name(f"{place.name}{ending}") for ending in BESIDE]
    if all(part.is_file() or not os.path.lexists(part) for part in beside):
        yield from _rows_of(place, info)
        return
    with tempfile.TemporaryDirectory(prefix="lada-explore-") as folder:
        # A copy, because SQLite waits for a pipe in the place of a file beside it.
        for ending in ("", "-wal", "-journal"):
            part = place.with_name(f"{place.name}{ending}")
            content = b""
            with suppress(StoreError):
                content = read_bytes(part) if part.is_file() else b""
            if content:
                write_file(Path(folder) / part.name, content, overwrite=True)
        yield from _rows_of(Path(folder) / place.name, info)


def _rows_of(place: Path, info: RunInfo) -> Iterator[tuple[Any, ...]]:
    with suppress(StoreError), closing(Database(place)) as database:
        columns = {row[1] for row in database.execute("PRAGMA table_info(answers)")}
        digests = "chain" if "chain" in columns else "''"
        chain, n_added = chain_of(info.journal_id), 0
        for number in itertools.count(1):
            found = database.execute(f"SELECT {', '.join(ROW)}, {digests} FROM answers WHERE entry = ?", (number,))
            if not found or row_fault(found[0][:-1], info.bounds, n_added):
                return
            *row, digest = found[0]
            chain = chained(chain, row)
            if digest is None or (digest and chain != digest):
                return
            n_added += row[ROW.index("action")] == JournalAction.ADD_CLASS
            yield tuple(row)
