"""Whether a lock is held is told without holding it, and whoever asks for it meanwhile gets it."""

from __future__ import annotations

import os
from threading import Thread

from filelock import FileLock

from lada_explore.files.locks import PROBED_S, is_held


def test_a_lock_is_held_until_it_is_let_go_of(tmp_path):
    place = tmp_path / "run.lock"
    assert not is_held(place)
    assert not place.exists()
    lock = FileLock(place)
    with lock:
        assert is_held(place)
    assert not is_held(place)


def test_where_it_cannot_be_told_it_counts_as_held(tmp_path):
    (tmp_path / "file").touch()
    assert is_held(tmp_path / "file" / "run.lock")


def test_a_lock_is_had_while_others_look_at_it(tmp_path):
    place, ended = tmp_path / "run.lock", []
    place.touch()

    def look() -> None:
        while not ended:
            is_held(place)

    lookers = [Thread(target=look) for _ in range(2)]
    for looker in lookers:
        looker.start()
    try:
        for _ in range(20):
            lock = FileLock(place)
            lock.acquire(timeout=10 * PROBED_S)
            lock.release()
    finally:
        ended.append(os.getpid())
        for looker in lookers:
            looker.join()
