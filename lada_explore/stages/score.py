"""SCORE: the acquisition score of every candidate itself."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from lada_explore.acquisition import Acquisition
from lada_explore.datasets.device_images import DeviceImages
from lada_explore.errors import NumericsError
from lada_explore.models import Classifier
from lada_explore.records import HalfArray, IntArray, ScoreRecord, Stage, stage_of_cycle
from lada_explore.stages.progress import Tick

HALF_MAX = float(np.finfo(np.float16).max)
"""Largest number of float16; a working classifier has features of about 1 to 20."""


@torch.no_grad()
def score(
    cycle: int,
    subset_ids: IntArray,
    *,
    labelled_ids: IntArray,
    keep_features: bool,
    acquisition: Acquisition,
    classifier: Classifier,
    images: DeviceImages,
    chunk: int,
    tick: Tick,
) -> ScoreRecord:
    """Score each image of the subset with the frozen classifier, which gives A_i(1) and A_i(0) of the pairs.

    Args:
        cycle: this cycle.
        subset_ids: (M,) candidates.
        labelled_ids: (L,) labelled images, whose features are recorded together with those of the candidates.
        keep_features: whether the record keeps features; only views read them.
        acquisition: a prepared acquisition, which scores states at layer 0, the image.
        classifier: in eval mode.
        images: images of the pool.
        chunk: number of images in one pass.
        tick: called after each pass.

    Raises:
        NumericsError: a score or a recorded feature is not finite; the message names the ids.

    Source: the first two terms of the score, section 3.2.
    """
    outputs, kept, logits = [], [], []
    n_images = len(subset_ids) + (len(labelled_ids) if keep_features else 0)
    for start in range(0, len(subset_ids), chunk):
        batch = images.batch(subset_ids[start : start + chunk])
        with classifier.features_kept() as seen:
            outputs.append(acquisition.outputs(classifier, batch, 0).float())
        features = _features(classifier, batch, seen)
        logits.append(classifier.head(features))
        kept.append(features if keep_features else features[:0])
        tick(min(start + chunk, len(subset_ids)), n_images, "images")
    all_outputs, all_logits = torch.cat(outputs), torch.cat(logits).cpu()
    all_scores = acquisition.score(all_outputs).float().cpu()
    confidence, predicted = torch.softmax(all_logits, dim=1).max(dim=1)
    if len(bad := subset_ids[~torch.isfinite(all_scores).numpy()]):
        raise NumericsError(
            f"{stage_of_cycle(Stage.SCORE, cycle)}: the score of {len(bad)} images is not finite, the first has id "
            f"{bad[0]}; the classifier has diverged, so lower training.learning_rate"
        )
    known = [kept[0][:0]]
    for start in range(0, n_images - len(subset_ids), chunk):
        known.append(classifier.features_from_layer(images.batch(labelled_ids[start : start + chunk]), 0))
        tick(len(subset_ids) + min(start + chunk, len(labelled_ids)), n_images, "images")
    all_known = torch.cat(known)
    return ScoreRecord(
        cycle=cycle,
        unit=acquisition.unit,
        scores=all_scores.numpy(),
        predicted=predicted.numpy(),
        confidence=confidence.numpy(),
        logits=all_logits.numpy(),
        outputs=all_outputs.cpu().numpy(),
        features=to_half(torch.cat(kept), subset_ids, Stage.SCORE, cycle),
        labelled_features=to_half(all_known, labelled_ids, Stage.SCORE, cycle),
        labelled_logits=classifier.head(all_known).cpu().numpy(),
    )


def to_half(features: Tensor, ids: IntArray, stage: Stage, cycle: int) -> HalfArray:
    """Features in float16, as the records keep them.

    Args:
        features: (B, ..., F) features.
        ids: ids (at least B) of their images, or (at least B, 2) of their pairs, in the same order.
        stage: stage whose record keeps them.
        cycle: cycle of that record.

    Raises:
        NumericsError: a feature is beyond the range of float16, where it would become infinite.
    """
    with np.errstate(over="ignore"):  # The error below says more than numpy's warning.
        kept: HalfArray = features.cpu().numpy().astype(np.float16)
    bad = np.flatnonzero(~np.isfinite(kept).all(axis=tuple(range(1, kept.ndim))))
    if len(bad):
        raise NumericsError(
            f"{stage_of_cycle(stage, cycle)}: {len(bad)} of {len(kept)} feature vectors go beyond {HALF_MAX:g}, "
            f"the first is of {ids[bad[0]].tolist()}; the classifier has diverged, so lower training.learning_rate "
            "in a new run"
        )
    return kept


def _features(classifier: Classifier, batch: Tensor, seen: list[Tensor]) -> Tensor:
    """Penultimate features (B, F); not computed again if the acquisition has just run the whole classifier."""
    if len(seen) == 1 and len(seen[0]) == len(batch):
        return seen[0]
    return classifier.features_from_layer(batch, 0)
