"""Seconds of a stage, without those in which a person had paused it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Stopwatch:
    """Seconds since `start`, without those in which it was held.

    One thread starts, holds and stops it; any thread reads it.
    """

    def __init__(self) -> None:
        # One value, so that a reader never meets half a change: when it began, and when it was held.
        self._times: tuple[float | None, float | None] = (None, None)

    @property
    def seconds(self) -> float:
        """Seconds so far; 0 before the start and after the stop."""
        began, held = self._times
        if began is None:
            return 0.0
        return (time.monotonic() if held is None else held) - began

    def start(self) -> None:
        """Begin at 0."""
        self._times = (time.monotonic(), None)

    def stop(self) -> None:
        """Forget the seconds."""
        self._times = (None, None)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Stand still for as long as the block runs."""
        began, now = self._times[0], time.monotonic()
        self._times = (began, now)
        try:
            yield
        finally:
            self._times = (None if began is None else began + time.monotonic() - now, None)
