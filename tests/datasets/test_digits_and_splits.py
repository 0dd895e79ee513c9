import numpy as np
import pytest
import torch

from lada_explore.config import DataConfig
from lada_explore.datasets import load
from lada_explore.datasets.digits import enlarge
from lada_explore.datasets.splits import draw_per_class, held_out


def test_digits_are_held_out_36_of_each_class_and_every_image_is_in_one_part():
    from sklearn.datasets import load_digits

    data = load(DataConfig(name="digits"))
    assert (len(data.train), len(data.test), data.train.shape) == (1437, 360, (1, 28, 28))
    assert data.test.targets.bincount().tolist() == [36] * 10
    together = torch.cat([data.train.images, data.test.images]).reshape(1797, -1).numpy()
    whole = enlarge(load_digits().images).reshape(1797, -1)
    assert sorted(map(bytes, together)) == sorted(map(bytes, whole))


def test_digits_are_the_same_each_time():
    # Pinned: a change of these pixels or of the split changes what the ids of recorded runs mean.
    data = load(DataConfig(name="digits"))
    assert data.train.checksum.startswith("1ca7f5a6")


def test_enlarging_agrees_with_torchs_bilinear_interpolation():
    images = np.random.default_rng(0).integers(0, 17, (50, 8, 8)).astype(np.float64)
    theirs = torch.nn.functional.interpolate(
        torch.from_numpy(images)[:, None] * (255 / 16), size=(28, 28), mode="bilinear", align_corners=False
    )
    assert np.abs(enlarge(images) - theirs[:, 0].numpy()).max() <= 0.5 + 1e-9


def test_enlarging_keeps_black_and_white():
    assert (enlarge(np.zeros((1, 8, 8))) == 0).all()
    assert (enlarge(np.full((1, 8, 8), 16.0)) == 255).all()


def test_a_draw_takes_the_count_of_each_class_and_depends_on_the_seed_alone():
    targets = np.random.default_rng(0).integers(0, 3, 100)
    drawn = draw_per_class(targets, lambda size: size // 2, seed=1)
    assert np.bincount(targets[drawn]).tolist() == (np.bincount(targets) // 2).tolist()
    np.testing.assert_array_equal(drawn, draw_per_class(targets, lambda size: size // 2, seed=1))
    assert (drawn != draw_per_class(targets, lambda size: size // 2, seed=2)).any()


@pytest.mark.parametrize(
    ("size", "share", "expected"),
    [(100, 0.2, 20), (100, 0, 0), (2, 0.2, 1), (1, 0.2, 0), (1, 0.9, 0), (3, 0.99, 2), (13, 0.2, 3)],
)
def test_a_class_is_never_held_out_whole_nor_left_out_of_the_test(size, share, expected):
    assert held_out(size, share) == expected
