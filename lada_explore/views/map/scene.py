"""Everything on the map and its position: made once for the page and the publication figure.

Axes: N images, Q queried pairs, V virtual instances of a pair.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lada_explore.analysis import Kind, Layout, MapPoints, VirtualPoints, place_points
from lada_explore.records import DRAW_UNIT
from lada_explore.views.map.look import Look, look_of

MAX_NUMBERS = 40
"""Most acquired images with their entropy beside them, and as many pairs: more numbers would cover each other."""

VIRTUAL_NAMES = {
    False: ("virtual instance", "line to a parent image", "line to a parent image, chosen pair"),
    True: ("transform", "line to its image", "line to its image, chosen"),
}
"""Names in the legend of a virtual instance, of its line, and of the line of what is chosen: of a pair's instance,
and of an image's transform."""

STEP = 0.25
MARGIN = 0.08
"""The axes end at whole steps this far beyond the outermost point, in rms radii: so most cycles have the same axes."""

PIXELS = 620
"""Width of the map's frame for which the numbers are placed."""

TEXT_WEIGHT = 8.0
"""How much worse it is to cover a number than a mark."""

CHARACTER_PX = 6.9
LINE_PX = 15.0
GAP_PX = 9.0
SIDES = {
    "top center": (0.0, -1.0),
    "bottom center": (0.0, 1.0),
    "middle right": (1.0, 0.0),
    "middle left": (-1.0, 0.0),
    "top right": (1.0, -1.0),
    "top left": (-1.0, -1.0),
    "bottom right": (1.0, 1.0),
    "bottom left": (-1.0, 1.0),
}
"""Sides of a point on which its number may stand, the preferred first: signs of x and of y, which grows downwards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number beside a point.

    Attributes:
        text: "2.31", or "2.90 (*2.45)" for a pair.
        x, y: coordinates of the point.
        side: key of `SIDES`.
    """

    text: str
    x: float
    y: float
    side: str


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
    """

    points: MapPoints
    layout: Layout
    virtual_positions: NDArray[np.float64]
    look: Look
    stars: NDArray[np.int64]
    entropies: tuple[Number, ...]
    pairs: tuple[Number, ...]
    bounds: NDArray[np.float64]

    def rows(self, kind: Kind) -> NDArray[np.int64]:
        """Rows of the images of a kind."""
        return np.flatnonzero(self.points.kind == kind)

    def row_of(self) -> dict[int, int]:
        """Row of each image, by its id."""
        return {int(i): row for row, i in enumerate(self.points.ids)}


def map_scene(
    points: MapPoints,
    layout: Layout,
    colour: str,
    class_names: Sequence[str],
    frame: NDArray[np.float64] | None = None,
) -> MapScene:
    """The scene of a cycle.

    Args:
        points: the images and virtual instances of the cycle.
        layout: layout of the same images.
        colour: key of `look.COLOURS`.
        class_names: names by label.
        frame: bounds that several cycles share; the points' own when None.

    Raises:
        ConfigError: an unknown colour.
    """
    features = points.virtual.features
    flat = features.reshape(-1, points.features.shape[1])
    where = place_points(points.features, layout.positions, flat).reshape(*features.shape[:2], 2)
    row_of = {int(i): row for row, i in enumerate(points.ids)}
    stars = np.array([row_of[i] for i in points.query_ids.tolist() if i in row_of], np.int64)
    bounds = _bounds(np.concatenate([layout.positions, where.reshape(-1, 2)])) if frame is None else frame
    entropies, pairs = _numbers(points, layout.positions, where, stars, PIXELS / float(np.ptp(bounds[0])))
    return MapScene(
        points=points,
        layout=layout,
        virtual_positions=where,
        look=look_of(points, colour, class_names),
        stars=stars,
        entropies=entropies,
        pairs=pairs,
        bounds=bounds,
    )


def _bounds(positions: NDArray[np.float64]) -> NDArray[np.float64]:
    low, high = positions.min(axis=0) - MARGIN, positions.max(axis=0) + MARGIN
    bounds: NDArray[np.float64] = STEP * np.stack([np.floor(low / STEP), np.ceil(high / STEP)], axis=1)
    return bounds


def _numbers(
    points: MapPoints,
    positions: NDArray[np.float64],
    where: NDArray[np.float64],
    stars: NDArray[np.int64],
    pixels_per_unit: float,
) -> tuple[tuple[Number, ...], tuple[Number, ...]]:
    virtual = points.virtual
    shown = stars[:MAX_NUMBERS]
    texts = [f"{points.entropy_bits[row]:.2f}" for row in shown]
    anchors = [positions[row] for row in shown]
    for pair in range(min(len(virtual.pair_ids), MAX_NUMBERS)):
        texts.append(_number_of(virtual, pair))
        anchors.append(where[pair, int(virtual.entropy_bits[pair].argmax())])
    marks = np.concatenate([positions[stars], where.reshape(-1, 2)])
    sides = sides_apart(np.array(anchors).reshape(-1, 2), texts, marks, pixels_per_unit)
    numbers = [
        Number(text=text, x=float(x), y=float(y), side=side)
        for text, (x, y), side in zip(texts, anchors, sides, strict=True)
    ]
    return tuple(numbers[: len(shown)]), tuple(numbers[len(shown) :])


def _number_of(virtual: VirtualPoints, pair: int) -> str:
    """The number of a pair, or of an image's transform. A random draw says nothing of it, but its entropy does."""
    if virtual.unit == DRAW_UNIT:
        return f"{virtual.entropy_bits[pair].max():.2f}"
    average = "" if virtual.are_transforms else f" (*{virtual.mean_virtual[pair]:.2f})"
    return f"{virtual.max_instance[pair]:.2f}{average}"


def sides_apart(
    anchors: NDArray[np.float64], texts: Sequence[str], marks: NDArray[np.float64], pixels_per_unit: float
) -> list[str]:
    """The side of its point on which each text covers the least of the marks and of the texts before it.

    Args:
        anchors: (B, 2) points that are named.
        texts: B texts.
        marks: (M, 2) points that should not be covered.
        pixels_per_unit: scale of the drawing.
    """
    at = anchors * pixels_per_unit * np.array([1, -1])
    marked = _boxes(marks * pixels_per_unit * np.array([1, -1]), 12.0, 12.0)
    written = np.empty((0, 4))
    chosen: list[str] = []
    for (x, y), text in zip(at, texts, strict=True):
        width = CHARACTER_PX * len(text)
        centres = np.array(
            [[x + sx * (width / 2 + GAP_PX), y + sy * (LINE_PX / 2 + GAP_PX)] for sx, sy in SIDES.values()]
        )
        boxes = _boxes(centres, width, LINE_PX)
        best = int((_overlap(boxes, marked) + TEXT_WEIGHT * _overlap(boxes, written)).argmin())
        chosen.append(list(SIDES)[best])
        written = np.concatenate([written, boxes[best : best + 1]])
    return chosen


def _boxes(centres: NDArray[np.float64], width: float, height: float) -> NDArray[np.float64]:
    """(B, 4) left, top, right and bottom."""
    half = np.array([width / 2, height / 2])
    return np.concatenate([centres - half, centres + half], axis=1)


def _overlap(boxes: NDArray[np.float64], taken: NDArray[np.float64]) -> NDArray[np.float64]:
    """(B,) area that each box shares with all taken ones."""
    low = np.maximum(boxes[:, None, :2], taken[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], taken[None, :, 2:])
    area: NDArray[np.float64] = np.clip(high - low, 0, None).prod(axis=2).sum(axis=1)
    return area
