"""Several methods, each with several seeds: the runs. `experiments.tables` compares all that are in the folder.

OUT/METHOD/seed-0/      a run folder, as `lada-explore run` makes it; METHOD may be random@schedule.budget=20
OUT/sweep/              the runs that were asked for and what has become of each, for the board
OUT/runs.csv            one line for each run and cycle
OUT/accuracy.csv        one line for each method and number of labels
OUT/differences.csv     one line for each method that is compared with the baseline
OUT/accuracy.md         both as tables, with the conditions
OUT/runs.parquet        as runs.csv, where pyarrow is installed
OUT/accuracy.svg, .pdf  accuracy of every method against labels, for print
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lada_explore.config import RunConfig
from lada_explore.config.paths import expanded
from lada_explore.errors import ConfigError
from lada_explore.experiments.engines import Engine, Outliving
from lada_explore.experiments.engines.local import Local
from lada_explore.experiments.engines.slurm_queue import require_none_left
from lada_explore.experiments.grid import axis, names_of, parts_of
from lada_explore.experiments.plan import PLAN_FILE, SLURM, Plan, Planned, Run, read_plan, run_of, write_plan
from lada_explore.experiments.status import BOARD_FOLDER, RunState, kept_for
from lada_explore.experiments.sweep_lock import only_sweep_in
from lada_explore.experiments.task import Task
from lada_explore.experiments.tracking import MakeTracker, SweepTracking
from lada_explore.files import Refusal, Unreadable, read_bytes, require_folder
from lada_explore.store.run_info import RUN_FILE

logger = logging.getLogger(__name__)

TABLES = {
    "runs.csv": "method,seed,cycle,labels,",
    "accuracy.csv": "method,seeds,",
    "differences.csv": "method,against,",
    "accuracy.md": "| labels | ",
}
"""By name of a table, what every one of them holds."""

FIGURES = ("runs.parquet", "accuracy.svg", "accuracy.pdf")
"""Files beside the tables; each holds `MARK`, so that a sweep replaces its own files only."""

MARK = "lada_explore sweep"

TABLE_EXPECTED = Unreadable(
    error=ConfigError,
    damaged="is no table of a sweep and would be replaced",
    remedy="move it, or choose another folder with --out",
)
OF_TABLES = Refusal(error=ConfigError, remedy="choose another folder with --out")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """The runs of a sweep: every method with every seed.

    Attributes:
        methods: names of the methods, in the order of the table's columns; a name may have settings of its own, as
            random@schedule.budget=20, see `experiments.grid`.
        seeds: number of seeds, which are 0, 1, ...
        out: folder of the runs.
        preset, dataset, cycles, settings: of every run, as for `configure`.
        device: as for a session.
        threads: CPU threads of each new run; the last digits of its records depend on it.

    Raises:
        ConfigError: a method is named twice, there is no method or seed, or the settings cannot work.
    """

    methods: tuple[str, ...]
    seeds: int
    out: Path
    preset: str = "demo"
    dataset: str | None = None
    cycles: int | None = None
    settings: Mapping[str, Any] | None = None
    device: str = "auto"
    threads: int = 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "out", expanded(self.out))
        if not self.methods or len(set(self.methods)) < len(self.methods):
            raise ConfigError(f"methods are {' '.join(self.methods) or 'none'}; name at least one, and each once")
        if self.seeds < 1:
            raise ConfigError(f"seeds is {self.seeds}; a sweep needs at least 1, and 2 for an interval")
        if self.threads < 1:
            raise ConfigError(f"threads is {self.threads}; each run needs at least 1")
        for task in self.tasks():
            if task.run.seed:
                break
            task.config()

    def settings_of(self, method: str) -> dict[str, Any]:
        """Settings of the runs of a method, those in its name included."""
        return {**(self.settings or {}), **parts_of(method)[1]}

    def config(self, method: str, seed: int) -> RunConfig:
        """Settings of one run."""
        return self.task(Run(method=method, seed=seed, path=self.out)).config()

    def task(self, run: Run) -> Task:
        """All that is needed to complete a run."""
        return Task(
            run=run,
            preset=self.preset,
            dataset=self.dataset,
            cycles=self.cycles,
            settings=dict(self.settings or {}),
            device=self.device,
            threads=self.threads,
        )

    def tasks(self) -> Iterator[Task]:
        """Every run as an engine gets it, in the order of `runs`."""
        return map(self.task, self.runs())

    def runs(self) -> Iterator[Run]:
        """Every run, seed by seed, so that the methods can be compared after each seed."""
        for seed in range(self.seeds):
            for method in self.methods:
                yield run_of(self.out, method, seed)


def with_grid(sweep: Sweep, texts: Sequence[str]) -> Sweep:
    """The sweep of its methods with every combination of the values of some settings.

    Args:
        sweep: its methods have no settings of their own.
        texts: each as "policy.tau_max=1,4", see `grid.axis`.

    Raises:
        ConfigError: a text names no values, a setting is named twice, or a combination cannot work.
    """
    axes = [axis(text) for text in texts]
    if doubled := [name for name, _ in axes if [other for other, _ in axes].count(name) > 1]:
        raise ConfigError(f"--grid names {doubled[0]} twice; name each setting once, with all its values")
    if given := [name for name, _ in axes if name in (sweep.settings or {})]:
        raise ConfigError(f"{given[0]} is given with --grid and with --set; give it with one of them")
    return replace(sweep, methods=names_of(sweep.methods, dict(axes), lambda name: sweep.config(name, 0)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one run ended.

    Attributes:
        run: the run.
        error: why it failed, as a sentence; empty when it is complete.
        done: number of runs that have ended so far, this one included.
        total: number of runs of the sweep.
    """

    run: Run
    error: str
    done: int
    total: int


def run_sweep(
    sweep: Sweep,
    *,
    jobs: int = 1,
    engine: Engine | None = None,
    on_outcome: Callable[[Outcome], None] = lambda outcome: None,
    track: Sequence[str | MakeTracker] = (),
    on_fault: Callable[[str], object] = logger.warning,
) -> list[Outcome]:
    """Start the runs that are missing and resume the interrupted ones; complete runs are left as they are.

    Complete runs are told first, and the engine is not given them. A run that fails does not stop the others. When
    this process is interrupted, nothing of the sweep is left running, and the same call goes on with each run after
    its last stage. What is planned and the status of each run are kept in the folder of the sweep, see
    `experiments.board`.

    Args:
        sweep: the runs.
        jobs: processes at a time on this machine, without `engine`.
        engine: where the runs are completed; when None processes of this machine, see `engines.local`.
        on_outcome: called with the outcome of each run when it ends.
        track: "mlflow:URI", "tensorboard:DIR" or "trackio:PROJECT", which get a run for each run, cycle by cycle, see
            `experiments.tracking`; or a function that makes a tracker of your own for one run.
        on_fault: called in the end with a sentence for each tracker that lacks something.

    Returns:
        One outcome a run, in the order in which they ended.

    Raises:
        ConfigError: `jobs` is below 1, the sweep's folder is refused by `require_place`, another sweep is under way in
            it, jobs of an earlier command still compute its runs, or the engine or a tracker cannot be used.
    """
    engine = engine or Local(jobs=jobs)
    require_place(sweep.out)
    tracking = SweepTracking(sweep.out.resolve().name, list(sweep.runs()), track)
    with only_sweep_in(sweep.out):
        try:
            return _run_all(sweep, engine, on_outcome, tracking)
        finally:
            tracking.close()
            for fault in tracking.faults:
                on_fault(fault)


def _run_all(
    sweep: Sweep, engine: Engine, on_outcome: Callable[[Outcome], None], tracking: SweepTracking
) -> list[Outcome]:
    tasks, outcomes = list(sweep.tasks()), list[Outcome]()
    statuses = [task.status() for task in tasks]
    there, missing = list[Task](), list[Task]()
    for task in tasks:
        (there if task.is_complete() else missing).append(task)
    if missing and isinstance(engine, Outliving):
        engine.require_idle(missing)
    elif missing and _given_last_to(sweep.out) == SLURM:
        require_none_left(sweep.out)
    planned = tuple(Planned(method=one.method, seed=one.seed, cycles=one.cycles) for one in statuses)
    write_plan(sweep.out, Plan(engine=engine.name, at_once=engine.at_once, runs=planned))
    for task in missing:
        kept_for(task.run.path)(replace(task.status(), state=RunState.WAITING, error=""))
    tracking.start()

    def ended(task: Task, error: str) -> None:
        if error and (status := task.known()).state is not RunState.FAILED:  # Its process could not say so.
            kept_for(task.run.path)(replace(status, state=RunState.FAILED, error=error))
        outcomes.append(Outcome(run=task.run, error=error, done=len(outcomes) + 1, total=len(tasks)))
        on_outcome(outcomes[-1])

    try:
        for task in there:
            ended(task, "")
        engine.complete(missing, ended)
    finally:
        with suppress(ConfigError):  # A status that cannot be kept must not hide why the sweep ends.
            for task in missing:
                if (status := task.known()).state in (RunState.WAITING, RunState.RUNNING):
                    kept_for(task.run.path)(replace(status, state=RunState.STOPPED))
    return outcomes


def _given_last_to(out: Path) -> str:
    """Name of the engine of the last sweep in a folder; empty where there was none."""
    return read_plan(out).engine if (out / BOARD_FOLDER / PLAN_FILE).exists() else ""


def require_place(out: Path) -> None:
    """Raises ConfigError where runs or tables could not be written, or would replace what is no table of a sweep."""
    require_folder(out, OF_TABLES)
    if (out / RUN_FILE).exists():
        raise ConfigError(f"{out} is the folder of a run, which a sweep would hide; choose another folder with --out")
    for name, part in {**TABLES, **dict.fromkeys(FIGURES, MARK)}.items():
        place = out / name
        if os.path.lexists(place) and part.encode() not in read_bytes(place, TABLE_EXPECTED):
            raise TABLE_EXPECTED.because(place, "it holds something else")
