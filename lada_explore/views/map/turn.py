"""When a layout may take the computer's time: it lets the stages of its run go first.

A layout of 2,000 images keeps a core busy for seconds, and beside it a cycle of a second takes several. So it waits
while a stage runs, also in the middle, and goes on when the run asks a person, is paused or has ended. A run that steps
on for hours would leave a person without a map: after `PATIENCE_S` seconds without a moment for it, a layout goes on
beside the stages, on the one thread that it uses anyway. A cycle that somebody waits for is mostly over by then.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from lada_explore.background import python_is_exiting
from lada_explore.session.worker import Worker, WorkerState
from lada_explore.views.base.source import RunSource

PATIENCE_S = 20.0
"""Longest time in seconds that a layout waits for the stages of its run."""

POLL_S = 0.05
"""Time in seconds between two looks at what the run does."""


class Turn:
    """Holds a layout while a stage of its run computes.

    Args:
        source: the run; a recorded one has no stages to wait for.
        say: shows a sentence while it waits, and "" when it goes on.
    """

    def __init__(self, source: RunSource, say: Callable[[str], None]) -> None:
        self._run = source if isinstance(source, Worker) else None
        self._say = say
        self._waited_since: float | None = None
        self._hurried = 0
        self._ended = threading.Event()

    @property
    def ended(self) -> bool:
        """Whether `end` was called."""
        return self._ended.is_set()

    def is_mine(self) -> bool:
        """Whether no stage computes now."""
        if self._run is None:
            return True
        state = self._run.status.state
        if state is WorkerState.PAUSED:
            return True
        return state is not WorkerState.RUNNING and not self._run.session.position.running

    def wait(self) -> None:
        """Return as soon as no stage computes, or a layout has waited for `PATIENCE_S`."""
        said = ""
        while not (self._ended.is_set() or python_is_exiting()) and (words := self.words()):
            if not said:
                self._say(said := words)
            self._ended.wait(POLL_S)
        if said:
            self._say("")

    def words(self) -> str:
        """Why a layout waits, without a capital; empty if it need not."""
        if self.is_mine():
            self._waited_since = None
        elif self._waited_since is None:
            self._waited_since = time.monotonic()
        since = self._waited_since
        if since is None or self._hurried or time.monotonic() - since > PATIENCE_S:
            return ""
        return f"the layout waits for the stages of the run, at most {PATIENCE_S:.0f} s …"

    def done(self) -> None:
        """Note that a layout is on the map: the next one waits anew."""
        self._waited_since = None

    @contextmanager
    def hurry(self) -> Iterator[None]:
        """Wait for nothing inside the block, because somebody waits for the map."""
        self._hurried += 1
        try:
            yield
        finally:
            self._hurried -= 1

    def end(self) -> None:
        """Wait no more: nobody looks at the map."""
        self._ended.set()
