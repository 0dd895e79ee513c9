"""Layouts of the map: penultimate features on a plane, by t-SNE or UMAP, stable from cycle to cycle.

The first layout of a run is a cold start. Each later layout is a warm start: images that both cycles share keep their
positions, each new image is placed among the shared images with the most similar features, a few iterations refine all
positions, and the result is aligned to the previous layout by a similarity transform.

Measured with the demo's classifier, 2,000 candidates in each cycle of which 700 are shared, on one core: a warm start
takes 1.2 s, moves images by 14 % of the map's radius and has trustworthiness 0.96; a cold start takes 9 to 20 s, moves
them by 50 % and has 0.985. With 97 shared images the numbers were about the same.

scikit-learn, openTSNE and umap-learn take seconds to import, so they are imported inside functions: a page without a
map does not wait for them.

Axes: N images, S images shared by two cycles, F features, B new points.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from lada_explore.analysis.numba_cache import ensure_numba_cache
from lada_explore.background import python_is_exiting
from lada_explore.errors import ConfigError, NumericsError, StageStopped
from lada_explore.records import IntArray

Array = NDArray[np.float64]
Features = NDArray[np.floating[Any]]

PCA_DIMENSIONS = 50
"""Number of principal components that are kept. The others are mostly noise, and slow the neighbour search down."""

PERPLEXITY = 30.0
"""Perplexity of t-SNE; a third of the number of images if that is smaller."""

FEW_IMAGES = 10
"""Fewer images than this are drawn by their two principal components, because neighbourhoods would mean nothing."""

COLD_ITERATIONS = (250, 250)
"""Iterations of a cold start with and without early exaggeration. 250 more reduced the divergence from 1.20 to 1.18."""

QUICK_ITERATIONS = (100, 50)
"""As `COLD_ITERATIONS`, for a draft that another layout will replace: a third of the time, and trustworthiness 0.978
instead of 0.979 on ten clouds of 90 points in 64 dimensions."""

WARM_ITERATIONS = 50
"""Iterations of a warm start. 250 increased trustworthiness from 0.96 to 0.98, and the movement of images by half."""

ITERATIONS_PER_CHECK = 25
"""Iterations of t-SNE between two checks whether Python is exiting: about a second for 2,000 images."""

PLACING_NEIGHBOURS = 5
"""Number of images whose weighted mean gives the position of a new point."""

TRUSTWORTHINESS_NEIGHBOURS = 10
"""Number of neighbours in the trustworthiness of a map."""

MIN_SHARED = 3
"""Fewest shared images from which a similarity transform can be determined."""

_NUMBA_LOCK = threading.Lock()
"""Held while numba's parallel code runs. Its workqueue threading layer, the only one on some machines, aborts the
process if two threads enter it at the same time."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Layout:
    """Positions of the images of one cycle, and how reliable they are.

    Attributes:
        method: key of `METHODS`.
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


def rms_radius(positions: Array) -> float:
    """Root mean square distance of positions (N, 2) from their mean."""
    return float(np.sqrt(((positions - positions.mean(axis=0)) ** 2).sum(axis=1).mean()))


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
    distances, found = _nearest(features, new_features, min(PLACING_NEIGHBOURS, len(features)))
    # A distance far below the others is treated as 0, with a lower bound so that its weight does not overflow.
    nearest = np.maximum(distances, 1e-6 * distances.max(axis=1, keepdims=True) + 1e-12)
    weights = nearest.min(axis=1, keepdims=True) ** 2 / nearest**2
    weights /= weights.sum(axis=1, keepdims=True)
    where: Array = (weights[:, :, None] * positions[found]).sum(axis=1)
    return where


def settings_key(method: str, seed: int) -> str:
    """Everything besides features and start that determines a layout, as text: equal texts mean equal layouts."""
    packages = {"t-sne": "openTSNE", "umap": "umap-learn"}
    numbers = (PCA_DIMENSIONS, PERPLEXITY, FEW_IMAGES, COLD_ITERATIONS, WARM_ITERATIONS, PLACING_NEIGHBOURS, MIN_SHARED)
    return json.dumps([method, seed, packages.get(method, ""), version(packages.get(method, "numpy")), numbers])


def first_layout(
    cycle: int, ids: IntArray, features: Features, *, method: str = "t-sne", seed: int = 0, quick: bool = False
) -> Layout:
    """A layout from a cold start, centred at 0 with rms radius 1.

    Args:
        cycle: the cycle.
        ids: (N,) image ids, at least one.
        features: (N, F) penultimate features.
        method: key of `METHODS`.
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
    if method not in METHODS:
        raise ConfigError(f"map method {method!r} is unknown; choose one of {', '.join(METHODS)}")
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
        return _plane(reduced)
    return METHODS[method](reduced, start, seed, QUICK_ITERATIONS if quick else COLD_ITERATIONS)


def _reduced(features: Features) -> Features:
    """(N, at most `PCA_DIMENSIONS`) principal components; distances between them are nearly those of the features."""
    from sklearn.decomposition import PCA

    centred: Array = features.astype(np.float64) - features.mean(axis=0, dtype=np.float64)
    if min(centred.shape) <= PCA_DIMENSIONS:
        return centred
    # Not the full SVD: it takes a thousand small multi-threaded steps, and 10 s while training keeps the cores busy.
    found: Array = PCA(PCA_DIMENSIONS, svd_solver="covariance_eigh").fit_transform(centred)
    return found


def _nearest(features: Features, queries: Features | None, k: int) -> tuple[Array, IntArray]:
    """(B, k) distances and rows of the nearest neighbours of queries (B, F) among features (N, F).

    Without queries, the neighbours of the features themselves: B = N, and no feature is its own neighbour.
    """
    from sklearn.neighbors import NearestNeighbors

    distances, rows = NearestNeighbors(n_neighbors=k, algorithm="brute").fit(features).kneighbors(queries)
    return distances, rows


def _plane(features: Features) -> Array:
    """(N, 2) first two principal components; a missing component is 0."""
    from sklearn.decomposition import PCA

    flat = np.zeros((len(features), 2))
    components = min(2, *features.shape)
    if np.ptp(features, axis=0).max(initial=0) > 0:
        flat[:, :components] = PCA(components, svd_solver="full").fit_transform(features)
    return flat


def _tsne(features: Features, start: Array | None, seed: int, cold: tuple[int, int]) -> Array:
    """t-SNE (van der Maaten and Hinton 2008) by openTSNE, on one thread so that the result is reproducible."""
    from openTSNE import TSNEEmbedding
    from openTSNE.affinity import PerplexityBasedNN
    from openTSNE.initialization import rescale
    from openTSNE.nearest_neighbors import PrecomputedNeighbors

    perplexity = min(PERPLEXITY, (len(features) - 1) / 3)
    distances, neighbours = _nearest(features, None, int(3 * perplexity))
    # The neighbours are computed here, because openTSNE's search imports numba, which takes up to a minute at first.
    affinities = PerplexityBasedNN(knn_index=PrecomputedNeighbors(neighbours, distances), perplexity=perplexity)
    begin = rescale(_plane(features)) if start is None else start
    begin = _jittered(begin, seed)
    embedding = TSNEEmbedding(begin, affinities, negative_gradient_method="bh", n_jobs=1, random_state=seed)
    optimise = partial(
        embedding.optimize, inplace=True, callbacks=_stop_at_exit, callbacks_every_iters=ITERATIONS_PER_CHECK
    )
    if start is None:
        optimise(cold[0], exaggeration=12, momentum=0.5)
        optimise(cold[1], momentum=0.8)
    else:
        optimise(WARM_ITERATIONS, momentum=0.8)
    return np.asarray(embedding, dtype=np.float64)


def _stop_at_exit(iteration: int, error: float, positions: Array) -> None:
    """Raises StageStopped once Python is exiting."""
    if python_is_exiting():
        raise StageStopped("the layout was not finished, because the program is exiting")


def _umap(features: Features, start: Array | None, seed: int, cold: tuple[int, int]) -> Array:
    """UMAP (McInnes, Healy and Melville 2018) by umap-learn, which compiles for up to a minute on first use.

    Only one thread of the process runs it at a time; another one waits.
    """
    begin = _jittered(_plane(features) if start is None else start, seed)
    epochs = sum(cold) if start is None else WARM_ITERATIONS
    # UMAP changes the number of OpenMP threads permanently, which changes the last digits of training in this process.
    with _NUMBA_LOCK, threadpool_limits(limits=1, user_api="openmp"):
        ensure_numba_cache()
        from umap import UMAP

        found: Array = UMAP(
            n_neighbors=min(15, len(features) - 1), init=begin, n_epochs=epochs, random_state=seed, n_jobs=1
        ).fit_transform(features)
    return found.astype(np.float64)


def _jittered(positions: Array, seed: int) -> Array:
    """Positions with a little noise: the optimisation cannot separate two points at the same position."""
    noise = 1e-4 * (rms_radius(positions) or 1.0)
    moved: Array = positions + np.random.default_rng(seed).normal(0, noise, positions.shape)
    return moved


METHODS: Mapping[str, Callable[[Features, Array | None, int, tuple[int, int]], Array]] = {"t-sne": _tsne, "umap": _umap}
"""Methods to lay out a map. Each takes features (N, F), start positions (N, 2) or None, a seed, and the iterations of a
cold start, and returns positions (N, 2)."""
