"""A cycle on frozen features: its seconds at about 220 labels, and that they do not grow with the pool.

    python benchmarks/frozen_cycle.py --sizes 2000 100000 --json frozen.json

Features of 1,280 numbers in float16 lie in a file that is opened as "features:PATH", beside the pictures of `pool.py`.
One process steps a whole cycle of every pool in turn, round after round, LOOK_AHEAD included: `lada-entmix` with the
demo's numbers, 400 candidates, and 220 labels in the first timed cycle. A pool takes 3.4 kB of disk an image. For the
memory, each size gets a fresh process, which runs as many cycles.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from common import finish, median_ratio, parser, summary
from pool import BLOCK, CLASSES, cycle_seconds, memory_of, write_pool

from lada_explore.config import RunConfig
from lada_explore.config.presets import configure
from lada_explore.runtime import Runtime
from lada_explore.store import open_run

START_PER_CLASS = 20
"""Labels of each class in the start; the cycle before the timed ones makes 210 of them."""


def main() -> None:
    options = arguments()
    runtime = Runtime.choose(options.device, options.precision)
    with tempfile.TemporaryDirectory(dir=options.folder, prefix="frozen-benchmark-") as name:
        folder = Path(name)
        configs = {
            str(size): config_of(folder, size, options.features, options.rounds, options.hidden)
            for size in options.sizes
        }
        seconds = cycle_seconds(configs, folder, options.rounds, runtime, options.device)
        stages = {size: stage_seconds(folder / f"run-{size}") for size in configs}
        memory = {size: memory_of(config, folder / f"again-{size}", options.device) for size, config in configs.items()}
    smallest, largest = (str(pick(options.sizes)) for pick in (min, max))
    results = {
        "pools": {
            size: summary(seconds[size]) | {"fastest_s": min(seconds[size]), "stages_s": stages[size]} | memory[size]
            for size in configs
        },
        "ratio_largest_to_smallest": median_ratio(seconds[largest], seconds[smallest]),
        "settings": {"method": "lada-entmix", "preset": "demo", "head.hidden": options.hidden}
        | {"features": options.features, "rounds": options.rounds},
    }
    finish("frozen_cycle", results, runtime, options.json)


def arguments() -> argparse.Namespace:
    options = parser("Seconds of a cycle on frozen features, for pools of several sizes.")
    options.add_argument("--sizes", type=int, nargs="+", default=[2_000, 100_000], help="images of a pool")
    options.add_argument("--features", type=int, default=1280, help="numbers of each image")
    options.add_argument("--hidden", type=int, default=0, help="units of the head's hidden layer; 0 for a linear head")
    options.add_argument("--rounds", type=int, default=9, help="timed cycles of each size, after two that are not")
    options.add_argument("--folder", type=Path, help="where to write the pools; they are removed at the end")
    given = options.parse_args()
    if min(given.sizes) < 1000 or given.rounds < 1 or given.features < CLASSES:
        options.error(f"sizes {given.sizes}, rounds {given.rounds} and features {given.features} are too small")
    return given


def config_of(folder: Path, size: int, features: int, rounds: int, hidden: int) -> RunConfig:
    """A run on a pool with a file of features: the start, a cycle that is not timed, and the timed ones."""
    pictures = write_pool(folder / f"pool-{size}", size)
    file = write_features(folder / f"features-{size}.npy", size, features)
    settings: dict[str, Any] = {"classifier.kind": f"features:{file}", "head.hidden": hidden}
    settings |= {"schedule.initial_per_class": START_PER_CLASS}
    return configure("demo", "lada-entmix", dataset=f"array:{pictures}", cycles=rounds + 1, settings=settings)


def write_features(place: Path, size: int, features: int) -> Path:
    """Noise around the mean of each class, block by block, every block the same."""
    rng = np.random.default_rng(0)
    means = 0.1 * rng.normal(0, 1, (CLASSES, features))
    block = means[np.arange(BLOCK) % CLASSES] + rng.normal(0, 1, (BLOCK, features))
    with place.open("wb") as file:
        header = {"descr": "<f2", "fortran_order": False, "shape": (size, features)}
        np.lib.format.write_array_header_1_0(file, header)
        for start in range(0, size, BLOCK):
            file.write(np.ascontiguousarray(block[: size - start], dtype="<f2").data)
    return place


def stage_seconds(run: Path) -> dict[str, float]:
    """Median seconds of each stage in the timed cycles."""
    timed = [records.seconds for records in open_run(run).history[2:]]
    return {stage.value: statistics.median(taken[stage] for taken in timed) for stage in timed[0]}


if __name__ == "__main__":
    main()
