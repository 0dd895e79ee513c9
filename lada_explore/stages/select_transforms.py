"""SELECT with transforms: choose single images by their score and that of their transform."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from lada_explore.augmentation import Transforming
from lada_explore.datasets.device_images import DeviceImages
from lada_explore.models import Classifier
from lada_explore.records import (
    LookAheadRecord,
    ScoreRecord,
    SelectRecord,
    SelectRule,
    Stage,
    SubsampleRecord,
)
from lada_explore.stages.score import to_half
from lada_explore.stages.select import MAX_VIRTUAL_PAIRS


@torch.no_grad()
def select_transforms(
    candidates: SubsampleRecord,
    scored: ScoreRecord,
    ahead: LookAheadRecord,
    *,
    budget: int,
    augmentation: Transforming,
    transformer: nn.Module | None,
    classifier: Classifier,
    images: DeviceImages,
) -> SelectRecord:
    """Choose the `budget` images with the highest sum of their own score and the score of their transform.

    Args:
        candidates: M images.
        scored: acquisition score of each candidate.
        ahead: theta of each candidate, and the score of its transform.
        budget: B, number of images to ask about.
        augmentation: applies theta.
        transformer: the augmentation's network, whose parameters are not used; None if it has none.
        classifier: in eval mode; gives features and logits of the transforms of the queried images.
        images: images of the pool.

    The transforms that are recorded are those that line 8 makes after the answers; TRAIN records which it learned from.

    Source: supplement, section E, Algorithm 1, line 5.
    """
    terms = np.column_stack([scored.scores, ahead.value])
    scores = terms.sum(axis=1)
    winners = np.argsort(-scores, kind="stable")[:budget]
    ids, theta = candidates.subset_ids[winners], ahead.theta[winners]
    shown = slice(None, 2 * MAX_VIRTUAL_PAIRS)
    batch = images.batch(ids[shown])
    moved = augmentation.transform(batch, torch.from_numpy(theta[shown]).to(batch.device), transformer)
    features = classifier.features_from_layer(moved, 0)
    pixels = images.thumbnails(ids)
    return SelectRecord(
        cycle=candidates.cycle,
        rule=SelectRule.SINGLES,
        query_ids=ids,
        pair_ids=np.empty((0, 2), dtype=np.int64),
        pair_tau=np.empty(0, dtype=np.float32),
        score_terms=terms,
        scores=scores,
        query_images=pixels,
        virtual_lam=np.empty(0, dtype=np.float32),
        virtual_features=to_half(features[:, None], ids, Stage.SELECT, candidates.cycle),
        virtual_logits=classifier.head(features)[:, None].cpu().numpy(),
        transformed_images=augmentation.transform_pixels(pixels, theta),
    )
