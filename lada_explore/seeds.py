"""Seeds derived from (seed, cycle, stage), so that any stage can be replayed by itself."""

from __future__ import annotations

from hashlib import sha256

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


def is_held_out(seed: int, image_id: int, share: float) -> bool:
    """Whether an image, once answered, is kept for testing: a hash of seed and id, so that no order of answers matters.

    Args:
        seed: of the run.
        image_id: which image.
        share: of all images, in [0, 1).
    """
    digest = sha256(f"held out {seed} {image_id}".encode()).digest()
    return int.from_bytes(digest[:8]) < share * 2**64


def _mixed(*parts: int) -> int:
    words = np.random.SeedSequence(parts).generate_state(2, dtype=np.uint32)
    return (int(words[0]) << 31) ^ int(words[1])
