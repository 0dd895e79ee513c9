"""A run as tables for people and spreadsheets. Reads records only; needs no torch."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from lada_explore.records import CycleRecords
from lada_explore.store import RecordedRun

Row = dict[str, Any]


def cycle_row(records: CycleRecords) -> Row:
    """One cycle in one line; what has not run, or does not apply to the method, is None.

    Columns: cycle; labels (images labelled so far); accuracy (0 to 1); tau_mean, tau_q1, tau_q3 over all pairs;
    look_ahead and regret (means over the pairs, in the acquisition's unit); seconds.
    """
    row: Row = {"cycle": records.cycle, "labels": None, "accuracy": None}
    row |= {name: None for name in ("tau_mean", "tau_q1", "tau_q3", "look_ahead", "regret")}
    if records.evaluate is not None:
        row |= {"labels": records.evaluate.n_labelled, "accuracy": records.evaluate.accuracy}
    ahead = records.look_ahead
    if ahead is not None and len(ahead.tau):
        q1, q3 = np.quantile(ahead.tau, [0.25, 0.75])
        row |= {
            "tau_mean": float(ahead.tau.mean()),
            "tau_q1": float(q1),
            "tau_q3": float(q3),
            "look_ahead": float(ahead.value.mean()),
            "regret": float((ahead.best_value - ahead.mean_virtual).mean()),
        }
    elif ahead is not None and len(ahead.theta):
        row["look_ahead"] = float(ahead.value.mean())
    row["seconds"] = round(sum(records.seconds.values()), 3)
    return row


def cycle_rows(run: RecordedRun) -> list[Row]:
    """One row a cycle, see `cycle_row`."""
    return [cycle_row(records) for records in run.history]


def query_rows(run: RecordedRun) -> list[Row]:
    """One row for each queried image: cycle, id, own score, label (None while unanswered), class name, partner id.

    After the query is closed: what was asked in the end, then what was answered ahead.
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
            rows.append(
                {
                    "cycle": records.cycle,
                    "id": image_id,
                    "score": scores.get(image_id),
                    "label": label,
                    "class": None if label is None else run.class_names[label],
                    "partner": partners.get(image_id),
                }
            )
    return rows


def pair_rows(run: RecordedRun) -> list[Row]:
    """One row for each candidate pair: the terms of its score, its tau* and best tau, and whether it was asked."""
    rows = []
    for records in run.history:
        candidates, ahead, select, asked = records.subsample, records.look_ahead, records.select, records.asked
        if candidates is None or ahead is None or select is None or asked is None:
            continue
        queried = {tuple(pair) for pair in asked.pair_ids.tolist()}
        for i, pair in enumerate(candidates.pair_ids.tolist()):
            first, second, value = select.score_terms[i].tolist()
            rows.append(
                {
                    "cycle": records.cycle,
                    "first_id": pair[0],
                    "second_id": pair[1],
                    "mix_layer": candidates.mix_layer,
                    "first_score": first,
                    "second_score": second,
                    "look_ahead": value,
                    "score": float(select.scores[i]),
                    "tau": float(ahead.tau[i]),
                    "best_tau": float(ahead.best_tau[i]),
                    "best_value": float(ahead.best_value[i]),
                    "mean_virtual": float(ahead.mean_virtual[i]),
                    "max_virtual": float(ahead.max_virtual[i]),
                    "queried": tuple(pair) in queried,
                }
            )
    return rows


TABLES: Mapping[str, Callable[[RecordedRun], list[Row]]] = {
    "cycles": cycle_rows,
    "queries": query_rows,
    "pairs": pair_rows,
}


def to_csv(rows: list[Row]) -> str:
    """Rows as CSV with a header line; None is an empty field. Empty text without rows."""
    if not rows:
        return ""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def to_json(run: RecordedRun, rows: list[Row]) -> str:
    """Rows as JSON, with the run's config beside them."""
    values = {"config": run.config.to_dict(), "class_names": run.class_names, "device": run.device, "rows": rows}
    return json.dumps(values, indent=1, ensure_ascii=False) + "\n"
