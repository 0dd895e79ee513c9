"""The journal of answers: append-only, on disk before a call returns, and the one source of truth for labels."""

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
from lada_explore.store.files import foreign
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
"""Columns that the first journals had not; they are added when such a journal is opened for writing."""

_INSERT = """
INSERT INTO answers (id, label, annotator, time, cycle, action, note, undoes) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""


class Journal:
    """SQLite file of answers; safe to use from several threads.

    Args:
        path: the database file, made if missing.
        read_only: open without the right to write, for readers of a recorded run.

    Raises:
        StoreError: the file is no journal or cannot be opened.
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
        """Those of `_LATER_COLUMNS` that are not there; raises StoreError for a column missing or unknown."""
        there = [row[1] for row in self._database.execute("PRAGMA table_info(answers)")]
        known = [field.name for field in fields(Answer)]
        for name in [*known, *there]:
            if name not in there and name not in _LATER_COLUMNS:
                raise foreign(self._path, f"cannot be opened as a journal of answers, for it lacks the column {name!r}")
            if name not in known:
                raise foreign(self._path, f"cannot be opened as a journal of answers, for it has the column {name!r}")
        return set(known) - set(there)

    def record(self, cycle: int, labels: Mapping[int, int], annotator: str, *, note: str = "") -> None:
        """Append answers; they are synced to disk when this returns.

        Args:
            cycle: cycle whose query they answer.
            labels: class index by id.
            annotator: who answered.
            note: `AHEAD` for answers to a query that is not made yet.

        Raises:
            StoreError: the disk is full or read-only; none of these answers is kept then.
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
        """Append one action, on each of some images; synced to disk when this returns.

        Args:
            action: any action except LABEL, which `record` writes.
            cycle: cycle whose query it belongs to.
            annotator: who did it.
            ids: images that it is about; one line of id -1 for none.
            label: class index, where it has one.
            note: what else it says; see `Answer`.
            undoes: line that an "undo" takes back.

        Raises:
            StoreError: the disk is full or read-only; nothing of it is kept then.
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
        """Every line, in the order of writing; lines are read once and remembered.

        Raises:
            StoreError: the journal is damaged or closed.
        """
        with self._lock:
            self._read()
            return list(self._lines)

    def label_state(self) -> LabelState:
        """What the lines add up to, as on disk now; once closed, as it was then. It is one object, which grows.

        Raises:
            StoreError: the journal is damaged.
        """
        with self._lock:
            if not self._closed:
                self._read()
            return self._label_state

    def _read(self) -> None:
        """Read the lines that were written since."""
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
        """The answer in a row of the database. Raises StoreError for an action or a rule that is not known here."""
        image_id, label, annotator, moment, cycle, action, note, undoes, entry = row
        if action not in list(JournalAction):
            raise foreign(self._path, f"has the action {action!r} in line {entry}, which is not known here")
        if action == JournalAction.SET_RULE and note not in list(AnswerRule):
            raise foreign(self._path, f"has the rule {note!r} in line {entry}, which is not known here")
        return Answer(image_id, label, annotator, moment, cycle, JournalAction(action), note, undoes, entry)

    def close(self) -> None:
        """Close the database; what stood is still known."""
        with self._lock:
            if not self._closed:
                with suppress(StoreError):
                    self._read()
            self._closed = True
            self._database.close()


def _reading_address(path: Path) -> str:
    """Without a writer there is no file `-wal`, and `immutable` reads on a read-only disk too and leaves no files."""
    written = path.with_name(f"{path.name}-wal").exists()
    return f"{path.resolve().as_uri()}?mode=ro{'' if written else '&immutable=1'}"
