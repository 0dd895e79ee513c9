"""SCORE: the acquisition of every candidate by itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch
from torch import Tensor, nn

from lada_explore.acquisition import Acquisition
from lada_explore.datasets.device_images import DeviceImages
from lada_explore.errors import NumericsError
from lada_explore.models import ResNet
from lada_explore.records import HalfArray, IntArray, ScoreRecord, Stage
from lada_explore.stages.progress import Tick


@torch.no_grad()
def score(
    cycle: int,
    subset_ids: IntArray,
    *,
    labelled_ids: IntArray,
    keep_features: bool,
    acquisition: Acquisition,
    classifier: ResNet,
    images: DeviceImages,
    seed: int,
    chunk: int,
    tick: Tick,
) -> ScoreRecord:
    """Score each image of the subset with the frozen classifier: A_i(1) and A_i(0) of the pairs to come.

    Args:
        cycle: this cycle.
        subset_ids: (M,) candidates.
        labelled_ids: (L,) labelled images, whose features are kept beside those of the candidates.
        keep_features: whether the record keeps features at all; only the views read them.
        acquisition: scores states at layer 0, the image.
        classifier: in eval mode.
        images: the pool's images.
        seed: of this stage, handed to the acquisition.
        chunk: images in one pass.
        tick: called after each pass.

    Raises:
        NumericsError: a score is not finite; names the ids.

    Source: the first two terms of the score, section 3.2.
    """
    acquisition.prepare(seed)
    outputs, features, logits = [], [], []
    n_images = len(subset_ids) + (len(labelled_ids) if keep_features else 0)
    for start in range(0, len(subset_ids), chunk):
        batch = images.batch(subset_ids[start : start + chunk])
        with _watched(classifier.head) as seen:
            outputs.append(acquisition.outputs(classifier, batch, 0).float())
        found = _features_and_logits(classifier, batch, seen)
        features.append(found[0])
        logits.append(found[1])
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
    known = labelled_ids if keep_features else labelled_ids[:0]
    return ScoreRecord(
        cycle=cycle,
        unit=acquisition.unit,
        scores=all_scores.numpy(),
        predicted=predicted.numpy(),
        confidence=confidence.numpy(),
        logits=all_logits.numpy(),
        outputs=all_outputs.cpu().numpy(),
        features=half(kept),
        labelled_features=_features_of(known, classifier, images, chunk, len(subset_ids), n_images, tick, like=kept),
    )


def half(features: Tensor) -> HalfArray:
    """Features as the records keep them."""
    kept: HalfArray = features.cpu().numpy().astype(np.float16)
    return kept


Seen = list[tuple[Tensor, Tensor]]


@contextmanager
def _watched(head: nn.Module) -> Iterator[Seen]:
    """What goes into the classifier's last layer, and what comes out, each time it runs inside the block."""
    seen: Seen = []
    hook = head.register_forward_hook(lambda module, args, result: seen.append((args[0], result)))
    try:
        yield seen
    finally:
        hook.remove()


def _features_and_logits(classifier: ResNet, batch: Tensor, seen: Seen) -> tuple[Tensor, Tensor]:
    """(B, F) and (B, C); an acquisition that runs the whole classifier once has had them computed already."""
    if len(seen) == 1 and len(seen[0][0]) == len(batch):
        return seen[0][0].float(), seen[0][1].float()
    features = classifier.features_from_layer(batch, 0)
    return features, classifier.head(features)


def _features_of(
    ids: IntArray,
    classifier: ResNet,
    images: DeviceImages,
    chunk: int,
    done: int,
    total: int,
    tick: Tick,
    *,
    like: Tensor,
) -> HalfArray:
    parts = [like[:0]]
    for start in range(0, len(ids), chunk):
        parts.append(classifier.features_from_layer(images.batch(ids[start : start + chunk]), 0))
        tick(done + min(start + chunk, len(ids)), total, "images")
    return half(torch.cat(parts))
