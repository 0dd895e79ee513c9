"""Run folders of earlier versions open, read the same numbers and can be gone on with; see tests/fixtures/README.md."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from helpers.drawings import drawings_of, missing
from helpers.small_runs import all_bytes, copied, cut_before, small_data

from lada_explore.analysis import Rule, accuracy_by_labels, map_points, pair_path, tau_by_cycle, tau_worth, what_if
from lada_explore.config import flatten
from lada_explore.records import Stage
from lada_explore.session.session import Session
from lada_explore.store import open_run

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures" / "run-0.1"
NAMES = ("pairs", "by-hand")


@pytest.fixture(params=NAMES)
def name(request):
    return request.param


@pytest.fixture
def old(name):
    return open_run(FIXTURES / name)


@pytest.fixture
def written(name):
    """What version 0.1 read."""
    return json.loads((FIXTURES / f"{name}.json").read_text())


def test_its_settings_are_read_as_they_were_written(old, written):
    now = flatten(json.loads(json.dumps(old.config.to_dict())))
    assert {name: now[name] for name in flatten(written["config"])} == flatten(written["config"])
    assert list(old.class_names) == written["class_names"]


def test_every_line_of_its_journal_is_read(old, written):
    lines = [[a.id, a.label, a.annotator, a.cycle, a.action, a.note, a.undoes] for a in old.answers()]
    assert lines == written["answers"]


def test_its_records_hold_the_same_numbers(old, written):
    for key, of in {
        "query_ids": lambda records: records.query.ids,
        "labels": lambda records: records.query.labels,
        "held_out_ids": lambda records: records.query.held_out_ids,
        "train_loss": lambda records: records.train.train_loss,
        "virtual_loss": lambda records: records.train.virtual_loss,
    }.items():
        assert [of(records).tolist() for records in old.history] == written[key], key
    assert [records.evaluate.accuracy for records in old.history] == written["accuracy"]
    assert old.history[-1].look_ahead.tau.tolist() == written["tau"]
    assert old.history[-1].look_ahead.value.tolist() == written["value"]


def test_what_is_drawn_of_it_is_the_same(old, written):
    history, last = old.history, old.history[-1]
    points = map_points(history, last.cycle)
    assert points.ids.tolist() == written["map_ids"]
    drawn = {
        "accuracy_by_labels": accuracy_by_labels(history).accuracy,
        "mean_tau": tau_by_cycle(history).mean,
        "regret": tau_worth(last.look_ahead).regret,
        "map_entropy_bits": points.entropy_bits,
        "path_profile": pair_path(last).profile,
    }
    for key, values in drawn.items():
        np.testing.assert_allclose(values, written[key], rtol=1e-6, atol=1e-9, err_msg=key)
    assert what_if(last, Rule(kind="best")).kept_ids.tolist() == written["what_if_kept"]


@pytest.fixture
def data(name):
    """The images that it was made on."""
    return small_data(n=40) if name == "pairs" else small_data(labelled=False, tested=False, n=40)


DRAWN_OTHERWISE = {
    "MapView": [[14.0]],  # the size of a star, which is none of its numbers
    # Bars of earlier cycles that had no answers; there are none now.
    "ClassBalanceChart": [[0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]],
}
"""By view, what the code that wrote them drew and no code draws any more."""


def gone(view, recorded, drawn):
    """The recorded sequences that a view does not draw any more; the what-if prints means to a hundredth now, not to a
    thousandth, and no smaller difference, and the gallery names the gain after the tau* and V of a pair."""
    name = view.partition(",")[0]
    if name == "QueryGallery":
        drawn = drawn + [numbers[:2] for numbers in drawn if len(numbers) == 3]
    lost = [numbers for numbers in missing(recorded, drawn) if numbers not in DRAWN_OTHERWISE.get(name, [])]
    if name != "WhatIf":
        return lost
    rounded = [[round(number, 2) for number in sequence] for sequence in lost]
    return missing([numbers for numbers in rounded if numbers != [0.0]], drawn)


def test_every_view_draws_the_numbers_that_the_code_which_wrote_it_drew(tmp_path, name, data):
    drawn = drawings_of(FIXTURES / name, tmp_path / "run", data)
    recorded = json.loads((FIXTURES / f"{name}.drawings.json").read_text())
    assert len(recorded) > 35
    assert set(recorded) <= set(drawn)
    lost = {view: gone(view, sequences, drawn[view]) for view, sequences in recorded.items()}
    assert {view: sequences for view, sequences in lost.items() if sequences} == {}


def test_a_number_that_is_drawn_otherwise_is_found():
    recorded = [[0.25, 0.5, 1.0], [3.0]]
    assert missing(recorded, [[3.0], [9.0, 9.0, 9.0], [0.25, 0.50001, 1.0]]) == []
    assert missing(recorded, [[3.0], [0.25, 0.501, 1.0]]) == [[0.25, 0.5, 1.0]]
    assert missing(recorded, [[0.25, -0.5, 1.0], [3.0, 3.0]]) == recorded


def test_it_is_gone_on_with_from_its_weights(tmp_path, written, name, data):
    run = copied(FIXTURES / name, tmp_path / "run")
    last = len(written["train_loss"]) - 1
    cut_before(run, last, Stage.TRAIN)
    session = Session.resume(run, data=data)
    try:
        assert (session.cycle, session.next_stage) == (last, Stage.TRAIN)
        # Rounding differs between machines; other weights or images would change the loss by far more.
        assert session.step().train_loss.tolist() == pytest.approx(written["train_loss"][last], rel=1e-2)
    finally:
        session.close()


def test_reading_leaves_it_as_it_is(name):
    before = all_bytes(FIXTURES / name)
    open_run(FIXTURES / name).answers()
    assert all_bytes(FIXTURES / name) == before
