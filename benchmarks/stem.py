"""The two stems of the small network on larger pictures: a training step, and SCORE, each in the same minutes.

The classifier of the demo with its 3x3 stem and with the 7x7 stem of stride 4, at each size of RGB pictures of random
pixels: the TRAIN stage on one batch, and the SCORE stage on as many candidates, in turns.

    python benchmarks/stem.py --sides 96 224
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable
from typing import Any

import common
import numpy as np
import torch

from lada_explore.acquisition.max_entropy import MaxEntropy
from lada_explore.config import ClassifierConfig, Stem, TrainingConfig
from lada_explore.datasets import ImageSet
from lada_explore.datasets.device_images import DeviceImages
from lada_explore.models import ResNet, folded
from lada_explore.pool import Pool
from lada_explore.runtime import Runtime
from lada_explore.stages.progress import no_tick
from lada_explore.stages.score import score
from lada_explore.stages.train import train

CLASSES = ("a", "b", "c", "d", "e")
STEMS = (Stem.SMALL, Stem.LARGE)


def main() -> None:
    options = parsed()
    runtime = Runtime.choose(options.device)
    results: dict[str, Any] = {"sizes": {name: getattr(options, name) for name in ("batch_size", "candidates")}}
    results["by_side"] = {str(side): of_side(side, runtime, options) for side in options.sides}
    common.finish("stem", results, runtime, options.json)


def parsed() -> argparse.Namespace:
    parser = common.parser(__doc__ or "")
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--sides", type=int, nargs="+", default=[96, 224], help="height and width, pixels (96 224)")
    parser.add_argument("--batch-size", type=int, default=10, help="images in a training step (10)")
    parser.add_argument("--candidates", type=int, default=40, help="images that SCORE scores (40)")
    parser.add_argument("--rounds", type=int, default=5, help="runs of each stem (5)")
    return parser.parse_args()


def of_side(side: int, runtime: Runtime, options: argparse.Namespace) -> dict[str, Any]:
    """Milliseconds of a step and of an image's score by each stem, and their ratios."""
    contestants: dict[str, Callable[[], Any]] = {}
    n = max(options.batch_size, options.candidates)
    pictures = ImageSet.create(
        name="random",
        images=np.random.default_rng(0).integers(0, 256, (n, 3, side, side), dtype=np.uint8),
        targets=np.arange(n) % len(CLASSES),
        class_names=CLASSES,
        source="Random pixels.",
    )
    images = DeviceImages(pictures, (0.5,) * 3, (0.3,) * 3, runtime)
    for stem in STEMS:
        contestants[f"step {stem}"], contestants[f"score {stem}"] = stages(stem, images, runtime, options)
    for contestant in contestants.values():
        contestant()
    seconds = common.alternate(contestants, options.rounds, runtime)
    small, large = STEMS
    return {
        "ms_per_step": {stem: 1e3 * statistics.median(seconds[f"step {stem}"]) for stem in STEMS},
        "ms_per_score": {
            stem: 1e3 * statistics.median(seconds[f"score {stem}"]) / options.candidates for stem in STEMS
        },
        "speedup_step": common.median_ratio(seconds[f"step {small}"], seconds[f"step {large}"]),
        "speedup_score": common.median_ratio(seconds[f"score {small}"], seconds[f"score {large}"]),
    }


def stages(
    stem: Stem, images: DeviceImages, runtime: Runtime, options: argparse.Namespace
) -> tuple[Callable[[], Any], Callable[[], Any]]:
    """TRAIN on one batch, and SCORE on the candidates, with a classifier that has this stem."""
    torch.manual_seed(0)
    config: ClassifierConfig = common.CLASSIFIERS["demo"]
    classifier = runtime.place(ResNet(config, 3, len(CLASSES), stem))
    ids = np.arange(options.batch_size)
    pool = Pool(size=options.batch_size).with_labels(0, ids, ids % len(CLASSES))
    settings = TrainingConfig(epochs=1, learning_rate=1e-3, batch_size=options.batch_size)

    def step() -> None:
        train(0, classifier, pool, images=images, config=settings, seed=0, device=runtime.device, tick=no_tick)

    def scored() -> None:
        score(
            1,
            np.arange(options.candidates),
            labelled_ids=ids[:0],
            keep_features=False,
            acquisition=MaxEntropy(),
            classifier=folded(classifier),
            images=images,
            chunk=options.candidates,
            tick=no_tick,
        )

    return step, scored


if __name__ == "__main__":
    main()
