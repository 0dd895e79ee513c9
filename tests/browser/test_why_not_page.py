"""The page of "Why not this one?" on states that the test gives it: keys, clicks, and nothing that is cut."""

from __future__ import annotations

import pytest
from bare import show_view
from helpers.pair_records import pair_cycle

from lada_explore.views import WhyNot
from lada_explore.views.base.selection import Selected
from lada_explore.views.why_not.why_not import why_not_view_state

OVERFLOWS = "(element) => element.scrollWidth > element.clientWidth"


@pytest.mark.parametrize("width", [1280, 900, 390])
def test_an_image_is_found_and_read_by_keys_alone(browser, width):
    page = browser.new_page()
    history = [pair_cycle(cycle=cycle) for cycle in (1, 2, 3)]
    classes = ["cat", "dog"]
    state = why_not_view_state(history, classes, Selected())
    show_view(page, WhyNot, {"state": {"revision": 1, **state}}, width=width)
    assert page.locator(".lada-pair-message:visible").count() == 1
    page.locator(".lada-why-text").focus()
    page.keyboard.type("cat")
    page.wait_for_function("model.sent.length > 0")
    assert page.evaluate("model.sent") == [{"type": "find", "text": "cat"}]
    found = why_not_view_state(history, classes, Selected(), text="cat", image=11)
    page.evaluate("state => model.set('state', state)", {**found, "revision": 2, "found": found["found"]})
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    second = found["found"][1]["id"]
    assert page.evaluate("model.sent.at(-1)") == {"type": "image", "id": second}
    table = page.locator(".lada-why-table")
    assert table.locator("tr[data-cycle]").count() == 3
    assert "4.19 bits" in table.locator("tr[data-cycle='2']").text_content()
    assert not table.evaluate(OVERFLOWS)
    assert not page.locator(".lada-view").evaluate(OVERFLOWS)
    table.locator("tr[data-cycle='2'] button").click()
    assert page.evaluate("model.sent.at(-1)") == {"type": "cycle", "cycle": 2, "pair": [10, 11]}
    page.close()


def test_cycles_that_share_a_row_open_the_last_of_them(browser):
    page = browser.new_page()
    history = [pair_cycle(cycle=cycle) for cycle in (1, 2, 3)]
    state = why_not_view_state(history, ["cat", "dog"], Selected(), image=5)
    show_view(page, WhyNot, {"state": {"revision": 1, **state}}, width=390)
    shared = page.get_by_role("button", name="cycles 1 to 3")
    assert shared.get_attribute("aria-pressed") == "true"
    shared.click()
    assert page.evaluate("model.sent") == [{"type": "cycle", "cycle": 3, "pair": []}]
    assert not page.locator(".lada-view").evaluate(OVERFLOWS)
    page.close()
