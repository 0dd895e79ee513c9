"""A run as tables."""

from __future__ import annotations

import csv
import io
import json
import re
from types import SimpleNamespace

import numpy as np
import pytest
from helpers.fakes import CLASS_NAMES, FakeSession

from lada_explore.exchange.report import (
    TABLES,
    cycle_row,
    cycle_rows,
    named,
    pair_rows,
    percent,
    query_rows,
    to_csv,
    to_json,
    to_text,
)
from lada_explore.records import DRAW_UNIT, CycleRecords, Stage


def recorded(session: FakeSession) -> SimpleNamespace:
    """What the tables read of a recorded run."""
    return SimpleNamespace(
        config=session.config,
        class_names=CLASS_NAMES,
        device="fake",
        history=session.history,
        path="run",
        info=SimpleNamespace(acquisition_unit="bits"),
    )


@pytest.fixture(scope="module")
def run():
    session = FakeSession(cycles=2)
    session.run()
    return recorded(session)


def look_ahead(**values) -> SimpleNamespace:
    return SimpleNamespace(policy="learned", **{name: np.array(value, np.float32) for name, value in values.items()})


def test_the_numbers_of_a_cycle_worked_out_by_hand():
    records = CycleRecords(
        cycle=4,
        look_ahead=look_ahead(
            tau=[0.25, 0.5, 0.75, 1.0, 0.5],
            value=[1, 2, 3, 4, 5],
            best_tau=[1, 0.5, 1, 1, 0.5],
            best_value=[2, 2, 4, 4, 5],
            mean_virtual=[1, 2, 3, 4, 5],
        ),
        evaluate=SimpleNamespace(n_labelled=60, accuracy=0.75),
        seconds={Stage.SCORE: 1.25, Stage.TRAIN: 0.5},
    )
    assert cycle_row(records, "bits") == {
        "cycle": 4,
        "labels": 60,
        "accuracy_percent": 75.0,
        "tau_mean": pytest.approx(0.6),
        "tau_q1": 0.5,
        "tau_q3": 0.75,
        "look_ahead_bits": 3.0,
        "regret_bits": pytest.approx(0.4),
        "seconds": 1.75,
    }


def test_what_has_not_run_is_none_and_the_columns_stay():
    row = cycle_row(CycleRecords(cycle=0), "predicted loss")
    assert [name for name, value in row.items() if value is None] == [
        "labels", "accuracy_percent", "tau_mean", "tau_q1", "tau_q3", "look_ahead_predicted_loss",
        "regret_predicted_loss",
    ]  # fmt: skip
    assert row["seconds"] == 0
    without_test_set = FakeSession(cycles=1, tested=False).run()
    assert [cycle_row(records, "bits")["accuracy_percent"] for records in without_test_set] == [None, None]
    assert [cycle_row(records, "bits")["labels"] for records in without_test_set] == [20, 26]


def test_cycles_have_one_row_each_in_order(run):
    assert [row["cycle"] for row in cycle_rows(run)] == [0, 1, 2]
    assert [row["accuracy_percent"] for row in cycle_rows(run)] == [percent(r.evaluate.accuracy) for r in run.history]
    assert [row["tau_mean"] is None for row in cycle_rows(run)] == [True, False, False]


def test_queries_have_one_row_an_image_with_its_own_score_label_and_partner(run):
    rows = query_rows(run)
    assert [row["id"] for row in rows] == [int(i) for r in run.history for i in r.select.query_ids]
    assert [row["cycle"] for row in rows] == [0] * 20 + [1] * 6 + [2] * 6
    assert {row["partner"] for row in rows[:20]} == {row["image_score_bits"] for row in rows[:20]} == {None}
    for row in rows:
        assert row["label"] == row["id"] % 10
        assert row["class"] == CLASS_NAMES[row["label"]]
    first, second = run.history[1].select.pair_ids[0].tolist()
    best = {row["id"]: row for row in rows[20:26]}
    assert (best[first]["partner"], best[second]["partner"]) == (second, first)
    own = dict(zip(run.history[1].subsample.subset_ids.tolist(), run.history[1].score.scores.tolist(), strict=True))
    assert [row["image_score_bits"] for row in rows[20:26]] == [own[row["id"]] for row in rows[20:26]]


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
        terms = row["first_score_bits"] + row["second_score_bits"] + row["look_ahead_term_bits"]
        assert row["pair_score_bits"] == pytest.approx(terms, rel=1e-5)
    queried = [[row["first_id"], row["second_id"]] for row in rows if row["queried"] and row["cycle"] == 1]
    assert sorted(queried) == sorted(run.history[1].select.pair_ids.tolist())
    lowest = min(row["pair_score_bits"] for row in rows[:20] if row["queried"])
    assert all(row["pair_score_bits"] <= lowest for row in rows[:20] if not row["queried"])


def test_no_two_tables_have_a_column_of_one_name_for_two_things():
    # The ids and scores of images and pairs have the same meaning wherever they stand.
    shared = set(TABLES["cycles"].columns) & set(TABLES["pairs"].columns)
    assert shared == {"cycle"}
    assert set(TABLES["cycles"].columns) & set(TABLES["queries"].columns) == {"cycle"}


def test_a_method_that_scores_single_images_has_no_pairs_and_no_tau():
    session = FakeSession(method="max-entropy", cycles=1)
    session.run()
    run = recorded(session)
    assert pair_rows(run) == []
    header = (
        "cycle,first_id,second_id,mix_layer,first_score_bits,second_score_bits,look_ahead_term_bits,pair_score_bits"
    )
    assert to_csv([], TABLES["pairs"].header(run)).startswith(f"{header},")
    written = json.loads(to_json(run, [], TABLES["pairs"].header(run)))
    assert (written["columns"][:3], written["rows"]) == (["cycle", "first_id", "second_id"], [])
    assert cycle_row(session.history[1], "bits")["tau_mean"] is None
    assert query_rows(recorded(session))[-1]["partner"] is None


@pytest.mark.parametrize("table", TABLES)
def test_csv_holds_exactly_the_rows(run, table):
    rows, columns = TABLES[table].rows(run), TABLES[table].header(run)
    parsed = list(csv.DictReader(io.StringIO(to_csv(rows, columns))))
    assert len(parsed) == len(rows)
    assert list(parsed[0]) == list(rows[0]) == list(columns)
    for read, row in zip(parsed, rows, strict=True):
        for name, value in row.items():
            assert read[name] == ("" if value is None else str(value))
            if isinstance(value, float):
                assert float(read[name]) == value


@pytest.mark.parametrize("table", TABLES)
def test_json_holds_exactly_the_rows_with_the_settings_beside_them(run, table):
    rows, columns = TABLES[table].rows(run), TABLES[table].header(run)
    text = to_json(run, rows, columns)
    values = json.loads(text)
    assert values["rows"] == rows
    assert values["config"]["schedule"]["budget"] == 6
    assert values["class_names"] == list(CLASS_NAMES)
    assert values["device"] == "fake"
    assert text.endswith("}\n")
    assert "<b>Dress</b>" in text


def test_a_unit_stands_in_the_name_of_a_column_and_no_name_means_two_things(run):
    assert [named(unit) for unit in ("bits of information", "gradient norm", "L2/px", "?")] == [
        *("bits_of_information", "gradient_norm", "l2_px", "unit")
    ]
    assert (percent(0.57), percent(None), percent(1 / 3)) == (57.0, None, pytest.approx(100 / 3))
    headers = {name: set(table.header(run)) for name, table in TABLES.items()}
    assert not any(column == "score" or column == "accuracy" for header in headers.values() for column in header)
    assert headers["queries"] & headers["pairs"] == {"cycle"}


@pytest.mark.parametrize("width", [21, 40, 60, 80, 200])
def test_the_table_for_a_terminal_is_never_wider_than_it_and_breaks_no_value(run, width):
    parts = [part.splitlines() for part in to_text(run, width).split("\n\n")]
    assert max(len(line) for part in parts for line in part) <= width
    assert len(parts) == {21: 6, 200: 1, 80: 1}.get(width, len(parts))
    for header, _, *lines in parts:
        names = re.split(r" {2,}", header.strip())
        assert names[0] == "cycle"
        assert [re.split(r" {2,}", line.strip())[0] for line in lines] == ["0", "1", "2"]
        assert {len(re.split(r" {2,}", line.strip())) for line in lines} == {len(names)}
    assert [name for part in parts for name in re.split(r" {2,}", part[0].strip())[1:]] == [
        *("labels", "accuracy %", "tau*", "quartiles", "V", "regret", "seconds")
    ]
    q1, q3 = (cycle_rows(run)[1][name] for name in ("tau_q1", "tau_q3"))
    assert f"{q1:.3f} to {q3:.3f}" in to_text(run, width)


def test_the_table_for_a_terminal_leaves_v_and_regret_empty_where_they_are_random_draws(run):
    drawn = SimpleNamespace(**{**vars(run), "info": SimpleNamespace(acquisition_unit=DRAW_UNIT)})
    (part,) = to_text(drawn, 200).split("\n\n")
    header, _, *lines = (re.split(r" {2,}", line.strip()) for line in part.splitlines())
    for line in lines[1:]:
        values = dict(zip(header, line, strict=True))
        assert (values["V"], values["regret"]) == ("-", "-")
        assert float(values["tau*"]) > 0
        assert float(values["seconds"]) >= 0
