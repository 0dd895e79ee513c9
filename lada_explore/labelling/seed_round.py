"""The seed round: which images the start of a pool without labels asks about, so that few answers find all classes.

After some random images it alternates: the nearest neighbours of the found images of a class that still misses some,
and random images. It is a pure function of what SELECT recorded and of the answers, so it is the same after a restart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice, zip_longest

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from lada_explore.records import ByteArray, FloatArray, IntArray

SEED_BATCH = 10
"""Number of random images asked at a time (ours): small, so that the round ends soon after the last class is found."""

NEAR_BATCH = 4
"""Number of images asked at a time while half of them are neighbours (ours): each batch uses the answers before it."""

RANDOM_PER_CLASS = 3
"""Random images for each class before neighbours are asked about (ours)."""

SEED_CANDIDATES = 2000
"""Number of random images from which the seed round chooses; other images are not read, however large the pool (ours:
the subset size of the paper)."""

NEIGHBOURS = 20
"""Number of nearest neighbours of each candidate that are recorded (ours)."""

FEATURES = 32
"""Number of principal components of the pixels (ours)."""

SIDE = 16
"""Larger images are averaged to at most this many pixels a side before computing the components (ours)."""

CHUNK = 100
"""Number of images whose pixels are in memory at a time."""


def seed_candidates(
    pool_size: int,
    pixels: Callable[[IntArray], ByteArray],
    seed: int,
    *,
    features: Callable[[IntArray], NDArray[np.float32]] | None = None,
) -> tuple[IntArray, IntArray]:
    """(S,) distinct random ids in the order to ask them, and (S, K) ids of the neighbours of each, nearest first.

    Args:
        pool_size: N.
        pixels: function from ids (B,) to pixels (B, D, H, W); read only without features.
        seed: seed of the stage.
        features: function from ids (B,) to features (B, F) of a frozen network; None to compare principal components of
            the pixels.
    """
    rng = np.random.default_rng(seed)
    ids = rng.choice(pool_size, size=min(SEED_CANDIDATES, pool_size), replace=False).astype(np.int64)
    if features is None:
        flat = np.concatenate([shrunk(pixels(ids[start : start + CHUNK])) for start in range(0, len(ids), CHUNK)])
        values = components(flat, seed) if np.ptp(flat, axis=0).any() else flat
    else:
        values = features(ids)
        spread = values.std(axis=0)
        values = (values - values.mean(axis=0)) / np.where(spread > 0, spread, 1)
    points = torch.from_numpy(np.ascontiguousarray(values, dtype=np.float32))
    distances = torch.cdist(points, points).fill_diagonal_(torch.inf)
    nearest = distances.topk(min(NEIGHBOURS, len(ids) - 1), largest=False).indices.numpy()
    return ids, ids[nearest]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SeedRound:
    """What decides which images are asked about.

    Attributes:
        order: ids of the candidates in random order, without skipped ones.
        near: ids of the nearest neighbours of each candidate, nearest first.
        labels: label of each answered candidate, by id.
        counted: those of the answered candidates that count, which are not held out for testing.
        looked_for: labels of the classes that are looked for.
        per_class: number of images of each class that are needed.
        n_random: number of random images before neighbours are asked about.
        given: number of labels of each class that were given to other images.
    """

    order: Sequence[int]
    near: Mapping[int, Sequence[int]]
    labels: Mapping[int, int]
    counted: Collection[int]
    looked_for: Collection[int]
    per_class: int
    n_random: int
    given: Mapping[int, int] = field(default_factory=dict)

    def asked(self) -> list[int]:
        """Ids of the images to ask about, batch after batch, to the end of the first batch with an open image.

        A batch is chosen by the answers to the batches before it alone. An answered image therefore keeps its place
        while the answers before it stay, and so does an open one while its batch is being answered.
        """
        asked: dict[int, None] = {}
        random, there = iter(self.order), frozenset(self.order)
        found: dict[int, list[int]] = {}
        counts: Counter[int] = Counter(self.given)
        while True:
            missing = {label for label in found if label in self.looked_for and counts[label] < self.per_class}
            by_neighbours = bool(missing) and len(asked) >= self.n_random
            drawn = (i for i in random if i not in asked)
            if by_neighbours:
                turns = [self._neighbours(found[label]) for label in sorted(missing)]
                close = (i for i in _in_turn(turns) if i in there and i not in asked)
                batch = _alternate(close, drawn, NEAR_BATCH)
            else:
                batch = list(islice(drawn, SEED_BATCH))
            asked.update(dict.fromkeys(batch))
            if not batch or any(i not in self.labels for i in batch):
                return list(asked)
            for i in batch:
                found.setdefault(self.labels[i], []).append(i)
                counts[self.labels[i]] += i in self.counted

    def _neighbours(self, images: Sequence[int]) -> Iterator[int]:
        """Neighbours of some images: the nearest one of each, then the second nearest one of each, and so on."""
        return _in_turn([iter(self.near[i]) for i in images])


def _in_turn(several: Sequence[Iterator[int]]) -> Iterator[int]:
    """The first value of each, then the second value of each, and so on."""
    return (i for i in chain.from_iterable(zip_longest(*several)) if i is not None)


def _alternate(first: Iterator[int], second: Iterator[int], n: int) -> list[int]:
    """Up to n distinct values, from one and the other in turn; from one alone where the other has no more."""
    batch: list[int] = []
    sources = [first, second]
    while sources and len(batch) < n:
        source = sources.pop(0)
        value = next((i for i in source if i not in batch), None)
        if value is not None:
            batch.append(value)
            sources.append(source)
    return batch


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
