"""The journal of answers: append-only, flushed to disk before a call returns, and the only source of labels."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import fields
from pathlib import Path

from lada_explore.errors import StoreError
from lada_explore.records import JournalAction
from lada_explore.store.answers import Answer, AnswerRule
from lada_explore.store.files import incompatible
from lada_explore.store.label_state import LabelState

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
    undoes INTEGER NOT NULL DEFAULT 0
)
"""
_LATER_COLUMNS = {"note": "TEXT NOT NULL DEFAULT ''", "undoes": "INTEGER NOT NULL DEFAULT 0"}
"""Columns that the first journals did not have; they are added when such a journal is opened for writing."""

_INSERT = """
INSERT INTO answers (id, label, annotator, time, cycle, action, note, undoes) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""


class Journal:
    """The journal of a run, an SQLite file; safe to use from several threads.

    Args:
        path: the database file; created if it is missing.
        read_only: open the file for reading only, for readers of a recorded run.

    Raises:
        StoreError: the file is not a journal or cannot be opened.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._lines: list[Answer] = []
        self._label_state = LabelState()
        self._closed = False
        try:
            address = _reading_address(path) if read_only else str(path)
            self._database = sqlite3.connect(address, uri=read_only, check_same_thread=False, timeout=10.0)
            if not read_only:
                self._database.execute("PRAGMA journal_mode=WAL")
                self._database.execute("PRAGMA synchronous=FULL")
                self._database.execute(_SCHEMA)
                self._database.commit()
            self._database.execute("SELECT * FROM answers LIMIT 1")
            missing = self._missing_columns()
            if not read_only:
                for name in sorted(missing):
                    self._database.execute(f"ALTER TABLE answers ADD COLUMN {name} {_LATER_COLUMNS[name]}")
                self._database.commit()
                missing = set()
        except StoreError:
            self._database.close()
            raise
        except sqlite3.Error as error:
            if hasattr(self, "_database"):
                self._database.close()
            raise StoreError(
                f"{path} cannot be opened as a journal of answers ({error}); free some space if the disk is full, or "
                "restore it from a copy"
            ) from error
        later = "'', 0" if missing else "note, undoes"
        self._select = (
            f"SELECT id, label, annotator, time, cycle, action, {later}, entry FROM answers WHERE entry > ? "
            "ORDER BY entry"
        )

    def _missing_columns(self) -> set[str]:
        """The missing columns of `_LATER_COLUMNS`; raises StoreError for another missing column or an unknown one."""
        there = [row[1] for row in self._database.execute("PRAGMA table_info(answers)")]
        known = [field.name for field in fields(Answer)]
        for name in [*known, *there]:
            lacks = name not in there and name not in _LATER_COLUMNS
            if lacks or name not in known:
                what = f"lacks the column {name!r}" if lacks else f"has the unknown column {name!r}"
                raise incompatible(self._path, f"cannot be opened as a journal of answers: it {what}")
        return set(known) - set(there)

    def record(self, cycle: int, labels: Mapping[int, int], annotator: str, *, note: str = "") -> None:
        """Append answers; they are flushed to disk before this returns.

        Args:
            cycle: cycle whose query is answered.
            labels: class index by id.
            annotator: name of the annotator.
            note: `AHEAD` for answers that are given ahead.

        Raises:
            StoreError: the disk is full or read-only; then none of these answers is stored.
        """
        self._append([(i, label, JournalAction.LABEL, note, 0) for i, label in labels.items()], cycle, annotator)

    def act(
        self,
        action: JournalAction,
        *,
        cycle: int,
        annotator: str,
        ids: Sequence[int] = (-1,),
        label: int = -1,
        note: str = "",
        undoes: int = 0,
    ) -> None:
        """Append an action, one line for each image; flushed to disk before this returns.

        Args:
            action: any action except LABEL, which `record` writes.
            cycle: cycle whose query the action belongs to.
            annotator: name of the annotator.
            ids: ids of the images; (-1,) for an action without images.
            label: class index; -1 for an action without a class.
            note: see `Answer`.
            undoes: number of the line that UNDO undoes.

        Raises:
            StoreError: the disk is full or read-only; then nothing is stored.
        """
        self._append([(i, label, action, note, undoes) for i in ids], cycle, annotator)

    def _append(self, lines: list[tuple[int, int, JournalAction, str, int]], cycle: int, annotator: str) -> None:
        now = time.time()
        rows = [
            (int(i), int(label), annotator, now, cycle, str(action), note, undoes)
            for i, label, action, note, undoes in lines
        ]
        with self._lock:
            if self._closed:
                raise StoreError(f"{self._path} is closed; open the run again with Session.resume and answer again")
            try:
                with self._database:
                    self._database.executemany(_INSERT, rows)
            except sqlite3.Error as error:
                raise StoreError(
                    f"{len(rows)} answers could not be written to {self._path} ({error}); "
                    "free some space and answer them again, all earlier answers are kept"
                ) from error

    def answers(self) -> list[Answer]:
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
        """Read the lines that were written since the last call."""
        last = self._lines[-1].entry if self._lines else 0
        try:
            rows = self._database.execute(self._select, (last,)).fetchall()
        except sqlite3.Error as error:
            raise StoreError(f"{self._path} cannot be read ({error}); restore it from a copy") from error
        lines = [self._line(row) for row in rows]
        self._lines += lines
        for line in lines:
            self._label_state.add(line)

    def _line(self, row: tuple[int, int, str, float, int, str, str, int, int]) -> Answer:
        """The line in a row of the database. Raises StoreError for an unknown action or rule."""
        image_id, label, annotator, moment, cycle, action, note, undoes, entry = row
        if action not in list(JournalAction):
            raise incompatible(self._path, f"has the action {action!r} in line {entry}, which is not known here")
        if action == JournalAction.SET_RULE and note not in list(AnswerRule):
            raise incompatible(self._path, f"has the rule {note!r} in line {entry}, which is not known here")
        return Answer(image_id, label, annotator, moment, cycle, JournalAction(action), note, undoes, entry)

    def close(self) -> None:
        """Close the database; `label_state` still returns the state at this time."""
        with self._lock:
            if not self._closed:
                with suppress(StoreError):
                    self._read()
            self._closed = True
            self._database.close()


def _reading_address(path: Path) -> str:
    """The SQLite address for reading.

    Without a writer there is no `-wal` file; then `immutable` works on a read-only disk too, and creates no files.
    """
    written = path.with_name(f"{path.name}-wal").exists()
    return f"{path.resolve().as_uri()}?mode=ro{'' if written else '&immutable=1'}"
