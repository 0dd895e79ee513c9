"""Long work for a view, off the kernel's threads: one job at a time, and only the one asked for last."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable

from lada_explore import background
from lada_explore.events import REDRAWS, Redraw

Job = Callable[[Callable[[], bool]], None]
"""Work that asks now and then whether it is still wanted, and ends soon if it is not."""


class LatestOnlyExecutor:
    """Runs jobs on a daemon thread that lives as long as there is one.

    Args:
        report: gets what a job raises.
    """

    def __init__(self, report: Callable[[Exception], None]) -> None:
        self._report = report
        self._lock = threading.Lock()
        self._wanted: Hashable = None
        self._next: tuple[Hashable, Job, Redraw] | None = None
        self._running = False

    def want(self, key: Hashable, job: Job) -> None:
        """Run a job instead of whatever was asked for before; nothing happens if its key is the one asked for last.

        Returns at once. A running job with another key is told that it is not wanted, and this one begins when it ends.
        """
        with self._lock:
            if key == self._wanted or background.python_ends():
                return
            self._skip()
            self._wanted, self._next = key, (key, job, REDRAWS.ask())
            if self._running:
                return
            self._running = True
        background.start(self._run, "lada-view-work", self.cancel)

    def cancel(self) -> None:
        """Nothing is wanted any more."""
        with self._lock:
            self._skip()
            self._wanted = None

    def _skip(self) -> None:
        """What was to be done next is not done."""
        if self._next is not None:
            self._next[2].end()
            self._next = None

    def _run(self) -> None:
        while True:
            with self._lock:
                if self._next is None:
                    self._running = False
                    return
                (key, job, redraw), self._next = self._next, None
            redraw.begin()
            try:
                job(lambda key=key: self._wanted == key)  # type: ignore[misc]
            except Exception as error:
                self._report(error)
            finally:
                redraw.end()
            with self._lock:
                if self._wanted == key:
                    self._wanted = None
