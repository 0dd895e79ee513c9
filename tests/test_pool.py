import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from lada_explore.errors import ConfigError, OracleError
from lada_explore.pool import Pool


def ids(*values):
    return np.array(values, dtype=np.int64)


@st.composite
def labelled_pools(draw):
    """A pool after up to four cycles of labelling, and what was labelled in each: {id: (cycle, label)}."""
    size = draw(st.integers(1, 40))
    order = draw(st.permutations(range(size)))
    cuts = sorted(draw(st.lists(st.integers(0, size), max_size=4)))
    pool, expected = Pool(size=size), {}
    for cycle, (start, end) in enumerate(zip([0, *cuts], cuts, strict=False)):
        batch = ids(*order[start:end])
        labels = ids(*(draw(st.integers(0, 9)) for _ in batch))
        pool = pool.with_labels(cycle, batch, labels)
        expected |= {i: (cycle, label) for i, label in zip(batch.tolist(), labels.tolist(), strict=True)}
    return pool, expected


@given(labelled_pools())
def test_every_id_is_unlabelled_or_labelled_once(pool_and_expected):
    pool, expected = pool_and_expected
    at = pool.labelled_at()
    assert at.shape == (pool.size,)
    assert {i: at[i] for i in range(pool.size)} == {i: expected.get(i, (-1,))[0] for i in range(pool.size)}
    assert dict(zip(pool.labelled_ids.tolist(), pool.labels.tolist(), strict=True)) == {
        i: label for i, (_, label) in expected.items()
    }
    assert pool.n_unlabelled == np.count_nonzero(at == -1) == pool.size - len(expected)
    assert (np.diff(pool.cycles) >= 0).all()


@given(labelled_pools(), st.data())
def test_drawn_ids_are_distinct_unlabelled_and_as_many_as_asked(pool_and_expected, data):
    pool, expected = pool_and_expected
    n = data.draw(st.integers(0, pool.n_unlabelled))
    drawn = pool.draw_unlabelled(n, np.random.default_rng(data.draw(st.integers(0, 2**32))))
    assert drawn.shape == (n,)
    assert drawn.dtype == np.int64
    assert len(set(drawn.tolist())) == n
    assert not set(drawn.tolist()) & set(expected)
    assert ((drawn >= 0) & (drawn < pool.size)).all()


@given(labelled_pools(), st.data())
def test_no_image_is_labelled_twice(pool_and_expected, data):
    pool, expected = pool_and_expected
    if expected:
        again = data.draw(st.sampled_from(sorted(expected)))
        with pytest.raises(OracleError, match=f"id {again} is labelled already; an image is asked once"):
            pool.with_labels(9, ids(again), ids(0))


def test_labelling_gives_a_new_pool_and_leaves_the_old_one_alone():
    empty = Pool(size=5)
    first = empty.with_labels(0, ids(3, 1), ids(7, 8))
    second = first.with_labels(2, ids(0), ids(9))
    assert empty.labelled_at().tolist() == [-1] * 5
    assert first.labelled_at().tolist() == [-1, 0, -1, 0, -1]
    assert second.labelled_at().tolist() == [2, 0, -1, 0, -1]
    assert second.labelled_ids.tolist() == [3, 1, 0]
    assert second.labels.tolist() == [7, 8, 9]


@pytest.mark.parametrize(
    ("asked", "labels", "sentence"),
    [
        (ids(2, 2), ids(0, 1), "id 2 is labelled already"),
        (ids(1, 5), ids(0, 1), "id 5 is not in the pool; ids run from 0 to 4"),
        (ids(-1), ids(0), "id -1 is not in the pool"),
        (ids(1, 2), ids(0), "each id needs one label"),
    ],
)
def test_answers_that_do_not_fit_are_refused(asked, labels, sentence):
    with pytest.raises(OracleError, match=sentence):
        Pool(size=5).with_labels(1, asked, labels)


def test_more_than_what_is_left_cannot_be_drawn(rng):
    pool = Pool(size=5).with_labels(0, ids(0, 1), ids(0, 0))
    assert sorted(pool.draw_unlabelled(3, rng).tolist()) == [2, 3, 4]
    with pytest.raises(ConfigError, match="4 unlabelled images are needed but 3 are left"):
        pool.draw_unlabelled(4, rng)


@pytest.mark.parametrize("position", [0, 1, 2])
def test_every_unlabelled_id_is_as_likely_as_any_other_at_every_position(position):
    rng = np.random.default_rng(11)
    pool = Pool(size=20).with_labels(0, ids(0, 4, 5, 6, 19), ids(0, 0, 0, 0, 0))
    drawn = np.array([pool.draw_unlabelled(3, rng)[position] for _ in range(6000)])
    counts = np.bincount(drawn, minlength=20)[pool.labelled_at() == -1]
    assert len(counts) == 15
    assert scipy.stats.chisquare(counts).pvalue > 0.01


def test_the_generator_decides_the_draw():
    pool = Pool(size=1000)
    first, again, other = (pool.draw_unlabelled(20, np.random.default_rng(seed)).tolist() for seed in (1, 1, 2))
    assert first == again
    assert first != other
