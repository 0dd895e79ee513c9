"""LOOK_AHEAD with a spatial transformer: learn the transforms with the highest acquisition scores."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from lada_explore.acquisition import Acquisition
from lada_explore.config import POLICIES, Policy, PolicyConfig
from lada_explore.datasets.device_images import DeviceImages
from lada_explore.errors import ConfigError, NumericsError
from lada_explore.models import Classifier, SpatialTransformer
from lada_explore.records import FloatArray, IntArray, LookAheadRecord, Stage
from lada_explore.stages.look_ahead import no_look_ahead
from lada_explore.stages.progress import Tick


def look_ahead_theta(
    cycle: int,
    subset_ids: IntArray,
    *,
    acquisition: Acquisition,
    classifier: Classifier,
    transformer: SpatialTransformer,
    images: DeviceImages,
    policy: Policy,
    config: PolicyConfig,
    chunk: int,
    gradient_chunk: int,
    seed: int,
    tick: Tick,
) -> LookAheadRecord:
    """Learn transforms that maximise the mean acquisition score of the transformed candidates, and score each of them.

    Afterwards, the transformer has the same parameters as before: what is learned here only decides the query, and
    TRAIN continues from the saved copy.

    Args:
        cycle: this cycle.
        subset_ids: (M,) candidates.
        acquisition: scores images.
        classifier: frozen, in eval mode.
        transformer: the transformer after the last TRAIN.
        images: images of the pool.
        policy: LEARNED, or FIXED to use the transformer without learning.
        config: epochs, batch size and learning rate.
        chunk: number of images in one pass.
        gradient_chunk: number of images in one pass with gradients.
        seed: seed of this stage.
        tick: called after each pass.

    Raises:
        NumericsError: theta, or the score of a transform, is not finite; the message names the ids.
        ConfigError: the scores of the acquisition have no gradient.

    Source: supplement, section E, Algorithm 1, lines 2 to 6 and 9.
    """
    with restored(transformer):
        theta_by_epoch, loss = [predict_theta(transformer, subset_ids, images, chunk)], np.empty(0, np.float32)
        if POLICIES[policy].trains:
            later, loss = learn_theta(
                transformer, subset_ids, acquisition, classifier, images, config, chunk, gradient_chunk, seed, tick
            )
            theta_by_epoch += later
        theta = theta_by_epoch[-1]
        _check_finite(theta, subset_ids, cycle, "theta")
        value = value_of_transforms(theta, subset_ids, acquisition, classifier, transformer, images, chunk, tick)
    _check_finite(value[:, None], subset_ids, cycle, f"acquisition of the transform in {acquisition.unit}")
    return replace(
        no_look_ahead(cycle, acquisition.unit),
        policy=policy,
        value=value,
        policy_loss=loss,
        theta=theta,
        theta_by_epoch=np.stack(theta_by_epoch),
    )


def saved_copy(transformer: SpatialTransformer) -> dict[str, Tensor]:
    """A copy of the current parameters, by name."""
    return {name: tensor.clone() for name, tensor in transformer.state_dict().items()}


@contextmanager
def restored(transformer: SpatialTransformer) -> Iterator[None]:
    """Save the transformer's parameters (Algorithm 1, line 2) and put them back at the end (line 9)."""
    saved = saved_copy(transformer)
    transformer.requires_grad_(True)
    try:
        yield
    finally:
        transformer.load_state_dict(saved)
        transformer.requires_grad_(False)


def learn_theta(
    transformer: SpatialTransformer,
    subset_ids: IntArray,
    acquisition: Acquisition,
    classifier: Classifier,
    images: DeviceImages,
    config: PolicyConfig,
    chunk: int,
    gradient_chunk: int,
    seed: int,
    tick: Tick,
) -> tuple[list[FloatArray], FloatArray]:
    """Maximise the mean acquisition score of the transforms, by Adam on the parameters of the transformer.

    Returns:
        theta (M, 6) after each of the E epochs, and the loss (E,): minus the mean acquisition score during each epoch.

    Source: Algorithm 1, lines 3 to 5.
    """
    generator = torch.Generator().manual_seed(seed)
    optimiser = torch.optim.Adam(transformer.parameters(), lr=config.learning_rate)
    thetas, losses, done = [], [], 0
    n_batches = config.epochs * -(-len(subset_ids) // config.batch_size)
    for _ in range(config.epochs):
        total = 0.0
        for rows in torch.randperm(len(subset_ids), generator=generator).split(config.batch_size):
            optimiser.zero_grad()
            for part in rows.split(gradient_chunk):
                moved = transformer(images.batch(subset_ids[part.numpy()]))
                value = acquisition.score(acquisition.outputs(classifier, moved, 0)).sum()
                if not value.requires_grad:
                    raise ConfigError(
                        f"the acquisition in {acquisition.unit} has no gradient, so no transform can be learned from "
                        "it; choose policy 'fixed', or an acquisition such as max_entropy"
                    )
                (-value / len(rows)).backward()
                total -= value.item()
            optimiser.step()
            done += 1
            tick(done, n_batches, "batches of transforms")
        losses.append(total / len(subset_ids))
        thetas.append(predict_theta(transformer, subset_ids, images, chunk))
    return thetas, np.array(losses, dtype=np.float32)


@torch.no_grad()
def predict_theta(
    transformer: SpatialTransformer, subset_ids: IntArray, images: DeviceImages, chunk: int
) -> FloatArray:
    """(M, 6) theta of the images, with the current parameters of the transformer."""
    starts = range(0, len(subset_ids), chunk)
    theta: FloatArray = torch.cat(
        [transformer.theta(images.batch(subset_ids[start : start + chunk])).cpu() for start in starts]
    ).numpy()
    return theta


@torch.no_grad()
def value_of_transforms(
    theta: FloatArray,
    subset_ids: IntArray,
    acquisition: Acquisition,
    classifier: Classifier,
    transformer: SpatialTransformer,
    images: DeviceImages,
    chunk: int,
    tick: Tick,
) -> FloatArray:
    """(M,) acquisition scores of the images transformed by theta (M, 6). Source: Algorithm 1, line 6."""
    parts: list[Tensor] = []
    for start in range(0, len(subset_ids), chunk):
        batch = images.batch(subset_ids[start : start + chunk])
        moved = transformer.transform(batch, torch.from_numpy(theta[start : start + chunk]).to(batch.device))
        parts.append(acquisition.score(acquisition.outputs(classifier, moved, 0)).float().cpu())
        tick(min(start + chunk, len(subset_ids)), len(subset_ids), "transforms")
    value: FloatArray = torch.cat(parts).numpy()
    return value


def _check_finite(values: FloatArray, subset_ids: IntArray, cycle: int, what: str) -> None:
    if len(bad := subset_ids[~np.isfinite(values).all(axis=1)]):
        raise NumericsError(
            f"{Stage.LOOK_AHEAD} of cycle {cycle}: the {what} of {len(bad)} images is not finite, the first has id "
            f"{bad[0]}; lower policy.learning_rate, or training.learning_rate if the classifier has diverged"
        )
