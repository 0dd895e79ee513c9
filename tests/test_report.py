"""A run as tables."""

from __future__ import annotations

import csv
import io
import json
from types import SimpleNamespace

import numpy as np
import pytest
from fakes import CLASS_NAMES, FakeSession

from lada_explore.records import CycleRecords, Stage
from lada_explore.report import TABLES, cycle_row, cycle_rows, pair_rows, query_rows, to_csv, to_json


def recorded(session: FakeSession) -> SimpleNamespace:
    """What the tables read of a recorded run."""
    return SimpleNamespace(
        config=session.config, class_names=CLASS_NAMES, device="fake", history=session.history, path="run"
    )


@pytest.fixture(scope="module")
def run():
    session = FakeSession(cycles=2)
    session.run()
    return recorded(session)


def look_ahead(**values) -> SimpleNamespace:
    return SimpleNamespace(**{name: np.array(value, np.float32) for name, value in values.items()})


def test_the_numbers_of_a_cycle_worked_out_by_hand():
    records = CycleRecords(
        cycle=4,
        look_ahead=look_ahead(
            tau=[0.25, 0.5, 0.75, 1.0, 0.5],
            value=[1, 2, 3, 4, 5],
            best_value=[2, 2, 4, 4, 5],
            mean_virtual=[1, 2, 3, 4, 5],
        ),
        evaluate=SimpleNamespace(n_labelled=60, accuracy=0.75),
        seconds={Stage.SCORE: 1.25, Stage.TRAIN: 0.5},
    )
    assert cycle_row(records) == {
        "cycle": 4,
        "labels": 60,
        "accuracy": 0.75,
        "tau_mean": pytest.approx(0.6),
        "tau_q1": 0.5,
        "tau_q3": 0.75,
        "look_ahead": 3.0,
        "regret": pytest.approx(0.4),
        "seconds": 1.75,
    }


def test_what_has_not_run_is_none_and_the_columns_stay():
    row = cycle_row(CycleRecords(cycle=0))
    assert [name for name, value in row.items() if value is None] == [
        "labels", "accuracy", "tau_mean", "tau_q1", "tau_q3", "look_ahead", "regret"
    ]  # fmt: skip
    assert row["seconds"] == 0
    without_test_set = FakeSession(cycles=1, tested=False).run()
    assert [cycle_row(records)["accuracy"] for records in without_test_set] == [None, None]
    assert [cycle_row(records)["labels"] for records in without_test_set] == [20, 26]


def test_cycles_have_one_row_each_in_order(run):
    assert [row["cycle"] for row in cycle_rows(run)] == [0, 1, 2]
    assert [row["accuracy"] for row in cycle_rows(run)] == [r.evaluate.accuracy for r in run.history]
    assert [row["tau_mean"] is None for row in cycle_rows(run)] == [True, False, False]


def test_queries_have_one_row_an_image_with_its_own_score_label_and_partner(run):
    rows = query_rows(run)
    assert [row["id"] for row in rows] == [int(i) for r in run.history for i in r.select.query_ids]
    assert [row["cycle"] for row in rows] == [0] * 20 + [1] * 6 + [2] * 6
    assert {row["partner"] for row in rows[:20]} == {row["score"] for row in rows[:20]} == {None}
    for row in rows:
        assert row["label"] == row["id"] % 10
        assert row["class"] == CLASS_NAMES[row["label"]]
    first, second = run.history[1].select.pair_ids[0].tolist()
    best = {row["id"]: row for row in rows[20:26]}
    assert (best[first]["partner"], best[second]["partner"]) == (second, first)
    own = dict(zip(run.history[1].subsample.subset_ids.tolist(), run.history[1].score.scores.tolist(), strict=True))
    assert [row["score"] for row in rows[20:26]] == [own[row["id"]] for row in rows[20:26]]


def test_an_open_query_has_rows_without_labels():
    session = FakeSession(cycles=1, person=True)
    session.run()
    rows = query_rows(recorded(session))
    assert len(rows) == 20
    assert {(row["label"], row["class"]) for row in rows} == {(None, None)}


def test_pairs_have_one_row_each_whose_terms_add_up(run):
    rows = pair_rows(run)
    assert [row["cycle"] for row in rows] == [1] * 20 + [2] * 20
    for row, pair, tau in zip(rows, run.history[1].subsample.pair_ids, run.history[1].look_ahead.tau, strict=False):
        assert [row["first_id"], row["second_id"]] == pair.tolist()
        assert row["tau"] == tau
        assert row["score"] == pytest.approx(row["first_score"] + row["second_score"] + row["look_ahead"], rel=1e-5)
    queried = [[row["first_id"], row["second_id"]] for row in rows if row["queried"] and row["cycle"] == 1]
    assert sorted(queried) == sorted(run.history[1].select.pair_ids.tolist())
    lowest = min(row["score"] for row in rows[:20] if row["queried"])
    assert all(row["score"] <= lowest for row in rows[:20] if not row["queried"])


def test_a_method_that_scores_single_images_has_no_pairs_and_no_tau():
    session = FakeSession(method="max-entropy", cycles=1)
    session.run()
    assert pair_rows(recorded(session)) == []
    assert to_csv([]) == ""
    assert cycle_row(session.history[1])["tau_mean"] is None
    assert query_rows(recorded(session))[-1]["partner"] is None


@pytest.mark.parametrize("table", TABLES)
def test_csv_holds_exactly_the_rows(run, table):
    rows = TABLES[table](run)
    parsed = list(csv.DictReader(io.StringIO(to_csv(rows))))
    assert len(parsed) == len(rows)
    assert list(parsed[0]) == list(rows[0])
    for read, row in zip(parsed, rows, strict=True):
        for name, value in row.items():
            assert read[name] == ("" if value is None else str(value))
            if isinstance(value, float):
                assert float(read[name]) == value


@pytest.mark.parametrize("table", TABLES)
def test_json_holds_exactly_the_rows_with_the_settings_beside_them(run, table):
    rows = TABLES[table](run)
    text = to_json(run, rows)
    values = json.loads(text)
    assert values["rows"] == rows
    assert values["config"]["schedule"]["budget"] == 6
    assert values["class_names"] == list(CLASS_NAMES)
    assert values["device"] == "fake"
    assert text.endswith("}\n")
    assert "<b>Dress</b>" in text
