import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from lada_explore.errors import ConfigError, OracleError
from lada_explore.pool import Pool
from lada_explore.records import Stage
from lada_explore.seeds import stage_seed, weights_seed


def ids(*values):
    return np.array(values, dtype=np.int64)


def test_the_history_of_labels_is_one_array():
    pool = Pool(size=6).with_labels(0, ids(4, 1), ids(7, 8)).with_labels(2, ids(3), ids(9))
    assert pool.labelled_at().tolist() == [-1, 0, -1, 2, 0, -1]
    assert pool.labels.tolist() == [7, 8, 9]
    assert pool.n_unlabelled == 3


@given(st.integers(2, 60), st.data())
def test_a_draw_is_distinct_and_unlabelled_and_may_take_all_that_is_left(size, data):
    labelled = data.draw(st.lists(st.integers(0, size - 1), unique=True, max_size=size))
    pool = Pool(size=size).with_labels(0, ids(*labelled), ids(*[0] * len(labelled)))
    n = data.draw(st.integers(0, pool.n_unlabelled))
    drawn = pool.draw_unlabelled(n, np.random.default_rng(data.draw(st.integers(0, 99)))).tolist()
    assert len(drawn) == len(set(drawn)) == n
    assert not set(drawn) & set(labelled)


def test_a_draw_is_uniform_over_the_unlabelled():
    pool = Pool(size=12).with_labels(0, ids(0, 5, 11), ids(0, 0, 0))
    rng = np.random.default_rng(0)
    counts = np.zeros(12)
    for _ in range(3000):
        counts[pool.draw_unlabelled(3, rng)] += 1
    assert counts[[0, 5, 11]].sum() == 0
    assert chisquare(counts[counts > 0]).pvalue > 0.01


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (ids(2), "id 2 is labelled already; an image is asked once"),
        (ids(3, 3), "id 3 is labelled already; an image is asked once"),
        (ids(9), "id 9 is not in the pool; ids run from 0 to 4"),
        (ids(-1), "id -1 is not in the pool; ids run from 0 to 4"),
    ],
)
def test_an_id_is_labelled_once_and_must_exist(asked, sentence):
    pool = Pool(size=5).with_labels(0, ids(2), ids(0))
    with pytest.raises(OracleError, match=sentence):
        pool.with_labels(1, asked, np.zeros_like(asked))


def test_drawing_more_than_is_left_is_refused():
    with pytest.raises(ConfigError, match="6 unlabelled images are needed but 5 are left"):
        Pool(size=5).draw_unlabelled(6, np.random.default_rng(0))


def test_no_two_stages_share_a_seed():
    seeds = {stage_seed(seed, cycle, stage) for seed in range(5) for cycle in range(40) for stage in Stage}
    seeds |= {weights_seed(seed, cycle) for seed in range(5) for cycle in range(40)}
    assert len(seeds) == 5 * 40 * 8
    assert all(0 <= seed < 2**63 for seed in seeds)


def test_seeds_do_not_change_between_releases():
    assert stage_seed(0, 1, Stage.SUBSAMPLE) == stage_seed(0, 1, Stage.SUBSAMPLE)
    assert stage_seed(0, 1, Stage.SUBSAMPLE) != stage_seed(1, 0, Stage.SUBSAMPLE)
