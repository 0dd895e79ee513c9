"""How many CPU threads a run computes on: a short trial with its own classifier and batch decides.

A training step of the demo is so small that two threads mostly wait for each other, and beside another busy program
they wait far longer than they work; a step of the paper's ResNet-18 gains from every core.
"""

from __future__ import annotations

import threading
from functools import lru_cache

import torch
from torch import nn

from lada_explore.config import ClassifierConfig, RunConfig
from lada_explore.datasets import ImageData
from lada_explore.models import new_classifier
from lada_explore.runtime import Runtime, faster_threads, load_optimisers, threads_are_set

MAX_TRIED = 20
"""Images in a trial's step; a larger batch gains as much from a second thread, and at full width takes far longer."""

_TRYING = threading.Lock()
"""Two trials at once would slow each other."""


def choose_threads(config: RunConfig, data: ImageData, runtime: Runtime) -> tuple[int, dict[str, float]]:
    """How many threads a run should compute on.

    Args:
        config: settings of the run.
        data: its images.
        runtime: its device.

    Returns:
        The number, and milliseconds of a training step by number of threads; none where there was nothing to try: on a
        GPU, with one thread, or with a number that a person has set.
    """
    most = torch.get_num_threads()
    if runtime.device.type != "cpu" or most == 1 or threads_are_set():
        return most, {}
    n_classes = max(2, data.train.n_classes)
    batch_size = max(2, min(config.training.batch_size, config.schedule.initial_per_class * n_classes, MAX_TRIED))
    with _TRYING:
        number, seconds = _tried(config.classifier, data.train.shape, n_classes, batch_size, most)
    return number, {str(n): round(1e3 * taken, 2) for n, taken in seconds.items()}


@lru_cache
def _tried(
    classifier: ClassifierConfig, shape: tuple[int, int, int], n_classes: int, batch_size: int, most: int
) -> tuple[int, dict[int, float]]:
    """One trial for all runs of a process with steps of one size, so that equal runs in it are equal."""
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

        return faster_threads(step, most)
