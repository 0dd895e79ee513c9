"""Several methods, each with several seeds: the runs, and their accuracy compared with a baseline, paired by seed.

OUT/METHOD/seed-0/      a run folder, as `lada-explore run` makes it
OUT/accuracy.csv        one line for each method and number of labels
OUT/accuracy.md         the same as a table, with the conditions
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student_t

from lada_explore.background.processes import end_with_parent
from lada_explore.config import RunConfig
from lada_explore.config.paths import expanded
from lada_explore.config.presets import configure
from lada_explore.errors import ConfigError, LadaError
from lada_explore.exchange.report import percent, to_csv
from lada_explore.files import Refusal, Unreadable, encoded, read_text, require_folder, write_file
from lada_explore.records import OracleName
from lada_explore.store import RecordedRun, open_run

CONFIDENCE = 0.95

TABLES = {"accuracy.csv": "labels,method,seeds,", "accuracy.md": "| labels | "}
"""By name of a table, what every one of them holds."""

_TABLE = Unreadable(
    error=ConfigError,
    damaged="is no table of a sweep and would be replaced",
    remedy="move it, or choose another folder with --out",
)
_OF_TABLES = Refusal(error=ConfigError, remedy="choose another folder with --out")


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

    Each run has a process of its own with one torch thread, so that its records do not depend on `jobs`. A run that
    fails does not stop the others. When this process ends or is interrupted, in whatever way, the runs end at once;
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
    todo, outcomes = list(sweep.runs()), list[Outcome]()
    # A forked process would inherit torch's locks and could deadlock on one that another thread held.
    context = multiprocessing.get_context("spawn")
    ours_ended, ours = context.Pipe(duplex=False)
    pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin, initargs=(ours_ended,))
    try:
        waiting: dict[Future[str], Run] = {pool.submit(_complete, sweep, run): run for run in todo}
        while waiting:
            ended, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for future in ended:
                run = waiting.pop(future)
                outcome = Outcome(run=run, error=_error_of(future), done=len(outcomes) + 1, total=len(todo))
                outcomes.append(outcome)
                on_outcome(outcome)
    finally:
        ours.close()
        pool.shutdown(wait=True, cancel_futures=True)
        ours_ended.close()
    return outcomes


def require_place(out: Path) -> None:
    """Raises ConfigError where runs or tables could not be written, or would replace what is no table of a sweep."""
    require_folder(out, _OF_TABLES)
    for name, part in TABLES.items():
        place = out / name
        if os.path.lexists(place) and part not in read_text(place, _TABLE):
            raise _TABLE.because(place, "it holds something else")


def _error_of(future: Future[str]) -> str:
    try:
        return future.result()
    except BrokenProcessPool:
        return "its process was killed, perhaps because memory ran out; lower jobs and run the sweep again"
    except Exception as error:  # Of one run; the others go on.
        return f"{type(error).__name__}: {error}"


def _begin(parent_ended: Connection) -> None:
    """Prepare a process of the sweep; the pipe becomes readable when the parent closes its end or ends."""
    # Ctrl+C reaches every process of a terminal; the parent reports it and ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent(lambda: parent_ended.poll(None))
    # Set before torch and numpy are imported, because they read it only then.
    os.environ["OMP_NUM_THREADS"] = "1"


def _complete(sweep: Sweep, run: Run) -> str:
    """Complete one run; returns the sentence of what went wrong, empty if nothing did."""
    import torch

    from lada_explore.session.opening import open_session

    torch.set_num_threads(1)
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


# The comparison ---


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One method at one number of labels.

    Attributes:
        labels: number of labelled images; None for the mean over all cycles after the start.
        method: name of the method.
        seeds: number of its runs that have reached so many labels.
        accuracy: mean test accuracy over these runs, in [0, 1].
        difference: mean, over the seeds that both have, of its accuracy minus the baseline's; None for the baseline,
            and without such seeds.
        lower, upper: ends of the paired 95 % confidence interval of the difference; None with fewer than 2 such seeds.
    """

    labels: int | None
    method: str
    seeds: int
    accuracy: float
    difference: float | None
    lower: float | None
    upper: float | None


Curves = Mapping[str, Mapping[int, Mapping[int, float]]]
"""Accuracy in [0, 1] by method, seed and labels."""


def paired_interval(differences: NDArray[np.float64]) -> tuple[float, float] | None:
    """Ends of the 95 % confidence interval of a mean of paired differences (n,); None for fewer than 2.

    Source: Student (1908): mean -+ t * s / sqrt(n), t the 97.5 % point of the t distribution with n - 1 degrees of
    freedom, s the standard deviation with n - 1 in its denominator.
    """
    n = len(differences)
    if n < 2:
        return None
    half = student_t.ppf((1 + CONFIDENCE) / 2, n - 1) * differences.std(ddof=1) / np.sqrt(n)
    return float(differences.mean() - half), float(differences.mean() + half)


def compare(curves: Curves, baseline: str) -> list[Row]:
    """The table: a row for each number of labels and method, then the mean over all cycles after the start.

    Args:
        curves: accuracies of the methods, in the order of the columns.
        baseline: the method that the others are compared with.

    Raises:
        ConfigError: the baseline is not among the methods.
    """
    if baseline not in curves:
        raise ConfigError(f"baseline {baseline!r} is not in the sweep; choose one of {', '.join(curves)}")
    labels = sorted({n for seeds in curves.values() for curve in seeds.values() for n in curve})
    rows = []
    for n in labels:
        at = {name: {seed: curve[n] for seed, curve in seeds.items() if n in curve} for name, seeds in curves.items()}
        rows += [_row(n, name, at[name], at[baseline], name == baseline) for name in curves if at[name]]
    if len(labels) < 2:
        return rows
    # Only curves that have every point, because means over different cycles cannot be compared.
    whole = {
        name: {
            s: float(np.mean([curve[n] for n in labels[1:]])) for s, curve in seeds.items() if len(curve) == len(labels)
        }
        for name, seeds in curves.items()
    }
    return rows + [_row(None, name, whole[name], whole[baseline], name == baseline) for name in curves if whole[name]]


def _row(
    labels: int | None, method: str, own: Mapping[int, float], other: Mapping[int, float], is_baseline: bool
) -> Row:
    shared = sorted(set(own) & set(other))
    differences = np.array([own[seed] - other[seed] for seed in shared], np.float64)
    interval = None if is_baseline else paired_interval(differences)
    return Row(
        labels=labels,
        method=method,
        seeds=len(own),
        accuracy=float(np.mean(list(own.values()))),
        difference=None if is_baseline or not shared else float(differences.mean()),
        lower=None if interval is None else interval[0],
        upper=None if interval is None else interval[1],
    )


def runs_there(sweep: Sweep) -> list[tuple[Run, RecordedRun]]:
    """The existing runs that were made with the settings of this sweep, complete or not.

    Raises:
        StoreError: a damaged run.
    """
    there = [(run, open_run(run.path)) for run in sweep.runs() if run.path.exists()]
    return [(run, made) for run, made in there if made.config == sweep.config(run.method, run.seed)]


def curves_of(sweep: Sweep) -> Curves:
    """Accuracy of every run so far, from the records.

    Raises:
        ConfigError: a run without a labelled test set, which has no accuracy.
        StoreError: a damaged run.
    """
    curves: dict[str, dict[int, dict[int, float]]] = {method: {} for method in sweep.methods}
    for run, made in runs_there(sweep):
        for records in made.history:
            if records.evaluate is None:
                continue
            if records.evaluate.accuracy is None:
                raise ConfigError(f"{run.path} has no labelled test set, so there is no accuracy to compare")
            curves[run.method].setdefault(run.seed, {})[records.evaluate.n_labelled] = records.evaluate.accuracy
    return curves


def write_tables(sweep: Sweep, baseline: str) -> str:
    """Write `accuracy.csv` and `accuracy.md` into the sweep's folder; returns the Markdown.

    Raises:
        ConfigError: an unknown baseline, no accuracy, or a folder that cannot be written.
    """
    curves = curves_of(sweep)
    rows = compare(curves, baseline)
    text = to_markdown(rows, sweep.methods, baseline, conditions(sweep))
    for name, content in zip(TABLES, (table_csv(rows), text), strict=True):
        write_file(sweep.out / name, encoded(content), overwrite=True, refusal=_OF_TABLES)
    return text


def table_csv(rows: Sequence[Row]) -> str:
    """The table for programs: accuracy in per cent, the difference and its interval in points, as in the Markdown."""
    columns = ("labels", "method", "seeds", "accuracy_percent", "difference_points", "lower_points", "upper_points")
    lines = []
    for row in rows:
        shares = (row.accuracy, row.difference, row.lower, row.upper)
        lines.append((row.labels, row.method, row.seeds, *map(percent, shares)))
    return to_csv([dict(zip(columns, line, strict=True)) for line in lines], columns)


def conditions(sweep: Sweep) -> str:
    """The conditions under which the runs were made, as a sentence."""
    config = sweep.config(sweep.methods[0], 0)
    changed = "".join(f", {name}={value}" for name, value in (sweep.settings or {}).items())
    cycles = "1 cycle" if config.schedule.cycles == 1 else f"{config.schedule.cycles} cycles"
    infos = [made.info for _, made in runs_there(sweep)]
    # Each process finds out by itself what its machine does best, and a sweep may be gone on with on another.
    made = (f"{info.device}, torch {info.versions.get('torch', '')}, {info.precision}" for info in infos)
    where = f"; {' or '.join(dict.fromkeys(made))}" if infos else ""
    return (
        f"Preset {config.preset} on {config.data.name}, width {config.classifier.width}, {cycles} "
        f"of {config.schedule.budget} labels, {sweep.seeds} seeds{changed}{where}."
    )


def to_markdown(rows: Sequence[Row], methods: Sequence[str], baseline: str, under: str) -> str:
    """The table for people: accuracy in per cent, and in points the difference to the baseline with its interval."""
    by_place = {(row.labels, row.method): row for row in rows}
    lines = [
        f"{under} Test accuracy in per cent, mean over the seeds; below it, in points, the difference to {baseline} "
        "with its 95 % confidence interval (Student's t, paired by seed). The last line is the mean over all cycles "
        "after the start.",
        "",
        "| labels | " + " | ".join(methods) + " |",
        "|---:|" + "---:|" * len(methods),
    ]
    for labels in dict.fromkeys(row.labels for row in rows):
        cells = [_cell(by_place.get((labels, method))) for method in methods]
        lines.append(f"| {'mean' if labels is None else labels} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _cell(row: Row | None) -> str:
    if row is None:
        return "-"
    text = f"{100 * row.accuracy:.2f}"
    if row.difference is not None:
        text += f"<br>{100 * row.difference:+.2f}"
    if row.lower is not None and row.upper is not None:
        text += f" ({100 * row.lower:+.2f} to {100 * row.upper:+.2f})"
    return text
