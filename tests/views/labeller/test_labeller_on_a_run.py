"""The labeller on a real run: going on, one query for a click, other people, and runs begun anew."""

from __future__ import annotations

import shutil
import threading

import numpy as np
import pytest
from helpers.pages import Page
from helpers.small_runs import small_config, small_data
from helpers.waiting import until

from lada_explore.errors import ConfigError
from lada_explore.labelling.open_query import open_query
from lada_explore.session.session import Session
from lada_explore.session.worker import Worker, WorkerState
from lada_explore.store import open_run
from lada_explore.views import Explorer, Labeller, MapView


@pytest.fixture
def session(tmp_path):
    config = small_config(cycles=1)
    made = Session.create(config, tmp_path / "run", data=small_data(tested=False), oracle="person")
    yield made
    Worker.of(made).close()
    made.close()


def test_a_run_is_told_to_go_on_and_answered_from_the_start_to_its_last_query(session):
    labeller = Labeller(session)
    page = Page(labeller)
    assert (labeller.asked["kind"], labeller.marks["go_on"]) == ("none", True)
    assert page.act("go_on")["ok"]
    until(lambda: len(labeller.asked["images"]) == 6 and not labeller.marks["go_on"], 60)
    for image in labeller.asked["images"]:
        assert page.act("label", id=image["id"], label=image["id"] % 3)["ok"]
    until(lambda: labeller.asked["kind"] == "pairs", 60)
    assert [image["pair"] for image in labeller.asked["images"]] == [0, 0, 1, 1]
    first = labeller.asked["images"][0]
    assert (first["why"][1], first["why"][2][:18]) == (f"pair 1, with image {first['partner']}", "score of the pair:")
    page.say(type="pictures", page="page", ids=[first["id"]])
    assert np.array_equal(
        np.frombuffer(page.heard[-1][1][0], np.uint8), session.data.train.images[first["id"]].numpy().ravel()
    )
    page.act("skip", id=first["id"])
    until(lambda: first["id"] not in [image["id"] for image in labeller.asked["images"]])
    assert labeller.marks["skipped"] == [first["id"]]
    assert page.act("undo")["show"] == first["id"]
    assert labeller.asked["images"][0]["id"] == first["id"]
    labeller.close()


def test_one_click_while_a_run_waits_computes_the_open_query_once(session, monkeypatch):
    labeller = Labeller(session)
    page = Page(labeller)
    page.act("go_on")
    until(lambda: len(labeller.asked["images"]) == 6 and session.worker.status.state is WorkerState.WAITING, 60)
    computed = []

    def counting(records, label_state, *more):
        computed.append(len(label_state.actions))
        return open_query(records, label_state, *more)

    monkeypatch.setattr("lada_explore.labelling.task.open_query", counting)
    for number, image in enumerate(labeller.asked["images"][:3], start=1):
        assert page.act("label", id=image["id"], label=1)["ok"]
        until(lambda: not labeller._refresher._due)
        assert session.worker.status.message == f"{6 - number} images wait for an answer"
        assert labeller.marks["answered"] == number
        assert computed == [*range(1, number + 1)]
    labeller.close()


def test_the_explorer_of_a_live_run_has_a_tab_to_answer_it_and_that_of_a_recorded_one_has_not(session):
    explorer = Explorer(session)
    Worker.of(session).run()
    explorer.show("Label")
    labeller = explorer.view
    until(lambda: len(labeller.asked["images"]) == 6, 60)
    Page(labeller).act("label", id=labeller.asked["images"][0]["id"], label=2)
    assert labeller.marks["progress"] == "1 of 6 answered"
    assert len(session.open_query) == 5
    explorer.close()
    recorded = Explorer(open_run(session.folder.path))
    assert "Label" not in recorded._tabs.titles
    recorded.close()


def test_new_images_are_looked_for_while_the_person_goes_on_and_what_came_of_it_is_said(session, monkeypatch):
    Worker.of(session).run()
    labeller, beside = Labeller(session), Labeller(session)
    until(lambda: len(labeller.asked["images"]) == 6, 60)
    page, looks, go_on = Page(labeller), [], threading.Event()

    def look():
        looks.append(threading.current_thread().name)
        assert go_on.wait(20)
        return "3 images were added."

    assert labeller.may_find
    monkeypatch.setattr(session, "look_for_images", look)
    for _ in range(2):  # a second click does not look twice
        ack = page.act("look_for_images")
        assert (ack["ok"], ack["say"]) == (True, "")
        assert (labeller.marks["looks"], labeller.marks["found"]) == (True, "Looking for new images …")
    page.act("label", id=labeller.asked["images"][0]["id"], label=1)
    assert labeller.marks["progress"] == "1 of 6 answered"
    go_on.set()
    until(lambda: beside.marks["found"] == labeller.marks["found"] == "3 images were added.", 10)
    assert (labeller.marks["looks"], looks) == (False, ["lada-image-search"])
    labeller.close()
    beside.close()
    assert not Labeller(session.labelling).may_find


def test_why_new_images_cannot_be_looked_for_now_is_said_in_the_same_place(session, monkeypatch):
    def refuses():
        raise ConfigError("a stage is running; look for new images when it has ended")

    monkeypatch.setattr(session, "look_for_images", refuses)
    labeller = Labeller(session)
    Page(labeller).act("look_for_images")
    until(lambda: labeller.marks["found"] == "A stage is running; look for new images when it has ended.", 10)
    labeller.close()


def test_images_marked_on_the_map_go_to_the_label_tab_of_its_explorer_and_to_every_other_labeller(session):
    Worker.of(session).run()
    explorer, beside = Explorer(session), Labeller(session)
    view = MapView(session, explorer.selection)
    until(lambda: len(beside.asked["images"]) == 6, 60)
    asked = [image["id"] for image in beside.asked["images"]]
    free = next(i for i in range(60) if i not in asked)
    explorer.selection.mark([free, *asked[:2]])
    view.handle({"type": "answer"})
    assert explorer._tabs.titles[explorer._tabs.shown] == "Label"
    labeller = explorer.view
    for one in (beside, labeller):
        assert [image["id"] for image in one.shelf["images"]] == [*asked[:2], free]
    for one in (beside, view, explorer):
        one.close()


def test_without_a_labeller_the_map_says_how_to_open_one(session):
    view = MapView(session)
    view.selection.mark([1, 2])
    view.handle({"type": "answer"})
    assert view.panel["strip"]["said"].startswith("No labeller is open. Run Labeller(session)")
    view.close()


def test_people_in_two_explorers_of_a_run_see_where_the_others_are(session):
    Worker.of(session).run()
    explorers = [Explorer(session) for _ in range(2)]
    labellers = []
    for explorer in explorers:
        explorer.show("Label")
        labeller = explorer.view
        labellers.append(labeller)
    until(lambda: all(len(labeller.asked["images"]) == 6 for labeller in labellers), 60)
    first, second = (image["id"] for image in labellers[0].asked["images"][:2])
    Page(labellers[0]).say(type="at", annotator="ann", at=first)
    Page(labellers[1]).say(type="at", annotator="bo", at=second)
    expected = [("ann", first), ("bo", second)]
    until(lambda: all(labeller.marks["at"] == expected for labeller in labellers), 5)
    assert [labeller.marks["at"] for labeller in labellers] == [expected, expected]
    explorers[0].close()
    assert session.labelling.presence() == {"bo": second}
    until(lambda: labellers[1].marks["at"] == [("bo", second)], 5)
    explorers[1].close()
    assert session.labelling.presence() == {}


def test_answers_that_a_page_kept_are_for_the_run_they_were_given_in_and_not_for_one_begun_anew_in_its_folder(tmp_path):
    def name_of_run(begin) -> str:
        session = begin()
        labeller = Labeller(session)
        labeller.close()
        Worker.of(session).close()
        session.close()
        return labeller.run_name

    place, data = tmp_path / "run", small_data(tested=False)

    def begin() -> Session:
        return Session.create(small_config(), place, data=data, oracle="person")

    names = []
    for _ in range(4):  # A disk that gives the number of a removed file to the next one does so from the second on.
        names.append(name_of_run(begin))
        assert name_of_run(lambda: Session.resume(place, data=data, oracle="person")) == names[-1]
        shutil.rmtree(place)
    assert len(set(names)) == 4
