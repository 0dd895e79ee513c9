"""The board of a sweep: how far each run is, where it runs, why it failed, and how long the rest will take.

It reads what the folder of the sweep holds, OUT/sweep, and nothing else; so it works for every engine, in any process.
"""

from __future__ import annotations

import heapq
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from lada_explore.config.paths import expanded
from lada_explore.errors import ConfigError
from lada_explore.experiments.bands import BandPoint, band
from lada_explore.experiments.plan import SLURM, Plan, read_plan, run_of
from lada_explore.experiments.status import RunState, RunStatus, read_status
from lada_explore.experiments.sweep_lock import is_under_way

QUIET_S = 120.0
"""Seconds after which a run that has said nothing is shown as one that may be gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """What a sweep has come to.

    Attributes:
        plan: what was asked for.
        runs: one status for each run, in the order of the plan.
        now: seconds since 1970 at which it was read.
        left_s: seconds until all runs will have ended; 0 if they have, None while no cycle has been timed, while the
            cluster has not begun a run, or if nobody computes them.
        under_way: whether the command that computes the runs goes on.
    """

    plan: Plan
    runs: tuple[RunStatus, ...]
    now: float
    left_s: float | None
    under_way: bool = True

    def count(self, state: RunState) -> int:
        """Number of runs in a state."""
        return Counter(run.state for run in self.runs)[state]

    @property
    def methods(self) -> tuple[str, ...]:
        """Names of the methods, in the order of the plan."""
        return tuple(dict.fromkeys(run.method for run in self.runs))

    @property
    def ended(self) -> bool:
        """Whether nothing waits or runs."""
        return not any(run.state in (RunState.WAITING, RunState.RUNNING) for run in self.runs)

    @property
    def gone(self) -> bool:
        """Whether the command was killed, so that nobody says what became of its runs; jobs of Slurm outlive it."""
        waits = self.count(RunState.WAITING) > 0 and self.plan.engine == SLURM
        heard = any(run.state is RunState.RUNNING and not self.quiet_s(run) for run in self.runs)
        return not (self.under_way or self.ended or heard or waits)

    def quiet_s(self, run: RunStatus) -> float:
        """Seconds since a running run was heard of, beyond what is usual; 0 if it is heard of."""
        silence = self.now - run.heard if run.state is RunState.RUNNING else 0.0
        return silence if silence > QUIET_S else 0.0


def read_board(out: str | Path, now: float | None = None) -> Board:
    """The board of the sweep in a folder.

    Args:
        out: the folder that was given to `lada-explore sweep` as --out.
        now: seconds since 1970; the clock's when None.

    Raises:
        ConfigError: no sweep was begun there, or what it keeps is damaged.
    """
    place = expanded(out)
    if place.is_file():
        raise ConfigError(f"{place} is a file; name the folder that was given to `lada-explore sweep` as --out")
    plan = read_plan(place)
    runs = tuple(
        read_status(run_of(place, one.method, one.seed).path)
        or RunStatus(method=one.method, seed=one.seed, cycles=one.cycles)
        for one in plan.runs
    )
    moment = time.time() if now is None else now
    board = Board(plan=plan, runs=runs, now=moment, left_s=None, under_way=is_under_way(place))
    return board if board.gone else replace(board, left_s=time_left(runs, plan.at_once, moment))


def bands(runs: Sequence[RunStatus]) -> Mapping[str, tuple[BandPoint, ...]]:
    """Mean accuracy by method and number of labels, as far as the runs have come, with intervals over the seeds."""
    found: dict[str, dict[int, list[float]]] = {}
    for run in runs:
        for one in run.done:
            if one.accuracy is not None:
                found.setdefault(run.method, {}).setdefault(one.labels, []).append(one.accuracy)
    return {method: band(values) for method, values in found.items()}


def time_left(runs: Sequence[RunStatus], at_once: int | None, now: float) -> float | None:
    """Seconds until all runs have ended, if as many run at a time as may, or as do now.

    Each missing cycle is taken to last as long as the same cycle of the other runs of its method. One that no run of
    the method has reached follows the methods of which some have, as much slower as the method has been in the cycles
    of both; where there are none, the straight line through the method's own cycles, which a first few draw badly. A
    method without any cycle is as slow as the others. Runs are then put one after the other on the first place that is
    free, as the engine does it.

    Args:
        runs: all runs of the sweep, in the order in which they are started.
        at_once: largest number of runs at a time; as many as run now when None.
        now: seconds since 1970.

    Returns:
        None while no cycle has been timed, and while none runs and only the cluster knows how many will.
    """
    going = [run for run in runs if run.state is RunState.RUNNING]
    waiting = [run for run in runs if run.state is RunState.WAITING]
    if not going and not waiting:
        return 0.0
    pace = _Pace.of(runs)
    if pace is None:
        return None
    free = [max(0.0, pace.left(run) - pace.spent(run, now)) for run in going]
    last = max(run.began for run in runs)
    over = [run.heard for run in runs if run.state in (RunState.COMPLETE, RunState.FAILED)]
    freed = sum(heard > last and now - heard <= QUIET_S for heard in over)  # and not taken again yet
    places = at_once or len(going) + freed
    if not places:
        return None
    free += [0.0] * (min(places, len(going) + len(waiting)) - len(going))
    heapq.heapify(free)
    for run in waiting:
        heapq.heappush(free, heapq.heappop(free) + pace.overhead + pace.left(run))
    return max(free)


@dataclass(frozen=True, slots=True)
class _Pace:
    """How long cycles take.

    Attributes:
        seconds: by method, mean seconds by cycle.
        overhead: seconds from the end of a run to the first stage of the next, and between stages, for a whole run.
    """

    seconds: Mapping[str, Mapping[int, float]]
    overhead: float = field(default=0.0)

    @classmethod
    def of(cls, runs: Sequence[RunStatus]) -> _Pace | None:
        """From what has been timed; None if nothing has."""
        timed: dict[str, dict[int, list[float]]] = {}
        for run in runs:
            for one in run.done:
                timed.setdefault(run.method, {}).setdefault(one.cycle, []).append(one.seconds)
        if not timed:
            return None
        means = {
            method: {cycle: float(np.mean(values)) for cycle, values in sorted(cycles.items())}
            for method, cycles in timed.items()
        }
        pace = cls(means)
        beside = [
            run.heard - run.began - sum(one.seconds for one in run.done)
            for run in runs
            if run.state is RunState.COMPLETE and run.tries == 1
        ]
        return replace(pace, overhead=max(0.0, float(np.mean(beside)))) if beside else pace

    def left(self, run: RunStatus) -> float:
        """Seconds of the cycles that a run has not evaluated yet."""
        first = run.done[-1].cycle + 1 if run.done else 0
        return sum(self.cycle(run.method, cycle) for cycle in range(first, run.cycles + 1))

    def cycle(self, method: str, cycle: int) -> float:
        """Seconds of a cycle of a method."""
        own = self.seconds.get(method)
        if own is None:
            return float(np.mean([self.cycle(other, cycle) for other in self.seconds]))
        if cycle in own:
            return own[cycle]
        later = {number: seconds for number, seconds in own.items() if number > 0} or own
        guesses = []
        for other, known in self.seconds.items():
            both = [number for number in later if known.get(number)]
            if other != method and cycle in known and both:
                slower = sum(later[number] for number in both) / sum(known[number] for number in both)
                guesses.append(slower * known[cycle])
        if guesses:
            return float(np.mean(guesses))
        if len(later) < 2:
            return next(iter(later.values()))
        slope, height = np.polyfit(list(later), list(later.values()), 1)
        return max(0.0, float(height + slope * cycle))

    def spent(self, run: RunStatus, now: float) -> float:
        """Seconds that a run has spent on the cycle under way, at most those that it is taken to last."""
        return max(0.0, min(now - run.cycle_began, self.cycle(run.method, min(run.cycle, run.cycles))))
