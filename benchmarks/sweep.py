"""What a sweep on processes of this machine costs beside its runs: 8 runs, one alone after the other and two at a time.

    python benchmarks/sweep.py --json benchmarks/results/sweep.json

A single run is alone in a process that is started for it, with one thread. On two idle cores two at a time would take
half of what the single runs take together; `wall_to_half_the_sum` is how far they are from it. Meanwhile the board is
read: `largest_error_of_time_left` is the largest difference of its time left from what was really left, as a share of
the latter, from a third of the way to nine tenths of it, where little is left to be a share of.
"""

from __future__ import annotations

import argparse
import math
import os
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from common import finish, parser, summary

from lada_explore.errors import ConfigError
from lada_explore.experiments.board import read_board
from lada_explore.experiments.engines.local import Local
from lada_explore.experiments.plan import Run
from lada_explore.experiments.sweep import Sweep, run_sweep
from lada_explore.runtime import Runtime

METHODS = ("random", "max-entropy", "lada-entmix", "lada-marginmix")

LOOK_S = 0.5
"""Seconds between two looks at the board."""

JUDGED = (1 / 3, 0.9)
"""Shares of the way between which the board's time left is judged."""

Looks = Sequence[tuple[float, float | None]]
"""Seconds since the sweep began, and the time left that the board gave, None if it gave none."""


def main() -> None:
    options = arguments()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="sweep-benchmark-") as name:
        whole = sweep_in(Path(name) / "together", options)
        singles = {f"{run.method}, seed {run.seed}": single(Path(name), run, options) for run in whole.runs()}
        wall, looks = watched(whole, options.jobs)
    results = {
        "single": summary(list(singles.values())),
        "single_s": singles,
        **against_half(sum(singles.values()), wall, options.jobs),
        **judged(looks, wall),
        "load_before_and_after": [load, os.getloadavg()[0]],
        "settings": {"methods": METHODS, "seeds": options.seeds, "cycles": options.cycles, "jobs": options.jobs},
    }
    finish("sweep", results, Runtime.choose(options.device, "float32"), options.json)


def arguments() -> argparse.Namespace:
    options = parser("Wall time of a sweep against half the sum of its single runs.")
    options.add_argument("--seeds", type=int, default=2, help="runs of each of four methods")
    options.add_argument("--cycles", type=int, default=10, help="cycles of each run")
    options.add_argument("--jobs", type=int, default=2, help="runs at a time")
    options.add_argument("--dataset", help="name of the images; those of the demo without")
    return options.parse_args()


def sweep_in(out: Path, options: argparse.Namespace, seeds: int | None = None, *methods: str) -> Sweep:
    return Sweep(
        methods=methods or METHODS,
        seeds=seeds or options.seeds,
        out=out,
        cycles=options.cycles,
        dataset=options.dataset,
        settings={"look_ahead.precision": "float32"},
        device=options.device,
    )


def single(folder: Path, run: Run, options: argparse.Namespace) -> float:
    """Seconds of one run, alone in a process that is started for it."""
    sweep = sweep_in(folder / f"{run.method}-{run.seed}", options, run.seed + 1, run.method)
    (task,) = [task for task in sweep.tasks() if task.run.seed == run.seed]
    errors: list[str] = []
    began = time.perf_counter()
    Local(jobs=1).complete([task], lambda task, error: errors.append(error))
    if errors != [""]:
        raise SystemExit(errors[0])
    return time.perf_counter() - began


def watched(sweep: Sweep, jobs: int) -> tuple[float, Looks]:
    """Seconds of a sweep, and what its board gave meanwhile."""
    looks: list[tuple[float, float | None]] = []
    over, began = threading.Event(), time.perf_counter()

    def look() -> None:
        while not over.wait(LOOK_S):
            with suppress(ConfigError):  # Before the sweep has written its plan.
                looks.append((time.perf_counter() - began, read_board(sweep.out).left_s))

    looking = threading.Thread(target=look)
    looking.start()
    try:
        failed = [outcome.error for outcome in run_sweep(sweep, jobs=jobs) if outcome.error]
        wall = time.perf_counter() - began
    finally:
        over.set()
        looking.join()
    if failed:
        raise SystemExit(failed[0])
    return wall, looks


def against_half(total: float, wall: float, jobs: int) -> dict[str, float]:
    """The wall time of a sweep against the sum of its single runs, in seconds."""
    return {"sum_s": total, "wall_s": wall, "wall_to_half_the_sum": wall / (total / jobs)}


def judged(looks: Looks, wall: float) -> dict[str, Any]:
    """How far the board was from the truth: largest and median error, as shares of the time that was really left.

    Args:
        looks: what it gave.
        wall: seconds of the sweep.
    """
    first, last = (share * wall for share in JUDGED)
    within = [(at, left) for at, left in looks if first <= at <= last]
    errors = sorted(abs(left - (wall - at)) / (wall - at) for at, left in within if left is not None)
    return {
        "largest_error_of_time_left": errors[-1] if errors else math.nan,
        "median_error_of_time_left": errors[len(errors) // 2] if errors else math.nan,
        "looks": len(within),
        "looks_without_a_time": len(within) - len(errors),
        "time_left": [[round(at, 1), left if left is None else round(left, 1)] for at, left in looks],
    }


if __name__ == "__main__":
    main()
