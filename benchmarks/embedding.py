"""The map from cycle to cycle: started warm and aligned, against plain t-SNE restarted each cycle.

Every cycle draws new candidates and keeps those of the cycle before that were drawn again, as a run does. By default
the features are clouds, one a class, that drift a little as a classifier does when it is trained on; `--run` takes a
run's own. Both ways lay out the same images by the same t-SNE, on one thread; the restarted one is aligned too, so that
what it moved is not a mere turn of the page.

    python benchmarks/embedding.py --points 2000 --new 200 --cycles 4
    python benchmarks/embedding.py --run runs/first
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import common
import numpy as np
from numpy.typing import NDArray

from lada_explore.analysis import Layout, map_points
from lada_explore.analysis.embedding import displacement, first_layout, next_layout, procrustes
from lada_explore.records import IntArray
from lada_explore.runtime import Runtime
from lada_explore.store import open_run

Features = NDArray[np.floating[Any]]


@dataclass
class Chain:
    """The layouts of one contestant so far, with what they took and how good they are."""

    last: Layout | None
    seconds: list[float]
    displacement: list[float]
    trustworthiness: list[float]

    def note(self, layout: Layout, seconds: float, moved: float) -> None:
        self.last = layout
        self.seconds.append(seconds)
        self.displacement.append(moved)
        self.trustworthiness.append(layout.trustworthiness)

    def summary(self) -> dict[str, Any]:
        return {
            "seconds": common.summary(self.seconds),
            "displacement": float(np.median(self.displacement)),
            "trustworthiness": float(np.median(self.trustworthiness)),
        }


def main() -> None:
    options = parsed()
    runtime = Runtime.choose("cpu", "float32")
    cycles = recorded(options.run) if options.run is not None else drifting(options)
    _, ids, features = next(cycles)
    made: list[Layout] = []
    first_s = common.timed(lambda: made.append(first_layout(1, ids, features)), runtime)
    start, sizes, shared = made[-1], [len(ids)], []
    warm, restarted = Chain(start, [], [], []), Chain(start, [], [], [])
    for cycle, ids, features in cycles:
        sizes.append(len(ids))
        before = warm.last
        seconds = common.timed(lambda: made.append(next_layout(cycle, ids, features, before=before)), runtime)  # noqa: B023
        warm.note(made[-1], seconds, made[-1].displacement)
        shared.append(made[-1].n_shared)
        seconds = common.timed(lambda: made.append(first_layout(cycle, ids, features)), runtime)  # noqa: B023
        restarted.note(*aligned(made[-1], restarted.last, seconds))
    results = {
        "sizes": {"images": sizes, "shared": shared, "features": features.shape[1], "run": options.run is not None},
        "first_s": first_s,
        "first_trustworthiness": start.trustworthiness,
        "warm": warm.summary(),
        "restarted": restarted.summary(),
        "speedup": common.median_ratio(restarted.seconds, warm.seconds),
    }
    common.finish("embedding", results, runtime, options.json)


def parsed() -> argparse.Namespace:
    made = common.parser(__doc__ or "")
    made.add_argument("--points", type=int, default=2000, help="images on the map of each cycle")
    made.add_argument("--new", type=int, default=200, help="how many of them were not on the map before")
    made.add_argument("--cycles", type=int, default=4, help="cycles, the first one included")
    made.add_argument("--features", type=int, default=512, help="features of an image")
    made.add_argument("--drift", type=float, default=0.3, help="how far features move in a cycle, in cloud widths")
    made.add_argument("--run", type=Path, help="a run folder whose maps are laid out instead")
    return made.parse_args()


def aligned(layout: Layout, before: Layout | None, seconds: float) -> tuple[Layout, float, float]:
    """A restarted layout laid onto the one before as well as it goes, its seconds, and how far it moved even so."""
    assert before is not None
    _, here, there = np.intersect1d(layout.ids, before.ids, return_indices=True)
    lay = procrustes(layout.positions[here], before.positions[there])
    moved = displacement(before.positions[there], lay(layout.positions[here]))
    return replace(layout, positions=lay(layout.positions)), seconds, moved


def drifting(options: argparse.Namespace) -> Iterator[tuple[int, IntArray, Features]]:
    """Cycle, ids and features of ten clouds that overlap a little; a share of the images is exchanged each cycle."""
    rng = np.random.default_rng(0)
    in_all = options.points + options.new * options.cycles
    labels = rng.integers(0, 10, in_all)
    # Clouds of few dimensions in a space of many, as penultimate features are.
    basis = rng.normal(0, 1 / np.sqrt(20), (20, options.features))
    inner = rng.normal(0, 1.2, (10, 20))[labels] + rng.normal(0, 1, (in_all, 20))
    for cycle in range(1, options.cycles + 1):
        ids = np.arange(options.new * (cycle - 1), options.new * (cycle - 1) + options.points)
        yield cycle, ids, inner[ids] @ basis
        inner = inner + options.drift * rng.normal(0, 1, inner.shape)


def recorded(folder: Path) -> Iterator[tuple[int, IntArray, Features]]:
    """Cycle, ids and features of every map of a run."""
    history = open_run(folder).history
    for records in history:
        points = map_points(history, records.cycle)
        if not points.reason:
            yield records.cycle, points.ids, points.features


if __name__ == "__main__":
    main()
