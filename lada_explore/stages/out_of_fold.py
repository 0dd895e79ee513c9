"""What classifiers that were trained without an image make of it, for every labelled image."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from lada_explore.acquisition.folds import assigned_folds
from lada_explore.config import TrainingConfig
from lada_explore.datasets.device_images import DeviceImages
from lada_explore.pool import Pool
from lada_explore.runtime import Runtime
from lada_explore.stages.networks import Networks
from lada_explore.stages.progress import Tick
from lada_explore.stages.refit import refitting
from lada_explore.stages.train import batches


def out_of_fold_probabilities(
    cycle: int,
    pool: Pool,
    *,
    folds: int,
    networks: Networks,
    images: DeviceImages,
    config: TrainingConfig,
    seed: int,
    runtime: Runtime,
    tick: Tick,
) -> NDArray[np.float64]:
    """(L, C) class probabilities of the labelled images, each by a classifier that was trained on the other folds.

    The classifiers are trained as TRAIN trains, for as many epochs, from the weights that the run's own started from,
    and without virtual instances. The run's own networks are not changed.

    Args:
        cycle: this cycle.
        pool: labelled ids and their labels, those that are held out for testing included.
        folds: number of folds, each class spread over them as evenly as can be; L if that is smaller.
        networks: make the classifiers.
        images: images of the pool.
        config: how TRAIN trains.
        seed: draws the folds, and the batches of each training; equal seeds give equal probabilities.
        runtime: device.
        tick: called after each fold.
    """
    with runtime.arithmetic():
        return _probabilities(cycle, pool, folds, networks, images, config, seed, runtime, tick)


def _probabilities(
    cycle: int,
    pool: Pool,
    folds: int,
    networks: Networks,
    images: DeviceImages,
    config: TrainingConfig,
    seed: int,
    runtime: Runtime,
    tick: Tick,
) -> NDArray[np.float64]:
    refit = refitting(cycle, networks, images, config, runtime, lambda *_: None)
    assigned = assigned_folds(pool.labels, folds, np.random.default_rng(seed))
    n_folds, found = int(assigned.max()) + 1, []
    for fold in range(n_folds):
        kept, left_out = assigned != fold, np.flatnonzero(assigned == fold)
        steps = config.epochs * len(batches(torch.arange(int(kept.sum())), config.batch_size))
        classifier = refit(pool.labelled_ids[kept], pool.labels[kept], steps, seed + fold)
        for start in range(0, len(left_out), networks.scoring_chunk()):
            places = left_out[start : start + networks.scoring_chunk()]
            with torch.no_grad():
                logits = classifier(images.batch(pool.labelled_ids[places])).double()
            found.append((places, torch.softmax(logits, dim=1).cpu().numpy()))
        tick(fold + 1, n_folds, "folds")
    probabilities = np.empty((len(pool.labels), found[0][1].shape[1]))
    for places, of_places in found:
        probabilities[places] = of_places
    return probabilities
