"""The run folder, which holds everything about a run and can be read without torch.

    runs/NAME/
        run.json                settings, data set and its checksum, versions, device
        items.jsonl             the images by id, see `store.items`
        labels.sqlite           the journal of answers
        run.lock                held by the one process that may write
        cycles/003/select/      one folder a stage: record.json, arrays.npz, seconds.json, and seal.json, which has a
                                digest of each and of the stage before
        cycles/003/train/       ... and checkpoint.safetensors
        layouts/                layouts of the map, see `store.layouts`; can be computed again from the rest

The folder of a stage is renamed into place once it is completely on disk. A run that is killed at any time therefore
holds only complete stages, and continues with the first missing one.
"""

from __future__ import annotations

import itertools
import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from filelock import FileLock, Timeout

from lada_explore.config.fidelity import departures
from lada_explore.config.paths import command
from lada_explore.errors import StoreError
from lada_explore.files import Refusal, denied, is_there, remove_folder, write_folder, writing
from lada_explore.files.locks import PROBED_S
from lada_explore.records import CycleRecords, Record, Stage, stages_of
from lada_explore.store.agreement import Seen, check_cycle, check_history
from lada_explore.store.codec import RECORD_FILE, read_record, read_seconds, write_record, write_seconds
from lada_explore.store.files import damaged
from lada_explore.store.items import Items, ItemsHead, read_head, read_items, write_items
from lada_explore.store.journal import JOURNAL_FILE, Journal
from lada_explore.store.made_with import MadeWith, changes, made_at_start
from lada_explore.store.places import CHECKPOINT_FILE, Place, stages_in
from lada_explore.store.run_info import RunInfo, read_info, write_info
from lada_explore.store.schema import check_record
from lada_explore.store.seals import SEAL_FILE, Head, digest_of, read_seal, require_sealed, write_seal

LOCK_FILE = "run.lock"
LAYOUT_FOLDER = "layouts"
WEIGHTS_ENDING = ".safetensors"
AS_RELEASED = "made as the authors' release of LADA, in all that `fidelity=released` sets"

BEGUN_UNSEALED = "an earlier version began it, without checksums: damage to its first stages may go unnoticed"

_OF_STAGE = Refusal(taken="is there already and is left as it is; open the run again to go on after it")


def require_new(path: Path, refusal: Refusal) -> None:
    """Raises an error, that of `refusal` in its words, unless there is nothing at a path or an empty folder."""
    with writing(path, refusal):
        if os.path.exists(path) and (not path.is_dir() or any(path.iterdir())):
            raise refusal.error(f"{path} {refusal.taken}")


class RunFolder:
    """Reads a run folder, and writes it while holding its lock.

    Args:
        path: an existing run folder.
        know_images: whether what is recorded of its images is read at once.

    Raises:
        StoreError: the path is not a run folder, or the folder cannot be read.
    """

    def __init__(self, path: Path, *, know_images: bool = True) -> None:
        self.path = path
        self.info, self._run_digest = read_info(path)
        self.items_head: ItemsHead | None = None
        if know_images:
            self.know_images()
        self._journal_end: Head | None = None
        self._made_with: list[tuple[Place, MadeWith]] = []
        as_released = () if departures(self.info.config) else (AS_RELEASED,)
        kind = self.info.config.classifier.kind
        of_classifier = (f"of the classifier {kind}: {note}" for note in self.info.classifier_notes)
        parent = self.info.parent
        self._first_digest = self._run_digest if parent is None else parent.first_digest
        shared = () if parent is None else (parent.sentence(),)
        self._notes = (*(() if self._first_digest else (BEGUN_UNSEALED,)), *shared, *as_released, *of_classifier)
        # Not thread-local: a session opened on one thread may be closed on another.
        self._lock = FileLock(path / LOCK_FILE, thread_local=False)

    @classmethod
    def create(cls, path: Path, info: RunInfo, items: Items | None = None) -> RunFolder:
        """Make a new run folder.

        Args:
            path: the folder; it may exist if it is empty.
            info: what was asked for.
            items: its images; None where they have no names. The folder gives them the id of the run.

        Raises:
            StoreError: the path exists already, or cannot be written.
        """
        refusal = Refusal(
            taken=f"exists already and is left as it is; go on with {command('resume', path)} or choose another "
            "folder with --out"
        )
        require_new(path, refusal)
        own = replace(info, id=info.id or secrets.token_hex(8))

        def fill(folder: Path) -> None:
            write_info(folder, own)
            if items is not None:
                write_items(folder, items.of(own.id))
            Journal(folder / JOURNAL_FILE, run_id=own.id).close()

        write_folder(path, fill, overwrite=False, refusal=refusal)
        return cls(path)

    @property
    def digest(self) -> str:
        """Digest of its run.json; empty for a run of format 1."""
        return self._run_digest

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know of how the run was made, and of images that were added."""
        return (*self._notes, *(() if self.items_head is None else self.items_head.notes()))

    def know_images(self) -> None:
        """Read what is recorded of the images. Raises StoreError if it is damaged."""
        self.items_head = read_head(self.path, self.info.id)
        if self.items_head is not None:
            self.info = replace(self.info, pool_size=self.items_head.n_train)

    @property
    def items(self) -> Items | None:
        """The images by id; None where they have no names, or are not recorded yet. Raises StoreError if damaged."""
        return read_items(self.path, self.info.id)

    def keep_items(self, items: Items) -> None:
        """Record what has become of the images; the folder has to be locked. Raises StoreError if the disk refuses."""
        write_items(self.path, items.of(self.info.id))
        self.know_images()

    def cycles_with_weights(self, cycles: Iterable[int]) -> list[int]:
        """Those of these cycles after which the weights were kept, from which a branch can go on."""
        return [cycle for cycle in cycles if (self.stage_folder(cycle, Stage.TRAIN) / CHECKPOINT_FILE).exists()]

    # One writer --------------------------------------------------------------------------------------------------

    def lock(self) -> None:
        """Lock the folder for writing, until `unlock` or the end of the process.

        Raises:
            StoreError: another process or session holds the lock, or the folder is read-only.
        """
        with writing(self.path):
            try:
                self._lock.acquire(timeout=PROBED_S)
            except Timeout:  # An OSError too, so it is caught before `writing` sees it.
                raise StoreError(
                    f"{self.path} is in use by another process or session; close it there first, or look at the run "
                    f"with {command('show', self.path)}"
                ) from None

    def unlock(self) -> None:
        """Release the lock."""
        self._lock.release()

    # Stages ------------------------------------------------------------------------------------------------------

    def stage_folder(self, cycle: int, stage: Stage) -> Path:
        """Folder of the record of a stage."""
        return self.path / "cycles" / f"{cycle:03d}" / stage.value

    def commit(
        self,
        record: Record,
        seconds: float,
        also: Callable[[Path], None] = lambda folder: None,
        *,
        journal: Head | None = None,
        made_with: MadeWith | None = None,
    ) -> None:
        """Put a record on disk, whole or not at all.

        Args:
            record: of a stage that is not committed yet.
            seconds: what the stage took; kept beside the record, so that equal runs have equal records.
            also: writes further files into the stage's folder.
            journal: end of the journal now.
            made_with: what the stage was computed with.

        Raises:
            StoreError: the disk is full or read-only, or the record is none of this run.
        """
        folder = self.stage_folder(record.cycle, record.stage)
        check_record(record, folder, self.info.of_cycle(record.cycle))

        def fill(beside: Path) -> None:
            write_record(beside, record)
            write_seconds(beside, seconds)
            also(beside)
            write_seal(beside, self._digest_before(record.cycle, record.stage), journal=journal, made_with=made_with)

        write_folder(folder, fill, overwrite=False, refusal=_OF_STAGE)
        if made_with:
            self._made_with.append(((record.cycle, record.stage), made_with))

    def _digest_before(self, cycle: int, stage: Stage) -> str:
        """Digest that the seal of a stage names: that of the stage before, or of run.json."""
        order = stages_of(cycle)
        place = order.index(stage)
        if place:
            before = order[place - 1]
        elif cycle:
            cycle, before = cycle - 1, stages_of(cycle - 1)[-1]
        else:
            return self._run_digest
        seal = read_seal(self.stage_folder(cycle, before))
        return self.joined("" if seal is None else seal.digest, (cycle, before))

    def joined(self, digest: str, before: Place) -> str:
        """What the seal of the stage after `before` names; the first that is a branch's own names its run.json too."""
        info, of_run = self.info, self._run_digest
        while (parent := info.parent) is not None and before[0] <= parent.at:
            if before == (parent.at, Stage.EVALUATE):
                return digest_of({"run": of_run, "stage": digest})
            info, of_run = parent.info, parent.digest
        return digest

    def retract(self, cycle: int, stage: Stage) -> None:
        """Remove the record that was committed last, completely or not at all.

        Raises:
            StoreError: the disk is read-only.
        """
        remove_folder(self.stage_folder(cycle, stage))
        if self._made_with and self._made_with[-1][0] == (cycle, stage):
            self._made_with.pop()

    def drop_file(self, cycle: int, stage: Stage, name: str) -> None:
        """Delete a file of a committed stage, such as an old checkpoint, if possible."""
        with suppress(OSError):
            (self.stage_folder(cycle, stage) / name).unlink(missing_ok=True)

    def open_journal(self, *, read_only: bool = False, end: Head | None = None) -> Journal:
        """The journal of answers.

        Args:
            read_only: for readers of a recorded run.
            end: what the journal must reach; what the last stage of the history that was read found when None.

        Raises:
            StoreError: missing or damaged, or shorter than a stage found it; an empty one in its place would lose the
                answers to an open query.
        """
        place = self.path / JOURNAL_FILE
        if not is_there(place):
            raise StoreError(f"{place} is missing; it holds all answers so far, so restore it from a copy")
        journal = Journal(place, run_id=self.info.journal_id, read_only=read_only, bounds=self.info.bounds)
        try:
            if (end := end or self._journal_end) is not None:
                journal.require(end)
        except BaseException:
            journal.close()
            raise
        return journal

    def history(self) -> tuple[CycleRecords, ...]:
        """Records of all cycles so far; the last one may be incomplete, and cycle 0 always has an entry.

        Raises:
            StoreError: a record is damaged, or is missing although later ones exist.
        """
        done, missing = self.stages_done()
        if missing:
            raise StoreError(missing)
        read = list(self._read(done))
        cycles = read[-1][1] if read else [CycleRecords(cycle=0)]
        check_history(cycles, self.info, self.path)
        return tuple(cycles)

    def sound_stages(self) -> tuple[tuple[Place, ...], str]:
        """The stages from the first on that are sound and agree with those before, and what is wrong with the next.

        Returns:
            Cycle and stage of each, and a sentence, which is empty if nothing is wrong.
        """
        done, fault = self.stages_done()
        sound: list[Place] = []
        seen = Seen(self.info)
        try:
            for place, cycles in self._read(done):
                if place[0] and place[1] is stages_of(place[0])[0]:
                    seen.add(cycles[-2])
                check_cycle(cycles[-1], seen, self.path)
                sound.append(place)
        except StoreError as error:
            if denied(error):  # What may not be read is no reason to drop anything.
                raise
            fault = str(error)
        return tuple(sound), fault

    def stages_done(self) -> tuple[list[Place], str]:
        """The stages before the first that is missing; and a sentence if there are others after it."""
        there = self.stages_there()
        done = list(itertools.takewhile(there.__contains__, self.order()))
        if len(done) == len(there) and (self.info.parent is None or (self.info.last_shared, Stage.EVALUATE) in done):
            return done, ""
        missing = next(place for place in self.order() if place not in there)
        if missing[0] <= self.info.last_shared:
            return done, f"{self.stage_folder(*missing)} is missing, {self.from_parent()}"
        later = min(there - set(done), key=lambda place: (place[0], stages_of(place[0]).index(place[1])))
        return done, (
            f"{self.stage_folder(*missing)} is missing although the later {self.stage_folder(*later)} exists; "
            f"restore it from a copy, or let {command('repair', self.path)} set the run back to the stage before"
        )

    def from_parent(self) -> str:
        """How a branch gets again what it shares with its parent; the run itself cannot make it again."""
        assert self.info.parent is not None
        return (
            f"which {self.path} shares with its parent; restore it from a copy or from {self.info.parent.path}, or "
            "branch again"
        )

    def _read(self, places: Iterable[Place]) -> Iterator[tuple[Place, list[CycleRecords]]]:
        """Read stages in this order; each with all records so far."""
        self._made_with.clear()
        cycles, before = [CycleRecords(cycle=0)], self._first_digest
        for cycle, stage in places:
            if cycle != cycles[-1].cycle:
                cycles.append(CycleRecords(cycle=cycle))
            record, seconds, before = self._read_stage(cycle, stage, before)
            before = self.joined(before, (cycle, stage))
            cycles[-1] = cycles[-1].including(record, seconds)
            yield (cycle, stage), cycles

    def _read_stage(self, cycle: int, stage: Stage, before: str) -> tuple[Record, float, str]:
        """Record and seconds of a stage, and the digest of its seal, which must follow that of the stage before."""
        folder = self.stage_folder(cycle, stage)
        record, seconds = read_record(folder, stage), read_seconds(folder)
        check_record(record, folder, self.info.of_cycle(cycle))
        if record.cycle != cycle:
            raise damaged(folder / RECORD_FILE, f"it is of cycle {record.cycle}, and its folder of {cycle}", folder)
        seal = read_seal(folder)
        if seal is None:
            if self._first_digest or cycle > self.info.last_shared >= 0:
                raise damaged(folder / SEAL_FILE, "it is missing", folder)
            return record, seconds, ""
        if seal.previous != before:
            raise damaged(folder / SEAL_FILE, "it does not follow the stage before, so it is of another run", folder)
        for name in seal.files:
            # Weights are checked when they are read: they are large, and no view needs them.
            if not name.endswith(WEIGHTS_ENDING):
                require_sealed(folder, name, seal)
        if seal.journal is not None:
            self._journal_end = seal.journal
        if seal.made_with:
            self._made_with.append(((cycle, stage), seal.made_with))
        return record, seconds, seal.digest

    @property
    def made_with(self) -> MadeWith:
        """What the last of the stages that were read or committed was computed with; of a run without any, its start.

        A stage that was committed without a seal is taken to be computed as the run was begun.
        """
        return self._made_with[-1][1] if self._made_with else made_at_start(self.info)

    def changes(self, going_on: MadeWith | None = None, place: Place | None = None) -> tuple[str, ...]:
        """A sentence for each change of what the stages were computed with, see `store.made_with`.

        What is computed after it differs in the last digits from what it would have been without.

        Args:
            going_on: what the next stage is computed with.
            place: the next stage; None for none.
        """
        made = [*self._made_with, *([(place, going_on)] if place and going_on else [])]
        return tuple(changes(made, made_at_start(self.info)))

    def order(self) -> Iterator[Place]:
        """Every stage that the run is to have, in order."""
        return ((c, stage) for c in range(self.info.config.schedule.cycles + 1) for stage in stages_of(c))

    @property
    def is_complete(self) -> bool:
        """Whether the last stage of the run is there."""
        return os.path.isdir(self.stage_folder(self.info.config.schedule.cycles, Stage.EVALUATE))

    def stages_there(self) -> set[Place]:
        """Stages of the run that have a folder."""
        return stages_in(self.path, self.info.config.schedule.cycles)
