"""The journal of answers: append-only, on disk before `record` returns, and the one source of truth for labels."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lada_explore.errors import StoreError

JOURNAL_FILE = "labels.sqlite"

_SCHEMA = """
CREATE TABLE IF NOT EXISTS answers (
    entry INTEGER PRIMARY KEY,
    id INTEGER NOT NULL,
    label INTEGER NOT NULL,
    annotator TEXT NOT NULL,
    time REAL NOT NULL,
    cycle INTEGER NOT NULL,
    action TEXT NOT NULL
)
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """One line of the journal.

    Attributes:
        id: image that was answered.
        label: class index.
        annotator: who answered.
        time: seconds since 1970, UTC.
        cycle: cycle whose query it answers.
        action: "label".
    """

    id: int
    label: int
    annotator: str
    time: float
    cycle: int
    action: str


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
        try:
            address = _reading_address(path) if read_only else str(path)
            self._database = sqlite3.connect(address, uri=read_only, check_same_thread=False, timeout=10.0)
            if not read_only:
                self._database.execute("PRAGMA journal_mode=WAL")
                self._database.execute("PRAGMA synchronous=FULL")
                self._database.execute(_SCHEMA)
                self._database.commit()
            self._database.execute("SELECT entry, id, label, annotator, time, cycle, action FROM answers LIMIT 1")
        except sqlite3.Error as error:
            if hasattr(self, "_database"):
                self._database.close()
            raise StoreError(
                f"{path} cannot be opened as a journal of answers ({error}); free some space if the disk is full, or "
                "restore it from a copy"
            ) from error

    def record(self, cycle: int, labels: Mapping[int, int], annotator: str) -> None:
        """Append answers; they are synced to disk when this returns.

        Args:
            cycle: cycle whose query they answer.
            labels: class index by id.
            annotator: who answered.

        Raises:
            StoreError: the disk is full or read-only; none of these answers is kept then.
        """
        now = time.time()
        rows = [(int(i), int(label), annotator, now, cycle, "label") for i, label in labels.items()]
        statement = "INSERT INTO answers (id, label, annotator, time, cycle, action) VALUES (?, ?, ?, ?, ?, ?)"
        with self._lock:
            try:
                with self._database:
                    self._database.executemany(statement, rows)
            except sqlite3.Error as error:
                raise StoreError(
                    f"{len(rows)} answers could not be written to {self._path} ({error}); "
                    "free some space and answer them again, all earlier answers are kept"
                ) from error

    def answers(self, cycle: int | None = None) -> list[Answer]:
        """Answers in the order they were given, of one cycle or of all.

        Raises:
            StoreError: the journal is damaged or closed.
        """
        query = "SELECT id, label, annotator, time, cycle, action FROM answers"
        with self._lock:
            try:
                if cycle is None:
                    rows = self._database.execute(f"{query} ORDER BY entry").fetchall()
                else:
                    rows = self._database.execute(f"{query} WHERE cycle = ? ORDER BY entry", (cycle,)).fetchall()
            except sqlite3.Error as error:
                raise StoreError(f"{self._path} cannot be read ({error}); restore it from a copy") from error
        return [Answer(*row) for row in rows]

    def labels(self, cycle: int) -> dict[int, int]:
        """The label that stands for each answered id of a cycle: the last one given."""
        return {answer.id: answer.label for answer in self.answers(cycle)}

    def close(self) -> None:
        """Close the database."""
        with self._lock:
            self._database.close()


def _reading_address(path: Path) -> str:
    """Without a writer there is no file `-wal`, and `immutable` reads on a read-only disk too and leaves no files."""
    written = path.with_name(f"{path.name}-wal").exists()
    return f"{path.resolve().as_uri()}?mode=ro{'' if written else '&immutable=1'}"
