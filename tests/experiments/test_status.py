"""The plan of a sweep and the status of each of its runs, as they are kept for the board."""

from __future__ import annotations

from dataclasses import replace

import pytest
from helpers.fakes import FakeSession

from lada_explore.errors import ConfigError
from lada_explore.experiments.engines.local import Local
from lada_explore.experiments.plan import Plan, Planned, read_plan, run_of, write_plan
from lada_explore.experiments.status import Follower, RunState, RunStatus, kept_for, read_status, status_file
from lada_explore.experiments.sweep import Sweep, run_sweep
from lada_explore.records import Stage

FRESH = RunStatus(method="random", seed=3, cycles=2)


class Clock:
    """Seconds, one more at each look."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        self.now += 1
        return self.now


def followed(session, status=FRESH):
    kept = []
    follower = Follower(status, kept.append, Clock())
    follower.begin(session)
    return follower, kept


class TestFollower:
    def test_tells_each_stage_and_each_evaluated_cycle(self):
        session = FakeSession(cycles=2)
        follower, kept = followed(session)
        assert (kept[0].state, kept[0].began, kept[0].heard, kept[0].tries) == (RunState.RUNNING, 101, 102, 1)
        assert kept[0].where.endswith(f", {session.device}")
        session.run(3)
        follower.end(RunState.COMPLETE)
        last = kept[-1]
        assert (last.state, last.cycle, last.stage, last.error) == (RunState.COMPLETE, 2, "evaluate", "")
        for one, records in zip(last.done, session.history, strict=True):
            assert (one.cycle, one.labels) == (records.cycle, records.evaluate.n_labelled)
            assert one.accuracy == records.evaluate.accuracy
            assert one.seconds == pytest.approx(sum(records.seconds.values()))
        assert list(dict.fromkeys(status.stage for status in kept if status.cycle == 1)) == list(Stage)

    def test_keeps_no_more_than_one_status_a_second_beside_those_of_evaluated_cycles(self):
        session, kept = FakeSession(cycles=2), []
        follower = Follower(FRESH, kept.append, lambda: 100.0)
        follower.begin(session)
        session.run(3)
        follower.end(RunState.COMPLETE)
        assert [len(status.done) for status in kept] == [0, 1, 2, 3, 3]
        assert (follower.status.cycle, follower.status.stage) == (2, "evaluate")

    def test_of_a_resumed_run_counts_the_stages_that_were_there(self):
        session = FakeSession(cycles=2)
        session.run(2)
        while session.position.next_stage is not Stage.TRAIN:
            session.step()
        follower, kept = followed(session, replace(FRESH, tries=1, state=RunState.STOPPED, error="gone"))
        assert (kept[0].tries, kept[0].error, len(kept[0].done)) == (2, "", 2)
        session.run(1)
        assert follower.status.done[-1].seconds == pytest.approx(sum(session.history[-1].seconds.values()))

    def test_says_why_a_run_failed(self):
        follower, kept = followed(FakeSession(cycles=1))
        follower.end(RunState.FAILED, "the disk is full")
        assert (kept[-1].state, kept[-1].error) == (RunState.FAILED, "the disk is full")


class TestFiles:
    def test_give_back_what_was_kept(self, tmp_path):
        run = run_of(tmp_path, "random@schedule.budget=4", 3).path
        assert read_status(run) is None
        _, kept = followed(FakeSession(cycles=1))
        kept_for(run)(kept[-1])
        assert read_status(run) == kept[-1]
        assert [path.name for path in (tmp_path / "sweep").iterdir()] == ["random@schedule.budget=4.seed-3.json"]

    @pytest.mark.parametrize("content", ["{", "[]", '{"method": "random", "seed": "first"}'])
    def test_that_hold_no_status_are_named(self, tmp_path, content):
        run = run_of(tmp_path, "random", 0).path
        kept_for(run)(FRESH)
        (tmp_path / "sweep" / "random.seed-0.json").write_text(content)
        with pytest.raises(ConfigError, match="random.seed-0.json is no status of a run .*; remove it, it is made"):
            read_status(run)

    def test_of_a_plan_keep_the_runs_that_earlier_commands_asked_for(self, tmp_path):
        with pytest.raises(ConfigError, match="plan.json is missing, so no sweep was begun there; name the folder"):
            read_plan(tmp_path)
        one, two, three = (Planned(method=name, seed=0, cycles=2) for name in ("random", "margin", "bald"))
        write_plan(tmp_path, Plan(engine="local", at_once=1, runs=(one, two)))
        write_plan(tmp_path, Plan(engine="ray", at_once=None, runs=(three, replace(two, cycles=4))))
        assert read_plan(tmp_path) == Plan(engine="ray", at_once=None, runs=(three, replace(two, cycles=4), one))


class Interrupted:
    """An engine that is interrupted while the second of its runs is under way."""

    name, at_once = "local", 2

    def complete(self, tasks, ended):
        first, second, *_ = tasks
        kept_for(first.run.path)(replace(first.status(), state=RunState.COMPLETE))
        ended(first, "")
        kept_for(second.run.path)(replace(second.status(), state=RunState.RUNNING))
        raise KeyboardInterrupt


def test_an_interrupted_sweep_says_which_runs_were_stopped(tmp_path):
    sweep = Sweep(methods=("random", "margin", "bald"), seeds=1, out=tmp_path, cycles=1, device="cpu")
    with pytest.raises(KeyboardInterrupt):
        run_sweep(sweep, engine=Interrupted())
    states = [read_status(run.path).state for run in sweep.runs()]
    assert states == [RunState.COMPLETE, RunState.STOPPED, RunState.STOPPED]
    assert [run.method for run in read_plan(tmp_path).runs] == ["random", "margin", "bald"]


class Damaging:
    """An engine during which the status of its first run is damaged, and which is interrupted then."""

    name, at_once = "local", 1

    def complete(self, tasks, ended):
        for error in ("", "the disk is full"):
            status_file(tasks[0].run.path).write_text("{")
            ended(tasks[0], error)
        status_file(tasks[1].run.path).write_text("{")
        raise KeyboardInterrupt


def test_a_damaged_status_is_of_one_run_and_ends_no_sweep(tmp_path):
    sweep = Sweep(methods=("random", "margin", "bald"), seeds=1, out=tmp_path, cycles=1, device="cpu")
    with pytest.raises(KeyboardInterrupt):
        run_sweep(sweep, engine=Damaging())
    states = [(status := read_status(run.path)).state for run in sweep.runs()]
    assert states == [RunState.FAILED, RunState.STOPPED, RunState.STOPPED]
    assert (status.method, read_status(run_of(tmp_path, "random", 0).path).error) == ("bald", "the disk is full")


class Twice:
    """An engine during which the same sweep is begun a second time."""

    name, at_once = "local", 1

    def complete(self, tasks, ended):
        kept_for(tasks[0].run.path)(replace(tasks[0].status(), state=RunState.RUNNING))
        self.before = [task.status() for task in tasks]
        sweep = Sweep(methods=("random", "margin"), seeds=1, out=tasks[0].run.path.parents[1], cycles=1, device="cpu")
        try:
            run_sweep(sweep, engine=Local(jobs=1))
        except ConfigError as error:
            self.said = str(error)
        self.after = [task.status() for task in tasks]
        for task in tasks:
            ended(task, "")


def test_a_second_sweep_in_the_folder_of_one_that_is_under_way_is_refused_and_changes_nothing(tmp_path):
    sweep, engine = Sweep(methods=("random", "margin"), seeds=1, out=tmp_path, cycles=1, device="cpu"), Twice()
    assert [outcome.error for outcome in run_sweep(sweep, engine=engine)] == ["", ""]
    assert engine.said == (
        f"a sweep is under way in {tmp_path}; wait until it ends, stop it where it was started, or choose another "
        f"folder with --out (`lada-explore board {tmp_path}` shows how far it is)"
    )
    assert engine.after == engine.before
    assert [status.state for status in engine.before] == [RunState.RUNNING, RunState.WAITING]
    assert len(run_sweep(sweep, engine=engine)) == 2  # It is free again.


class Given:
    """An engine that keeps what it is given."""

    name, at_once = "local", 1

    def complete(self, tasks, ended):
        self.tasks = list(tasks)
        for task in tasks:
            ended(task, "")


@pytest.mark.slow
def test_the_runs_of_a_sweep_say_how_they_ended_and_no_engine_is_given_a_complete_one(tmp_path):
    sweep = Sweep(methods=("random", "vaal"), seeds=1, out=tmp_path, preset="plane", cycles=1, device="cpu")
    outcomes = run_sweep(sweep, engine=Local(jobs=1))
    good, bad = (read_status(run.path) for run in sweep.runs())
    engine = Given()
    assert [(one.run.method, one.done) for one in run_sweep(sweep, engine=engine)] == [("random", 1), ("vaal", 2)]
    assert [task.run.method for task in engine.tasks] == ["vaal"]
    assert read_status(run_of(tmp_path, "random", 0).path) == good  # Not begun a second time.
    longer = replace(sweep, cycles=2)
    run_sweep(longer, engine=engine)
    assert [task.run.method for task in engine.tasks] == ["random", "vaal"]  # An engine says what is wrong with it.
    assert (good.state, [one.cycle for one in good.done], good.error) == (RunState.COMPLETE, [0, 1], "")
    assert (bad.state, bad.error) == (RunState.FAILED, outcomes[1].error)
    assert "method 'vaal' scores by 'vaal', whose networks need feature maps" in bad.error
