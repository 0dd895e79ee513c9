"""Layouts on disk: found again, never trusted when damaged or about something else, and never in a reader's way."""

from __future__ import annotations

import threading
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from helpers.fakes import FakeSession
from helpers.small_runs import all_bytes, small_data, small_session

from lada_explore.analysis import Layouts
from lada_explore.analysis.layout_methods import LAYOUT_METHODS
from lada_explore.analysis.whole_pool import PoolPlaces
from lada_explore.files import write_file
from lada_explore.session.session import Session
from lada_explore.store import open_run
from lada_explore.store.layouts import LayoutStore


@pytest.fixture(scope="module")
def history():
    return FakeSession(cycles=2).run()


def made(history, store, cycle=2):
    """The layout of a cycle, and the cycles that had to be laid out for it."""
    steps = []
    layout = Layouts(cache=store).make(history, cycle, lambda at, last: steps.append(at) or True)
    return layout, steps


def test_what_was_kept_is_found_by_another_process_to_the_last_bit(history, tmp_path):
    first, steps = made(history, LayoutStore.of_writer(tmp_path))
    assert steps == [1, 2]
    again, steps = made(history, LayoutStore.of_writer(tmp_path))
    assert steps == []
    for name in ("method", "cycle", "own_radius", "since", "n_shared", "displacement", "trustworthiness"):
        assert getattr(again, name) == getattr(first, name)
    np.testing.assert_array_equal(again.ids, first.ids)
    np.testing.assert_array_equal(again.positions, first.positions)
    assert sorted(path.name[:9] for path in (tmp_path / "layouts").iterdir()) == ["t-sne-001", "t-sne-002"]


def halve(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flip(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


def change(path):
    with np.load(path) as arrays:
        changed = {name: arrays[name] for name in arrays.files}
    np.savez(path, **changed | {"positions": changed["positions"] + 1})


def swap(path):
    other = next(file for file in path.parent.iterdir() if file != path)
    path.write_bytes(other.read_bytes())


@pytest.mark.parametrize("harm", [halve, flip, change, swap, lambda path: path.write_bytes(b"")])
def test_a_file_that_is_damaged_or_of_another_map_is_made_anew(history, tmp_path, harm):
    first, _ = made(history, LayoutStore.of_writer(tmp_path))
    (file,) = (tmp_path / "layouts").glob("t-sne-002-*")
    harm(file)
    again, steps = made(history, LayoutStore.of_writer(tmp_path))
    assert steps == [2]
    np.testing.assert_array_equal(again.positions, first.positions)
    assert made(history, LayoutStore.of_writer(tmp_path))[1] == []


def test_other_records_another_method_or_seed_never_get_these_layouts(history, tmp_path):
    store = LayoutStore.of_writer(tmp_path)
    made(history, store)
    moved = replace(history[1].score, features=history[1].score.features + np.float16(1))
    assert made((history[0], replace(history[1], score=moved), history[2]), store)[1] == [1, 2]
    steps = []
    Layouts(seed=1, cache=store).make(history, 1, lambda at, last: steps.append(at) or True)
    assert steps == [1]


def test_a_folder_that_cannot_be_written_costs_only_the_keeping(history, tmp_path):
    (tmp_path / "layouts").write_text("a file where the folder should be")
    assert made(history, LayoutStore.of_writer(tmp_path))[1] == [1, 2]
    assert (tmp_path / "layouts").read_text() == "a file where the folder should be"


def test_several_that_write_one_file_at_once_leave_one_whole_file(tmp_path):
    contents = [bytes([number]) * 200_000 for number in range(8)]
    write = partial(write_file, tmp_path / "file", overwrite=True)
    threads = [threading.Thread(target=write, args=(content,)) for content in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_bytes() in contents


def test_the_oldest_go_where_there_are_too_many(history, tmp_path):
    store = LayoutStore(tmp_path, own=tmp_path, max_files=10)
    layout = Layouts().make(history, 1)
    for number in range(12):
        store.keep(f"key-{number:02d}", layout)
    assert len(list(tmp_path.iterdir())) <= 10
    assert store.read("key-11") is not None


def test_a_session_keeps_layouts_in_its_folder_and_a_reader_never_writes_there(tmp_path, monkeypatch):
    monkeypatch.setenv("LADA_CACHE", str(tmp_path / "cache"))
    session = small_session(tmp_path / "run", cycles=2)
    session.run()
    before = all_bytes(tmp_path / "run")
    run = open_run(tmp_path / "run")
    assert made(run.history, run.layouts)[1] == [1, 2]
    assert all_bytes(tmp_path / "run") == before
    assert len(list((tmp_path / "cache" / "layouts").iterdir())) == 2
    assert made(run.history, open_run(tmp_path / "run").layouts)[1] == []
    assert made(session.history, session.layouts)[1] == [1, 2]
    assert len(list((tmp_path / "run" / "layouts").iterdir())) == 2
    session.close()
    (tmp_path / "run" / "layouts" / ".half.npz.x.part").write_bytes(b"left by a process that was killed")
    Session.resume(tmp_path / "run", data=small_data()).close()
    assert len(list((tmp_path / "run" / "layouts").iterdir())) == 2
    monkeypatch.setenv("LADA_CACHE", str(tmp_path / "other"))
    assert made(run.history, open_run(tmp_path / "run").layouts)[1] == []


@pytest.mark.parametrize("method", LAYOUT_METHODS)
def test_the_bundled_run_has_the_layout_of_every_map(method):
    folder = Path(__file__).parents[2] / "data" / "runs" / "demo"
    history = open_run(folder).history
    steps = []
    layouts = Layouts(method, cache=LayoutStore(folder / "layouts", own=None))
    assert layouts.make(history, history[-1].cycle, lambda at, last: steps.append(at)).cycle == 12
    assert steps == []
    assert len(list((folder / "layouts").glob(f"{method}-*.npz"))) == 12


def test_the_pool_on_a_layout_is_found_again_to_the_last_bit_and_only_for_this_layout(tmp_path):
    positions = np.random.default_rng(0).normal(size=(300, 2)).astype(np.float32)
    LayoutStore.of_writer(tmp_path).keep_pool("t-sne-002-ab", PoolPlaces(positions=positions, pool_size=900))
    found = LayoutStore.of_writer(tmp_path).read_pool("t-sne-002-ab")
    np.testing.assert_array_equal(found.positions, positions)
    assert found.pool_size == 900
    (file,) = (tmp_path / "layouts").iterdir()
    file.rename(file.with_name(file.name.replace("ab", "cd")))
    assert LayoutStore.of_writer(tmp_path).read_pool("t-sne-002-cd") is None


@pytest.mark.parametrize("harm", [halve, flip, change, lambda path: path.write_bytes(b"")])
def test_a_damaged_pool_counts_as_missing(tmp_path, harm):
    store = LayoutStore.of_writer(tmp_path)
    positions = np.random.default_rng(0).normal(size=(500, 2)).astype(np.float32)
    store.keep_pool("key", PoolPlaces(positions=positions, pool_size=500))
    (file,) = (tmp_path / "layouts").iterdir()
    harm(file)
    assert store.read_pool("key") is None
