"""What is looked at on the plane: data set, methods and seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from lada_explore.analysis.plane import Moment
from lada_explore.errors import ConfigError, Renamed
from lada_explore.records import Stage, stages_of
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Where in a run a person looks.

    Attributes:
        cycle: the cycle.
        stage: a stage of it.
        pair: rank of the chosen pair, from 1; None for the best one.
        tau: that is tried on it; None for its own tau*.
    """

    cycle: int = 1
    stage: Stage = Stage.SELECT
    pair: int | None = None
    tau: float | None = None

    @property
    def count(self) -> int:
        """Stages up to there, from the first of the start."""
        before = sum(len(stages_of(cycle)) for cycle in range(self.cycle))
        return before + stages_of(self.cycle).index(self.stage) + 1


def look_of(moment: Moment, chosen: Mapping[str, Any], tau_limit: float) -> Look:
    """Where a person looks.

    Args:
        moment: that is shown.
        chosen: what the page said of the pair; anything else than a rank and a tau is left out.
        tau_limit: the largest tau.
    """
    pair, tau = chosen.get("pair"), chosen.get("tau")
    return Look(
        cycle=moment[0],
        stage=moment[1],
        pair=pair if isinstance(pair, int) and pair > 0 else None,
        tau=float(tau) if isinstance(tau, int | float) and 0 < tau <= tau_limit else None,
    )


def start_of(content: Mapping[str, Any], before: Start) -> Start:
    """What was chosen in the page.

    Args:
        content: a message of it.
        before: what was shown; its points by hand stay where no other ones come.

    Raises:
        ConfigError: it cannot be.
    """
    try:
        seed = int(str(content["seed"]).strip())
    except ValueError:
        raise ConfigError(f"{content['seed']!r} is no seed; type a whole number from 0 upwards") from None
    points = tuple((float(x), float(y), int(label)) for x, y, label in content.get("points", ()))
    dataset = str(content["dataset"])
    if dataset == DRAWN and not points:
        points = before.points
    return replace(
        before,
        dataset=dataset,
        method=str(content["method"]),
        compare_method=str(content["compare_method"]),
        seed=seed,
        points=points if dataset == DRAWN else (),
    )


class OpenRun(Protocol):
    """Opens the run of one method; `lada_explore.apps.playground` has one that does it with sessions."""

    def __call__(self, start: Start, method: str, *, afresh: bool) -> PlaygroundRun:
        """Resume the run that is there, or start a new one beside it if `afresh`."""
