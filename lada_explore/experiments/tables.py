"""Tables of a sweep: accuracy of every method at each number of labels, and differences over all cycles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from lada_explore.config import RunConfig
from lada_explore.exchange.report import percent, to_csv
from lada_explore.experiments.figures import accuracy_file
from lada_explore.experiments.found import later_settings, with_all_there
from lada_explore.experiments.grid import AT
from lada_explore.experiments.paired import At, Difference, Row, Shared, accuracy_rows, decided, shared_labels
from lada_explore.experiments.plan import Run
from lada_explore.experiments.printed import half_up, interval_text, listed, p_text
from lada_explore.experiments.results import (
    Result,
    complete_curves,
    curves_of,
    results_of,
    runs_csv,
    runs_parquet,
    runs_there,
)
from lada_explore.experiments.statistics import few_seeds
from lada_explore.experiments.sweep import FIGURES, MARK, OF_TABLES, TABLES, Sweep
from lada_explore.files import encoded, write_file

_Right = Mapping[str, Mapping[int, Mapping[int, NDArray[np.bool_]]]]
"""By method, seed and number of labels, (T,) whether each test image was classified correctly."""


def differences(results: Sequence[Result], comparisons: Sequence[tuple[str, str]]) -> list[Difference]:
    """The differences of some methods to others, each over the numbers of labels after the start that both have."""
    found = []
    for method, against in comparisons:
        right, over = _compared(results, method, against)
        if over.labels and (seeds := sorted(right[method].keys() & right[against].keys())):
            own, other = (
                np.array([[right[name][seed][n] for n in over.labels] for seed in seeds]).mean(axis=1)
                for name in (method, against)
            )
            found.append((method, against, own - other))
    return decided(found)


def _compared(results: Sequence[Result], method: str, against: str) -> tuple[_Right, Shared]:
    """What the complete runs of two methods classified correctly, and the numbers of labels that all of them have."""
    right: _Right = {
        name: {result.run.seed: result.right for result in results if result.run.method == name and result.right}
        for name in (method, against)
    }
    return right, shared_labels(right)


def unlike(results: Sequence[Result], comparisons: Sequence[tuple[str, str]]) -> str:
    """Sentences on comparisons whose runs differ in their numbers of labels: over which they are; empty for none."""
    said = []
    for method, against in comparisons:
        right, over = _compared(results, method, against)
        if not all(right.values()) or over.whole:
            continue
        said.append(
            f"{method} and {against} differ in their numbers of labels, and are compared at those that both have "
            f"after the start: {listed(over.labels)}."
            if over.labels
            else f"{method} and {against} have no number of labels after the start in common, so they are not compared."
        )
    return " ".join(said)


def write_tables(sweep: Sweep, baseline: str) -> str:
    """Write the tables of `TABLES` and the files of `FIGURES` of all runs in the sweep's folder; returns the Markdown.

    Raises:
        ConfigError: an unknown baseline, no accuracy, a folder that cannot be written, or runs there that would be
            lost, see `with_all_there`.
    """
    sweep = with_all_there(sweep)
    results = results_of(sweep)
    complete = complete_curves(results, sweep.methods)
    rows = accuracy_rows(curves_of(results, sweep.methods), baseline, complete)
    comparisons = [(method, baseline) for method in sweep.methods if method != baseline]
    against = differences(results, comparisons)
    text = to_markdown(rows, sweep.methods, baseline, conditions(sweep), shared_labels(complete))
    if comparisons:
        text += f"\n{differences_markdown(against, unlike(results, comparisons))}"
    contents = (runs_csv(results), table_csv(rows), differences_csv(against), text)
    for name, content in zip(TABLES, contents, strict=True):
        write_file(sweep.out / name, encoded(content), overwrite=True, refusal=OF_TABLES)
    curves = curves_of(results, sweep.methods)
    drawn = [accuracy_file(curves, file_format, MARK) for file_format in ("svg", "pdf")]
    files = (runs_parquet(results, MARK), *drawn)
    for name, file in zip(FIGURES, files, strict=True):
        if file is not None:
            write_file(sweep.out / name, file, overwrite=True, refusal=OF_TABLES)
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
    """The conditions that all runs have in common, as a sentence."""
    configs = [sweep.config(method, 0) for method in sweep.methods]
    config = configs[0]
    changed = "".join(f", {name}={value}" for name, value in (sweep.settings or {}).items() if name not in _IN_WORDS)
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
    widths = {config.classifier.width if config.uses("classifier.width") else None for config in configs}
    width = f", width {config.classifier.width}" if len(widths) == 1 and None not in widths else ""
    return (
        f"Preset {config.preset} on {config.data.name}{width}{_schedule(configs)}, "
        f"{_seeds(sweep, [run for run, _ in there])}{changed}{where}."
    )


def _schedule(configs: Sequence[RunConfig]) -> str:
    """How many cycles there are and of how many labels, as far as the methods have that in common."""
    cycles, budgets = ({getattr(one.schedule, name) for one in configs} for name in ("cycles", "budget"))
    n = max(cycles)
    said = "cycles" if len(cycles) > 1 else f"{n} cycle{'s' * (n != 1)}"
    said += f" of {max(budgets)} labels" if len(budgets) == 1 else ""
    return "" if said == "cycles" else f", {said}"


def _seeds(sweep: Sweep, runs: Sequence[Run]) -> str:
    """How many seeds the methods of a sweep have, by their runs."""
    counts = {sum(run.method == method for run in runs) for method in sweep.methods} if runs else {sweep.seeds}
    least, most = min(counts), max(counts)
    return f"{most} seed{'s' * (most > 1)}" if least == most else f"{least} to {most} seeds by method"


SUMMARIES = {At.MEAN: "mean", At.BEST: "best (deviation)"}
"""How the lines of the summaries begin."""


def to_markdown(
    rows: Sequence[Row], methods: Sequence[str], baseline: str, under: str, over: Shared | None = None
) -> str:
    """The table for people: accuracy in per cent, and in points the difference to the baseline with its interval.

    Args:
        rows: as `accuracy_rows` makes them.
        methods: the columns.
        baseline: the method that the others are compared with.
        under: the sentence on the conditions.
        over: the numbers of labels of the summaries; None if all runs have the same.
    """
    by_place = {(row.at, row.method): row for row in rows}
    lines = [
        f"{under} Test accuracy in per cent, mean over the seeds{_beside(rows, baseline)}. {_summaries(over)}",
        "",
        "| labels | " + " | ".join(methods) + " |",
        "|---:|" + "---:|" * len(methods),
    ]
    for at in dict.fromkeys(row.at for row in rows):
        cells = [_cell(by_place.get((at, method))) for method in methods]
        lines.append(f"| {SUMMARIES[at] if isinstance(at, At) else at} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _beside(rows: Sequence[Row], baseline: str) -> str:
    """What stands below the accuracies: differences, with intervals where there are two seeds."""
    if all(row.difference is None for row in rows):
        return ""
    interval = "; one seed has no interval"
    if any(row.lower is not None for row in rows):
        interval = " with its 95 % confidence interval (Student's t, paired by seed)"
    return f"; below it, in points, the difference to {baseline}{interval}"


def _summaries(over: Shared | None) -> str:
    """What the lines of the summaries are over."""
    mean, best = "all cycles after the start", "the start included"
    if over is not None and not over.whole:
        if not over.after:
            return (
                "The runs have no number of labels after the start in common, so there are no lines `mean` and `best`."
            )
        mean = f"the numbers of labels after the start that all runs have ({listed(over.after)})"
        best = f"of those that all runs have ({listed(over.labels)})"
    return (
        f"The line `mean` is the mean over {mean}, the line `best` the best accuracy of each run, {best}, with its "
        "standard deviation over the seeds; it is picked on the test set, so it is higher than new images would show."
    )


def _cell(row: Row | None) -> str:
    if row is None:
        return "-"
    text = f"{half_up(100 * row.accuracy, 2)}"
    if row.at is At.BEST and row.deviation is not None:
        text += f" ({half_up(100 * row.deviation, 2)})"
    if row.difference is not None:
        text += f"<br>{half_up(100 * row.difference, 2):+}"
    if row.lower is not None and row.upper is not None:
        text += f" ({interval_text(row.lower, row.upper)})"
    return text


def differences_markdown(found: Sequence[Difference], unlike: str = "") -> str:
    """The differences for people, in points, and sentences on their numbers of labels; a sentence where none is."""
    if not found:
        none = "No two methods have 2 seeds in common whose predictions of one test set are recorded."
        return f"{unlike or none}\n"
    few = min(one.seeds for one in found)
    lines = [
        "Mean accuracy over all cycles after the start, in points, with the 95 % interval from resampling seeds and "
        "test images, and p-values before and after Holm's correction for the comparisons of this table."
        + few_seeds(few)
        + (f" {unlike}" if unlike else ""),
        "",
        "| method | against | seeds | difference | 95 % interval | p | p (Holm) |",
        "|---|---|---:|---:|---:|---:|---:|",
    ]
    for one in found:
        numbers = f"{half_up(100 * one.difference, 2):+} | {interval_text(one.lower, one.upper)}"
        p_values = " | ".join(p_text(p) for p in (one.p, one.p_holm))
        lines.append(f"| {one.method} | {one.against} | {one.seeds} | {numbers} | {p_values} |")
    return "\n".join(lines) + "\n"
