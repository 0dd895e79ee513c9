"""What the runs of a sweep came to: accuracy, time and right predictions of every run, cycle by cycle."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lada_explore.analysis.paired_cycles import predicts
from lada_explore.datasets import load_for
from lada_explore.errors import ConfigError
from lada_explore.exchange.report import to_csv
from lada_explore.experiments.found import later_settings
from lada_explore.experiments.paired import Curves
from lada_explore.experiments.plan import Run
from lada_explore.experiments.sweep import Sweep
from lada_explore.records import EvaluatedOn, IntArray
from lada_explore.store import RecordedRun, open_run

RUN_COLUMNS = ("method", "seed", "cycle", "labels", "accuracy", "seconds")
"""Columns of `runs.csv`: accuracy in [0, 1], seconds of all stages of the cycle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleResult:
    """One cycle of a run.

    Attributes:
        cycle: its number; 0 is the start.
        labels: number of labels that the classifier was trained on.
        accuracy: test accuracy in [0, 1].
        seconds: of all its stages.
        held_out: number of answers that were held out for testing, beside `labels`.
    """

    cycle: int
    labels: int
    accuracy: float
    seconds: float
    held_out: int = 0

    @property
    def answers(self) -> int:
        """Number of labels with those held out, which is the same for runs with one schedule."""
        return self.labels + self.held_out


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Result:
    """One run of a sweep, as far as it has come.

    Attributes:
        run: the run.
        cycles: its evaluated cycles; without those of a run that tests on held-out answers before it has any.
        complete: whether all of its cycles are there.
        right: by number of labels after the start, (T,) whether each test image was classified correctly; None if
            predictions were not recorded, if the test set at hand is not the run's, or if the run tests on answers that
            were held out, which differ between runs.
    """

    run: Run
    cycles: tuple[CycleResult, ...]
    complete: bool
    right: Mapping[int, NDArray[np.bool_]] | None

    @property
    def mean(self) -> float:
        """Mean accuracy over the cycles after the start."""
        return float(np.mean([cycle.accuracy for cycle in self.cycles[1:]]))


def runs_there(sweep: Sweep) -> list[tuple[Run, RecordedRun]]:
    """The existing runs that were made with the settings of this sweep, complete or not.

    A run that is older than a setting goes on as it was made, as in `open_session`, and is among them.

    Raises:
        StoreError: a damaged run.
    """
    there = [(run, open_run(run.path)) for run in sweep.runs() if run.path.exists()]
    return [(run, made) for run, made in there if later_settings(sweep, run, made.config) is not None]


def results_of(sweep: Sweep) -> list[Result]:
    """What the existing runs of a sweep came to, from their records.

    Raises:
        ConfigError: a run without a labelled test set, which has no accuracy.
        StoreError: a damaged run.
    """
    found = runs_there(sweep)
    targets = _targets(found)
    return [_result(run, made, targets) for run, made in found]


def _targets(found: Sequence[tuple[Run, RecordedRun]]) -> IntArray | None:
    """(T,) true classes of the test set, or None if no run has recorded its predictions."""
    evaluated = [records.evaluate for _, made in found for records in made.history if records.evaluate is not None]
    if not any(len(record.predicted) for record in evaluated):
        return None
    first = found[0][1]
    test = load_for(first.config, first.info.image_shape).test
    return None if test is None or test.targets is None else test.targets.numpy()


def _result(run: Run, made: RecordedRun, targets: IntArray | None) -> Result:
    cycles, right = list[CycleResult](), dict[int, NDArray[np.bool_]]()
    for records in made.history:
        if (evaluated := records.evaluate) is None:
            continue
        if evaluated.accuracy is None:
            if made.config.data.holdout:  # None of the first answers is held out yet.
                continue
            raise ConfigError(f"{run.path} has no labelled test set, so there is no accuracy to compare")
        cycles.append(
            CycleResult(
                cycle=records.cycle,
                labels=evaluated.n_labelled,
                accuracy=evaluated.accuracy,
                seconds=float(sum(records.seconds.values())),
                held_out=evaluated.n_test if evaluated.tested_on is EvaluatedOn.HELD_OUT_ANSWERS else 0,
            )
        )
        if targets is not None and predicts(evaluated, targets):
            right[evaluated.n_labelled] = evaluated.predicted == targets
    whole = len(cycles) == made.config.schedule.cycles + 1
    known = whole and len(right) == len(cycles) > 1
    return Result(
        run=run,
        cycles=tuple(cycles),
        complete=whole,
        right={cycle.labels: right[cycle.labels] for cycle in cycles[1:]} if known else None,
    )


def curves_of(results: Sequence[Result], methods: Sequence[str]) -> Curves:
    """Accuracy of every run so far."""
    curves: dict[str, dict[int, dict[int, float]]] = {method: {} for method in methods}
    for result in results:
        curves[result.run.method][result.run.seed] = {cycle.labels: cycle.accuracy for cycle in result.cycles}
    return curves


def complete_curves(results: Sequence[Result], methods: Sequence[str]) -> Curves:
    """Accuracy of the complete runs by number of labels, answers that were held out for testing included."""
    curves: dict[str, dict[int, dict[int, float]]] = {method: {} for method in methods}
    for result in results:
        if result.complete:
            curves[result.run.method][result.run.seed] = {cycle.answers: cycle.accuracy for cycle in result.cycles}
    return curves


def runs_csv(results: Sequence[Result]) -> str:
    """`runs.csv`: one line for each run and cycle."""
    return to_csv(_rows(results), RUN_COLUMNS)


def runs_parquet(results: Sequence[Result], mark: str) -> bytes | None:
    """`runs.parquet`: the same rows, as numbers; None without pyarrow, which makes it.

    Args:
        results: the runs.
        mark: kept among the metadata of the file.
    """
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        return None
    kinds = {"method": pyarrow.string(), "accuracy": pyarrow.float64(), "seconds": pyarrow.float64()}
    fields = [(column, kinds.get(column, pyarrow.int64())) for column in RUN_COLUMNS]
    table = pyarrow.Table.from_pylist(_rows(results), schema=pyarrow.schema(fields, metadata={"made by": mark}))
    out = io.BytesIO()
    parquet.write_table(table, out)
    return out.getvalue()


def _rows(results: Sequence[Result]) -> list[dict[str, Any]]:
    lines = [
        (result.run.method, result.run.seed, entry.cycle, entry.labels, entry.accuracy, round(entry.seconds, 3))
        for result in results
        for entry in result.cycles
    ]
    return [dict(zip(RUN_COLUMNS, line, strict=True)) for line in lines]
