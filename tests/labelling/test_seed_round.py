import numpy as np
import pytest

from lada_explore.config.parts import MANY_CLASSES, ScheduleConfig
from lada_explore.labelling.seed_round import (
    NEIGHBOURS,
    RANDOM_PER_CLASS,
    SEED_CANDIDATES,
    SeedRound,
    seed_candidates,
)

N_CLASSES, POOL = 10, 2000


def in_classes(seed, compact):
    """(2000, 16) features of ten classes of equal size, and their classes.

    Images of a compact class nearly coincide; of the two nearest neighbours of others about 40 % are of the same class.
    """
    rng = np.random.default_rng(seed)
    classes = rng.permutation(np.arange(POOL) % N_CLASSES)
    scale = np.where(np.isin(classes, compact), 0.01, 3.0)
    values = rng.normal(0, 1.5, (N_CLASSES, 16))[classes] + scale[:, None] * rng.normal(0, 1, (POOL, 16))
    return values.astype(np.float32), classes


def candidates(features, seed=0):
    return seed_candidates(len(features), no_pixels, seed, features=lambda ids: features[ids])


def no_pixels(ids):
    raise AssertionError("pixels were read although there are features")


def round_of(ids, near, labels, per_class=2, n_classes=N_CLASSES, looked_for=None, counted=None):
    return SeedRound(
        order=ids.tolist(),
        near=dict(zip(ids.tolist(), near.tolist(), strict=True)),
        labels=labels,
        counted=labels if counted is None else counted,
        looked_for=range(n_classes) if looked_for is None else looked_for,
        per_class=per_class,
        n_random=RANDOM_PER_CLASS * n_classes,
    )


def found_all(labels, per_class=2):
    return (np.bincount(list(labels.values()), minlength=N_CLASSES) >= per_class).all()


def answers_needed(compact, seed):
    """Answers until two images of each class are found: as the seed round asks, and in random order."""
    features, classes = in_classes(seed, compact)
    ids, near = candidates(features, seed)
    labels: dict[int, int] = {}
    while not found_all(labels):
        asked = round_of(ids, near, labels).asked()
        i = next(i for i in asked if i not in labels)
        labels[i] = int(classes[i])
    n = next(n for n in range(20, POOL) if found_all(dict(enumerate(classes[ids[:n]].tolist()))))
    return len(labels), n


def medians(compact):
    return np.median([answers_needed(compact, seed) for seed in range(60)], axis=0)


def test_with_one_compact_class_it_needs_no_more_than_a_random_order():
    ours, at_random = medians([3])
    assert ours <= 1.2 * at_random


def test_of_spread_classes_it_needs_fewer_answers_than_a_random_order():
    ours, at_random = medians([])
    assert ours < at_random


def test_first_random_images_then_neighbours_of_a_class_that_misses_one_in_turn_with_random_ones():
    features, _ = in_classes(0, [])
    ids, near = candidates(features)
    first = ids[:30].tolist()
    assert round_of(ids, near, {}).asked() == first[:10]
    # Class 4 has one image, class 5 none, and all others have enough.
    labels = {i: [0, 1, 2, 3, 6, 7, 8, 9][place % 8] for place, i in enumerate(first)}
    single = first[7]
    labels[single] = 4
    asked = round_of(ids, near, labels).asked()
    close = [i for i in near[list(ids).index(single)].tolist() if i not in first]
    drawn = [i for i in ids[30:].tolist() if i not in close[:1]]
    assert asked == [*first, close[0], drawn[0], close[1], drawn[1]]
    # An open batch stays as it is while it is answered, and so do the batches before it.
    again = round_of(ids, near, labels | {close[0]: 4, close[1]: 4, drawn[0]: 0}).asked()
    assert again == asked
    # No class is found once now, so random images follow.
    later = round_of(ids, near, labels | {close[0]: 4, close[1]: 4, drawn[0]: 0, drawn[1]: 0}).asked()
    assert later[:34] == asked
    assert later[34:] == [i for i in ids.tolist() if i not in asked][:10]
    # Nor are neighbours asked about of a class that nobody looks for.
    without = round_of(ids, near, labels, looked_for=[i for i in range(10) if i != 4]).asked()
    assert without == ids[:40].tolist()
    # A class that is found among held-out images only is looked for near them.
    held_out = round_of(ids, near, labels | {drawn[0]: 4}, counted=set(first) - {single}).asked()
    assert held_out[:34] == asked


def test_every_candidate_is_asked_once_also_where_all_answers_are_of_one_class():
    features, _ = in_classes(0, [])
    ids, near = candidates(features[:90])
    labels: dict[int, int] = {}
    while open_ids := [i for i in round_of(ids, near, labels, per_class=200).asked() if i not in labels]:
        labels |= dict.fromkeys(open_ids, 0)
    assert list(labels) != ids.tolist()
    assert sorted(labels) == list(range(90))


def test_of_more_than_fifty_classes_one_image_each_is_needed():
    schedule = ScheduleConfig(initial_per_class=3, budget=1, cycles=1, subset_size=2)
    assert [schedule.start_per_class(n, labelled=False) for n in (2, MANY_CLASSES, MANY_CLASSES + 1)] == [3, 3, 1]
    assert schedule.start_per_class(MANY_CLASSES + 1, labelled=True) == 3


def in_groups(n_groups, size=40):
    """(n_groups * size, 1, 8, 8): image i is of group i modulo n_groups; groups differ by far more than images do."""
    rng = np.random.default_rng(0)
    centres = rng.integers(0, 200, (n_groups, 1, 8, 8))
    noise = rng.integers(0, 8, (n_groups * size, 1, 8, 8))
    return (centres[np.arange(n_groups * size) % n_groups] + noise).astype(np.uint8)


def test_without_features_neighbours_are_images_that_look_alike():
    images = in_groups(8)
    ids, near = seed_candidates(len(images), lambda ids: images[ids], 0)
    assert near.shape == (320, NEIGHBOURS)
    assert (near % 8 == ids[:, None] % 8).all()
    assert not (near == ids[:, None]).any()
    assert sorted(ids.tolist()) == list(range(320))


def test_the_seed_decides():
    images = in_groups(3)
    one, again, other = (seed_candidates(120, lambda ids: images[ids], seed) for seed in (1, 1, 2))
    assert one[0].tolist() == again[0].tolist() != other[0].tolist()
    assert one[1].tolist() == again[1].tolist()


def test_no_more_than_a_bound_is_read_of_a_large_pool():
    read = []

    def pixels(ids):
        read.extend(ids.tolist())
        return np.random.default_rng(len(read)).integers(0, 256, (len(ids), 1, 20, 24), dtype=np.uint8)

    ids, near = seed_candidates(10**7, pixels, 3)
    assert len(ids) == len(near) == len(read) == SEED_CANDIDATES
    assert sorted(ids.tolist()) == sorted(read)


@pytest.mark.parametrize("n", [1, 2, 30])
def test_images_that_are_all_the_same_are_asked_too(n):
    same = np.full((n, 1, 8, 8), 7, np.uint8)
    ids, near = seed_candidates(n, lambda ids: same[ids], 0)
    assert sorted(ids.tolist()) == list(range(n))
    assert near.shape == (n, min(n - 1, NEIGHBOURS))
    features = seed_candidates(n, no_pixels, 0, features=lambda ids: np.ones((len(ids), 3), np.float32))
    assert features[0].tolist() == ids.tolist()
