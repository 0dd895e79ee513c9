"""Layouts of the map: alignment, gauges, placing and staying put, against hand-made cases and scikit-learn."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import warnings
from dataclasses import replace
from importlib.metadata import version

import numpy as np
import pytest
from helpers.fakes import FakeSession
from scipy.spatial import procrustes as scipy_procrustes
from sklearn.manifold import trustworthiness

from lada_explore.analysis import Layouts, map_points, place_points
from lada_explore.analysis.embedding import (
    displacement,
    first_layout,
    map_trustworthiness,
    next_layout,
    procrustes,
    settings_key,
)
from lada_explore.analysis.layout_methods import rms_radius
from lada_explore.errors import ConfigError, NumericsError

SQUARE = np.array([[1.0, 1.0], [1.0, -1.0], [-1.0, -1.0], [-1.0, 1.0], [3.0, 0.0]])


def blobs(n: int, classes: int = 5, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """(n, 20) features of some clouds, and the cloud of each."""
    rng = np.random.default_rng(seed)
    label = np.arange(n) % classes
    return (rng.normal(0, 4, (classes, 20))[label] + rng.normal(0, 1, (n, 20))), label


def test_procrustes_undoes_a_rotation_a_scale_and_a_shift_made_by_hand():
    quarter_turn = np.array([[0.0, 1.0], [-1.0, 0.0]])
    moved = 2.5 * SQUARE @ quarter_turn + np.array([10.0, -4.0])
    align = procrustes(moved, SQUARE)
    np.testing.assert_allclose(align(moved), SQUARE, atol=1e-12)
    assert align.scale == pytest.approx(1 / 2.5)
    np.testing.assert_allclose(align.rotation, quarter_turn.T, atol=1e-12)


def test_procrustes_undoes_a_mirror_image():
    mirrored = SQUARE * np.array([-1.0, 1.0])
    np.testing.assert_allclose(procrustes(mirrored, SQUARE)(mirrored), SQUARE, atol=1e-12)


def test_procrustes_turns_like_scipy_and_keeps_the_size_of_maps_that_agree_poorly():
    rng = np.random.default_rng(0)
    fixed, moving = rng.normal(size=(50, 2)), rng.normal(size=(50, 2))
    align = procrustes(moving, fixed)
    aligned = align(moving)
    assert rms_radius(aligned) == pytest.approx(rms_radius(fixed))
    standard_fixed, standard_aligned, _ = scipy_procrustes(fixed, moving)
    # scipy shrinks to the least-squares scale; the direction of every point is the same.
    ours = (aligned - aligned.mean(axis=0)) / np.linalg.norm(aligned - aligned.mean(axis=0))
    np.testing.assert_allclose(ours, standard_aligned / np.linalg.norm(standard_aligned), atol=1e-12)
    assert np.linalg.norm(standard_aligned) < np.linalg.norm(standard_fixed)


def test_two_points_are_only_shifted_since_they_do_not_fix_a_turn_and_a_scale():
    lay = procrustes(np.array([[0.0, 0.0], [2.0, 0.0]]), np.array([[5.0, 5.0], [5.0, 6.0]]))
    assert lay(np.array([[1.0, 0.0]])).tolist() == [[5.0, 5.5]]
    assert lay.scale == 1


def test_displacement_is_the_mean_distance_in_percent_of_the_rms_radius():
    before = np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]])  # rms radius 1
    after = before + np.array([[0.3, 0.4], [0.0, 0.0], [0.1, 0.0], [0.0, 0.0]])  # moved 0.5, 0, 0.1, 0
    assert rms_radius(before) == 1
    assert displacement(before, after) == pytest.approx(15)
    assert displacement(3 * before, 3 * after) == pytest.approx(15)
    assert np.isnan(displacement(before[:2], after[:2]))


def test_trustworthiness_is_that_of_scikit_learn_with_ten_neighbours_or_as_many_as_there_can_be():
    features, _ = blobs(60)
    plane = features[:, :2]
    assert map_trustworthiness(features, plane) == trustworthiness(features, plane, n_neighbors=10)
    assert map_trustworthiness(features[:7], plane[:7]) == trustworthiness(features[:7], plane[:7], n_neighbors=3)
    assert map_trustworthiness(features[:, :2], plane) == 1
    assert np.isnan(map_trustworthiness(features[:3], plane[:3]))


def test_a_new_point_lies_amid_its_nearest_by_the_inverse_square_of_the_distance():
    features = np.array([[0.0], [3.0], [100.0], [200.0], [300.0], [400.0]])
    positions = np.array([[0.0, 0.0], [1.0, 0.0], [5.0, 5.0], [5.0, 5.0], [5.0, 5.0], [9.0, 9.0]])
    weights = 1 / np.array([1.0, 2.0, 99.0, 199.0, 299.0]) ** 2
    expected = (weights[:, None] * positions[:5]).sum(axis=0) / weights.sum()
    np.testing.assert_allclose(place_points(features, positions, np.array([[1.0]]))[0], expected)


def test_a_point_like_one_on_the_map_lies_on_it_and_one_on_two_lies_between_them():
    features = np.array([[0.0, 0.0], [5.0, 0.0], [5.0, 0.0], [9.0, 9.0]])
    positions = np.array([[0.0, 0.0], [2.0, 0.0], [4.0, 0.0], [9.0, 9.0]])
    np.testing.assert_allclose(place_points(features, positions, features[:1]), [[0, 0]], atol=1e-9)
    np.testing.assert_allclose(place_points(features, positions, features[1:2]), [[3, 0]], atol=1e-9)
    assert place_points(features, positions, np.empty((0, 2))).shape == (0, 2)
    assert place_points(features[:1], positions[:1], features[3:]).tolist() == [[0, 0]]


def test_a_first_layout_is_centred_with_radius_one_separates_the_clouds_and_repeats():
    features, label = blobs(200)
    layout = first_layout(1, np.arange(200), features)
    np.testing.assert_allclose(layout.positions.mean(axis=0), [0, 0], atol=1e-9)
    assert rms_radius(layout.positions) == pytest.approx(1)
    distance = np.linalg.norm(layout.positions[:, None] - layout.positions[None], axis=2) + 9 * np.eye(200)
    assert (label[distance.argmin(axis=1)] == label).all()
    assert (layout.since, layout.n_shared) == (None, 0)
    assert np.isnan(layout.displacement)
    assert layout.trustworthiness > 0.9
    np.testing.assert_array_equal(first_layout(1, np.arange(200), features).positions, layout.positions)


def test_the_settings_of_stored_layouts_are_written_as_they_were_before_methods_declared_their_package():
    numbers = "[50, 30.0, 10, [250, 250], 50, 5, 3]"
    assert settings_key("t-sne", 0) == f'["t-sne", 0, "openTSNE", "{version("openTSNE")}", {numbers}]'
    assert settings_key("umap", 7) == f'["umap", 7, "umap-learn", "{version("umap-learn")}", {numbers}]'


@pytest.mark.parametrize("method", ["t-sne", pytest.param("umap", marks=[pytest.mark.slow, pytest.mark.thorough])])
def test_a_warm_start_moves_less_than_a_cold_restart_and_keeps_as_many_neighbours(method):
    features, _ = blobs(240)
    drift = np.random.default_rng(1).normal(0, 0.2, features.shape)
    before = first_layout(1, np.arange(200), features[:200], method=method)
    ids, now = np.arange(40, 240), (features + drift)[40:]
    warm = next_layout(2, ids, now, before=before)
    cold = first_layout(2, ids, now, method=method)
    aligned = procrustes(cold.positions[:160], before.positions[40:])(cold.positions)
    assert warm.displacement < 0.6 * displacement(before.positions[40:], aligned[:160])
    assert warm.displacement == pytest.approx(displacement(before.positions[40:], warm.positions[:160]))
    assert (warm.since, warm.n_shared, warm.method) == (1, 160, method)
    assert warm.trustworthiness > cold.trustworthiness - 0.05
    assert rms_radius(warm.positions[:160]) == pytest.approx(rms_radius(before.positions[40:]))


def test_a_layout_that_shares_no_image_with_the_one_before_is_made_cold():
    features, _ = blobs(60)
    before = first_layout(1, np.arange(30), features[:30])
    layout = next_layout(2, np.arange(30, 60), features[30:], before=before)
    assert layout.since is None
    np.testing.assert_array_equal(layout.positions, first_layout(2, np.arange(30), features[30:]).positions)


@pytest.mark.parametrize("n", [1, 2, 3, 9, 10, 25])
def test_fewer_images_than_the_perplexity_asks_for_still_get_a_map(n):
    features, _ = blobs(n)
    layout = first_layout(1, np.arange(n), features)
    assert layout.positions.shape == (n, 2)
    assert np.isfinite(layout.positions).all()
    again = next_layout(2, np.arange(n), features + 0.1, before=layout)
    assert np.isfinite(again.positions).all()
    assert np.isnan(layout.trustworthiness) == (n < 4)


def test_many_copies_of_one_image_and_images_that_are_all_the_same_get_a_map():
    features, _ = blobs(30)
    copies = np.concatenate([features, np.repeat(features[:1], 30, axis=0)])
    layout = first_layout(1, np.arange(60), copies)
    assert np.isfinite(layout.positions).all()
    near = np.linalg.norm(layout.positions[30:] - layout.positions[0], axis=1)
    assert near.max() < 0.5 * np.median(np.linalg.norm(layout.positions[1:30] - layout.positions[0], axis=1))
    same = first_layout(1, np.arange(20), np.ones((20, 5)))
    assert (same.positions == 0).all()
    assert np.isfinite(next_layout(2, np.arange(20), blobs(20)[0], before=same).positions).all()


def test_images_that_are_all_the_same_get_a_map_without_a_warning_of_a_library():
    features = np.full((60, 64), 0.1, np.float16)  # enough of both for principal components to be sought
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        same = first_layout(1, np.arange(60), features)
        later = next_layout(2, np.arange(60), features, before=same)
    assert (same.positions == 0).all()
    assert (later.positions == 0).all()


def test_features_that_are_not_finite_and_unknown_methods_are_refused():
    features, _ = blobs(20)
    features[7, 3] = np.inf
    with pytest.raises(NumericsError, match=r"map of cycle 4: the features of 1 images are not finite.*id 107"):
        first_layout(4, np.arange(100, 120), features)
    with pytest.raises(ConfigError, match="map method 'pca' is unknown; choose one of t-sne, umap"):
        first_layout(1, np.arange(20), blobs(20)[0], method="pca")


class TestLayouts:
    def test_a_cycle_is_laid_out_from_the_one_before_and_each_once(self):
        history, steps = FakeSession(cycles=4).run(4), []
        layouts = Layouts()
        third = layouts.make(history, 3, lambda at, last: steps.append((at, last)) or True)
        assert steps == [(1, 3), (2, 3), (3, 3)]
        assert (third.cycle, third.since) == (3, 2)
        assert layouts.make(history, 2, lambda at, last: steps.append(at) or True).cycle == 2
        assert len(steps) == 3
        assert layouts.find(history, 3) is third

    def test_the_layout_does_not_depend_on_what_was_looked_at_before(self):
        history = FakeSession(cycles=4).run(4)
        straight, stepwise = Layouts(), Layouts()
        for cycle in (2, 1, 3):
            stepwise.make(history, cycle)
        np.testing.assert_array_equal(straight.make(history, 3).positions, stepwise.find(history, 3).positions)

    def test_the_choice_of_a_query_does_not_move_the_map(self):
        history = FakeSession(cycles=2).run(2)
        layouts = Layouts()
        before = layouts.make([history[0], replace(history[1], select=None, query=None)], 1)
        assert layouts.find(history, 1) is before

    def test_a_replaced_cycle_takes_all_later_layouts_with_it(self):
        history = FakeSession(cycles=3).run(4)
        layouts = Layouts()
        layouts.make(history, 3)
        other = replace(history[1].score, features=history[1].score.features + np.float16(1))
        branch = [history[0], replace(history[1], score=other), *history[2:]]
        assert layouts.find(branch, 3) is None
        steps = []
        layouts.make(branch, 3, lambda at, last: steps.append(at) or True)
        assert steps == [1, 2, 3]

    def test_cycles_without_a_map_have_no_layout(self):
        history = FakeSession(cycles=3).run(3)
        layouts = Layouts()
        assert layouts.make(history, 0) is None
        assert layouts.make(history, 3) is None
        assert layouts.find(history, 1) is None
        lean = replace(history[1], score=replace(history[1].score, features=history[1].score.features[:0]))
        assert layouts.make([history[0], lean], 1) is None

    def test_it_can_be_given_up_between_two_cycles_and_keeps_what_it_has(self):
        history = FakeSession(cycles=3).run(4)
        layouts = Layouts()
        assert layouts.make(history, 3, lambda at, last: at < 2) is None
        assert layouts.find(history, 1) is not None
        assert layouts.find(history, 2) is None

    def test_a_draft_stands_in_for_a_long_chain_and_changes_nothing_of_it(self):
        history = FakeSession(cycles=6).run()
        layouts = Layouts()
        draft = layouts.draft(history, 6)
        assert draft.ids.tolist() == map_points(history, 6).ids.tolist()
        assert rms_radius(draft.positions) == pytest.approx(1)
        assert draft.trustworthiness > 0.9
        assert layouts.find(history, 6) is None
        assert layouts.find_draft(history, 6) is draft
        assert layouts.find_draft(history, 5) is None
        final = layouts.make(history, 6)
        np.testing.assert_array_equal(final.positions, Layouts().make(history, 6).positions)

    def test_a_draft_starts_from_the_nearest_map_and_a_short_chain_has_none(self):
        history = FakeSession(cycles=6).run()
        layouts = Layouts()
        assert layouts.draft(history, 3) is None
        layouts.make(history, 1)
        assert layouts.draft(history, 6).since == 1
        layouts.make(history, 3)
        assert layouts.draft(history, 6) is None
        assert layouts.draft(history, 0) is None

    def test_two_threads_that_ask_at_once_get_the_same_layout(self):
        history = FakeSession(cycles=2).run(2)
        layouts, got = Layouts(), []
        threads = [threading.Thread(target=lambda: got.append(layouts.make(history, 1))) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert got[0] is got[1]

    def test_positions_stand_for_the_ids_of_the_points(self):
        history = FakeSession(cycles=2).run(3)
        layout = Layouts().make(history, 2)
        assert layout.ids.tolist() == map_points(history, 2).ids.tolist()


@pytest.mark.thorough
@pytest.mark.slow
def test_umap_leaves_the_number_of_threads_as_it_was():
    # Training in the same process depends on it: in a process of its own, where UMAP runs for the first time.
    program = (
        "import numpy as np, torch; torch.set_num_threads(1)\n"
        "from lada_explore.analysis.embedding import first_layout\n"
        "features = np.random.default_rng(0).normal(size=(60, 8))\n"
        "first_layout(1, np.arange(60), features, method='umap')\n"
        "print(torch.get_num_threads())"
    )
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "1\n"


@pytest.mark.slow
def test_two_umap_layouts_at_once_do_not_end_the_process_whatever_layer_numba_has():
    # The workqueue layer is what numba has where neither TBB nor OpenMP is found; two threads in it at once abort.
    program = (
        "import threading, numpy as np\n"
        "from lada_explore.analysis.embedding import first_layout\n"
        "features, made = np.random.default_rng(0).normal(size=(600, 8)), []\n"
        "lay_out = lambda: made.append(first_layout(1, np.arange(600), features, method='umap').positions)\n"
        "threads = [threading.Thread(target=lay_out) for _ in range(2)]\n"
        "[thread.start() for thread in threads], [thread.join() for thread in threads]\n"
        "print(len(made), np.array_equal(*made))"
    )
    environment = os.environ | {"NUMBA_THREADING_LAYER": "workqueue"}
    command = [sys.executable, "-W", "ignore", "-c", program]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "2 True\n"), done.stderr
