"""One run of a sweep as an engine gets it, and how it is completed, wherever that is."""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lada_explore.config import RunConfig
from lada_explore.config.presets import configure
from lada_explore.errors import ConfigError, LadaError
from lada_explore.experiments.grid import parts_of
from lada_explore.experiments.plan import Run
from lada_explore.experiments.status import Follower, RunState, RunStatus, kept_for, read_status
from lada_explore.records import OracleName
from lada_explore.store import open_run


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """All that is needed to complete a run.

    Attributes:
        run: the run.
        preset, dataset, cycles, settings: as for `configure`; those of the method's name are not among the settings.
        device: as for a session.
        threads: CPU threads of a new run.
        bfloat16: whether bfloat16 is faster where it runs; None to measure it where it is asked.
    """

    run: Run
    preset: str
    dataset: str | None
    cycles: int | None
    settings: Mapping[str, Any]
    device: str
    threads: int
    bfloat16: bool | None = None

    def config(self) -> RunConfig:
        """Settings of the run."""
        method, own = parts_of(self.run.method)
        settings = {**self.settings, **own}
        return configure(
            self.preset, method, seed=self.run.seed, dataset=self.dataset, cycles=self.cycles, settings=settings
        )

    def status(self) -> RunStatus:
        """What is known of the run before it is begun or resumed. Raises ConfigError for a damaged status."""
        return read_status(self.run.path) or self._fresh()

    def known(self) -> RunStatus:
        """As `status`, and that of a new run for a damaged one, where one run must not end a sweep."""
        try:
            return self.status()
        except ConfigError:
            return self._fresh()

    def _fresh(self) -> RunStatus:
        return RunStatus(method=self.run.method, seed=self.run.seed, cycles=self.config().schedule.cycles)

    def is_complete(self) -> bool:
        """Whether its status says that it is complete, and its folder holds that run with its last cycle evaluated.

        Whatever cannot be read is not complete; an engine that goes on with it says why.
        """
        try:
            if self.status().state is not RunState.COMPLETE:
                return False
            made = open_run(self.run.path)
        except LadaError:
            return False
        done = [records.cycle for records in made.history if records.evaluate is not None]
        return made.config == self.config() and made.config.schedule.cycles in done


def complete(task: Task) -> str:
    """Begin or resume one run and complete it; returns the sentence of what went wrong, empty if nothing did.

    Its status is kept in the folder of the sweep.
    """
    follower = Follower(task.status(), kept_for(task.run.path))
    for _ in steps(task, task.run.path, follower):
        pass
    return follower.status.error


def steps(task: Task, path: Path, follower: Follower) -> Generator[None]:
    """Complete a run stage by stage: yields when it is open, and after each stage, when that is on disk.

    Args:
        task: the run.
        path: where its folder is on this machine.
        follower: told how it goes, and what went wrong if it fails.
    """
    import torch

    from lada_explore.runtime.device import say_if_bfloat16_is_faster
    from lada_explore.session.opening import open_session

    torch.set_num_threads(task.threads)
    say_if_bfloat16_is_faster(task.bfloat16)
    method, own = parts_of(task.run.method)
    try:
        with _named(task.run):
            session = open_session(
                path,
                task.preset,
                method,
                seed=task.run.seed,
                dataset=task.dataset,
                cycles=task.cycles,
                settings={**task.settings, **own},
                oracle=OracleName.GROUND_TRUTH,
                device=task.device,
            )
        try:
            follower.begin(session)
            yield
            while session.next_stage is not None:
                session.step()
                yield
        finally:
            session.close()
    except LadaError as error:
        follower.end(RunState.FAILED, str(error))
    else:
        follower.end(RunState.COMPLETE)


@contextmanager
def _named(run: Run) -> Iterator[None]:
    """What is logged inside begins with the name of the run, on the terminal that several runs write to."""
    ours = logging.getLogger("lada_explore")
    if ours.hasHandlers():  # Somebody else takes it, and says in what form.
        yield
        return
    handler = logging.StreamHandler()
    handler.setLevel(logging.WARNING)
    handler.setFormatter(logging.Formatter(f"{run.method}, seed {run.seed}: %(message)s"))
    ours.addHandler(handler)
    try:
        yield
    finally:
        ours.removeHandler(handler)
