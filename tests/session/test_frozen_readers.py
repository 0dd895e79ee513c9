"""What reads a run reads that of a head on features: views, report, labels, lesson and what-if, with the pictures."""

import json

import numpy as np
import pytest
from helpers.drawings import drawings_of
from helpers.on_features import row_means
from helpers.small_runs import small_config

from lada_explore.analysis.what_if import Rule, what_if
from lada_explore.apps.lesson.page import write_lesson
from lada_explore.config import DataConfig
from lada_explore.datasets import load
from lada_explore.exchange.run_labels import export_labels
from lada_explore.session.session import Session
from lada_explore.store import open_run


@pytest.fixture(scope="module")
def digits():
    return load(DataConfig(name="digits"))


@pytest.fixture(scope="module")
def run(tmp_path_factory, digits):
    """A finished run on features of a file: the means of the rows of the digits, and a number that is always 1."""
    folder = tmp_path_factory.mktemp("frozen")
    rows = {
        name: np.pad(row_means(part.images.float() / 255).numpy(), ((0, 0), (0, 1)), constant_values=1)
        for name, part in (("train", digits.train), ("test", digits.test))
    }
    np.savez(folder / "mine.npz", **rows)
    kind = f"features:{folder / 'mine.npz'}"
    session = Session.create(small_config(data__name="digits", classifier__kind=kind, head__hidden=8), folder / "run")
    session.run()
    session.close()
    return folder / "run"


def test_every_view_draws_it(run, digits, tmp_path):
    """A live session of a copy too, which goes on with the same features."""
    drawn = drawings_of(run, tmp_path / "copy", digits)
    assert {name.partition(",")[0] for name in drawn} >= {"MapView", "PairMixer", "QueryGallery", "WhatIf", "TauChart"}
    for name in ("MapView, cycle 2", "PairMixer, cycle 2", "QueryGallery, cycle 2"):
        assert drawn[name]


def test_what_another_rule_would_have_chosen_is_found(run):
    records = open_run(run).history[-1]
    other = what_if(records, Rule(kind="fixed", tau=0.1))
    assert len(other.other.ids) == len(records.asked.ids)


def test_a_lesson_holds_its_pictures(run, tmp_path):
    assert write_lesson(run, tmp_path / "lesson.html") > 10_000


def test_its_labels_and_its_report_are_written(run, tmp_path, call):
    export_labels(run, tmp_path / "labels.csv", "csv")
    assert len((tmp_path / "labels.csv").read_text().splitlines()) == 1 + 20 + 2 * 4
    code, told, _ = call("show", run)
    assert code == 0
    assert "1 of 29 features are the same for all images; they are not scaled" in " ".join(told.split())
    assert call("export", run, "--table", "cycles")[0] == 0


def test_it_says_what_it_will_take_and_its_threads_like_any_other(run):
    """The cost is that of a head: nothing worth telling."""
    info = json.loads((run / "run.json").read_text())
    assert info["config"]["head"] == {"hidden": 8}
    assert info["image_shape"] == [1, 28, 28]
    config = small_config(data__name="digits", classifier__kind=info["config"]["classifier"]["kind"])
    session = Session.create(config, run.parent / "again")
    assert session.cost is None
    session.close()
