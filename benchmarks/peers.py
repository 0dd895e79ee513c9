"""Cycles of active learning here, by baal, and by scikit-activeml with skorch: seconds a cycle, and accuracy.

    pip install -c constraints.txt 'lada-explore[peers]'
    python benchmarks/peers.py --json benchmarks/results/peers.json

All have the same network and first weights, normalised images, start, training, and candidates in each cycle, on one
thread; the demo preset's, for each acquisition that a library shares with this one. They take turns cycle by cycle, so
that a slow minute slows all of them; beside busy programs the seconds of the processor say more than those of the
clock. The run here writes its records and weights to disk, as it always does; the other libraries keep nothing.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
from common import finish, median_ratio, parser, summary
from peers_given import Given, Side

from lada_explore.config import RunConfig
from lada_explore.config.presets import configure
from lada_explore.records import IntArray
from lada_explore.runtime import Runtime
from lada_explore.session.session import Session

HERE = "here"
PACKAGES = ("baal", "scikit-activeml", "skorch")

Turns = dict[str, list[tuple[float, float, float]]]
"""By name of a side, for each of its cycles: seconds by the clock and of the processor, and the test accuracy."""

Make = Callable[[Given, str], Side]
"""Makes the side of a library, for a method."""


class Here:
    """The side of this package, see `peers_given.Side`: a session in a folder."""

    def __init__(self, given: Given, method: str, folder: Path) -> None:
        self.session = Session.create(given.config, folder, data=given.data, device="cpu", threads=1)

    @property
    def labelled(self) -> IntArray:
        """(L,) ids of the labelled images."""
        return self.session.pool.labelled_ids

    def begin(self) -> float:
        return self.cycle()

    def cycle(self) -> float:
        self.session.run(1)
        evaluated = self.session.history[-1].evaluate
        assert evaluated is not None
        assert evaluated.accuracy is not None
        return evaluated.accuracy

    def close(self) -> None:
        self.session.close()


def main() -> None:
    options = arguments()
    torch.set_num_threads(1)
    load = os.getloadavg()[0]
    others = other_sides()
    by_method = {}
    for method in options.methods or shared():
        sides = {name: make for name, (make, methods) in others.items() if method in methods}
        by_method[method] = compared(method, sides, options)
        print(f"{method}: {line(by_method[method])}", file=sys.stderr)
    results = {
        "by_method": by_method,
        "settings": {"cycles": options.cycles, "seeds": options.seeds, "dataset": options.dataset},
        "packages": {name: version(name) for name in PACKAGES},
        "load_before_and_after": [load, os.getloadavg()[0]],
    }
    finish("peers", results, Runtime.choose("cpu", "float32"), options.json)


def arguments() -> argparse.Namespace:
    options = parser("Seconds a cycle and accuracy, here and by two other libraries.")
    options.add_argument("--methods", nargs="+", help="methods to compare; all that another library shares without it")
    options.add_argument("--seeds", type=int, default=5, help="runs of each")
    options.add_argument("--cycles", type=int, default=10, help="cycles of each run after the start")
    options.add_argument("--dataset", help="name of the images; those of the demo without")
    return options.parse_args()


def other_sides() -> dict[str, tuple[Make, Sequence[str]]]:
    """By name of a library: what makes its side, and the methods that it shares with this package."""
    try:
        import peers_baal
        import peers_skactiveml
    except ImportError as error:
        raise SystemExit(
            f"{error.name} is not installed; pip install -c constraints.txt 'lada-explore[peers]'"
        ) from error
    return {
        "baal": (peers_baal.Baal, tuple(peers_baal.HEURISTICS)),
        "scikit-activeml": (peers_skactiveml.Skactiveml, peers_skactiveml.METHODS),
    }


def shared() -> dict[str, None]:
    """Names of all methods that another library shares."""
    return dict.fromkeys(method for _, methods in other_sides().values() for method in methods)


def settings(method: str, seed: int, options: argparse.Namespace) -> RunConfig:
    """Settings of a run: the demo preset's, in float32 as the other libraries compute."""
    return configure(
        "demo",
        method,
        seed=seed,
        dataset=options.dataset,
        cycles=options.cycles,
        settings={"look_ahead.precision": "float32"},
    )


def compared(method: str, others: Mapping[str, Make], options: argparse.Namespace) -> dict[str, Any]:
    """Seconds of each cycle after the start, and accuracy after every one, of each side, over the seeds."""
    by_seed = [of_seed(method, seed, others, options) for seed in range(options.seeds)]
    took: dict[str, dict[str, list[float]]] = {}
    for place, what in enumerate(("clock", "processor")):
        took[what] = {name: [turn[place] for turns in by_seed for turn in turns[name][1:]] for name in by_seed[0]}
    means = {name: [statistics.mean(turn[2] for turn in turns[name]) for turns in by_seed] for name in by_seed[0]}
    return {
        "seconds_a_cycle": {name: summary(seconds) for name, seconds in took["clock"].items()},
        "processor_seconds_a_cycle": {name: summary(seconds) for name, seconds in took["processor"].items()},
        "times_as_fast": ratios(took["clock"]),
        "processor_times_as_fast": ratios(took["processor"]),
        "mean_accuracy": {name: mean_and_spread(found) for name, found in means.items()},
        "mean_accuracy_by_seed": means,
    }


def of_seed(method: str, seed: int, others: Mapping[str, Make], options: argparse.Namespace) -> Turns:
    """Every cycle of every side with a seed."""
    given = Given.by(settings(method, seed, options))
    with tempfile.TemporaryDirectory(prefix="peers-") as folder, ExitStack() as opened:
        here: Side = Here(given, method, Path(folder) / "run")
        sides = {HERE: here} | {name: make(given, method) for name, make in others.items()}
        for side in sides.values():
            opened.enter_context(closing(side))
        return taking_turns(sides, options.cycles, first=seed)


def taking_turns(sides: Mapping[str, Side], cycles: int, first: int) -> Turns:
    """What each cycle of each side took and came to, that of the start included.

    Args:
        sides: by name.
        cycles: number of cycles after the start.
        first: which side begins, counted on around the sides; in each cycle the next one does.
    """
    names = list(sides)
    found: Turns = {name: [] for name in names}
    for cycle in range(cycles + 1):
        turn = (first + cycle) % len(names)
        for name in (*names[turn:], *names[:turn]):
            began, computed = time.perf_counter(), time.process_time()
            accuracy = sides[name].begin() if cycle == 0 else sides[name].cycle()
            found[name].append((time.perf_counter() - began, time.process_time() - computed, accuracy))
    return found


def ratios(seconds: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """How many times as long each other side takes as this one: the median over the cycles."""
    return {name: median_ratio(took, seconds[HERE]) for name, took in seconds.items() if name != HERE}


def mean_and_spread(means: Sequence[float]) -> dict[str, float]:
    """Mean over the seeds, and their standard deviation; 0 for one."""
    return {"mean": statistics.mean(means), "sd": statistics.stdev(means) if len(means) > 1 else 0.0}


def line(measured: Mapping[str, Any]) -> str:
    """What is told of a method while the others are measured."""
    return ", ".join(
        f"{name} {took['median_s']:.2f} s, {100 * measured['mean_accuracy'][name]['mean']:.1f} %"
        for name, took in measured["processor_seconds_a_cycle"].items()
    )


if __name__ == "__main__":
    main()
