"""What the benchmarks share: options, timing, a trained classifier, the conditions, and the JSON they write."""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from lada_explore.config import ClassifierConfig, DataConfig, Gpu, TrainingConfig
from lada_explore.datasets import ImageData, load
from lada_explore.datasets.device_images import DeviceImages
from lada_explore.errors import ConfigError
from lada_explore.models import ResNet, footprint
from lada_explore.pool import Pool
from lada_explore.runtime import Runtime, versions
from lada_explore.stages.progress import no_tick
from lada_explore.stages.train import train

CLASSIFIERS = {
    "demo": ClassifierConfig(width=16, blocks=(1, 1, 1, 1)),
    "full": ClassifierConfig(width=64, blocks=(2, 2, 2, 2)),
}
"""The demo's classifier, and the paper's ResNet-18."""

Seconds = dict[str, list[float]]


def parser(description: str) -> argparse.ArgumentParser:
    """A parser with the options that every benchmark has."""
    made = argparse.ArgumentParser(description=description, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    made.add_argument("--json", type=Path, help="file to write the results to, as well as printing them")
    made.add_argument("--device", default="auto", help="auto, cpu, cuda or cuda:1")
    made.add_argument("--precision", default="auto", help="auto, float32 or bfloat16, for scoring and looking ahead")
    return made


def runtime_on(device: str, gpu: Gpu) -> Runtime:
    """As `Runtime.choose`; without that device it ends the command with a sentence."""
    try:
        return Runtime.choose(device, gpu=gpu)
    except ConfigError as error:
        raise SystemExit(f"`make gpu` needs a machine with an NVIDIA GPU: {error}") from None


def alternate(contestants: Mapping[str, Callable[[], Any]], rounds: int, runtime: Runtime) -> Seconds:
    """Seconds of each contestant, one after the other in every round, so that a slow minute slows them all."""
    seconds: Seconds = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, contestant in contestants.items():
            seconds[name].append(timed(contestant, runtime))
    return seconds


def timed(work: Callable[[], Any], runtime: Runtime) -> float:
    """Seconds that `work` takes, the device's queue included."""
    _wait(runtime)
    began = time.perf_counter()
    work()
    _wait(runtime)
    return time.perf_counter() - began


def _wait(runtime: Runtime) -> None:
    if runtime.device.type == "cuda":
        torch.cuda.synchronize(runtime.device)


def summary(runs: Sequence[float]) -> dict[str, float]:
    """Median, spread (largest minus smallest) and number of runs, in seconds."""
    return {"median_s": statistics.median(runs), "spread_s": max(runs) - min(runs), "runs": len(runs)}


def median_ratio(numerator: Sequence[float], denominator: Sequence[float]) -> float:
    """Median of the ratios of each round: what a slow round does to both leaves no trace."""
    return statistics.median(a / b for a, b in zip(numerator, denominator, strict=True))


@dataclass(frozen=True, slots=True)
class Trained:
    """A classifier after some labels, and the images it knows.

    Attributes:
        classifier: in eval mode, frozen.
        images: all images, on the device.
        data: the same as a data set.
        pool: which of them are labelled.
    """

    classifier: ResNet
    images: DeviceImages
    data: ImageData
    pool: Pool


def trained(width: str, labels: int, epochs: int, runtime: Runtime, *, dataset: str = "fashion-mini") -> Trained:
    """Train a classifier of `CLASSIFIERS` on the first `labels` images of the data set, by the TRAIN stage itself."""
    data = load(DataConfig(name=dataset))
    images = DeviceImages(data.train, data.mean, data.std, runtime)
    torch.manual_seed(0)
    classifier = ResNet(CLASSIFIERS[width], data.train.shape[0], data.train.n_classes)
    runtime.place(classifier)
    pool = labelled(data, labels)
    settings = TrainingConfig(epochs=epochs, learning_rate=1e-3, batch_size=10)
    device = runtime.device
    train(0, classifier, pool, images=images, config=settings, seed=0, device=device, tick=no_tick)
    classifier.requires_grad_(False)
    return Trained(classifier, images, data, pool)


def labelled(data: ImageData, labels: int) -> Pool:
    """A pool whose first images, as many of each class, are labelled by the data set's own targets."""
    targets = data.train.targets
    assert targets is not None
    each = labels // data.train.n_classes
    ids = np.concatenate([np.flatnonzero(targets.numpy() == c)[:each] for c in range(data.train.n_classes)])
    return Pool(size=len(data.train)).with_labels(0, ids, targets.numpy()[ids])


def chunk_of(start: Trained, runtime: Runtime) -> int:
    """Images in one pass of SCORE."""
    size = footprint(start.classifier, start.images.batch(start.pool.labelled_ids[:1]))
    return runtime.chunk(size.largest, size.scoring)


def matmul_rate(runtime: Runtime, size: int = 1024, rounds: int = 20) -> float:
    """FLOP/s of a float32 matrix product: what this machine gave in these minutes, shared hosts being slow at times."""
    a, b = torch.randn(2, size, size, device=runtime.device)
    return 2 * size**3 / statistics.median(timed(lambda: a @ b, runtime) for _ in range(rounds))


def conditions(runtime: Runtime) -> dict[str, Any]:
    """Device and its rate, precision, threads and versions."""
    return {
        "matmul_gflop_per_s": matmul_rate(runtime) / 1e9,
        "device": runtime.describe(),
        "precision": runtime.precision_name,
        **({"gpu": runtime.gpu.value, "tf32": runtime.gpu is Gpu.FAST} if runtime.device.type == "cuda" else {}),
        "machine": platform.machine(),
        "cpu_capability": torch.backends.cpu.get_cpu_capability(),
        "threads": torch.get_num_threads(),
        "versions": versions(runtime.device),
    }


def finish(name: str, results: Mapping[str, Any], runtime: Runtime, path: Path | None) -> None:
    """Print the results, and write them where `--json` says."""
    text = json.dumps({"benchmark": name, **results, "conditions": conditions(runtime)}, indent=1)
    print(text)
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n", encoding="utf-8")
