"""Progress points: the only places where a stage can pause or stop."""

from collections.abc import Callable

Tick = Callable[[int, int, str], None]
"""Called between batches with (done, total, unit). It may wait, while the run is paused, or raise StageStopped."""


def no_tick(done: int, total: int, unit: str) -> None:
    """A `Tick` that does nothing, to call a stage directly."""
