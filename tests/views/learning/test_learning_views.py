"""The views of learning without a browser, and the gallery's clicks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import pytest
from helpers.fake_runs import record
from helpers.fakes import CLASS_NAMES, FakeSession
from helpers.waiting import until
from plotly.colors import sample_colorscale

from lada_explore.analysis import class_balance, recall_by_cycle, reliability
from lada_explore.records import EvaluatedOn
from lada_explore.views import (
    AccuracyChart,
    CalibrationChart,
    ClassAccuracyChart,
    ClassBalanceChart,
    ConfusionChart,
    Learning,
    QueryGallery,
    Selection,
)
from lada_explore.views.base.text import class_name, duration, plain
from lada_explore.views.learning.classes import balance_figure, calibration_figure, confusion_figure, recall_figure

CHARTS = (ClassAccuracyChart, ConfusionChart, ClassBalanceChart, CalibrationChart)


def done(cycles: int = 3, **settings) -> FakeSession:
    session = FakeSession(cycles=8, **settings)
    session.run(cycles)
    return session


def test_recall_is_drawn_in_percent_with_the_shown_cycle_framed():
    session = done()
    figure = go.Figure(recall_figure(recall_by_cycle(session.history), session.class_names, 1))
    # 90 - 800 // 26 labels = 60 of 100 right in cycle 1, and all of class 0.
    assert figure.data[0].z[:, 1].tolist() == [100] + [60] * 9
    (frame,) = figure.layout.shapes
    assert (frame.x0, frame.x1) == (0.5, 1.5)
    assert go.Figure(recall_figure(recall_by_cycle(session.history), session.class_names)).layout.shapes[0].x0 == 1.5


def test_the_confusion_matrix_has_counts_in_its_cells_and_shares_as_colours():
    session = done()
    figure = go.Figure(confusion_figure(session.history[1].evaluate, session.class_names))
    assert figure.data[0].text[1].tolist() == [80, 120, 0, 0, 0, 0, 0, 0, 0, 0]
    assert figure.data[0].z[1].tolist() == pytest.approx([40, 60, 0, 0, 0, 0, 0, 0, 0, 0])


def luminance(colour) -> float:
    """Relative luminance of WCAG 2 of a colour of plotly, from 0 to 1."""
    parts = [int(part) / 255 for part in colour.removeprefix("rgb(").removesuffix(")").split(",")]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return float(np.dot([0.2126, 0.7152, 0.0722], linear))


def test_each_count_is_written_once_in_the_ink_that_stands_out_from_its_cell():
    right = np.array([0, 10, 20, 30, 40, 44, 46, 47, 48, 49])
    counts = np.diag(right) + np.roll(np.diag(100 - right), 1, axis=1)
    figure = go.Figure(confusion_figure(replace(done().history[1].evaluate, confusion=counts), CLASS_NAMES))
    _, *numbers = figure.data
    assert [trace.textfont.color for trace in numbers] == ["white", "black"]
    for trace in numbers:
        assert np.where(np.isfinite(trace.z), counts.astype(str), "").tolist() == trace.text.tolist()
    assert np.sum([np.isfinite(trace.z) for trace in numbers], axis=0).tolist() == np.ones((10, 10)).tolist()
    for trace, ink in zip(numbers, (1.0, 0.0), strict=True):
        cells = sample_colorscale("cividis", list(trace.z[np.isfinite(trace.z)] / 100))
        contrasts = [(max(ink, cell) + 0.05) / (min(ink, cell) + 0.05) for cell in map(luminance, cells)]
        assert min(contrasts) > 4.4


def test_labels_of_each_class_are_stacked_by_when_they_came():
    session = done()
    figure = go.Figure(balance_figure(class_balance(session.history, 10), session.class_names))
    assert [bar.name for bar in figure.data] == ["the start", "earlier cycles", "cycle 2"]
    for cycle, names in ((0, ["the start"]), (1, ["the start", "cycle 1"])):
        early = go.Figure(balance_figure(class_balance(session.history, 10, cycle), session.class_names))
        assert [bar.name for bar in early.data] == names
    assert sum(int(np.sum(bar.y)) for bar in figure.data) == 32
    given = np.concatenate([records.query.labels for records in session.history])
    assert np.sum([bar.y for bar in figure.data], axis=0).tolist() == np.bincount(given, minlength=10).tolist()


def test_the_reliability_diagram_is_in_percent_and_leaves_out_empty_tenths():
    found = reliability(done().history[1].evaluate)
    count = found.count.copy()
    count[3] = 0
    figure = go.Figure(calibration_figure(replace(found, count=count)))
    points = figure.data[2]
    assert len(points.x) == 9
    assert (points.x[0], points.y[0]) == pytest.approx((5.0, 5.0))
    assert (points.x[-1], points.y[-1]) == pytest.approx((95.0, 86.0))


def test_class_names_are_never_markup_in_a_figure():
    session = done()
    for figure in (
        go.Figure(recall_figure(recall_by_cycle(session.history), session.class_names)),
        go.Figure(confusion_figure(session.history[1].evaluate, session.class_names)),
        go.Figure(balance_figure(class_balance(session.history, 10), session.class_names)),
    ):
        text = str(figure.to_dict())
        assert "&lt;b&gt;Dress" in text
        assert "<b>Dress" not in text


def test_every_chart_follows_the_selected_cycle():
    session, selection = done(4), Selection()
    panel = Learning(session, selection)
    first = [chart.spec["revision"] for chart in panel.children]
    selection.show_cycle(1)
    until(lambda: all(chart.spec["revision"] > before for chart, before in zip(panel.children, first, strict=True)))
    assert [chart.spec["label"] for chart in panel.children] == [
        "accuracy against labels",
        "accuracy of each class by cycle",
        "confusion matrix after cycle 1",
        "labels of each class up to cycle 1",
        "how often right against how sure after cycle 1",
        "",  # No classifier predicted what another did, which is a sentence too.
        "guesses before the answer that were right, by cycle",
        "",  # All labels are true, which is a sentence and no chart.
    ]
    panel.close()


@pytest.mark.parametrize("chart", CHARTS)
def test_a_run_that_has_only_begun_gets_a_sentence(chart):
    assert "yet." in chart(FakeSession()).spec["message"]


@pytest.mark.parametrize("chart", [ClassAccuracyChart, ConfusionChart, CalibrationChart])
def test_a_run_without_a_test_set_gets_a_sentence(chart):
    assert "no labelled test set" in chart(done(2, tested=False)).spec["message"]


def test_answers_that_were_held_out_are_called_no_test_set():
    session = done(2)
    last = session.history[1]
    held = replace(last.evaluate, n_test=40, tested_on=EvaluatedOn.HELD_OUT_ANSWERS)
    session.history = (session.history[0], replace(last, evaluate=held))
    charts = (AccuracyChart, ClassAccuracyChart, ConfusionChart, CalibrationChart)
    captions = [chart(session).spec["caption"] for chart in charts]
    assert [caption.count("images held out for testing") for caption in captions] == [1, 1, 1, 1]
    assert not any("test images" in caption for caption in captions)
    assert "40 images held out for testing" in captions[0]
    tested = [chart(done(2)).spec["caption"] for chart in charts]
    assert [caption.count("test images") for caption in tested] == [1, 1, 1, 1]


def test_an_old_record_without_confidences_gets_a_sentence():
    session = done(2)
    evaluate = replace(session.history[1].evaluate, calibration=np.empty((0, 3), np.float32))
    session.history = (session.history[0], replace(session.history[1], evaluate=evaluate))
    assert "calibration is unknown" in CalibrationChart(session).spec["message"]


def test_other_runs_are_laid_over_by_name(tmp_path):
    session = done()
    other = record(done(2, method="random", seed=3), tmp_path / "<i>r")
    names = [entry.get("name") for entry in AccuracyChart(session, compare=[other]).spec["figure"]["data"]]
    assert "accuracy of lada-entmix, seed 0" in names
    assert "&lt;i&gt;r: random, seed 3" in names
    named = AccuracyChart(session, compare={"mine": other}).spec["figure"]["data"]
    (line,) = [entry for entry in named if entry.get("name") == "mine"]
    assert np.frombuffer(line["y"]["bytes"], "<f4").tolist() == pytest.approx([55, 64])


def test_a_run_without_accuracy_cannot_be_laid_over_and_a_note_says_so():
    chart = AccuracyChart(done(), compare={"blind": done(1, tested=False)})
    assert chart.spec["notes"] == ["blind has no accuracy to compare."]


def test_the_selected_cycle_is_ringed_on_the_accuracy():
    selection = Selection()
    selection.show_cycle(1)
    drawn = AccuracyChart(done(), selection).spec["figure"]["data"]
    (ring,) = [entry for entry in drawn if entry.get("name") == "cycle 1"]
    assert np.frombuffer(ring["x"]["bytes"], "<i4").tolist() == [26]


def test_a_click_in_the_gallery_chooses_the_pair_and_marks_a_single_image():
    session, selection = done(), Selection()
    gallery = QueryGallery(session, selection)
    first, second = session.history[2].select.pair_ids[1].tolist()
    state = gallery.state
    gallery._handle_custom_msg({"type": "pick", "ids": [first, second]}, [])
    assert selection.selected.pair == (first, second)
    until(lambda: gallery.marks == {"ids": [first, second], "pair": [first, second]})
    assert gallery.state is state
    gallery._handle_custom_msg({"type": "pick", "ids": [first]}, [])
    assert selection.selected.ids == (first,)
    gallery._handle_custom_msg({"type": "pick", "ids": ["x"]}, [])
    assert selection.selected.ids == (first,)


def test_the_gallery_follows_the_selected_cycle():
    session, selection = done(4), Selection()
    gallery = QueryGallery(session, selection)
    selection.show_cycle(1)
    until(lambda: gallery.state["title"].startswith("Cycle 1 asked"))
    assert QueryGallery(session, cycle=2).selection.selected.cycle == 2


def test_texts_for_people():
    assert plain("a <b>c</b> & $x$") == "a &lt;b&gt;c&lt;/b&gt; &amp; &#36;x&#36;"
    assert plain("a long name", 6) == "a lon…"
    assert (class_name(1, ["a", "b"]), class_name(7, ["a"]), class_name(-1, ["a"])) == ("b", "7", "-1")
    assert [duration(s) for s in (0.2, 75, 240, 5400, 9000)] == ["1 s", "75 s", "4 min", "1.5 h", "2.5 h"]
