"""The labeller's page when the run goes on under a person's eyes: what was shown is answered, and nothing else."""

from __future__ import annotations

from itertools import permutations

import pytest
from helpers.fake_service import FakeLabellingService
from labeller_page import acknowledge, at, dispatch, sent, tell
from playwright.sync_api import expect


def goes_on(page, service, *ids: int) -> None:
    """The run asks about other images now, or about none."""
    service.ids = list(ids)
    tell(page, service, "asked", "marks")


def answered(page) -> list[tuple[int, int]]:
    return [(act["id"], act["label"]) for act in sent(page) if act["name"] == "label"]


@pytest.mark.parametrize("order", list(permutations(["asked", "marks", "ack"])), ids=" ".join)
def test_the_image_behind_the_last_answer_of_a_start_is_answered_when_the_start_has_ended_with_it(opened, order):
    service = FakeLabellingService(4, "initial")
    page = opened(service)
    page.keyboard.press("1")
    assert at(page) == "101"
    service.submit({100: 0})
    service.ids = []
    for name in order:
        if name == "ack":
            acknowledge(page)
        else:
            tell(page, service, name)
    assert at(page) == "101"
    assert page.locator(".lada-lab-stage canvas").count() == 1
    assert "your answer is kept" in page.locator(".lada-lab-about").inner_text()
    goes_on(page, service, 110, 111)
    assert at(page) == "101"
    page.keyboard.press("2")
    assert answered(page) == [(100, 0), (101, 1)]
    assert at(page) == "110"
    dispatch(page, service)
    assert at(page) == "110"
    assert page.locator(".lada-lab-strip .lada-lab-card").count() == 2
    assert [(action.id, action.label) for action in service.journal] == [(100, 0), (101, 1)]


def test_with_no_other_image_the_page_is_empty_when_the_last_one_is_answered(opened):
    service = FakeLabellingService(3, "singles")
    page = opened(service)
    goes_on(page, service)
    page.keyboard.press("3")
    assert (answered(page), at(page)) == ([(100, 2)], "")
    dispatch(page, service)
    assert at(page) == ""


def test_an_image_with_an_answer_goes_with_its_query(opened):
    service = FakeLabellingService(3, "singles")
    page = opened(service)
    page.keyboard.press("1")
    dispatch(page, service)
    page.keyboard.press("ArrowLeft")
    assert at(page) == "100"
    goes_on(page, service, 110, 111)
    assert at(page) == "110"


def test_one_that_is_left_for_another_is_not_shown_again(opened):
    service = FakeLabellingService(3, "singles")
    page = opened(service)
    goes_on(page, service, 110, 111)
    assert at(page) == "100"
    page.keyboard.press("ArrowRight")
    assert at(page) == "110"
    page.keyboard.press("ArrowLeft")
    assert at(page) == "110"


def test_where_nobody_is_the_query_is_shown_as_it_stands(opened):
    service = FakeLabellingService(3, "singles")
    page = opened(service)
    page.mouse.move(0, 0)
    page.evaluate("() => document.activeElement.blur()")
    goes_on(page, service, 110, 111)
    assert at(page) == "110"


def test_what_came_too_late_is_read_although_one_types_on_and_holds_nothing(opened):
    service = FakeLabellingService(3, "singles")
    page = opened(service)
    page.keyboard.press("1")
    acknowledge(page, kept=False, say="Not saved: image 100 has its label.")
    page.keyboard.press("2")
    assert page.locator(".lada-lab-said").inner_text() == "Not saved: image 100 has its label."
    expect(page.locator(".lada-lab-trouble")).to_be_hidden()
    assert answered(page) == [(100, 0), (101, 1)]
