"""The labeller without a browser, for several images at once: those that are alike, set aside or flagged."""

from __future__ import annotations

from dataclasses import replace

import pytest
from helpers.fake_service import FakeLabellingService
from helpers.pages import Page
from helpers.waiting import until

from lada_explore.views import Labeller
from lada_explore.views.labeller.state import MAX_SHELF, UNASKED, handed_over


@pytest.fixture
def service():
    return FakeLabellingService()


@pytest.fixture
def page(service):
    labeller = Labeller(service)
    yield Page(labeller)
    labeller.close()


def test_images_that_are_alike_are_on_the_shelf_of_the_page_that_asked_with_their_pictures_and_marks(service, page):
    labeller = page.labeller
    page.say(type="alike", page="page", id=103)
    until(lambda: labeller.shelf["number"] > 0, 5)
    shelf = labeller.shelf
    assert (shelf["page"], shelf["of"], shelf["sentence"]) == (
        "page",
        103,
        "The 4 images like image 103, by their numbers.",
    )
    assert [image["id"] for image in shelf["images"]] == [103, 104, 105, 98, 99]
    assert [image["why"] == [UNASKED] for image in shelf["images"]] == [False] * 3 + [True] * 2
    page.say(type="pictures", page="page", ids=[98, 99, 97])
    assert page.heard[-1][0]["ids"] == [98, 99]
    assert page.act("label_many", ids=[103, 98], labels=[1, 1], unasked=True)["ok"]
    assert service.answered() == {103: 1, 98: 1}
    assert [(mark["id"], mark["label"]) for mark in labeller.marks["images"]] == [(103, 1), (98, 1)]
    assert labeller.marks["progress"] == "1 of 6 answered"
    page.act("undo")
    assert labeller.marks["images"] == []


def test_why_no_images_are_alike_is_said_and_nothing_hangs_behind_it(service, page):
    page.say(type="alike", page="page", id=5000)
    until(lambda: page.labeller.error, 5)
    assert page.labeller.error == "id 5000 is not in the pool; ids run from 0 to 999"
    assert page.labeller.shelf["number"] == 0
    found = service.alike
    service.alike = lambda image_id: replace(found(image_id), ids=(), sentence="There is none.")
    page.say(type="alike", page="page", id=100)
    until(lambda: page.labeller.shelf["number"] > 0, 5)
    assert (page.labeller.shelf["images"], page.labeller.shelf["sentence"]) == ([], "There is none.")


def test_several_images_are_set_aside_or_flagged_in_one_step_that_is_taken_back_as_a_whole(service, page):
    page.act("flag_many", ids=[100, 101], on=True)
    assert page.act("skip_many", ids=[102, 105])["say"] == "Set 2 images aside; they are not asked again."
    assert service.skipped == [102, 105]
    taken = page.act("undo")
    assert (taken["say"], taken["ids"]) == ("Took back: skip of 2 images.", [102, 105])
    assert page.act("undo")["say"] == "Took back: flag of 2 images."
    assert not page.act("skip_many", ids=[999_999])["ok"]


def test_images_that_another_view_hands_over_are_on_the_shelf_of_every_page_those_that_are_asked_first(service, page):
    service.submit({101: 2})
    service.skipped = [97]
    assert service.hand_over([96, 101, 103, 97, 102]) == 1
    shelf = page.labeller.shelf
    assert (shelf["page"], shelf["of"]) == ("", -1)
    assert [image["id"] for image in shelf["images"]] == [103, 102, 96]
    assert shelf["sentence"] == (
        "Of the 5 images marked on the map, 2 are asked, 1 is not asked (an answer counts as a label from before), "
        "1 is answered already, 1 is set aside."
    )
    before = shelf["number"]
    service.hand_over([101])
    assert (page.labeller.shelf["images"], page.labeller.shelf["sentence"]) == (
        [],
        "The image marked on the map is answered already, so there is none to answer.",
    )
    assert page.labeller.shelf["number"] > before
    page.labeller.close()
    assert service.hand_over([103]) == 0


def test_of_very_many_images_the_first_are_shown_and_said_to_be(service):
    service.ids = list(range(100, 500))
    ids, sentence = handed_over(service.images(range(50, 500)), service.sheet())
    assert ids == list(range(100, 100 + MAX_SHELF))
    assert sentence.endswith("label from before); the first 300 are shown.")
