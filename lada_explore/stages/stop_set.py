"""The stop set: a fixed random sample of the pool on which the classifiers of consecutive cycles are compared.

It needs no labels. No stage reads what is recorded of it, so it changes nothing that a run decides.

Source: Bloodgood and Vijay-Shanker (CoNLL 2009), who compare predictions on a set that stays the same.
"""

from __future__ import annotations

import numpy as np
import torch

from lada_explore.datasets.device_images import DeviceImages
from lada_explore.errors import NumericsError
from lada_explore.models import Classifier
from lada_explore.pool import Pool
from lada_explore.records import FloatArray, IntArray, Stage, stage_of_cycle
from lada_explore.seeds import stop_set_seed
from lada_explore.stages.progress import Tick

STOP_SET_SIZE = 500
"""Images of the sample (ours: a share of 1 % of them is known to about 1 %, and a pass of them takes little)."""


def stop_set(seed: int, pool: Pool, size: int = STOP_SET_SIZE) -> IntArray:
    """(S,) increasing ids of the sample that are not labelled: an image that is trained on says nothing about others.

    A pool that has grown keeps most of its sample, because each id draws a number of its own and the least ones are in.

    Args:
        seed: seed of the run.
        pool: the pool.
        size: images of the sample, before those that are labelled are left out.
    """
    drawn = np.random.default_rng(stop_set_seed(seed)).random(pool.size)
    sample = np.argpartition(drawn, size)[:size] if size < pool.size else np.arange(pool.size)
    return np.setdiff1d(sample, pool.labelled_ids)


@torch.no_grad()
def stop_logits(
    cycle: int, classifier: Classifier, images: DeviceImages, ids: IntArray, *, chunk: int, tick: Tick
) -> FloatArray:
    """(S, C) logits of the classifier for the images of the stop set.

    Args:
        cycle: this cycle.
        classifier: in eval mode.
        images: images of the pool.
        ids: (S,) ids.
        chunk: number of images in one pass.
        tick: called after each pass.

    Raises:
        NumericsError: a logit is not finite.
    """
    logits = np.empty((len(ids), classifier.n_classes), np.float32)
    for start in range(0, len(ids), chunk):
        logits[start : start + chunk] = classifier(images.batch(ids[start : start + chunk])).float().cpu().numpy()
        tick(min(start + chunk, len(ids)), len(ids), "images of the stop set")
    if not np.isfinite(logits).all():
        raise NumericsError(
            f"{stage_of_cycle(Stage.EVALUATE, cycle)}: the logits of {(~np.isfinite(logits).all(axis=1)).sum()} images "
            "are not finite; the classifier has diverged, so lower training.learning_rate"
        )
    return logits
