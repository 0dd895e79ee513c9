"""Fine-tuning a network that others made: the TRAIN stage against bare torch loops over the same network.

The network is made by its name, with new weights, and trained on RGB pictures of random pixels with Adam and the same
batch size by all. The bare loops are the shortest that work: images normalised once and kept as float32, one index for
each batch, cross-entropy, `torch.optim.Adam`; one in torch's contiguous layout, one in the channels-last layout that
the stage uses. Everything is run once before it is timed, and then in turns.

    OMP_NUM_THREADS=1 python benchmarks/fine_tuning.py --kinds timm:resnet18 --side 64
"""

from __future__ import annotations

import argparse
import copy
from collections.abc import Callable
from functools import partial
from typing import Any

import common
import numpy as np
import torch
from torch import nn

from lada_explore.config import ClassifierConfig, TrainingConfig
from lada_explore.datasets import ImageSet
from lada_explore.datasets.device_images import DeviceImages
from lada_explore.models import Classifier, new_classifier
from lada_explore.pool import Pool
from lada_explore.runtime import Runtime
from lada_explore.stages.progress import no_tick
from lada_explore.stages.train import train

CLASSES = ("a", "b", "c", "d", "e")
LEARNING_RATE = 1e-3


def main() -> None:
    options = parsed()
    runtime = Runtime.choose(options.device)
    sizes = {name: getattr(options, name) for name in ("side", "labels", "epochs", "batch_size")}
    by_kind = {kind: of_kind(kind, runtime, options) for kind in options.kinds}
    common.finish("fine_tuning", {"sizes": sizes, "by_kind": by_kind}, runtime, options.json)


def parsed() -> argparse.Namespace:
    parser = common.parser(__doc__ or "")
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    kinds = ["timm:resnet18", "torchvision:resnet18"]
    parser.add_argument("--kinds", nargs="+", default=kinds, help=f"values of classifier.kind ({' '.join(kinds)})")
    parser.add_argument("--side", type=int, default=64, help="height and width, pixels (64)")
    parser.add_argument("--labels", type=int, default=100, help="labelled images (100)")
    parser.add_argument("--epochs", type=int, default=1, help="epochs of each run (1)")
    parser.add_argument("--batch-size", type=int, default=10, help="images in a batch (10)")
    parser.add_argument("--rounds", type=int, default=7, help="runs of each contestant (7)")
    return parser.parse_args()


def of_kind(kind: str, runtime: Runtime, options: argparse.Namespace) -> dict[str, Any]:
    """Milliseconds of a step by each contestant, and the ratios of the stage to both loops."""
    shape = (3, options.side, options.side)
    torch.manual_seed(0)
    classifier = runtime.place(new_classifier(ClassifierConfig(kind=kind), shape, len(CLASSES)))
    pictures = ImageSet.create(
        name="random",
        images=np.random.default_rng(0).integers(0, 256, (options.labels, *shape), dtype=np.uint8),
        targets=np.arange(options.labels) % len(CLASSES),
        class_names=CLASSES,
        source="Random pixels.",
    )
    images = DeviceImages(pictures, (0.5,) * 3, (0.3,) * 3, runtime)
    contestants: dict[str, Callable[[], None]] = {
        "ours": partial(ours, classifier, images, runtime, options),
        "bare": partial(bare, classifier, images, torch.contiguous_format, options),
        "channels_last": partial(bare, classifier, images, torch.channels_last, options),
    }
    for contestant in contestants.values():
        contestant()
    seconds = common.alternate(contestants, options.rounds, runtime)
    steps = options.epochs * -(-options.labels // options.batch_size)
    return {
        "ms_per_step": {name: 1e3 * common.summary(runs)["median_s"] / steps for name, runs in seconds.items()},
        "ratio_to_bare_loop": common.median_ratio(seconds["ours"], seconds["bare"]),
        "ratio_to_channels_last_loop": common.median_ratio(seconds["ours"], seconds["channels_last"]),
    }


def ours(classifier: Classifier, images: DeviceImages, runtime: Runtime, options: argparse.Namespace) -> None:
    """The TRAIN stage."""
    ids = np.arange(options.labels)
    settings = TrainingConfig(epochs=options.epochs, learning_rate=LEARNING_RATE, batch_size=options.batch_size)
    train(
        0,
        copy.deepcopy(classifier),
        Pool(size=options.labels).with_labels(0, ids, ids % len(CLASSES)),
        images=images,
        config=settings,
        seed=0,
        device=runtime.device,
        tick=no_tick,
    )


def bare(
    classifier: Classifier, images: DeviceImages, layout: torch.memory_format, options: argparse.Namespace
) -> None:
    """A loop over the network itself."""
    network: nn.Module = copy.deepcopy(classifier.network).to(memory_format=layout)  # type: ignore[call-overload, arg-type]
    ids = np.arange(options.labels)
    shown = images.batch(ids).contiguous(memory_format=layout)
    labels = torch.from_numpy(ids % len(CLASSES)).to(shown.device)
    optimiser = torch.optim.Adam(network.requires_grad_(True).train().parameters(), lr=LEARNING_RATE)
    for _ in range(options.epochs):
        for rows in torch.randperm(len(labels), device=labels.device).split(options.batch_size):
            loss = nn.functional.cross_entropy(network(shown[rows]), labels[rows])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()


if __name__ == "__main__":
    main()
