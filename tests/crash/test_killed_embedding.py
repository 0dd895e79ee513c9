"""A pass over pictures is killed again and again: no feature is ever wrong, and little is computed twice."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from crash.kill_embedding import CHUNK
from helpers.frozen import drawn_pixels, features_by_hand, saved

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
KILLS = 10
BATCH = 16


def test_features_killed_ten_times_are_right_and_none_was_computed_twice_beyond_a_chunk(tmp_path, monkeypatch):
    monkeypatch.setenv("LADA_CACHE", str(tmp_path / "cache"))
    pixels = drawn_pixels(2000)
    saved(tmp_path / "pictures", pixels)
    script = [sys.executable, str(HERE / "kill_embedding.py"), str(tmp_path / "pictures"), str(KILLS)]
    ended = subprocess.run(script, capture_output=True, text=True, timeout=600)
    assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout)
    np.testing.assert_allclose(np.array(told["rows"]), features_by_hand(pixels), rtol=1e-5)
    assert len(told["shown"]) == KILLS
    assert all(told["shown"])
    # What a kill loses: a chunk that was not written, and the batches that began when it was or were to follow it.
    twice = sum(told["shown"]) + told["last"] - len(pixels)
    assert 0 <= twice <= KILLS * (CHUNK + 2 * BATCH)
    assert told["last"] < len(pixels) - KILLS * BATCH
    (store,) = (tmp_path / "cache" / "features").glob("*/")
    assert (store / "index.bin").stat().st_size == 64 * len(pixels)
    assert (store / "rows.bin").stat().st_size == 24 * len(pixels)


def test_a_pass_killed_before_any_step_of_its_writing_is_gone_on_with(tmp_path):
    saved(tmp_path / "pictures", drawn_pixels(40))
    (tmp_path / "caches").mkdir()
    script = [
        sys.executable,
        str(HERE / "kill_embedding_steps.py"),
        str(tmp_path / "pictures"),
        str(tmp_path / "caches"),
    ]
    ended = subprocess.run(script, capture_output=True, text=True, timeout=600)
    assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout)
    assert len(told) > 20
    assert [(wrong, last) for _, wrong, last in told] == [(0, 0)] * len(told)
    new = [first for first, _, _ in told]
    # The later it was killed, the more was there: nothing, one chunk, two, and all three.
    assert new == sorted(new, reverse=True)
    assert set(new) == {40, 24, 8, 0}
