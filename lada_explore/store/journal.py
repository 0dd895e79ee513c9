"""The journal of answers: append-only, flushed to disk before a call returns, and the only source of labels."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from lada_explore.errors import LadaError, StoreError
from lada_explore.files import Unreadable, reason_of
from lada_explore.records import JournalAction
from lada_explore.store.files import damaged, incompatible
from lada_explore.store.journal_entry import (
    ROW,
    UNBOUNDED,
    AnswerRule,
    Bounds,
    JournalEntry,
    chain_of,
    chained,
    row_fault,
)
from lada_explore.store.journal_files import Database, HeadFile, read_head
from lada_explore.store.label_state import LabelState
from lada_explore.store.seals import Head

JOURNAL_FILE = "labels.sqlite"

_SCHEMA = """
CREATE TABLE IF NOT EXISTS answers (
    entry INTEGER PRIMARY KEY,
    id INTEGER NOT NULL,
    label INTEGER NOT NULL,
    annotator TEXT NOT NULL,
    time REAL NOT NULL,
    cycle INTEGER NOT NULL,
    action TEXT NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    undoes INTEGER NOT NULL DEFAULT 0,
    chain TEXT NOT NULL DEFAULT ''
)
"""
_HEAD = "CREATE TABLE IF NOT EXISTS head (one INTEGER PRIMARY KEY CHECK (one = 1), entries INTEGER, chain TEXT)"
_LATER_COLUMNS = {
    "note": "TEXT NOT NULL DEFAULT ''",
    "undoes": "INTEGER NOT NULL DEFAULT 0",
    "chain": "TEXT NOT NULL DEFAULT ''",
}
"""Columns that the first journals had not; they are added when such a journal is opened for writing."""

_INSERT = """
INSERT INTO answers (id, label, annotator, time, cycle, action, note, undoes, entry, chain)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_DAMAGED = Unreadable(damaged="cannot be read")
_SET_HEAD = "INSERT OR REPLACE INTO head VALUES (1, ?, ?)"
_ROW = ", ".join(ROW)


class Journal:
    """The journal of a run, an SQLite file; safe to use from several threads.

    Each line carries a digest of itself and all before it, the last of which stands in a table of its own and in the
    file `labels.sqlite.head`: a line that was changed, or that is gone, is noticed.

    Args:
        path: the database file, made if missing.
        run_id: of the run, so that the journal of another is noticed.
        read_only: open without the right to write, for readers of a recorded run.
        bounds: what its lines can name.

    Raises:
        StoreError: the file is no journal, is damaged or cannot be opened.

    Attributes:
        bounds: what its lines can name from now on.
        note: what a reader should know of a journal of an earlier version; empty otherwise.
    """

    def __init__(self, path: Path, *, run_id: str = "", read_only: bool = False, bounds: Bounds = UNBOUNDED) -> None:
        self._path = path
        self.bounds = bounds
        self._n_added = 0
        self._genesis = chain_of(run_id)
        self._lock = threading.Lock()
        self._lines: list[JournalEntry] = []
        self._chain = self._genesis
        self._label_state = LabelState()
        self._closed = False
        self.note = ""
        self._head_file: HeadFile | None = None
        self._database = Database(path, read_only=read_only)
        try:
            self._open(read_only)
            self._require_ends()
            if not read_only:
                with suppress(OSError):  # A disk that is full costs the note only.
                    self._head_file = HeadFile(path)
                    self._head_file.write(self._end())
        except BaseException:
            self._database.close()
            raise

    def _open(self, read_only: bool) -> None:
        """Check the database, and bring one of an earlier version up to date."""
        ((said,),) = self._database.execute("PRAGMA integrity_check(1)")
        if said != "ok":
            raise damaged(self._path, " ".join(str(said).split())[:200])
        for kind, name in self._database.execute("SELECT type, name FROM sqlite_master WHERE type <> 'table'"):
            # One could change or refuse the lines that are written from now on.
            raise damaged(self._path, f"it has the {kind} {name!r}, which no version of lada-explore makes")
        if not read_only:
            self._database.execute(_SCHEMA)
        missing = self._missing_columns()
        self._has_chain = "chain" not in missing
        if not read_only:
            with self._database.together():
                for name in sorted(missing):
                    self._database.execute(f"ALTER TABLE answers ADD COLUMN {name} {_LATER_COLUMNS[name]}")
                self._database.execute(_HEAD)
                if not self._has_chain:
                    self._add_digests()
            missing, self._has_chain = set(), True
        if not self._has_chain:
            if self._genesis != chain_of(""):
                raise damaged(self._path, "it lacks the digests of its lines")
            self.note = "an earlier version kept its answers, without checksums: damage to them may go unnoticed"
        later = {name: name if name not in missing else "''" if name != "undoes" else "0" for name in _LATER_COLUMNS}
        self._select = (
            f"SELECT id, label, annotator, time, cycle, action, {later['note']}, {later['undoes']}, entry, "
            f"{later['chain']} FROM answers WHERE entry > ? ORDER BY entry"
        )

    def _add_digests(self) -> None:
        """Give the lines of an earlier version their digests; what was changed before cannot be noticed."""
        chain, entry, n_added = self._genesis, 0, 0
        for row in self._database.execute(f"SELECT {_ROW} FROM answers ORDER BY entry"):
            if row[-1] != entry + 1:
                raise self._lines_gone(row[-1])
            self._require_sound(row, n_added)
            n_added += row[5] == JournalAction.ADD_CLASS
            chain, entry = chained(chain, row), row[-1]
            self._database.execute("UPDATE answers SET chain = ? WHERE entry = ?", (chain, entry))
        self._database.execute(_SET_HEAD, (entry, chain))

    def _missing_columns(self) -> set[str]:
        """The missing columns of `_LATER_COLUMNS`; raises StoreError for another missing column or an unknown one."""
        there = [row[1] for row in self._database.execute("PRAGMA table_info(answers)")]
        known = [*ROW, "chain"]
        for name in [*known, *there]:
            lacks = name not in there and name not in _LATER_COLUMNS
            if lacks or name not in known:
                what = f"lacks the column {name!r}" if lacks else f"has the unknown column {name!r}"
                raise incompatible(self._path, f"cannot be opened as a journal of answers: it {what}")
        return set(known) - set(there)

    def _require_ends(self) -> None:
        """Raises StoreError where the journal is shorter than it was once."""
        noted = read_head(self._path)  # First: a writer in another process notes a line after it has written it.
        if not self._has_chain:
            self._read()
            return
        with self._database.one_moment():
            self._read()
            rows = self._database.execute("SELECT entries, chain FROM head")
        if not rows and self._lines:
            raise damaged(self._path, "its table 'head' is empty")
        if rows and Head(entries=rows[0][0], chain=rows[0][1]) != self._end():
            raise damaged(self._path, f"it ends with line {self._end().entries}, and line {rows[0][0]} was its last")
        if noted is not None:
            self._require_reached(noted)

    def head(self) -> Head:
        """Its last line.

        Raises:
            StoreError: the journal is damaged.
        """
        with self._lock:
            if not self._closed:
                self._read()
            return self._end()

    def _end(self) -> Head:
        """The last line of those read so far."""
        return Head(entries=self._lines[-1].entry if self._lines else 0, chain=self._chain)

    def require(self, head: Head) -> None:
        """See that the journal holds what it held once.

        Args:
            head: its end then.

        Raises:
            StoreError: it does not.
        """
        if self._has_chain:
            with self._lock:
                self._require_reached(head)

    def _require_reached(self, head: Head) -> None:
        if head.entries > self._end().entries:
            raise damaged(self._path, f"it ends with line {self._end().entries}, and it had {head.entries} once")
        if self._chain_at(head.entries) != head.chain:
            raise damaged(self._path, f"its lines up to {head.entries} are not those that were written")

    def _chain_at(self, entry: int) -> str:
        if not entry:
            return self._genesis
        rows = self._database.execute("SELECT chain FROM answers WHERE entry = ?", (entry,))
        return str(rows[0][0]) if rows else ""

    def record(
        self,
        cycle: int,
        labels: Mapping[int, int],
        annotator: str,
        *,
        note: str | Mapping[int, str] = "",
        places: Mapping[int, tuple[int, str]] | None = None,
    ) -> None:
        """Append answers, which are one step of `undo` together; they are flushed to disk before this returns.

        Args:
            cycle: cycle whose query is answered.
            labels: class index by id.
            annotator: name of the annotator.
            note: `AHEAD`, `GIVEN` or `GIVEN_LATE` for answers that no query asked for, of all or by id.
            places: cycle and note of the answers that have others, by id.

        Raises:
            StoreError: the disk is full or read-only; then none of these answers is stored.
        """
        notes = dict.fromkeys(labels, note) if isinstance(note, str) else note
        own = {i: (cycle, notes[i]) for i in labels} | dict(places or {})
        self._append([(i, label, JournalAction.LABEL, 0, *own[i]) for i, label in labels.items()], annotator)

    def act(
        self,
        action: JournalAction,
        *,
        cycle: int,
        annotator: str,
        ids: Sequence[int] = (-1,),
        label: int | Mapping[int, int] = -1,
        note: str = "",
        undoes: int = 0,
        places: Mapping[int, tuple[int, str]] | None = None,
    ) -> None:
        """Append an action, one line for each image; flushed to disk before this returns.

        Args:
            action: any action except LABEL, which `record` writes, and UNDO of several lines, see `take_back`.
            cycle: cycle whose query the action belongs to.
            annotator: name of the annotator.
            ids: ids of the images; (-1,) for an action without images.
            label: class index, of all or by id; -1 for an action without a class.
            note: see `JournalEntry`.
            undoes: number of the line that UNDO undoes.
            places: cycle and note of the images that have others, by id.

        Raises:
            StoreError: the disk is full or read-only; then nothing is stored.
        """
        labels, own = label if isinstance(label, Mapping) else dict.fromkeys(ids, label), places or {}
        self._append([(i, labels[i], action, undoes, *own.get(i, (cycle, note))) for i in ids], annotator)

    def take_back(self, lines: Sequence[JournalEntry], annotator: str) -> None:
        """Append an UNDO of each of these lines, all or none; flushed to disk before this returns.

        Raises:
            StoreError: the disk is full or read-only; then nothing is stored.
        """
        undo = JournalAction.UNDO
        self._append([(line.id, line.label, undo, line.entry, line.cycle, "") for line in lines], annotator)

    def _append(self, lines: Sequence[tuple[int, int, JournalAction, int, int, str]], annotator: str) -> None:
        """Write lines of one moment: id, label, action, undoes, cycle and note of each."""
        with self._lock:
            if self._closed:
                raise StoreError(f"{self._path} is closed; open the run again with Session.resume and answer again")
            self._read()
            now = self._moment()
            rows = [
                (int(i), int(label), annotator, now, cycle, str(action), note, undoes)
                for i, label, action, undoes, cycle, note in lines
            ]
            chain, last, chained_rows = self._chain, self._end().entries + len(rows), []
            for entry, row in enumerate(rows, last - len(rows) + 1):
                if fault := row_fault((*row, entry), self.bounds, self._n_added):
                    raise StoreError(f"{self._path} takes no such line: {fault}; nothing was written")
                chain = chained(chain, (*row, entry))
                chained_rows.append((*row, entry, chain))
            self._write(chained_rows, Head(entries=last, chain=chain))
            if self._head_file is not None:
                self._head_file.write(Head(entries=last, chain=chain))

    def _moment(self) -> float:
        """The time now. Lines that are written together have one time, which the lines before them have not."""
        now = max(time.time(), 0.0)  # A clock that was never set may go on from before 1970.
        last = self._lines[-1].time if self._lines else -1.0
        return math.nextafter(now, math.inf) if now == last else now

    def _write(self, rows: Sequence[Sequence[object]], end: Head) -> None:
        def refused(error: Exception) -> LadaError:
            return StoreError(
                f"{len(rows)} answers could not be written to {self._path} ({reason_of(error)}); "
                "free some space and answer them again, all earlier answers are kept"
            )

        with self._database.together(refused):
            self._database.insert(_INSERT, rows, refused)
            self._database.insert(_SET_HEAD, [(end.entries, end.chain)], refused)

    def take(self, rows: Sequence[Sequence[object]]) -> None:
        """Write the lines of another journal into this empty one, as they are.

        Args:
            rows: id, label, annotator, time, cycle, action, note, undoes and number of each line, from 1.

        Raises:
            StoreError: the disk is full or read-only.
        """
        chain, chained_rows = self._chain, []
        for row in rows:
            chain = chained(chain, row)
            chained_rows.append((*row, chain))
        with self._lock:
            self._write(chained_rows, Head(entries=len(rows), chain=chain))

    def answers(self) -> list[JournalEntry]:
        """All lines, in the order they were written; each line is read from disk once.

        Raises:
            StoreError: the journal is damaged or closed.
        """
        with self._lock:
            self._read()
            return list(self._lines)

    def label_state(self) -> LabelState:
        """The state of all labels, as on disk now, or as it was when the journal was closed. Always the same object.

        Raises:
            StoreError: the journal is damaged.
        """
        with self._lock:
            if not self._closed:
                self._read()
            return self._label_state

    def _read(self) -> None:
        """Read the lines that were written since."""
        for row in self._database.execute(self._select, (self._end().entries,), _DAMAGED):
            line = self._line(row[:-1])
            if line.entry != self._end().entries + 1:
                raise self._lines_gone(line.entry)
            if self._has_chain:
                if chained(self._chain, row[:-1]) != row[-1]:
                    raise self._lines_gone(line.entry)
                self._chain = row[-1]
            self._lines.append(line)
            self._n_added += line.action is JournalAction.ADD_CLASS
            self._label_state.add(line)

    def _lines_gone(self, entry: int) -> LadaError:
        return damaged(self._path, f"line {entry} is not what was written, or lines before it are gone")

    def _require_sound(self, row: Sequence[Any], n_added: int) -> None:
        """Raises StoreError for values that no line of this run can have, after lines that added `n_added` classes."""
        if None in row:  # One that SQLite was made to forget; a journal without digests has nothing else to tell it by.
            raise self._lines_gone(row[-1])
        if fault := row_fault(row, self.bounds, n_added):
            raise damaged(self._path, f"line {row[-1]} is not what was written: {fault}")

    def _line(self, row: Sequence[Any]) -> JournalEntry:
        """The line in a row of the database. Raises StoreError for an unknown action or rule."""
        self._require_sound(row, self._n_added)
        image_id, label, annotator, moment, cycle, action, note, undoes, entry = row
        if action not in list(JournalAction):
            raise incompatible(self._path, f"has the action {action!r} in line {entry}, which is not known here")
        if action == JournalAction.SET_RULE and note not in list(AnswerRule):
            raise incompatible(self._path, f"has the rule {note!r} in line {entry}, which is not known here")
        return JournalEntry(image_id, label, annotator, moment, cycle, JournalAction(action), note, undoes, entry)

    def close(self) -> None:
        """Close the database; `label_state` still returns the state at this time."""
        with self._lock:
            if not self._closed:
                with suppress(StoreError):
                    self._read()
            self._closed = True
            if self._head_file is not None:
                self._head_file.close()
                self._head_file = None
            self._database.close()
