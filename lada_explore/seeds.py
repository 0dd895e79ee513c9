"""Seeds derived from (seed, cycle, stage), so that each stage can be replayed separately."""

from __future__ import annotations

from hashlib import sha256

import numpy as np

from lada_explore.records import Stage


def stage_seed(seed: int, cycle: int, stage: Stage) -> int:
    """Seed of one stage of one cycle: 63 bits, the same on every machine.

    Each stage has its own random stream, so replaying SELECT with another tau keeps the subset and its pairs.
    """
    position = list(Stage).index(stage)
    return _mixed(seed, cycle, position)


def weights_seed(seed: int, cycle: int) -> int:
    """Seed of the classifier's initial weights; `cycle` is 0 unless the weights are re-initialised in every cycle."""
    return _mixed(seed, cycle, len(Stage))


def stop_set_seed(seed: int) -> int:
    """Seed of the fixed sample on which the classifiers of all cycles are compared."""
    return _mixed(seed, 0, len(Stage) + 1)


def pool_sample_seed(seed: int) -> int:
    """Seed of the images of a large pool whose density stands behind the map."""
    return _mixed(seed, 0, len(Stage) + 2)


def is_held_out(seed: int, image_id: int, share: float) -> bool:
    """Whether an image is held out for testing once it is answered.

    Decided by a hash of the seed and the id, so that it does not depend on the order of the answers.

    Args:
        seed: seed of the run.
        image_id: id of the image.
        share: share of all images to hold out, in [0, 1).
    """
    digest = sha256(f"held out {seed} {image_id}".encode()).digest()
    return int.from_bytes(digest[:8]) < share * 2**64


def _mixed(*parts: int) -> int:
    words = np.random.SeedSequence(parts).generate_state(2, dtype=np.uint32)
    return (int(words[0]) << 31) ^ int(words[1])
