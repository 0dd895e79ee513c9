"""The labeller without a browser: messages in; pictures, marks and acknowledgements out."""

from __future__ import annotations

import gc
import time
from dataclasses import replace

import numpy as np
import pytest
from helpers.fake_runs import record
from helpers.fake_service import Action, FakeLabellingService
from helpers.fakes import FakeSession, make_image
from helpers.pages import Page
from helpers.waiting import until

from lada_explore.errors import ConfigError, OracleError, StoreError
from lada_explore.views import Labeller
from lada_explore.views.labeller import labeller as module
from lada_explore.views.labeller.state import Pace, asked_of, marks_of


@pytest.fixture
def service():
    return FakeLabellingService()


@pytest.fixture
def page(service):
    labeller = Labeller(service)
    yield Page(labeller)
    labeller.close()


def test_an_answer_is_with_the_service_and_in_the_marks_before_it_is_acknowledged(service, page):
    shown = []
    page.labeller.observe(lambda change: shown.append(("marks", len(page.heard))), "marks")
    assert page.act("label", id=101, label=4) == {
        "type": "ack",
        "page": "page",
        "seq": 1,
        "ok": True,
        "say": "",
        "show": -1,
    }
    assert service.journal == [Action("label", 101, 4, "ann")]
    assert shown[0] == ("marks", 0)
    marks = page.labeller.marks
    assert marks["images"] == [{"id": 101, "label": 4, "answers": [(0, 4)], "disputed": False, "flagged": False}]
    assert (marks["people"], marks["undo"], marks["progress"]) == (["ann"], [(0, 1)], "1 of 6 answered")


def test_a_number_sent_again_is_acknowledged_again_and_done_once(service, page):
    page.act("label", id=100, label=1)
    page.act("label", id=101, label=2)
    assert page.act("undo")["show"] == 101
    again = page.act("undo", seq=3)
    assert (again["seq"], again["ok"], again["show"]) == (3, True, 101)
    assert page.act("label", seq=1, id=100, label=1)["ok"]
    assert [action.stands for action in service.journal] == [True, False]


def test_two_pages_number_on_their_own(service):
    labeller = Labeller(service)
    one, two = Page(labeller, "one"), Page(labeller, "two")
    one.act("label", id=100, label=1)
    assert two.act("label", id=101, label=1)["page"] == "two"
    assert service.labels() == {100: 1, 101: 1}
    labeller.close()


@pytest.mark.parametrize(
    "error",
    [StoreError("1 answers could not be written (disk is full)"), OracleError("id 100 is not in the open query")],
)
def test_a_failed_write_is_refused_with_its_sentence_and_can_be_sent_again(service, page, error):
    service.refuse = [error]
    ack = page.act("label", id=100, label=1)
    assert (ack["ok"], ack["say"]) == (False, str(error))
    assert service.journal == []
    assert page.labeller.marks["answered"] == 0
    assert page.act("label", id=100, label=1)["ok"]
    assert service.labels() == {100: 1}


def test_every_action_reaches_the_service_under_the_name_of_who_did_it():
    service = FakeLabellingService(kind="initial")
    page = Page(Labeller(service))
    for name, more in (
        ("label", {"id": 100, "label": 3}),
        ("flag", {"id": 100, "on": True}),
        ("flag", {"id": 100, "on": False}),
        ("adjudicate", {"id": 100, "label": 5}),
        ("mark_class_absent", {"label": 7}),
        ("end_seed_round", {}),
        ("add_class", {"text": " <i>Hat</i> "}),
        ("skip", {"id": 101}),
        ("unskip", {"ids": [101]}),
    ):
        assert page.act(name, annotator="bo", **more)["ok"], name
    assert [(a.name, a.id, a.label) for a in service.journal] == [
        ("label", 100, 3),
        ("flag", 100, -1),
        ("unflag", 100, -1),
        ("settle", 100, 5),
        ("mark_class_absent", -1, 7),
        ("enough", -1, -1),
        ("add_class", -1, 10),
        ("skip", 101, -1),
        ("unskip", 101, -1),
    ]
    assert {action.annotator for action in service.journal} == {"bo"}
    assert page.labeller.asked["class_names"][-1] == "<i>Hat</i>"
    page.act("rule", rule="majority")
    assert page.labeller.marks["rule"] == "majority"


def test_images_answered_together_are_one_call_of_the_service_and_taken_back_together(service, page):
    page.act("label", id=100, label=1, ms=1_000)
    assert page.act("label_many", ids=[101, 103, 104], labels=[3, 3, 3], ms=7_000) | {"page": ""} == {
        "type": "ack",
        "page": "",
        "seq": 2,
        "ok": True,
        "say": "",
        "show": -1,
    }
    assert service.labels() == {100: 1, 101: 3, 103: 3, 104: 3}
    marks = page.labeller.marks
    assert (marks["undo"], marks["pace"]) == ([(0, 2)], [("ann", "2.0 s an image, about 4 s left")])
    ack = page.act("undo")
    assert (ack["say"], ack["show"], ack["ids"]) == ("Took back: label <b>Dress</b> of 3 images.", 101, [101, 103, 104])
    assert service.labels() == {100: 1}
    service.refuse = [StoreError("the disk is full")]
    assert page.act("label_many", ids=[101, 102], labels=[3, 3])["say"] == "the disk is full"
    assert service.labels() == {100: 1}


def test_what_cannot_be_done_is_said():
    page = Page(Labeller(FakeLabellingService()))
    assert page.act("fly")["say"] == "'fly' is no action of the labeller"
    assert page.act("go_on")["say"] == "'go_on' is no action of the labeller"
    assert page.act("label", id=100, label=1, annotator=" ")["say"].startswith(
        "nobody is named as the one who answers; type a name into the field “You are”"
    )
    assert page.act("label", id="x", label=1)["ok"] is False
    page.say(type="something else")


def test_undo_says_what_it_took_back_or_would_make_stale(service, page):
    assert page.act("undo")["say"] == "ann has nothing to undo."
    page.act("label", id=102, label=3)
    ack = page.act("undo")
    assert (ack["say"], ack["show"]) == ("Took back: label <b>Dress</b> of image 102.", 102)
    assert page.labeller.marks["answered"] == 0
    page.act("label", id=102, label=3)
    service.used = len(service.journal)
    ack = page.act("undo")
    assert ack["ok"]
    assert ack["say"] == "The training of cycle 2 has used this answer; taking it back would make it stale."
    assert page.labeller.marks["answered"] == 1


def test_pictures_go_out_once_when_asked_for_and_never_with_an_answer(service, page, monkeypatch):
    page.say(type="pictures", page="page", ids=[103, 100, 9])
    ((content, buffers),) = page.heard
    assert (content["ids"], content["shape"]) == ([103, 100], [1, 28, 28])
    assert np.array_equal(np.frombuffer(buffers[0], np.uint8).reshape(2, 1, 28, 28)[0], make_image(103))
    read = service.read
    page.act("label", id=100, label=1)
    assert service.read == read
    monkeypatch.setattr(module, "MAX_BYTES", 3 * 28 * 28)
    page.heard.clear()
    page.say(type="pictures", page="page", ids=[100, 101, 102, 103, 104])
    assert [content["ids"] for content, _ in page.heard] == [[100, 101, 102], [103, 104]]


def test_a_part_of_a_picture_goes_out_when_asked_for_or_a_sentence_why_not(service, page):
    service.files[103] = np.arange(3 * 48 * 64, dtype=np.uint8).reshape(3, 48, 64)
    asked = {"type": "detail", "page": "page", "ask": 7, "box": [0, 0.5, 1, 1], "longest": 30}
    page.say(id=103, **asked)
    until(lambda: len(page.heard) == 1)
    ((said, buffers),) = page.heard
    about = {"error": "", "kind": "image/none", "box": [0, 0.5, 1, 1], "size": (64, 30), "seen": [0, 0, 1, 1]}
    assert said == {"type": "detail", "page": "page", "id": 103, "ask": 7, **about}
    assert buffers == [service.files[103].tobytes()]
    for wrong, sentence in [
        ({"id": 100}, "image 100 has no file"),
        ({"id": 9}, "image 9 is not asked now"),
        ({"id": "103"}, "image 103 is not asked now"),
        ({"id": 103, "box": 3}, "a part of a picture is a box and a length, not 3 and 30"),
        ({"id": 103, "longest": "wide"}, "a part of a picture is a box and a length, not [0, 0.5, 1, 1] and 'wide'"),
    ]:
        page.heard.clear()
        page.say(**asked | wrong)
        until(lambda: len(page.heard) == 1)
        assert page.heard[0][0] | {"type": "detail"} == {
            "type": "detail",
            "page": "page",
            "id": wrong["id"],
            "ask": 7,
            "error": sentence,
        }
        assert page.heard[0][1] == []


def test_the_images_are_not_sent_again_with_an_answer(page):
    sent = []
    page.labeller.observe(lambda change: sent.append(change["name"]), ["asked", "marks"])
    page.act("label", id=100, label=1)
    assert set(sent) == {"marks"}
    page.act("skip", id=101)
    assert "asked" in sent
    assert [image["id"] for image in page.labeller.asked["images"]] == [106, 107, 102, 103, 104, 105]
    assert page.labeller.marks["skipped"] == [101]
    assert page.labeller.asked["images"][0]["why"][-1] == "replaces an image that was set aside"


def test_each_image_says_why_it_is_asked():
    pairs = asked_of(FakeLabellingService().sheet())["images"][2]
    assert pairs["why"] == [
        "its own score: 2.30 bits",
        "pair 2, with image 103",
        "score of the pair: 6.25 bits",
        "τ* of the pair: 0.75",
    ]
    assert pairs["guess"] == "<b>Dress</b>, 62 %"
    single = asked_of(FakeLabellingService(kind="singles").sheet())["images"][2]
    assert single["why"] == ["its own score: 2.30 bits"]
    start = asked_of(FakeLabellingService(kind="initial").sheet())["images"][2]
    assert (start["why"], start["guess"]) == (
        ["to start from: drawn at random, or near an image of a class that still misses some"],
        "",
    )


def test_a_start_that_was_drawn_by_the_known_classes_looks_for_none():
    start = asked_of(replace(FakeLabellingService(kind="initial").sheet(), is_seed_round=False, wanted={}))
    assert not start["counts_classes"]
    assert start["images"][0]["why"] == ["to start from: as many of each class, drawn at random"]


def test_the_seed_round_says_what_is_still_wanted():
    service = FakeLabellingService(kind="initial", class_names=("a", "b", "c"))
    page = Page(Labeller(service))
    assert page.labeller.asked["may_grow"]
    assert page.labeller.asked["counts_classes"]
    assert page.labeller.marks["wanted"] == [(0, 2), (1, 2), (2, 2)]
    page.act("label", id=100, label=1)
    page.act("mark_class_absent", label=2)
    assert page.labeller.marks["wanted"] == [(0, 2), (1, 1)]
    assert page.labeller.marks["absent_classes"] == [2]


def test_the_seed_round_can_be_ended_once_two_classes_are_found():
    service = FakeLabellingService(kind="initial", class_names=("a", "b", "c"))
    page = Page(Labeller(service))
    page.act("label", id=100, label=1)
    assert not page.labeller.marks["may_end_start"]
    page.act("label", id=101, label=0)
    assert page.labeller.marks["may_end_start"]
    ack = page.act("end_seed_round")
    assert (ack["ok"], ack["say"]) == (True, "The start ends here: training takes the images that were found.")
    assert not page.labeller.marks["may_end_start"]


def test_two_people_differ_and_it_is_settled(service, page):
    page.act("rule", rule="adjudicate")
    page.act("label", id=100, label=1, annotator="ann")
    page.act("label", id=100, label=2, annotator="bo")
    (mark,) = page.labeller.marks["images"]
    assert mark == {"id": 100, "label": -1, "answers": [(0, 1), (1, 2)], "disputed": True, "flagged": False}
    assert page.labeller.marks["progress"] == "0 of 6 answered, 1 disputed"
    page.act("adjudicate", id=100, label=2, annotator="ann")
    assert page.labeller.marks["images"][0]["label"] == 2


def test_two_labellers_of_one_service_show_the_same_and_where_the_other_one_is(service):
    one, two = Page(Labeller(service, "ann")), Page(Labeller(service, "bo"))
    one.act("label", annotator="ann", id=100, label=1, at=101)
    two.say(type="at", annotator="bo", at=103)
    until(lambda: two.labeller.marks["images"] == one.labeller.marks["images"] != [])
    assert two.labeller.marks["at"] == [("ann", 101), ("bo", 103)]


def test_a_labeller_that_is_closed_takes_its_people_with_it_from_what_the_others_show(service):
    stays, goes = Labeller(service, "bo"), Labeller(service, "ann")
    Page(stays).say(type="at", page="b", annotator="bo", at=103)
    page = Page(goes)
    page.say(type="at", page="one", annotator="ann", at=101)
    page.act("label", annotator="cy", id=100, label=1, at=102)
    until(lambda: stays.marks["at"] == [("ann", 101), ("bo", 103), ("cy", 102)])
    goes.close()
    assert service.presence() == {"bo": 103}
    page.say(type="at", page="one", annotator="ann", at=101)  # was on its way
    assert service.presence() == {"bo": 103}
    until(lambda: stays.marks["at"] == [("bo", 103)])
    stays.close()


def test_a_labeller_that_nobody_holds_any_more_takes_its_people_with_it(service):
    labeller = Labeller(service, "ann")
    labeller.handle({"type": "at", "page": "page", "annotator": "ann", "at": 101})
    assert service.presence() == {"ann": 101}
    del labeller
    gc.collect()
    assert service.presence() == {}


def test_a_page_that_goes_ends_the_presence_of_its_own_person_only(service, page):
    page.say(type="at", page="one", annotator="ann", at=101)
    page.say(type="at", page="two", annotator="ann", at=102)
    page.say(type="at", page="three", annotator="bo", at=103)
    page.say(type="leave", page="two")
    page.say(type="leave", page="never seen")
    assert service.presence() == {"ann": 101, "bo": 103}
    page.say(type="at", page="one", annotator="ann", at=-1)
    assert service.presence() == {"bo": 103}


def test_who_takes_another_name_is_known_by_that_alone(service, page):
    page.act("label", annotator="ann", id=100, label=1, at=101)
    page.act("label", annotator="bo", id=101, label=1, at=102)
    assert service.presence() == {"bo": 102}


def test_the_pace_is_the_median_gap_and_leaves_breaks_out():
    pace = Pace()
    assert pace.words(5) == ""
    for at_s in (0, 2, 5, 1000, 1004):
        pace.note(at_s)
    assert pace.words(10) == "3.0 s an image, about 30 s left"
    assert pace.words(0) == "3.0 s an image"
    service = FakeLabellingService()
    assert marks_of(service.sheet(), {"ann": pace})["pace"] == [("ann", "3.0 s an image, about 18 s left")]


def test_the_pace_comes_from_the_times_of_the_clicks(page):
    for i, ms in enumerate((1_000, 2_500, 4_000)):
        page.act("label", id=100 + i, label=1, ms=ms)
    assert page.labeller.marks["pace"] == [("ann", "1.5 s an image, about 4 s left")]


def test_names_travel_as_they_are():
    odd = 'a "quoted" <img src=x> ' + "ü" * 280
    page = Page(Labeller(FakeLabellingService(class_names=(odd, "b"), names=[odd])))
    assert page.labeller.asked["class_names"][0] == page.labeller.asked["images"][0]["name"] == odd
    page.act("label", id=100, label=0)
    assert page.act("undo")["say"] == f"Took back: label {odd} of image 100."


def test_a_sheet_that_cannot_be_read_is_said_and_the_next_one_shown():
    service = FakeLabellingService()
    whole, service.sheet = service.sheet, lambda: (_ for _ in ()).throw(StoreError("the journal cannot be read"))
    labeller = Labeller(service)
    assert labeller.error == "This view could not be drawn. StoreError: the journal cannot be read"
    assert labeller.asked["images"] == []
    service.sheet = whole
    service.set_rule("majority")
    until(lambda: labeller.error == "" and len(labeller.asked["images"]) == 6)


def test_a_recorded_run_cannot_be_answered(tmp_path):
    session = FakeSession()
    session.run(1)
    with pytest.raises(ConfigError, match="a RecordedRun can be looked at but not answered"):
        Labeller(record(session, tmp_path / "run"))
    with pytest.raises(ConfigError, match="a str is no run"):
        Labeller("runs/demo")
    with pytest.raises(ConfigError, match="the annotator has an empty name"):
        Labeller(FakeLabellingService(), annotator=" ")


def test_a_closed_labeller_no_longer_follows(service):
    labeller = Labeller(service)
    labeller.close()
    service.submit({100: 1})
    time.sleep(0.2)
    assert labeller.marks["answered"] == 0
