import numpy as np

from lada_explore.labelling.seed_round import SEED_CANDIDATES, seed_order


def in_groups(n_groups, size=40):
    """(n_groups * size, 1, 8, 8): image i is of group i modulo n_groups; groups differ by far more than images do."""
    rng = np.random.default_rng(0)
    centres = rng.integers(0, 200, (n_groups, 1, 8, 8))
    noise = rng.integers(0, 8, (n_groups * size, 1, 8, 8))
    return (centres[np.arange(n_groups * size) % n_groups] + noise).astype(np.uint8)


def order(images, seed=0):
    return seed_order(len(images), lambda ids: images[ids], seed)


def test_the_first_images_are_of_different_groups():
    images = in_groups(8)
    groups = [len({i % 8 for i in order(images, seed)[:8].tolist()}) for seed in range(10)]
    # Eight images drawn at random would show 5.3 of the 8 groups on average.
    assert np.mean(groups) > 7.5


def test_every_image_is_there_once_and_the_seed_decides():
    images = in_groups(3)
    assert sorted(order(images).tolist()) == list(range(120))
    assert order(images, 1).tolist() == order(images, 1).tolist() != order(images, 2).tolist()


def test_no_more_than_a_bound_is_read_of_a_large_pool():
    read = []

    def pixels(ids):
        read.extend(ids.tolist())
        return np.random.default_rng(len(read)).integers(0, 256, (len(ids), 1, 20, 24), dtype=np.uint8)

    found = seed_order(10**7, pixels, 3)
    assert len(found) == len(read) == SEED_CANDIDATES
    assert sorted(found.tolist()) == sorted(read)


def test_images_that_are_all_the_same_are_asked_too():
    same = np.full((30, 1, 8, 8), 7, np.uint8)
    assert sorted(order(same).tolist()) == list(range(30))
    same[:15] = 200
    first = order(same)[:2].tolist()
    assert {i < 15 for i in first} == {True, False}
    assert sorted(order(same).tolist()) == list(range(30))
