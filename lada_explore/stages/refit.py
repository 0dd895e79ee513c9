"""A classifier trained on some of the labelled images alone, to see what it makes of the others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import torch

from lada_explore.config import InitialWeights, TrainingConfig
from lada_explore.datasets.device_images import DeviceImages
from lada_explore.models import Classifier, folded
from lada_explore.pool import Pool
from lada_explore.records import IntArray
from lada_explore.runtime import Runtime
from lada_explore.stages.networks import Networks
from lada_explore.stages.progress import Tick
from lada_explore.stages.train import batches, train

Refit = Callable[[IntArray, IntArray, int, int], Classifier]
"""See `Preparation.refit`."""


def refitting(
    cycle: int, networks: Networks, images: DeviceImages, config: TrainingConfig, runtime: Runtime, tick: Tick
) -> Refit:
    """The function that trains a new classifier on some labelled images as TRAIN does, without virtual instances.

    On fewer than 2 images, which batch-norm needs, the new classifier stays as it is.

    Args:
        cycle: this cycle.
        networks: make the classifier, with the weights that the run's own started from.
        images: images of the pool.
        config: batch size, learning rate, crop and flip of TRAIN; its epochs are not used.
        runtime: device and precision of the copy that is returned.
        tick: called after each batch.
    """

    def refit(ids: IntArray, labels: IntArray, steps: int, seed: int) -> Classifier:
        anew = config.reinitialise and config.initial_weights is InitialWeights.NEW
        classifier = networks.new_classifier(cycle if anew else 0)
        if len(ids) >= 2:
            known = Pool(size=int(ids.max()) + 1).with_labels(0, ids, labels)
            each = len(batches(torch.arange(len(ids)), config.batch_size))
            how = replace(config, epochs=-(-steps // each), cuda_graph=False)
            classifier.requires_grad_(True)
            with runtime.seeded(seed):
                train(cycle, classifier, known, images=images, config=how, seed=seed, device=runtime.device, tick=tick)
        return folded(classifier.eval().requires_grad_(False), runtime.precision)

    return refit
