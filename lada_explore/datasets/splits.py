"""Random draws within each class that are the same on every machine and with every version of numpy."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray


def draw_per_class(targets: NDArray[np.int64], count: Callable[[int], int], seed: int) -> NDArray[np.bool_]:
    """Draw images at random within each class.

    Each image gets a raw 64-bit word of PCG64, and the images with the smallest words of a class are drawn. numpy
    guarantees these words for all versions, unlike the results of `Generator.choice`.

    Args:
        targets: (N,) class indices.
        count: function from the size of a class to the number of images to draw from it.
        seed: seed of PCG64.

    Returns:
        (N,) True for images that are drawn.
    """
    words = np.random.PCG64(seed).random_raw(len(targets))
    drawn = np.zeros(len(targets), dtype=np.bool_)
    for target in np.unique(targets):
        ids = np.flatnonzero(targets == target)
        drawn[ids[np.argsort(words[ids], kind="stable")[: count(len(ids))]]] = True
    return drawn


def held_out(size: int, share: float) -> int:
    """Number of images of a class that are held out for testing.

    The rounded share, but at least 1 if the class has 2 or more images, and never all of them. 0 for a share of 0.

    Args:
        size: number of images of the class.
        share: share to hold out, in [0, 1).
    """
    if share == 0:
        return 0
    return min(max(round(size * share), 1), size - 1)
