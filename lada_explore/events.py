"""What a session tells its listeners while it works. A listener is any callable that takes one event."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lada_explore.records import IntArray, Record, Stage


@dataclass(frozen=True, slots=True)
class StageStarted:
    """A stage begins."""

    cycle: int
    stage: Stage


@dataclass(frozen=True, slots=True)
class Progress:
    """A stage stands at a point where it can pause or stop: `done` of `total` units are finished."""

    cycle: int
    stage: Stage
    done: int
    total: int
    unit: str


@dataclass(frozen=True, slots=True, eq=False)
class StageFinished:
    """A stage is committed; its record is on disk."""

    cycle: int
    stage: Stage
    record: Record
    seconds: float


@dataclass(frozen=True, slots=True, eq=False)
class QueryOpened:
    """The session waits for a person: these ids have no answer yet."""

    cycle: int
    ids: IntArray


@dataclass(frozen=True, slots=True)
class Failed:
    """A stage raised; nothing of it was committed. `message` is the sentence to show."""

    cycle: int
    stage: Stage
    message: str


Event = StageStarted | Progress | StageFinished | QueryOpened | Failed
Listener = Callable[[Event], None]
