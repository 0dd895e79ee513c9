"""What a session tells its listeners while it works. A listener is any callable that takes one event."""

from __future__ import annotations

import threading
import time
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


@dataclass(frozen=True, slots=True)
class LabelsChanged:
    """A person answered, skipped, took back or did anything else that the journal holds now."""


Event = StageStarted | Progress | StageFinished | QueryOpened | Failed | LabelsChanged
Listener = Callable[[Event], None]


class Listeners:
    """Who hears the events of a run; safe to use from several threads."""

    def __init__(self) -> None:
        self._all: dict[object, Listener] = {}
        self._lock = threading.Lock()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Hear every event from now on; returns the call that ends it."""
        key = object()
        with self._lock:
            self._all[key] = listener

        def forget() -> None:
            with self._lock:
                self._all.pop(key, None)

        return forget

    def emit(self, event: Event) -> None:
        """Tell everybody, on the calling thread; what a listener raises goes to the caller."""
        with self._lock:
            listeners = list(self._all.values())
        for listener in listeners:
            listener(event)

    def __len__(self) -> int:
        return len(self._all)


class Redraw:
    """One picture that has been asked for and not been drawn yet; `end` says that it has, or that it never will be."""

    def __init__(self, among: set[Redraw]) -> None:
        self._among = among
        self._ended = threading.Event()
        self.by: threading.Thread | None = None

    def begin(self) -> None:
        """The calling thread draws it."""
        self.by = threading.current_thread()

    def end(self) -> None:
        """Nobody needs to wait for it any more."""
        self._among.discard(self)
        self._ended.set()

    def wait(self, timeout_s: float) -> None:
        """Wait until it has ended."""
        self._ended.wait(timeout_s)


class Redraws:
    """What the views of this process still have to draw; views draw on threads of their own, a little later."""

    def __init__(self) -> None:
        self._open: set[Redraw] = set()
        self._on_waited: list[Callable[[], None]] = []

    def on_waited(self, callback: Callable[[], None]) -> None:
        """Call `callback` whenever somebody has waited, on that thread."""
        self._on_waited.append(callback)

    def ask(self) -> Redraw:
        """A picture has been asked for."""
        redraw = Redraw(self._open)
        self._open.add(redraw)
        return redraw

    def wait(self, timeout_s: float) -> None:
        """Wait until what has been asked for so far is drawn, or the time is over.

        On a thread that draws it returns at once: what that view is asked for next is drawn only after this.
        """
        end, asked = time.monotonic() + timeout_s, self._open.copy()
        if any(redraw.by is threading.current_thread() for redraw in asked):
            return
        for redraw in asked:
            redraw.wait(max(0.0, end - time.monotonic()))
        for callback in self._on_waited:
            callback()


REDRAWS = Redraws()
"""All views ask here, so that a script can wait for them without knowing them."""
