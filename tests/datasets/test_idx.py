import gzip

import numpy as np
import pytest

from lada_explore.datasets.idx import read_idx, write_idx
from lada_explore.errors import DataError

HAND_BUILT = bytes([0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 255])


def test_a_hand_built_file_is_read_row_by_row(tmp_path):
    (tmp_path / "a").write_bytes(HAND_BUILT)
    (tmp_path / "b").write_bytes(gzip.compress(HAND_BUILT, mtime=0))
    for name in ("a", "b"):
        array = read_idx(tmp_path / name)
        assert array.dtype == np.uint8
        assert array.tolist() == [[1, 2, 3], [4, 5, 255]]


def test_writing_gives_the_hand_built_bytes(tmp_path):
    write_idx(tmp_path / "a", np.array([[1, 2, 3], [4, 5, 255]], dtype=np.uint8))
    assert (tmp_path / "a").read_bytes() == HAND_BUILT


@pytest.mark.parametrize("name", ["a-ubyte", "a-ubyte.gz"])
@pytest.mark.parametrize("shape", [(5,), (2, 3), (4, 3, 2), (0, 3)])
def test_what_is_written_is_read_back(tmp_path, name, shape):
    array = np.random.default_rng(0).integers(0, 256, shape).astype(np.uint8)
    write_idx(tmp_path / name, array)
    np.testing.assert_array_equal(read_idx(tmp_path / name), array)


def test_equal_arrays_give_equal_gz_files_whatever_their_name_and_time(tmp_path):
    array = np.arange(200, dtype=np.uint8)
    write_idx(tmp_path / "one.gz", array)
    write_idx(tmp_path / "two.gz", array)
    first = (tmp_path / "one.gz").read_bytes()
    assert first == (tmp_path / "two.gz").read_bytes()
    assert first[4:8] == b"\0\0\0\0"  # the time in the gzip header


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "starts with nothing; an IDX file of bytes starts with 000008"),
        (b"<html>", "starts with 3c68746d; an IDX file"),
        (b"\0\0\x08\0", "starts with 00000800; an IDX file"),
        (b"\0\0\x0d\x01\0\0\0\0", "has IDX type 0x0d; only unsigned bytes, 0x08, are read"),
        (HAND_BUILT[:10], "ends within its header of 12 bytes"),
        (HAND_BUILT[:-1], "declares 2 x 3 = 6 bytes but holds 5; delete it and fetch it again"),
        (HAND_BUILT + b"\0", "declares 2 x 3 = 6 bytes but holds 7"),
        (gzip.compress(HAND_BUILT, mtime=0)[:-9], "is damaged"),
        (gzip.compress(HAND_BUILT, mtime=0)[:-5] + b"\1" + gzip.compress(HAND_BUILT, mtime=0)[-4:], "is damaged"),
    ],
)
def test_a_damaged_file_is_refused_in_a_sentence_with_its_path(tmp_path, data, sentence):
    (tmp_path / "bad").write_bytes(data)
    with pytest.raises(DataError) as caught:
        read_idx(tmp_path / "bad")
    assert str(tmp_path / "bad") in str(caught.value)
    assert sentence in str(caught.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DataError, match="nowhere does not exist; copy the file there"):
        read_idx(tmp_path / "nowhere")


def test_only_bytes_are_written(tmp_path):
    with pytest.raises(DataError, match=r"an array of int64 with 1 axes cannot be written to a.gz"):
        write_idx(tmp_path / "a.gz", np.arange(3))
