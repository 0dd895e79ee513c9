"""The stop set: the same images in every cycle, none that is labelled, and what the classifier gives for them."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from lada_explore.errors import NumericsError
from lada_explore.pool import Pool
from lada_explore.stages.progress import no_tick
from lada_explore.stages.stop_set import STOP_SET_SIZE, stop_logits, stop_set

IMAGES = SimpleNamespace(batch=torch.from_numpy)


class Fake:
    """The logits of an image are multiples of its id."""

    n_classes = 3

    def __call__(self, ids):
        return ids[:, None].double() * torch.tensor([1.0, 2.0, -1.0])


def test_the_sample_stays_while_images_are_labelled_and_differs_between_seeds():
    pool = Pool(size=4000)
    first = stop_set(0, pool)
    assert len(first) == STOP_SET_SIZE == len(np.unique(first))
    assert (np.diff(first) > 0).all()
    assert 0.4 < (first < 2000).mean() < 0.6
    later = pool.with_labels(0, first[::2], np.zeros(250, np.int64))
    assert stop_set(0, later).tolist() == first[1::2].tolist()
    assert stop_set(1, pool).tolist() != first.tolist()


def test_a_pool_that_has_grown_keeps_most_of_its_sample_and_a_small_one_is_all_of_it():
    before, after = (set(stop_set(0, Pool(size=size)).tolist()) for size in (4000, 4400))
    assert {i for i in after if i < 4000} <= before
    assert 0.85 < len(before & after) / STOP_SET_SIZE < 1
    assert stop_set(0, Pool(size=7)).tolist() == list(range(7))
    assert stop_set(0, Pool(size=7), size=7).tolist() == list(range(7))


@pytest.mark.parametrize("chunk", [1, 2, 100])
def test_logits_are_those_of_each_image(chunk):
    seen = []
    found = stop_logits(
        1, Fake(), IMAGES, np.array([2, 5, 9]), chunk=chunk, tick=lambda done, n, what: seen.append((done, n))
    )
    assert found.dtype == np.float32
    assert found.tolist() == [[2, 4, -2], [5, 10, -5], [9, 18, -9]]
    assert seen[-1] == (3, 3)
    assert stop_logits(1, Fake(), IMAGES, np.empty(0, np.int64), chunk=chunk, tick=no_tick).shape == (0, 3)


def test_a_logit_that_is_not_finite_is_an_error_and_not_a_number():
    class Diverged(Fake):
        def __call__(self, ids):
            return super().__call__(ids) / torch.where(ids == 5, 0, 1)[:, None]

    with pytest.raises(NumericsError, match="Evaluate of cycle 4: the logits of 1 images are not finite; the classif"):
        stop_logits(4, Diverged(), IMAGES, np.array([2, 5, 9]), chunk=2, tick=no_tick)
