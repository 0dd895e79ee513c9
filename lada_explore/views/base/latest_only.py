"""Long work for a view on a thread of its own: one job at a time, and only the one asked for last."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable

from lada_explore import background
from lada_explore.events import REDRAWS, Redraw

Job = Callable[[Callable[[], bool]], None]
"""Work that calls its argument now and then to learn whether it is still wanted, and ends soon if not."""


class LatestOnlyExecutor:
    """Runs jobs on a daemon thread, which ends when there is no job left.

    Args:
        report: called with the exception of a job that fails.
    """

    def __init__(self, report: Callable[[Exception], None]) -> None:
        self._report = report
        self._lock = threading.Lock()
        self._wanted: Hashable = None
        self._next: tuple[Hashable, Job, Redraw] | None = None
        self._running = False

    def want(self, key: Hashable, job: Job) -> None:
        """Run a job instead of whatever was asked for before; nothing happens if its key is the one asked for last.

        Returns at once. A running job with another key learns that it is not wanted, and this job begins when it ends.
        """
        with self._lock:
            if key == self._wanted or background.python_is_exiting():
                return
            self._skip()
            self._wanted, self._next = key, (key, job, REDRAWS.request())
            if self._running:
                return
            self._running = True
        background.start(self._run, "lada-view-work", self.cancel)

    @property
    def is_busy(self) -> bool:
        """Whether a job runs, wanted or not."""
        return self._running

    def cancel(self) -> None:
        """Drop the waiting job, and let the running one learn that it is not wanted."""
        with self._lock:
            self._skip()
            self._wanted = None

    def _skip(self) -> None:
        """Drop the waiting job."""
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
