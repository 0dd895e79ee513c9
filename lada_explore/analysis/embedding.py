"""Layouts of the map: penultimate features on a plane, by t-SNE or UMAP, staying put from cycle to cycle.

A first layout is made cold. Each later one starts where the images known to both cycles stood, puts every new image
amid the known ones it resembles most, refines all of them a little, and is turned and scaled onto the one before.

Measured on the demo's classifier, 2,000 candidates a cycle of which 700 stay, one core: warm 1.2 s, images moved 14 %
of the map's radius, trustworthiness 0.96; cold 9 to 20 s, 50 %, 0.985. With 97 known images it was much the same.

scikit-learn, openTSNE and umap-learn are imported where they are used: that takes seconds, for which a page without a
map should not wait.

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
"""Features beyond these are dropped: what is left is noise, and neighbours are found faster."""

PERPLEXITY = 30.0
"""Effective neighbours in t-SNE; fewer where there are not three times as many images."""

FEW_IMAGES = 10
"""Fewer images than this are drawn by their two principal components: neighbourhoods would mean nothing."""

COLD_ITERATIONS = (250, 250)
"""Iterations with early exaggeration and without; 250 more lowered the divergence by 0.02 of 1.20."""

QUICK_ITERATIONS = (100, 50)
"""As `COLD_ITERATIONS`, for a map that another will take the place of: a third of the time, and trustworthiness 0.978
instead of 0.979 on ten clouds of 90 points in 64 dimensions."""

WARM_ITERATIONS = 50
"""Refining iterations from a given start; 250 raised trustworthiness from 0.96 to 0.98 and movement by a half."""

LOOK_UP_ITERATIONS = 25
"""Iterations of t-SNE between two looks at whether the program ends: about a second for 2,000 images."""

PLACING_NEIGHBOURS = 5
"""Images amid which a new point is placed."""

GAUGE_NEIGHBOURS = 10
"""Neighbours that trustworthiness looks at."""

MIN_SHARED = 3
"""Fewer shared images than this do not say how to turn and scale a map."""

_USING_NUMBA = threading.Lock()
"""Held by whoever runs numba's parallel code: its workqueue layer, the only one on some machines, ends the process with
an abort when two threads enter it at once, for whichever runs or views."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Layout:
    """Where the images of one cycle lie, and how far that can be believed.

    Attributes:
        method: key of `METHODS`.
        cycle: the cycle.
        ids: (N,) image ids.
        positions: (N, 2); the first layout of a chain has its centre at 0 and rms radius 1, later ones about that.
        own_radius: what length 1 of the positions is in the method's own scale, in which the next layout starts.
        since: the cycle that this layout was started from and aligned to; None for a first one.
        n_shared: S, images on both maps.
        displacement: mean distance that the shared images moved since, in percent of the map's rms radius; NaN below
            `MIN_SHARED` of them.
        trustworthiness: share in [0, 1] of neighbours on the map that are neighbours in the features too (Venna and
            Kaski 2001, with `GAUGE_NEIGHBOURS` neighbours); NaN for fewer than four images.
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
    """A turn (or mirror image), a scale and a shift of the plane: x -> scale (x - origin) turn + target."""

    turn: Array
    scale: float
    origin: Array
    target: Array

    def __call__(self, positions: Array) -> Array:
        """(..., 2) positions after the move."""
        moved: Array = self.scale * (positions - self.origin) @ self.turn + self.target
        return moved


def procrustes(moving: Array, fixed: Array) -> Similarity:
    """The similarity that lays `moving` (S, 2) onto `fixed` (S, 2), row on row.

    The turn is the least-squares one (Schönemann 1966). The scale is the ratio of the two sizes and not the
    least-squares one, which is smaller the worse the rows agree: over a chain of maps it would shrink them to a point.
    """
    origin, target = moving.mean(axis=0), fixed.mean(axis=0)
    a, b = moving - origin, fixed - target
    size, goal = float(np.linalg.norm(a)), float(np.linalg.norm(b))
    if len(moving) < MIN_SHARED or size == 0 or goal == 0:
        return Similarity(np.eye(moving.shape[1]), 1.0, origin, target)
    left, _, right = np.linalg.svd(a.T @ b)
    return Similarity(left @ right, goal / size, origin, target)


def displacement(before: Array, after: Array) -> float:
    """Mean distance between (S, 2) positions before and after, in percent of the rms radius before; NaN if S < 3."""
    radius = rms_radius(before) if len(before) >= MIN_SHARED else 0.0
    if radius == 0:
        return float("nan")
    return float(100 * np.linalg.norm(after - before, axis=1).mean() / radius)


def rms_radius(positions: Array) -> float:
    """Root mean square distance of (N, 2) positions from their centre."""
    return float(np.sqrt(((positions - positions.mean(axis=0)) ** 2).sum(axis=1).mean()))


def neighbours_kept(features: Features, positions: Array) -> float:
    """Trustworthiness of (N, 2) positions of (N, F) features; NaN for fewer than four images."""
    from sklearn.manifold import trustworthiness

    neighbours = min(GAUGE_NEIGHBOURS, (len(features) - 1) // 2)
    if neighbours < 1 or len(features) < 4:
        return float("nan")
    return float(trustworthiness(features, positions, n_neighbors=neighbours))


def placed(features: Features, positions: Array, new_features: Features) -> Array:
    """(B, 2) positions of new points amid the images that they resemble most.

    A weighted mean of the `PLACING_NEIGHBOURS` nearest images, weights 1 / squared distance (Shepard 1968): a virtual
    instance comes to lie on its parent as lam goes to 1. The map itself does not move for it.

    Args:
        features: (N, F) of the images on the map; N at least 1.
        positions: (N, 2) of the same.
        new_features: (B, F) of the new points.
    """
    if len(new_features) == 0:
        return np.empty((0, positions.shape[1]))
    distances, found = _nearest(features, new_features, min(PLACING_NEIGHBOURS, len(features)))
    # A distance far below the others counts as none at all, and does not overflow.
    nearest = np.maximum(distances, 1e-6 * distances.max(axis=1, keepdims=True) + 1e-12)
    weights = nearest.min(axis=1, keepdims=True) ** 2 / nearest**2
    weights /= weights.sum(axis=1, keepdims=True)
    where: Array = (weights[:, :, None] * positions[found]).sum(axis=1)
    return where


def recipe(method: str, seed: int) -> str:
    """What decides a layout besides the features it is of and the one it starts from, as a text to compare."""
    packages = {"t-sne": "openTSNE", "umap": "umap-learn"}
    numbers = (PCA_DIMENSIONS, PERPLEXITY, FEW_IMAGES, COLD_ITERATIONS, WARM_ITERATIONS, PLACING_NEIGHBOURS, MIN_SHARED)
    return json.dumps([method, seed, packages.get(method, ""), version(packages.get(method, "numpy")), numbers])


def first_layout(
    cycle: int, ids: IntArray, features: Features, *, method: str = "t-sne", seed: int = 0, quick: bool = False
) -> Layout:
    """A layout made cold, centred and of rms radius 1.

    Args:
        cycle: the cycle.
        ids: (N,) image ids, at least one.
        features: (N, F) penultimate features.
        method: key of `METHODS`.
        seed: decides whatever the method draws.
        quick: whether it is only to be looked at until another takes its place.

    Raises:
        ConfigError: an unknown method.
        NumericsError: features that are not finite.
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
        trustworthiness=neighbours_kept(features, own),
    )


def next_layout(cycle: int, ids: IntArray, features: Features, *, before: Layout, seed: int = 0) -> Layout:
    """A layout that starts from an earlier cycle's and is aligned to it; by the same method.

    Args:
        cycle: the cycle.
        ids: (N,) image ids, at least one.
        features: (N, F) penultimate features in this cycle.
        before: the layout to start from; one that shares no image is of no use, and this one is made cold.
        seed: decides whatever the method draws.

    Raises:
        NumericsError: features that are not finite.
    """
    shared, here, there = np.intersect1d(ids, before.ids, return_indices=True)
    if len(shared) == 0:
        return first_layout(cycle, ids, features, method=before.method, seed=seed)
    fixed = before.positions[there]
    start = placed(features[here], fixed, features)
    start[here] = fixed
    own = _positions(cycle, ids, features, start * before.own_radius, before.method, seed) / before.own_radius
    lay = procrustes(own[here], fixed)
    positions = lay(own)
    return Layout(
        method=before.method,
        cycle=cycle,
        ids=ids,
        positions=positions,
        own_radius=before.own_radius / lay.scale,
        since=before.cycle,
        n_shared=len(shared),
        displacement=displacement(fixed, positions[here]),
        trustworthiness=neighbours_kept(features, positions),
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
    """(N, 2) in the method's own scale, cold or from a start in that scale."""
    if method not in METHODS:
        raise ConfigError(f"{method!r} is no way to lay out the map; choose one of {', '.join(METHODS)}")
    if len(bad := ids[~np.isfinite(features).all(axis=1)]):
        raise NumericsError(
            f"map of cycle {cycle}: the features of {len(bad)} images are not finite, the first has id {bad[0]}; "
            "the classifier has diverged, so lower training.learning_rate"
        )
    # Before the components: scikit-learn divides by the variance of the images, of which the same image has none.
    if np.ptp(features, axis=0).max(initial=0) == 0:
        return np.zeros((len(features), 2))
    reduced = _reduced(features)
    if len(reduced) < FEW_IMAGES:
        return _plane(reduced)
    return METHODS[method](reduced, start, seed, QUICK_ITERATIONS if quick else COLD_ITERATIONS)


def _reduced(features: Features) -> Features:
    """(N, at most 50) principal components, in which distances are those of the features but for noise."""
    from sklearn.decomposition import PCA

    centred: Array = features.astype(np.float64) - features.mean(axis=0, dtype=np.float64)
    if min(centred.shape) <= PCA_DIMENSIONS:
        return centred
    # Not the full SVD: its thousand small steps on several threads take 10 s while training keeps the cores busy.
    found: Array = PCA(PCA_DIMENSIONS, svd_solver="covariance_eigh").fit_transform(centred)
    return found


def _nearest(features: Features, queries: Features | None, k: int) -> tuple[Array, IntArray]:
    """(B, k) distances and rows of the nearest of (N, F) features; each one's own neighbours without queries."""
    from sklearn.neighbors import NearestNeighbors

    distances, rows = NearestNeighbors(n_neighbors=k, algorithm="brute").fit(features).kneighbors(queries)
    return distances, rows


def _plane(features: Features) -> Array:
    """(N, 2) first two principal components; zero where there are fewer."""
    from sklearn.decomposition import PCA

    flat = np.zeros((len(features), 2))
    components = min(2, *features.shape)
    if np.ptp(features, axis=0).max(initial=0) > 0:
        flat[:, :components] = PCA(components, svd_solver="full").fit_transform(features)
    return flat


def _tsne(features: Features, start: Array | None, seed: int, cold: tuple[int, int]) -> Array:
    """t-SNE (van der Maaten and Hinton 2008) by openTSNE, on one thread so that it is the same every time."""
    from openTSNE import TSNEEmbedding
    from openTSNE.affinity import PerplexityBasedNN
    from openTSNE.initialization import rescale
    from openTSNE.nearest_neighbors import PrecomputedNeighbors

    perplexity = min(PERPLEXITY, (len(features) - 1) / 3)
    distances, neighbours = _nearest(features, None, int(3 * perplexity))
    # Our own neighbours: openTSNE's search imports numba, whose first import takes up to a minute.
    affinities = PerplexityBasedNN(knn_index=PrecomputedNeighbors(neighbours, distances), perplexity=perplexity)
    begin = rescale(_plane(features)) if start is None else start
    begin = _jittered(begin, seed)
    embedding = TSNEEmbedding(begin, affinities, negative_gradient_method="bh", n_jobs=1, random_state=seed)
    optimise = partial(embedding.optimize, inplace=True, callbacks=_give_up, callbacks_every_iters=LOOK_UP_ITERATIONS)
    if start is None:
        optimise(cold[0], exaggeration=12, momentum=0.5)
        optimise(cold[1], momentum=0.8)
    else:
        optimise(WARM_ITERATIONS, momentum=0.8)
    return np.asarray(embedding, dtype=np.float64)


def _give_up(iteration: int, error: float, positions: Array) -> None:
    """Raises StageStopped when Python is about to end."""
    if python_is_exiting():
        raise StageStopped("the layout was given up, for the program ends")


def _umap(features: Features, start: Array | None, seed: int, cold: tuple[int, int]) -> Array:
    """UMAP (McInnes, Healy and Melville 2018) by umap-learn, whose first use compiles for up to a minute.

    One at a time in the process: a second one waits.
    """
    begin = _jittered(_plane(features) if start is None else start, seed)
    epochs = sum(cold) if start is None else WARM_ITERATIONS
    # UMAP changes the number of OpenMP threads for good, and with it the last digits of training in this process.
    with _USING_NUMBA, threadpool_limits(limits=1, user_api="openmp"):
        ensure_numba_cache()
        from umap import UMAP

        found: Array = UMAP(
            n_neighbors=min(15, len(features) - 1), init=begin, n_epochs=epochs, random_state=seed, n_jobs=1
        ).fit_transform(features)
    return found.astype(np.float64)


def _jittered(positions: Array, seed: int) -> Array:
    """Points apart from each other by a hair: two on one spot would never be told apart."""
    hair = 1e-4 * (rms_radius(positions) or 1.0)
    moved: Array = positions + np.random.default_rng(seed).normal(0, hair, positions.shape)
    return moved


METHODS: Mapping[str, Callable[[Features, Array | None, int, tuple[int, int]], Array]] = {"t-sne": _tsne, "umap": _umap}
"""Ways to lay out a map: (N, F) features, a (N, 2) start or None, a seed and the iterations without
a start, to (N, 2) positions."""
