"""SCORE: the acquisition of every candidate by itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch
from torch import Tensor

from lada_explore.acquisition import Acquisition
from lada_explore.datasets.device_images import DeviceImages
from lada_explore.errors import NumericsError
from lada_explore.models import Classifier
from lada_explore.records import HalfArray, IntArray, ScoreRecord, Stage
from lada_explore.stages.progress import Tick

HALF_MAX = float(np.finfo(np.float16).max)
"""A classifier that works has features of about 1 to 20."""


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
    """Score each image of the subset with the frozen classifier: A_i(1) and A_i(0) of the pairs to come.

    Args:
        cycle: this cycle.
        subset_ids: (M,) candidates.
        labelled_ids: (L,) labelled images, whose features are kept beside those of the candidates.
        keep_features: whether the record keeps features at all; only the views read them.
        acquisition: prepared; scores states at layer 0, the image.
        classifier: in eval mode.
        images: the pool's images.
        chunk: images in one pass.
        tick: called after each pass.

    Raises:
        NumericsError: a score, or a feature as it is kept, is not finite; names the ids.

    Source: the first two terms of the score, section 3.2.
    """
    outputs, features, logits = [], [], []
    n_images = len(subset_ids) + (len(labelled_ids) if keep_features else 0)
    for start in range(0, len(subset_ids), chunk):
        batch = images.batch(subset_ids[start : start + chunk])
        with _watched(classifier) as seen:
            outputs.append(acquisition.outputs(classifier, batch, 0).float())
        features.append(_features(classifier, batch, seen))
        logits.append(classifier.head(features[-1]))
        tick(min(start + chunk, len(subset_ids)), n_images, "images")
    all_outputs, all_logits = torch.cat(outputs), torch.cat(logits).cpu()
    all_scores = acquisition.score(all_outputs).float().cpu()
    confidence, predicted = torch.softmax(all_logits, dim=1).max(dim=1)
    if len(bad := subset_ids[~torch.isfinite(all_scores).numpy()]):
        raise NumericsError(
            f"{Stage.SCORE} of cycle {cycle}: the score of {len(bad)} images is not finite, the first has id {bad[0]}; "
            "the classifier has diverged, so lower training.learning_rate"
        )
    kept = torch.cat(features) if keep_features else features[0][:0]
    known = [kept[:0]]
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
        features=half(kept, subset_ids, Stage.SCORE, cycle),
        labelled_features=half(all_known, labelled_ids, Stage.SCORE, cycle),
        labelled_logits=classifier.head(all_known).cpu().numpy(),
    )


def half(features: Tensor, ids: IntArray, stage: Stage, cycle: int) -> HalfArray:
    """Features as the records keep them.

    Args:
        features: (B, ..., F).
        ids: (B,) or more of the images, or (B, 2) or more of the pairs, that they are of.
        stage: whose record keeps them.
        cycle: of which cycle.

    Raises:
        NumericsError: features beyond the range of float16, which would be kept as infinite.
    """
    with np.errstate(over="ignore"):  # numpy's warning names no image and no remedy
        kept: HalfArray = features.cpu().numpy().astype(np.float16)
    bad = np.flatnonzero(~np.isfinite(kept).all(axis=tuple(range(1, kept.ndim))))
    if len(bad):
        raise NumericsError(
            f"{stage} of cycle {cycle}: {len(bad)} of {len(kept)} feature vectors go beyond {HALF_MAX:g}, the first is "
            f"of {ids[bad[0]].tolist()}; the classifier has diverged, so lower training.learning_rate in a new run"
        )
    return kept


@contextmanager
def _watched(classifier: Classifier) -> Iterator[list[Tensor]]:
    """Outputs of the classifier's last stage, each time it runs inside the block."""
    seen: list[Tensor] = []
    hook = classifier.segments[-1].register_forward_hook(lambda module, args, result: seen.append(result))
    try:
        yield seen
    finally:
        hook.remove()


def _features(classifier: Classifier, batch: Tensor, seen: list[Tensor]) -> Tensor:
    """(B, F); an acquisition that ran the whole classifier once has had them computed already."""
    if len(seen) == 1 and len(seen[0]) == len(batch):
        return seen[0].float().mean(dim=(2, 3))
    return classifier.features_from_layer(batch, 0)
