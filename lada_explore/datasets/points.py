"""Points on the plane: small data sets on which every decision of LADA can be drawn.

A point is an image of shape (2, 1, 1): its float32 coordinates are the channels of a single pixel. Points therefore use
the same stages and records as images. All sets lie in the square [-1, 1] x [-1, 1] and are normalised in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from lada_explore.config import POINT_CLASSES, DataConfig
from lada_explore.datasets.image_checks import check_class_names, check_targets
from lada_explore.datasets.image_set import ImageData, ImageSet, checksum
from lada_explore.errors import ConfigError, DataError

DRAWN = "points:drawn"
"""Name of the set whose points are in the settings themselves, `data.points`."""

N_TRAIN, N_TEST = 600, 1000
MEAN, STD = (0.0, 0.0), (0.5, 0.5)
"""Mean and standard deviation that normalise both coordinates; fixed, so that all sets are normalised alike."""

CLASSES: Mapping[str, int] = {"moons": 2, "blobs": 3, "rings": 2, "spiral": 3}
"""Number of classes of each named set."""

_SEED = 0
_SOURCE = "Drawn from a formula, without a licence to mind."
_DRAWN_SOURCE = "Drawn by hand."

Points = tuple[NDArray[np.float64], NDArray[np.int64]]
"""(N, 2) coordinates and (N,) classes."""


def load_points(kind: str) -> ImageData:
    """600 training and 1,000 test points of a named set, generated with a fixed seed.

    Args:
        kind: "moons", "blobs", "rings" or "spiral".
    """
    points, targets = _DRAW[kind](N_TRAIN + N_TEST, np.random.default_rng([_SEED, *kind.encode()]))
    train, test = (
        point_set(name, points[part], targets[part], POINT_CLASSES[: CLASSES[kind]], _SOURCE)
        for name, part in ((f"points:{kind}", slice(N_TRAIN)), (f"points:{kind}-test", slice(N_TRAIN, None)))
    )
    return ImageData(train=train, test=test, mean=MEAN, std=STD)


def load_drawn(config: DataConfig) -> ImageData:
    """The points in the settings, as an image set without test images.

    Raises:
        ConfigError: the settings name another data set, or have no points.
        DataError: a point is outside of the square, or has an invalid class.
    """
    if config.name != DRAWN:
        raise ConfigError(f"{len(config.points)} points came with the data set {config.name}; name it {DRAWN}")
    if not config.points:
        raise ConfigError(f"{DRAWN} holds no points; draw them in the playground, or give data.points")
    table = np.array(config.points, dtype=np.float64)
    names = config.classes or POINT_CLASSES[: max(2, int(table[:, 2].max()) + 1)]
    train = point_set(DRAWN, table[:, :2], table[:, 2].astype(np.int64), names, _DRAWN_SOURCE)
    return ImageData(train=train, test=None, mean=MEAN, std=STD)


def point_set(
    name: str, points: NDArray[Any], targets: NDArray[np.int64], class_names: Sequence[str], source: str
) -> ImageSet:
    """An image set of points.

    Args:
        name: name of the set.
        points: (N, 2) coordinates in [-1, 1].
        targets: (N,) class indices.
        class_names: (C,) names.
        source: one sentence on origin and licence.

    Raises:
        DataError: a point is outside of the square, or a target is not a class index.
    """
    # Negated, so that a NaN, which compares false with everything, counts as wrong.
    outside = ~(np.abs(points) <= 1).all(axis=1)
    if outside.any():
        first = int(outside.argmax())
        raise DataError(
            f"{name}: {np.count_nonzero(outside)} of {len(points)} points are outside the square from -1 to 1, first "
            f"({points[first, 0]:g}, {points[first, 1]:g}) at id {first}; scale them"
        )
    names = tuple(class_names)
    check_class_names(name, names)
    check_targets(name, targets, len(points), len(names))
    images = np.ascontiguousarray(points, dtype=np.float32).reshape(-1, 2, 1, 1)
    labels = np.array(targets, dtype=np.int64)
    return ImageSet(
        name=name,
        pixels=torch.from_numpy(images),
        targets=torch.from_numpy(labels),
        class_names=names,
        source=source,
        checksum=checksum(images.shape, [images], labels, names),
    )


def moons(n: int, rng: np.random.Generator) -> Points:
    """Two interleaved half circles of radius 1 with noise of 0.12, scaled to the square."""
    from sklearn.datasets import make_moons

    points, targets = make_moons(n, noise=0.12, random_state=int(rng.integers(2**31)))
    return _within((points - (0.5, 0.25)) / 1.75), targets.astype(np.int64)


def blobs(n: int, rng: np.random.Generator) -> Points:
    """Three Gaussian clusters with standard deviation 0.17, centred at the corners of a triangle."""
    from sklearn.datasets import make_blobs

    corners = 0.55 * np.array([(np.sin(turn), np.cos(turn)) for turn in 2 * np.pi * np.arange(3) / 3])
    points, targets = make_blobs(n, centers=corners, cluster_std=0.17, random_state=int(rng.integers(2**31)))
    return _within(points), targets.astype(np.int64)


def rings(n: int, rng: np.random.Generator) -> Points:
    """A circle of radius 0.4 inside one of radius 0.8, with noise of 0.064."""
    from sklearn.datasets import make_circles

    points, targets = make_circles(n, noise=0.08, factor=0.5, random_state=int(rng.integers(2**31)))
    return _within(0.8 * points), targets.astype(np.int64)


def spiral(n: int, rng: np.random.Generator) -> Points:
    """Three spiral arms that begin near the centre and go around it once, with noise of 0.03."""
    targets = np.arange(n) % 3
    along = rng.uniform(0, 1, n)
    turn = 2 * np.pi * (targets / 3 + along)
    points = (0.1 + 0.8 * along)[:, None] * np.column_stack([np.cos(turn), np.sin(turn)])
    return _within(points + rng.normal(0, 0.03, (n, 2))), targets


def _within(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """The points, with the few that noise moved out of the square clipped to its edge."""
    return np.clip(points, -1, 1)


_DRAW: Mapping[str, Callable[[int, np.random.Generator], Points]] = {
    "moons": moons,
    "blobs": blobs,
    "rings": rings,
    "spiral": spiral,
}
