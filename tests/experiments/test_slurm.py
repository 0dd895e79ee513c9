"""Runs on a real Slurm of one node: what a job that is queued again, the signal of a time limit and Ctrl+C cost."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from helpers import stalling
from helpers.engine_runs import in_the_middle, stages_there, statuses, sweep_in
from helpers.slurm_node import missing, slurm_node
from helpers.small_runs import answered, record_bytes
from helpers.waiting import until

from lada_explore.errors import ConfigError
from lada_explore.experiments.engines.local import Local
from lada_explore.experiments.engines.slurm import OnSlurm
from lada_explore.experiments.status import RunState
from lada_explore.experiments.sweep import Sweep, run_sweep

needs_slurm = pytest.mark.skipif(bool(missing()), reason=f"Slurm cannot be started here: {', '.join(missing())}")


@pytest.fixture(scope="module")
def slurm(tmp_path_factory):
    with slurm_node(tmp_path_factory.mktemp("slurm")) as environment, pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        yield


@pytest.fixture(scope="module")
def locally(tmp_path_factory):
    """The runs of `sweep_in`, as processes of this machine make them."""
    sweep = sweep_in(tmp_path_factory.mktemp("local") / "out", "random", "max-entropy", seeds=1)
    assert not any(outcome.error for outcome in run_sweep(sweep, engine=Local(jobs=2)))
    return sweep


def queue():
    return subprocess.run(["squeue", "--noheader", "--array", "--format=%i"], capture_output=True, text=True).stdout


@pytest.fixture
def stalled(tmp_path, monkeypatch):
    """A run that stalls once within a stage of its second cycle or a later one, and the same run without a stall."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([*sys.path, str(Path(__file__).resolve().parents[1])]))
    network = {"classifier.kind": "module:helpers.stalling:network"}
    here, there = (sweep_in(tmp_path / name, "max-entropy", seeds=1, **network) for name in ("here", "out"))
    assert [outcome.error for outcome in run_sweep(here, engine=Local())] == [""]
    monkeypatch.setenv(stalling.PLACE, str(tmp_path))
    return there, here


def goes_on_after(stalled, tmp_path, engine, then=lambda: None):
    """Run it there, do this while it stalls, and see that the stage under way is all that is run twice."""
    sweep, here = stalled

    def stall(going):
        stalling.ask(tmp_path)
        until(lambda: stalling.stalled(tmp_path))
        then()

    thread, there = in_the_middle(sweep, 1, stall)
    (outcome,) = run_sweep(sweep, engine=engine)
    thread.join()
    assert outcome.error == ""
    assert stalling.stalled(tmp_path)
    (status,) = statuses(sweep)
    assert status.tries >= 2
    after = stages_there(sweep)
    assert len(there) > 8
    assert {place: after[place] for place in there} == there
    for elsewhere, run in zip(sweep.runs(), here.runs(), strict=True):
        assert record_bytes(elsewhere.path) == record_bytes(run.path)
        assert answered(elsewhere.path) == answered(run.path)
    assert queue() == ""


@needs_slurm
@pytest.mark.slow
@pytest.mark.parametrize("how", [("scontrol", "requeue"), ("scancel", "--signal=USR2")])
def test_a_job_that_is_queued_again_goes_on_and_the_records_are_those_of_this_machine(slurm, stalled, tmp_path, how):
    # Slurm sends SIGUSR2 before a job's time limit; the job itself then asks to be queued again.
    def tell():
        listed = ["squeue", "--noheader", "--states=RUNNING", "--format=%A"]
        (name,) = subprocess.run(listed, capture_output=True, text=True, check=True).stdout.split()
        subprocess.run([*how, name], check=True)

    goes_on_after(stalled, tmp_path, OnSlurm(partition="other", minutes=5), tell)


@needs_slurm
@pytest.mark.slow
def test_a_time_limit_in_the_middle_of_a_stage_costs_that_stage(slurm, stalled, tmp_path):
    goes_on_after(stalled, tmp_path, OnSlurm(minutes=2))


@needs_slurm
@pytest.mark.slow
def test_after_ctrl_c_no_job_is_left_and_the_same_sweep_goes_on(slurm, locally, tmp_path):
    sweep = sweep_in(tmp_path / "out", "random", "max-entropy", seeds=1)

    def interrupt(outcome):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_sweep(sweep, engine=OnSlurm(jobs=1), on_outcome=interrupt)
    assert sorted(status.state for status in statuses(sweep)) == [RunState.COMPLETE, RunState.STOPPED]
    assert queue() == ""
    assert not any(outcome.error for outcome in run_sweep(sweep, engine=OnSlurm()))
    for here, elsewhere in zip(locally.runs(), sweep.runs(), strict=True):
        assert record_bytes(elsewhere.path) == record_bytes(here.path)


@needs_slurm
@pytest.mark.slow
def test_a_run_that_cannot_work_and_a_partition_that_is_not_there_are_sentences(slurm, tmp_path):
    sweep = Sweep(methods=("vaal",), seeds=1, out=tmp_path, preset="plane", cycles=1, device="cpu")
    (outcome,) = run_sweep(sweep, engine=OnSlurm())
    assert "method 'vaal' scores by 'vaal', whose networks need feature maps" in outcome.error
    with pytest.raises(ConfigError, match=r"Slurm refuses the jobs \(.*[Pp]artition.*\); see `sinfo`, and name a part"):
        run_sweep(sweep, engine=OnSlurm(partition="none"))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"jobs": 0}, "jobs is 0; it must be at least 1"),
        ({"minutes": 0}, "minutes is 0; it must be at least 1"),
        ({"gpus": 0.5}, "gpus is 0.5; a job of Slurm has whole GPUs, so give 0, 1 or more"),
    ],
)
def test_a_number_that_cannot_be_is_refused(change, sentence):
    with pytest.raises(ConfigError, match=sentence):
        OnSlurm(**change)


def test_without_submitit_or_slurm_a_person_is_told_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ConfigError, match="Slurm's sbatch is not on this machine; start the sweep on a node"):
        run_sweep(sweep_in(tmp_path, "random"), engine=OnSlurm())
    monkeypatch.setitem(sys.modules, "submitit", None)
    with pytest.raises(ConfigError, match=r"submitit is not installed; `pip install 'lada-explore\[slurm\]'`, or use "):
        run_sweep(sweep_in(tmp_path, "random"), engine=OnSlurm())
