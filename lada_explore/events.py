"""Events that a session emits while it works. A listener is any callable that takes one event."""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lada_explore.records import IntArray, Record, Stage


@dataclass(frozen=True, slots=True)
class StageStarted:
    """A stage has begun."""

    cycle: int
    stage: Stage


@dataclass(frozen=True, slots=True)
class Progress:
    """A stage has reached a point where it can pause or stop: `done` of `total` units are finished."""

    cycle: int
    stage: Stage
    done: int
    total: int
    unit: str


@dataclass(frozen=True, slots=True, eq=False)
class StageFinished:
    """A stage is committed: its record is on disk.

    Attributes:
        cycle, stage: which.
        record: its record.
        seconds: that computing it took, as the record has them.
        storing_s: seconds that writing it took, weights included.
    """

    cycle: int
    stage: Stage
    record: Record
    seconds: float
    storing_s: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class QueryOpened:
    """The session waits for a person to answer; `ids` (B,) have no answer yet."""

    cycle: int
    ids: IntArray


@dataclass(frozen=True, slots=True)
class Failed:
    """A stage raised an error and committed nothing. `message` is the sentence to show."""

    cycle: int
    stage: Stage
    message: str


@dataclass(frozen=True, slots=True)
class LabelsChanged:
    """The journal has a new action of a person: an answer, a skip, an undo or any other."""


Event = StageStarted | Progress | StageFinished | QueryOpened | Failed | LabelsChanged
Listener = Callable[[Event], None]


def weakly(method: Callable[..., Any]) -> Callable[..., Any]:
    """A function that calls a bound method without keeping its object alive; without the object it does nothing."""
    held = weakref.WeakMethod(method)

    def call(*arguments: Any) -> Any:
        found = held()
        return None if found is None else found(*arguments)

    return call


class Listeners:
    """The listeners of a run; safe to use from several threads."""

    def __init__(self) -> None:
        self._all: dict[object, Listener] = {}
        # Reentrant, because Python may find a listener unused, which then unsubscribes, on a thread that holds it.
        self._lock = threading.RLock()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with every event from now on; returns a function that ends the subscription."""
        key = object()
        with self._lock:
            self._all[key] = listener

        def unsubscribe() -> None:
            with self._lock:
                self._all.pop(key, None)

        return unsubscribe

    def emit(self, event: Event) -> None:
        """Call every listener, on the calling thread; an error of a listener is raised to the caller."""
        with self._lock:
            listeners = list(self._all.values())
        for listener in listeners:
            listener(event)

    def __len__(self) -> int:
        return len(self._all)


class Redraw:
    """One requested redraw of a view. `end` is called when it is drawn, or when it will never be drawn.

    Attributes:
        by: thread that draws it; None until it begins.
    """

    def __init__(self, pending: set[Redraw]) -> None:
        self._pending = pending
        self._ended = threading.Event()
        self.by: threading.Thread | None = None

    def begin(self) -> None:
        """Note that the calling thread draws it."""
        self.by = threading.current_thread()

    def end(self) -> None:
        """Release everybody who waits for it."""
        self._pending.discard(self)
        self._ended.set()

    def wait(self, timeout_s: float) -> None:
        """Wait until it has ended, at most `timeout_s` seconds."""
        self._ended.wait(timeout_s)


class Redraws:
    """The redraws that views of this process have requested and not finished; views draw on their own threads."""

    def __init__(self) -> None:
        self._pending: set[Redraw] = set()
        self._on_waited: list[Callable[[], None]] = []

    def on_waited(self, callback: Callable[[], None]) -> None:
        """Call `callback` at the end of every `wait`, on the thread that waited."""
        self._on_waited.append(callback)

    def request(self) -> Redraw:
        """Add a redraw that others can wait for."""
        redraw = Redraw(self._pending)
        self._pending.add(redraw)
        return redraw

    def wait(self, timeout_s: float) -> None:
        """Wait until all redraws requested so far have ended, at most `timeout_s` seconds.

        Returns at once on a thread that is drawing: it could only wait for itself.
        """
        end, requested = time.monotonic() + timeout_s, self._pending.copy()
        if any(redraw.by is threading.current_thread() for redraw in requested):
            return
        for redraw in requested:
            redraw.wait(max(0.0, end - time.monotonic()))
        for callback in self._on_waited:
            callback()


REDRAWS = Redraws()
"""The redraws of all views, so that a script can wait for views that it does not know."""
