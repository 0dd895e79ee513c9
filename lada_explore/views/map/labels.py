"""Places for the numbers beside the points of a map: no number lies over another one, and none leaves the map.

Numbers are placed in turn, each at the nearest free place around its point that covers the fewest marks; so the same
points give the same places. `labels.js` does the same for the page, where numbers are placed anew with every zoom; both
are tested with the same cases. Points are in pixels, y grows downwards.

Axes: B numbers, M marks, K places in a ring.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MARK_PX = 12.0
"""Width and height of the box around a mark that a number should not cover."""

GAP_PX = 9.0
"""Between a point and the number in the first ring around it."""

STEP_PX = 8.0
"""From one ring to the next."""

RINGS = 24
"""Numbers without a free place in so many rings are left out."""

PADDING_PX = 1.0
"""Around a number, so that no two touch."""

PX_WORTH = 3.0
"""Covered square pixels of a mark that are as bad as one pixel more between a number and its point."""

LEADER_FROM_PX = 14.0
"""A number this far from its point, or farther, has a line to it."""

_SIDES = ((0, -1), (0, 1), (1, 0), (-1, 0), (1, -1), (-1, -1), (1, 1), (-1, 1))
_SLANTS = tuple((math.cos(turn * math.pi / 8), math.sin(turn * math.pi / 8)) for turn in (1, 3, 5, 7, 9, 11, 13, 15))
DIRECTIONS = np.array([*_SIDES, *_SLANTS], np.float64)
"""(K, 2) from a point to its number, the preferred first: above, below, beside, then between."""


def place_labels(points: Floats, sizes: Floats, marks: Floats, room: tuple[float, float]) -> Floats:
    """The centre of each number.

    Args:
        points: (B, 2) points that are named, the most important first.
        sizes: (B, 2) width and height of their numbers.
        marks: (M, 2) points of marks that should not be covered.
        room: width and height of the map.

    Returns:
        (B, 2); NaN for a number that has no place, or whose point is not on the map.
    """
    taken = np.empty((0, 4))
    marked = _boxes(marks, np.full(2, MARK_PX))
    places = np.full((len(points), 2), np.nan)
    for n, (point, size) in enumerate(zip(points, sizes, strict=True)):
        place = _place(point, size, marked, taken, room)
        if place is not None:
            places[n] = place
            taken = np.concatenate([taken, _boxes(place[None], size + 2 * PADDING_PX)])
    return places


def _place(point: Floats, size: Floats, marked: Floats, taken: Floats, room: tuple[float, float]) -> Floats | None:
    if not (0 <= point[0] <= room[0] and 0 <= point[1] <= room[1]):
        return None
    best, least = None, np.inf
    for ring in range(RINGS):
        away = GAP_PX + STEP_PX * ring
        if least <= PX_WORTH * away:
            break
        centres = point + DIRECTIONS * (size / 2 + away)
        boxes = _boxes(centres, size)
        inside = (boxes[:, :2] >= 0).all(axis=1) & (boxes[:, 2:] <= np.array(room)).all(axis=1)
        free = inside & (_overlaps(boxes, taken).sum(axis=1) == 0)
        costs = np.where(free, PX_WORTH * away + _overlaps(boxes, marked).sum(axis=1), np.inf)
        place = int(costs.argmin())
        if costs[place] < least:
            best, least = centres[place], float(costs[place])
    return best


def leader(point: Floats, place: Floats, size: Floats) -> Floats | None:
    """(2, 2) the line from a point to the edge of its number; None where it stands beside its point.

    Args:
        point: (2,) the point that is named.
        place: (2,) centre of its number.
        size: (2,) its width and height.
    """
    edge = np.clip(point, place - size / 2, place + size / 2)
    return np.stack([point, edge]) if np.hypot(*(edge - point)) >= LEADER_FROM_PX else None


def _boxes(centres: Floats, size: Floats) -> Floats:
    """(..., 4) left, top, right and bottom."""
    return np.concatenate([centres - size / 2, centres + size / 2], axis=1)


def _overlaps(boxes: Floats, others: Floats) -> Floats:
    """(K, M) area that each box shares with each of the others."""
    low = np.maximum(boxes[:, None, :2], others[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], others[None, :, 2:])
    area: Floats = np.clip(high - low, 0, None).prod(axis=2)
    return area
