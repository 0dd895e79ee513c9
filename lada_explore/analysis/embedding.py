"""Layouts of the map: penultimate features on a plane, by t-SNE or UMAP, stable from cycle to cycle.

The first layout of a run is a cold start. Each later layout is a warm start: images that both cycles share keep their
positions, each new image is placed among the shared images with the most similar features, a few iterations refine all
positions, and the result is aligned to the previous layout by a similarity transform.

Measured with the demo's classifier, 2,000 candidates in each cycle of which 700 are shared, on one core: a warm start
takes 1.2 s, moves images by 14 % of the map's radius and has trustworthiness 0.96; a cold start takes 9 to 20 s, moves
them by 50 % and has 0.985. With 97 shared images the numbers were about the same.

scikit-learn takes seconds to import, so it is imported inside functions: a page without a map does not wait for it.

Axes: N images, S images shared by two cycles, F features, B new points.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.metadata import version

import numpy as np

from lada_explore.analysis.layout_methods import (
    COLD_ITERATIONS,
    DEFAULT_METHOD,
    PERPLEXITY,
    QUICK_ITERATIONS,
    WARM_ITERATIONS,
    Array,
    Features,
    layout_method,
    nearest_neighbours,
    principal_plane,
    rms_radius,
)
from lada_explore.errors import NumericsError
from lada_explore.records import IntArray

PCA_DIMENSIONS = 50
"""Number of principal components that are kept. The others are mostly noise, and slow the neighbour search down."""

FEW_IMAGES = 10
"""Fewer images than this are drawn by their two principal components, because neighbourhoods would mean nothing."""

PLACING_NEIGHBOURS = 5
"""Number of images whose weighted mean gives the position of a new point."""

TRUSTWORTHINESS_NEIGHBOURS = 10
"""Number of neighbours in the trustworthiness of a map."""

MIN_SHARED = 3
"""Fewest shared images from which a similarity transform can be determined."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Layout:
    """Positions of the images of one cycle, and how reliable they are.

    Attributes:
        method: key of `LAYOUT_METHODS`.
        cycle: the cycle.
        ids: (N,) image ids.
        positions: (N, 2) positions; centred at 0 with rms radius 1 in the first layout of a chain, approximately so in
            later ones.
        own_radius: length in the method's own scale that corresponds to length 1 of `positions`; the next layout starts
            in that scale.
        since: cycle of the layout that this one was started from and aligned to; None for a cold start.
        n_shared: S, number of images on both maps.
        displacement: mean distance that the shared images moved, in percent of the rms radius of the earlier map; NaN
            for fewer than `MIN_SHARED` shared images.
        trustworthiness: how many neighbours on the map are also neighbours in the features, in [0, 1] (Venna and Kaski
            2001, with `TRUSTWORTHINESS_NEIGHBOURS` neighbours); NaN for fewer than four images.
    """

    method: str
    cycle: int
    ids: IntArray
    positions: Array
    own_radius: float
    since: int | None
    n_shared: int
    displacement: float
    trustworthiness: float


@dataclass(frozen=True, slots=True)
class Similarity:
    """A similarity transform of the plane: x -> scale (x - origin) rotation + target; may include a reflection."""

    rotation: Array
    scale: float
    origin: Array
    target: Array

    def __call__(self, positions: Array) -> Array:
        """Apply the transform to positions (..., 2)."""
        moved: Array = self.scale * (positions - self.origin) @ self.rotation + self.target
        return moved


def procrustes(moving: Array, fixed: Array) -> Similarity:
    """The similarity transform that aligns `moving` (S, 2) to `fixed` (S, 2), row by row.

    The rotation is the least-squares solution (Schönemann 1966). The scale is the ratio of the two sizes. The
    least-squares scale is smaller the worse the rows agree, and would shrink the maps of a chain towards a point.
    """
    origin, target = moving.mean(axis=0), fixed.mean(axis=0)
    a, b = moving - origin, fixed - target
    size, goal = float(np.linalg.norm(a)), float(np.linalg.norm(b))
    if len(moving) < MIN_SHARED or size == 0 or goal == 0:
        return Similarity(np.eye(moving.shape[1]), 1.0, origin, target)
    left, _, right = np.linalg.svd(a.T @ b)
    return Similarity(left @ right, goal / size, origin, target)


def displacement(before: Array, after: Array) -> float:
    """Mean distance between positions before and after (S, 2), in percent of the rms radius before.

    NaN if S is below `MIN_SHARED` or all positions before are equal.
    """
    radius = rms_radius(before) if len(before) >= MIN_SHARED else 0.0
    if radius == 0:
        return float("nan")
    return float(100 * np.linalg.norm(after - before, axis=1).mean() / radius)


def map_trustworthiness(features: Features, positions: Array) -> float:
    """Trustworthiness of positions (N, 2) as a map of features (N, F); NaN for fewer than four images.

    Source: Venna and Kaski, "Neighborhood preservation in nonlinear projection methods" (ICANN 2001).
    """
    from sklearn.manifold import trustworthiness

    neighbours = min(TRUSTWORTHINESS_NEIGHBOURS, (len(features) - 1) // 2)
    if neighbours < 1 or len(features) < 4:
        return float("nan")
    return float(trustworthiness(features, positions, n_neighbors=neighbours))


def place_points(features: Features, positions: Array, new_features: Features) -> Array:
    """(B, 2) positions of new points on an existing map, which stays unchanged.

    The position of a point is the mean of the positions of the `PLACING_NEIGHBOURS` images with the nearest features,
    weighted by 1 / squared distance. The position of a virtual instance tends to that of its parent as lam goes to 1.

    Args:
        features: (N, F) features of the images on the map, N at least 1.
        positions: (N, 2) positions of the same images.
        new_features: (B, F) features of the new points.

    Source: Shepard, "A two-dimensional interpolation function for irregularly-spaced data" (ACM 1968).
    """
    if len(new_features) == 0:
        return np.empty((0, positions.shape[1]))
    found, weights = weighted_neighbours(features, new_features, PLACING_NEIGHBOURS, power=2)
    where: Array = (weights[:, :, None] * positions[found]).sum(axis=1)
    return where


def weighted_neighbours(features: Features, new_features: Features, k: int, *, power: int) -> tuple[IntArray, Array]:
    """(B, K) rows of the nearest of features (N, F) to new ones (B, F), and their weights, which add up to 1.

    Args:
        features: (N, F), N at least 1.
        new_features: (B, F), B at least 1.
        k: K, number of neighbours; N where that is smaller.
        power: of the distance, by which a weight falls.
    """
    distances, found = nearest_neighbours(features, new_features, min(k, len(features)))
    # A distance far below the others is treated as 0, with a lower bound so that its weight does not overflow.
    nearest = np.maximum(distances, 1e-6 * distances.max(axis=1, keepdims=True) + 1e-12)
    weights: Array = nearest.min(axis=1, keepdims=True) ** power / nearest**power
    weights /= weights.sum(axis=1, keepdims=True)
    return found, weights


def settings_key(method: str, seed: int) -> str:
    """Everything besides features and start that determines a layout, as text: equal texts mean equal layouts."""
    package = layout_method(method).package
    numbers = (PCA_DIMENSIONS, PERPLEXITY, FEW_IMAGES, COLD_ITERATIONS, WARM_ITERATIONS, PLACING_NEIGHBOURS, MIN_SHARED)
    return json.dumps([method, seed, package, version(package), numbers])


def first_layout(
    cycle: int, ids: IntArray, features: Features, *, method: str = DEFAULT_METHOD, seed: int = 0, quick: bool = False
) -> Layout:
    """A layout from a cold start, centred at 0 with rms radius 1.

    Args:
        cycle: the cycle.
        ids: (N,) image ids, at least one.
        features: (N, F) penultimate features.
        method: key of `LAYOUT_METHODS`.
        seed: seed of the random draws of the method.
        quick: True for a draft with fewer iterations (`QUICK_ITERATIONS`).

    Raises:
        ConfigError: the method is unknown.
        NumericsError: a feature is not finite.
    """
    own = _positions(cycle, ids, features, None, method, seed, quick)
    radius = rms_radius(own) or 1.0
    return Layout(
        method=method,
        cycle=cycle,
        ids=ids,
        positions=(own - own.mean(axis=0)) / radius,
        own_radius=radius,
        since=None,
        n_shared=0,
        displacement=float("nan"),
        trustworthiness=map_trustworthiness(features, own),
    )


def next_layout(cycle: int, ids: IntArray, features: Features, *, before: Layout, seed: int = 0) -> Layout:
    """A layout from a warm start, by the method of the earlier layout and aligned to it.

    Args:
        cycle: the cycle.
        ids: (N,) image ids, at least one.
        features: (N, F) penultimate features in this cycle.
        before: the layout to start from; if it shares no image with this cycle, the start is cold.
        seed: seed of the random draws of the method.

    Raises:
        NumericsError: a feature is not finite.
    """
    shared, here, there = np.intersect1d(ids, before.ids, return_indices=True)
    if len(shared) == 0:
        return first_layout(cycle, ids, features, method=before.method, seed=seed)
    fixed = before.positions[there]
    start = place_points(features[here], fixed, features)
    start[here] = fixed
    own = _positions(cycle, ids, features, start * before.own_radius, before.method, seed) / before.own_radius
    align = procrustes(own[here], fixed)
    positions = align(own)
    return Layout(
        method=before.method,
        cycle=cycle,
        ids=ids,
        positions=positions,
        own_radius=before.own_radius / align.scale,
        since=before.cycle,
        n_shared=len(shared),
        displacement=displacement(fixed, positions[here]),
        trustworthiness=map_trustworthiness(features, positions),
    )


def _positions(
    cycle: int,
    ids: IntArray,
    features: Features,
    start: Array | None,
    method: str,
    seed: int,
    quick: bool = False,
) -> Array:
    """(N, 2) positions in the method's own scale; `start` is in that scale too, None for a cold start."""
    lay_out = layout_method(method).lay_out
    if len(bad := ids[~np.isfinite(features).all(axis=1)]):
        raise NumericsError(
            f"map of cycle {cycle}: the features of {len(bad)} images are not finite, the first has id {bad[0]}; "
            "the classifier has diverged, so lower training.learning_rate"
        )
    # Checked first, because scikit-learn's PCA divides by the total variance, which is 0 if all images are equal.
    if np.ptp(features, axis=0).max(initial=0) == 0:
        return np.zeros((len(features), 2))
    reduced = _reduced(features)
    if len(reduced) < FEW_IMAGES:
        return principal_plane(reduced)
    return lay_out(reduced, start, seed, QUICK_ITERATIONS if quick else COLD_ITERATIONS)


def _reduced(features: Features) -> Features:
    """(N, at most `PCA_DIMENSIONS`) principal components; distances between them are nearly those of the features."""
    from sklearn.decomposition import PCA

    centred: Array = features.astype(np.float64) - features.mean(axis=0, dtype=np.float64)
    if min(centred.shape) <= PCA_DIMENSIONS:
        return centred
    # Not the full SVD: it takes a thousand small multi-threaded steps, and 10 s while training keeps the cores busy.
    found: Array = PCA(PCA_DIMENSIONS, svd_solver="covariance_eigh").fit_transform(centred)
    return found
