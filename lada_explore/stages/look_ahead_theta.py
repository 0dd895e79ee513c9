"""LOOK_AHEAD at single images: find the transforms with the highest acquisition scores.

Lines 2, 4 and 9 of Algorithm 1 (supplement, section E). What the algorithm calls theta are the classifier's parameters,
what it calls tau those of the localisation network; here theta are the numbers of an image's transform, and theta*
those that the network gives with tau*.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor, nn

from lada_explore.acquisition import Acquisition
from lada_explore.augmentation import FoundTheta, LookingAhead, Transforming
from lada_explore.config import Policy, PolicyConfig
from lada_explore.datasets.device_images import DeviceImages
from lada_explore.errors import ConfigError, NumericsError
from lada_explore.models import Classifier
from lada_explore.records import FloatArray, IntArray, LookAheadRecord, Stage, stage_of_cycle
from lada_explore.stages.look_ahead import no_look_ahead
from lada_explore.stages.progress import Tick


def look_ahead_theta(
    cycle: int,
    subset_ids: IntArray,
    *,
    augmentation: Transforming,
    acquisition: Acquisition,
    classifier: Classifier,
    transformer: nn.Module | None,
    images: DeviceImages,
    policy: Policy,
    config: PolicyConfig,
    chunk: int,
    gradient_chunk: int,
    seed: int,
    tick: Tick,
) -> LookAheadRecord:
    """Let the augmentation choose transforms of the candidates, and score each candidate's transform.

    Afterwards, the transformer has the same parameters as before: what is learned here decides the query and, as the
    theta* that is recorded, the transforms that TRAIN learns from, while the network goes on from the saved copy.

    Args:
        cycle: this cycle.
        subset_ids: (M,) candidates.
        augmentation: chooses the transforms and applies them.
        acquisition: scores images.
        classifier: frozen, in eval mode.
        transformer: the augmentation's network after the last TRAIN; None if it has none.
        images: images of the pool.
        policy: LEARNED, or FIXED to use the transformer without learning.
        config: epochs, batch size and learning rate.
        chunk: number of images in one pass.
        gradient_chunk: number of images in one pass with gradients.
        seed: seed of this stage.
        tick: called after each pass.

    Raises:
        NumericsError: theta, or the score of a transform, is not finite; the message names the ids.
        ConfigError: the scores of the acquisition have no gradient, or theta has another shape.

    Source: supplement, section E, Algorithm 1, lines 2, 4 and 9. The saved parameters come back here and not after
    line 8 as printed, with the same result: lines 5 and 8 take theta* of the record.
    """
    context = LookingAhead(
        ids=subset_ids,
        images=images,
        score=lambda shown: acquisition.score(acquisition.outputs(classifier, shown, 0)),
        unit=acquisition.unit,
        transformer=transformer,
        policy=policy,
        config=config,
        chunk=chunk,
        gradient_chunk=gradient_chunk,
        seed=seed,
        tick=tick,
    )
    found = _found(augmentation, context)
    theta = found.by_epoch[-1]
    _check_finite(theta, subset_ids, cycle, "theta")
    value = value_of_transforms(augmentation, theta, context)
    _check_finite(value[:, None], subset_ids, cycle, f"acquisition of the transform in {acquisition.unit}")
    return replace(
        no_look_ahead(cycle, acquisition.unit),
        policy=policy,
        value=value,
        policy_loss=found.loss,
        theta=theta,
        theta_by_epoch=found.by_epoch,
    )


def _found(augmentation: Transforming, context: LookingAhead) -> FoundTheta:
    """What the augmentation finds, as the record keeps it; the transformer is the same afterwards."""
    with restored(context.transformer):
        found = augmentation.find_theta(context)
    by_epoch, n = np.asarray(found.by_epoch, dtype=np.float32), len(context.ids)
    if by_epoch.ndim != 3 or by_epoch.shape[1] != n:
        raise ConfigError(
            f"{type(augmentation).__name__} found theta of shape {by_epoch.shape} for {n} candidates; let find_theta "
            f"give (epochs + 1, {n}, numbers for each)"
        )
    return FoundTheta(by_epoch=by_epoch, loss=np.asarray(found.loss, dtype=np.float32))


def saved_copy(transformer: nn.Module) -> dict[str, Tensor]:
    """A copy of the current parameters, by name."""
    return {name: tensor.clone() for name, tensor in transformer.state_dict().items()}


@contextmanager
def restored(transformer: nn.Module | None) -> Iterator[None]:
    """Save the transformer's parameters (Algorithm 1, line 2) and put them back at the end (line 9)."""
    if transformer is None:
        yield
        return
    saved = saved_copy(transformer)
    transformer.requires_grad_(True)
    try:
        yield
    finally:
        transformer.load_state_dict(saved)
        transformer.eval().requires_grad_(False)


@torch.no_grad()
def value_of_transforms(augmentation: Transforming, theta: FloatArray, context: LookingAhead) -> FloatArray:
    """(M,) acquisition scores of the candidates transformed by theta (M, K); line 4 maximises their mean."""
    parts: list[Tensor] = []
    ids, chunk = context.ids, context.chunk
    for start in range(0, len(ids), chunk):
        batch = context.images.batch(ids[start : start + chunk])
        of_batch = torch.from_numpy(theta[start : start + chunk]).to(batch.device)
        parts.append(context.score(augmentation.transform(batch, of_batch, context.transformer)).float().cpu())
        context.tick(min(start + chunk, len(ids)), len(ids), "transforms")
    value: FloatArray = torch.cat(parts).numpy()
    return value


def _check_finite(values: FloatArray, subset_ids: IntArray, cycle: int, what: str) -> None:
    if len(bad := subset_ids[~np.isfinite(values).all(axis=1)]):
        raise NumericsError(
            f"{stage_of_cycle(Stage.LOOK_AHEAD, cycle)}: the {what} of {len(bad)} images is not finite, the first has "
            f"id {bad[0]}; lower policy.learning_rate, or training.learning_rate if the classifier has diverged"
        )
