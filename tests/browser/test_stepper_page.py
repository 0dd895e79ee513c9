"""The stepper's page by itself: what was said of the images takes no room, open or folded."""

from __future__ import annotations

import pytest
from bare import show_view
from helpers.fakes import FakeSession
from playwright.sync_api import expect

from lada_explore.views import Stepper

SAID = [f"left out holiday/IMG_{number:04}.JPG: not an image that Pillow can read" for number in range(20)]


@pytest.mark.parametrize("width", [1280, 420])
def test_notes_on_the_images_lie_over_the_bar(browser, width):
    page = browser.new_page()
    state = Stepper(FakeSession()).state | {"images": {"title": "20 notes on the images", "notes": SAID}}
    show_view(page, Stepper, {"state": state | {"revision": 1}, "log_shown": True}, width=width)
    page.locator(".lada-images summary").wait_for()
    height = page.locator(".lada-stepper").bounding_box()["height"]
    expect(page.get_by_text(SAID[0])).to_be_hidden()
    page.locator(".lada-images summary").click()
    expect(page.get_by_text(SAID[0])).to_be_visible()
    box, listed = page.locator(".lada-stepper").bounding_box(), page.locator(".lada-images ul").bounding_box()
    assert box["height"] == height
    assert box["x"] <= listed["x"]
    assert listed["x"] + listed["width"] <= box["x"] + box["width"]
    page.close()


def test_it_offers_as_many_cycles_as_are_left_until_a_person_types_a_number(browser):
    page = browser.new_page()
    state = Stepper(FakeSession(cycles=3)).state
    show_view(page, Stepper, {"state": state | {"revision": 1}, "log_shown": True})
    box = page.get_by_label("Cycles to run")
    expect(box).to_have_value("3")
    for left, shown in ((9, "5"), (1, "1"), (0, "5")):
        page.evaluate("(state) => model.set('state', state)", state | {"revision": 2 + left, "cycles_left": left})
        expect(box).to_have_value(shown)
    box.fill("2")
    page.evaluate("(state) => model.set('state', state)", state | {"revision": 20, "cycles_left": 1})
    page.locator(".lada-stepper[data-rev='20']").wait_for()
    expect(box).to_have_value("2")
    page.close()
