"""What the colours and shapes of a map tell."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers.fakes import CLASS_NAMES, FakeSession
from helpers.waiting import until

from lada_explore.analysis import Kind, map_points
from lada_explore.views import MapView
from lada_explore.views.map.captions import caption_of, legend_note
from lada_explore.views.map.figure import map_figure, star_name
from lada_explore.views.map.look import (
    CLASS_COLOURS,
    CLASS_SYMBOLS,
    SCALE,
    UNKNOWN,
    Range,
    colour_title,
    look_of,
    scale_colour,
)
from lada_explore.views.map.panel import atlas_of, strip_of
from lada_explore.views.map.publication import MARKERS
from lada_explore.views.map.scene import map_scene


def test_a_class_has_one_colour_and_one_shape_and_a_hundred_classes_differ():
    looks = {(CLASS_COLOURS[c % len(CLASS_COLOURS)], CLASS_SYMBOLS[c % len(CLASS_SYMBOLS)]) for c in range(110)}
    assert len(looks) == 110
    assert set(CLASS_SYMBOLS) <= set(MARKERS)


def test_colours_tell_the_true_class_the_predicted_class_and_whether_it_is_right(history):
    points = map_points(history, 2)
    rows = np.arange(40)
    true, predicted, right = (
        look_of(points, name, CLASS_NAMES) for name in ("true class", "predicted class", "correctness")
    )
    assert [true.groups[g].name for g in true.group[:40]] == [CLASS_NAMES[t] for t in points.target[:40]]
    assert [predicted.groups[g].name for g in predicted.group[:40]] == [CLASS_NAMES[t] for t in points.predicted[:40]]
    assert predicted.groups[predicted.group[-1]].name == CLASS_NAMES[points.predicted[-1]]
    names = {1: "predicted right", 0: "predicted wrong", -1: "not known"}
    assert [right.groups[g].name for g in right.group] == [names[value] for value in points.correct.tolist()]
    assert true.colours(rows) == [CLASS_COLOURS[t] for t in points.target[:40]]


def test_entropy_is_told_by_colour_and_size_from_zero_to_the_largest_possible(history):
    points = map_points(history, 2)
    look = look_of(points, "entropy", CLASS_NAMES)
    assert (look.scale.low, look.scale.high) == (0, pytest.approx(np.log2(10)))
    order = np.argsort(points.entropy_bits[:40])
    assert (np.diff(look.sizes[order]) > 0).all()
    last = len(points.ids) - 1
    assert look.colours(np.array([last])) == [scale_colour(float(points.entropy_bits[last]), look.scale)]


def test_what_an_older_run_does_not_know_of_labelled_images_has_a_colour_of_its_own(history):
    score = replace(history[2].score, labelled_logits=np.empty((0, 0), np.float32))
    points = map_points([*history[:2], replace(history[2], score=score), *history[3:]], 2)
    last = len(points.ids) - 1
    for name, group in (("entropy", "entropy not recorded"), ("predicted class", "not predicted")):
        look = look_of(points, name, CLASS_NAMES)
        assert look.groups[look.group[last]].name == group
        assert look.colours(np.array([last])) == [UNKNOWN]
    assert atlas_of(points, CLASS_NAMES)["details"][f"{points.ids[last]},-1,-1"][3:] == []


def test_the_cycle_is_told_by_colour_and_by_its_number(history):
    points = map_points(history, 3)
    look = look_of(points, "cycle acquired", CLASS_NAMES)
    assert look.texts[-1] == "2"
    assert look.texts[int(np.flatnonzero(points.kind == Kind.ACQUIRED)[0])] == "3"
    assert look.colours(np.array([40, len(points.ids) - 1])) == [SCALE[0], scale_colour(2, Range("", 0, 3))]


def test_the_scale_runs_from_its_first_to_its_last_colour():
    scale = Range("x", 1.0, 3.0)
    assert scale_colour(1.0, scale) == SCALE[0].lower()
    assert scale_colour(3.0, scale) == SCALE[-1].lower()
    assert scale_colour(9.0, scale) == SCALE[-1].lower()
    assert scale_colour(1.0, Range("one cycle", 1.0, 1.0)) == SCALE[0].lower()


def test_more_than_twenty_classes_have_no_legend(history):
    points = map_points(history, 1)
    many = replace(points, target=np.arange(len(points.ids)) % 25)
    assert not look_of(many, "true class", ()).in_legend
    assert look_of(points, "true class", ()).in_legend
    said = " 25 classes are too many for a legend: point at an image for its class."
    assert legend_note(look_of(many, "true class", ())) == said
    one_unknown = np.where(many.target == 24, -1, many.target)
    assert legend_note(look_of(replace(many, target=one_unknown), "true class", ())) == said.replace("25", "24")
    assert [legend_note(look_of(many, colour, CLASS_NAMES)) for colour in ("entropy", "correctness")] == ["", ""]
    assert legend_note(look_of(points, "true class", ())) == ""


def test_the_map_says_that_its_classes_are_too_many_for_a_legend(monkeypatch):
    monkeypatch.setattr("lada_explore.views.map.look.MAX_LEGEND", 9)
    session = FakeSession(cycles=2)
    session.run(3)
    view = MapView(session)
    until(lambda: view.spec["figure"] is not None)
    said = "10 classes are too many for a legend: point at an image for its class."
    assert said in view.spec["caption"]
    view.colour = "entropy"
    assert said not in view.spec["caption"]
    view.close()


def test_where_nobody_knows_the_true_classes_the_colour_is_called_by_the_labels_that_were_given(history):
    points = map_points(history, 2)
    assert (points.told, colour_title("true class", points)) == (True, "true class")
    labelled = points.kind == Kind.LABELLED
    untold = replace(points, target=np.where(labelled, points.target, -1))
    assert (untold.told, colour_title("true class", untold)) == (False, "label given")
    assert colour_title("entropy", untold) == "entropy"
    groups = [group.name for group in look_of(untold, "true class", CLASS_NAMES).groups]
    assert groups[-1] == "no label yet"
    assert set(groups[:-1]) == {CLASS_NAMES[label] for label in points.target[labelled]}


def test_images_that_are_only_asked_about_are_not_called_acquired(history, layouts):
    points = map_points(history, 2)
    assert not points.waiting
    asked = map_points([*history[:2], replace(history[2], query=None, train=None, evaluate=None)], 2)
    assert asked.waiting
    assert asked.query_ids.tolist() == points.query_ids.tolist()
    assert (star_name(points), star_name(asked)) == ("acquired: entropy (bits)", "asked: entropy (bits)")
    assert strip_of(asked, ())["title"] == "Asked about in cycle 2: 6 images, best first"
    assert "A star is an image that is asked about with its predictive entropy" in caption_of(asked)
    star = f"{asked.query_ids[0]},-1,-1"
    card = atlas_of(asked, CLASS_NAMES)["details"][star]
    assert card[1] == "★ asked about in this cycle, not answered yet"
    # Nor is the answer told to the person who is asked: neither by the card nor by the colour.
    assert not [line for line in card if isinstance(line, dict) and "known" in line]
    stars = asked.kind == Kind.ACQUIRED
    assert set(asked.target[stars].tolist()) == {-1}
    assert (points.target[points.kind == Kind.ACQUIRED] >= 0).all()
    look = look_of(asked, "true class", CLASS_NAMES)
    assert {look.groups[group].name for group in look.group[stars]} == {"no label yet"}
    drawn = map_figure(map_scene(asked, layouts.make(history, 2), "true class", CLASS_NAMES))
    assert "asked: entropy (bits)" in [trace["name"] for trace in drawn["data"]]


def test_an_image_whose_answer_is_not_given_has_no_label_yet_before_and_after_a_query(history):
    """A person answers a folder of images: nobody knows a class but by an answer."""
    unlabelled = replace(history[2].subsample, targets=np.full_like(history[2].subsample.targets, -1))
    points = map_points([*history[:2], replace(history[2], subsample=unlabelled)], 2)
    assert not points.waiting
    look = look_of(points, "true class", CLASS_NAMES)
    names = np.array([look.groups[group].name for group in look.group])
    assert set(names[points.kind == Kind.CANDIDATE]) == {"no label yet"}
    acquired = points.kind == Kind.ACQUIRED
    answers = dict(zip(history[2].query.ids.tolist(), history[2].query.labels.tolist(), strict=True))
    assert names[acquired].tolist() == [CLASS_NAMES[answers[i]] for i in points.ids[acquired].tolist()]
    details = atlas_of(points, CLASS_NAMES)["details"]
    star, open_one = points.ids[acquired][0], points.ids[points.kind == Kind.CANDIDATE][0]
    assert details[f"{star},-1,-1"][2] == {"told": "label given", "known": CLASS_NAMES[answers[int(star)]]}
    assert details[f"{open_one},-1,-1"][:3] == [f"image {open_one}", "candidate", "no label yet"]
