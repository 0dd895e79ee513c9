"""What a worker needs from a session, and the status that it reports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from lada_explore.config import RunConfig
from lada_explore.events import Listener, Progress
from lada_explore.labelling.protocol import LabellingFeed
from lada_explore.records import STAGE_NAMES, CycleRecords, IntArray, Record, RunPosition, Stage

if TYPE_CHECKING:
    from lada_explore.session.worker import Worker


class Steppable(Protocol):
    """What a worker needs from a session.

    It stands beside the class `lada_explore.session.session.Session` because workers, views and their tests run
    without torch, which that class imports.
    """

    @property
    def config(self) -> RunConfig:
        """Settings of the run."""

    def config_of(self, cycle: int) -> RunConfig:
        """Settings by which a cycle was made: of a branch, those of its parent for the cycles that they share."""

    @property
    def class_names(self) -> tuple[str, ...]:
        """Names of the classes, by label."""

    @property
    def device(self) -> str:
        """Name of the device that it runs on."""

    @property
    def history(self) -> tuple[CycleRecords, ...]:
        """Records so far, one entry a cycle."""

    @property
    def position(self) -> RunPosition:
        """Cycle and next stage, read at one moment; never waits."""

    @property
    def open_query(self) -> IntArray:
        """Queried ids that wait for an answer."""

    @property
    def asks_a_person(self) -> bool:
        """Whether the oracle is a person, so that a query waits for answers."""

    def step(self, gate: Callable[[], None]) -> Record | None:
        """Run one stage; None when it waits for answers. `gate` is called at every progress point."""

    @property
    def labelling(self) -> LabellingFeed:
        """Takes a person's answers."""

    @property
    def worker(self) -> Worker:
        """Its one worker; see `OwnedWorker`."""

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with every event, `LabelsChanged` included; returns a function that ends the subscription."""


class WorkerState(StrEnum):
    """What a worker is doing."""

    IDLE = "idle"
    RUNNING = "running"
    PAUSED = "paused"
    WAITING = "waiting"
    FAILED = "failed"
    FINISHED = "finished"

    def __repr__(self) -> str:
        """What a notebook shows where a cell ends with it, as with `worker.wait()`."""
        return _SAID[self]


_SAID = {
    WorkerState.IDLE: "idle: nothing runs; step() or run() goes on",
    WorkerState.RUNNING: "running",
    WorkerState.PAUSED: "paused: resume() goes on",
    WorkerState.WAITING: "waiting for answers",
    WorkerState.FAILED: "failed: step() starts the stage again",
    WorkerState.FINISHED: "finished: the run is complete",
}


@dataclass(frozen=True, slots=True)
class WorkerStatus:
    """A snapshot for views.

    Attributes:
        state: what the worker is doing.
        cycle: cycle of `stage`.
        stage: the stage that runs, or that would run next; None when the run is complete.
        progress: last progress point of the running stage, if any.
        stage_s: seconds that the running stage has taken so far, without pauses; 0 between stages.
        message: why it failed or stopped, or what it waits for; empty otherwise.
        asked: "pause" or "stop" from the command until the running stage reaches a progress point; empty otherwise.
    """

    state: WorkerState
    cycle: int
    stage: Stage | None
    progress: Progress | None
    stage_s: float
    message: str
    asked: str = ""


def stopped(cycle: int, stage: Stage, *, closed: bool = False) -> str:
    """What became of a stage that was stopped, in sentences without the last full stop.

    Args:
        cycle: its cycle.
        stage: the stage.
        closed: True if it was stopped because the run was closed.
    """
    why = " because the run was closed here" if closed else ""
    told = f"Stopped during {STAGE_NAMES[stage]} (cycle {cycle}){why}"
    if stage is Stage.QUERY:
        kept = "Later answers are dropped; open the run again" if closed else "The answers so far are kept; step again"
        return f"{told}. {kept} to go on"
    again = "open the run again, then the next step" if closed else "the next step"
    return f"{told}. Nothing was saved; {again} starts it again"


def waiting(missing: int) -> str:
    """What a run waits for, in a sentence without a full stop: so many images without an answer."""
    return "1 image waits for an answer" if missing == 1 else f"{missing} images wait for an answer"
