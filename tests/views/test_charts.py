"""Charts and gallery without a browser: the figures, and the widgets that follow a run."""

from __future__ import annotations

import base64
import io
import time
from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import pytest
from helpers.fakes import FakeSession
from helpers.waiting import until
from PIL import Image

from lada_explore.analysis import accuracy_by_labels, gain_text, queried, tau_by_cycle
from lada_explore.errors import ConfigError
from lada_explore.records import CycleRecords
from lada_explore.views import AccuracyChart, PlotView, QueryGallery, TauChart
from lada_explore.views.base.plot_view import cycle_ticks, whole_ticks
from lada_explore.views.learning.accuracy import accuracy_figure, accuracy_figure_spec
from lada_explore.views.query_gallery.query_gallery import MAX_IMAGES, gallery_state, png_url
from lada_explore.views.tau.tau_chart import MAX_TRACES, tau_figure, tau_figure_spec


def history(cycles: int = 3, **settings):
    return FakeSession(cycles=8, **settings).run(cycles)


def trace(figure: go.Figure, name: str):
    (found,) = [trace for trace in figure.data if trace.name == name]
    return found


def test_the_tau_figure_draws_mean_quartiles_and_acquired_pairs_of_each_cycle():
    records = history()
    figure = go.Figure(tau_figure(tau_by_cycle(records), records[2], 1.0))
    mean = trace(figure, "mean of all pairs")
    assert list(mean.x) == [1, 2]
    assert mean.y[1] == pytest.approx(records[2].look_ahead.tau.mean())
    assert trace(figure, "middle half of pairs").y[0] == pytest.approx(np.quantile(records[1].look_ahead.tau, 0.75))
    acquired = trace(figure, "pair asked about")
    assert list(acquired.x) == [1, 1, 1, 2, 2, 2]
    assert acquired.customdata[3].tolist() == [2, *records[2].select.pair_ids[0].tolist()]


def test_the_right_panel_follows_every_pair_over_the_epochs_acquired_ones_apart():
    records = history()
    figure = go.Figure(tau_figure(tau_by_cycle(records), records[2], 1.0))
    acquired, others = trace(figure, "pairs asked about"), trace(figure, "other pairs")
    # 8 epochs and the start make 9 points and a gap for each pair: 3 acquired, 17 others.
    assert len(acquired.y) == 3 * 10
    assert len(others.y) == 17 * 10
    ends = acquired.y.reshape(3, 10)[:, 8]
    assert sorted(ends) == pytest.approx(sorted(records[2].select.pair_tau))
    assert np.isnan(acquired.y[9])
    assert np.isnan(acquired.x[9])
    assert acquired.line.dash == "dash"
    loss = trace(figure, "policy loss (minus the mean look-ahead value)")
    assert list(loss.x) == list(range(1, 9))


def test_a_thousand_pairs_are_drawn_as_a_sample_that_says_so():
    session = FakeSession(subset_size=98, budget=2, cycles=1)
    records = session.run(2)[1]
    names = ("tau", "best_tau", "best_value", "mean_virtual")
    wide = {name: np.tile(getattr(records.look_ahead, name), 20) for name in names}
    wide["tau_by_epoch"] = np.tile(records.look_ahead.tau_by_epoch, (1, 20))
    look_ahead = replace(records.look_ahead, profile=np.tile(records.look_ahead.profile, (20, 1)), **wide)
    ids = np.arange(2 * 980).reshape(980, 2) + 1000
    subsample = replace(records.subsample, pair_ids=np.concatenate([records.select.pair_ids, ids[1:]]))
    records = replace(records, look_ahead=look_ahead, subsample=subsample)
    figure = go.Figure(tau_figure(tau_by_cycle([records]), records, 1.0))
    others = trace(figure, f"other pairs ({MAX_TRACES} of 979 drawn)")
    assert len(others.y) == MAX_TRACES * 10
    assert len(trace(figure, "pairs asked about").y) == 10


def test_the_chosen_cycle_is_shown_on_the_right():
    records = history(4)
    figure = go.Figure(tau_figure_spec(records, 1.0, cycle=1).figure)
    assert sorted(trace(figure, "pairs asked about").y.reshape(3, 10)[:, 8]) == pytest.approx(
        sorted(records[1].select.pair_tau)
    )
    assert tau_figure_spec(records, 1.0, cycle=7).notes == ("Cycle 7 has not looked ahead yet.",)
    with pytest.raises(ConfigError, match="cycle is 0; looking ahead begins with cycle 1"):
        TauChart(FakeSession(), cycle=0)


@pytest.mark.parametrize(
    ("method", "words"), [("lada-entmix-fixed", "fixed at 2"), ("lada-entmix-exact", "own profile")]
)
def test_a_policy_that_does_not_learn_says_so_in_place_of_its_traces(method, words):
    figure = go.Figure(tau_figure_spec(history(method=method), 1.0).figure)
    texts = [annotation.text.replace("<br>", " ") for annotation in figure.layout.annotations]
    (note,) = [text for text in texts if "no learning" in text]
    assert words in note
    assert figure.layout.yaxis.range[1] >= max(trace(figure, "mean of all pairs").y)


def test_a_method_without_pairs_gets_a_sentence_in_place_of_the_chart():
    picture = tau_figure_spec(history(method="random"), 1.0)
    assert picture.figure is None
    assert "single images" in picture.message


def test_warnings_stand_above_the_chart():
    records = history(2)
    flat = np.full_like(records[1].look_ahead.tau_by_epoch, 0.5)
    stuck = replace(records[1], look_ahead=replace(records[1].look_ahead, tau_by_epoch=flat, tau=flat[-1]))
    (note,) = tau_figure_spec([records[0], stuck], 1.0).notes
    assert note.startswith("Cycle 1: the policy never left its starting value")


def test_the_accuracy_figure_is_in_percent_with_its_band():
    measured = accuracy_by_labels(history())
    figure = go.Figure(accuracy_figure(measured))
    line = trace(figure, "accuracy")
    assert list(line.x) == [20, 26, 32]
    assert line.y.tolist() == pytest.approx([55, 64, 68.5])
    assert trace(figure, "95 % interval").y.tolist() == pytest.approx((100 * measured.upper).tolist())
    assert line.customdata[1].tolist() == pytest.approx([1, 100 * measured.lower[1], 100 * measured.upper[1]])


def test_a_single_evaluation_has_its_interval_as_a_bar_and_its_labels_as_the_only_tick():
    measured = accuracy_by_labels(history(1))
    figure = accuracy_figure(measured)
    accuracy = next(trace for trace in figure["data"] if trace.get("name") == "accuracy")
    bar = accuracy["error_y"]
    assert accuracy["y"] + bar["array"] == pytest.approx(100 * measured.upper)
    assert accuracy["y"] - bar["arrayminus"] == pytest.approx(100 * measured.lower)
    assert 3 < float(bar["array"][0] + bar["arrayminus"][0]) < 6  # 55 % of 2,000, give or take 2.2
    assert figure["layout"]["xaxis"]["tickvals"] == [20]
    several = accuracy_figure(accuracy_by_labels(history(3)))
    assert not any("error_y" in trace for trace in several["data"])


@pytest.mark.parametrize(
    ("values", "settings"),
    [
        ([3], {"tickvals": [3], "tickformat": ",d"}),
        ([0, 5], {"tickformat": ",d", "dtick": 1}),
        ([20, 140], {"tickformat": ",d"}),
        ([float("nan"), 2, 2], {"tickvals": [2], "tickformat": ",d"}),
    ],
)
def test_an_axis_that_counts_has_whole_numbers_each_once(values, settings):
    assert whole_ticks(values) == settings


def test_without_a_test_set_the_accuracy_chart_is_a_sentence():
    picture = accuracy_figure_spec(history(tested=False))
    assert picture.figure is None
    assert "no labelled test set" in picture.message


def test_charts_follow_the_run_and_stop_when_closed():
    session = FakeSession()
    tau, accuracy, gallery = TauChart(session), AccuracyChart(session), QueryGallery(session)
    assert "No cycle has looked ahead yet" in tau.spec["message"]
    revision = tau.spec["revision"]
    session.run(2)  # as a script does, beside the worker
    until(lambda: tau.spec["figure"] and accuracy.spec["figure"])
    until(lambda: len(accuracy.spec["figure"]["data"][2]["x"]["bytes"]) == 8)
    until(lambda: gallery.state["title"] == "Cycle 1 asked about 6 images in 3 pairs, best first.")
    assert tau.spec["revision"] > revision
    assert "template" not in tau.spec["figure"]["layout"]
    tau.close()
    shown = tau.spec
    session.run(1)
    time.sleep(0.3)
    assert tau.spec == shown


def test_a_chart_redraws_for_the_records_it_shows_and_not_for_progress_or_others():
    session = FakeSession(points=20)
    session.run(2)
    chart = TauChart(session)
    revision, session.delay_s = chart.spec["revision"], 0.01
    for _ in range(2):  # SUBSAMPLE and SCORE
        chart._source.step()
        chart._source.wait(20)
    time.sleep(0.5)
    assert chart.spec["revision"] == revision
    chart._source.step()
    until(lambda: chart.spec["revision"] == revision + 1)


def test_a_redraw_that_fails_is_shown_in_the_view():
    class Broken(TauChart):
        def figure_spec(self, source, history, selected):
            raise RuntimeError("no picture today")

    assert Broken(FakeSession()).spec["error"] == "This view could not be drawn. RuntimeError: no picture today"


def test_only_the_first_live_plot_view_carries_plotly_and_any_answers_a_page_that_asks(monkeypatch):
    monkeypatch.setattr(PlotView, "_carrier", None)
    first, second = PlotView(), PlotView()
    assert len(first.library) > 1_000_000
    assert second.library == b""
    first.close()
    assert len(PlotView().library) > 1_000_000
    sent = []
    second.send = lambda content, buffers=None: sent.append((content, len(buffers[0])))
    second._handle_custom_msg({"type": "library"}, [])
    assert sent[0][0] == {"type": "library"}
    assert sent[0][1] > 1_000_000


def test_clicks_and_selections_come_with_their_customdata_and_a_failing_answer_is_shown():
    view = PlotView()
    clicked, selected = [], []
    view.on_click(clicked.extend)
    view.on_select(selected.append)
    point = {"trace": 0, "point": 3, "customdata": [7, 8]}
    view._handle_custom_msg({"type": "click", "points": [point]}, [])
    view._handle_custom_msg({"type": "select", "points": []}, [])
    assert clicked == [point]
    assert selected == [[]]
    view.on_click(lambda points: 1 / 0)
    view._handle_custom_msg({"type": "click", "points": [point]}, [])
    assert view.spec["error"] == "The answer to that click failed. ZeroDivisionError: division by zero"


def test_the_gallery_shows_pairs_with_score_tau_and_label():
    session = FakeSession()
    records = session.run(2)
    state = gallery_state(records, session.class_names, None)
    best = state["groups"][0]
    select = records[1].select
    value, total = select.score_terms[select.scores.argmax(), 2], select.scores.max()
    assert best["rank"] == "pair 1"
    assert best["lines"] == [
        f"look-ahead {value:.2f}, τ* = {select.pair_tau[0]:.2f}, gain {gain_text(queried(records[1])[0].gain)}",
        f"score {total:.2f} bits",
    ]
    image = best["images"][0]
    assert image["label"] == session.class_names[image["id"] % 10]
    assert image["detail"].startswith(f"id {image['id']}\nown ")


def test_an_open_query_says_that_its_answers_are_still_to_come():
    records = history(2)
    state = gallery_state([replace(records[1], query=None)], ("a",) * 10, None)
    assert "answers are still to come" in state["title"]
    assert {image["label"] for group in state["groups"] for image in group["images"]} == {"not labelled yet"}


def test_the_start_single_images_and_missing_cycles_have_their_titles():
    names = ("a",) * 10
    assert gallery_state(history(1), names, None)["title"] == "The start asked about 20 images."
    state = gallery_state(history(2, method="max-entropy"), names, None)
    assert state["title"] == "Cycle 1 asked about 6 images."
    assert state["groups"][0]["lines"] == []
    assert gallery_state([CycleRecords(cycle=0)], names, None)["title"] == "No image is asked about yet."
    assert gallery_state(history(1), names, 5)["title"] == "Cycle 5 has not chosen its query yet."


def test_a_large_query_is_cut_with_a_word_about_it():
    records = history(1)
    select = records[0].select
    many = replace(select, query_ids=np.arange(200), query_images=np.repeat(select.query_images[:1], 200, axis=0))
    state = gallery_state([CycleRecords(cycle=0).including(many, 0.0)], ("a",) * 10, None)
    assert len(state["groups"]) == MAX_IMAGES
    assert "the first 120 are shown" in state["title"]


@pytest.mark.parametrize(("channels", "mode"), [(1, "L"), (3, "RGB"), (2, "L")])
def test_pixels_survive_the_png(channels, mode):
    pixels = np.random.default_rng(0).integers(0, 256, (channels, 5, 7), dtype=np.uint8)
    image = Image.open(io.BytesIO(base64.b64decode(png_url(pixels).split(",")[1])))
    assert (image.mode, image.size) == (mode, (7, 5))
    expected = pixels.transpose(1, 2, 0) if mode == "RGB" else pixels[0]
    np.testing.assert_array_equal(np.asarray(image), expected)


@pytest.mark.parametrize(
    ("last", "step"), [(0, 1), (1, 1), (12, 1), (13, 2), (24, 2), (25, 5), (60, 5), (61, 10), (120, 10), (1300, 200)]
)
def test_an_axis_of_cycles_has_whole_numbers_and_few_of_them(last, step):
    assert cycle_ticks(last) == {"tick0": 0, "dtick": step, "tickformat": "d"}


def test_the_axis_of_cycles_reaches_no_further_than_the_run_is_to_go():
    for cycles, end in ((2, 2.5), (3, 3.5), (8, 5.5)):
        session = FakeSession(cycles=cycles)
        session.run(3)
        chart = TauChart(session)
        assert chart.spec["figure"]["layout"]["xaxis"]["range"] == [0.5, end]
        chart.close()
        session.close()
