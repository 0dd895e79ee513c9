"""The status of each run of a sweep, in a file of its own: OUT/sweep/METHOD.seed-0.json.

Whoever computes a run keeps it, and `experiments.board` reads it; so the board works for every engine and needs nothing
but the folder.
"""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from pydantic import TypeAdapter

from lada_explore.errors import ConfigError
from lada_explore.events import Event, Listener, Progress, StageFinished, StageStarted
from lada_explore.files import Refusal, Unreadable, make_folder, read_json, reading, write_file, writing
from lada_explore.records import CycleRecords, EvaluateRecord, Stage

BOARD_FOLDER = "sweep"
"""Folder in that of a sweep with all that its board needs."""

HEARD_S = 1.0
"""Least seconds between two statuses of a run that goes on: each is flushed to disk, and stages can be much shorter."""

OF_STATUS = Refusal(error=ConfigError, remedy="choose another folder with --out")
STATUS_EXPECTED = Unreadable(error=ConfigError, damaged="is no status of a run", remedy="remove it, it is made again")


class RunState(StrEnum):
    """What has become of a run. STOPPED: the sweep was interrupted; the same command goes on."""

    WAITING = "waiting"
    RUNNING = "running"
    COMPLETE = "complete"
    FAILED = "failed"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleStatus:
    """One evaluated cycle.

    Attributes:
        cycle: its number.
        labels: that the classifier was trained on.
        accuracy: test accuracy in [0, 1]; None if there is none.
        seconds: of all its stages.
    """

    cycle: int
    labels: int
    accuracy: float | None
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStatus:
    """What is known of a run.

    Attributes:
        method, seed: which run.
        cycles: number of its last cycle.
        state: what has become of it.
        where: machine, process and device that compute it, or did last.
        cycle, stage: the stage under way; the last one of a run that has ended.
        began, cycle_began, heard: when it was begun or resumed last, when the cycle under way was, and when it was last
            heard of, in seconds since 1970; 0 before.
        done: its evaluated cycles.
        error: why it failed, as a sentence.
        tries: how often it was begun or resumed.
    """

    method: str
    seed: int
    cycles: int
    state: RunState = RunState.WAITING
    where: str = ""
    cycle: int = 0
    stage: str = ""
    began: float = 0.0
    cycle_began: float = 0.0
    heard: float = 0.0
    done: tuple[CycleStatus, ...] = field(default=())
    error: str = ""
    tries: int = 0


Keep = Callable[[RunStatus], None]
"""Takes a status of a run and keeps it."""

_STATUS = TypeAdapter(RunStatus)


def status_file(run: Path) -> Path:
    """The file with the status of a run in this folder."""
    return run.parent.parent / BOARD_FOLDER / f"{run.parent.name}.{run.name}.json"


def kept_for(run: Path) -> Keep:
    """Keeps the status of the run in a folder. Calling it raises ConfigError if the disk refuses."""
    place = status_file(run)

    def keep(status: RunStatus) -> None:
        with writing(place, OF_STATUS):
            make_folder(place.parent)
        content = json.dumps(asdict(status), indent=1) + "\n"
        write_file(place, content.encode(), overwrite=True, refusal=OF_STATUS)

    return keep


def read_status(run: Path) -> RunStatus | None:
    """The status that is kept of the run in a folder; None if there is none.

    Raises:
        ConfigError: it is damaged.
    """
    place = status_file(run)
    if not place.exists():
        return None
    values = read_json(place, STATUS_EXPECTED)
    with reading(place, STATUS_EXPECTED):
        return _STATUS.validate_python(values)


class Followed(Protocol):
    """What a follower needs of a session."""

    @property
    def history(self) -> tuple[CycleRecords, ...]:
        """Records so far."""

    @property
    def device(self) -> str:
        """Name of the device that it runs on."""

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with every event."""


class Follower:
    """Follows one run and has its status kept.

    Args:
        status: its status before it begins.
        keep: takes each further one.
        clock: seconds since 1970.

    Attributes:
        status: the last one.
    """

    def __init__(self, status: RunStatus, keep: Keep, clock: Callable[[], float] = time.time) -> None:
        self.status, self._keep, self._clock = status, keep, clock
        self._of_cycle = dict[Stage, float]()

    def begin(self, session: Followed) -> None:
        """Follow a session that was just opened, until it is closed."""
        done = tuple(
            _done(records.evaluate, records.seconds) for records in session.history if records.evaluate is not None
        )
        now = self._clock()
        where = f"{socket.gethostname()}, process {os.getpid()}, {session.device}"
        self._change(
            state=RunState.RUNNING,
            where=where,
            done=done,
            began=now,
            cycle_began=now,
            error="",
            tries=self.status.tries + 1,
        )
        self._of_cycle = {} if session.history[-1].evaluate else dict(session.history[-1].seconds)
        session.subscribe(self._hear)

    def end(self, state: RunState, error: str = "") -> None:
        """Note that the run has ended, and why."""
        self._change(state=state, error=error)

    def _hear(self, event: Event) -> None:
        if isinstance(event, StageStarted | Progress):
            self.status = replace(self.status, cycle=event.cycle, stage=event.stage.value)
            if self._clock() - self.status.heard >= HEARD_S:
                self._change()
        elif isinstance(event, StageFinished):
            self._of_cycle[event.stage] = event.seconds
            if isinstance(event.record, EvaluateRecord):
                done = (*self.status.done, _done(event.record, self._of_cycle))
                self._change(done=done, cycle_began=self._clock())
                self._of_cycle = {}

    def _change(self, **changes: object) -> None:
        self.status = replace(self.status, heard=self._clock(), **changes)  # type: ignore[arg-type]
        self._keep(self.status)


def _done(record: EvaluateRecord, seconds: Mapping[Stage, float]) -> CycleStatus:
    return CycleStatus(
        cycle=record.cycle, labels=record.n_labelled, accuracy=record.accuracy, seconds=float(sum(seconds.values()))
    )
