"""Progress points: the only places where a stage can pause or stop."""

from collections.abc import Callable

Tick = Callable[[int, int, str], None]
"""Called between batches with (done, total, unit); it may hold, or raise StageStopped."""


def no_tick(done: int, total: int, unit: str) -> None:
    """For a stage run by hand: never holds."""
