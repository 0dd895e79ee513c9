"""A whole cycle: seconds of each stage for each method, and how they grow. The measured Table 4 of the supplement.

Table 4 gives the cost of scoring, sorting and training as orders of growth in the unlabelled candidates U, the
labelled images L and the classifier. Here sessions run real cycles: SCORE and LOOK_AHEAD are its scoring, SELECT its
sorting, TRAIN its training.

    python benchmarks/cycle.py --methods max-entropy lada-entmix --subsets 200 400 800 --width full

EVALUATE grows with the test set alone; `--test-images 200` keeps it short where the classifier is large.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import common
import numpy as np

from lada_explore.config import METHODS, DataConfig
from lada_explore.config.presets import configure
from lada_explore.datasets import load
from lada_explore.runtime import Runtime
from lada_explore.session.session import Session


def main() -> None:
    options = parsed()
    runtime = Runtime.choose(options.device, options.precision)
    with tempfile.TemporaryDirectory() as folder:
        runs = Runs(Path(folder), options, images_in(Path(folder) / "images", options.test_images))
        by_method = {name: runs.measure(name, {}) for name in options.methods}
        growth = {
            "subset_size": {m: runs.measure(options.method, {"schedule.subset_size": m}) for m in options.subsets},
            "labels": {
                n: runs.measure(options.method, {"schedule.initial_per_class": n // 10}) for n in options.labels
            },
            "width": {w: runs.measure(options.method, {"classifier.width": w}) for w in options.widths},
        }
    results = {
        "sizes": {
            "preset": "demo",
            "width": options.width,
            "cycles": options.cycles,
            "test_images": options.test_images,
            "growth_of": options.method,
        },
        "seconds_by_method": by_method,
        "seconds_by_growth": growth,
        "slowest_cycle_s": {name: max(measured["cycles_s"]) for name, measured in by_method.items()},
        "longest_wait_s": max(max(measured["longest_wait_s"].values()) for measured in by_method.values()),
    }
    common.finish("cycle", results, runtime, options.json)


def parsed() -> argparse.Namespace:
    parser = common.parser(__doc__ or "")
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--methods", nargs="+", default=list(METHODS), help="methods to compare (every one)")
    parser.add_argument("--width", choices=list(common.CLASSIFIERS), default="demo", help="classifier (demo)")
    parser.add_argument("--method", default="lada-entmix", help="method whose growth is shown (lada-entmix)")
    parser.add_argument("--cycles", type=int, default=3, help="cycles of each run; medians are over them (3)")
    parser.add_argument("--test-images", type=int, default=2000, help="images that EVALUATE classifies (all 2000)")
    parser.add_argument("--subsets", nargs="*", type=int, default=[200, 400, 800], help="U, candidates a cycle")
    parser.add_argument("--labels", nargs="*", type=int, default=[20, 100, 200], help="L at the start")
    parser.add_argument("--widths", nargs="*", type=int, default=[8, 16, 32], help="width of the classifier")
    return parser.parse_args()


def images_in(folder: Path, n_test: int) -> str:
    """The demo's images as arrays in `folder`, with so many test images only; the name that a config takes."""
    data = load(DataConfig(name="fashion-mini"))
    assert data.test is not None
    folder.mkdir()
    for prefix, images in (("", data.train), ("test_", data.test)):
        assert images.targets is not None
        kept = np.arange(len(images) if not prefix else n_test)
        np.save(folder / f"{prefix}images.npy", np.asarray(images.images)[kept])
        np.save(folder / f"{prefix}targets.npy", images.targets.numpy()[kept])
    (folder / "classes.txt").write_text("\n".join(data.train.class_names), encoding="utf-8")
    return f"array:{folder}"


class Runs:
    """Short runs of the demo preset on these images, each in a folder of its own."""

    def __init__(self, folder: Path, options: argparse.Namespace, dataset: str) -> None:
        self.folder, self.options, self.dataset, self.count = folder, options, dataset, 0

    def measure(self, method: str, settings: dict[str, Any]) -> dict[str, Any]:
        """Median seconds of each stage over the cycles after the start, and of each whole cycle."""
        self.count += 1
        widths = common.CLASSIFIERS[self.options.width]
        classifier = {"classifier.width": widths.width, "classifier.blocks": widths.blocks}
        config = configure(
            "demo", method, dataset=self.dataset, cycles=self.options.cycles, settings=classifier | settings
        )
        session = Session.create(config, self.folder / str(self.count), device=self.options.device)
        waits = step_to_the_end(session)
        session.close()
        cycles = [records.seconds for records in session.history[1:]]
        print(f"{method} {settings or ''}: {sum(cycles[-1].values()):.1f} s", file=sys.stderr)
        stages = {str(stage): [seconds[stage] for seconds in cycles] for stage in cycles[0]}
        return {
            "median_s": {stage: statistics.median(runs) for stage, runs in stages.items()},
            "spread_s": {stage: max(runs) - min(runs) for stage, runs in stages.items()},
            "cycles_s": [sum(seconds.values()) for seconds in cycles],
            "longest_wait_s": waits,
        }


def step_to_the_end(session: Session) -> dict[str, float]:
    """Run a session; the longest time between two progress points of each stage, which Pause may have to wait."""
    longest: dict[str, float] = {}
    points: list[float] = []

    def note() -> None:
        points.append(time.perf_counter())

    while (stage := session.next_stage) is not None:
        points.clear()
        note()
        session.step(note)
        note()
        longest[str(stage)] = max(longest.get(str(stage), 0.0), *np.diff(points).tolist())
    return longest


if __name__ == "__main__":
    main()
