"""A stage that is stopped or fails commits nothing and changes nothing."""

from __future__ import annotations

import os

import numpy as np
import pytest
from helpers.sessions import LeastConfidence, at, resume, same_weights, step_to, weights_of
from helpers.small_runs import (
    copied,
    cut_before,
    record_bytes,
    small_config,
    small_data,
)

from lada_explore.errors import ConfigError, StageStopped, StoreError
from lada_explore.events import Failed, StageFinished, StageStarted
from lada_explore.records import Stage, stage_of_cycle
from lada_explore.session.session import Session

pytestmark = pytest.mark.slow


class TestStopsAndFailures:
    @pytest.mark.parametrize(("cycle", "stage"), [(0, Stage.TRAIN), *((1, stage) for stage in Stage)])
    def test_a_stage_stopped_anywhere_commits_nothing_and_reruns_identically(self, finished, tmp_path, cycle, stage):
        out = copied(finished, tmp_path / "run")
        cut_before(out, cycle, stage)
        session = resume(out)
        before, weights, stops = record_bytes(out), weights_of(session), 0
        events = []
        session.subscribe(events.append)

        class Gate:
            calls = 0

            def __call__(self):
                self.calls += 1
                if self.calls > stops:
                    raise StageStopped("stopped")

        while True:
            try:
                session.step(Gate())
                break
            except StageStopped:
                stops += 1
            assert record_bytes(out) == before
            assert same_weights(weights_of(session), weights)
            assert not session.classifier.training
            assert (session.cycle, session.next_stage) == (cycle, stage)
        least = {Stage.SCORE: 2, Stage.LOOK_AHEAD: 6, Stage.TRAIN: 3 if cycle == 0 else 5, Stage.EVALUATE: 2}
        assert stops >= least.get(stage, 1)
        assert not [event for event in events if isinstance(event, Failed)]
        session.run()
        session.close()
        assert record_bytes(out) == record_bytes(finished)

    @pytest.mark.parametrize("stage", [Stage.SCORE, Stage.LOOK_AHEAD])
    def test_a_stage_that_fails_commits_nothing_and_says_so(self, tmp_path, stage):
        class Fragile(LeastConfidence):
            broken = False

            def score(self, outputs):
                return super().score(outputs) * (float("nan") if self.broken else 1)

        fragile = Fragile()
        session = Session.create(small_config(cycles=1), tmp_path / "run", data=small_data(), acquisition=fragile)
        step_to(session, 1, stage)
        before, events, fragile.broken = record_bytes(tmp_path / "run"), [], True
        session.subscribe(events.append)
        with pytest.raises(ArithmeticError, match=f"{stage_of_cycle(stage, 1)}: .* not finite, the first"):
            session.step()
        assert isinstance(events[0], StageStarted)
        assert isinstance(events[-1], Failed)
        assert (events[-1].cycle, events[-1].stage) == (1, stage)
        assert "not finite" in events[-1].message
        assert record_bytes(tmp_path / "run") == before
        assert session.next_stage is stage
        fragile.broken = False
        assert session.step().stage is stage
        session.close()

    def test_a_training_that_diverges_leaves_the_weights_as_they_were(self, tmp_path, monkeypatch):
        session = at(tmp_path / "run", 1, Stage.TRAIN)
        weights, before = weights_of(session), record_bytes(tmp_path / "run")
        monkeypatch.setattr(
            "lada_explore.augmentation.losses.soft_cross_entropy", lambda logits, targets: logits.sum() / 0.0
        )
        with pytest.raises(ArithmeticError, match="Train of cycle 1: the .* in epoch .*; lower"):
            session.step()
        assert same_weights(weights_of(session), weights)
        assert all(np.isfinite(values).all() for values in weights.values())
        assert not any(parameter.requires_grad for parameter in session.classifier.parameters())
        assert record_bytes(tmp_path / "run") == before
        session.close()

    @pytest.mark.parametrize("stage", Stage)
    @pytest.mark.parametrize(
        "failure", [OSError(28, "No space left on device"), KeyboardInterrupt()], ids=["full", "stop"]
    )
    def test_a_commit_that_fails_anywhere_leaves_the_stage_to_be_run_again(
        self, finished, tmp_path, monkeypatch, stage, failure
    ):
        out = copied(finished, tmp_path / "run")
        cut_before(out, 1, stage)
        session, sync = resume(out), os.fsync
        before, weights = record_bytes(out), weights_of(session)
        for step in range(5):
            calls = []

            def failing(descriptor, calls=calls, step=step):
                calls.append(descriptor)
                if len(calls) > step:
                    raise failure
                sync(descriptor)

            monkeypatch.setattr(os, "fsync", failing)
            with pytest.raises(StoreError if isinstance(failure, OSError) else KeyboardInterrupt):
                session.step()
            monkeypatch.undo()
            assert record_bytes(out) == before
            assert same_weights(weights_of(session), weights)
            assert session.next_stage is stage
        session.run()
        session.close()
        assert record_bytes(out) == record_bytes(finished)

    def test_a_listener_that_fails_after_the_commit_loses_nothing(self, tmp_path):
        session = at(tmp_path / "run", 0, Stage.TRAIN)

        def fail(event):
            if isinstance(event, StageFinished):
                raise RuntimeError("the listener broke")

        forget = session.subscribe(fail)
        with pytest.raises(RuntimeError, match="the listener broke"):
            session.step()
        assert session.next_stage is Stage.EVALUATE
        forget()
        weights = weights_of(session)
        session.close()
        again = resume(tmp_path / "run")
        assert same_weights(weights_of(again), weights)
        again.close()

    def test_a_complete_run_says_so(self, finished, tmp_path):
        session = resume(copied(finished, tmp_path / "run"))
        assert (session.cycle, session.next_stage) == (2, None)
        with pytest.raises(ConfigError, match="complete after 2 cycles; start another"):
            session.step()
        assert len(session.run()) == 3
        session.close()
