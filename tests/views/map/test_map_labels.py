"""Where the numbers of a map stand: apart from one another, inside the map, and always at the same places."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from lada_explore.views.map.labels import leader, place_labels

CASES = json.loads((Path(__file__).parents[2] / "page" / "label_places.json").read_text(encoding="utf-8"))
"""Read by tests/page/map_labels.test.js too: the page places numbers as a saved figure does."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_numbers_stand_where_the_page_has_them(case):
    points, sizes, marks = (np.array(case[name], float).reshape(-1, 2) for name in ("points", "sizes", "marks"))
    places = place_labels(points, sizes, marks, tuple(case["room"]))
    wanted = np.array([place or [np.nan, np.nan] for place in case["places"]])
    np.testing.assert_allclose(places, wanted, atol=1e-5)


def boxes_of(places, sizes):
    kept = ~np.isnan(places[:, 0])
    return np.concatenate([places - sizes / 2, places + sizes / 2], axis=1)[kept]


def apart(a, b) -> bool:
    return a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("spread", [15.0, 60.0, 250.0])
def test_no_two_numbers_overlap_none_leaves_the_map_and_none_lies_on_its_own_mark(seed, spread):
    rng = np.random.default_rng(seed)
    room = (500.0, 400.0)
    points = np.clip(rng.normal([250, 200], spread, (40, 2)), 0, 399)
    sizes = np.tile([[32.0, 15.0], [84.0, 15.0]], (20, 1))
    places = place_labels(points, sizes, points, room)
    boxes = boxes_of(places, sizes)
    assert len(boxes) >= 30
    assert all(apart(a, b) for a, b in combinations(boxes, 2))
    assert (boxes[:, :2] >= 0).all()
    assert (boxes[:, 2:] <= room).all()
    kept = ~np.isnan(places[:, 0])
    gaps = np.abs(places - points)[kept] - sizes[kept] / 2
    assert (gaps.max(axis=1) >= 0).all()


def test_a_number_avoids_the_marks_around_its_point():
    point, size = np.array([[100.0, 100.0]]), np.array([[30.0, 15.0]])
    (free,) = place_labels(point, size, point, (200, 200))
    np.testing.assert_allclose(free, [100, 83.5])
    (below,) = place_labels(point, size, np.array([[100.0, 100.0], [100.0, 80.0]]), (200, 200))
    np.testing.assert_allclose(below, [100, 116.5])


def test_only_a_number_away_from_its_point_has_a_line_to_it():
    point, size = np.array([100.0, 100.0]), np.array([30.0, 20.0])
    assert leader(point, np.array([100.0, 81.0]), size) is None
    np.testing.assert_allclose(leader(point, np.array([160.0, 60.0]), size), [[100, 100], [145, 70]])
