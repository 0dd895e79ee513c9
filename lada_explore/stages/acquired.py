"""What a cycle acquired, from which TRAIN makes virtual instances."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from lada_explore.augmentation import Acquired, AcquiredImages, AcquiredPairs, AcquiredTransforms
from lada_explore.config import RunConfig
from lada_explore.records import CycleRecords, IntArray


def acquired_in(done: CycleRecords, config: RunConfig, mix_layers: Sequence[int], seed: int) -> Acquired | None:
    """What the augmentation of a run makes virtual instances of; None in the start, and where there is nothing.

    Args:
        done: records of the cycle up to QUERY.
        config: settings of the run.
        mix_layers: those of the augmentation.
        seed: of TRAIN.

    Source: section 3.4; of transforms the set that Algorithm 1 (section E) augments in line 8.
    """
    method = config.method
    if done.cycle == 0:
        return None
    if method.uses_pairs:
        return acquired_pairs(done)
    ids, labels = new_labels(done)
    if method.uses_transforms and len(ids):
        assert done.subsample is not None  # The order of stages guarantees it, like the others below.
        assert done.look_ahead is not None
        row = {image_id: row for row, image_id in enumerate(done.subsample.subset_ids.tolist())}
        theta = done.look_ahead.theta[[row[i] for i in ids.tolist()]]
        return AcquiredTransforms(ids=ids, labels=labels, theta=theta)
    if not method.mixes_acquired or len(ids) < 2:
        return None
    return AcquiredImages(
        ids=ids,
        labels=labels,
        tau=config.fixed_tau,
        # A stream of its own beside that of the epochs; once a cycle, as for the methods that look ahead.
        mix_layer=int(np.random.default_rng([seed, 1]).choice(mix_layers)),
    )


def without_absent(done: CycleRecords, absent_ids: IntArray) -> CycleRecords:
    """The records of a cycle as if absent images were held out, so that no virtual instance is made of them."""
    if done.query is None or not np.isin(done.query.ids, absent_ids).any():
        return done
    held_out = np.union1d(done.query.held_out_ids, np.intersect1d(done.query.ids, absent_ids))
    return replace(done, query=replace(done.query, held_out_ids=held_out))


def acquired_pairs(done: CycleRecords) -> AcquiredPairs | None:
    """The queried pairs without those that contain a held-out image; None if none is left."""
    assert done.asked is not None
    assert done.query is not None
    kept = ~np.isin(done.asked.pair_ids, done.query.held_out_ids).any(axis=1)
    if not kept.any():
        return None
    assert done.subsample is not None
    pair_ids = done.asked.pair_ids[kept]
    return AcquiredPairs(
        pair_ids=pair_ids,
        labels=_labels_of(done, pair_ids),
        tau=done.asked.pair_tau[kept],
        mix_layer=done.subsample.mix_layer,
    )


def new_labels(done: CycleRecords) -> tuple[IntArray, IntArray]:
    """(B,) ids that were asked in the cycle and are not held out, and their labels; none in the start."""
    if done.cycle == 0:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    assert done.asked is not None
    assert done.query is not None
    held_out = set(done.query.held_out_ids.tolist())
    ids = np.array([i for i in done.asked.ids.tolist() if i not in held_out], dtype=np.int64)
    return ids, _labels_of(done, ids)


def _labels_of(done: CycleRecords, ids: IntArray) -> IntArray:
    """Labels of ids of any shape that were answered in the cycle."""
    assert done.query is not None
    label_of = dict(zip(done.query.ids.tolist(), done.query.labels.tolist(), strict=True))
    return np.array([label_of[i] for i in ids.reshape(-1).tolist()], dtype=np.int64).reshape(ids.shape)
