"""The state machine: what it leaves on disk, and that nothing that goes wrong changes it."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
import torch
from helpers.small_runs import (
    CLASSES,
    all_bytes,
    answered,
    copied,
    cut_before,
    record_bytes,
    small_config,
    small_data,
    small_session,
    stage_order,
)

from lada_explore.config import METHODS, SET_RULES
from lada_explore.errors import ConfigError, OracleError, StageStopped, StoreError
from lada_explore.events import Failed, Progress, QueryOpened, StageFinished, StageStarted
from lada_explore.records import Stage, stages_of
from lada_explore.session.session import Session

PAIR_METHODS = [name for name, method in METHODS.items() if method.uses_pairs]


def resume(out: Path, **options) -> Session:
    return Session.resume(out, data=small_data(), **options)


def weights_of(session: Session) -> dict[str, np.ndarray]:
    return {name: tensor.numpy().copy() for name, tensor in session.classifier.state_dict().items()}


def same_weights(one: dict[str, np.ndarray], two: dict[str, np.ndarray]) -> bool:
    return all(np.array_equal(one[name], two[name]) for name in one)


def step_to(session: Session, cycle: int, stage: Stage) -> Session:
    """Step until this stage is the next one."""
    while (session.cycle, session.next_stage) != (cycle, stage):
        session.step()
    return session


def at(out: Path, cycle: int, stage: Stage, method: str = "lada-entmix", **settings) -> Session:
    return step_to(small_session(out, method, **settings), cycle, stage)


def truth(ids: np.ndarray) -> dict[int, int]:
    return {int(i): int(i) % 3 for i in ids}


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """Folder of a complete run of two cycles, stepped stage by stage."""
    out = tmp_path_factory.mktemp("finished") / "run"
    session = small_session(out)
    order = []
    while session.next_stage is not None:
        record = session.step()
        order.append((record.cycle, record.stage))
    session.close()
    assert order == stage_order(2)
    return out


class LeastConfidence:
    """An acquisition of a person's own."""

    unit = "probability"

    def prepare(self, context):
        pass

    def outputs(self, classifier, hidden, mix_layer):
        return classifier.from_layer(hidden, mix_layer)

    def score(self, outputs):
        return 1 - outputs.softmax(dim=-1).amax(dim=-1)


class NoisyConfidence(LeastConfidence):
    """One that draws at random."""

    def prepare(self, context):
        self.generator = torch.Generator().manual_seed(context.seed)

    def outputs(self, classifier, hidden, mix_layer):
        noise = torch.rand(len(hidden), 1, generator=self.generator)
        return super().outputs(classifier, hidden, mix_layer) + noise * torch.eye(classifier.n_classes)[0]


class TestSameRecords:
    def test_running_leaves_what_stepping_leaves(self, finished, tmp_path):
        session = small_session(tmp_path / "run")
        assert [records.cycle for records in session.run(1)] == [0]
        assert [records.cycle for records in session.run(1)] == [0, 1]
        session.run()
        session.close()
        assert record_bytes(tmp_path / "run") == record_bytes(finished)
        assert answered(tmp_path / "run") == answered(finished)
        assert (tmp_path / "run" / "run.json").read_bytes() == (finished / "run.json").read_bytes()

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


class TestRecords:
    @pytest.mark.parametrize("method", METHODS)
    def test_every_method_leaves_records_of_the_documented_shapes(self, tmp_path, method):
        session = small_session(tmp_path / "run", method)
        history = session.run()
        session.close()
        subset, pairs, budget, nodes, epochs = 20, 10 if METHODS[method].uses_pairs else 0, 4, 5, 2
        learned = METHODS[method].policy == "learned"
        virtual = budget // 2 if pairs or METHODS[method].mixes_acquired else 0
        moves, trains_stn = METHODS[method].uses_transforms, METHODS[method].augmentation == "stn"
        assert [records.cycle for records in history] == [0, 1, 2]
        for records in history[1:]:
            assert records.subsample.subset_ids.shape == (subset,)
            assert records.subsample.pair_ids.shape == (pairs, 2)
            manifold = METHODS[method].augmentation == "manifold_mixup"
            assert records.subsample.mix_layer in ((-1,) if not pairs else (1, 2) if manifold else (0,))
            for name in ("scores", "predicted", "confidence"):
                assert getattr(records.score, name).shape == (subset,), name
            ahead = records.look_ahead
            assert ahead.policy == (METHODS[method].policy if METHODS[method].look_ahead else "none")
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
            for name in ("tau", "best_tau", "best_value", "mean_virtual", "max_virtual"):
                assert getattr(ahead, name).shape == (pairs,), name
                assert getattr(ahead, name).dtype == np.float32, name
            assert ahead.tau_by_epoch.shape == ((epochs + 1 if learned else 1, pairs) if pairs else (0, 0))
            assert ahead.policy_loss.shape == (epochs if learned else 0,)
            alone = "set" if METHODS[method].acquisition in SET_RULES else "singles"
            assert records.select.rule == ("pairs" if pairs else alone)
            assert records.select.query_ids.shape == (budget,)
            assert records.select.pair_ids.shape == (budget // 2 if pairs else 0, 2)
            assert records.select.pair_tau.shape == (budget // 2 if pairs else 0,)
            assert records.select.score_terms.shape == ((subset, 2) if moves else (pairs, 3))
            assert records.select.transformed_images.shape == ((budget, 1, 12, 12) if moves else (0, 0, 0, 0))
            assert records.select.scores.shape == (pairs or subset,)
            assert records.select.query_images.shape == (budget, 1, 12, 12)
            assert records.query.ids.tolist() == records.select.query_ids.tolist()
            assert records.train.n_labelled == records.evaluate.n_labelled == 6 + budget * records.cycle
            assert records.train.n_virtual == (records.train.n_labelled if trains_stn else virtual)
            assert records.train.train_loss.shape == (epochs,)
            assert records.train.virtual_loss.shape == (epochs if virtual or trains_stn else 0,)
            assert records.evaluate.n_test == 12
            assert records.evaluate.confusion.shape == (3, 3)
            assert records.evaluate.accuracy == np.trace(records.evaluate.confusion) / 12
            assert list(records.seconds) == list(Stage)
            assert all(seconds > 0 for seconds in records.seconds.values())
        start = history[0]
        assert (start.subsample, start.score, start.look_ahead) == (None, None, None)
        assert (start.select.rule, start.select.query_ids.shape) == ("initial", (6,))
        assert start.train.n_virtual == (6 if trains_stn else 0)
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
        with pytest.raises(ArithmeticError, match=f"{stage} of cycle 1: .* not finite, the first"):
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
        monkeypatch.setattr("lada_explore.stages.train.soft_cross_entropy", lambda logits, targets: logits.sum() / 0.0)
        with pytest.raises(ArithmeticError, match="train of cycle 1: the .* in epoch .*; lower"):
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


class TestEvents:
    def test_each_stage_starts_progresses_and_finishes_in_order(self, tmp_path):
        session, events = small_session(tmp_path / "run", cycles=1), []
        forget = session.subscribe(events.append)
        session.run()
        stages = iter(stage_order(1))
        i = 0
        while i < len(events):
            cycle, stage = next(stages)
            assert isinstance(events[i], StageStarted)
            i += 1
            last = {}
            while isinstance(events[i], Progress):
                assert last.get(events[i].unit, 0) <= events[i].done <= events[i].total
                last[events[i].unit] = events[i].done if events[i].done < events[i].total else 0
                assert (events[i].cycle, events[i].stage) == (cycle, stage)
                i += 1
            assert not any(last.values()), f"{stage} did not come to its end"
            assert isinstance(events[i], StageFinished)
            assert (events[i].cycle, events[i].stage, events[i].record.stage) == (cycle, stage, stage)
            assert events[i].seconds > 0
            i += 1
        assert next(stages, None) is None
        forget()
        heard = len(events)
        session.close()
        assert len(events) == heard

    def test_a_finished_stage_is_on_disk_and_in_the_history_when_it_is_told(self, tmp_path):
        session, seen = small_session(tmp_path / "run", cycles=0), []

        def look(event):
            if isinstance(event, StageFinished):
                there = session.folder.stage_folder(event.cycle, event.stage).is_dir()
                seen.append(there and session.history[-1].get(event.stage) is event.record)

        session.subscribe(look)
        session.run()
        session.close()
        assert seen == [True] * 4

    def test_an_open_query_is_told_with_its_ids(self, tmp_path):
        session, events = small_session(tmp_path / "run", cycles=0), []
        session.close()
        session = resume(tmp_path / "run", oracle="person")
        session.subscribe(events.append)
        session.run()
        assert isinstance(events[-1], QueryOpened)
        assert events[-1].ids.tolist() == session.history[0].select.query_ids.tolist()
        session.close()


class TestAnswers:
    def person(self, out: Path, **options) -> Session:
        return Session.create(small_config(cycles=1), out, data=small_data(**options), oracle="person")

    def test_a_person_who_gives_the_truth_leaves_the_records_of_the_ground_truth(self, tmp_path):
        session = self.person(tmp_path / "person")
        while session.next_stage is not None:
            session.run()
            session.submit(truth(session.open_query), annotator="ada") if len(session.open_query) else None
        session.close()
        other = small_session(tmp_path / "truth", cycles=1)
        other.run()
        other.close()
        assert record_bytes(tmp_path / "person") == record_bytes(tmp_path / "truth")
        assert {answer[2] for answer in answered(tmp_path / "person")} == {"ada"}

    def test_the_query_waits_for_the_last_answer_and_forgets_none_over_a_restart(self, tmp_path):
        session = self.person(tmp_path / "run")
        session.run()
        ids = session.open_query
        assert len(ids) == 6
        assert ids.tolist() == session.history[0].select.query_ids.tolist()
        assert session.step() is None
        session.submit(truth(ids[1:4]))
        assert session.open_query.tolist() == [ids[0], ids[4], ids[5]]
        assert session.step() is None
        session.close()
        session = resume(tmp_path / "run")
        assert session.next_stage is Stage.QUERY
        assert session.open_query.tolist() == [ids[0], ids[4], ids[5]]
        session.submit(truth(session.open_query))
        assert len(session.open_query) == 0
        assert session.step().labels.tolist() == (ids % 3).tolist()
        assert len(session.open_query) == 0
        session.close()

    def test_an_answer_may_be_corrected_while_the_query_is_open(self, tmp_path):
        session = self.person(tmp_path / "run")
        session.run()
        ids = session.open_query
        session.submit(dict.fromkeys(ids.tolist(), 0))
        session.submit({int(ids[2]): 1})
        assert session.step().labels.tolist() == [0, 0, 1, 0, 0, 0]
        assert len(answered(tmp_path / "run")) == 7
        session.close()

    def test_an_answer_that_does_not_fit_is_refused_with_all_that_came_with_it(self, tmp_path):
        session = self.person(tmp_path / "run")
        with pytest.raises(OracleError, match="no query is open, the next stage is select; step to QUERY first"):
            session.submit({0: 0})
        session.run()
        ids = session.open_query
        other = next(i for i in range(60) if i not in ids)
        with pytest.raises(OracleError, match=f"id {other} is not in the open query; it asks for "):
            session.submit({int(ids[0]): 0, other: 0})
        with pytest.raises(OracleError, match=f"label 3 for id {ids[1]} is no class; labels run from 0 to 2"):
            session.submit({int(ids[0]): 0, int(ids[1]): 3})
        with pytest.raises(OracleError, match="label -1 for id"):
            session.submit({int(ids[0]): -1})
        assert answered(tmp_path / "run") == []
        assert session.open_query.tolist() == ids.tolist()
        session.submit(truth(ids))
        session.step()
        with pytest.raises(OracleError, match="no query is open, the next stage is train"):
            session.submit({int(ids[0]): 0})
        session.close()

    def test_an_answer_given_while_the_query_closes_is_refused_and_not_lost_in_the_journal(self, tmp_path, monkeypatch):
        session = self.person(tmp_path / "run")
        session.run()
        ids = session.open_query
        session.submit(truth(ids))
        closing, commit = threading.Event(), session.folder.commit
        late = {int(ids[0]): (int(ids[0]) + 1) % 3}

        def slowly(*args, **kwargs):
            closing.set()
            thread.join(0.2)  # It has to wait, or its answer would come after the record was made.
            commit(*args, **kwargs)

        def submit():
            closing.wait()
            try:
                session.submit(late)
            except OracleError as error:
                refused.append(str(error))

        refused, thread = [], threading.Thread(target=submit)
        monkeypatch.setattr(session.folder, "commit", slowly)
        thread.start()
        record = session.step()
        thread.join()
        assert refused == ["no query is open, the next stage is train; step to QUERY first"]
        assert len(answered(tmp_path / "run")) == 6
        assert record.labels.tolist() == (ids % 3).tolist()
        session.close()

    def test_images_without_labels_ask_a_person_from_the_start(self, tmp_path):
        data = small_data(labelled=False, tested=False)
        session = Session.create(small_config(cycles=1), tmp_path / "run", data=data)
        assert session.folder.info.oracle == "person"
        while session.next_stage is not None:
            session.run()
            session.submit(truth(session.open_query)) if len(session.open_query) else None
        assert session.history[0].select.seed_ids.shape == (60,)
        found = np.bincount(session.history[0].query.labels)
        assert found.min() == 2
        assert session.history[1].evaluate.n_labelled == found.sum() + 4
        session.close()
        with pytest.raises(OracleError, match="no labels of their own; answer by yourself with --oracle person"):
            Session.create(small_config(), tmp_path / "other", data=data, oracle="ground-truth")
        assert not (tmp_path / "other").exists()

    def test_an_oracle_of_ones_own_answers_what_it_can_and_is_named_in_the_journal(self, tmp_path):
        asked = []

        class Half:
            name = "half"

            def answer(self, ids, cycle):
                asked.append(ids.tolist())
                return truth(ids[: max(1, len(ids) // 2)])

        session = Session.create(small_config(cycles=0), tmp_path / "run", data=small_data(), oracle=Half())
        session.run()
        assert len(session.open_query) == 3
        while session.step() is None:
            pass
        assert [len(ids) for ids in asked] == [6, 3, 2, 1]
        assert {answer[2] for answer in answered(tmp_path / "run")} == {"half"}
        session.close()
        with pytest.raises(
            OracleError, match="oracle 'half' is unknown; use ground-truth, person or noisy:0.1, or an object"
        ):
            resume(tmp_path / "run")
        again = resume(tmp_path / "run", oracle=Half())
        assert again.next_stage is Stage.TRAIN
        again.close()

    @pytest.mark.parametrize(("answer", "words"), [({99: 0}, "id 99 is not in"), ({"first": 7}, "label 7 for id")])
    def test_an_oracle_that_answers_nonsense_is_stopped_before_the_journal(self, tmp_path, answer, words):
        class Wrong:
            name = "wrong"

            def answer(self, ids, cycle):
                return {int(ids[0]) if i == "first" else i: label for i, label in answer.items()}

        session = Session.create(small_config(cycles=0), tmp_path / "run", data=small_data(), oracle=Wrong())
        session.step()
        with pytest.raises(OracleError, match=words):
            session.step()
        assert answered(tmp_path / "run") == []
        assert session.next_stage is Stage.QUERY
        session.close()

    def test_answers_in_the_journal_for_another_cycle_do_not_count(self, tmp_path):
        session = self.person(tmp_path / "run")
        session.run()
        ids = session.open_query
        session._journal.record(1, truth(ids), "stray")
        session._journal.record(0, {int(i): 0 for i in range(60) if i not in ids}, "stray")
        assert session.open_query.tolist() == ids.tolist()
        assert session.step() is None
        session.close()


class TestWeights:
    def test_weights_carry_over_and_reinitialise_starts_each_cycle_afresh(self, tmp_path):
        losses = {}
        for reinitialise in (False, True):
            for spoiled in (False, True):
                out = tmp_path / f"{reinitialise}-{spoiled}"
                session = at(out, 1, Stage.TRAIN, training__reinitialise=reinitialise)
                if spoiled:
                    with torch.no_grad():
                        for parameter in session.classifier.parameters():
                            parameter.mul_(1.5)
                losses[reinitialise, spoiled] = session.step().train_loss.tolist()
                session.close()
        assert losses[True, False] == losses[True, True]
        assert losses[False, False] != losses[False, True]
        assert losses[True, False] != losses[False, False]

    def test_reinitialised_cycles_start_from_different_weights(self, tmp_path):
        session = at(tmp_path / "run", 1, Stage.TRAIN, training__reinitialise=True)
        first = session._runner._new_classifier(0).state_dict()
        second = session._runner._new_classifier(1).state_dict()
        assert not torch.equal(first["head.weight"], second["head.weight"])
        session.close()

    def test_a_resumed_session_has_the_weights_of_the_last_training(self, finished, tmp_path):
        for cycle, stage in ((0, Stage.EVALUATE), (1, Stage.SCORE), (2, Stage.TRAIN)):
            out = copied(finished, tmp_path / f"{cycle}-{stage}")
            cut_before(out, cycle, stage)
            resumed = resume(out)
            straight = at(tmp_path / f"straight-{cycle}-{stage}", cycle, stage)
            assert same_weights(weights_of(resumed), weights_of(straight))
            resumed.close()
            straight.close()

    def checkpoints(self, out: Path) -> list[str]:
        return sorted(path.parent.parent.name for path in out.glob("cycles/*/train/checkpoint.safetensors"))

    def test_all_checkpoints_are_kept_or_the_last_one_only(self, finished, tmp_path):
        assert self.checkpoints(finished) == ["000", "001", "002"]
        session = at(tmp_path / "run", 2, Stage.TRAIN, checkpoints="last")
        assert self.checkpoints(tmp_path / "run") == ["001"]
        session.close()
        session = resume(tmp_path / "run")
        session.run()
        session.close()
        assert self.checkpoints(tmp_path / "run") == ["002"]
        kept = {name: content for name, content in record_bytes(finished).items()}
        for cycle in ("000", "001"):
            del kept[f"cycles/{cycle}/train/checkpoint.safetensors"]
        assert record_bytes(tmp_path / "run") == kept

    def test_an_old_checkpoint_that_a_kill_left_is_dropped_on_resuming(self, finished, tmp_path):
        session = at(tmp_path / "run", 2, Stage.EVALUATE, checkpoints="last")
        session.close()
        old = tmp_path / "run" / "cycles" / "001" / "train" / "checkpoint.safetensors"
        old.write_bytes((finished / "cycles" / "001" / "train" / "checkpoint.safetensors").read_bytes())
        assert self.checkpoints(tmp_path / "run") == ["001", "002"]
        session = resume(tmp_path / "run")
        assert self.checkpoints(tmp_path / "run") == ["002"]
        assert same_weights(weights_of(session), weights_of(resume_copy(finished, tmp_path)))
        session.close()

    def test_an_old_checkpoint_that_cannot_be_dropped_stops_nothing(self, tmp_path, monkeypatch):
        session = at(tmp_path / "run", 1, Stage.TRAIN, checkpoints="last")

        def refuse(self, missing_ok=False):
            raise OSError(30, "Read-only file system")

        monkeypatch.setattr(Path, "unlink", refuse)
        assert session.step().stage is Stage.TRAIN
        assert session.next_stage is Stage.EVALUATE
        session.close()


def resume_copy(finished: Path, tmp_path: Path) -> Session:
    session = resume(copied(finished, tmp_path / "copy"))
    session.close()
    return session


class TestOneWriter:
    def test_a_second_session_in_the_same_process_is_refused_until_the_first_is_closed(self, finished, tmp_path):
        out = copied(finished, tmp_path / "run")
        first = resume(out)
        with pytest.raises(StoreError, match="is in use by another process or session; close it there first"):
            resume(out)
        first.close()
        second = resume(out)
        second.close()

    def test_a_session_in_another_process_is_refused_and_a_killed_one_is_no_obstacle(self, finished, tmp_path):
        out = copied(finished, tmp_path / "run")
        hold = "\n".join(
            (
                "import sys, time; from pathlib import Path; from lada_explore.store import RunFolder",
                "run = RunFolder(Path(sys.argv[1])); run.lock(); print('held', flush=True); time.sleep(60)",
            )
        )
        holder = subprocess.Popen([sys.executable, "-c", hold, str(out)], stdout=subprocess.PIPE)
        try:
            assert holder.stdout.readline() == b"held\n"
            before = all_bytes(out)
            with pytest.raises(StoreError, match="is in use by another process"):
                resume(out)
            assert all_bytes(out) == before
        finally:
            holder.kill()
            holder.wait()
            holder.stdout.close()
        resume(out).close()

    def test_a_session_that_could_not_be_opened_holds_nothing(self, finished, tmp_path):
        out = copied(finished, tmp_path / "run")
        with pytest.raises(OracleError, match="oracle 'me' is unknown"):
            resume(out, oracle="me")
        checkpoint = out / "cycles" / "002" / "train" / "checkpoint.safetensors"
        content = checkpoint.read_bytes()
        checkpoint.write_bytes(content[:100])
        before = all_bytes(out)
        with pytest.raises(StoreError, match="is damaged or missing"):
            resume(out)
        assert all_bytes(out) == before
        checkpoint.write_bytes(content)
        resume(out).close()

    def test_closing_may_happen_on_another_thread_and_twice(self, finished, tmp_path):
        out = copied(finished, tmp_path / "run")
        session = resume(out)
        thread = threading.Thread(target=session.close)
        thread.start()
        thread.join()
        assert session.closed
        session.close()
        again = resume(out)
        assert not again.closed
        again.close()

    def test_a_session_that_nobody_holds_any_more_lets_go(self, finished, tmp_path):
        out = copied(finished, tmp_path / "run")
        resume(out)
        gc.collect()
        again = resume(out)
        assert not again.closed
        again.close()

    def test_a_closed_session_runs_and_takes_nothing(self, finished, tmp_path):
        out = copied(finished, tmp_path / "run")
        cut_before(out, 1, Stage.SUBSAMPLE)
        session = resume(out)
        assert not session.closed
        session.close()
        assert session.closed
        for act in (session.step, lambda: session.submit({0: 0})):
            with pytest.raises(StoreError, match="the session of .* is closed; open the run again"):
                act()
        assert session.history[-1].next_stage is None

    def test_a_stage_under_way_when_the_session_is_closed_commits_nothing(self, finished, tmp_path):
        out = copied(finished, tmp_path / "run")
        cut_before(out, 1, Stage.TRAIN)
        session, before = resume(out), record_bytes(out)
        with pytest.raises(StoreError, match="is closed"):
            session.step(session.close)
        assert record_bytes(out) == before
        resume(out).close()


class TestSettings:
    def test_an_acquisition_of_ones_own_is_named_in_the_config_and_asked_for_on_resuming(self, tmp_path):
        out = tmp_path / "run"
        session = Session.create(small_config(cycles=1), out, data=small_data(), acquisition=LeastConfidence())
        step_to(session, 1, Stage.SELECT)
        assert session.config.method.acquisition == "LeastConfidence"
        assert session.folder.info.acquisition_unit == "probability"
        assert session.history[1].score.unit == session.history[1].look_ahead.unit == "probability"
        confidence = session.history[1].score.confidence
        np.testing.assert_allclose(session.history[1].score.scores, 1 - confidence, atol=1e-6)
        session.close()
        with pytest.raises(
            ConfigError, match=r"'LeastConfidence' is not one of .*pass acquisition=LeastConfidence\(\)"
        ):
            resume(out)
        session = resume(out, acquisition=LeastConfidence())
        assert len(session.run()) == 2
        session.close()

    def test_images_that_changed_are_refused_on_resuming(self, finished, tmp_path):
        out = copied(finished, tmp_path / "run")
        data = small_data(n=61)
        with pytest.raises(StoreError, match="the images to be labelled of small changed .*checksum .*restore"):
            Session.resume(out, data=data)
        with pytest.raises(StoreError, match=r"the test set of small changed .*checksum none, then \w{12}\)"):
            Session.resume(out, data=small_data(tested=False))

    def test_class_names_device_and_settings_are_those_of_the_run(self, finished, tmp_path):
        session = resume(copied(finished, tmp_path / "run"), device="cpu")
        assert session.class_names == CLASSES
        assert session.device.startswith("cpu (")
        assert session.config == small_config()
        assert [stages_of(records.cycle)[-1] for records in session.history] == [Stage.EVALUATE] * 3
        session.close()
