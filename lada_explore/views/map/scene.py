"""Everything on the map and its position: made once for the page and the publication figure.

Axes: N images, Q queried pairs, V virtual instances of a pair.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lada_explore.analysis import Kind, Layout, MapPoints, VirtualPoints, place_points
from lada_explore.analysis.whole_pool import PoolPlaces
from lada_explore.records import DRAW_UNIT, CycleRecords
from lada_explore.views.map.look import Look, look_of

MAX_NUMBERS = 100
"""Most acquired images with their entropy beside them, and as many pairs: there is no room for more."""

VIRTUAL_NAMES = {
    False: ("virtual instance", "line to a parent image", "line to a parent image, chosen pair"),
    True: ("transform", "line to its image", "line to its image, chosen"),
}
"""Names in the legend of a virtual instance, of its line, and of the line of what is chosen: of a pair's instance,
and of an image's transform."""

STEP = 0.25
MARGIN = 0.08
"""The axes end at whole steps this far beyond the outermost point, in rms radii: so most cycles have the same axes."""


Key = tuple[int, int, int]
"""What a point of the map is: an image, see `key_of_image`, or a virtual instance, see `key_of_virtual`."""


Pair = tuple[int, int]
"""Ids of the parents of a pair."""


def key_of_image(image_id: int) -> Key:
    """The key of an image on the page."""
    return (int(image_id), -1, -1)


def key_of_virtual(first: int, second: int, instance: int) -> Key:
    """The key of a pair's virtual instance on the page; `instance` counts along `virtual_lam`."""
    return (int(first), int(second), int(instance))


def images_of(keys: Iterable[Sequence[int]]) -> list[int]:
    """Ids of the images that keys stand for: of a virtual instance its parents."""
    return [int(i) for first, second, _ in keys for i in ((first,) if second < 0 else (first, second))]


def pair_of(image_id: int, history: Sequence[CycleRecords], cycle: int) -> tuple[int, int] | None:
    """The candidate pair of an image in a cycle; None without one."""
    for records in history:
        if records.cycle == cycle and records.subsample is not None:
            pairs = records.subsample.pair_ids
            for row in pairs[(pairs == image_id).any(axis=1)]:
                return int(row[0]), int(row[1])
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number beside a point.

    Attributes:
        key: key of the point on the page.
        text: "2.31", or "2.90 (*2.45)" for a pair.
        x, y: coordinates of the point.
    """

    key: Key
    text: str
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MapScene:
    """What is drawn.

    Attributes:
        points: the images and virtual instances.
        layout: where the images lie.
        virtual_positions: (Q, V, 2).
        look: how the images are drawn.
        stars: rows of the acquired images, best first.
        entropies: predictive entropy beside the first of the stars, in bits.
        pairs: "maximum (*average)" beside the first pairs' most uncertain virtual instance; its entropy in bits where
            the scores are random draws.
        bounds: (2, 2) lowest and highest x, lowest and highest y.
        pool: the whole pool, whose density stands behind all else; None where it is not shown.
    """

    points: MapPoints
    layout: Layout
    virtual_positions: NDArray[np.float64]
    look: Look
    stars: NDArray[np.int64]
    entropies: tuple[Number, ...]
    pairs: tuple[Number, ...]
    bounds: NDArray[np.float64]
    pool: PoolPlaces | None = None

    def rows(self, kind: Kind) -> NDArray[np.int64]:
        """Rows of the images of a kind."""
        return np.flatnonzero(self.points.kind == kind)

    def row_of(self) -> dict[int, int]:
        """Row of each image, by its id."""
        return {int(i): row for row, i in enumerate(self.points.ids)}

    def entropies_of_chosen(self, pair: Pair | None) -> tuple[Number, ...]:
        """The entropies in bits of the chosen pair's images that have none as acquired images."""
        told = {number.key[0] for number in self.entropies}
        row_of = self.row_of()
        rows = np.array([row_of[i] for i in pair or () if i in row_of and i not in told], np.int64)
        return entropies_of(self.points, self.layout, rows)


def map_scene(
    points: MapPoints,
    layout: Layout,
    colour: str,
    class_names: Sequence[str],
    frame: NDArray[np.float64] | None = None,
    pool: PoolPlaces | None = None,
) -> MapScene:
    """The scene of a cycle.

    Args:
        points: the images and virtual instances of the cycle.
        layout: layout of the same images.
        colour: key of `look.COLOURS`.
        class_names: names by label.
        frame: bounds that several cycles share; the points' own when None.
        pool: the whole pool on this layout, if it is to be shown.

    Raises:
        ConfigError: an unknown colour.
    """
    features = points.virtual.features
    flat = features.reshape(-1, points.features.shape[1])
    where = place_points(points.features, layout.positions, flat).reshape(*features.shape[:2], 2)
    row_of = {int(i): row for row, i in enumerate(points.ids)}
    stars = np.array([row_of[i] for i in points.query_ids.tolist() if i in row_of], np.int64)
    bounds = _bounds(np.concatenate([layout.positions, where.reshape(-1, 2)])) if frame is None else frame
    return MapScene(
        points=points,
        layout=layout,
        virtual_positions=where,
        look=look_of(points, colour, class_names),
        stars=stars,
        entropies=entropies_of(points, layout, stars[:MAX_NUMBERS]),
        pairs=_pairs(points.virtual, where),
        bounds=bounds,
        pool=pool,
    )


def _bounds(positions: NDArray[np.float64]) -> NDArray[np.float64]:
    low, high = positions.min(axis=0) - MARGIN, positions.max(axis=0) + MARGIN
    bounds: NDArray[np.float64] = STEP * np.stack([np.floor(low / STEP), np.ceil(high / STEP)], axis=1)
    return bounds


def entropies_of(points: MapPoints, layout: Layout, rows: NDArray[np.int64]) -> tuple[Number, ...]:
    """The predictive entropies of some images in bits; those whose entropy is not known have no number."""
    return tuple(
        Number(key=key_of_image(points.ids[row]), text=f"{points.entropy_bits[row]:.2f}", x=float(x), y=float(y))
        for row, (x, y) in zip(rows, layout.positions[rows], strict=True)
        if np.isfinite(points.entropy_bits[row])
    )


def _pairs(virtual: VirtualPoints, where: NDArray[np.float64]) -> tuple[Number, ...]:
    numbers = []
    for pair, (first, second) in enumerate(virtual.pair_ids[:MAX_NUMBERS].tolist()):
        instance = int(virtual.entropy_bits[pair].argmax())
        x, y = where[pair, instance].tolist()
        numbers.append(Number(key=key_of_virtual(first, second, instance), text=_number_of(virtual, pair), x=x, y=y))
    return tuple(numbers)


def _number_of(virtual: VirtualPoints, pair: int) -> str:
    """The number of a pair, or of an image's transform. A random draw says nothing of it, but its entropy does."""
    if virtual.unit == DRAW_UNIT:
        return f"{virtual.entropy_bits[pair].max():.2f}"
    average = "" if virtual.are_transforms else f" (*{virtual.mean_virtual[pair]:.2f})"
    return f"{virtual.max_instance[pair]:.2f}{average}"
