"""Whether more labels still change the classifier, as a picture of fake runs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import pytest
from helpers.fakes import FakeSession

from lada_explore.analysis import hint, stopping
from lada_explore.views import EnoughChart, Learning
from lada_explore.views.learning.enough import enough_figure


def trace(figure: go.Figure, name: str):
    (found,) = [trace for trace in figure.data if trace.name == name]
    return found


def drifting(cycles: int = 9) -> FakeSession:
    """A run whose classifiers each change the predictions of 4 more of 200 images."""
    session = FakeSession(cycles=cycles)
    session.run(cycles)
    history = []
    for records in session.history:
        classes = np.where(np.arange(200) < 4 * records.cycle, 1, np.arange(200) % 2 * 2)
        evaluate = replace(records.evaluate, stop_ids=np.arange(200), stop_logits=np.eye(3, dtype=np.float32)[classes])
        history.append(replace(records, evaluate=evaluate))
    session.history = tuple(history)
    return session


def test_the_chart_shows_what_was_counted_and_says_it_as_sentences():
    session = drifting()
    chart, found = EnoughChart(session), stopping(session.history)
    assert chart.spec["notes"] == [hint(found)]
    assert "With 68 labels, the last training changed 2.0 % of the predictions for 200 unlabelled" in hint(found)
    assert (
        "Bloodgood and Vijay-Shanker (2009) stop when the mean kappa of the last 3 trainings" in chart.spec["caption"]
    )
    assert "Images that a method asks about are harder than average" in chart.spec["caption"]
    assert "so all of this is rough" not in chart.spec["caption"]
    figure = go.Figure(enough_figure(found, cycle=2))
    changed = trace(figure, "predictions changed by one training")
    assert changed.x.tolist() == [26, 32, 38, 44, 50, 56, 62, 68]
    assert changed.y.tolist() == pytest.approx([2.0] * 8)
    assert trace(figure, "cycle 2").x.tolist() == [32]
    gain = trace(figure, "expected gain of the next cycle, at most")
    # 10 % over five cycles, 2 % in each: (10 - 2) / 4 points.
    assert (gain.x.tolist(), gain.y.tolist()) == ([62, 68], pytest.approx([2.0, 2.0]))
    guesses = trace(figure, "guesses before the answer that were right, all so far")
    assert guesses.y.tolist() == pytest.approx((100 * found.guesses.accuracy_so_far).tolist())


def test_a_run_that_has_nothing_to_compare_says_why():
    session = FakeSession(cycles=3)
    assert EnoughChart(session).spec["message"] == stopping(()).reason
    session.run(1)
    assert "begins when the classifier is trained the second time" in EnoughChart(session).spec["message"]


def test_few_images_are_called_rough_and_the_panel_has_the_chart():
    session = drifting()
    session.history = tuple(
        replace(
            records,
            evaluate=replace(
                records.evaluate,
                stop_ids=records.evaluate.stop_ids[:50],
                stop_logits=records.evaluate.stop_logits[:50],
            ),
        )
        for records in session.history
    )
    assert EnoughChart(session).spec["caption"].startswith("These are 50 images only, so all of this is rough.")
    assert any(isinstance(chart, EnoughChart) for chart in Learning(session).children)
