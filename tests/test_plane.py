"""LADA on points: the very same session, stages and records as on images, and what the playground draws of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from helpers.small_runs import cut_before, record_bytes

from lada_explore.analysis import map_points, pixels_of, queried
from lada_explore.config import AUGMENTATIONS
from lada_explore.config.presets import configure
from lada_explore.errors import ConfigError
from lada_explore.functional import entropy_bits
from lada_explore.records import Stage
from lada_explore.session.session import Session
from lada_explore.store import open_run

PAIRS_OF_POINTS = ("lada-entmix", "lada-entmix-fixed", "lada-entmix-exact", "lada-entinmix", "lada-entinmix-fixed")
METHODS_ON_POINTS = ("random", "max-entropy", "ent-then-mixup", *PAIRS_OF_POINTS)


def plane(out, method="lada-entinmix", dataset="points:moons", cycles=2, **settings):
    changes = {name.replace("__", "."): value for name, value in settings.items()}
    return Session.create(configure("plane", method, dataset=dataset, cycles=cycles, settings=changes), out)


@pytest.mark.parametrize("method", METHODS_ON_POINTS)
def test_every_method_that_makes_sense_runs_on_points(tmp_path, method):
    session = plane(tmp_path / "run", method)
    history = session.run()
    session.close()
    assert [records.next_stage for records in history] == [None] * 3
    assert [len(records.query.ids) for records in history] == [4, 4, 4]
    assert all(np.isfinite(records.train.train_loss).all() for records in history)
    pairs = history[-1].subsample.pair_ids
    assert len(pairs) == (30 if method in PAIRS_OF_POINTS else 0)
    assert history[-1].subsample.images.dtype == np.float32
    assert history[-1].subsample.images.shape == (60, 2, 1, 1)


@pytest.mark.slow
@pytest.mark.parametrize("dataset", ["points:moons", "points:blobs", "points:rings", "points:spiral"])
def test_it_learns_every_named_set(tmp_path, dataset):
    session = plane(tmp_path / "run", "lada-entinmix", dataset, cycles=8)
    accuracy = [records.evaluate.accuracy for records in session.run()]
    session.close()
    # 36 or 38 labels; chance is 0.5 or 0.33, and the arms of the spiral are narrow.
    assert max(accuracy[-3:]) > (0.65 if dataset == "points:spiral" else 0.93)


@pytest.mark.parametrize("method", ["lada-entmix", "lada-entinmix"])
def test_the_profile_of_a_pair_is_the_classifier_on_the_path(tmp_path, method):
    """Within 0.03 bits at every one of 257 points, and 0.002 in the mean: 33 nodes, between which logits are cubic."""
    session = plane(tmp_path / "run", method)
    session.run(2)
    while session.next_stage is not Stage.TRAIN:
        session.step()
    records, classifier = session.history[-1], session.classifier
    points = torch.from_numpy(records.subsample.images) / 0.5
    place = {i: row for row, i in enumerate(records.subsample.subset_ids.tolist())}
    first, second = (
        classifier.to_layer(points[[place[i] for i in ids.tolist()]], records.subsample.mix_layer)
        for ids in records.subsample.pair_ids.T
    )
    lam = torch.from_numpy(records.look_ahead.grid)[None, :, None, None, None]
    path = lam * first[:, None] + (1 - lam) * second[:, None]
    with torch.no_grad():
        logits = classifier.from_layer(path.flatten(0, 1), records.subsample.mix_layer)
    direct = entropy_bits(logits.log_softmax(-1)).reshape(path.shape[:2]).numpy()
    errors = np.abs(records.look_ahead.profile - direct)
    session.close()
    assert direct.max() > 0.5
    assert errors.max() < 0.03
    assert errors.mean() < 0.002


def test_the_plane_in_the_record_is_the_classifier_at_the_points_of_the_grid(tmp_path):
    session = plane(tmp_path / "run", dataset="points:spiral", cycles=1)
    session.run()
    grid = session.history[-1].train.plane
    assert grid.shape == (61, 61, 3)
    for row, column in ((0, 0), (60, 0), (10, 45)):
        x, y = -1 + 2 * column / 60, -1 + 2 * row / 60
        with torch.no_grad():
            logits = session.classifier(torch.tensor([[[[x / 0.5]], [[y / 0.5]]]]))
        np.testing.assert_allclose(grid[row, column], logits[0].numpy(), atol=1e-5)
    session.close()
    np.testing.assert_array_equal(open_run(tmp_path / "run").history[-1].train.plane, grid)


def test_a_run_on_images_has_no_plane(tmp_path):
    from helpers.small_runs import small_session

    session = small_session(tmp_path / "run", cycles=1)
    session.run(1)
    assert session.history[0].train.plane.size == 0
    session.close()


@pytest.mark.parametrize("stage", [Stage.LOOK_AHEAD, Stage.TRAIN, Stage.EVALUATE])
def test_a_run_on_drawn_points_resumes_from_its_folder_with_the_same_records(tmp_path, stage):
    rng = np.random.default_rng(5)
    drawn = [(x, y, int(x + y > 0)) for x, y in rng.uniform(-1, 1, (80, 2)).round(3).tolist()]
    settings = {"dataset": "points:drawn", "data__points": drawn, "schedule__subset_size": 20}
    session = plane(tmp_path / "run", **settings)
    session.run()
    session.close()
    whole = record_bytes(tmp_path / "run")
    cut_before(tmp_path / "run", 1, stage)
    assert record_bytes(tmp_path / "run") != whole
    session = Session.resume(tmp_path / "run")
    np.testing.assert_allclose(session.data.train.images.reshape(-1, 2), np.array(drawn)[:, :2], atol=1e-7)
    session.run()
    session.close()
    assert record_bytes(tmp_path / "run") == whole


def test_two_methods_with_one_seed_start_alike(tmp_path):
    sessions = [plane(tmp_path / method, method) for method in ("lada-entinmix", "random")]
    first, second = (session.run(1)[0] for session in sessions)
    for session in sessions:
        session.close()
    np.testing.assert_array_equal(first.select.query_ids, second.select.query_ids)
    np.testing.assert_array_equal(first.train.plane, second.train.plane)


def test_what_needs_an_image_is_refused_with_a_sentence(tmp_path, monkeypatch):
    with pytest.raises(ConfigError, match="crop_flip is on, but points:moons holds points, which have nothing to crop"):
        plane(tmp_path / "run", training__crop_flip=True)
    with pytest.raises(ConfigError, match="by 'vaal', whose networks need feature maps, but points:moons holds"):
        plane(tmp_path / "run", "vaal")
    # As an augmentation that warps one image would be.
    mixup = AUGMENTATIONS["manifold_mixup"]
    images_only = replace(mixup.capabilities, on_points=False)
    monkeypatch.setitem(AUGMENTATIONS, "manifold_mixup", replace(mixup, capabilities=images_only))
    sentence = "method 'lada-entmix' transforms images by 'manifold_mixup', but points:moons holds points"
    with pytest.raises(ConfigError, match=sentence):
        plane(tmp_path / "run", "lada-entmix")
    assert not (tmp_path / "run").exists()


def test_other_views_show_a_point_as_a_spot_at_its_place(tmp_path):
    session = plane(tmp_path / "run", cycles=1)
    session.run()
    session.close()
    records = session.history[1]
    queried_images = [image for group in queried(records) for image in group.images]
    for image in queried_images[:2]:
        x, y = records.subsample.images[records.subsample.subset_ids == image.id][0, :, 0, 0]
        spot = image.pixels[0].astype(float)
        assert spot.shape == (28, 28)
        rows, columns = np.mgrid[:28, :28]
        found = [-1 + 2 * (columns * spot).sum() / spot.sum() / 27, 1 - 2 * (rows * spot).sum() / spot.sum() / 27]
        # A spot at the edge is cut off, and its centre of mass moves inwards.
        assert found == pytest.approx([x, y], abs=0.08)
    found = map_points(session.history, 1)
    assert found.images.shape == (60 + 4, 1, 28, 28)
    assert pixels_of(records, [queried_images[0].id])[0].tolist() == queried_images[0].pixels.tolist()
