"""The features of the whole pool: those that SCORE recorded, while its weights are there; no stage is disturbed."""

from __future__ import annotations

import threading
from contextlib import closing

import numpy as np
import pytest
from helpers.on_features import frozen_session
from helpers.small_runs import record_bytes, small_config, small_data, small_session

from lada_explore.errors import ConfigError, StoreError
from lada_explore.records import Stage
from lada_explore.session import pool_features
from lada_explore.session.session import Session


def to_stage(session, cycle, stage):
    while (session.cycle, session.next_stage) != (cycle, stage):
        session.step()
    return session


def all_features(session, cycle, goes_on=lambda done: True):
    blocks = list(session.pool_features(cycle, session.pool_sample(), goes_on))
    return np.concatenate([ids for ids, _ in blocks]), np.concatenate([features for _, features in blocks])


def require_as_recorded(session, cycle):
    ids, features = all_features(session, cycle)
    np.testing.assert_array_equal(ids, np.arange(60))
    records = session.history[cycle]
    recorded = records.score.features.astype(np.float32)
    np.testing.assert_allclose(features[records.subsample.subset_ids], recorded, rtol=2e-3, atol=2e-3)
    return features


@pytest.mark.parametrize("method", ["max-entropy", "ll4al", "lada-entmix"])
def test_the_features_of_candidates_are_those_that_the_cycle_recorded(tmp_path, method):
    with closing(to_stage(small_session(tmp_path / "run", method), 1, Stage.TRAIN)) as session:
        newest = require_as_recorded(session, 1)
        to_stage(session, 2, Stage.LOOK_AHEAD)
        again = require_as_recorded(session, 1)  # by the weights on disk
        np.testing.assert_allclose(again.astype(float), newest.astype(float), rtol=2e-3, atol=2e-3)
        assert not np.allclose(require_as_recorded(session, 2), newest, atol=1e-2)


def test_weights_that_are_not_kept_are_a_sentence(tmp_path):
    with closing(small_session(tmp_path / "run", "max-entropy", checkpoints="last")) as session:
        to_stage(session, 2, Stage.TRAIN)
        require_as_recorded(session, 2)
        with pytest.raises(ConfigError, match=r'cycle 1 are not kept.*checkpoints="all"'):
            all_features(session, 1)
    with pytest.raises(StoreError, match="is closed"):
        all_features(session, 2)


def test_a_larger_pool_is_drawn_by_the_seed(tmp_path, monkeypatch):
    monkeypatch.setattr(pool_features, "MAX_IMAGES", 25)
    samples = []
    for name, seed in (("a", 0), ("b", 0), ("c", 1)):
        with closing(small_session(tmp_path / name, "max-entropy", seed=seed)) as session:
            samples.append(session.pool_sample())
    assert len(np.unique(samples[0])) == 25
    assert (np.diff(samples[0]) > 0).all()
    np.testing.assert_array_equal(samples[0], samples[1])
    assert (samples[0] != samples[2]).any()


def test_stages_run_between_two_blocks_and_record_what_they_would_have(tmp_path, monkeypatch):
    monkeypatch.setattr(pool_features, "BLOCK", 7)
    with closing(small_session(tmp_path / "alone")) as session:
        session.run()
    with closing(to_stage(small_session(tmp_path / "run"), 1, Stage.TRAIN)) as session:
        before = all_features(session, 1)[1]
        calls = []

        def goes_on(done):
            calls.append(done)
            if done == 14:
                stage = threading.Thread(target=session.step)  # TRAIN, which changes the weights
                stage.start()
                stage.join(60)
                assert not stage.is_alive()
            return True

        np.testing.assert_array_equal(all_features(session, 1, goes_on)[1], before)
        assert session.next_stage is not Stage.TRAIN
        assert calls == list(range(0, 60, 7))
        session.run()
    assert record_bytes(tmp_path / "run") == record_bytes(tmp_path / "alone")


def test_no_block_is_computed_while_a_stage_runs_and_a_pass_that_nobody_wants_ends(tmp_path):
    with closing(to_stage(small_session(tmp_path / "run", "max-entropy"), 1, Stage.TRAIN)) as session:
        calls, inside, go_on = [], threading.Event(), threading.Event()

        def gate():
            inside.set()
            assert go_on.wait(60)

        stage = threading.Thread(target=session.step, args=(gate,))
        stage.start()
        assert inside.wait(60)
        blocks = session.pool_features(1, session.pool_sample(), lambda done: calls.append(done) or len(calls) < 4)
        assert list(blocks) == []
        assert calls == [0] * 4
        go_on.set()
        stage.join(60)


def test_answers_are_taken_while_a_block_is_computed(tmp_path, monkeypatch):
    config = small_config("max-entropy")
    with closing(Session.create(config, tmp_path / "run", data=small_data(), oracle="person")) as session:
        to_stage(session, 0, Stage.QUERY)
        targets = session.data.train.targets
        session.submit({i: int(targets[i]) for i in session.open_query.tolist()})
        to_stage(session, 1, Stage.QUERY)
        compute, left = pool_features._features, []

        def slow(*given):
            (first, *_) = session.open_query.tolist()
            answer = threading.Thread(target=session.submit, args=({first: 1},))
            answer.start()
            answer.join(60)
            left.append(len(session.open_query))
            assert not answer.is_alive()
            return compute(*given)

        monkeypatch.setattr(pool_features, "_features", slow)
        require_as_recorded(session, 1)
        assert left == [3]


def test_a_resumed_session_has_them_too(tmp_path):
    to_stage(small_session(tmp_path / "run", "max-entropy"), 1, Stage.SELECT).close()

    with closing(Session.resume(tmp_path / "run", data=small_data())) as session:
        require_as_recorded(session, 1)


def test_of_a_linear_head_on_a_frozen_network_they_are_the_features_on_disk(tmp_path):
    with closing(to_stage(frozen_session(tmp_path / "run", "max-entropy"), 1, Stage.SELECT)) as session:
        features, on_disk = require_as_recorded(session, 1), session.data.features
        expected = (on_disk.train.take(np.arange(60)) - on_disk.mean) / on_disk.std
        np.testing.assert_allclose(features.astype(np.float32), expected, rtol=2e-3, atol=2e-3)
