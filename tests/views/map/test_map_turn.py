"""The map lets the stages of its run go first, says so, and is not kept from a run that never rests."""

from __future__ import annotations

import threading
from contextlib import closing

import pytest
from helpers.small_runs import small_config, small_data
from helpers.waiting import until

from lada_explore.analysis import Layouts
from lada_explore.analysis.layout_methods import BETWEEN, LAYOUT_METHODS, LayoutMethod
from lada_explore.records import Stage
from lada_explore.session.session import Session
from lada_explore.session.worker import Worker, WorkerState
from lada_explore.views import MapView
from lada_explore.views.map import turn

WAITS = "the layout waits for the stages of the run, at most 20 s …"


class Held:
    """A run of which a stage of cycle 1 stands still in the middle, and what its maps were computed beside."""

    def __init__(self, session, stage: Stage) -> None:
        self.worker, self.stage = Worker.of(session), stage
        self.inside, self.go_on = threading.Event(), threading.Event()
        self.beside: list[WorkerState] = []
        self._forget = self.worker.on_change(self._hold)

    def _hold(self) -> None:
        status = self.worker.status
        reached = (status.cycle, status.stage) == (1, self.stage) and status.progress is not None
        if reached and not self.inside.is_set():  # a pause is told of by the thread that asks for it
            self.inside.set()
            self.go_on.wait(30)

    def note(self) -> None:
        self.beside.append(self.worker.status.state)


@pytest.fixture
def held(tmp_path, monkeypatch):
    """A run that stands still in the LOOK_AHEAD of its first cycle with a map, and notes what a layout is beside."""
    with closing(Session.create(small_config(cycles=2), tmp_path / "run", data=small_data(tested=False))) as session:
        run = Held(session, Stage.LOOK_AHEAD)
        compute = Layouts._compute
        monkeypatch.setattr(Layouts, "_compute", lambda *given: run.note() or compute(*given))
        run.worker.run()
        assert run.inside.wait(60)
        yield run
        run.go_on.set()


def test_it_is_laid_out_when_the_run_rests_and_says_that_it_waits(held):
    view = MapView(held.worker)
    until(lambda: view.panel["busy"] == WAITS)
    until(lambda: view.spec["message"] == WAITS.capitalize())
    assert not held.beside
    said = []
    view.observe(lambda change: said.append(change["new"]["message"]), "spec")
    held.go_on.set()
    held.worker.wait(60)
    until(lambda: view.spec["figure"] is not None and not view.panel["busy"])
    assert [words for words in said if words.startswith("Laying out ")] != []  # no longer that it waits
    assert view.panel["cycle"] == 2
    assert held.beside == [WorkerState.FINISHED] * 2
    view.close()


def test_a_paused_run_is_one_that_rests(held):
    held.worker.pause()
    held.go_on.set()
    until(lambda: held.worker.status.state is WorkerState.PAUSED)
    view = MapView(held.worker)
    until(lambda: view.spec["figure"] is not None)
    assert held.beside == [WorkerState.PAUSED]
    view.close()


def test_a_layout_that_was_kept_is_opened_beside_a_stage_and_nobody_says_that_it_is_laid_out(held):
    kept = Layouts(cache=held.worker.session.layouts)
    kept.make(held.worker.session.history, 1)
    held.beside.clear()
    view = MapView(held.worker)
    said = [view.spec["message"]]
    view.observe(lambda change: said.append(change["new"]["message"]), "spec")
    until(lambda: view.spec["figure"] is not None)
    assert set(said) <= {"Opening the map of cycle 1 …", ""}
    assert held.beside == []
    view.close()


def test_a_run_that_does_not_rest_has_a_map_all_the_same(held, monkeypatch):
    monkeypatch.setattr(turn, "PATIENCE_S", 0.5)
    view = MapView(held.worker)
    until(lambda: view.spec["figure"] is not None)
    assert held.beside == [WorkerState.RUNNING]
    assert view.panel["busy"] == ""
    view.close()


def test_whoever_saves_the_figure_waits_for_no_stage(held, tmp_path):
    view = MapView(held.worker)
    assert view.save(tmp_path / "map.svg").exists()
    assert held.beside == [WorkerState.RUNNING]
    view.close()


def test_a_layout_is_held_in_the_middle_when_a_stage_begins_and_ends_with_its_view(tmp_path, monkeypatch):
    first, second, done = threading.Event(), threading.Event(), threading.Event()

    def in_two_halves(features, start, seed, cold):
        first.set()
        second.wait(30)
        BETWEEN.get()()
        done.set()
        return features[:, :2]

    monkeypatch.setitem(LAYOUT_METHODS, "halves", LayoutMethod(title="", package="numpy", lay_out=in_two_halves))
    data = small_data(tested=False)
    with closing(Session.create(small_config(cycles=2), tmp_path / "run", data=data)) as session:
        session.run(2)
        view = MapView(session, method="halves")
        assert first.wait(30)
        monkeypatch.setattr(Worker, "status", property(lambda worker: running(worker.session)))
        second.set()
        until(lambda: view.panel["busy"] == WAITS)
        assert not done.is_set()
        view.close()
        assert done.wait(30)


def running(session):
    """What a worker says while a stage runs."""
    from lada_explore.session.worker_status import WorkerStatus

    return WorkerStatus(WorkerState.RUNNING, session.cycle, session.next_stage, None, 0.0, "")
