"""The page of the introduction to tau*: its V is an integral, and its optimiser goes to an end of the range."""

from __future__ import annotations

import re

import numpy as np
import pytest
from accessibility import serious, walk
from bare import show_view
from introduction_page import INTEGRATED, integral, points, shown
from playwright.sync_api import expect

from lada_explore.views import TauIntroduction
from lada_explore.views.tau.introduction import HIGHEST, introduction_state

STATE = {"revision": 1, "error": "", **introduction_state((0.93, 2.92, 1.33))}


@pytest.fixture
def page(browser):
    opened = browser.new_page()
    show_view(opened, TauIntroduction, {"state": STATE})
    yield opened
    opened.close()


@pytest.mark.parametrize("name", ["Stay near the parents", "Spread out", "The middle sags"])
def test_v_and_its_slope_are_those_of_an_integration_at_any_tau_and_after_any_drag(page, name):
    page.get_by_role("button", name=name).click()
    middle = page.get_by_role("slider", name="A(1/2), halfway")
    box = middle.bounding_box()
    page.mouse.move(box["x"] + 12, box["y"] + 12)
    page.mouse.down()
    page.mouse.move(box["x"] + 12, box["y"] + 42, steps=3)
    page.mouse.up()
    page.get_by_role("slider", name="A(0), one image").press("PageUp")
    values = points(page)
    for tau in (0.05, 0.5, 0.9):
        page.get_by_label("τ of Beta(τ, τ)").fill(str(tau))
        assert shown(page, "V =") == pytest.approx(integral(values, tau), abs=INTEGRATED * HIGHEST)
        step = 1e-2
        slope = (integral(values, tau + step) - integral(values, tau - step)) / (2 * step)
        assert shown(page, "slope") == pytest.approx(slope, abs=2e-2)


@pytest.mark.parametrize(
    ("name", "end", "says"),
    [
        ("Stay near the parents", 0.0, "V falls"),
        ("Spread out", 1.0, "V rises"),
        ("The middle sags", 0.0, "not be mixed"),
    ],
)
def test_adam_takes_tau_to_an_end_whatever_the_gain_and_gradient_ascent_only_where_it_is_large(page, name, end, says):
    page.emulate_media(reduced_motion="reduce")
    page.get_by_role("button", name=name).click()
    expect(page.locator(".lada-ti-says")).to_contain_text(says)
    ends = []
    for gain in ("large", "tiny"):
        page.get_by_role("button", name=gain).click()
        page.get_by_role("button", name="▶ Run").click()
        expect(page.locator(".lada-ti")).to_have_attribute("data-steps", "300")
        text = page.locator(".lada-ti-result").inner_text()
        ends.append([float(number) for number in re.findall(r"at (?:τ = )?([\d.]+\d)", text)])
    adam, ascent = np.array(ends).T
    np.testing.assert_allclose(adam, end, atol=0.05)
    assert abs(adam[0] - adam[1]) <= 0.01
    assert abs(ascent[0] - 0.5) > 0.2
    assert abs(ascent[1] - 0.5) < 0.05


def test_the_points_are_moved_by_keys_up_to_the_ends_of_the_axis(page):
    middle = page.get_by_role("slider", name="A(1/2), halfway")
    before = points(page)[1]
    middle.press("ArrowUp")
    assert points(page)[1] == pytest.approx(before + 0.02 * HIGHEST, abs=2e-3)
    middle.press("End")
    middle.press("ArrowUp")
    assert points(page)[1] == pytest.approx(HIGHEST, abs=1e-3)
    middle.press("Home")
    assert points(page)[1] == 0
    expect(page.locator(".lada-ti")).to_have_attribute("data-shape", "sags")


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_read_and_used_at_every_width_in_both_themes(page, width, scheme):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    muted = {"light": "#616161", "dark": "#bdbdbd"}[scheme]  # JupyterLab's; the grey of a bare page is too pale
    style = f":root {{ --jp-ui-font-color2: {muted} }} body {{ color-scheme: {scheme}; background: Canvas }}"
    page.add_style_tag(content=f"{style} body {{ color: CanvasText }}")
    page.get_by_role("button", name="One step").click()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if width == 1280:
        assert page.locator(".lada-ti").bounding_box()["height"] <= 700
    assert serious(page, ".lada-ti") == []
    assert walk(page, ".lada-ti") == []


def test_the_ticks_of_a_tiny_gain_leave_room_for_the_title_of_their_axis(page):
    page.set_viewport_size({"width": 390, "height": 800})
    page.get_by_role("button", name="tiny").click()
    page.mouse.move(0, 0)
    for chart in page.locator(".lada-ti-side svg").all():
        title = chart.locator(".lada-axis-title").last.bounding_box()
        ticks = [tick.bounding_box() for tick in chart.locator(".lada-tick[text-anchor=end]").all()]
        assert len(ticks) >= 2
        assert title["x"] + title["width"] + 2 <= min(tick["x"] for tick in ticks)
