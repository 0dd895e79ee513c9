"""A recorded run for readers: without torch and without a lock."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from lada_explore.config import RunConfig
from lada_explore.config.paths import DEMO, bundled, expanded
from lada_explore.errors import ConfigError, StoreError
from lada_explore.records import CycleRecords, classes_could_grow
from lada_explore.store.agreement import require_named
from lada_explore.store.items import Items
from lada_explore.store.journal_entry import JournalEntry
from lada_explore.store.layouts import LayoutStore
from lada_explore.store.run_folder import RunFolder
from lada_explore.store.run_info import RunInfo
from lada_explore.store.run_line import ToldInALine


class RecordedRun(ToldInALine):
    """A run folder that is open for reading; views accept it in place of a session.

    Attributes:
        path: the path of the run folder.
        folder: the run folder.
        info: what was asked for.
        history: records so far, one entry a cycle; read once.
        notes: what a reader should know of the run: that another machine or another number of threads computed a part
            of it, that its journal cannot be read, that an earlier version wrote it without digests.
    """

    def __init__(self, path: Path) -> None:
        self.folder = folder = RunFolder(path)
        self.path = path
        self.info: RunInfo = folder.info
        self.history: tuple[CycleRecords, ...] = folder.history()
        # A journal that is missing or damaged is named where the answers are asked for; the records can be read still.
        self._added_classes: tuple[str, ...] = ()
        self._journal_fault = ""
        self.notes: tuple[str, ...] = (*folder.notes, *folder.changes())
        try:
            with closing(folder.open_journal(read_only=True)) as journal:
                self._added_classes = journal.label_state().added_classes
                self.notes += (journal.note,) if journal.note else ()
        except StoreError as error:
            self._journal_fault = str(error)
            self.notes += (self._journal_fault,)
        else:
            require_named(self.history, len(self.class_names), path)

    @property
    def config(self) -> RunConfig:
        """Settings of the run."""
        return self.info.config

    def config_of(self, cycle: int) -> RunConfig:
        """Settings by which a cycle was made: of a branch, those of its parent for the cycles that they share."""
        return self.info.of_cycle(cycle).config

    @property
    def items(self) -> Items | None:
        """The images by id, see `store.items`; None where nothing is known of them. Raises StoreError if damaged."""
        return self.folder.items

    @property
    def pool_size(self) -> int:
        """Number of images to be labelled."""
        return self.info.pool_size

    @property
    def image_notes(self) -> tuple[str, ...]:
        """What was said of the images when the run began, such as which files were left out."""
        return self.info.notes

    @property
    def class_names(self) -> tuple[str, ...]:
        """Names of the classes by label, including classes that a person added.

        Raises:
            StoreError: a person may have added some, and the journal, which names them, cannot be read.
        """
        if self._journal_fault and classes_could_grow(self.history):
            raise StoreError(self._journal_fault)
        return (*self.info.class_names, *self._added_classes)

    @property
    def device(self) -> str:
        """Device on which the run was started."""
        return self.info.device

    @property
    def asks_a_person(self) -> bool:
        """True if a person is the oracle of the run."""
        return self.info.asks_a_person

    def answers(self) -> list[JournalEntry]:
        """Every line of the journal, in order."""
        with closing(self.folder.open_journal(read_only=True)) as journal:
            return journal.answers()

    def require_outside(self, out: Path) -> None:
        """Raises ConfigError for a place inside the run, where nothing is exported to."""
        # Unlike Path.resolve, realpath raises nothing for a link to itself.
        if Path(os.path.realpath(out)).is_relative_to(os.path.realpath(self.path)):
            raise ConfigError(
                f"{out} is inside the run, whose files are its record; choose a file elsewhere with --out"
            )

    @property
    def layouts(self) -> LayoutStore:
        """Store of the layouts of the map; it reads the run folder but writes elsewhere."""
        return LayoutStore.of_reader(self.path)

    def on_change(self, callback: Callable[[], None]) -> Callable[[], None]:
        """A recorded run never changes; returns a function that does nothing."""
        return lambda: None


def open_run(path: str | Path) -> RecordedRun:
    """Open a run folder for reading; needs neither torch nor the images.

    Raises:
        StoreError: the path is not a run folder, or the folder is damaged.
    """
    return RecordedRun(expanded(path))


def demo_run() -> RecordedRun:
    """Open the recorded run that comes with the package: `lada-entmix` on images of Fashion-MNIST.

    Raises:
        StoreError: it is not there, or damaged; install the package again.
    """
    return open_run(bundled(DEMO))
