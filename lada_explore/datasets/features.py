"""Features of the images of a run: what its classifier sees in their place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lada_explore.datasets.feature_set import FeatureSet
from lada_explore.errors import DataError

BLOCK = 2048
"""Rows that are read at once; a feature map of 1,280 numbers takes 10 MB of them."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Features:
    """Features of the pool and of the test set, and the statistics that normalise both. Make them with `described`.

    Attributes:
        train: of the images to label.
        test: of the test set; None without one.
        mean, std: (F,) float32, over the images to label; std is 1 for a feature that never changes.
        made_of: what a run records of where they come from, in words by name; "digest" is always there.
        notes: what a person should know of them.
    """

    train: FeatureSet
    test: FeatureSet | None
    mean: NDArray[np.float32]
    std: NDArray[np.float32]
    made_of: Mapping[str, str]
    notes: tuple[str, ...] = field(default=())

    @property
    def shape(self) -> tuple[int, int, int]:
        """(F, 1, 1): features are an image of one pixel, as points are."""
        return self.train.n_features, 1, 1

    @property
    def digest(self) -> str:
        """By which the features of a run are known again."""
        return self.made_of["digest"]


def features_from(
    train: FeatureSet, test: FeatureSet | None, made_of: Mapping[str, str], notes: tuple[str, ...] = ()
) -> Features:
    """Features with the statistics of those of the images to label.

    Args:
        train: of the images to label.
        test: of the test set; None without one.
        made_of: where they come from; "digest" if it is another one than those of the sets.
        notes: what a person should know.

    Raises:
        DataError: a value is not finite, or both sets have not as many features.
    """
    if test is not None and test.n_features != train.n_features:
        raise DataError(
            f"the features of the test images are {test.n_features} numbers each and those of the others "
            f"{train.n_features}; both must be made in the same way"
        )
    mean, std = _statistics(train)
    if test is not None:
        for _ in _blocks(test, "test images"):
            pass
    constant = int((std == 0).sum())
    if constant:
        notes += (f"{constant} of {len(std)} features are the same for all images; they are not scaled",)
    digest = " ".join(dict.fromkeys(one.digest for one in (train, test) if one is not None))
    return Features(
        train=train,
        test=test,
        mean=mean.astype(np.float32),
        std=np.where(std == 0, 1.0, std).astype(np.float32),
        made_of={"features": str(train.n_features), "digest": digest, **made_of},
        notes=notes,
    )


def _statistics(features: FeatureSet) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(F,) mean and standard deviation, exactly 0 for a constant feature; summed in float64, block after block."""
    first = features.take(np.zeros(1, dtype=np.int64))[0]
    total, squares = np.zeros((2, features.n_features))
    for block in _blocks(features, "images to label"):
        # Less the first row, so that a constant feature has no rounding error and a large mean costs no digits.
        apart = (block - first).astype(np.float64)
        total += apart.sum(axis=0)
        squares += (apart * apart).sum(axis=0)
    n = len(features)
    away = total / n
    return first + away, np.sqrt(np.maximum(squares / n - away * away, 0))


def _blocks(features: FeatureSet, what: str) -> Iterator[NDArray[np.float32]]:
    """The features in order of the ids, checked. Raises DataError for one that is not finite."""
    for start in range(0, len(features), BLOCK):
        block = features.take(np.arange(start, min(start + BLOCK, len(features))))
        if not np.isfinite(block).all():
            row, column = (int(found) for found in np.argwhere(~np.isfinite(block))[0])
            raise DataError(
                f"feature {column} of image {start + row} of the {what} is {block[row, column]:g}; features must be "
                "finite, so make them again"
            )
        yield block
