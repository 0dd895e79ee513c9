"""What a run's records say."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.method_table import METHOD_TABLE
from helpers.sessions import at, resume
from helpers.small_runs import (
    small_config,
    small_data,
    small_session,
)

from lada_explore.records import Stage
from lada_explore.session.session import Session


class TestRecords:
    @pytest.mark.parametrize("method", METHOD_TABLE)
    def test_every_method_leaves_records_of_the_documented_shapes(self, tmp_path, method):
        session = small_session(tmp_path / "run", method)
        history = session.run()
        session.close()
        row = METHOD_TABLE[method]
        subset, pairs, budget, nodes, epochs = 20, 10 if row.asks == "pairs" else 0, 4, 5, 2
        moves, learned = row.asks == "transforms", row.policy == "learned"
        assert [records.cycle for records in history] == [0, 1, 2]
        for records in history[1:]:
            assert records.subsample.subset_ids.shape == (subset,)
            assert records.subsample.pair_ids.shape == (pairs, 2)
            assert records.subsample.mix_layer in row.mix_layers
            for name in ("scores", "predicted", "confidence"):
                assert getattr(records.score, name).shape == (subset,), name
            ahead = records.look_ahead
            assert ahead.policy == row.policy
            assert records.score.unit == ahead.unit == row.unit
            assert ahead.theta.shape == (subset if moves else 0, 6)
            assert ahead.theta_by_epoch.shape == ((epochs + 1 if learned else 1, subset, 6) if moves else (0, 0, 6))
            assert ahead.estimator == ("quadrature" if pairs else "none")
            assert ahead.nodes.shape == (nodes if pairs else 0,)
            grid = 8 * (nodes - 1) + 1
            outputs = records.score.outputs.shape[1]
            assert ahead.outputs.shape == ((pairs, nodes, outputs) if pairs else (0, 0, 0))
            assert ahead.grid.shape == (grid if pairs else 0,)
            assert ahead.profile.shape == ((pairs, grid) if pairs else (0, 0))
            assert ahead.value.shape == (subset if moves else pairs,)
            for name in ("tau", "best_tau", "best_value", "mean_virtual", "max_virtual", "max_instance"):
                assert getattr(ahead, name).shape == (pairs,), name
                assert getattr(ahead, name).dtype == np.float32, name
            assert ahead.tau_by_epoch.shape == ((epochs + 1 if learned else 1, pairs) if pairs else (0, 0))
            assert ahead.policy_loss.shape == (epochs if learned else 0,)
            assert records.select.rule == ("singles" if moves else row.asks)
            assert records.select.query_ids.shape == (budget,)
            assert records.select.pair_ids.shape == (budget // 2 if pairs else 0, 2)
            assert records.select.pair_tau.shape == (budget // 2 if pairs else 0,)
            assert records.select.score_terms.shape == ((subset, 2) if moves else (pairs, 3))
            assert records.select.transformed_images.shape == ((budget, 1, 12, 12) if moves else (0, 0, 0, 0))
            assert records.select.scores.shape == (pairs or subset,)
            assert records.select.query_images.shape == (budget, 1, 12, 12)
            assert records.query.ids.tolist() == records.select.query_ids.tolist()
            assert records.train.n_labelled == records.evaluate.n_labelled == 6 + budget * records.cycle
            assert records.train.n_virtual == row.virtual
            assert records.train.train_loss.shape == (epochs,)
            assert records.train.virtual_loss.shape == (epochs if row.virtual else 0,)
            assert records.evaluate.n_test == 12
            assert records.evaluate.confusion.shape == (3, 3)
            assert records.evaluate.accuracy == np.trace(records.evaluate.confusion) / 12
            assert list(records.seconds) == list(Stage)
            assert all(seconds > 0 for seconds in records.seconds.values())
        start = history[0]
        assert (start.subsample, start.score, start.look_ahead) == (None, None, None)
        assert (start.select.rule, start.select.query_ids.shape) == ("initial", (6,))
        assert start.train.n_virtual == 0
        assert np.bincount(start.query.labels).tolist() == [2, 2, 2]

    def test_ids_are_the_same_images_for_ever_and_each_is_asked_once(self, finished):
        session, data = resume(finished), small_data()
        session.close()
        asked = [records.select for records in session.history]
        ids = np.concatenate([record.query_ids for record in asked])
        assert len(set(ids.tolist())) == len(ids) == 14
        np.testing.assert_array_equal(
            np.concatenate([record.query_images for record in asked]), data.train.images.numpy()[ids]
        )
        for records in session.history:
            np.testing.assert_array_equal(records.query.labels, records.query.ids % 3)
        for records in session.history[1:]:
            labelled = [i for earlier in session.history[: records.cycle] for i in earlier.query.ids.tolist()]
            assert not set(records.subsample.subset_ids.tolist()) & set(labelled)
            assert set(records.select.query_ids.tolist()) <= set(records.subsample.subset_ids.tolist())

    def test_the_pool_says_when_each_image_was_labelled(self, finished):
        session = resume(finished)
        session.close()
        at_cycle = session.pool.labelled_at()
        assert np.bincount(at_cycle + 1).tolist() == [46, 6, 4, 4]
        assert (at_cycle[session.history[2].query.ids] == 2).all()

    def test_another_fixed_tau_keeps_the_subset_and_its_pairs(self, tmp_path):
        records = []
        for tau in (0.5, 3.0):
            session = at(tmp_path / f"{tau}", 1, Stage.SELECT, "lada-entmix-fixed", policy__fixed_tau=tau)
            records.append(session.history[1])
            session.close()
        one, two = records
        assert one.subsample.subset_ids.tolist() == two.subsample.subset_ids.tolist()
        assert one.subsample.pair_ids.tolist() == two.subsample.pair_ids.tolist()
        assert one.subsample.mix_layer == two.subsample.mix_layer
        np.testing.assert_array_equal(one.look_ahead.profile, two.look_ahead.profile)
        assert (one.look_ahead.tau == np.float32(0.5)).all()
        assert (two.look_ahead.tau == np.float32(3.0)).all()
        assert (one.look_ahead.value != two.look_ahead.value).any()

    def test_data_without_a_test_set_is_trained_on_and_not_evaluated(self, tmp_path):
        session = Session.create(small_config(cycles=1), tmp_path / "run", data=small_data(tested=False))
        evaluated = session.run()[1].evaluate
        session.close()
        assert (evaluated.accuracy, evaluated.mean_nll, evaluated.n_test) == (None, None, 0)
        assert (evaluated.n_labelled, evaluated.confusion.shape) == (10, (0, 0))
        again = Session.resume(tmp_path / "run", data=small_data(tested=False))
        assert again.next_stage is None
        again.close()

    def test_no_cycle_at_all_is_the_start_alone(self, tmp_path):
        session = small_session(tmp_path / "run", cycles=0)
        assert [records.cycle for records in session.run()] == [0]
        assert session.next_stage is None
        session.close()
