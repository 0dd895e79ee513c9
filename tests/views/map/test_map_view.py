"""The view of the map: laying out, following, choosing."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import numpy as np
import pytest
from helpers.fakes import FakeSession, make_initial
from helpers.maps import handle
from helpers.waiting import until

from lada_explore.analysis import Layouts
from lada_explore.analysis import layouts as layouts_module
from lada_explore.analysis.layout_methods import LAYOUT_METHODS, LayoutMethod
from lada_explore.errors import ConfigError
from lada_explore.records import CycleRecords
from lada_explore.views import MapView, Selection


def test_the_view_says_that_it_lays_out_and_then_draws_without_keeping_the_caller():
    session = FakeSession(cycles=2)
    session.run(2)
    began = time.monotonic()
    view = MapView(session)
    assert time.monotonic() - began < 2
    assert view.spec["message"] in {"Opening the map of cycle 1 …", "Laying out 60 images of cycle 1 …"}
    until(lambda: view.spec["figure"] is not None)
    assert view.panel["gauge"].startswith("First map of this run")
    assert view.panel["busy"] == ""
    until(lambda: view.atlas.get("cycle") == 1)
    view.close()


def test_a_layout_method_that_is_declared_is_offered_by_its_title_and_asks_for_patience_if_it_needs_it(monkeypatch):
    first_two = LayoutMethod(
        title="two features",
        package="numpy",
        lay_out=lambda features, start, seed, cold: features[:, :2],
        patience="It takes a day.",
    )
    monkeypatch.setitem(LAYOUT_METHODS, "two", first_two)
    session = FakeSession(cycles=2)
    session.run(2)
    view = MapView(session, method="two")
    said = {"Opening the map of cycle 1 … It takes a day.", "Laying out 60 images of cycle 1 … It takes a day."}
    assert view.spec["message"] in said
    until(lambda: view.spec["figure"] is not None)
    assert view.panel["methods"] == [["t-sne", "t-SNE"], ["umap", "UMAP"], ["two", "two features"]]
    assert "title" not in view.spec["figure"]["layout"]["xaxis"]  # the axes of a map mean nothing
    view.close()


def test_the_view_follows_the_selected_cycle_and_keeps_the_last_map_until_the_next_is_laid_out(drawn):
    view, session, selection = drawn
    assert view.panel["cycle"] == 2
    selection.show_cycle(1)
    until(lambda: view.panel["cycle"] == 1)
    assert view.spec["figure"] is not None
    selection.show_cycle(None)
    session.run(1)
    until(lambda: view.panel["cycle"] == 3)
    assert view.spec["figure"] is not None
    assert "map of cycle 2" in view.panel["gauge"]
    until(lambda: view.atlas.get("cycle") == 3)


def test_cycles_without_a_map_are_a_sentence(drawn):
    view, _, selection = drawn
    selection.show_cycle(0)
    until(lambda: view.spec["message"].startswith("The start has no map"))
    assert view.panel["save"] == []
    selection.show_cycle(4)
    until(lambda: view.spec["message"].startswith("This run has no cycle 4 so far"))
    selection.show_cycle(2)
    until(lambda: view.spec["figure"] is not None)


def test_a_layout_that_is_not_wanted_any_more_does_not_say_that_it_goes_on(monkeypatch):
    session, begun, go_on = FakeSession(cycles=2), threading.Event(), threading.Event()
    session.run(3)
    compute = Layouts._compute
    monkeypatch.setattr(Layouts, "_compute", lambda *given: begun.set() or (go_on.wait(20) and compute(*given)))
    view = MapView(session)
    assert begun.wait(20)
    view.selection.show_cycle(0)
    until(lambda: view.spec["message"].startswith("The start has no map"))
    go_on.set()
    until(lambda: not view._laying.is_busy)
    assert view.panel["busy"] == ""
    view.close()


def test_a_run_that_has_only_begun_and_a_lean_one_are_a_sentence():
    begun = "The start has no map: it draws its images before there is a classifier. Maps begin with cycle 1."
    live = FakeSession()
    assert MapView(live).spec["message"] == f"{begun} Next cycle, in the bar of the run, runs it."
    asked = FakeSession()
    start = make_initial(np.random.default_rng(0), asked.config)
    asked.history = (CycleRecords(cycle=0, select=start),)
    assert MapView(asked).spec["message"] == f"{begun} The images of the start wait for their labels first."
    live.run(2)
    later = Selection()
    later.show_cycle(0)
    assert MapView(live, later).spec["message"] == begun
    lean = FakeSession()
    lean.run(2)
    score = lean.history[1].score
    lean.history = (lean.history[0], replace(lean.history[1], score=replace(score, features=score.features[:0])))
    assert 'keep="candidates"' in MapView(lean).spec["message"]


def test_a_first_layout_is_drawn_before_the_long_chain_and_the_view_says_so(monkeypatch):
    session, go_on = FakeSession(cycles=6), threading.Event()
    session.run()
    step = layouts_module.next_layout
    monkeypatch.setattr(layouts_module, "next_layout", lambda *given, **more: go_on.wait(20) and step(*given, **more))
    view = MapView(session)
    until(lambda: view.spec["figure"] is not None)
    assert view.panel["cycle"] == 6
    assert view.spec["notes"] == [
        "This is a first layout; it is being aligned with the maps of the other cycles, and will move once."
    ]
    until(lambda: view.panel["busy"] == "aligning with the other cycles: 2 of 6 …")
    assert (view.panel["gauge"], view.panel["save"]) == ("", [])
    first = view.spec["figure"]
    go_on.set()
    until(lambda: view.spec["notes"] == [])
    assert "map of cycle 5" in view.panel["gauge"]
    assert (view.panel["busy"], view.panel["save"]) == ("", ["svg", "pdf", "png"])
    assert view.spec["figure"] != first
    view.close()


def test_a_layout_that_fails_is_a_sentence_and_is_not_tried_for_ever(monkeypatch):
    session = FakeSession()
    session.run(2)
    score = session.history[1].score
    broken = score.features.copy()
    broken[3] = np.inf
    session.history = (session.history[0], replace(session.history[1], score=replace(score, features=broken)))
    tries = []
    make = Layouts.make
    monkeypatch.setattr(Layouts, "make", lambda *given: tries.append(1) or make(*given))
    view = MapView(session)
    until(lambda: "features of 1 images are not finite" in view.spec["message"])
    time.sleep(0.3)
    view.redraw()
    assert len(tries) == 1


def test_an_error_on_the_thread_of_layouts_says_what_failed(monkeypatch):
    session, made = FakeSession(cycles=1), threading.Event()
    session.run(2)

    def breaks(_):
        made.wait(60)  # for the first drawing, which is that of the caller
        raise OSError("no space left")

    monkeypatch.setattr(MapView, "redraw", breaks)
    view = MapView(session)
    made.set()
    until(lambda: view.spec["error"])
    assert view.spec["error"] == "The map could not be laid out. no space left"
    view.close()


def test_a_click_on_an_image_chooses_its_pair_in_order_and_on_a_labelled_one_marks_it(drawn):
    view, session, selection = drawn
    first, second = session.history[2].subsample.pair_ids[4].tolist()
    handle(view, type="click", points=[{"trace": 0, "point": 0, "customdata": [second, -1, -1]}])
    assert (selection.selected.pair, selection.selected.ids) == ((first, second), (second, first))
    labelled = int(session.history[0].query.ids[0])
    handle(view, type="pick", key=[labelled, -1, -1])
    assert selection.selected.ids == (labelled,)
    assert selection.selected.pair == (first, second)


def test_a_click_on_a_virtual_instance_chooses_its_pair(drawn):
    view, session, selection = drawn
    first, second = session.history[2].select.pair_ids[1].tolist()
    handle(view, type="click", points=[{"trace": 0, "point": 0, "customdata": [first, second, 3]}])
    assert selection.selected.pair == (first, second)


def test_a_lasso_marks_its_images_and_the_parents_of_virtual_instances(drawn):
    view, _, selection = drawn
    points = [
        {"trace": 0, "point": n, "customdata": key} for n, key in enumerate(([5, -1, -1], [7, 8, 0], [5, -1, -1]))
    ]
    handle(view, type="select", points=[*points, {"trace": 9, "point": 0, "customdata": None}])
    assert selection.selected.ids == (5, 7, 8)
    handle(view, type="select", points=[])
    assert selection.selected.ids == ()


def test_keys_mark_images_beside_those_that_are_marked_and_take_marks_away(drawn):
    view, _, selection = drawn
    selection.mark([3])
    handle(view, type="toggle", keys=[[5, -1, -1]])
    assert selection.selected.ids == (3, 5)
    handle(view, type="add", keys=[[5, -1, -1], [7, 8, 0]])
    assert selection.selected.ids == (3, 5, 7, 8)
    handle(view, type="toggle", keys=[[7, 9, 0]])  # one of its two images is marked
    assert selection.selected.ids == (3, 5, 7, 8, 9)
    handle(view, type="toggle", keys=[[7, 8, 0]])
    assert selection.selected.ids == (3, 5, 9)


def test_the_toolbar_sets_colour_and_method_and_a_wrong_one_is_a_sentence(drawn):
    view, _, _ = drawn
    handle(view, type="colour", value="correctness")
    assert view.colour == "correctness"
    names = [entry.get("name") for entry in view.spec["figure"]["data"]]
    assert "predicted right" in names
    handle(view, type="colour", value="taste")
    assert view.spec["error"].startswith("colour is 'taste'; choose one of true class, predicted class")
    with pytest.raises(ConfigError, match="method is 'pca'; choose one of t-sne, umap"):
        MapView(FakeSession(), method="pca")


@pytest.mark.slow
def test_umap_lays_out_the_map_too():
    session = FakeSession(cycles=1)
    session.run(2)
    view = MapView(session, method="umap")
    assert view.spec["message"].endswith("The first UMAP of a session takes up to a minute.")
    until(lambda: view.spec["figure"] is not None, 120)
    assert view.panel["method"] == "umap"
    assert "Trustworthiness" in view.panel["gauge"]
    view.close()
