"""That equal runs leave equal records, however they are stepped, stopped and resumed."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from helpers.sessions import NoisyConfidence, resume
from helpers.small_runs import (
    answered,
    copied,
    cut_before,
    record_bytes,
    small_config,
    small_data,
    small_session,
    stage_order,
)

from lada_explore.records import Stage
from lada_explore.session.session import Session

pytestmark = pytest.mark.slow


class TestSameRecords:
    def test_running_leaves_what_stepping_leaves(self, finished, tmp_path):
        session = small_session(tmp_path / "run")
        assert [records.cycle for records in session.run(1)] == [0]
        assert [records.cycle for records in session.run(1)] == [0, 1]
        session.run()
        session.close()
        assert record_bytes(tmp_path / "run") == record_bytes(finished)
        assert answered(tmp_path / "run") == answered(finished)
        asked_for = [json.loads((run / "run.json").read_text()) for run in (tmp_path / "run", finished)]
        # Each run has an id of its own.
        assert {name for name in asked_for[0] if asked_for[0][name] != asked_for[1][name]} == {"id", "digest"}

    def test_running_until_a_cycle_again_changes_nothing(self, tmp_path):
        session = small_session(tmp_path / "run")
        assert [records.cycle for records in session.run(until=1)] == [0, 1]
        assert session.next_stage is Stage.SUBSAMPLE
        before = record_bytes(tmp_path / "run")
        for cycle in (0, 1):
            assert [records.cycle for records in session.run(until=cycle)] == [0, 1]
        session.close()
        assert record_bytes(tmp_path / "run") == before

    def test_another_seed_leaves_others(self, finished, tmp_path):
        session = small_session(tmp_path / "run", seed=1)
        session.run(1)
        session.close()
        before, after = record_bytes(finished), record_bytes(tmp_path / "run")
        for stage in ("select", "query", "train"):
            assert after[f"cycles/000/{stage}/arrays.npz"] != before[f"cycles/000/{stage}/arrays.npz"]

    def test_global_generators_decide_nothing_and_are_left_alone(self, finished, tmp_path):
        torch.manual_seed(12345)
        np.random.seed(12345)  # noqa: NPY002
        expected = torch.rand(3).tolist(), np.random.rand(3).tolist()  # noqa: NPY002
        torch.manual_seed(12345)
        np.random.seed(12345)  # noqa: NPY002
        session = small_session(tmp_path / "run")
        session.run()
        session.close()
        assert (torch.rand(3).tolist(), np.random.rand(3).tolist()) == expected  # noqa: NPY002
        assert record_bytes(tmp_path / "run") == record_bytes(finished)

    @pytest.mark.parametrize(("cycle", "stage"), stage_order(2))
    def test_resuming_before_any_stage_repeats_the_rest_byte_for_byte(self, finished, tmp_path, cycle, stage):
        out = copied(finished, tmp_path / "run")
        cut_before(out, cycle, stage)
        assert len(record_bytes(out)) < len(record_bytes(finished))
        session = resume(out)
        assert (session.cycle, session.next_stage) == (cycle, stage)
        session.run()
        session.close()
        assert record_bytes(out) == record_bytes(finished)
        assert answered(out) == answered(finished)

    @pytest.mark.parametrize("stage", [Stage.LOOK_AHEAD, Stage.TRAIN])
    @pytest.mark.parametrize("method", ["lada-entmix-exact", "lada-entinmix", "random"])
    def test_so_do_other_methods(self, tmp_path, method, stage):
        session = small_session(tmp_path / "whole", method)
        session.run()
        session.close()
        out = copied(tmp_path / "whole", tmp_path / "run")
        cut_before(out, 2, stage)
        session = resume(out)
        session.run()
        session.close()
        assert record_bytes(out) == record_bytes(tmp_path / "whole")

    def test_so_does_the_pathwise_estimator(self, tmp_path):
        session = small_session(tmp_path / "whole", look_ahead__estimator="pathwise")
        session.run()
        session.close()
        assert session.history[1].look_ahead.estimator == "pathwise"
        out = copied(tmp_path / "whole", tmp_path / "run")
        cut_before(out, 1, Stage.LOOK_AHEAD)
        session = resume(out)
        session.run()
        session.close()
        assert record_bytes(out) == record_bytes(tmp_path / "whole")

    def test_so_does_an_acquisition_that_draws_at_random(self, tmp_path):
        session = Session.create(
            small_config(cycles=1), tmp_path / "whole", data=small_data(), acquisition=NoisyConfidence()
        )
        session.run()
        session.close()
        for stage in (Stage.SCORE, Stage.LOOK_AHEAD):
            out = copied(tmp_path / "whole", tmp_path / stage)
            cut_before(out, 1, stage)
            session = resume(out, acquisition=NoisyConfidence())
            session.run()
            session.close()
            assert record_bytes(out) == record_bytes(tmp_path / "whole"), stage
