"""Several methods, each with several seeds: the runs. `experiments.tables` compares all that are in the folder.

OUT/METHOD/seed-0/      a run folder, as `lada-explore run` makes it
OUT/runs.csv            one line for each run and cycle
OUT/accuracy.csv        one line for each method and number of labels
OUT/differences.csv     one line for each method that is compared with the baseline
OUT/accuracy.md         both as tables, with the conditions
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lada_explore.config import Precision, RunConfig
from lada_explore.config.paths import expanded
from lada_explore.config.presets import configure
from lada_explore.errors import ConfigError, LadaError
from lada_explore.experiments.workers import Machine, Workers, look
from lada_explore.files import Refusal, Unreadable, read_text, require_folder
from lada_explore.records import OracleName

TABLES = {
    "runs.csv": "method,seed,cycle,labels,",
    "accuracy.csv": "method,seeds,",
    "differences.csv": "method,against,",
    "accuracy.md": "| labels | ",
}
"""By name of a table, what every one of them holds."""

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
        methods: names of the methods, in the order of the table's columns.
        seeds: number of seeds, which are 0, 1, ...
        out: folder of the runs.
        preset, dataset, cycles, settings: of every run, as for `configure`.
        device: as for a session.

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

    def __post_init__(self) -> None:
        object.__setattr__(self, "out", expanded(self.out))
        if not self.methods or len(set(self.methods)) < len(self.methods):
            raise ConfigError(f"methods are {' '.join(self.methods) or 'none'}; name at least one, and each once")
        if self.seeds < 1:
            raise ConfigError(f"seeds is {self.seeds}; a sweep needs at least 1, and 2 for an interval")
        for method in self.methods:
            self.config(method, 0)

    @property
    def precision(self) -> Precision:
        """In which the runs score and look ahead."""
        return self.config(self.methods[0], 0).precision

    def config(self, method: str, seed: int) -> RunConfig:
        """Settings of one run."""
        return configure(
            self.preset, method, seed=seed, dataset=self.dataset, cycles=self.cycles, settings=self.settings
        )

    def runs(self) -> Iterator[Run]:
        """Every run, seed by seed, so that the methods can be compared after each seed."""
        for seed in range(self.seeds):
            for method in self.methods:
                yield Run(method=method, seed=seed, path=self.out / method / f"seed-{seed}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of a sweep and its folder."""

    method: str
    seed: int
    path: Path


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
    sweep: Sweep, *, jobs: int = 1, on_outcome: Callable[[Outcome], None] = lambda outcome: None
) -> list[Outcome]:
    """Start the runs that are missing and resume the interrupted ones; complete runs are left as they are.

    Each process has one torch thread, and of several GPUs one, so that records do not depend on `jobs`; whether
    bfloat16 is faster, which a run with `look_ahead.precision` "auto" asks, is measured once for all. A run that fails
    does not stop the others. When this process ends or is interrupted, in whatever way, the runs end at once;
    they are resumed from their last stage.

    Args:
        sweep: the runs.
        jobs: processes at a time.
        on_outcome: called with the outcome of each run when it ends.

    Returns:
        One outcome a run, in the order in which they ended.

    Raises:
        ConfigError: `jobs` is below 1, or the sweep's folder is refused by `require_place`.
    """
    if jobs < 1:
        raise ConfigError(f"jobs is {jobs}; run at least 1 process")
    require_place(sweep.out)
    every = list(sweep.runs())
    waiting, outcomes, n = deque(every), list[Outcome](), min(jobs, len(every))
    workers = Workers(n)
    try:
        if n > 1 and (sweep.device != "cpu" or sweep.precision is Precision.AUTO):
            workers.machine = _looked(workers, sweep)
        running = {
            workers.submit(place, _complete, sweep, run, workers.machine.bfloat16): (place, run)
            for place, run in enumerate(waiting.popleft() for _ in range(n))
        }
        while running:
            ended, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in ended:
                place, run = running.pop(future)
                outcome = Outcome(run=run, error=_error_of(future), done=len(outcomes) + 1, total=len(every))
                outcomes.append(outcome)
                on_outcome(outcome)
                if waiting:
                    following = waiting.popleft()
                    going = workers.submit(place, _complete, sweep, following, workers.machine.bfloat16)
                    running[going] = place, following
    finally:
        workers.close()
    return outcomes


def _looked(workers: Workers, sweep: Sweep) -> Machine:
    """What the first process finds on this machine; nothing if it is killed, which its first run tells then."""
    asks = sweep.config(sweep.methods[0], 0).gpu if sweep.precision is Precision.AUTO else None
    try:
        return workers.submit(0, look, sweep.device, asks).result()
    except BrokenProcessPool:
        return Machine()


def require_place(out: Path) -> None:
    """Raises ConfigError where runs or tables could not be written, or would replace what is no table of a sweep."""
    require_folder(out, OF_TABLES)
    for name, part in TABLES.items():
        place = out / name
        if os.path.lexists(place) and part not in read_text(place, TABLE_EXPECTED):
            raise TABLE_EXPECTED.because(place, "it holds something else")


def _error_of(future: Future[str]) -> str:
    try:
        return future.result()
    except BrokenProcessPool:
        return "its process was killed, perhaps because memory ran out; lower jobs and run the sweep again"
    except Exception as error:  # Of one run; the others go on.
        return f"{type(error).__name__}: {error}"


def _complete(sweep: Sweep, run: Run, bfloat16: bool | None) -> str:
    """Complete one run; returns the sentence of what went wrong, empty if nothing did.

    Args:
        sweep: the sweep.
        run: the run.
        bfloat16: whether bfloat16 is faster here; None to measure it where it is asked.
    """
    import torch

    from lada_explore.runtime.device import say_if_bfloat16_is_faster
    from lada_explore.session.opening import open_session

    torch.set_num_threads(1)
    say_if_bfloat16_is_faster(bfloat16)
    try:
        session = open_session(
            run.path,
            sweep.preset,
            run.method,
            seed=run.seed,
            dataset=sweep.dataset,
            cycles=sweep.cycles,
            settings=sweep.settings,
            oracle=OracleName.GROUND_TRUTH,
            device=sweep.device,
        )
        try:
            session.run()
        finally:
            session.close()
    except LadaError as error:
        return str(error)
    return ""
