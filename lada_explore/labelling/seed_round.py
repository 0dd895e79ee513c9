"""The seed round: the order of questions in the start of a pool without labels, so that all classes are found early."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import nn

from lada_explore.records import ByteArray, FloatArray, IntArray

SEED_BATCH = 10
"""Number of images asked at a time (ours): small, so that the round ends soon after the last class is found."""

SEED_CANDIDATES = 2000
"""Number of random images from which the seed round chooses; the pixels of other images are not read, however large
the pool (ours: the subset size of the paper)."""

SPREAD = 200
"""Number of images chosen by k-means++; the other candidates follow in the order they were drawn (ours)."""

FEATURES = 32
"""Number of principal components of the pixels (ours)."""

SIDE = 16
"""Larger images are averaged to at most this many pixels a side before computing the components (ours)."""

CHUNK = 100
"""Number of images whose pixels are in memory at a time."""


def seed_order(pool_size: int, pixels: Callable[[IntArray], ByteArray], seed: int) -> IntArray:
    """(S,) distinct ids in the order to ask them, beginning with images far from each other, by k-means++.

    Args:
        pool_size: N.
        pixels: function from ids (B,) to pixels (B, D, H, W).
        seed: seed of the stage.

    Source: Arthur and Vassilvitskii, "k-means++: the advantages of careful seeding", SODA 2007.
    """
    from sklearn.cluster import kmeans_plusplus

    rng = np.random.default_rng(seed)
    ids = rng.choice(pool_size, size=min(SEED_CANDIDATES, pool_size), replace=False).astype(np.int64)
    small = [shrunk(pixels(ids[start : start + CHUNK])) for start in range(0, len(ids), CHUNK)]
    flat = np.concatenate(small)
    if not np.ptp(flat, axis=0).any():
        return ids  # All images are equal.
    features = components(flat, seed)
    state = int(rng.integers(2**31))
    _, chosen = kmeans_plusplus(features, n_clusters=min(SPREAD, len(ids)), random_state=state)
    # If images are equal, k-means++ may choose one of them twice.
    places = dict.fromkeys([*chosen.tolist(), *range(len(ids))])
    return ids[list(places)]


def shrunk(images: ByteArray) -> FloatArray:
    """(B, D h w) pixels in [0, 1] of images (B, D, H, W), averaged to height h and width w of at most `SIDE`."""
    small = torch.from_numpy(images).float() / 255
    height, width = small.shape[2:]
    if max(height, width) > SIDE:
        small = nn.functional.adaptive_avg_pool2d(small, (min(height, SIDE), min(width, SIDE)))
    flat: FloatArray = small.flatten(1).numpy()
    return flat


def components(flat: FloatArray, seed: int) -> FloatArray:
    """(B, F) principal components of values (B, K); F is `FEATURES`, or less if B or K is smaller."""
    from sklearn.decomposition import PCA

    found: FloatArray = PCA(min(FEATURES, *flat.shape), random_state=seed % 2**32).fit_transform(flat)
    return found
