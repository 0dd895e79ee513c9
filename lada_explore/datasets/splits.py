"""Fixed draws within each class: the same on every machine and with every version of numpy."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray


def draw_per_class(targets: NDArray[np.int64], count: Callable[[int], int], seed: int) -> NDArray[np.bool_]:
    """Draw images at random within each class.

    Each image gets a raw 64-bit word of PCG64 and the smallest words of a class are drawn. numpy promises those words
    for ever, unlike the results of `Generator.choice`.

    Args:
        targets: (N,) class indices.
        count: how many to draw from a class of a given size.
        seed: of PCG64.

    Returns:
        (N,) True where drawn.
    """
    words = np.random.PCG64(seed).random_raw(len(targets))
    drawn = np.zeros(len(targets), dtype=np.bool_)
    for target in np.unique(targets):
        ids = np.flatnonzero(targets == target)
        drawn[ids[np.argsort(words[ids], kind="stable")[: count(len(ids))]]] = True
    return drawn


def held_out(size: int, share: float) -> int:
    """How many images of a class of this size are held out for testing.

    The share, rounded; at least 1 where there are 2 or more, and never all of them. 0 for a share of 0.
    """
    if share == 0:
        return 0
    return min(max(round(size * share), 1), size - 1)
