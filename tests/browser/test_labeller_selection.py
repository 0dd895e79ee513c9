"""Answering many images at once: with the mouse, with the keyboard, and on a narrow page."""

from __future__ import annotations

import pytest
from bare import show_bare
from helpers.fake_service import FakeLabellingService
from labeller_page import acknowledge, at, dispatch, sent, tell


def selected(page) -> list[int]:
    cards = page.locator(".lada-lab-stage .lada-lab-card[data-selected='true']")
    return [int(card.get_attribute("data-id")) for card in cards.all()]


def said(page) -> str:
    return page.locator(".lada-lab-selection-text").inner_text()


def card(page, image_id: int):
    return page.locator(f".lada-lab-stage .lada-lab-card[data-id='{image_id}'] canvas")


def drag(page, first: int, last: int, *, modifier: str = "") -> None:
    boxes = [card(page, image_id).bounding_box() for image_id in (first, last)]
    if modifier:
        page.keyboard.down(modifier)
    page.mouse.move(boxes[0]["x"] + 40, boxes[0]["y"] + 50)
    page.mouse.down()
    page.mouse.move(boxes[1]["x"] + 20, boxes[1]["y"] + 50, steps=4)
    page.mouse.up()
    if modifier:
        page.keyboard.up(modifier)


@pytest.fixture
def service():
    return FakeLabellingService(24, "singles")


@pytest.fixture
def grid(opened, service):
    page = opened(service)
    page.keyboard.press("v")
    return page


def test_shift_click_selects_a_stretch_ctrl_click_one_and_a_click_none(grid):
    card(grid, 101).click()
    card(grid, 104).click(modifiers=["Shift"])
    assert selected(grid) == [101, 102, 103, 104]
    card(grid, 103).click(modifiers=["Shift"])
    assert selected(grid) == [101, 102, 103]
    card(grid, 102).click(modifiers=["Control"])
    card(grid, 110).click(modifiers=["Control"])
    assert selected(grid) == [101, 103, 110]
    grid.locator(".lada-lab-stage [data-id='111'] .lada-lab-tick").click()
    assert selected(grid) == [101, 103, 110, 111]
    assert said(grid) == "4 images selected: a class key or button answers all 4, and one Undo takes them back."
    card(grid, 105).click()
    assert (selected(grid), at(grid), sent(grid)) == ([], "105", [])


def test_one_key_answers_all_that_are_selected_and_one_undo_takes_them_back_and_selects_them_again(grid, service):
    card(grid, 100).click()
    card(grid, 103).click(modifiers=["Shift"])
    grid.keyboard.press("3")
    assert [(act["name"], act["ids"], act["labels"]) for act in sent(grid)] == [
        ("label_many", [100, 101, 102, 103], [2] * 4)
    ]
    states = grid.locator(".lada-lab-card[data-state='saving']")
    assert (states.count(), selected(grid), at(grid)) == (4, [], "104")
    assert grid.locator(".lada-lab-said").inner_text() == "4 images: Pullover."
    dispatch(grid, service)
    assert grid.locator(".lada-lab-card[data-state='saved']").count() == 4
    grid.keyboard.press("z")
    dispatch(grid, service)
    assert (service.labels(), selected(grid), at(grid)) == ({}, [100, 101, 102, 103], "100")
    grid.locator("[data-label='4']").click()
    dispatch(grid, service)
    assert service.labels() == dict.fromkeys([100, 101, 102, 103], 4)


def flagged(page) -> int:
    return page.locator(".lada-lab-stage .lada-lab-state", has_text="⚑").count()


def test_flag_and_cannot_tell_act_on_all_that_are_selected_and_one_undo_takes_them_back(grid, service):
    card(grid, 100).click()
    card(grid, 102).click(modifiers=["Shift"])
    grid.keyboard.press("f")
    assert (sent(grid)[-1]["name"], sent(grid)[-1]["ids"], sent(grid)[-1]["on"]) == ("flag_many", [100, 101, 102], True)
    assert flagged(grid) == 3
    dispatch(grid, service)
    assert (flagged(grid), selected(grid)) == (3, [100, 101, 102])
    grid.keyboard.press("f")
    assert sent(grid)[-1]["on"] is False
    dispatch(grid, service)
    assert flagged(grid) == 0
    grid.keyboard.press("s")
    assert (sent(grid)[-1]["name"], sent(grid)[-1]["ids"]) == ("skip_many", [100, 101, 102])
    assert (grid.locator(".lada-lab-card[data-state='leaving']").count(), selected(grid), at(grid)) == (3, [], "103")
    dispatch(grid, service)
    assert grid.locator(".lada-lab-aside").inner_text().startswith("3 set aside: 100, 101, 102")
    grid.keyboard.press("z")
    dispatch(grid, service)
    assert [action.stands for action in service.journal] == [True] * 6 + [False] * 3


def test_dragging_selects_what_the_frame_touches_and_adds_to_it_with_shift(grid):
    drag(grid, 100, 102)
    assert (selected(grid), at(grid)) == ([100, 101, 102], "100")
    drag(grid, 110, 111, modifier="Shift")
    assert selected(grid) == [100, 101, 102, 110, 111]
    grid.keyboard.press("Home")
    drag(grid, 108, 107)
    assert selected(grid) == [107, 108]
    assert grid.locator(".lada-lab-band").count() == 0
    box = grid.locator(".lada-lab-grid").bounding_box()
    last = card(grid, 104).bounding_box()
    grid.mouse.move(last["x"] + last["width"] + 9, last["y"] + last["height"] + 36)  # between the cards
    grid.mouse.down()
    grid.mouse.move(last["x"] + 30, last["y"] + 30, steps=4)
    grid.mouse.up()
    assert 104 in selected(grid)
    grid.mouse.click(box["x"] + box["width"] - 3, box["y"] + 2)
    assert (selected(grid), sent(grid)) == ([], [])


def test_a_drag_over_answered_images_takes_the_open_ones_and_where_all_are_answered_takes_them(grid, service):
    service.submit({100: 1, 101: 1})
    tell(grid, service, "marks")
    drag(grid, 100, 103)
    assert selected(grid) == [102, 103]
    drag(grid, 100, 101)
    assert selected(grid) == [100, 101]


def test_the_grid_scrolls_while_a_drag_is_at_its_edge(opened):
    page = opened(FakeLabellingService(60, "singles"))
    page.keyboard.press("v")
    first, box = card(page, 100).bounding_box(), page.locator(".lada-lab-grid").bounding_box()
    page.mouse.move(first["x"] + 10, first["y"] + 10)
    page.mouse.down()
    page.mouse.move(first["x"] + 60, box["y"] + box["height"] - 2, steps=4)
    page.wait_for_function(
        "() => { const g = document.querySelector('.lada-lab-grid');"
        "return g.scrollTop + g.clientHeight >= g.scrollHeight - 1; }"
    )
    page.mouse.up()
    assert 100 in selected(page)
    assert len(selected(page)) >= 10


def test_all_of_it_goes_by_keyboard_alone_and_is_announced(grid, service):
    service.submit({100: 0})
    tell(grid, service, "marks")
    grid.keyboard.press("Home")
    grid.keyboard.press("ArrowRight")
    for _ in range(3):
        grid.keyboard.press("Shift+ArrowRight")
    grid.keyboard.press("Shift+ArrowLeft")
    assert (selected(grid), at(grid)) == ([101, 102, 103], "103")
    grid.keyboard.press("End")
    grid.keyboard.press("Space")
    assert selected(grid) == [101, 102, 103, 123]
    text = grid.locator(".lada-lab-selection-text")
    assert text.get_attribute("role") == "status"
    assert grid.get_by_role("button", name="selected").count() == 4
    grid.keyboard.press("Escape")
    assert (selected(grid), sent(grid)) == ([], [])
    grid.keyboard.press("Control+a")
    assert selected(grid) == list(range(101, 124))
    assert said(grid).startswith("23 images selected")
    grid.keyboard.press("2")
    assert sent(grid)[-1]["ids"] == list(range(101, 124))
    dispatch(grid, service)
    assert (at(grid), len(service.labels())) == ("", 24)


def test_what_is_selected_beyond_the_page_is_counted_and_what_is_asked_no_more_is_not(opened):
    service = FakeLabellingService(100, "singles")
    page = opened(service)
    page.keyboard.press("v")
    page.keyboard.press("Control+a")
    assert said(page).startswith("100 images selected, 40 of them not in sight: ")
    service.ids = service.ids[:50]
    tell(page, service, "asked", "marks")
    assert said(page).startswith("50 images selected: ")


def test_a_bulk_answer_that_fails_is_shown_on_every_image_and_can_be_sent_again(grid, service):
    grid.keyboard.press("Control+a")
    grid.keyboard.press("1")
    acknowledge(grid, ok=False, say="The disk is full.")
    assert grid.locator(".lada-lab-card[data-state='unsaved']").count() == 24
    grid.get_by_role("button", name="Send again").click()
    assert [(act["name"], len(act["ids"])) for act in sent(grid)] == [("label_many", 24)] * 2
    dispatch(grid, service)
    assert len(service.labels()) == 24


def test_below_a_single_image_the_row_selects_too_and_dragging_the_picture_selects_nothing(opened, service):
    page = opened(service)
    row = page.locator(".lada-lab-strip .lada-lab-card")
    bar = page.locator(".lada-lab-selection")
    assert bar.is_hidden()
    before = row.nth(0).bounding_box()
    row.nth(0).click()
    row.nth(2).click(modifiers=["Shift"])
    assert row.nth(0).bounding_box() == before
    assert said(page).startswith("3 images selected: ")
    picture = page.locator(".lada-lab-view").bounding_box()
    page.mouse.move(picture["x"] + 50, picture["y"] + 50)
    page.mouse.down()
    page.mouse.move(picture["x"] + 150, picture["y"] + 150, steps=4)
    page.mouse.up()
    assert page.locator(".lada-lab-strip .lada-lab-card[data-selected='true']").count() == 3
    page.keyboard.press("1")
    assert sent(page)[-1]["ids"] == [100, 101, 102]
    assert bar.is_hidden()


def test_on_a_narrow_page_the_bar_is_whole_and_moves_nothing_when_images_are_selected(blank, service):
    page, troubles = blank
    show_bare(page, service, width=600)
    page.locator(".lada-labeller").focus()
    page.keyboard.press("v")
    before = page.locator(".lada-lab-grid").bounding_box()
    page.keyboard.press("Control+a")
    assert page.locator(".lada-lab-grid").bounding_box() == before
    bar = page.locator(".lada-lab-selection")
    assert bar.evaluate("(bar) => bar.scrollWidth - bar.clientWidth") == 0
    page.get_by_role("button", name="Select none").click()
    assert (selected(page), page.locator(".lada-lab-grid").bounding_box()) == ([], before)
    drag(page, 100, 101)
    assert (selected(page), troubles) == ([100, 101], [])
