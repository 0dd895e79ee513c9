"""How many CPU threads a run uses, decided by short trials with its own classifier and batches.

A training step of the demo is so small that two threads mostly wait for each other, and much longer when another
program is busy. A step of the paper's ResNet-18 gains from every core, and so does a forward pass of many images. So
there are two numbers, one for training steps and one for passes.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import cast

import torch
from torch import nn

from lada_explore.config import CLASSIFIERS, ClassifierConfig, HeadConfig, RunConfig
from lada_explore.datasets import ImageData
from lada_explore.models import Classifier, Given, folded, footprint, new_classifier
from lada_explore.runtime import Runtime, faster_threads, load_optimisers, threads_are_set, warn_of_spinning
from lada_explore.store import RunInfo

MAX_TRIED = 20
"""Largest batch of a trial's step: a larger one gains as much from a second thread, and takes far longer."""

Shape = tuple[int, int, int]

_TRYING = threading.Lock()
"""Two trials at once would slow each other."""


@dataclass(frozen=True, slots=True)
class Threads:
    """How many CPU threads a run uses.

    Attributes:
        steps: threads of training steps.
        passes: threads of forward passes of many images.
        tried_ms: milliseconds by "step" or "pass" and by number of threads; empty if nothing was tried.
    """

    steps: int
    passes: int
    tried_ms: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


def choose_threads(config: RunConfig, data: ImageData, runtime: Runtime, given: Given | None = None) -> Threads:
    """How many CPU threads a run should use.

    Nothing is tried on a GPU, with one thread, or if the number is set in the environment or in torch.

    Args:
        config: settings of the run.
        data: images of the run.
        runtime: device of the run.
        given: a person's network as the classifier; None for that of the settings.
    """
    most = torch.get_num_threads()
    if runtime.device.type != "cpu" or most == 1 or threads_are_set():
        return Threads(most, most)
    n_classes = max(2, data.train.n_classes)
    per_class = config.schedule.start_per_class(n_classes, labelled=data.train.targets is not None)
    batch_size = max(2, min(config.training.batch_size, per_class * n_classes, MAX_TRIED))
    n_passed = min(config.schedule.subset_size, len(data.train))
    with _TRYING:
        sizes = config.classifier, config.head, data.input_shape, n_classes, batch_size, n_passed, most
        if given is not None:
            return _try(given, *sizes)  # Not kept, since that would keep the network.
        return _tried(CLASSIFIERS.get(config.classifier.kind), *sizes)


@lru_cache
def _tried(
    maker: object,
    classifier: ClassifierConfig,
    head: HeadConfig,
    shape: Shape,
    n_classes: int,
    batch_size: int,
    n_passed: int,
    most: int,
) -> Threads:
    """One trial for all runs of this process with the same sizes, so that equal runs use equal threads.

    Args (the others as of `choose_threads`):
        maker: what makes the classifier now, so that another of the same name has a trial of its own.
    """
    return _try(None, classifier, head, shape, n_classes, batch_size, n_passed, most)


def _try(
    given: Given | None,
    classifier: ClassifierConfig,
    head: HeadConfig,
    shape: Shape,
    n_classes: int,
    batch_size: int,
    n_passed: int,
    most: int,
) -> Threads:
    """The trial itself."""
    runtime = Runtime(torch.device("cpu"))
    load_optimisers()
    # With a seed of its own, so that the trial does not change what the run draws.
    with runtime.seeded(0):
        network = runtime.place(new_classifier(classifier, shape, n_classes, given=given, head=head)).train()
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
    """Runtime of an opened run: its threads are those asked for, otherwise the recorded ones, at most torch's."""
    runtime = Runtime.choose(device, info.precision, threads, info.config.gpu)
    if threads is None:
        most = torch.get_num_threads()
        runtime = replace(
            runtime, threads=min(info.threads, most), pass_threads=min(info.pass_threads or info.threads, most)
        )
    if runtime.device.type == "cpu":
        warn_of_spinning(max(runtime.threads or 1, runtime.pass_threads or 1))
    return runtime
