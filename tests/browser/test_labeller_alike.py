"""More like this: the images that are most like one, on a shelf below it or in the grid, answered together."""

from __future__ import annotations

import pytest
from bare import show_bare, show_view, state_of
from helpers.fake_service import FakeLabellingService
from labeller_page import acknowledge, at, dispatch, find_alike, sent, tell, words

from lada_explore.views import Labeller
from lada_explore.views.labeller.state import shelf_of


def on_shelf(page) -> dict[int, str]:
    """What stands below each image on the shelf, by id."""
    cards = page.locator(".lada-lab-shelved .lada-lab-card").all()
    return {
        int(card.get_attribute("data-id")): card.locator(".lada-lab-state").inner_text().split(" ", 1)[1]
        for card in cards
    }


def said(page) -> str:
    return page.locator(".lada-lab-said").inner_text()


def sentence(page):
    return page.locator(".lada-lab-shelf")


@pytest.fixture
def service():
    return FakeLabellingService(12, "singles")


@pytest.fixture
def page(opened, service):
    return opened(service)


def test_a_key_shows_them_below_the_picture_and_one_key_answers_those_that_are_selected(page, service):
    page.keyboard.press("ArrowRight")
    page.keyboard.press(".")
    assert (sent(page, "alike")[-1]["id"], said(page)) == (101, "Looking for images like this one …")
    find_alike(page, service)
    asked = dict.fromkeys([101, 102, 103, 104], "open")
    assert on_shelf(page) == asked | {98: "not asked", 99: "not asked"}
    assert sentence(page).inner_text().startswith("The 5 images like image 101, by their numbers.")
    assert (at(page), said(page)) == ("101", "")
    page.locator(".lada-lab-shelved [data-id='98'] canvas").click(modifiers=["Shift"])
    assert page.locator(".lada-lab-selection-text").inner_text().startswith("5 images selected: ")
    page.keyboard.press("3")
    action = sent(page)[-1]
    assert (action["name"], action["ids"], action["unasked"]) == ("label_many", [101, 102, 103, 104, 98], True)
    dispatch(page, service)
    assert on_shelf(page) == {i: "Pullover" for i in (101, 102, 103, 104, 98)} | {99: "not asked"}
    assert at(page) == "99"
    page.keyboard.press("1")
    dispatch(page, service)
    # Nothing is left on the shelf, so the query goes on.
    assert (sentence(page).is_hidden(), at(page)) == (True, "100")
    assert page.locator(".lada-lab-strip .lada-lab-card").count() == 12


def test_one_undo_takes_them_back_and_shows_them_again(page, service):
    page.keyboard.press(".")
    find_alike(page, service)
    page.keyboard.press("Control+a")
    page.keyboard.press("2")
    dispatch(page, service)
    assert (len(service.answered()), sentence(page).is_hidden()) == (6, True)
    page.keyboard.press("z")
    dispatch(page, service)
    assert (service.answered(), at(page)) == ({}, "100")
    assert page.locator(".lada-lab-shelved .lada-lab-card[data-selected='true']").count() == 6


def test_escape_first_selects_nothing_and_then_leads_back_as_the_key_does(page, service):
    for leave in ("Escape", "."):
        page.keyboard.press(".")
        find_alike(page, service)
        page.keyboard.press("Control+a")
        page.keyboard.press("Escape")
        assert page.locator(".lada-lab-card[data-selected='true']").count() == 0
        assert sentence(page).is_visible()
        page.keyboard.press(leave)
        assert (sentence(page).is_hidden(), at(page), sent(page)) == (True, "100", [])
    page.keyboard.press(".")
    find_alike(page, service)
    page.keyboard.press("End")
    page.keyboard.press(".")  # of another image, those like that one
    find_alike(page, service)
    assert (at(page), list(on_shelf(page))[:2]) == ("99", [99, 100])
    page.get_by_role("button", name="Back").click()
    assert (sentence(page).is_hidden(), at(page)) == (True, "100")


def test_in_the_grid_they_take_its_place_and_the_next_query_leaves_them_there(page, service):
    page.keyboard.press("v")
    page.keyboard.press(".")
    find_alike(page, service)
    cards = page.locator(".lada-lab-grid .lada-lab-card")
    assert [card.get_attribute("data-id") for card in cards.all()] == ["100", "101", "102", "103", "98", "99"]
    service.ids = list(range(300, 312))
    tell(page, service, "asked", "marks")
    assert [card.inner_text().split("\n")[0] for card in cards.all()] == ["○ not asked"] * 6
    page.keyboard.press("Escape")
    assert (at(page), cards.count()) == ("100", 13)  # the image that is looked at is held, as ever


def test_what_another_page_asked_for_and_what_is_empty_opens_nothing(page, service):
    page.keyboard.press(".")
    about = {"number": 1, "of": 100, "sentence": "There is no image like it."}
    full = shelf_of(service.images([100, 101]), service.sheet(), page="another", **about)
    page.evaluate("(shelf) => model.set('shelf', shelf)", full)
    assert sentence(page).is_hidden()
    mine = {"images": [], "page": sent(page, "alike")[0]["page"], **about}
    page.evaluate("(shelf) => model.set('shelf', shelf)", mine)
    assert (sentence(page).is_hidden(), said(page)) == (True, "There is no image like it.")


def test_an_answer_that_came_too_late_is_said_and_not_sent_again(page, service):
    page.keyboard.press(".")
    find_alike(page, service)
    page.keyboard.press("End")
    page.keyboard.press("1")
    assert sent(page)[-1] | {"ms": 0, "page": ""} == {
        "type": "act", "page": "", "seq": 1, "annotator": "person", "at": 100, "ms": 0,
        "name": "label", "id": 99, "label": 0, "unasked": True,
    }  # fmt: skip
    acknowledge(page, kept=False, say="Not saved: id 99 has a label already.")
    assert said(page) == "Not saved: id 99 has a label already."
    assert on_shelf(page)[99] == "not asked"


def chosen(page, service, *ids: int, number: int) -> None:
    """Images are chosen on the map, and the page hears of it."""
    about = {"page": "", "of": -1, "sentence": "Of the images marked on the map some are asked."}
    shelf = shelf_of(service.images(ids), service.sheet(), number=number, **about)
    page.evaluate("(shelf) => model.set('shelf', shelf)", shelf)


def test_images_chosen_on_the_map_stand_in_the_grid_all_selected_and_one_key_answers_them(page, service):
    chosen(page, service, 104, 103, 98, number=7)
    cards = page.locator(".lada-lab-grid .lada-lab-card")
    assert [card.get_attribute("data-id") for card in cards.all()] == ["104", "103", "98"]
    assert page.locator(".lada-lab-selection-text").inner_text().startswith("3 images selected: ")
    assert sentence(page).inner_text().startswith("Of the images marked on the map some are asked.")
    assert page.get_by_role("button", name="More like this").get_attribute("aria-pressed") == "false"
    assert at(page) == "104"
    page.keyboard.press("2")  # the labeller has the keys at once
    assert (sent(page)[-1]["ids"], sent(page)[-1]["unasked"]) == ([104, 103, 98], True)
    dispatch(page, service)
    assert (service.answered(), sentence(page).is_hidden()) == ({104: 1, 103: 1, 98: 1}, True)


def test_they_are_opened_by_a_page_that_comes_later(blank, service):
    page, troubles = blank
    about = {"number": 7, "page": "", "of": -1, "sentence": "Of the images marked on the map one is asked."}
    shelf = shelf_of(service.images([104]), service.sheet(), **about)
    show_view(page, Labeller, state_of(service) | {"shelf": shelf})
    assert sentence(page).is_visible()
    assert page.locator(".lada-lab-grid .lada-lab-card[data-selected='true']").get_attribute("data-id") == "104"
    assert troubles == []


@pytest.mark.parametrize("width", [1280, 900, 600])
def test_with_forty_classes_they_stand_in_rows_below_the_picture_on_a_page_of_any_width(blank, width):
    page, troubles = blank
    service = FakeLabellingService(20, "singles", class_names=words(40))
    show_bare(page, service, width=width)
    page.locator(".lada-labeller").focus()
    page.keyboard.press(".")
    find_alike(page, service)
    box = page.locator(".lada-labeller").bounding_box()
    for part in [sentence(page), *page.locator(".lada-lab-shelved .lada-lab-card").all()]:
        inner = part.bounding_box()
        assert inner["x"] >= box["x"]
        assert inner["x"] + inner["width"] <= box["x"] + box["width"]
    assert page.locator(".lada-lab-strip").evaluate("(e) => e.scrollWidth <= e.clientWidth")
    assert troubles == []
