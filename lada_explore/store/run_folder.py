"""The run folder, which holds everything about a run and can be read without torch.

    runs/NAME/
        run.json                settings, data set and its checksum, versions, device
        labels.sqlite           the journal of answers
        run.lock                locked by the process that writes the run
        cycles/003/select/      one folder for each stage: record.json, arrays.npz, seconds.json
        cycles/003/train/       ... and checkpoint.safetensors
        layouts/                layouts of the map, see `store.layouts`; can be computed again from the rest

The folder of a stage is renamed into place once it is completely on disk. A run that is killed at any time therefore
holds only complete stages, and continues with the first missing one.
"""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import TypeAdapter, ValidationError

from lada_explore.config import RunConfig, flatten
from lada_explore.errors import StoreError
from lada_explore.files import Refusal, remove_folder, remove_unfinished, sync, write_folder, writing
from lada_explore.records import CycleRecords, Record, Stage, stages_of
from lada_explore.store.codec import read_record, write_record
from lada_explore.store.files import incompatible, read_object
from lada_explore.store.journal import JOURNAL_FILE, Journal

RUN_FILE = "run.json"
LOCK_FILE = "run.lock"
SECONDS_FILE = "seconds.json"
LAYOUT_FOLDER = "layouts"
FORMAT = 1

_OF_STAGE = Refusal(taken="is there already and is left as it is; open the run again to go on after it")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunInfo:
    """The content of `run.json`.

    Attributes:
        config: settings of the run.
        class_names: names of the classes, by label.
        image_shape: (D, H, W) of the images.
        pool_size: N.
        n_test: number of test images; 0 without a labelled test set.
        train_checksum: checksum of the images to be labelled.
        test_checksum: checksum of the test set; empty without one.
        oracle: "ground-truth", "person" or the name of another oracle.
        acquisition_unit: unit of scores and look-ahead values.
        device: device on which the run was started.
        precision: number format of the classifier's layers in SCORE and LOOK_AHEAD, chosen at the start.
        threads: CPU threads for training steps, chosen at the start; the same number gives the same results bit for
            bit.
        versions: versions of Python, torch and this package at the start.
        notes: sentences that a person should read about the data, for example on images that were left out.
        image_source: origin of the images and their licence; empty in older runs.
        pass_threads: CPU threads for passes of many images through the classifier; 0 if they are `threads` too.
        threads_tried_ms: time in milliseconds by "step" or "pass" and by number of threads, from the trial that chose
            them; empty if the number was given or there was no choice.
    """

    config: RunConfig
    class_names: tuple[str, ...]
    image_shape: tuple[int, int, int]
    pool_size: int
    n_test: int
    train_checksum: str
    test_checksum: str
    oracle: str
    acquisition_unit: str
    device: str
    precision: str
    threads: int
    versions: dict[str, str]
    notes: tuple[str, ...] = ()
    image_source: str = ""
    pass_threads: int = 0
    threads_tried_ms: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


class RunFolder:
    """Reads a run folder, and writes it while holding its lock.

    Args:
        path: an existing run folder.

    Raises:
        StoreError: the path is not a run folder, or the folder cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.info = _read_info(path)
        # Not thread-local, because a session may be opened on one thread and closed on another.
        self._lock = FileLock(path / LOCK_FILE, thread_local=False)

    @classmethod
    def create(cls, path: Path, info: RunInfo) -> RunFolder:
        """Make a new run folder.

        Raises:
            StoreError: the path exists already, or cannot be written.
        """
        refusal = Refusal(
            taken=f"exists already and is left as it is; go on with `lada-explore resume {path}` or choose another "
            "folder with --out"
        )
        with writing(path):
            if os.path.exists(path) and (not path.is_dir() or any(path.iterdir())):
                raise StoreError(f"{path} {refusal.taken}")

        def fill(folder: Path) -> None:
            values = {"format": FORMAT, **asdict(info)}
            (folder / RUN_FILE).write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")
            Journal(folder / JOURNAL_FILE).close()

        write_folder(path, fill, overwrite=False, refusal=refusal)
        return cls(path)

    # One writer --------------------------------------------------------------------------------------------------

    def lock(self) -> None:
        """Lock the folder for writing, until `unlock` or the end of the process.

        Raises:
            StoreError: another process or session holds the lock, or the folder is read-only.
        """
        with writing(self.path):
            try:
                self._lock.acquire(timeout=0)
            except Timeout:  # An OSError too, so it is caught before `writing` sees it.
                raise StoreError(
                    f"{self.path} is in use by another process or session; close it there first, or look at the run "
                    f"with `lada-explore show {self.path}`"
                ) from None

    def unlock(self) -> None:
        """Release the lock."""
        self._lock.release()

    # Stages ------------------------------------------------------------------------------------------------------

    def stage_folder(self, cycle: int, stage: Stage) -> Path:
        """Folder of the record of a stage."""
        return self.path / "cycles" / f"{cycle:03d}" / stage.value

    def commit(self, record: Record, seconds: float, also: Callable[[Path], None] = lambda folder: None) -> None:
        """Write a record to disk, completely or not at all.

        Args:
            record: record of a stage that is not committed yet.
            seconds: duration of the stage; stored beside the record, so that equal runs have equal records.
            also: writes further files into the folder of the stage.

        Raises:
            StoreError: the disk is full or read-only.
        """

        def fill(folder: Path) -> None:
            write_record(folder, record)
            (folder / SECONDS_FILE).write_text(json.dumps(round(seconds, 4)) + "\n", encoding="utf-8")
            also(folder)

        write_folder(self.stage_folder(record.cycle, record.stage), fill, overwrite=False, refusal=_OF_STAGE)

    def retract(self, cycle: int, stage: Stage) -> None:
        """Remove the record that was committed last, completely or not at all.

        Raises:
            StoreError: the disk is read-only.
        """
        remove_folder(self.stage_folder(cycle, stage))

    def drop_file(self, cycle: int, stage: Stage, name: str) -> None:
        """Delete a file of a committed stage, such as an old checkpoint, if possible."""
        with suppress(OSError):
            (self.stage_folder(cycle, stage) / name).unlink(missing_ok=True)

    def open_journal(self) -> Journal:
        """The journal of answers, for writing.

        Raises:
            StoreError: the journal is missing or damaged. It is not replaced by an empty one, which would lose the
                answers to an open query.
        """
        place = self.path / JOURNAL_FILE
        if not place.is_file():
            raise StoreError(f"{place} is missing; it holds all answers so far, so restore it from a copy")
        return Journal(place)

    def history(self) -> tuple[CycleRecords, ...]:
        """Records of all cycles so far; the last one may be incomplete, and cycle 0 always has an entry.

        Raises:
            StoreError: a record is damaged, or is missing although later ones exist.
        """
        there = self._stages_there()
        done = list(itertools.takewhile(there.__contains__, self._order()))
        if len(done) < len(there):
            missing = next(stage for stage in self._order() if stage not in there)
            later = min(there - set(done), key=lambda place: (place[0], stages_of(place[0]).index(place[1])))
            raise StoreError(
                f"{self.stage_folder(*missing)} is missing although the later {self.stage_folder(*later)} exists; "
                "restore it from a copy, or delete all later stages and resume to make them again"
            )
        cycles = [CycleRecords(cycle=0)]
        for cycle, stage in done:
            folder = self.stage_folder(cycle, stage)
            if cycle != cycles[-1].cycle:
                cycles.append(CycleRecords(cycle=cycle))
            cycles[-1] = cycles[-1].including(read_record(folder, stage), _read_seconds(folder))
        return tuple(cycles)

    def _order(self) -> Iterator[tuple[int, Stage]]:
        """All stages of the complete run, in order."""
        return ((c, stage) for c in range(self.info.config.schedule.cycles + 1) for stage in stages_of(c))

    def _stages_there(self) -> set[tuple[int, Stage]]:
        """Stages that have a folder; takes time in proportion to their number, not to the number of planned cycles."""
        cycles, there = self.path / "cycles", set()
        for name in os.listdir(cycles) if cycles.is_dir() else ():
            if not name.isdecimal() or name != f"{int(name):03d}" or int(name) > self.info.config.schedule.cycles:
                continue
            there |= {(int(name), stage) for stage in stages_of(int(name)) if (cycles / name / stage).is_dir()}
        return there

    def clean(self) -> None:
        """Remove unfinished files of a killed process, and flush the folders that it may have renamed last.

        Raises:
            StoreError: the disk is read-only.
        """
        by_number = sorted(self.path.glob("cycles/*"), key=lambda path: (len(path.name), path.name))
        cycles = [path for path in by_number if path.is_dir()]
        for folder in (*cycles, self.path / LAYOUT_FOLDER):
            remove_unfinished(folder)
        with writing(self.path):
            for folder in (*cycles[-1:], self.path / "cycles", self.path, self.path.parent):
                if folder.is_dir():
                    sync(folder)


def _read_seconds(folder: Path) -> float:
    place = folder / SECONDS_FILE
    try:
        return float(json.loads(place.read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise incompatible(place, "is missing") from error
    except PermissionError as error:
        raise StoreError(f"{place} may not be read ({error.strerror}); give yourself permission to read it") from error
    except (OSError, ValueError, TypeError) as error:
        raise StoreError(
            f"{folder} is damaged ({error} in {SECONDS_FILE}); write the stage's seconds, or 0, into that file"
        ) from error


_INFO = TypeAdapter(RunInfo)


def _read_info(path: Path) -> RunInfo:
    place = path / RUN_FILE
    if not os.path.isfile(place):
        raise StoreError(f"{path} is not a run folder ({RUN_FILE} is missing); name one made by `lada-explore run`")
    try:
        values = read_object(place)
        if (version := values.pop("format", None)) is None:
            raise incompatible(place, "lacks the field 'format'")
        if version != FORMAT:
            raise StoreError(f"{path} has format {version}; this release reads format {FORMAT}, so use a newer one")
        info = _INFO.validate_python(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = ".".join(map(str, first["loc"]))
        if first["type"] == "missing":
            raise incompatible(place, f"lacks the field {name!r}") from error
        raise StoreError(f"{place} is damaged ({name}: {first['msg']}); restore it from a copy") from error
    except PermissionError as error:
        raise StoreError(f"{place} may not be read ({error.strerror}); give yourself permission to read it") from error
    except (OSError, ValueError, TypeError) as error:
        raise StoreError(f"{place} is damaged ({error}); restore it from a copy") from error
    if extra := sorted(flatten(values).keys() - flatten(asdict(info)).keys()):
        raise incompatible(place, f"has the field {extra[0]!r}, which is not known here")
    return info
