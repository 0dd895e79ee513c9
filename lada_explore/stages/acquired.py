"""What a cycle acquired, as its virtual instances are made of it."""

from __future__ import annotations

import numpy as np

from lada_explore.augmentation import AcquiredPairs
from lada_explore.records import CycleRecords


def acquired_pairs(done: CycleRecords) -> AcquiredPairs | None:
    """The pairs that virtual instances are made of: those asked, without an image that is held out; None for none."""
    asked, answered = done.asked, done.query
    assert asked is not None  # The order of stages guarantees it, like the two below.
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
