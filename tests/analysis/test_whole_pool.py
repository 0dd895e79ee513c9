"""The whole pool behind a map: places by hand-worked numbers, and a density that loses no image."""

from __future__ import annotations

import numpy as np
import pytest

from lada_explore.analysis.whole_pool import CELLS, NEIGHBOURS, PoolPlacer, pool_density

SQUARE = np.array([[-1.0, 1.0], [-1.0, 1.0]])


def placed(ids, features, positions, pool_ids, pool_features):
    placer = PoolPlacer(np.array(ids), np.array(features, np.float32))
    placer.add(np.array(pool_ids), np.array(pool_features, np.float16))
    return placer.found().on(np.array(positions))


def test_an_image_stands_at_the_mean_of_its_neighbours_weighted_by_one_over_distance():
    # At distances 1, 2 and 4 the weights are 4/7, 2/7 and 1/7.
    where = placed([4, 5, 6], [[0], [3], [5]], [[0, 0], [7, 0], [0, 14]], [9], [[1]])
    np.testing.assert_allclose(where, [[2, 2]], rtol=1e-6)


def test_only_the_fifteen_nearest_count():
    near = np.zeros((NEIGHBOURS, 2))
    features = np.concatenate([np.ones((NEIGHBOURS, 1)), [[50.0]]])
    where = placed(range(16), features, np.concatenate([near, [[100.0, 100.0]]]), [99], [[0]])
    np.testing.assert_allclose(where, [[0, 0]], atol=1e-6)


def test_an_image_of_the_map_stands_at_its_own_place_whatever_its_features():
    where = placed([7, 3], [[0], [1]], [[5, 6], [8, 9]], [3, 7, 8], [[0], [0], [1]])
    np.testing.assert_allclose(where, [[8, 9], [5, 6], [8, 9]], atol=1e-4)


@pytest.mark.parametrize("n_features", [5, 80])
def test_a_pool_that_equals_the_map_stands_where_the_map_does(n_features):
    rng = np.random.default_rng(0)
    features = rng.normal(0, 3, (200, n_features)).astype(np.float16)
    positions = rng.normal(size=(200, 2))
    where = placed(range(200), features, positions, range(200, 400), features)
    np.testing.assert_allclose(where, positions, atol=1e-4)


def test_images_that_come_in_blocks_stand_as_those_that_come_at_once():
    rng = np.random.default_rng(1)
    features, pool, positions = rng.normal(size=(30, 4)), rng.normal(size=(50, 4)), rng.normal(size=(30, 2))
    placer = PoolPlacer(np.arange(30), features)
    for start in range(0, 50, 20):
        placer.add(np.arange(100 + start, 100 + min(50, start + 20)), pool[start : start + 20])
    whole = PoolPlacer(np.arange(30), features)
    whole.add(np.arange(100, 150), pool)
    np.testing.assert_allclose(placer.found().on(positions), whole.found().on(positions), rtol=1e-5)


def test_the_density_counts_every_image_also_those_at_the_edges():
    positions = np.random.default_rng(0).uniform(-1, 1, (3000, 2)).astype(np.float32)
    positions[:4] = [[-1, -1], [1, 1], [-1, 1], [1, -1]]
    density = pool_density(positions, SQUARE)
    assert density.shape == (CELLS, CELLS)
    assert density.sum() == pytest.approx(3000, rel=1e-5)


def test_the_density_of_one_image_is_highest_where_it_stands():
    bounds = np.array([[0.0, 64.0], [0.0, 128.0]])
    density = pool_density(np.array([[10.5, 41.0]], np.float32), bounds)
    assert np.unravel_index(density.argmax(), density.shape) == (20, 10)  # row by y, column by x
    assert density.sum() == pytest.approx(1, rel=1e-5)
