"""The methods that lay out a map: features to positions on the plane.

scikit-learn, openTSNE and umap-learn take seconds to import, so they are imported inside functions: a page without a
map does not wait for them.

Axes: N images, F features.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from lada_explore.analysis.numba_cache import ensure_numba_cache
from lada_explore.background import python_is_exiting
from lada_explore.errors import ConfigError, StageStopped
from lada_explore.records import IntArray

Array = NDArray[np.float64]
Features = NDArray[np.floating[Any]]

PERPLEXITY = 30.0
"""Perplexity of t-SNE; a third of the number of images if that is smaller."""

COLD_ITERATIONS = (250, 250)
"""Iterations of a cold start with and without early exaggeration. 250 more reduced the divergence from 1.20 to 1.18."""

QUICK_ITERATIONS = (100, 50)
"""As `COLD_ITERATIONS`, for a draft that another layout will replace: a third of the time, and trustworthiness 0.978
instead of 0.979 on ten clouds of 90 points in 64 dimensions."""

WARM_ITERATIONS = 50
"""Iterations of a warm start. 250 increased trustworthiness from 0.96 to 0.98, and the movement of images by half."""

ITERATIONS_PER_CHECK = 10
"""Iterations of t-SNE between two checks whether Python is exiting, and between two calls of `BETWEEN`: less than half
a second for 2,000 images."""

BETWEEN: ContextVar[Callable[[], None]] = ContextVar("between", default=lambda: None)
"""Called between iterations of a layout that can be held up; it may block. One for each thread."""

_NUMBA_LOCK = threading.Lock()
"""Held while numba's parallel code runs. Its workqueue threading layer, the only one on some machines, aborts the
process if two threads enter it at the same time."""


def rms_radius(positions: Array) -> float:
    """Root mean square distance of positions (N, 2) from their mean."""
    return float(np.sqrt(((positions - positions.mean(axis=0)) ** 2).sum(axis=1).mean()))


def nearest_neighbours(features: Features, queries: Features | None, k: int) -> tuple[Array, IntArray]:
    """(B, k) distances and rows of the nearest neighbours of queries (B, F) among features (N, F).

    Without queries, the neighbours of the features themselves: B = N, and no feature is its own neighbour.
    """
    from sklearn.neighbors import NearestNeighbors

    distances, rows = NearestNeighbors(n_neighbors=k, algorithm="brute").fit(features).kneighbors(queries)
    return distances, rows


def principal_plane(features: Features) -> Array:
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
    distances, neighbours = nearest_neighbours(features, None, int(3 * perplexity))
    # The neighbours are computed here, because openTSNE's search imports numba, which takes up to a minute at first.
    affinities = PerplexityBasedNN(knn_index=PrecomputedNeighbors(neighbours, distances), perplexity=perplexity)
    begin = rescale(principal_plane(features)) if start is None else start
    begin = _jittered(begin, seed)
    embedding = TSNEEmbedding(begin, affinities, negative_gradient_method="bh", n_jobs=1, random_state=seed)
    optimise = partial(
        embedding.optimize, inplace=True, callbacks=_between_iterations, callbacks_every_iters=ITERATIONS_PER_CHECK
    )
    if start is None:
        optimise(cold[0], exaggeration=12, momentum=0.5)
        optimise(cold[1], momentum=0.8)
    else:
        optimise(WARM_ITERATIONS, momentum=0.8)
    return np.asarray(embedding, dtype=np.float64)


def _between_iterations(iteration: int, error: float, positions: Array) -> None:
    """Lets others go first. Raises StageStopped once Python is exiting."""
    BETWEEN.get()()
    if python_is_exiting():
        raise StageStopped("the layout was not finished, because the program is exiting")


def _umap(features: Features, start: Array | None, seed: int, cold: tuple[int, int]) -> Array:
    """UMAP (McInnes, Healy and Melville 2018) by umap-learn, which compiles for up to a minute on first use.

    Only one thread of the process runs it at a time; another one waits.
    """
    begin = _jittered(principal_plane(features) if start is None else start, seed)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutMethod:
    """A method to lay out a map.

    Attributes:
        title: its name on the page.
        package: the package that computes it, whose version decides whether a stored layout is still valid.
        lay_out: function from features (N, F), start positions (N, 2) or None, a seed, and the iterations of a cold
            start, to positions (N, 2).
        patience: sentence for those who wait for the first layout of a session; empty if it takes no longer than the
            others.
    """

    title: str
    package: str
    lay_out: Callable[[Features, Array | None, int, tuple[int, int]], Array]
    patience: str = ""


LAYOUT_METHODS: Mapping[str, LayoutMethod] = {
    "t-sne": LayoutMethod(title="t-SNE", package="openTSNE", lay_out=_tsne),
    "umap": LayoutMethod(
        title="UMAP",
        package="umap-learn",
        lay_out=_umap,
        patience="The first UMAP of a session takes up to a minute.",
    ),
}
"""The methods to choose from; layouts are stored under these names."""

DEFAULT_METHOD = next(iter(LAYOUT_METHODS))
"""The method that is used where none is named."""


def layout_method(name: str) -> LayoutMethod:
    """The method with this name. Raises ConfigError, listing the known ones."""
    if name not in LAYOUT_METHODS:
        raise ConfigError(f"map method {name!r} is unknown; choose one of {', '.join(LAYOUT_METHODS)}")
    return LAYOUT_METHODS[name]
