"""Two methods compared seed by seed: the paired difference and its interval after each seed. Needs no torch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lada_explore.experiments.engines.here import Here
from lada_explore.experiments.paired import At, Curves, accuracy_rows
from lada_explore.experiments.status import RunState, read_status
from lada_explore.experiments.sweep import Sweep, run_sweep


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """The paired difference after some seeds: mean accuracy over all cycles after the start, one method minus another.

    Attributes:
        seeds: number of seeds that both have completed.
        own: the difference of the last of these seeds, in [-1, 1].
        mean: mean difference over these seeds.
        lower, upper: ends of the paired 95 % interval of Student's t, see `statistics.paired_interval`; None for one
            seed.
    """

    seeds: int
    own: float
    mean: float
    lower: float | None
    upper: float | None


class SeedRuns:
    """A sweep of two methods in this process, one seed after another.

    Args:
        sweep: the first of its two methods is compared with the second.

    Attributes:
        sweep: as given.
    """

    def __init__(self, sweep: Sweep) -> None:
        self.sweep = sweep

    def run(self, wanted: Callable[[], bool], told: Callable[[str], None]) -> None:
        """Complete the runs that are missing; complete ones are left as they are.

        Args:
            wanted: asked after each stage whether to go on; what is not done is done by the next call.
            told: called after each run with a sentence of what went wrong, empty if nothing did.

        Raises:
            ConfigError: see `run_sweep`.
        """
        run_sweep(self.sweep, engine=Here(wanted=wanted), on_outcome=lambda outcome: told(outcome.error))

    def narrowing(self) -> list[Narrowed]:
        """The difference after each seed that both methods have completed."""
        return narrowing(self._curves(), *self.sweep.methods)

    def _curves(self) -> Curves:
        curves: dict[str, dict[int, dict[int, float]]] = {method: {} for method in self.sweep.methods}
        for run in self.sweep.runs():
            status = read_status(run.path)
            if status is not None and status.state is RunState.COMPLETE:
                known = {cycle.labels: cycle.accuracy for cycle in status.done if cycle.accuracy is not None}
                curves[run.method][run.seed] = known
        return curves


def narrowing(curves: Curves, method: str, against: str) -> list[Narrowed]:
    """The difference of a method to another after 1, 2, ... of the seeds that both have, in the order of the seeds.

    Args:
        curves: accuracy by method, seed and labels.
        method: name of the one.
        against: name of the other.
    """
    shared = sorted(set(curves[method]) & set(curves[against]))
    found = []
    for n, seed in enumerate(shared, start=1):
        own, _ = _difference(curves, method, against, [seed])
        mean, (lower, upper) = _difference(curves, method, against, shared[:n])
        found.append(Narrowed(seeds=n, own=own, mean=mean, lower=lower, upper=upper))
    return found


def _difference(
    curves: Curves, method: str, against: str, seeds: list[int]
) -> tuple[float, tuple[float | None, float | None]]:
    """Mean difference over these seeds, and its interval."""
    chosen = {name: {seed: curves[name][seed] for seed in seeds} for name in (method, against)}
    row = next(row for row in accuracy_rows(chosen, against) if (row.at, row.method) == (At.MEAN, method))
    assert row.difference is not None
    return row.difference, (row.lower, row.upper)
