"""This machine as an engine, with processes that start nothing."""

from __future__ import annotations

from concurrent.futures import Future

from helpers.engine_runs import sweep_in

from lada_explore.experiments.engines import local
from lada_explore.experiments.engines.local import Local
from lada_explore.experiments.sweep import run_sweep
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


def test_a_machine_that_cannot_be_looked_at_is_left_to_each_run_to_tell(tmp_path, monkeypatch):
    monkeypatch.setattr(local, "Workers", BrokenDriver)
    sweep = sweep_in(tmp_path, "random", **{"look_ahead.precision": "auto"})
    errors = [outcome.error for outcome in run_sweep(sweep, engine=Local(jobs=2))]
    assert sorted(errors) == [f"seed {seed} says what it met, told None" for seed in (0, 1)]
