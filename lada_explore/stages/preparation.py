"""What an acquisition is prepared with before each stage of a cycle that scores."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from torch import Tensor

from lada_explore.acquisition import Preparation
from lada_explore.config import RunConfig
from lada_explore.datasets.device_images import DeviceImages
from lada_explore.models import Classifier
from lada_explore.pool import Pool
from lada_explore.records import Stage
from lada_explore.runtime import Runtime
from lada_explore.seeds import stage_seed
from lada_explore.stages.networks import Networks
from lada_explore.stages.progress import Tick
from lada_explore.stages.refit import refitting

UNLABELLED_SAMPLE = 10_000
"""Largest number of unlabelled images in a `Preparation`, since a pool may hold millions."""


def preparation_for(
    cycle: int,
    pool: Pool,
    *,
    config: RunConfig,
    classifier: Classifier,
    networks: Networks,
    images: DeviceImages,
    runtime: Runtime,
    tick: Tick,
    saved: Mapping[str, Tensor] | None,
) -> Preparation:
    """The context of an acquisition, the same in each stage of a cycle.

    Args:
        cycle: its draws follow from the seed of this cycle's SCORE.
        pool: labelled ids and their labels; those that are held out for testing are left out.
        config: settings of the run.
        classifier: frozen, in eval mode.
        networks: the networks that are trained with the classifier.
        images: all images, by id.
        runtime: device.
        tick: called between batches.
        saved: what the acquisition has learned in SCORE already, by name; None lets it learn anew.
    """
    seed = stage_seed(config.seed, cycle, Stage.SCORE)
    n_unlabelled = min(UNLABELLED_SAMPLE, pool.n_unlabelled)
    return Preparation(
        seed=seed,
        classifier=classifier,
        images=images,
        labelled_ids=pool.labelled_ids[pool.in_training_set],
        labels=pool.labels[pool.in_training_set],
        unlabelled_ids=pool.draw_unlabelled(n_unlabelled, np.random.default_rng(seed)),
        runtime=runtime,
        chunk=networks.scoring_chunk(),
        tick=tick,
        companion=networks.companion,
        refit=refitting(cycle, networks, images, config.training, runtime, tick),
        saved=saved,
    )
