import json

import numpy as np
import pytest
import torch

from lada_explore.config import DataConfig, config_from_dict
from lada_explore.config.presets import configure
from lada_explore.datasets import load
from lada_explore.datasets.device_images import DeviceImages
from lada_explore.datasets.points import CLASSES, point_set
from lada_explore.datasets.transforms import normalise
from lada_explore.errors import ConfigError, DataError


def coordinates(image_set):
    return image_set.images.reshape(-1, 2).numpy().astype(np.float64)


@pytest.mark.parametrize("kind", list(CLASSES))
def test_a_named_set_is_the_same_every_time_and_lies_in_the_square(kind):
    data, again = (load(DataConfig(name=f"points:{kind}")) for _ in range(2))
    assert (len(data.train), len(data.test), data.train.shape) == (600, 1000, (2, 1, 1))
    assert data.train.images.dtype == torch.float32
    assert data.train.checksum == again.train.checksum
    assert torch.equal(data.test.images, again.test.images)
    assert data.train.checksum != data.test.checksum
    assert np.abs(coordinates(data.train)).max() <= 1
    counts = np.bincount(data.train.targets.numpy(), minlength=CLASSES[kind])
    assert counts.min() > 0.85 * 600 / CLASSES[kind]


def test_the_inner_ring_has_half_the_radius_of_the_outer_one():
    train = load(DataConfig(name="points:rings")).train
    radius = np.hypot(*coordinates(train).T)
    outer, inner = (np.median(radius[train.targets.numpy() == label]) for label in (0, 1))
    assert (outer, inner) == pytest.approx((0.8, 0.4), abs=0.02)


def test_the_arms_of_the_spiral_are_turned_copies_of_one_another():
    train = load(DataConfig(name="points:spiral")).train
    points, targets = coordinates(train), train.targets.numpy()
    radius, turn = np.hypot(*points.T), np.arctan2(points[:, 1], points[:, 0]) / (2 * np.pi)
    # On an arm, the turn is the class's third plus the share of the way out; what is left over is noise of 0.03 across
    # the way out, and as much along the turn, which counts less the farther out a point lies.
    rest = (turn - targets / 3 - (radius - 0.1) / 0.8 + 0.5) % 1 - 0.5
    expected = np.hypot(0.03 / 0.8, 0.03 / (2 * np.pi * radius))
    far = radius > 0.4
    assert (rest / expected)[far].std() == pytest.approx(1, abs=0.1)
    assert np.bincount(targets[far]).min() > 100


def test_the_blobs_stand_around_the_corners_of_a_triangle():
    train = load(DataConfig(name="points:blobs")).train
    points, targets = coordinates(train), train.targets.numpy()
    centres = np.array([points[targets == label].mean(axis=0) for label in range(3)])
    corners = 0.55 * np.array([(0, 1), (np.sqrt(3) / 2, -0.5), (-np.sqrt(3) / 2, -0.5)])
    np.testing.assert_allclose(centres, corners, atol=0.05)


def test_a_point_reaches_the_network_as_its_coordinates_over_the_scale(cpu):
    data = load(DataConfig(name="points:moons"))
    images = DeviceImages(data.train, data.mean, data.std, cpu)
    ids = np.array([3, 0, 599])
    batch = images.batch(ids)
    assert (tuple(batch.shape), batch.dtype) == ((3, 2, 1, 1), torch.float32)
    np.testing.assert_allclose(batch.reshape(3, 2).numpy(), coordinates(data.train)[ids] / 0.5, rtol=1e-6)
    np.testing.assert_array_equal(images.pixels(ids).numpy(), data.train.images[ids].numpy())


def test_floats_that_are_no_points_are_still_refused():
    with pytest.raises(DataError, match="images to normalise are torch.float32"):
        normalise(torch.zeros(1, 1, 4, 4), (0.0,), (1.0,))


DRAWN = ((-0.5, 0.25, 0), (0.5, -0.25, 1), (0.125, 0.75, 2))


def test_points_drawn_by_hand_are_kept_with_the_settings_of_the_run():
    config = configure("plane", "lada-entinmix", dataset="points:drawn", settings={"data.points": DRAWN})
    read = config_from_dict(json.loads(json.dumps(config.to_dict())))
    assert read == config
    data = load(read.data)
    np.testing.assert_array_equal(coordinates(data.train), np.array(DRAWN)[:, :2])
    assert data.train.targets.tolist() == [0, 1, 2]
    assert (data.train.n_classes, data.test) == (3, None)


def test_drawn_points_of_one_class_still_leave_room_for_a_second():
    data = load(DataConfig(name="points:drawn", points=((0.0, 0.0, 0), (0.1, 0.0, 0))))
    assert data.train.class_names == ("blue", "orange")


def test_a_point_outside_the_square_is_named():
    with pytest.raises(DataError, match=r"1 of 2 points are outside the square .*\(1.5, 0\) at id 1; scale them"):
        load(DataConfig(name="points:drawn", points=((0.0, 0.0, 0), (1.5, 0.0, 1))))
    with pytest.raises(DataError, match=r"outside the square from -1 to 1, first \(nan, 0\) at id 0"):
        point_set("mine", np.array([[np.nan, 0.0]]), np.array([0]), ("a", "b"), "Mine.")


def test_drawn_points_need_their_name_and_the_name_needs_points():
    with pytest.raises(ConfigError, match="points:drawn holds no points; draw them in the playground"):
        load(DataConfig(name="points:drawn"))
    with pytest.raises(ConfigError, match="3 points came with the data set digits; name it points:drawn"):
        load(DataConfig(name="digits", points=DRAWN))
