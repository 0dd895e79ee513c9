"""The files of a journal: the database that holds it, and the note of its last line beside it.

No other module uses SQLite.
"""

from __future__ import annotations

import errno
import json
import os
import sqlite3
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from lada_explore.background import system
from lada_explore.errors import LadaError
from lada_explore.files import Unreadable, converting, if_sound, read_json, reading
from lada_explore.store.seals import Head

HEAD_ENDING = ".head"

BESIDE = ("-wal", "-shm", "-journal")
"""Endings of the files that SQLite keeps beside a database and reads with it."""


def _no_journal(path: Path) -> Unreadable:
    return Unreadable(
        damaged="cannot be opened as a journal of answers",
        remedy="free some space if the disk is full, or restore it from a copy, or let `lada-explore repair "
        f"{path.parent}` keep what can be read of it",
    )


Refused = Callable[[Exception], LadaError]
"""The error of ours for one of SQLite on writing."""


class Database:
    """An open database whose errors are ours.

    Args:
        path: the file; made if missing, unless it is opened for reading only.
        read_only: see `_reading`.

    Raises:
        StoreError: it cannot be opened.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        self._unreadable = _no_journal(path)
        with reading(path, self._unreadable):
            _require_files(path)
            self._connection = _reading(path) if read_only else _writing(path)

    def execute(
        self, statement: str, values: Sequence[object] = (), unreadable: Unreadable | None = None
    ) -> list[tuple[Any, ...]]:
        """Execute one statement; returns its rows.

        Raises:
            StoreError: as `unreadable` says; that the journal cannot be opened, if None.
        """
        with reading(self.path, unreadable or self._unreadable):
            return self._connection.execute(statement, values).fetchall()

    def insert(self, statement: str, rows: Sequence[Sequence[object]], refused: Refused) -> None:
        """Execute a statement for each row. Raises the result of `refused`."""
        with converting(refused):
            self._connection.executemany(statement, rows)

    @contextmanager
    def together(self, refused: Refused | None = None) -> Iterator[None]:
        """Keep all that the block writes, or nothing of it if it raises an exception.

        Raises:
            LadaError: the result of `refused`, if nothing can be written.
        """
        to_error = refused or (lambda error: self._unreadable.of(self.path, error))
        with converting(to_error):
            self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            with converting(to_error):
                self._connection.commit()
        except BaseException:
            with if_sound():
                self._connection.rollback()
            raise

    @contextmanager
    def one_moment(self) -> Iterator[None]:
        """Let the block read the database as it is at one moment, whatever another process writes."""
        self.execute("BEGIN")
        try:
            yield
        finally:
            with if_sound():
                self._connection.rollback()

    def close(self) -> None:
        """Close it."""
        self._connection.close()


def journal_bytes(path: Path) -> bytes:
    """The database as one file, with all that is committed, also what SQLite keeps beside it.

    Raises:
        StoreError: it cannot be read.
    """
    unreadable = _no_journal(path)
    with reading(path, unreadable):
        _require_files(path)
        database = _reading(path)
    try:
        with converting(lambda error: unreadable.of(path, error)):
            return bytes(database.serialize())
    finally:
        database.close()


def _require_files(path: Path) -> None:
    """Raises OSError for a folder, a pipe or a device beside the database, which SQLite could wait for."""
    for beside in (path.with_name(f"{path.name}{ending}") for ending in BESIDE):
        if os.path.lexists(beside) and not os.path.isfile(beside):
            raise OSError(errno.EINVAL, f"{beside.name} beside it is no file")


def _writing(path: Path) -> sqlite3.Connection:
    """The database opened for writing, made if missing; what is committed is on disk.

    A write-ahead log lets readers read meanwhile. Where the file system cannot have one, as some of networks, the
    rollback journal takes its place.
    """
    database = sqlite3.connect(path, check_same_thread=False, timeout=10.0)
    try:
        mode = ""
        with if_sound():
            (mode,) = database.execute("PRAGMA journal_mode=WAL").fetchone()
        if mode != "wal":
            database.execute("PRAGMA journal_mode=DELETE")
        database.execute("PRAGMA synchronous=FULL")
    except BaseException:
        database.close()
        raise
    return database


def _reading(path: Path) -> sqlite3.Connection:
    """The database opened for reading only, which leaves no files and works on a read-only disk too.

    Without a writer there is no file `-wal`, and `immutable` needs none. With one whose `-shm` cannot be made, as on a
    read-only disk, a copy in memory is read, the log included. So it is where a file `-journal` holds what a killed
    writer changed, and a reader may not put back.
    """
    log, index, rollback = (path.with_name(f"{path.name}{ending}") for ending in BESIDE)
    uri = path.resolve().as_uri()
    if rollback.exists():
        with if_sound():
            database = sqlite3.connect(f"{uri}?mode=ro", uri=True, check_same_thread=False, timeout=10.0)
            database.execute("SELECT * FROM sqlite_master")
            return database
        return _copy_with_log(path, rollback)
    if not log.exists():
        return sqlite3.connect(f"{uri}?mode=ro&immutable=1", uri=True, check_same_thread=False, timeout=10.0)
    if index.exists() or os.access(path.parent, os.W_OK):
        return sqlite3.connect(f"{uri}?mode=ro", uri=True, check_same_thread=False, timeout=10.0)
    return _copy_with_log(path, log)


def _copy_with_log(path: Path, log: Path) -> sqlite3.Connection:
    import shutil
    import tempfile

    memory = sqlite3.connect(":memory:", check_same_thread=False)
    with tempfile.TemporaryDirectory(prefix="lada-explore-") as folder:
        for file in (path, log):
            shutil.copyfile(file, Path(folder) / file.name)
        copy = sqlite3.connect(Path(folder) / path.name)
        try:
            copy.backup(memory)
        finally:
            copy.close()
    return memory


class HeadFile:
    """The note `labels.sqlite.head` of a journal's last line, written over and over without waiting for the disk.

    A log that lost its end after a crash is a journal like any other to SQLite. With this note it is noticed, but for
    a crash of the system itself, before which the note may not have reached the disk: then it names an earlier line.

    Args:
        journal: the journal's path.

    Raises:
        OSError: it cannot be written.
    """

    def __init__(self, journal: Path) -> None:
        self._descriptor = os.open(_head_path(journal), os.O_RDWR | os.O_CREAT, 0o644)
        self._close = weakref.finalize(self, os.close, self._descriptor)  # also if it is never closed

    def write(self, head: Head) -> None:
        """Note the last line; a disk that is full costs the note only."""
        text = json.dumps({"entries": head.entries, "chain": head.chain}).encode().ljust(128) + b"\n"
        with suppress(OSError):
            system.rewrite(self._descriptor, text)

    def close(self) -> None:
        """Let go of it."""
        self._close()


def read_head(journal: Path) -> Head | None:
    """The journal's last line as the note has it; None without a note, or with one that cannot be read."""
    with if_sound():
        said = read_json(_head_path(journal))
        entries, chain = said["entries"], said["chain"]
        if type(entries) is int and 0 <= entries < 2**63 and isinstance(chain, str):
            return Head(entries=entries, chain=chain)
    return None


def _head_path(journal: Path) -> Path:
    return journal.with_name(f"{journal.name}{HEAD_ENDING}")
