"""The model's guesses in the labeller: accepted with Enter, and images in their order."""

from __future__ import annotations

import pytest
from helpers.fake_service import FakeLabellingService
from labeller_page import at, dispatch, sent


def shown(page) -> list[int]:
    return [int(card.get_attribute("data-id")) for card in page.locator(".lada-lab-stage .lada-lab-card").all()]


@pytest.fixture
def service():
    return FakeLabellingService(8, "pairs", class_names=("a", "b", "c", "d", "e"))


def test_enter_accepts_the_guess_once_guesses_are_shown_and_not_before(opened, service):
    page = opened(service)
    page.keyboard.press("Enter")
    assert sent(page) == []
    page.keyboard.press("g")
    for image_id in (100, 101):
        assert at(page) == str(image_id)
        page.keyboard.press("Enter")
        dispatch(page, service)
    assert service.labels() == {100: 101 % 5, 101: 102 % 5}
    page.get_by_role("button", name="Accept the guess").click()
    assert (sent(page)[-1]["id"], sent(page)[-1]["label"]) == (102, 103 % 5)
    dispatch(page, service)
    page.get_by_role("button", name="Undo").focus()
    page.keyboard.press("Enter")  # of another button is its own
    assert sent(page)[-1]["name"] == "undo"


def test_enter_accepts_the_guess_of_each_image_that_is_selected_and_one_undo_takes_them_back(opened, service):
    page = opened(service)
    page.keyboard.press("v")
    page.keyboard.press("g")
    page.locator(".lada-lab-stage [data-id='100'] canvas").click()
    page.locator(".lada-lab-stage [data-id='103'] canvas").click(modifiers=["Shift"])
    assert "Enter as the model guesses each" in page.locator(".lada-lab-selection-text").inner_text()
    page.keyboard.press("Enter")
    dispatch(page, service)
    assert service.labels() == {i: (i + 1) % 5 for i in range(100, 104)}
    assert page.locator(".lada-lab-said").inner_text() == "4 images: 4 classes, as guessed."
    page.keyboard.press("z")
    dispatch(page, service)
    assert service.labels() == {}


def test_where_no_model_has_looked_there_is_nothing_to_accept_or_to_sort_by(opened):
    page = opened(FakeLabellingService(4, "initial"))
    page.keyboard.press("g")
    page.keyboard.press("Enter")
    assert sent(page) == []
    said = "There is no guess to accept: no model has looked at 1 of the images."
    assert page.locator(".lada-lab-said").inner_text() == said
    assert page.get_by_role("button", name="Sort by guess").count() == 0


def test_a_switch_puts_like_beside_like_and_keeps_pairs_together_and_the_image_looked_at(opened, service):
    page = opened(service)
    page.keyboard.press("v")
    assert shown(page) == list(range(100, 108))
    page.get_by_role("button", name="Sort by guess").click()
    assert shown(page) == [104, 105, 100, 101, 106, 107, 102, 103]  # pairs by the guesses 0, 1, 2 and 3
    assert at(page) == "100"
    page.keyboard.press("ArrowLeft")
    assert at(page) == "105"
    page.keyboard.press("a")
    assert (sent(page)[-1]["id"], at(page)) == (105, "100")
    page.get_by_role("button", name="Sort by guess").click()
    assert shown(page) == list(range(100, 108))
