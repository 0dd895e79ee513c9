"""The acquired pairs of a cycle, from which TRAIN makes virtual instances."""

from __future__ import annotations

import numpy as np

from lada_explore.augmentation import AcquiredPairs
from lada_explore.records import CycleRecords


def acquired_pairs(done: CycleRecords) -> AcquiredPairs | None:
    """The queried pairs without those that contain a held-out image; None if none is left."""
    asked, answered = done.asked, done.query
    assert asked is not None  # Guaranteed by the order of stages, as in the two asserts below.
    assert answered is not None
    kept = ~np.isin(asked.pair_ids, answered.held_out_ids).any(axis=1)
    if not kept.any():
        return None
    assert done.subsample is not None
    label_of = dict(zip(answered.ids.tolist(), answered.labels.tolist(), strict=True))
    pair_ids = asked.pair_ids[kept]
    return AcquiredPairs(
        pair_ids=pair_ids,
        labels=np.array([[label_of[i] for i in pair] for pair in pair_ids.tolist()], dtype=np.int64),
        tau=asked.pair_tau[kept],
        mix_layer=done.subsample.mix_layer,
    )
