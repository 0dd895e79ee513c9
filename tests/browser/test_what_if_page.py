"""The page of "What if" on states that the test gives it: its images are buttons that mark them."""

from __future__ import annotations

import pytest
from bare import show_view
from helpers.pair_records import pair_cycle

from lada_explore.analysis import Rule
from lada_explore.views import WhatIf
from lada_explore.views.what_if.what_if import what_if_view_state

OVERFLOWS = "(element) => element.scrollWidth > element.clientWidth"


@pytest.mark.parametrize("width", [1280, 390])
def test_a_click_or_a_key_marks_an_image_and_marked_ones_are_shown_as_that(browser, width):
    page = browser.new_page()
    state = what_if_view_state([pair_cycle()], ["cat", "dog"], None, Rule(kind="singles"), 1.0)
    show_view(page, WhatIf, {"state": {"revision": 1, **state}, "marked": [10]}, width=width)
    leaves, enters = page.locator(".lada-wi-image").all()
    assert [one.get_attribute("aria-pressed") for one in (leaves, enters)] == ["false", "true"]
    leaves.click()
    enters.press("Enter")
    assert page.evaluate("model.sent") == [{"type": "image", "id": 20}, {"type": "image", "id": 10}]
    page.evaluate("model.set('marked', [20, 21])")
    assert [one.get_attribute("aria-pressed") for one in (leaves, enters)] == ["true", "false"]
    page.evaluate("state => model.set('state', state)", {"revision": 2, **state})
    assert enters.evaluate("(button) => button === document.activeElement")  # the same images are not drawn anew
    assert not page.locator(".lada-view").evaluate(OVERFLOWS)
    page.close()
