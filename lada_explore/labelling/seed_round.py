"""The seed round: in what order a pool without labels is asked at the start, so that the classes are found early."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from sklearn.cluster import kmeans_plusplus
from sklearn.decomposition import PCA
from torch import nn

from lada_explore.records import ByteArray, FloatArray, IntArray

SEED_BATCH = 10
"""Images that the seed round asks at a time (ours): few, so that it ends soon after the last class was found."""

SEED_CANDIDATES = 2000
"""Images that the seed round looks at and can ask about, drawn at random: no more pixels are read, however large the
pool (ours: the paper's subset size)."""

SPREAD = 200
"""Images spread by k-means++; the other candidates follow in the order they were drawn (ours)."""

FEATURES = 32
"""Principal components of the pixels (ours)."""

SIDE = 16
"""Pixels of a larger image are averaged to at most this many a side before the components are found (ours)."""

CHUNK = 100
"""Images whose pixels are held at a time."""


def seed_order(pool_size: int, pixels: Callable[[IntArray], ByteArray], seed: int) -> IntArray:
    """(S,) ids in the order to ask them, each once: first images far from each other, by k-means++.

    Args:
        pool_size: N.
        pixels: (B, D, H, W) of some ids.
        seed: of this stage.

    Source: Arthur and Vassilvitskii, "k-means++: the advantages of careful seeding", SODA 2007.
    """
    rng = np.random.default_rng(seed)
    ids = rng.choice(pool_size, size=min(SEED_CANDIDATES, pool_size), replace=False).astype(np.int64)
    small = [shrunk(pixels(ids[start : start + CHUNK])) for start in range(0, len(ids), CHUNK)]
    flat = np.concatenate(small)
    if not np.ptp(flat, axis=0).any():
        return ids  # All images are the same.
    features = components(flat, seed)
    state = int(rng.integers(2**31))
    _, chosen = kmeans_plusplus(features, n_clusters=min(SPREAD, len(ids)), random_state=state)
    # Of images that look the same, k-means++ may choose one twice.
    places = dict.fromkeys([*chosen.tolist(), *range(len(ids))])
    return ids[list(places)]


def shrunk(images: ByteArray) -> FloatArray:
    """(B, D * h * w) pixels in [0, 1] of images (B, D, H, W), averaged to h, w of at most `SIDE`."""
    small = torch.from_numpy(images).float() / 255
    height, width = small.shape[2:]
    if max(height, width) > SIDE:
        small = nn.functional.adaptive_avg_pool2d(small, (min(height, SIDE), min(width, SIDE)))
    flat: FloatArray = small.flatten(1).numpy()
    return flat


def components(flat: FloatArray, seed: int) -> FloatArray:
    """(B, F) principal components of (B, K) values, F = `FEATURES` or as many as there are."""
    found: FloatArray = PCA(min(FEATURES, *flat.shape), random_state=seed % 2**32).fit_transform(flat)
    return found
