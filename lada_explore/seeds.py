"""Seeds derived from (seed, cycle, stage), so that any stage can be replayed by itself."""

from __future__ import annotations

import numpy as np

from lada_explore.records import Stage


def stage_seed(seed: int, cycle: int, stage: Stage) -> int:
    """Seed of one stage of one cycle: 63 bits, the same on every machine.

    Stages draw from separate streams: replaying SELECT with another tau keeps the subset and its pairs.
    """
    position = list(Stage).index(stage)
    return _mixed(seed, cycle, position)


def weights_seed(seed: int, cycle: int) -> int:
    """Seed of the weights that the classifier starts with; `cycle` is 0 unless each cycle starts afresh."""
    return _mixed(seed, cycle, len(Stage))


def _mixed(*parts: int) -> int:
    words = np.random.SeedSequence(parts).generate_state(2, dtype=np.uint32)
    return (int(words[0]) << 31) ^ int(words[1])
