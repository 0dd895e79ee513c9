"""A run as a reader sees it: records only, no torch, no lock."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from lada_explore.config import RunConfig
from lada_explore.config.paths import expanded
from lada_explore.errors import StoreError
from lada_explore.records import CycleRecords
from lada_explore.store.answers import Answer
from lada_explore.store.journal import JOURNAL_FILE, Journal
from lada_explore.store.label_state import LabelState
from lada_explore.store.layouts import LayoutStore
from lada_explore.store.run_folder import RunFolder, RunInfo


class RecordedRun:
    """A run folder opened for reading; views take it in place of a session.

    Attributes:
        path: the run folder.
        info: what was asked for.
        history: records so far, one entry a cycle; read once.
    """

    def __init__(self, path: Path) -> None:
        folder = RunFolder(path)
        self.path = path
        self.info: RunInfo = folder.info
        self.history: tuple[CycleRecords, ...] = folder.history()
        # A journal that is missing or damaged is named when the answers are asked for; the records can be read still.
        self._added_classes: tuple[str, ...] = ()
        with suppress(StoreError):
            self._added_classes = LabelState(self.answers()).added_classes

    @property
    def config(self) -> RunConfig:
        """Settings of the run."""
        return self.info.config

    @property
    def class_names(self) -> tuple[str, ...]:
        """Names of the classes, by label, with those that a person added."""
        return (*self.info.class_names, *self._added_classes)

    @property
    def device(self) -> str:
        """Device that the run was started on."""
        return self.info.device

    @property
    def asks_a_person(self) -> bool:
        """Whether nobody but a person answered."""
        return self.info.oracle == "person"

    def answers(self) -> list[Answer]:
        """Every line of the journal, in order."""
        journal = Journal(self.path / JOURNAL_FILE, read_only=True)
        try:
            return journal.answers()
        finally:
            journal.close()

    @property
    def layouts(self) -> LayoutStore:
        """Where the layouts of its map are found, and kept without touching the run folder."""
        return LayoutStore.of_reader(self.path)

    def on_change(self, callback: Callable[[], None]) -> Callable[[], None]:
        """A recorded run never changes; returns a call that does nothing."""
        return lambda: None


def open_run(path: str | Path) -> RecordedRun:
    """Open a run folder for reading; needs neither torch nor the images.

    Raises:
        StoreError: no run folder, or a damaged one.
    """
    return RecordedRun(expanded(path))
