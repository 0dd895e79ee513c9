"""Prequential accuracy and agreement with the truth, as pictures of fake runs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import pytest
from helpers.fakes import CLASS_NAMES, FakeSession

from lada_explore import open_run
from lada_explore.analysis import agreement, pace, prequential
from lada_explore.session.worker import Worker
from lada_explore.views import AgreementChart, Learning, PrequentialChart
from lada_explore.views.learning.answers import agreement_figure, agreement_figure_spec, prequential_figure

REPOSITORY = Path(__file__).parents[3]


def trace(figure: go.Figure, name: str):
    (found,) = [trace for trace in figure.data if trace.name == name]
    return found


def done(cycles: int = 3, **settings) -> FakeSession:
    session = FakeSession(cycles=8, **settings)
    session.run(cycles)
    return session


def with_labels(session: FakeSession, cycle: int, labels) -> tuple:
    """The history with other labels in one query."""
    records = session.history[cycle]
    query = replace(records.query, labels=np.array(labels, np.int64))
    return (*session.history[:cycle], replace(records, query=query), *session.history[cycle + 1 :])


def test_the_prequential_figure_counts_predictions_that_the_label_then_confirmed():
    session = done()
    one = session.history[1]
    rows = {i: place for place, i in enumerate(one.subsample.subset_ids.tolist())}
    predicted = [int(one.score.predicted[rows[i]]) for i in one.query.ids.tolist()]
    # Four of the six labels of cycle 1 are what was predicted.
    history = with_labels(session, 1, [*predicted[:4], *((label + 1) % 10 for label in predicted[4:])])
    figure = go.Figure(prequential_figure(prequential(history), cycle=1))
    points = trace(figure, "images of the cycle")
    assert points.x[0] == 1
    assert points.y[0] == pytest.approx(100 * 4 / 6)
    # Wilson's interval of 4 of 6 is 30.0 to 90.3 %.
    assert points.y[0] - points.error_y.arrayminus[0] == pytest.approx(30.0, abs=0.1)
    assert points.y[0] + points.error_y.array[0] == pytest.approx(90.3, abs=0.1)
    assert trace(figure, "cycle 1").y.tolist() == pytest.approx([100 * 4 / 6])
    assert trace(figure, "all cycles so far").customdata.tolist() == [6, 12]


def test_guesses_before_the_answer_are_called_so_and_said_to_be_of_harder_images():
    chart = PrequentialChart(done(tested=False))
    assert chart.spec["label"] == "guesses before the answer that were right, by cycle"
    assert "asks about are harder than average, so as a rule this is below" in chart.spec["caption"]
    assert chart.spec["caption"].startswith(prequential(done(tested=False).history).caveat)
    assert "begins in cycle 1" in PrequentialChart(done(1)).spec["message"]


def test_labels_that_are_all_true_are_a_sentence_and_wrong_ones_bars():
    session = done()
    all_true = agreement_figure_spec(session.history, CLASS_NAMES, pace([]))
    assert all_true.figure is None
    assert all_true.message.startswith("All ")
    asked = session.history[1].query.ids
    wrong = (asked % 10).tolist()
    wrong[0] = (wrong[0] + 1) % 10
    history = with_labels(session, 1, wrong)
    found = agreement(history, len(CLASS_NAMES))
    picture = agreement_figure_spec(history, CLASS_NAMES, pace([]))
    assert picture.caption == f"1 of {found.n} labels differ from the truth: {100 * (1 - 1 / found.n):.1f} % agree."
    figure = go.Figure(agreement_figure(found, CLASS_NAMES))
    bars = trace(figure, "wrong")
    assert bars.y.tolist() == [int(label == int(asked[0]) % 10) for label in range(10)]
    assert (bars.y + trace(figure, "right").y).sum() == found.n
    assert bars.customdata[int(asked[0]) % 10][1] == CLASS_NAMES[wrong[0]].replace("<", "&lt;").replace(">", "&gt;")


def test_the_time_of_the_answers_comes_from_the_journal():
    session = FakeSession(cycles=2, person=True)
    worker = Worker.of(session)
    session.step(lambda: None)
    session.submit({int(i): 0 for i in session.open_query})
    session.step(lambda: None)
    chart = AgreementChart(worker)
    # The fake's answers are two seconds apart, and the first has none before it.
    assert "An answer took 2.0 s (median of" in chart.spec["caption"] + chart.spec["message"]


def test_learning_shows_both():
    *_, guessed, agreed = Learning(done()).children
    assert isinstance(guessed, PrequentialChart)
    assert isinstance(agreed, AgreementChart)


def test_no_time_is_told_of_the_answers_of_a_program():
    run = open_run(REPOSITORY / "data" / "runs" / "demo")
    assert len(pace(run.answers()).seconds) == 120
    assert AgreementChart(run).spec["message"] == "All 140 labels whose truth is known are right."
