"""Mean and standard deviation of each channel of images, from counts of the levels of their pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

if TYPE_CHECKING:
    from lada_explore.datasets.image_set import ImageSet

PERCENTILES = (0.1, 99.9)
"""Percent of the samples of a set below which the one becomes black and above which the other becomes white."""

NARROW = 0.1
"""Share of the levels from black to white below which a set is nearly one shade, with a note."""


def channel_statistics(images: Tensor | ImageSet) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Mean and standard deviation of each channel of pixels scaled to [0, 1].

    Args:
        images: (N, D, H, W) uint8, or a set, which is read in blocks.

    Returns:
        (D,) means and (D,) standard deviations; 0 for a constant channel.
    """
    return statistics_of(counts_of(images))


def counts_of(images: Tensor | ImageSet) -> NDArray[np.int64]:
    """(D, 256) number of pixels with each level in each channel of (N, D, H, W) uint8, or of a set, read in blocks."""
    blocks = [images] if isinstance(images, Tensor) else images.blocks()
    return sum((level_counts(block.numpy()) for block in blocks), np.zeros((1, 256), dtype=np.int64))


def level_counts(images: NDArray[np.uint8]) -> NDArray[np.int64]:
    """(D, 256) number of pixels with each level in each channel of images (N, D, H, W).

    Counts of parts of a set can be added.
    """
    return np.array([_histogram(images[:, channel]) for channel in range(images.shape[1])], dtype=np.int64)


def _histogram(levels: NDArray[np.uint8]) -> list[int]:
    """How often each of the 256 levels occurs in (N, H, W); Pillow counts ten times as fast as `numpy.bincount`."""
    rows = np.ascontiguousarray(levels).reshape(len(levels), -1)
    return Image.fromarray(rows).histogram()


def statistics_of(counts: NDArray[np.int64]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """(D,) means and (D,) standard deviations of levels scaled to [0, 1], from the counts (D, 256) of each level.

    Computed in float64 from integer counts, so the result does not depend on the order of summation.
    """
    levels = np.arange(256) / 255
    means, stds = [], []
    for of_channel in counts:
        share = of_channel / of_channel.sum()
        mean = float(share @ levels)
        means.append(mean)
        # A single level has standard deviation 0; the formula could give a rounding error of 1e-17.
        stds.append(float(np.sqrt(share @ (levels - mean) ** 2)) if np.count_nonzero(of_channel) > 1 else 0.0)
    return tuple(means), tuple(stds)


def narrow_range(counts: NDArray[np.int64]) -> str:
    """What of the levels a set uses, as the end of a sentence, where that is under `NARROW`; "" otherwise.

    A set of one level has other notes.

    Args:
        counts: (D, 256) pixels of each level.
    """
    share = np.cumsum(counts.sum(axis=0)) / max(1, counts.sum())
    low, high = (int(np.searchsorted(share, percent / 100)) for percent in PERCENTILES)
    return f"use only the levels {low} to {high} of 0 to 255" if 0 < (high - low) / 255 < NARROW else ""


def scale_of(std: tuple[float, ...]) -> tuple[tuple[float, ...], tuple[str, ...]]:
    """(D,) divisors of the channels, 1 for a constant channel, and a note on each constant channel."""
    notes = tuple(
        f"channel {channel} is the same everywhere in the training images; it is not scaled"
        for channel, spread in enumerate(std)
        if spread == 0
    )
    return tuple(spread or 1.0 for spread in std), notes
