"""Many seeds of two methods on the plane: the paired difference and its interval, as it narrows seed by seed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from lada_explore.config import compose
from lada_explore.views.base.latest_only import LatestOnlyExecutor
from lada_explore.views.base.state_view import sentence_of
from lada_explore.views.playground.start import Start

if TYPE_CHECKING:
    from lada_explore.experiments.narrowing import Narrowed

N_SEEDS = 20
"""Number of seeds, decided beforehand (ours)."""

RANDOM, OTHER = "random", compose().name
"""The method that another is compared with where none stands beside it, and the one that random is compared with."""


class Seeds(Protocol):
    """What the view needs of the runs, see `lada_explore.experiments.narrowing.SeedRuns`."""

    def run(self, wanted: Callable[[], bool], told: Callable[[str], None]) -> None:
        """Complete the runs that are missing, while they are wanted."""

    def narrowing(self) -> Sequence[Narrowed]:
        """The difference after each seed."""


class OpenSeeds(Protocol):
    """Makes the runs; `lada_explore.apps.playground` has one that does it with a sweep."""

    def __call__(self, start: Start, against: str) -> Seeds:
        """Those of the method of `start` and of another one, on the data set of `start`."""


class SeedPanel:
    """The seeds of a playground, and what the page shows of them.

    Args:
        open_seeds: makes the runs.
        show: takes what the page shows, from any thread.
    """

    def __init__(self, open_seeds: OpenSeeds, show: Callable[[dict[str, Any]], None]) -> None:
        self._open_seeds, self._show = open_seeds, show
        self._work = LatestOnlyExecutor(self._failed)
        self._runs: Seeds | None = None
        self._start = Start()
        self._running = False
        self._begun = False
        self._error = ""
        self._n_begun = 0

    def choose(self, start: Start) -> None:
        """Compare the method of another start; what was running stops, and what is on disk stays there."""
        self._work.cancel()
        self._start, self._runs, self._running, self._begun, self._error = start, None, False, False, ""
        self._publish()

    def run(self) -> None:
        """Run the seeds that are missing, on a thread of their own.

        Raises:
            LadaError: the methods cannot be compared on these points.
        """
        if self._running:
            return
        if self._runs is None:
            self._runs = self._open_seeds(self._start, against_of(self._start))
        self._n_begun += 1
        self._running, self._begun, self._error = True, True, ""
        self._publish()
        runs = self._runs
        self._work.want(self._n_begun, lambda still_wanted: self._complete(runs, still_wanted))

    def stop(self) -> None:
        """Stop after the stage under way; `run` goes on there."""
        self._work.cancel()
        self._running = False
        self._publish()

    def _complete(self, runs: Seeds, still_wanted: Callable[[], bool]) -> None:
        def told(error: str) -> None:
            if still_wanted():
                self._error = self._error or error
                self._publish()

        runs.run(still_wanted, told)
        if still_wanted():
            self._running = False
            self._publish()

    def _failed(self, error: Exception) -> None:
        self._running, self._error = False, sentence_of(error, "the seeds")
        self._publish()

    def _publish(self) -> None:
        steps = [] if self._runs is None else list(self._runs.narrowing())
        method, against = self._start.method, against_of(self._start)
        self._show(
            {
                "method": method,
                "against": against,
                "wanted": N_SEEDS,
                "done": len(steps),
                "running": self._running,
                "begun": self._begun,
                "own": [100 * step.own for step in steps],
                "mean": [100 * step.mean for step in steps],
                "lower": [None if step.lower is None else 100 * step.lower for step in steps],
                "upper": [None if step.upper is None else 100 * step.upper for step in steps],
                "says": says_of(steps, method, against),
                "error": self._error,
            }
        )


def against_of(start: Start) -> str:
    """The method that another one is compared with: the one beside it, else random."""
    if start.compare_method and start.compare_method != start.method:
        return start.compare_method
    return OTHER if start.method == RANDOM else RANDOM


def says_of(steps: Sequence[Narrowed], method: str, against: str) -> str:
    """What the interval allows to say, in plain sentences."""
    if not steps:
        return ""
    last = steps[-1]
    if last.lower is None or last.upper is None:
        return "One seed is one difference: there is no interval yet."
    mean, lower, upper = (f"{100 * end:+.1f}" for end in (last.mean, last.lower, last.upper))
    said = (
        f"After {last.seeds} seeds the mean difference is {mean} points; its 95 % interval, {lower} to {upper} points"
    )
    if last.lower <= 0 <= last.upper:
        verdict = "contains 0: these seeds do not tell the two methods apart."
    else:
        better, worse = (method, against) if last.lower > 0 else (against, method)
        verdict = f"does not contain 0: over these seeds {better} is ahead of {worse}."
    if last.seeds < N_SEEDS:
        verdict += (
            f" {N_SEEDS} seeds were decided beforehand: to stop as soon as 0 is outside finds differences too often."
        )
    return f"{said}, {verdict}"
