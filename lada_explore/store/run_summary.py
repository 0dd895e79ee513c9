"""How far a run is and how accurate, read from as little of its folder as that takes: many runs are listed at once."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from lada_explore.errors import LadaError
from lada_explore.files import reading
from lada_explore.files.locks import is_held
from lada_explore.records import RunPosition, Stage, stages_of
from lada_explore.store.codec import RECORD_FILE
from lada_explore.store.files import read_object, unreadable_in
from lada_explore.store.places import Place, is_cycle
from lada_explore.store.run_folder import LOCK_FILE, RunFolder
from lada_explore.store.run_info import RUN_FILE, RunInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """A run in short.

    Attributes:
        path: its folder.
        info: what `run.json` says; None if that cannot be read.
        digest: of `run.json`; empty for a run of format 1.
        position: the stage that comes next; None if `run.json` or the folder cannot be read.
        labels: labelled images that the last evaluated classifier was trained on; None before the first.
        accuracy: share of test images classified correctly by evaluated cycle, None without test images.
        fault: what cannot be read, as a sentence; empty if nothing.
    """

    path: Path
    info: RunInfo | None = None
    digest: str = ""
    position: RunPosition | None = None
    labels: int | None = None
    accuracy: tuple[float | None, ...] = ()
    fault: str = ""


class SummaryReader:
    """Reads runs in short, and those that did not change since the last time not again."""

    def __init__(self) -> None:
        self._known: dict[Path, tuple[object, RunSummary]] = {}

    def read(self, path: Path) -> RunSummary:
        """The run in a folder; what is damaged is a sentence of it."""
        state = _state_of(path)
        known = self._known.get(path)
        if known is None or known[0] != state:
            known = self._known[path] = state, _summary(path)
        return known[1]

    def keep_only(self, paths: set[Path]) -> None:
        """Forget every other run."""
        self._known = {path: known for path, known in self._known.items() if path in paths}


def is_at_work(path: Path) -> bool:
    """Whether somebody has the run in a folder open to go on with it."""
    return is_held(path / LOCK_FILE)


def _state_of(path: Path) -> object:
    """Changes whenever a stage of the run is committed or dropped, or `run.json` is another."""
    try:
        names = sorted(name for name in os.listdir(path / "cycles") if is_cycle(name))
    except OSError:
        names = []
    places = (path / RUN_FILE, *(path / "cycles" / name for name in names[-2:]))
    return len(names), *map(_changed, places)


def _changed(place: Path) -> tuple[int, int, int]:
    try:
        found = os.stat(place)
    except OSError:
        return (0, 0, 0)
    return found.st_mtime_ns, found.st_ino, found.st_size


def _summary(path: Path) -> RunSummary:
    try:
        folder = RunFolder(path, know_images=False)
    except LadaError as error:
        return RunSummary(path=path, fault=str(error))
    try:
        done, fault = folder.stages_done()
    except LadaError as error:
        return RunSummary(path=path, info=folder.info, digest=folder.digest, fault=str(error))
    labels, accuracy = None, list[float | None]()
    for place in done:
        if place[1] is not Stage.EVALUATE:
            continue
        try:
            labels, found = _evaluated(folder, place)
        except LadaError as error:
            fault = fault or str(error)
            break
        accuracy.append(found)
    return RunSummary(
        path=path,
        info=folder.info,
        digest=folder.digest,
        position=_position(done, folder.info.config.schedule.cycles),
        labels=labels,
        accuracy=tuple(accuracy),
        fault=fault,
    )


def _position(done: list[Place], cycles: int) -> RunPosition:
    """The stage after those that are there, as `records.position` tells it of their records."""
    cycle = done[-1][0] if done else 0
    there = {stage for of_cycle, stage in done if of_cycle == cycle}
    missing = next((stage for stage in stages_of(cycle) if stage not in there), None)
    if missing is None and cycle < cycles:
        return RunPosition(cycle + 1, stages_of(cycle + 1)[0])
    return RunPosition(cycle, missing)


def _evaluated(folder: RunFolder, place: Place) -> tuple[int, float | None]:
    """Labels and accuracy of an evaluated cycle; only the small file of its record is read.

    Raises:
        StoreError: it cannot be read.
    """
    file, unreadable = folder.stage_folder(*place) / RECORD_FILE, unreadable_in(folder.path)
    values = read_object(file, unreadable)
    with reading(file, unreadable):
        accuracy = values["accuracy"]
        return int(values["n_labelled"]), None if accuracy is None else float(accuracy)
