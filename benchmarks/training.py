"""Training: our TRAIN stage against a bare torch loop, and against a DataLoader with per-sample transforms.

All three train the same classifier from the same weights on the same labelled images, with Adam and the same batch
size. On a GPU ours runs a second time, with its step as a CUDA graph. The bare loop is the shortest one that works:
images normalised once and kept on the device as float32, one index for each batch, cross-entropy, `torch.optim.Adam`
with its own defaults, contiguous layout. Ours keeps uint8, normalises each batch, sums the loss and answers stop and
pause between batches.

    python benchmarks/training.py --width demo --labels 220
"""

from __future__ import annotations

import argparse
import copy
from functools import partial

import common
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset
from torchvision.transforms import Compose, Normalize, ToTensor

from lada_explore.config import TrainingConfig
from lada_explore.models import ResNet
from lada_explore.runtime import Runtime
from lada_explore.runtime.recorded_steps import can_replay
from lada_explore.stages.progress import no_tick
from lada_explore.stages.train import train


def main() -> None:
    options = parsed()
    runtime = Runtime.choose(options.device)
    start = common.trained(options.width, options.labels, 1, runtime)
    bench = Bench(start, runtime, options)
    # One epoch each, so that the first round pays for nothing but itself.
    contestants = {"ours": bench.ours, "bare": bench.bare, "loader": bench.loader}
    if can_replay(runtime.device):
        contestants["graph"] = bench.graph
    for contestant in contestants.values():
        contestant(1)
    seconds = common.alternate(
        {name: partial(contestant, options.epochs) for name, contestant in contestants.items()},
        options.rounds,
        runtime,
    )
    steps = options.epochs * -(-len(start.pool.labels) // options.batch_size)
    results = {
        "sizes": {name: getattr(options, name) for name in ("width", "labels", "epochs", "batch_size")},
        "seconds": {name: common.summary(runs) for name, runs in seconds.items()},
        "ms_per_step": {name: 1e3 * common.summary(runs)["median_s"] / steps for name, runs in seconds.items()},
        "ratio_to_bare_loop": common.median_ratio(seconds["ours"], seconds["bare"]),
        "ratio_to_loader": common.median_ratio(seconds["ours"], seconds["loader"]),
        "final_loss": bench.loss,
    }
    if "graph" in seconds:
        results["ratio_graph_to_bare_loop"] = common.median_ratio(seconds["graph"], seconds["bare"])
    common.finish("training", results, runtime, options.json)


def parsed() -> argparse.Namespace:
    parser = common.parser(__doc__ or "")
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--width", choices=list(common.CLASSIFIERS), default="demo", help="classifier (demo)")
    parser.add_argument("--labels", type=int, default=220, help="labelled images (220)")
    parser.add_argument("--epochs", type=int, default=3, help="epochs of each run (3)")
    parser.add_argument("--batch-size", type=int, default=10, help="images in a batch (10)")
    parser.add_argument("--rounds", type=int, default=7, help="runs of each contestant (7)")
    return parser.parse_args()


class PerSample(Dataset[tuple[Tensor, int]]):
    """The labelled images as arrays, transformed one by one as torchvision's data sets do."""

    def __init__(self, start: common.Trained) -> None:
        pixels = start.data.train.images[torch.from_numpy(start.pool.labelled_ids)]
        self.arrays = pixels.permute(0, 2, 3, 1).numpy()
        self.labels = start.pool.labels.tolist()
        self.transform = Compose([ToTensor(), Normalize(start.data.mean, start.data.std)])

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, position: int) -> tuple[Tensor, int]:
        return self.transform(self.arrays[position]), self.labels[position]


class Bench:
    """The three contestants, each starting from the same weights."""

    def __init__(self, start: common.Trained, runtime: Runtime, options: argparse.Namespace) -> None:
        self.start, self.runtime, self.batch_size = start, runtime, int(options.batch_size)
        self.images = start.images.batch(start.pool.labelled_ids).contiguous()
        self.labels = torch.from_numpy(start.pool.labels).to(runtime.device)
        self.per_sample = PerSample(start)
        self.loss: dict[str, float] = {}

    def ours(self, epochs: int) -> None:
        self.stage("ours", TrainingConfig(epochs=epochs, learning_rate=1e-3, batch_size=self.batch_size))

    def graph(self, epochs: int) -> None:
        settings = TrainingConfig(epochs=epochs, learning_rate=1e-3, batch_size=self.batch_size, cuda_graph=True)
        self.stage("graph", settings)

    def stage(self, name: str, settings: TrainingConfig) -> None:
        classifier = copy.deepcopy(self.start.classifier).requires_grad_(True)
        record = train(
            1,
            classifier,
            self.start.pool,
            images=self.start.images,
            config=settings,
            seed=0,
            device=self.runtime.device,
            tick=no_tick,
        )
        self.loss[name] = float(record.train_loss[-1])

    def bare(self, epochs: int) -> None:
        classifier, optimiser = self.contiguous()
        for _ in range(epochs):
            total = 0.0
            for rows in torch.randperm(len(self.labels), device=self.labels.device).split(self.batch_size):
                loss = nn.functional.cross_entropy(classifier(self.images[rows]), self.labels[rows])
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
                total += loss.item() * len(rows)
            self.loss["bare"] = total / len(self.labels)

    def loader(self, epochs: int) -> None:
        classifier, optimiser = self.contiguous()
        batches = DataLoader(self.per_sample, batch_size=self.batch_size, shuffle=True)
        for _ in range(epochs):
            total = 0.0
            for images, labels in batches:
                images, labels = images.to(self.runtime.device), labels.to(self.runtime.device)
                loss = nn.functional.cross_entropy(classifier(images), labels)
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
                total += loss.item() * len(labels)
            self.loss["loader"] = total / len(self.labels)

    def contiguous(self) -> tuple[ResNet, torch.optim.Optimizer]:
        classifier = copy.deepcopy(self.start.classifier).to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]
        classifier.requires_grad_(True).train()
        return classifier, torch.optim.Adam(classifier.parameters(), lr=1e-3)


if __name__ == "__main__":
    main()
