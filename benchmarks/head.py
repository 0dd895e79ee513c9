"""Weight decay, learning rate and epochs of the head of `demo-pretrained`, chosen once, without test images.

python benchmarks/head.py --json benchmarks/results/head.json

Runs of the method `random` on a part of the pool, judged on another part of it: nothing is chosen by the method that is
to be compared, nor by the test images on which it is compared. The first pass needs the features of all images, which
take a minute; they are kept.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from contextlib import closing
from dataclasses import replace
from itertools import product
from pathlib import Path

import common
import numpy as np

from lada_explore.config.presets import configure
from lada_explore.datasets import ImageData, load
from lada_explore.runtime import Runtime
from lada_explore.session.session import Session

PRESET = "demo-pretrained"
DECAYS = (0.0, 0.001, 0.01, 0.1, 1.0)
RATES = (0.001, 0.003)
EPOCHS = (10, 30)
CYCLES = (0, 10, 20)
"""Cycles whose accuracies are averaged: 20, 120 and 220 labels."""


def main() -> None:
    options = parsed()
    runtime = Runtime.choose(options.device, "float32", 1)
    data = parted(load(configure(PRESET).data), options.judged)
    grid = list(product(options.epochs, options.rates, options.decays))
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for place, (epochs, rate, decay) in enumerate(grid):
            settings = {"training.epochs": epochs, "training.learning_rate": rate, "training.weight_decay": decay}
            runs = [accuracies(settings, seed, Path(folder) / f"{place}-{seed}", data) for seed in options.seeds]
            by_labels = {str(n): statistics.fmean(run[n] for run in runs) for n in runs[0]}
            found.append(settings | {"accuracy": by_labels, "mean": statistics.fmean(by_labels.values())})
            print(found[-1], file=sys.stderr, flush=True)
    best = max(found, key=lambda entry: entry["mean"])
    sizes = {"pool": len(data.train), "judged": options.judged, "seeds": options.seeds, "cycles": list(CYCLES)}
    common.finish("head", {"sizes": sizes, "grid": found, "best": best}, runtime, options.json)


def parsed() -> argparse.Namespace:
    made = common.parser(__doc__)
    made.add_argument("--seeds", type=int, nargs="+", default=[100, 101, 102], help="none of those that are compared")
    made.add_argument("--judged", type=int, default=2000, help="images of the pool that are judged on")
    made.add_argument("--epochs", type=int, nargs="+", default=EPOCHS)
    made.add_argument("--rates", type=float, nargs="+", default=RATES)
    made.add_argument("--decays", type=float, nargs="+", default=DECAYS)
    return made.parse_args()


def parted(data: ImageData, n_judged: int) -> ImageData:
    """The pool without its last images in a random order, which become the test set."""
    order = np.random.default_rng(0).permutation(len(data.train))
    pool, judged = np.sort(order[:-n_judged]), np.sort(order[-n_judged:])
    return replace(data, train=data.train.part(pool), test=data.train.part(judged))


def accuracies(settings: dict[str, float], seed: int, folder: Path, data: ImageData) -> dict[int, float]:
    """Accuracy on the judged images by the number of labels, in a run of random images."""
    quick = {"checkpoints": "last", "keep": "queried", "look_ahead.precision": "float32"}
    config = configure(PRESET, "random", seed=seed, cycles=max(CYCLES), settings=settings | quick)
    with closing(Session.create(config, folder, data=data, device="cpu", threads=1)) as session:
        history = session.run()
    return {history[cycle].evaluate.n_labelled: history[cycle].evaluate.accuracy for cycle in CYCLES}


if __name__ == "__main__":
    main()
