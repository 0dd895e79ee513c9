"""The page of the story of tau*: six states, each with its caption and the numbers of the records in its chart."""

from __future__ import annotations

import pytest
from accessibility import serious, walk
from bare import show_view
from playwright.sync_api import expect

from lada_explore.views import Story
from lada_explore.views.story.story import story_state

STATE = {"revision": 1, "error": "", **story_state()}
NAMES = [name for name, _ in STATE["captions"]]
DRAWN = {
    1: ["A(0) = 0.34", "A(1) = 0.42"],
    2: ["Sneaker", "Trouser"],
    3: ["A(0) = 0.34", "A(1) = 0.42"],
    4: ["V(0.98) = 1.274"],
    5: ["cycle 2: τ* = 0.02", "cycle 3: τ* = 0.96"],
    6: ["a range up to 1", "a range up to 4"],
}


@pytest.fixture
def page(blank):
    opened, troubles = blank
    opened.set_viewport_size({"width": 1280, "height": 800})
    show_view(opened, Story, {"state": STATE})
    yield opened
    assert troubles == []


def test_next_goes_through_all_states_and_each_draws_its_records(page):
    story = page.locator(".lada-st")
    for at, texts in DRAWN.items():
        expect(story).to_have_attribute("data-at", str(at))
        expect(page.locator(".lada-st-caption[data-shown] h3")).to_have_text(f"{at}. {NAMES[at - 1]}")
        for text in texts:
            expect(story.locator("svg text", has_text=text)).to_have_count(1)
        follow = page.get_by_role("button", name="Next →")
        expect(follow).to_have_attribute("aria-disabled", str(at == 6).lower())
        if at < 6:
            follow.click()
    page.get_by_role("button", name="← Back").click()
    expect(story).to_have_attribute("data-at", "5")
    page.get_by_role("button", name="2. The boundary").click()
    page.keyboard.press("ArrowRight")
    expect(story).to_have_attribute("data-at", "3")
    page.keyboard.press("ArrowLeft")
    expect(story).to_have_attribute("data-at", "2")


def test_the_slider_of_the_policy_goes_through_its_epochs(page):
    page.get_by_role("button", name="4. τ").click()
    page.get_by_label("epochs of the policy").fill("0")
    pair = STATE["pair"]
    expect(page.locator(".lada-st svg text", has_text="V(")).to_have_text(
        f"V({pair['taus'][0]:.2f}) = {pair['values'][0]:.3f}"
    )
    page.get_by_label("epochs of the policy").press("ArrowRight")
    expect(page.locator(".lada-st")).to_have_attribute("data-at", "4")
    expect(page.locator(".lada-st output")).to_have_text(f"1 of 8, τ = {pair['taus'][1]:.2f}")


@pytest.mark.parametrize("width", [390, 1280])
def test_no_state_is_wider_or_of_another_height_and_each_is_read_and_used_without_a_mouse(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.add_style_tag(content=":root { --jp-ui-font-color2: #616161 }")  # JupyterLab's; a bare page's grey is too pale
    heights = set()
    for at in DRAWN:
        page.locator(".lada-st-step").nth(at - 1).click()
        expect(page.locator(".lada-st")).to_have_attribute("data-at", str(at))
        heights.add(page.locator(".lada-st").bounding_box()["height"])
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert serious(page, ".lada-st") == []
    assert len(heights) == 1
    assert heights.pop() <= 800
    assert walk(page, ".lada-st") == []
