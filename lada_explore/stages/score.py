"""SCORE: the acquisition of every candidate by itself."""

from __future__ import annotations

import torch

from lada_explore.acquisition import Acquisition
from lada_explore.datasets.device_images import DeviceImages
from lada_explore.errors import NumericsError
from lada_explore.models import ResNet
from lada_explore.records import IntArray, ScoreRecord, Stage
from lada_explore.stages.progress import Tick


@torch.no_grad()
def score(
    cycle: int,
    subset_ids: IntArray,
    *,
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
    scores, probabilities = [], []
    for start in range(0, len(subset_ids), chunk):
        batch = images.batch(subset_ids[start : start + chunk])
        scores.append(acquisition.score(classifier, batch, 0).float())
        probabilities.append(torch.softmax(classifier(batch), dim=1))
        tick(min(start + chunk, len(subset_ids)), len(subset_ids), "images")
    all_scores = torch.cat(scores).cpu()
    confidence, predicted = torch.cat(probabilities).cpu().max(dim=1)
    if len(bad := subset_ids[~torch.isfinite(all_scores).numpy()]):
        raise NumericsError(
            f"{Stage.SCORE} of cycle {cycle}: the score of {len(bad)} images is not finite, the first has id {bad[0]}; "
            "the classifier has diverged, so lower training.learning_rate"
        )
    return ScoreRecord(
        cycle=cycle,
        unit=acquisition.unit,
        scores=all_scores.numpy(),
        predicted=predicted.numpy(),
        confidence=confidence.numpy(),
    )
