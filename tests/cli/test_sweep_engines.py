"""Which engine the options of `sweep` name, and which of them do not go together."""

from __future__ import annotations

import pytest

from lada_explore.cli.sweep_options import engine_of
from lada_explore.errors import ConfigError
from lada_explore.experiments.engines.local import Local
from lada_explore.experiments.engines.ray import OnRay
from lada_explore.experiments.engines.slurm import OnSlurm
from lada_explore.experiments.plan import Plan, Planned, write_plan
from lada_explore.experiments.sweep import Outcome


@pytest.mark.parametrize(
    ("on", "jobs", "options", "engine"),
    [
        ("local", None, {}, Local(jobs=1)),
        ("local", 3, {"gpus": None}, Local(jobs=3)),
        ("ray", None, {}, OnRay()),
        ("ray", 8, {"address": "auto", "gpus": 0.5, "retries": 0}, OnRay(jobs=8, address="auto", gpus=0.5, retries=0)),
        ("slurm", 4, {"partition": "gpu", "minutes": 30}, OnSlurm(jobs=4, partition="gpu", minutes=30)),
    ],
)
def test_the_options_name_an_engine(on, jobs, options, engine):
    assert engine_of(on, jobs, **options) == engine


@pytest.mark.parametrize(
    ("on", "options", "sentence"),
    [
        ("rey", {}, "engine 'rey' is unknown; the known ones are local, ray, slurm"),
        ("local", {"address": "auto"}, "--address is for --on ray, and the sweep is to run on local; leave it out"),
        ("local", {"gpus": 1.0}, "--gpus is for --on ray or slurm, and the sweep is to run on local; leave it out"),
        ("slurm", {"retries": 2}, "--retries is for --on ray, and the sweep is to run on slurm; leave it out"),
        ("ray", {"minutes": 2}, "--minutes is for --on slurm, and the sweep is to run on ray; leave it out"),
    ],
)
def test_options_of_another_engine_are_refused(on, options, sentence):
    with pytest.raises(ConfigError, match=sentence):
        engine_of(on, None, **options)


def test_a_wrong_engine_and_a_wrong_grid_are_refused_before_anything_runs(call, tmp_path):
    words = ["sweep", "--methods", "lada-entmix", "--seeds", "1", "--device", "cpu", "--out", tmp_path / "out"]
    for more, sentence in (
        (["--on", "moon"], "engine 'moon' is unknown"),
        (["--on", "slurm", "--gpus", "0.5"], "gpus is 0.5; a job of Slurm has whole GPUs"),
        (["--grid", "policy.tau_max=1"], "does not name a setting and two values"),
        (["--threads", "0"], "threads is 0; each run needs at least 1"),
    ):
        code, _, error = call(*words, *more)
        assert (code, sentence in error, error.count("\n")) == (2, True, 1)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("error", "written"), [("", ["random"]), ("its disk is full", [])])
def test_ctrl_c_writes_the_tables_of_the_runs_that_are_complete(call, tmp_path, monkeypatch, error, written):
    tables = []

    def interrupted(sweep, *, on_outcome, **options):
        on_outcome(Outcome(run=next(sweep.runs()), error=error, done=1, total=2))
        raise KeyboardInterrupt

    monkeypatch.setattr("lada_explore.experiments.sweep.run_sweep", interrupted)
    monkeypatch.setattr("lada_explore.experiments.tables.write_tables", lambda sweep, baseline: tables.append(baseline))
    out = tmp_path / "out"
    words = ["--seeds", "2", "--dataset", "digits", "--device", "cpu", "--out", out]
    code, _, said = call("sweep", "--methods", "random", *words)
    told = f"the tables in {out} are of the runs as far as they have come\n" if written else ""
    assert (code, said, tables) == (130, f"{told}stopped; the same command continues from here\n", written)


def test_the_board_has_room_for_the_name_of_a_point_of_a_grid(call, tmp_path):
    names = ("random", "lada-entmix@policy.tau_max=1", "lada-entmix@policy.tau_max=4")
    planned = tuple(Planned(method=name, seed=0, cycles=2) for name in names)
    write_plan(tmp_path, Plan(engine="local", at_once=1, runs=planned))
    code, said, _ = call("board", tmp_path)
    assert code == 0
    expected = [["method", "waiting"], *([name, "1"] for name in names)]
    assert [line.split() for line in said.splitlines()[-4:]] == expected


@pytest.mark.slow
def test_a_grid_is_run_and_compared_by_the_names_of_its_points(call, tmp_path):
    out = tmp_path / "out"
    words = ["sweep", "--methods", "random", "--seeds", "1", "--cycles", "0", "--dataset", "digits", "--device", "cpu"]
    words += ["--set", "classifier.width=4", "--set", "classifier.blocks=1,1", "--set", "look_ahead.precision=float32"]
    code, said, error = call(*words, "--grid", "training.epochs=1,2", "--out", out)
    assert (code, error) == (0, "")
    assert "| labels | random@training.epochs=1 | random@training.epochs=2 |" in said
    assert "; what a name says after @ holds for that method alone; " in said
    names = {path.name for path in out.iterdir()}
    assert names >= {"random@training.epochs=1", "random@training.epochs=2", "sweep", "runs.parquet", "accuracy.svg"}
    code, said, _ = call("board", out)
    assert (code, said.splitlines()[0]) == (0, "2 of 2 runs complete (local)")
