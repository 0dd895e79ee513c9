"""The whole pool behind the map: made when it is asked for, once, kept with the layouts, and said what it is."""

from __future__ import annotations

from contextlib import closing

import numpy as np
import plotly.graph_objects as go
import pytest
from helpers.fakes import FakeSession
from helpers.maps import handle, trace
from helpers.pools import SessionWithPool
from helpers.small_runs import small_session
from helpers.waiting import until

from lada_explore.analysis.whole_pool import CELLS, PoolPlaces
from lada_explore.records import Stage
from lada_explore.store import open_run
from lada_explore.views import MapView
from lada_explore.views.map.captions import caption_of
from lada_explore.views.map.figure import map_figure
from lada_explore.views.map.publication import map_file
from lada_explore.views.map.scene import map_scene


@pytest.fixture
def pool(scene):
    return PoolPlaces(positions=np.resize(scene.layout.positions, (1500, 2)).astype(np.float32), pool_size=9000)


def with_pool(scene, pool):
    return map_scene(scene.points, scene.layout, "true class", ("a", "b", "c"), pool=pool)


def density_of(view):
    return [entry["name"] for entry in view.spec["figure"]["data"] if entry.get("meta") == "density"]


def test_the_density_stands_first_has_the_extent_of_the_map_and_is_named_with_its_images(scene, pool):
    figure = go.Figure(map_figure(with_pool(scene, pool)))
    assert figure.data[0].name == "whole pool (1,500 images)"
    density = trace(figure, "whole pool (1,500 images)")
    assert np.shape(density.z) == (CELLS, CELLS)
    assert np.sum(density.z) == pytest.approx(1500, rel=1e-4)
    for axis, (low, high) in zip((density.x, density.y), scene.bounds, strict=True):
        half = (axis[1] - axis[0]) / 2
        assert (axis[0] - half, axis[-1] + half) == pytest.approx((low, high))
    assert not [entry for entry in map_figure(scene)["data"] if entry.get("meta") == "density"]


def test_the_caption_says_that_it_is_a_projection_and_of_how_many(scene, pool):
    assert "Whole pool shows the density of the others" in caption_of(scene.points)
    assert "Whole pool" not in caption_of(scene.points, offered=False)
    said = caption_of(scene.points, pool)
    assert "density of 1,500 images of the pool drawn at random from 9,000" in said
    assert "It is a projection" in said
    assert "drawn at random" not in caption_of(scene.points, PoolPlaces(positions=pool.positions, pool_size=1500))


def test_a_saved_figure_has_the_density_with_its_name(scene, pool):
    svg = map_file(with_pool(scene, pool), "svg")
    assert b"whole pool (1,500 images)" in svg
    assert b"<image" in svg
    assert b"whole pool" not in map_file(scene, "svg")


def test_the_pool_is_off_until_it_is_asked_for_and_is_looked_at_once_for_a_cycle():
    session = SessionWithPool(cycles=3)
    session.run(3)
    view = MapView(session)
    until(lambda: view.spec["figure"] is not None)
    assert (session.passes, view.panel["whole_pool"], density_of(view)) == (0, False, [])
    handle(view, type="whole_pool", value=True)
    until(lambda: density_of(view) == ["whole pool (500 images)"])
    assert view.panel["whole_pool"]
    until(lambda: view.panel["pool_busy"] == "")
    assert "It is a projection" in view.spec["caption"]
    handle(view, type="whole_pool", value=False)
    until(lambda: density_of(view) == [])
    handle(view, type="whole_pool", value=True)
    until(lambda: density_of(view) != [])
    handle(view, type="colour", value="entropy")
    until(lambda: view.panel["colour"] == "entropy" and density_of(view) != [])
    assert session.passes == 1
    view.selection.show_cycle(1)
    until(lambda: view.panel["cycle"] == 1 and session.passes == 2)
    until(lambda: density_of(view) != [])
    assert session.passes == 2
    view.close()


def test_the_pool_waits_while_a_stage_runs_and_says_so(monkeypatch):
    session = SessionWithPool(cycles=3)
    session.run(2)
    view = MapView(session)
    until(lambda: view.spec["figure"] is not None)
    monkeypatch.setattr(view._turn, "is_mine", lambda: False)
    view.whole_pool = True
    until(lambda: view.panel["pool_busy"] == "the pool waits for the stages of the run …")
    assert density_of(view) == []
    monkeypatch.undo()
    until(lambda: density_of(view) != [])
    view.close()


def test_a_run_without_features_of_its_pool_says_how_to_get_them():
    session = FakeSession(cycles=2)
    session.run(2)
    view = MapView(session, whole_pool=True)
    until(lambda: view.spec["figure"] is not None and view.spec["notes"] != [])
    (said,) = view.spec["notes"]
    assert "open the run by `Explorer(Session.resume(FOLDER))` and tick Whole pool there" in said
    view.whole_pool = False
    until(lambda: view.spec["notes"] == [])
    view.close()


def test_a_pass_that_fails_is_a_sentence_and_is_not_tried_for_ever(monkeypatch):
    session = SessionWithPool(cycles=2)
    session.run(2)
    tries = []

    def fails(*given):
        tries.append(1)
        raise RuntimeError("out of luck")

    monkeypatch.setattr(session, "pool_features", fails)
    view = MapView(session, whole_pool=True)
    until(lambda: view.spec["figure"] is not None and "out of luck" in "".join(view.spec["notes"]))
    view.redraw()
    until(lambda: view.panel["pool_busy"] == "")
    assert len(tries) == 1
    view.close()


def test_a_recorded_run_shows_the_pool_that_its_session_placed(tmp_path, monkeypatch):
    monkeypatch.setenv("LADA_CACHE", str(tmp_path / "cache"))
    with closing(small_session(tmp_path / "run", "max-entropy")) as session:
        while (session.cycle, session.next_stage) != (1, Stage.TRAIN):
            session.step()
        view = MapView(session, whole_pool=True)
        until(lambda: view.spec["figure"] is not None and density_of(view) == ["whole pool (60 images)"])
        view.close()
    (kept,) = (tmp_path / "run" / "layouts").glob("pool-*")
    view = MapView(open_run(tmp_path / "run"), whole_pool=True)
    until(lambda: view.spec["figure"] is not None and density_of(view) == ["whole pool (60 images)"])
    view.close()
    kept.write_bytes(kept.read_bytes()[:100])
    view = MapView(open_run(tmp_path / "run"), whole_pool=True)
    until(lambda: view.spec["figure"] is not None and view.spec["notes"] != [])
    assert density_of(view) == []
    view.close()
