"""A run that is open for writing: its records, its position, its journal, and all commits."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from lada_explore.errors import ConfigError, StoreError
from lada_explore.records import CycleRecords, IntArray, Record, RunPosition, Stage, position, stage_of_cycle
from lada_explore.store.agreement import require_named
from lada_explore.store.items import Items
from lada_explore.store.layouts import LayoutStore
from lada_explore.store.made_with import MadeWith
from lada_explore.store.run_folder import RunFolder
from lada_explore.store.unfinished import remove_what_is_unfinished

NO_IDS: IntArray = np.empty(0, dtype=np.int64)


class RunWriter:
    """Writes a run folder, which it keeps locked until `close`; after `close` nothing is written.

    Args:
        folder: an existing run folder.
        made_with: what its stages are computed with from now on.

    Raises:
        StoreError: the folder is damaged, or in use by another process or session.

    Attributes:
        folder: the run folder.
        absent_ids: (A,) ids of images that cannot be read any more as they were.
        image_notes: what a person should know of them.
        journal: the journal of answers.
        layouts: store of the layouts of the map.
        answering: lock that is held during every answer, and while a stage begins or a query closes, but never while a
            stage computes or an oracle answers. A thread that takes it must not hold the lock of a view or a worker.
    """

    def __init__(self, folder: RunFolder, *, made_with: MadeWith | None = None) -> None:
        self.folder, self.absent_ids, self.image_notes = folder, NO_IDS, tuple[str, ...]()
        self._made_with = made_with
        self.answering = threading.RLock()
        # Held during every commit, so that `close` waits for it; always taken after `answering`.
        self._committing = threading.RLock()
        self._closed = False
        folder.lock()
        try:
            remove_what_is_unfinished(folder.path)
            # One attribute, so that a reader without the lock gets records and running stage of the same moment.
            self._now = (folder.history(), False)
            self.journal = folder.open_journal()
        except BaseException:
            folder.unlock()
            raise
        try:
            n_added = len(self.journal.label_state().added_classes)
            require_named(self.history, len(folder.info.class_names) + n_added, folder.path)
            self.layouts = LayoutStore.of_writer(folder.path)
        except BaseException:
            self.journal.close()
            folder.unlock()
            raise

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._closed

    @property
    def history(self) -> tuple[CycleRecords, ...]:
        """Records so far, one entry for each cycle; the last one may be incomplete."""
        return self._now[0]

    @property
    def position(self) -> RunPosition:
        """How far the run has come."""
        return self.snapshot()[1]

    def snapshot(self) -> tuple[tuple[CycleRecords, ...], RunPosition]:
        """Records and position of the same moment; does not wait for a lock."""
        history, running = self._now
        return history, position(history, self.folder.info.config.schedule.cycles, running=running)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know of the run, as in `RecordedRun.notes`; the next stage counts."""
        now = self.position
        place = None if now.next_stage is None else (now.cycle, now.next_stage)
        changes = self.folder.changes(self._made_with, place)
        notes = (*self.folder.notes, *changes, self.journal.note, *self.image_notes)
        return tuple(note for note in notes if note)

    def require_open(self) -> None:
        """Raises StoreError after `close`."""
        if self._closed:
            raise StoreError(f"the session of {self.folder.path} is closed; open the run again with Session.resume")

    def begin(self) -> RunPosition:
        """Note that the next stage is running.

        Returns:
            The position of that stage.

        Raises:
            StoreError: the run was closed.
            ConfigError: the run is complete.
        """
        with self.answering, self._committing:
            self.require_open()
            now = self.position
            if now.next_stage is None:
                raise ConfigError(
                    f"the run is complete after {now.cycle} cycles; start another, or one with a larger schedule.cycles"
                )
            self._now = (self.history, True)
            return now

    def end(self) -> None:
        """Note that no stage is running any more, whether or not it was committed."""
        with self._committing:
            self._now = (self.history, False)

    def commit(
        self,
        record: Record,
        seconds: float,
        also: Callable[[Path], None] = lambda folder: None,
    ) -> None:
        """Put the record of the stage that runs on disk and into the history; arguments as for `RunFolder.commit`.

        Raises:
            StoreError: the run was closed, or the disk is full or read-only; then nothing is committed.
        """

        def fill(folder: Path) -> None:
            also(folder)
            self.require_open()  # `also` may have closed the run.

        with self._committing:
            self.require_open()
            self.folder.commit(record, seconds, fill, journal=self.journal.head(), made_with=self._made_with)
            last = self.history[-1]
            if last.cycle == record.cycle:
                history = (*self.history[:-1], last.including(record, seconds))
            else:
                history = (*self.history, CycleRecords(cycle=record.cycle).including(record, seconds))
            self._now = (history, False)

    def reopen_query(self) -> None:
        """Remove the record of the query that was closed last, so that its answers can be changed.

        Raises:
            StoreError: the run was closed, or the disk is read-only.
            ConfigError: there is no closed query that no training has used.
        """
        with self.answering, self._committing:
            self.require_open()
            last, now = self.history[-1], self.position
            if last.next_stage is not Stage.TRAIN or now.running:
                where = "now that the run is complete"
                if now.next_stage is not None:
                    where = f"before {stage_of_cycle(now.next_stage, now.cycle)}"
                raise ConfigError(f"no query can be opened again {where}")
            self.folder.retract(last.cycle, Stage.QUERY)
            seconds: dict[Stage, float] = {
                stage: value for stage, value in last.seconds.items() if stage is not Stage.QUERY
            }
            self._now = ((*self.history[:-1], replace(last, query=None, seconds=seconds)), False)

    def keep_items(self, items: Items) -> None:
        """Record what has become of the images; raises StoreError if the disk refuses."""
        with self.answering, self._committing:
            self.require_open()
            self.folder.keep_items(items)
            self.journal.bounds = self.folder.info.bounds

    def keep_newest(self, name: str, stages: Sequence[Stage]) -> None:
        """Delete a file of these stages in all cycles except the latest one with a record, if possible."""
        with self._committing:
            for stage in stages:
                made = [records.cycle for records in self.history if records.get(stage) is not None]
                for cycle in made[:-1] if not self._closed else ():
                    self.folder.drop_file(cycle, stage, name)

    def close(self) -> None:
        """Close the run and release its lock. Waits for a commit or answer in progress; none can begin afterwards."""
        with self.answering, self._committing:
            self._closed = True
            self.layouts.close()
            self.journal.close()
            self.folder.unlock()
