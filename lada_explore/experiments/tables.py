"""Tables of a sweep: accuracy of every method at each number of labels, and differences over all cycles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from lada_explore.errors import ConfigError
from lada_explore.exchange.report import percent, to_csv
from lada_explore.experiments.found import later_settings, with_all_there
from lada_explore.experiments.grid import AT
from lada_explore.experiments.plan import Run
from lada_explore.experiments.results import (
    Curves,
    Result,
    complete_curves,
    curves_of,
    results_of,
    runs_csv,
    runs_there,
)
from lada_explore.experiments.statistics import FEW_SEEDS, holm, paired_interval, resampled
from lada_explore.experiments.sweep import OF_TABLES, TABLES, Sweep
from lada_explore.files import encoded, write_file


class At(StrEnum):
    """Summaries of a curve, beside its values at each number of labels.

    MEAN: mean accuracy over all cycles after the start. BEST: best accuracy over all cycles of a run, the start
    included, as in the paper's Table 5. The cycle is picked by its accuracy on the test set, so BEST is higher than
    what new images would show, the more so the more cycles a run has.
    """

    MEAN = "mean"
    BEST = "best"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One method at one number of labels, or in one summary.

    Attributes:
        at: number of labelled images, or the summary.
        method: name of the method.
        seeds: number of its runs that have come so far; all cycles for a summary.
        accuracy: mean test accuracy over these runs, in [0, 1].
        deviation: standard deviation over these runs, with n - 1 in its denominator; None for one run.
        difference: mean, over the seeds that both have, of its accuracy minus the baseline's; None for the baseline,
            and without such seeds.
        lower, upper: ends of the paired 95 % confidence interval of the difference; None with fewer than 2 such seeds.
    """

    at: int | At
    method: str
    seeds: int
    accuracy: float
    deviation: float | None
    difference: float | None
    lower: float | None
    upper: float | None


def compare(
    curves: Curves, baseline: str, complete: Mapping[str, Mapping[int, Sequence[float]]] | None = None
) -> list[Row]:
    """The table: a row for each number of labels and method, then the summaries.

    Args:
        curves: accuracies of the methods, in the order of the columns.
        complete: accuracy by cycle of the complete runs, for the summaries; None takes the curves with every number of
            labels. Runs that hold answers out for testing differ in their numbers of labels.
        baseline: the method that the others are compared with.

    Raises:
        ConfigError: the baseline is not among the methods.

    Source: the paper's Table 5 for `At.BEST`: mean and standard deviation over the replications of the best accuracy.
    That the start counts is from the authors' release (`best_acc` in utils_data.py).
    """
    if baseline not in curves:
        raise ConfigError(f"baseline {baseline!r} is not in the sweep; choose one of {', '.join(curves)}")
    labels = sorted({n for seeds in curves.values() for curve in seeds.values() for n in curve})
    rows = []
    for n in labels:
        at = {name: {seed: curve[n] for seed, curve in seeds.items() if n in curve} for name, seeds in curves.items()}
        rows += _rows(n, at, baseline)
    # Only curves that have every point, because summaries of different cycles cannot be compared.
    whole = complete or {
        name: {s: [curve[n] for n in labels] for s, curve in seeds.items() if len(curve) == len(labels)}
        for name, seeds in curves.items()
    }
    if max((len(curve) for seeds in whole.values() for curve in seeds.values()), default=0) < 2:
        return rows
    means = {name: {s: float(np.mean(curve[1:])) for s, curve in seeds.items()} for name, seeds in whole.items()}
    best = {name: {s: max(curve) for s, curve in seeds.items()} for name, seeds in whole.items()}
    return rows + _rows(At.MEAN, means, baseline) + _rows(At.BEST, best, baseline)


def _rows(at: int | At, values: Mapping[str, Mapping[int, float]], baseline: str) -> list[Row]:
    return [_row(at, name, values[name], values[baseline], name == baseline) for name in values if values[name]]


def _row(at: int | At, method: str, own: Mapping[int, float], other: Mapping[int, float], is_baseline: bool) -> Row:
    shared = sorted(set(own) & set(other))
    differences = np.array([own[seed] - other[seed] for seed in shared], np.float64)
    interval = None if is_baseline else paired_interval(differences)
    values = np.array(list(own.values()), np.float64)
    return Row(
        at=at,
        method=method,
        seeds=len(own),
        accuracy=float(values.mean()),
        deviation=None if len(values) < 2 else float(values.std(ddof=1)),
        difference=None if is_baseline or not shared else float(differences.mean()),
        lower=None if interval is None else interval[0],
        upper=None if interval is None else interval[1],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The outcome of a comparison: mean accuracy over all cycles after the start, one method minus another.

    Attributes:
        method, against: names of the two methods.
        seeds: number of seeds that both have completed.
        difference: mean difference over seeds and test images.
        lower, upper: ends of its 95 % interval, by resampling seeds and test images.
        p: two-sided p-value of no difference.
        p_holm: the same, adjusted for all comparisons made together.
    """

    method: str
    against: str
    seeds: int
    difference: float
    lower: float
    upper: float
    p: float
    p_holm: float


def differences(results: Sequence[Result], comparisons: Sequence[tuple[str, str]]) -> list[Difference]:
    """The differences of some methods to others; comparisons without 2 common seeds and 2 test images are left out.

    Args:
        results: runs.
        comparisons: pairs (method, against), all of which are decided together.

    Source: see `statistics.resampled` and `statistics.holm`.
    """
    right: dict[str, dict[int, NDArray[np.float64]]] = {}
    for result in results:
        if result.right is not None:
            right.setdefault(result.run.method, {})[result.run.seed] = result.right / (len(result.cycles) - 1)
    found = []
    for method, against in comparisons:
        own, other = right.get(method, {}), right.get(against, {})
        if len(shared := sorted(set(own) & set(other))) >= 2 and len(own[shared[0]]) >= 2:
            matrix = np.stack([own[seed] - other[seed] for seed in shared])
            found.append((method, against, len(shared), resampled(matrix)))
    adjusted = holm([outcome.p for *_, outcome in found])
    return [
        Difference(
            method=method,
            against=against,
            seeds=seeds,
            difference=outcome.mean,
            lower=outcome.lower,
            upper=outcome.upper,
            p=outcome.p,
            p_holm=p_holm,
        )
        for (method, against, seeds, outcome), p_holm in zip(found, adjusted, strict=True)
    ]


def write_tables(sweep: Sweep, baseline: str) -> str:
    """Write the tables of `TABLES` of all runs in the sweep's folder into it; returns the Markdown.

    Raises:
        ConfigError: an unknown baseline, no accuracy, a folder that cannot be written, or runs there that would be
            lost, see `with_all_there`.
    """
    sweep = with_all_there(sweep)
    results = results_of(sweep)
    complete = complete_curves(results, sweep.methods)
    rows = compare(curves_of(results, sweep.methods), baseline, complete)
    against = differences(results, [(method, baseline) for method in sweep.methods if method != baseline])
    text = to_markdown(rows, sweep.methods, baseline, conditions(sweep))
    if len(sweep.methods) > 1:
        text += f"\n{differences_markdown(against)}"
    contents = (runs_csv(results), table_csv(rows), differences_csv(against), text)
    for name, content in zip(TABLES, contents, strict=True):
        write_file(sweep.out / name, encoded(content), overwrite=True, refusal=OF_TABLES)
    return text


def table_csv(rows: Sequence[Row]) -> str:
    """The table for programs: accuracy and deviation in per cent, the difference and its interval in points.

    `labels` is empty in the lines of a summary, which `summary` names.
    """
    columns = (
        *("labels", "summary", "method", "seeds", "accuracy_percent", "deviation_points"),
        *("difference_points", "lower_points", "upper_points"),
    )
    lines = []
    for row in rows:
        shares = (row.accuracy, row.deviation, row.difference, row.lower, row.upper)
        place = (None, row.at.value) if isinstance(row.at, At) else (row.at, None)
        lines.append((*place, row.method, row.seeds, *map(percent, shares)))
    return to_csv([dict(zip(columns, line, strict=True)) for line in lines], columns)


def differences_csv(found: Sequence[Difference]) -> str:
    """The differences for programs, in points."""
    columns = ("method", "against", "seeds", "difference_points", "lower_points", "upper_points", "p", "p_holm")
    lines = [
        (
            *(one.method, one.against, one.seeds),
            *map(percent, (one.difference, one.lower, one.upper)),
            one.p,
            one.p_holm,
        )
        for one in found
    ]
    return to_csv([dict(zip(columns, line, strict=True)) for line in lines], columns)


_IN_WORDS = ("data.name", "classifier.width", "schedule.cycles", "schedule.budget")
"""Settings that the sentence on the conditions tells in any case."""


def conditions(sweep: Sweep) -> str:
    """The conditions under which the runs were made, as a sentence."""
    config = sweep.config(sweep.methods[0], 0)
    changed = "".join(f", {name}={value}" for name, value in (sweep.settings or {}).items() if name not in _IN_WORDS)
    cycles = "1 cycle" if config.schedule.cycles == 1 else f"{config.schedule.cycles} cycles"
    there = runs_there(sweep)
    infos = [made.info for _, made in there]
    older = {entry for run, made in there for entry in (later_settings(sweep, run, made.config) or {}).items()}
    # Each process finds out by itself what its machine does best, and a sweep may be gone on with on another.
    made = (f"{info.device}, torch {info.versions.get('torch', '')}, {info.precision}" for info in infos)
    where = f"; {' or '.join(dict.fromkeys(made))}" if infos else ""
    if older:
        where += f"; older runs with {', '.join(sorted(f'{name}={value}' for name, value in older))}"
    if any(AT in method for method in sweep.methods):
        where = f"; what a name says after {AT} holds for that method alone{where}"
    width = f", width {config.classifier.width}" if config.uses("classifier.width") else ""
    return (
        f"Preset {config.preset} on {config.data.name}{width}, {cycles} "
        f"of {config.schedule.budget} labels, {_seeds(sweep, [run for run, _ in there])}{changed}{where}."
    )


def _seeds(sweep: Sweep, runs: Sequence[Run]) -> str:
    """How many seeds the methods of a sweep have, by their runs."""
    counts = {sum(run.method == method for run in runs) for method in sweep.methods} if runs else {sweep.seeds}
    least, most = min(counts), max(counts)
    return f"{most} seed{'s' * (most > 1)}" if least == most else f"{least} to {most} seeds by method"


SUMMARIES = {At.MEAN: "mean", At.BEST: "best (deviation)"}
"""How the lines of the summaries begin."""


def to_markdown(rows: Sequence[Row], methods: Sequence[str], baseline: str, under: str) -> str:
    """The table for people: accuracy in per cent, and in points the difference to the baseline with its interval."""
    by_place = {(row.at, row.method): row for row in rows}
    lines = [
        f"{under} Test accuracy in per cent, mean over the seeds; below it, in points, the difference to {baseline} "
        "with its 95 % confidence interval (Student's t, paired by seed). The line `mean` is the mean over all cycles "
        "after the start, the line `best` the best accuracy of each run, the start included, with its standard "
        "deviation over the seeds; it is picked on the test set, so it is higher than new images would show.",
        "",
        "| labels | " + " | ".join(methods) + " |",
        "|---:|" + "---:|" * len(methods),
    ]
    for at in dict.fromkeys(row.at for row in rows):
        cells = [_cell(by_place.get((at, method))) for method in methods]
        lines.append(f"| {SUMMARIES[at] if isinstance(at, At) else at} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _cell(row: Row | None) -> str:
    if row is None:
        return "-"
    text = f"{half_up(100 * row.accuracy, 2)}"
    if row.at is At.BEST and row.deviation is not None:
        text += f" ({half_up(100 * row.deviation, 2)})"
    if row.difference is not None:
        text += f"<br>{half_up(100 * row.difference, 2):+}"
    if row.lower is not None and row.upper is not None:
        text += f" ({_interval(row.lower, row.upper)})"
    return text


def _interval(lower: float, upper: float) -> str:
    return f"{half_up(100 * lower, 2):+} to {half_up(100 * upper, 2):+}"


def half_up(number: float, places: int) -> Decimal:
    """A number for a table with so many decimal places, halves away from zero: 32.175 as 32.18, and not as 32.17.

    Formatting rounds what is stored, and 32.175 is stored as a little less. So is a mean of decimals, which is off in
    its last digits too; rounded to 10 places first, 32.17499999999999 counts as the 32.175 that it is.
    """
    return Decimal(repr(round(float(number), 10))).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def differences_markdown(found: Sequence[Difference]) -> str:
    """The differences for people, in points; a sentence where there are none."""
    if not found:
        return "No two methods have 2 seeds in common whose predictions of one test set are recorded.\n"
    few = min(one.seeds for one in found)
    lines = [
        "Mean accuracy over all cycles after the start, in points, with the 95 % interval from resampling seeds and "
        "test images, and p-values before and after Holm's correction for the comparisons of this table."
        + (f" With {few} seeds the intervals are too narrow; {FEW_SEEDS} or more are needed." * (few < FEW_SEEDS)),
        "",
        "| method | against | seeds | difference | 95 % interval | p | p (Holm) |",
        "|---|---|---:|---:|---:|---:|---:|",
    ]
    for one in found:
        numbers = f"{half_up(100 * one.difference, 2):+} | {_interval(one.lower, one.upper)}"
        p_values = " | ".join(_p_value(p) for p in (one.p, one.p_holm))
        lines.append(f"| {one.method} | {one.against} | {one.seeds} | {numbers} | {p_values} |")
    return "\n".join(lines) + "\n"


def _p_value(p: float) -> str:
    return "< 0.001" if p < 0.001 else str(half_up(p, 3))
