"""A run as tables for people and spreadsheets. Reads records only; needs no torch."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lada_explore.analysis.pairs import max_instance
from lada_explore.analysis.worth import best_of
from lada_explore.records import DRAW_UNIT, CycleRecords
from lada_explore.store import RecordedRun

Row = dict[str, Any]

CYCLE_COLUMNS = (
    *("cycle", "labels", "accuracy_percent", "tau_mean", "tau_q1", "tau_q3"),
    *("look_ahead_{unit}", "regret_{unit}", "seconds"),
)
QUERY_COLUMNS = ("cycle", "id", "image_score_{unit}", "label", "class", "partner")
PAIR_COLUMNS = (
    *("cycle", "first_id", "second_id", "mix_layer", "first_score_{unit}", "second_score_{unit}"),
    *("look_ahead_term_{unit}", "pair_score_{unit}", "tau", "best_tau", "best_value_{unit}", "mean_virtual_{unit}"),
    *("max_virtual_{unit}", "max_instance_{unit}", "queried"),
)
BETWEEN = "  "
"""Separates two columns of a table for the terminal."""


def named(unit: str) -> str:
    """A unit as it stands in the name of a column: "bits of information" as bits_of_information."""
    return re.sub(r"\W+", "_", unit.lower()).strip("_") or "unit"


def percent(share: float | None) -> float | None:
    """A share in [0, 1] in per cent: 0.57 as 57.0 and not as 56.99999999999999."""
    return None if share is None else round(100 * share, 10)


def _row(columns: Sequence[str], unit: str, values: Sequence[Any]) -> Row:
    return dict(zip(_columns(columns, unit), values, strict=True))


def _columns(columns: Sequence[str], unit: str) -> tuple[str, ...]:
    return tuple(column.format(unit=named(unit)) for column in columns)


def cycle_row(records: CycleRecords, unit: str) -> Row:
    """One cycle as a row; a value that is not recorded yet, or does not apply to the method, is None.

    Columns: cycle; labels (images labelled so far); accuracy_percent; tau_mean, tau_q1, tau_q3 over all pairs;
    look_ahead and regret (means over the pairs, as recorded: a method of pairs without look-ahead counts neither);
    seconds.

    Args:
        records: records of the cycle.
        unit: unit of the acquisition, which is a part of the names of the columns.
    """
    row: Row = dict.fromkeys(CYCLE_COLUMNS)
    row["cycle"] = records.cycle
    if records.evaluate is not None:
        row |= {"labels": records.evaluate.n_labelled, "accuracy_percent": percent(records.evaluate.accuracy)}
    ahead = records.look_ahead
    if ahead is not None and len(ahead.tau):
        q1, q3 = np.quantile(ahead.tau, [0.25, 0.75])
        row |= {
            "tau_mean": float(ahead.tau.mean()),
            "tau_q1": float(q1),
            "tau_q3": float(q3),
            "look_ahead_{unit}": float(ahead.value.mean()),
            "regret_{unit}": float((best_of(ahead)[1] - ahead.mean_virtual).mean()),
        }
    elif ahead is not None and len(ahead.theta):
        row["look_ahead_{unit}"] = float(ahead.value.mean())
    row["seconds"] = round(sum(records.seconds.values()), 3)
    return _row(CYCLE_COLUMNS, unit, list(row.values()))


def cycle_rows(run: RecordedRun) -> list[Row]:
    """One row a cycle, see `cycle_row`."""
    return [cycle_row(records, run.info.acquisition_unit) for records in run.history]


def query_rows(run: RecordedRun) -> list[Row]:
    """One row for each queried image: cycle, id, its own score, label (None while unanswered), class name, partner.

    Of a closed query: the images that were asked in the end, then those that were answered ahead.
    """
    rows = []
    for records in run.history:
        asked = records.asked
        if asked is None:
            continue
        labels: dict[int, int] = {}
        if records.query is not None:
            labels = dict(zip(records.query.ids.tolist(), records.query.labels.tolist(), strict=True))
        scores: dict[int, float] = {}
        if records.subsample is not None and records.score is not None:
            scores = dict(zip(records.subsample.subset_ids.tolist(), records.score.scores.tolist(), strict=True))
        partners = {int(a): int(b) for pair in asked.pair_ids for a, b in (pair, pair[::-1])}
        ahead = [] if records.query is None else records.query.ahead_ids.tolist()
        for image_id in asked.ids.tolist() + ahead:
            label = labels.get(image_id)
            name = None if label is None else run.class_names[label]
            values = (records.cycle, image_id, scores.get(image_id), label, name, partners.get(image_id))
            rows.append(_row(QUERY_COLUMNS, run.info.acquisition_unit, values))
    return rows


def pair_rows(run: RecordedRun) -> list[Row]:
    """One row for each candidate pair: the terms of its score, its tau* and best tau, and whether it was asked.

    Column look_ahead_term is V as the score counts it: 0 for a method of pairs without look-ahead. Its column of
    `cycle_row`, look_ahead, is a mean of V as it was recorded, counted or not.
    """
    rows = []
    for records in run.history:
        candidates, ahead, select, asked = records.subsample, records.look_ahead, records.select, records.asked
        if candidates is None or ahead is None or select is None or asked is None:
            continue
        queried = {tuple(pair) for pair in asked.pair_ids.tolist()}
        largest = max_instance(ahead)
        for i, pair in enumerate(candidates.pair_ids.tolist()):
            first, second, value = select.score_terms[i].tolist()
            found = (ahead.tau, *best_of(ahead), ahead.mean_virtual, ahead.max_virtual, largest)
            values = (
                *(records.cycle, *pair, candidates.mix_layer, first, second, value, float(select.scores[i])),
                *(float(array[i]) for array in found),
                tuple(pair) in queried,
            )
            rows.append(_row(PAIR_COLUMNS, run.info.acquisition_unit, values))
    return rows


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a run.

    Attributes:
        rows: makes the rows of a run.
        columns: names of the columns, in which `{unit}` stands for the unit of the acquisition.
    """

    rows: Callable[[RecordedRun], list[Row]]
    columns: tuple[str, ...]

    def header(self, run: RecordedRun) -> tuple[str, ...]:
        """Names of the columns for a run, even one without rows."""
        return _columns(self.columns, run.info.acquisition_unit)


TABLES: Mapping[str, Table] = {
    "cycles": Table(cycle_rows, CYCLE_COLUMNS),
    "queries": Table(query_rows, QUERY_COLUMNS),
    "pairs": Table(pair_rows, PAIR_COLUMNS),
}


def to_csv(rows: Sequence[Row], columns: Sequence[str]) -> str:
    """Rows as CSV, always with a header line; None is an empty field."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def to_json(run: RecordedRun, rows: Sequence[Row], columns: Sequence[str]) -> str:
    """Rows as JSON, with the run's config and the names of the columns beside them."""
    values = {
        "config": run.config.to_dict(),
        "class_names": run.class_names,
        "device": run.device,
        "columns": columns,
        "rows": rows,
    }
    return json.dumps(values, indent=1, ensure_ascii=False) + "\n"


def to_text(run: RecordedRun, width: int) -> str:
    """The cycles as a table for a terminal; columns that do not fit beside each other follow below.

    V and regret stay empty where they are random draws, which say nothing of the images.

    Args:
        run: the run.
        width: columns of the terminal. No line is longer and no value is broken, down to a width of 21.
    """
    rows = [list(row.values()) for row in cycle_rows(run)]
    forms = (("cycle", "d"), ("labels", "d"), ("accuracy %", ".2f"), ("tau*", ".3f"))
    found = {name: [_number(row[place], form) for row in rows] for place, (name, form) in enumerate(forms)}
    found["quartiles"] = ["-" if row[4] is None else f"{row[4]:.3f} to {row[5]:.3f}" for row in rows]
    drawn = run.info.acquisition_unit == DRAW_UNIT
    for place, name in ((6, "V"), (7, "regret")):
        found[name] = [_number(None if drawn else row[place], "z.3f") for row in rows]
    found["seconds"] = [_number(row[8], ".1f") for row in rows]
    return text_table(found, width)


def text_table(found: Mapping[str, Sequence[str]], width: int) -> str:
    """A table for a terminal; columns that do not fit beside each other follow below, after the first one again.

    Args:
        found: the texts of each column by its name.
        width: columns of the terminal.
    """
    return "\n\n".join("\n".join(_lines(found, names)) for names in _parts(found, width))


def _number(value: float | None, form: str) -> str:
    return "-" if value is None else format(value, form)


def _wide(name: str, texts: Sequence[str]) -> int:
    return max(map(len, (name, *texts)))


def _parts(found: Mapping[str, Sequence[str]], width: int) -> list[list[str]]:
    """Names of the columns of each part that fits the width; every part begins with the first."""
    first, *others = found
    parts = [[first]]
    for name in others:
        together = [*parts[-1], name]
        if len(parts[-1]) > 1 and sum(_wide(n, found[n]) + len(BETWEEN) for n in together) - len(BETWEEN) > width:
            parts.append([first, name])
        else:
            parts[-1] = together
    return parts


def _lines(found: Mapping[str, Sequence[str]], names: Sequence[str]) -> list[str]:
    widths = [_wide(name, found[name]) for name in names]
    table = [names, ["-" * wide for wide in widths], *zip(*(found[name] for name in names), strict=True)]
    return [BETWEEN.join(text.rjust(wide) for text, wide in zip(line, widths, strict=True)) for line in table]
