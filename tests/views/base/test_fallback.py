"""What stands in place of a view where no widget can be shown."""

import re
import time

import numpy as np
import pytest
from helpers.fakes import FakeSession
from helpers.waiting import until

from lada_explore import open_run
from lada_explore.views import (
    AccuracyChart,
    Explorer,
    Learning,
    MapView,
    PlotView,
    QueryGallery,
    ScoreLedger,
    Stepper,
    TauChart,
    TimeSlider,
    WhatIf,
)
from lada_explore.views.base.fallback import drawing, fallback_html, sentences
from lada_explore.views.base.text import as_html
from lada_explore.views.base.wire import to_wire

WIDGET = "application/vnd.jupyter.widget-view+json"


@pytest.fixture(scope="module")
def session():
    made = FakeSession()
    made.run(3)
    return made


def bundle_of(view):
    return view.plain_bundle()


def points_in(html: str, tag: str) -> list[list[float]]:
    """Numbers of each polyline's or path's geometry."""
    found = re.findall(rf'<{tag} (?:points|d)="([^"]*)"', html)
    return [[float(n) for n in re.findall(r"-?\d+(?:\.\d+)?", geometry)] for geometry in found]


@pytest.mark.parametrize(
    "view",
    [Stepper, TauChart, AccuracyChart, QueryGallery, ScoreLedger, WhatIf, TimeSlider, MapView, Explorer, Learning],
)
def test_every_view_brings_the_widget_and_a_plain_picture_of_less_than_100_kilobytes(session, view):
    made = view(session)
    widget, _ = made._repr_mimebundle_()
    assert widget[WIDGET]["model_id"] == made.model_id
    assert widget["text/plain"] == view.__name__
    bundle = bundle_of(made)
    assert re.search(r"[a-z]{4}", re.sub("<[^>]*>", "", bundle["text/html"]))
    assert len(bundle["text/html"]) < 100_000
    assert view.__name__ in bundle["text/plain"]
    assert "object at 0x" not in bundle["text/plain"]
    made.close()


def test_a_stepper_says_where_the_run_is_and_what_the_stages_did(session):
    plain = bundle_of(Stepper(session))["text/html"]
    assert "<p>Cycle 2 done. Next: Subsample (cycle 3).</p>" in plain
    assert "<p>Cycle 2 · Query: Got 6 labels: 1 T-shirt, 1 Coat, 1 Sandal, 1 Shirt, 1 Bag, 1 Boot.</p>" in plain


def test_a_chart_draws_its_lines_where_the_numbers_are():
    chart = {"data": [{"x": np.array([0.0, 1, 2]), "y": np.array([10.0, 30, 20]), "mode": "lines", "name": "a <b>"}]}
    plain = drawing(to_wire(chart | {"layout": {"xaxis": {"title": {"text": "labels"}}}}), "An accuracy")
    (line,) = points_in(plain, "polyline")
    x, y = line[::2], line[1::2]
    assert x[1] - x[0] == pytest.approx(x[2] - x[1])
    assert y[1] < y[2] < y[0]  # down the page
    assert y[2] == pytest.approx((y[0] + y[1]) / 2)
    assert 'aria-label="An accuracy"' in plain
    assert ">labels</text>" in plain
    assert ">a &lt;b&gt;</tspan>" in plain
    assert ">10</text>" in plain


def test_a_line_of_one_point_is_drawn_as_a_dot():
    chart = {"data": [{"x": [20], "y": [24.2], "mode": "lines+markers"}], "layout": {}}
    assert points_in(drawing(chart), "polyline") == []
    assert points_in(drawing(chart), "path")[1] == [180, 110, 0]  # the middle of the picture


def test_a_name_that_is_escaped_for_plotly_is_read_as_it_was_given():
    chart = {"data": [{"x": [1, 2], "y": [1, 2], "name": "&lt;b&gt;Dress&lt;/b&gt;"}], "layout": {}}
    assert ">&lt;b&gt;Dress&lt;/b&gt;</tspan>" in drawing(chart)


def test_all_names_of_the_legend_stand_above_a_drawing_each_with_its_mark():
    classes = [{"x": [k], "y": [k], "name": f"a class {k}", "mode": "markers"} for k in range(10)]
    hidden = {"x": [1], "y": [2], "name": "hidden", "mode": "markers", "showlegend": False}
    unseen = {"x": [1], "y": [500], "name": "unseen", "mode": "markers", "marker": {"opacity": 0}}
    star = {"x": [3, 4], "y": [1, 2], "name": "acquired", "mode": "markers", "marker": {"symbol": "star"}}
    cross = {"symbol": "x-thin", "line": {"color": "#E0312E"}}
    instance = {"x": [5, 6], "y": [1, 2], "name": "virtual instance", "mode": "markers", "marker": cross}
    thread = {"x": [5, 6], "y": [1, 2], "name": "thread", "mode": "lines", "line": {"color": "#0072B2"}}
    plain = drawing({"data": [*classes, hidden, unseen, star, instance, thread], "layout": {}})
    said = re.findall(r"<tspan>([^<]*)</tspan>", plain)
    assert said == [*(f"a class {k}" for k in range(10)), "acquired", "virtual instance", "thread"]
    assert '<tspan fill="#E0312E">\u00d7 </tspan><tspan>virtual instance</tspan>' in plain
    assert "\u2605 </tspan><tspan>acquired</tspan>" in plain
    assert '<tspan fill="#0072B2">\u2014 </tspan><tspan>thread</tspan>' in plain
    assert plain.count("l6 6m0-6l-6 6") == plain.count("m0-6l1.4 4.1") == 2
    assert ">500 </text>" not in plain  # Nobody sees that point.
    lines = re.findall(r'<text x="2" y="(\d+)">(?:<tspan.*?)</text>', plain)
    assert len(lines) > 2
    height, moved = (int(re.search(found, plain)[1]) for found in (r'height="(\d+)"', r"translate\(0 (\d+)\)"))
    assert height - 220 == moved == 12 * (len(lines) - 1) == int(lines[-1]) - 10
    for text in re.findall(r'<text x="2" y="\d+">(<tspan.*?)</text>', plain):
        assert len(re.sub("<[^>]*>", "", text)) <= 62


def test_a_drawing_without_a_legend_names_everything():
    one = {"x": [1, 2], "y": [1, 2], "name": "regret", "showlegend": False}
    assert "<tspan>regret</tspan>" in drawing({"data": [one], "layout": {}})


def test_the_map_names_every_class_the_star_and_the_red_x(session):
    view = MapView(session)
    until(lambda: view.spec["figure"] is not None)
    plain = bundle_of(view)["text/html"]
    named = re.findall(r"<tspan>([^<]*)</tspan>", plain)
    classes = [entry["name"] for entry in view.spec["figure"]["data"] if entry.get("meta") == "dots"]
    assert len(classes) == 10
    assert {*classes, "acquired: entropy (bits)", "virtual instance"} <= set(named)
    view.close()


def test_a_line_with_gaps_is_not_drawn_across_them():
    x = np.array([0.0, 1, 2, np.nan, 5, 6, np.nan, 10])
    chart = {"data": [{"x": x, "y": x, "mode": "lines", "opacity": 0.35}], "layout": {}}
    plain = drawing(to_wire(chart))
    (drawn,) = re.findall(r'<path d="([^"]*)" fill="none" stroke="#0072b2" stroke-opacity="0.35"', plain)
    assert [len(part.split()) for part in drawn.split("M")[1:]] == [3, 2, 1]
    assert drawn.endswith("h0")
    assert points_in(plain, "polyline") == []


@pytest.mark.parametrize("kind", [{"type": "bar"}, {"mode": "markers"}])
def test_bars_and_dots_without_a_number_are_left_out(kind):
    y = np.array([1.0, np.nan, 3])
    drawn = points_in(drawing(to_wire({"data": [{"x": np.arange(3.0), "y": y} | kind], "layout": {}})), "path")[1]
    assert len(drawn) == 2 * 3
    assert np.isfinite(drawn).all()


def test_of_many_threads_whole_ones_are_drawn():
    ends = np.arange(600.0)
    thread = np.column_stack([ends, ends + 1, ends + 2, np.full(600, np.nan)]).ravel()
    plain = drawing(to_wire({"data": [{"x": thread, "y": np.zeros(2400), "mode": "lines"}], "layout": {}}))
    (drawn,) = re.findall(r'<path d="([^"]*)" fill="none" stroke="#0072b2"', plain)
    parts = [part.split() for part in drawn.split("M")[1:]]
    assert {len(part) for part in parts} == {3}
    assert 100 <= len(parts) <= 134


def test_points_without_a_number_are_left_out_and_many_are_thinned():
    y = np.arange(5000, dtype=float)
    y[7] = np.nan
    (dots,) = points_in(drawing(to_wire({"data": [{"x": y, "y": y, "mode": "markers"}], "layout": {}})), "path")[1:]
    assert 200 < len(dots) / 3 <= 400
    assert drawing(to_wire({"data": [{"x": ["a"], "y": ["b"]}], "layout": {}})) == ""


def test_what_is_under_way_is_not_said_on_paper():
    assert sentences({"state": {"title": "Cycle 2", "message": "Laying out 530 images of cycle 12 …"}}) == ["Cycle 2"]
    assert sentences({"spec": {"message": "Loading …"}}) == []


def test_a_plain_picture_costs_no_time_that_a_person_would_notice():
    view = Explorer(open_run("data/runs/demo"))
    began = time.perf_counter()
    bundle_of(view)
    assert time.perf_counter() - began < 1
    view.close()


def test_a_text_of_the_run_is_text_and_not_html():
    assert "<b>" not in bundle_of(PlotView(message="<b>x</b>"))["text/html"]


def test_code_in_a_sentence_is_code_and_everything_else_is_text(monkeypatch):
    assert as_html("see `a <b>` & `c`") == "see <code>a &lt;b&gt;</code> &amp; <code>c</code>"
    assert as_html("one ` alone") == "one ` alone"
    said = "Let `lada-explore repair runs/one` keep what can be read of it."
    html = fallback_html({"state": {"error": said}})
    assert "<p>Let <code>lada-explore repair runs/one</code> keep what can be read of it.</p>" in html
    monkeypatch.setattr("lada_explore.views.base.view.MAX_PLAIN", 0)  # Sentences alone, without a drawing.
    view = Stepper(FakeSession())
    view.state = view.state | {"error": said}
    assert "<p>Let <code>lada-explore repair runs/one</code> keep" in view.plain()
