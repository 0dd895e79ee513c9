"""Tables of a sweep: accuracy of every method at each number of labels, and differences over all cycles."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lada_explore.exchange.report import percent, to_csv
from lada_explore.experiments.figures import accuracy_file
from lada_explore.experiments.found import later_settings, with_all_there
from lada_explore.experiments.grid import AT
from lada_explore.experiments.paired import At, Difference, Row, accuracy_rows, differences_of
from lada_explore.experiments.plan import Run
from lada_explore.experiments.printed import half_up, interval_text, p_text
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


def differences(results: Sequence[Result], comparisons: Sequence[tuple[str, str]]) -> list[Difference]:
    """The differences of some methods to others over runs of a sweep, see `paired.differences_of`."""
    right: dict[str, dict[int, NDArray[np.float64]]] = {}
    for result in results:
        if result.right is not None:
            right.setdefault(result.run.method, {})[result.run.seed] = result.right / (len(result.cycles) - 1)
    return differences_of(right, comparisons)


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
    against = differences(results, [(method, baseline) for method in sweep.methods if method != baseline])
    text = to_markdown(rows, sweep.methods, baseline, conditions(sweep))
    if len(sweep.methods) > 1:
        text += f"\n{differences_markdown(against)}"
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
        text += f" ({interval_text(row.lower, row.upper)})"
    return text


def differences_markdown(found: Sequence[Difference]) -> str:
    """The differences for people, in points; a sentence where there are none."""
    if not found:
        return "No two methods have 2 seeds in common whose predictions of one test set are recorded.\n"
    few = min(one.seeds for one in found)
    lines = [
        "Mean accuracy over all cycles after the start, in points, with the 95 % interval from resampling seeds and "
        "test images, and p-values before and after Holm's correction for the comparisons of this table."
        + few_seeds(few),
        "",
        "| method | against | seeds | difference | 95 % interval | p | p (Holm) |",
        "|---|---|---:|---:|---:|---:|---:|",
    ]
    for one in found:
        numbers = f"{half_up(100 * one.difference, 2):+} | {interval_text(one.lower, one.upper)}"
        p_values = " | ".join(p_text(p) for p in (one.p, one.p_holm))
        lines.append(f"| {one.method} | {one.against} | {one.seeds} | {numbers} | {p_values} |")
    return "\n".join(lines) + "\n"
