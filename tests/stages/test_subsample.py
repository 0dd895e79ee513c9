import numpy as np
import pytest
import torch

from lada_explore.pool import Pool
from lada_explore.stages.subsample import subsample


@pytest.fixture
def pool():
    return Pool(size=50).with_labels(0, np.arange(0, 20, 2), np.zeros(10, dtype=np.int64))


class Pixels:
    """Images whose only pixel is their id."""

    def thumbnails(self, ids):
        return ids.astype(np.uint8).reshape(-1, 1, 1, 1)


def draw(pool, seed=0, size=20, mix_layers=(1, 2), targets=None, keep_images=True):
    return subsample(
        3,
        pool,
        size=size,
        mix_layers=mix_layers,
        images=Pixels(),
        targets=targets,
        keep_images=keep_images,
        rng=np.random.default_rng(seed),
    )


def test_the_record_shows_the_candidates_and_what_the_data_set_knows_of_them(pool):
    record = draw(pool, targets=torch.arange(50) * 3)
    assert record.images[:, 0, 0, 0].tolist() == record.subset_ids.tolist()
    assert record.targets.tolist() == (3 * record.subset_ids).tolist()
    assert draw(pool).targets.tolist() == [-1] * 20


def test_a_lean_record_shows_none_and_draws_the_same(pool):
    lean = draw(pool, keep_images=False)
    assert lean.images.shape == (0, 1, 1, 1)
    assert lean.subset_ids.tolist() == draw(pool).subset_ids.tolist()


def test_only_unlabelled_images_are_drawn_each_once(pool):
    record = draw(pool)
    assert record.cycle == 3
    assert record.subset_ids.shape == (20,)
    assert len(set(record.subset_ids.tolist())) == 20
    assert (pool.labelled_at()[record.subset_ids] == -1).all()


def test_the_pairs_are_disjoint_and_hold_the_whole_subset(pool):
    record = draw(pool)
    assert record.pair_ids.shape == (10, 2)
    assert sorted(record.pair_ids.reshape(-1).tolist()) == sorted(record.subset_ids.tolist())


def test_who_is_paired_with_whom_is_random(pool):
    partners = {tuple(pair) for seed in range(200) for pair in draw(pool, seed, size=40).pair_ids.tolist()}
    # 40 unlabelled images make 40 x 39 ordered pairs; 200 draws of 20 pairs meet 4000 of them, most of them all.
    assert len(partners) > 1300


def test_the_mix_layer_comes_from_the_set_and_each_layer_of_it_does(pool):
    layers = [draw(pool, seed, mix_layers=(1, 2)).mix_layer for seed in range(100)]
    assert set(layers) == {1, 2}
    assert 30 < layers.count(1) < 70
    assert draw(pool, mix_layers=(0,)).mix_layer == 0


def test_without_layers_there_are_no_pairs_and_an_odd_subset_stays_odd(pool):
    record = draw(pool, size=7, mix_layers=())
    assert record.subset_ids.shape == (7,)
    assert record.pair_ids.shape == (0, 2)
    assert record.mix_layer == -1


def test_a_nearly_empty_pool_gives_what_is_left_and_pairs_leave_one_image_out_of_an_odd_number():
    pool = Pool(size=12).with_labels(0, np.arange(5), np.zeros(5, dtype=np.int64))
    assert sorted(draw(pool, mix_layers=()).subset_ids.tolist()) == [5, 6, 7, 8, 9, 10, 11]
    assert draw(pool).subset_ids.shape == (6,)
    assert draw(pool).pair_ids.shape == (3, 2)


def test_the_generator_decides_the_draw(pool):
    first, again, other = draw(pool, 1), draw(pool, 1), draw(pool, 2)
    assert first.pair_ids.tolist() == again.pair_ids.tolist()
    assert first.mix_layer == again.mix_layer
    assert first.pair_ids.tolist() != other.pair_ids.tolist()
