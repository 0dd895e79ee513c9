"""A disk that refuses any one step of the pass: features are right all the same, and whoever computed them is told."""

import numpy as np
import pytest
from helpers.disk import Refusing, steps_below
from helpers.frozen import data_of, drawn_pixels, embed, features_by_hand, image_set, saved

from lada_explore.features import content as contents
from lada_explore.features import embedding

N = 40


@pytest.fixture
def data(tmp_path, monkeypatch):
    """Files, of which the memo keeps the digests though they are new."""
    monkeypatch.setattr(contents, "RACY_NS", -(10**12))
    files = saved(tmp_path / "pictures", drawn_pixels(N))
    return data_of(image_set(np.zeros((N, 3, 4, 4), np.uint8), files))


def test_a_full_disk_costs_nothing_but_the_cache_whatever_it_refuses(data, cache, monkeypatch):
    monkeypatch.setattr(embedding, "MAX_CHUNK", 16)
    by_hand, refused = features_by_hand(drawn_pixels(N)), []
    while not refused or refused[-1] is not None:
        monkeypatch.setenv("LADA_CACHE", str(cache / str(len(refused))))
        refusing = Refusing(len(refused))
        with steps_below(cache, refusing):
            found = embed(data)
        np.testing.assert_allclose(found.train.take(np.arange(N)), by_hand, rtol=1e-5)
        step, in_memory = refusing.refused, any("are kept in memory" in note for note in found.notes)
        refused.append(step)
        again = embed(data)
        # What is not on disk afterwards was said to be in memory alone, and nothing else was.
        assert (again.new > 0) == in_memory, step
        np.testing.assert_allclose(again.train.take(np.arange(N)), by_hand, rtol=1e-5)
        assert again.notes == ()
    kinds = [step.kind for step in refused[:-1]]
    # Two folders and their parents, the lock, about.json, and for each of three chunks two files, opened and synced.
    assert len(kinds) >= 15
    assert {"open", "mkdir", "sync", "rename"} >= set(kinds)
