"""The store of features: what a kill, a torn write or a damaged disk leaves is never taken for a feature."""

import hashlib
import os

import numpy as np
import pytest

from lada_explore.errors import StoreError
from lada_explore.features.store import ENTRY, FeatureStore

N, F = 20, 6


def digests(n, first=0):
    return [hashlib.sha256(str(number).encode()).digest() for number in range(first, first + n)]


def rows(n, seed=0):
    return np.random.default_rng(seed).standard_normal((n, F)).astype(np.float32)


def opened(folder):
    return FeatureStore(folder, F, np.dtype(np.float32), {"backbone": "x"})


@pytest.fixture
def folder(tmp_path):
    store = opened(tmp_path / "store")
    with store.writing(lambda: None):
        store.append(digests(12), rows(N)[:12])
        store.append(digests(8, 12), rows(N)[12:])
    return store.folder


def check(store, there):
    assert [number for number, digest in enumerate(digests(N)) if digest in store] == there
    values = store.values()
    for number in there:
        assert np.array_equal(values[store.row(digests(N)[number])], rows(N)[number])


def test_what_was_appended_is_there_for_everybody_who_opens_it(folder):
    store = opened(folder)
    assert len(store) == N
    check(store, list(range(N)))
    assert store.drop_damaged(digests(N)) == 0
    assert store.size() == N * (F * 4 + 64)
    assert sorted(os.listdir(folder)) == ["about.json", "index.bin", "rows.bin", "store.lock"]


def test_an_empty_one_has_no_rows(tmp_path):
    store = opened(tmp_path / "none")
    assert (len(store), store.values().shape, store.size(), store.drop_damaged(digests(N))) == (0, (0, F), 0, 0)
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("cut", [1, 63, 64, 65, 640, 64 * N - 1, 64 * N])
def test_a_torn_index_has_the_entries_that_are_whole_and_is_gone_on_with(folder, cut):
    os.truncate(folder / "index.bin", 64 * N - cut)
    store = opened(folder)
    left = (64 * N - cut) // 64
    check(store, list(range(left)))
    with store.writing(lambda: None):
        store.append(digests(N)[left:], rows(N)[left:])
    check(store, list(range(N)))
    check(opened(folder), list(range(N)))
    assert opened(folder).size() == N * (F * 4 + 64)


@pytest.mark.parametrize("cut", [1, F * 4, F * 4 * 3 + 5])
def test_rows_that_are_missing_do_not_count_whatever_the_index_says(folder, cut):
    os.truncate(folder / "rows.bin", F * 4 * N - cut)
    check(opened(folder), list(range((F * 4 * N - cut) // (F * 4))))


def test_zeros_that_a_power_cut_left_in_the_index_are_no_entries(folder):
    content = bytearray((folder / "index.bin").read_bytes())
    content[64 * 15 :] = bytes(64 * 5)
    (folder / "index.bin").write_bytes(content)
    store = opened(folder)
    check(store, list(range(15)))
    assert len(store) == 15


@pytest.mark.parametrize("at", [0, 5, F * 4 - 1])
def test_a_damaged_row_is_found_forgotten_and_replaced(folder, at):
    content = bytearray((folder / "rows.bin").read_bytes())
    content[7 * F * 4 + at] ^= 1
    (folder / "rows.bin").write_bytes(content)
    store = opened(folder)
    assert store.drop_damaged(digests(N)[:7]) == 0
    assert store.drop_damaged(digests(N)) == 1
    check(store, [number for number in range(N) if number != 7])
    with store.writing(lambda: None):
        assert digests(N)[7] not in store  # Though the index was read anew.
        store.append(digests(N)[7:8], rows(N)[7:8])
    check(store, list(range(N)))
    later = opened(folder)
    assert later.drop_damaged(digests(N)) == 0
    check(later, list(range(N)))


@pytest.mark.parametrize("byte", range(0, 64, 7))
def test_a_damaged_entry_loses_its_row_and_no_other(folder, byte):
    content = bytearray((folder / "index.bin").read_bytes())
    content[64 * 4 + byte] ^= 0xFF
    (folder / "index.bin").write_bytes(content)
    store = opened(folder)
    store.drop_damaged(digests(N))
    check(store, [number for number in range(N) if number != 4])


def test_a_failed_append_leaves_it_as_it_was(folder, monkeypatch):
    store, calls = opened(folder), []
    own = os.fsync

    def refused(descriptor):
        calls.append(descriptor)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        own(descriptor)

    with store.writing(lambda: None):
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", refused)
            with pytest.raises(StoreError, match="cannot be written .No space left"):
                store.append(digests(2, N), rows(2, 1))
        check(store, list(range(N)))
        assert (folder / "index.bin").stat().st_size == 64 * N
        store.append(digests(2, N), rows(2, 1))
    assert np.array_equal(opened(folder).values()[N:], rows(2, 1))


def test_what_a_reader_has_mapped_stays_while_others_append(folder):
    reader, writer = opened(folder), opened(folder)
    values = reader.values()
    with writer.writing(lambda: None):
        writer.append(digests(500, N), rows(500, 2))
    assert np.array_equal(values, rows(N))
    reader.refresh()
    assert len(reader) == N + 500


def test_an_entry_does_not_lie_in_two_sectors():
    assert ENTRY.itemsize == 64
