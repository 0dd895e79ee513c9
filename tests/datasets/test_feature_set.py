"""A feature set gives the rows of images by their ids, from memory or from a file."""

import numpy as np
import pytest

from lada_explore.datasets.feature_set import FeatureSet
from lada_explore.errors import DataError

VALUES = np.arange(12, dtype=np.float16).reshape(4, 3)


def test_the_row_of_each_image_is_found_by_its_id():
    """Ids 2 and 0 are in the rows 1 and 3."""
    features = FeatureSet(VALUES, np.array([3, 0, 1]), digest="d")

    taken = features.take(np.array([2, 0, 2]))

    assert taken.dtype == np.float32
    assert taken.tolist() == [[3, 4, 5], [9, 10, 11], [3, 4, 5]]
    assert (len(features), features.n_features) == (3, 3)


def test_rows_of_a_mapped_file_are_those_in_memory(tmp_path):
    """What is taken is a copy, which can be written to."""
    np.save(tmp_path / "features.npy", VALUES)
    mapped = np.load(tmp_path / "features.npy", mmap_mode="r")
    features = FeatureSet(mapped, np.arange(4), digest="d")

    taken = features.take(np.array([3]))
    taken += 1

    assert not isinstance(taken, np.memmap)
    assert features.take(np.array([3])).tolist() == [[9, 10, 11]]


@pytest.mark.parametrize(
    ("values", "rows", "words"),
    [
        (VALUES[0], [0], r"shape \(3,\); they must be \(R, F\)"),
        (VALUES[:, :0], [0], r"shape \(4, 0\)"),
        (VALUES.astype(np.int64), [0], "features are int64; they must be float16 or float32"),
        (VALUES, [0, 4], r"rows of features go from 0 to 4, and there are 4; they must be in 0\.\.3"),
        (VALUES, [-2], "go from -2 to -2"),
        (VALUES, [[0]], r"shape \(1, 1\)"),
    ],
)
def test_what_cannot_be_features_is_refused_in_one_sentence(values, rows, words):
    """The sentence names the value and the limit."""
    with pytest.raises(DataError, match=words):
        FeatureSet(values, np.array(rows), digest="d")
