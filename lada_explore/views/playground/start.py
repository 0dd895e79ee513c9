"""What is looked at on the plane: data set, methods and seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from lada_explore.errors import ConfigError, Renamed
from lada_explore.views.playground.run import PlaygroundRun

DATASETS: Mapping[str, str] = {
    "points:moons": "Moons",
    "points:blobs": "Blobs",
    "points:rings": "Rings",
    "points:spiral": "Spiral",
    "points:drawn": "Drawn by hand",
}
"""The data sets to choose from, and their names in the page."""

DRAWN = "points:drawn"
MAX_POINTS = 2000
"""Most points of a hand-drawn set: as many as a page draws at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What a person chose to look at.

    Attributes:
        dataset: key of `DATASETS`.
        method: key of METHODS.
        compare_method: the method beside it, from the same start; "" for none.
        seed: seed of both runs.
        points: (x, y, class) of a hand-drawn set; empty otherwise.
    """

    dataset: str = "points:moons"
    method: str = "lada-entinmix"
    compare_method: str = ""
    seed: int = 0
    points: tuple[tuple[float, float, int], ...] = ()

    rival = Renamed("compare_method")

    def __post_init__(self) -> None:
        if self.dataset not in DATASETS:
            raise ConfigError(f"dataset {self.dataset!r} is not on the plane; choose {', '.join(DATASETS)}")
        if self.seed < 0:
            raise ConfigError(f"seed is {self.seed}; seeds are whole numbers from 0 upwards")
        if self.dataset == DRAWN and not self.points:
            raise ConfigError(
                "nothing is drawn yet; press Draw points, put some of each class on the plane and use them"
            )
        if len(self.points) > MAX_POINTS:
            raise ConfigError(f"{len(self.points)} points were drawn; the playground takes {MAX_POINTS}, undo some")

    @property
    def methods(self) -> tuple[str, ...]:
        """Keys of the one or two methods."""
        return (self.method, self.compare_method) if self.compare_method else (self.method,)


class OpenRun(Protocol):
    """Opens the run of one method; `lada_explore.apps.playground` has one that does it with sessions."""

    def __call__(self, start: Start, method: str, *, afresh: bool) -> PlaygroundRun:
        """Resume the run that is there, or start a new one beside it if `afresh`."""
