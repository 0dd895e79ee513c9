"""This machine as an engine, with processes that compute nothing."""

from __future__ import annotations

import logging
import os
import sys
import time
from concurrent.futures import Future
from dataclasses import replace

import pytest
from helpers.engine_runs import sweep_in

from lada_explore.errors import ConfigError
from lada_explore.experiments.engines import local
from lada_explore.experiments.engines.fitting import shared_gpus
from lada_explore.experiments.engines.local import Local
from lada_explore.experiments.sweep import run_sweep
from lada_explore.experiments.task import complete
from lada_explore.experiments.workers import Machine, look


class BrokenDriver:
    """Stands for `Workers` on a machine whose GPU cannot be looked at."""

    def __init__(self, n, threads=1):
        self.n, self.threads, self.machine = n, threads, Machine(("0", "1"), True)

    def submit(self, place, work, *given):
        future = Future()
        if work is look:
            future.set_exception(RuntimeError("CUDA driver initialization failed"))
        else:
            future.set_result(f"seed {given[0].run.seed} says what it met, told {given[0].bfloat16}")
        return future

    def close(self):
        pass


def test_what_a_run_says_of_its_cost_names_the_run(tmp_path, monkeypatch, capsys):
    def opened(*given, **options):
        logging.getLogger("lada_explore.session.opening").warning("A cycle will take about 40 s here.")
        raise ConfigError("and then it fails")

    monkeypatch.setattr("lada_explore.session.opening.open_session", opened)
    monkeypatch.setattr(logging.Logger, "hasHandlers", lambda logger: False)  # As in a process of a sweep.
    monkeypatch.setattr("torch.set_num_threads", lambda n: None)
    (task,) = sweep_in(tmp_path, "random", seeds=1).tasks()
    assert complete(task) == "and then it fails"
    assert capsys.readouterr().err == "random, seed 0: A cycle will take about 40 s here.\n"
    assert logging.getLogger("lada_explore").handlers == []


def test_a_machine_that_cannot_be_looked_at_is_left_to_each_run_to_tell(tmp_path, monkeypatch):
    monkeypatch.setattr(local, "Workers", BrokenDriver)
    sweep = sweep_in(tmp_path, "random", **{"look_ahead.precision": "auto"})
    errors = [outcome.error for outcome in run_sweep(sweep, engine=Local(jobs=2))]
    assert sorted(errors) == [f"seed {seed} says what it met, told None" for seed in (0, 1)]


class Gpus(BrokenDriver):
    """Stands for `Workers` on a machine with four GPUs."""

    def submit(self, place, work, *given):
        future = Future()
        future.set_result(Machine(("0", "1", "2", "3")) if work is look else "")
        return future


@pytest.mark.parametrize(
    ("jobs", "device", "said"),
    [
        (6, "auto", ["6 runs at a time share 4 GPUs; give --jobs 4 for one on each GPU"]),
        (4, "auto", []),
        (1, "auto", ["1 of 4 GPUs is used, one by each run; give --jobs 4 for more"]),
        (1, "cpu", []),
    ],
)
def test_gpus_that_are_shared_or_not_used_are_said_at_the_start(tmp_path, monkeypatch, caplog, jobs, device, said):
    monkeypatch.setattr(local, "Workers", Gpus)
    sweep = replace(sweep_in(tmp_path, "random", seeds=7), device=device)
    with caplog.at_level(logging.WARNING):
        assert not any(outcome.error for outcome in run_sweep(sweep, engine=Local(jobs=jobs)))
    assert caplog.messages == said


@pytest.mark.parametrize(
    ("jobs", "runs", "gpus", "said"),
    [
        (2, 8, 1, "2 runs at a time share the GPU; give --jobs 1 for one on each GPU"),
        (8, 1, 1, ""),
        (1, 2, 4, "1 of 4 GPUs is used, one by each run; give --jobs 2 for more"),
        (2, 2, 4, ""),
        (3, 9, 0, ""),
    ],
)
def test_only_as_many_runs_count_as_there_are(jobs, runs, gpus, said):
    assert shared_gpus(jobs, runs, gpus) == said


def told(task):
    """Stands for `complete`: what the process started with, once two of them run."""
    with open("/proc/self/environ", "rb") as file:
        began = dict(entry.split(b"=", 1) for entry in file.read().split(b"\0") if b"=" in entry)
    folder = task.run.path.parent
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{task.run.seed}.begun").touch()
    end = time.monotonic() + 60
    while len(list(folder.glob("*.begun"))) < 2 and time.monotonic() < end:
        time.sleep(0.01)
    return (
        f"GPU {began[b'CUDA_VISIBLE_DEVICES'].decode()} {os.environ['CUDA_VISIBLE_DEVICES']}, {'torch' in sys.modules}"
    )


@pytest.mark.slow
def test_of_two_gpus_each_process_of_a_sweep_has_one_from_before_torch_is_imported(tmp_path, monkeypatch):
    monkeypatch.setattr(local, "_looked", lambda workers, tasks: Machine(("4", "GPU-6"), None))
    monkeypatch.setattr(local, "complete", told)
    outcomes = run_sweep(sweep_in(tmp_path, "random"), engine=Local(jobs=2))
    assert sorted(outcome.error for outcome in outcomes) == ["GPU 4 4, False", "GPU GPU-6 GPU-6, False"]
