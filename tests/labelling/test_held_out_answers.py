"""Answers that are tested on and never trained on."""

from __future__ import annotations

import pytest
from helpers.asked import run_to
from helpers.sessions import truth
from helpers.small_runs import small_config, small_data

from lada_explore.errors import ConfigError
from lada_explore.records import Stage
from lada_explore.seeds import is_held_out
from lada_explore.session.session import Session


class TestHoldout:
    def made(self, out, *, tested: bool) -> Session:
        config = small_config("lada-entmix-exact", cycles=2, data__holdout=0.3)
        return Session.create(config, out, data=small_data(tested=tested), oracle="person")

    def test_a_share_of_the_answers_is_tested_on_and_never_trained_on(self, tmp_path):
        session = self.made(tmp_path / "run", tested=False)
        run_to(session, 2, Stage.QUERY)
        session.submit(truth(session.open_query))
        session.run()
        queries = [records.query for records in session.history]
        held_out = {i for query in queries for i in query.held_out_ids.tolist()}
        assert held_out == {
            i for query in queries for i in query.ids.tolist() if is_held_out(session.config.seed, i, 0.3)
        }
        assert len(held_out) >= 2
        for records in session.history:
            known = [i for query in queries[: records.cycle + 1] for i in query.ids.tolist()]
            tested = [i for i in known if i in held_out]
            whole = [pair for pair in records.asked.pair_ids.tolist() if not held_out & set(pair)]
            assert records.train.n_labelled == records.evaluate.n_labelled == len(known) - len(tested)
            assert records.train.n_virtual == len(whole)
            assert records.evaluate.n_test == len(tested)
            if tested:
                assert records.evaluate.tested_on == "held-out answers"
        # An image that is held out is labelled all the same, and not asked again.
        assert session.pool.n_unlabelled == 60 - 14
        session.close()

    def test_it_is_refused_where_there_is_a_test_set(self, tmp_path):
        with pytest.raises(ConfigError, match=r"data.holdout is 0.3 but small has a test set.*leave data.holdout at 0"):
            self.made(tmp_path / "run", tested=True)

    def test_the_share_is_met_and_an_image_keeps_its_side(self):
        held_out = [i for i in range(10_000) if is_held_out(3, i, 0.2)]
        assert abs(len(held_out) - 2000) < 4 * 40
        assert set(held_out) <= {i for i in range(10_000) if is_held_out(3, i, 0.4)}
        assert not any(is_held_out(3, i, 0.0) for i in range(100))
