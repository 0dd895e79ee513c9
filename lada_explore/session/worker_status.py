"""What a worker needs of a session, and what it tells of itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from lada_explore.config import RunConfig
from lada_explore.events import Listener, Progress
from lada_explore.labelling.protocol import LabellingFeed
from lada_explore.records import CycleRecords, IntArray, Record, RunPosition, Stage

if TYPE_CHECKING:
    from lada_explore.session.worker import Worker


class Steppable(Protocol):
    """What a worker needs of a session; `lada_explore.session.session.Session` is one, a fake in the tests another."""

    @property
    def config(self) -> RunConfig:
        """Settings of the run."""

    @property
    def class_names(self) -> tuple[str, ...]:
        """Names of the classes, by label."""

    @property
    def device(self) -> str:
        """Device it runs on."""

    @property
    def history(self) -> tuple[CycleRecords, ...]:
        """Records so far, one entry a cycle."""

    @property
    def position(self) -> RunPosition:
        """Cycle and next stage of the same moment; never waits."""

    @property
    def open_query(self) -> IntArray:
        """Queried ids without an answer."""

    @property
    def asks_a_person(self) -> bool:
        """Whether nobody but a person answers."""

    def step(self, gate: Callable[[], None]) -> Record | None:
        """Run one stage; None when it waits for answers. `gate` is called at every progress point."""

    @property
    def labelling(self) -> LabellingFeed:
        """Takes what a person answers."""

    @property
    def worker(self) -> Worker:
        """Its one worker; see `OwnedWorker`."""

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Hear events, `LabelsChanged` among them; returns the call that ends it."""


class WorkerState(StrEnum):
    """What a worker is doing."""

    IDLE = "idle"
    RUNNING = "running"
    PAUSED = "paused"
    WAITING = "waiting"
    FAILED = "failed"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class WorkerStatus:
    """A snapshot for views.

    Attributes:
        state: what the worker is doing.
        cycle: cycle of `stage`.
        stage: the stage that runs, or that would run next; None when the run is complete.
        progress: last progress point of the running stage, if any.
        stage_s: seconds that the running stage has taken so far, pauses included; 0 between stages.
        message: why it failed or stopped, or what it waits for; empty otherwise.
        asked: "pause" or "stop" until the running stage has come to a progress point and done so; empty otherwise.
    """

    state: WorkerState
    cycle: int
    stage: Stage | None
    progress: Progress | None
    stage_s: float
    message: str
    asked: str = ""
