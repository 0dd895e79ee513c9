"""How many CPU threads a run computes on: short trials with its own classifier and batches decide.

A training step of the demo is so small that two threads mostly wait for each other, and beside another busy program
they wait far longer than they work; a step of the paper's ResNet-18 gains from every core, and so does a pass of many
images without a gradient. So there are two numbers, one for steps and one for passes.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import cast

import torch
from torch import nn

from lada_explore.config import ClassifierConfig, RunConfig
from lada_explore.datasets import ImageData
from lada_explore.models import Classifier, folded, footprint, new_classifier
from lada_explore.runtime import Runtime, faster_threads, load_optimisers, threads_are_set, warn_of_spinning
from lada_explore.store import RunInfo

MAX_TRIED = 20
"""Images in a trial's step; a larger batch gains as much from a second thread, and at full width takes far longer."""

Shape = tuple[int, int, int]

_TRYING = threading.Lock()
"""Two trials at once would slow each other."""


@dataclass(frozen=True, slots=True)
class Threads:
    """How many threads a run computes on.

    Attributes:
        steps: where it trains.
        passes: where many images go through the classifier at once.
        tried_ms: milliseconds by "step" or "pass" and by number of threads; empty where there was nothing to try.
    """

    steps: int
    passes: int
    tried_ms: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


def choose_threads(config: RunConfig, data: ImageData, runtime: Runtime) -> Threads:
    """How many threads a run should compute on.

    There is nothing to try on a GPU, with one thread, or where a person has set the number.

    Args:
        config: settings of the run.
        data: its images.
        runtime: its device.
    """
    most = torch.get_num_threads()
    if runtime.device.type != "cpu" or most == 1 or threads_are_set():
        return Threads(most, most)
    n_classes = max(2, data.train.n_classes)
    batch_size = max(2, min(config.training.batch_size, config.schedule.initial_per_class * n_classes, MAX_TRIED))
    n_passed = min(config.schedule.subset_size, len(data.train))
    with _TRYING:
        return _tried(config.classifier, data.train.shape, n_classes, batch_size, n_passed, most)


@lru_cache
def _tried(
    classifier: ClassifierConfig, shape: Shape, n_classes: int, batch_size: int, n_passed: int, most: int
) -> Threads:
    """One trial for all runs of a process with work of one size, so that equal runs in it are equal."""
    runtime = Runtime(torch.device("cpu"))
    load_optimisers()
    # Weights, batch and dropout draw from a seed of their own; what the run draws is not touched.
    with runtime.seeded(0):
        network = runtime.place(new_classifier(classifier, shape, n_classes)).train()
        images, labels = runtime.place_states(torch.randn(batch_size, *shape)), torch.arange(batch_size) % n_classes
        optimiser = torch.optim.Adam(network.parameters(), fused=True)

        def step() -> None:
            optimiser.zero_grad()
            nn.functional.cross_entropy(network(images), labels).backward()
            optimiser.step()

        steps, step_s = faster_threads(step, most)
        passed = folded(cast(Classifier, network.eval()))
        size = footprint(passed, images[:1])
        several = runtime.place_states(torch.randn(min(n_passed, runtime.chunk(size.largest, size.scoring)), *shape))
        with torch.no_grad():
            passes, pass_s = faster_threads(lambda: passed(several), most)
    return Threads(steps, passes, {"step": _ms(step_s), "pass": _ms(pass_s)})


def _ms(seconds: Mapping[int, float]) -> dict[str, float]:
    return {str(number): round(1e3 * taken, 2) for number, taken in seconds.items()}


def runtime_of(info: RunInfo, device: str, threads: int | None) -> Runtime:
    """The device, and the threads that are asked for; else those the run has, if torch has as many here."""
    runtime = Runtime.choose(device, info.precision, threads)
    if threads is None:
        most = torch.get_num_threads()
        runtime = replace(
            runtime, threads=min(info.threads, most), pass_threads=min(info.pass_threads or info.threads, most)
        )
    if runtime.device.type == "cpu":
        warn_of_spinning(max(runtime.threads or 1, runtime.pass_threads or 1))
    return runtime
