"""What a sweep on processes of this machine costs beside its runs: 8 runs, one alone after the other and two at a time.

    python benchmarks/sweep.py --json benchmarks/results/sweep.json

A single run is alone in a process that is started for it, with one thread. On two idle cores two at a time would take
half of what the single runs take together; `wall_to_half_the_sum` is how far they are from it.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

from common import finish, parser, summary

from lada_explore.experiments.engines.local import Local
from lada_explore.experiments.plan import Run
from lada_explore.experiments.sweep import Sweep, run_sweep
from lada_explore.runtime import Runtime

METHODS = ("random", "max-entropy", "lada-entmix", "lada-marginmix")


def main() -> None:
    options = arguments()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="sweep-benchmark-") as name:
        whole = sweep_in(Path(name) / "together", options)
        singles = {f"{run.method}, seed {run.seed}": single(Path(name), run, options) for run in whole.runs()}
        wall = seconds_of(whole, options.jobs)
    results = {
        "single": summary(list(singles.values())),
        "single_s": singles,
        "sum_s": sum(singles.values()),
        "wall_s": wall,
        "wall_to_half_the_sum": wall / (sum(singles.values()) / options.jobs),
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


def seconds_of(sweep: Sweep, jobs: int) -> float:
    began = time.perf_counter()
    if failed := [outcome.error for outcome in run_sweep(sweep, jobs=jobs) if outcome.error]:
        raise SystemExit(failed[0])
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
