"""A duel in JupyterLab: pictures are picked by click and by key, and points on their plane."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

SOURCE = """
import tempfile
from lada_explore import Duel, open_session
place = tempfile.mkdtemp()
session = open_session(place + "/run", {opened}, device="cpu", threads=1)
session.run(until=0)
duel = Duel(session, place + "/duel", rounds=2)
duel
"""
FEW = {
    "checkpoints": "all",
    "training.epochs": 2,
    "policy.epochs": 2,
    "schedule.budget": 4,
    "schedule.subset_size": 140,
}
IMAGES = f"'demo', 'lada-entmix', dataset='digits', cycles=2, settings={FEW!r}"
POINTS = "'plane', 'lada-entinmix', dataset='points:moons', cycles=2, settings={'checkpoints': 'all'}"


def test_pictures_are_picked_by_click_and_key_until_both_have_had_their_rounds(pages, shot):
    notebook = pages.open_cells("duel", SOURCE.format(opened=IMAGES), viewport={"width": 1280, "height": 900})
    page, duel = notebook.page, notebook.page.locator(".lada-duel")
    go = page.get_by_role("button", name="Let both train")
    expect(duel).to_have_attribute("data-phase", "picking", timeout=60_000)
    cards = duel.locator(".lada-duel-card")
    expect(cards).to_have_count(120)
    page.get_by_role("button", name="Show 20 more of 20").click()
    expect(cards).to_have_count(140)
    expect(go).to_have_attribute("aria-disabled", "true")
    for place in (0, 5, 139):
        cards.nth(place).click()
    cards.nth(7).focus()
    page.keyboard.press("Enter")
    expect(duel.locator(".lada-duel-count")).to_have_text("4 of 4 picked")
    expect(cards.nth(7)).to_have_attribute("aria-pressed", "true")
    shot(notebook, "duel_images")
    go.click()
    expect(duel.locator(".lada-duel-title")).to_have_text("Round 2 of 2", timeout=60_000)
    expect(duel.locator(".lada-duel-asked img")).to_have_count(8)
    expect(duel.locator(".lada-duel-board tr")).to_have_count(3)
    expect(duel.locator(".lada-duel-count")).to_have_text("0 of 4 picked")
    for place in range(4):
        cards.nth(place).click()
    go.click()
    expect(duel).to_have_attribute("data-phase", "over", timeout=60_000)
    expect(duel.locator(".lada-duel-says")).to_contain_text("The duel is over: ")
    page.wait_for_selector("text=accuracy of your run")
    page.set_viewport_size({"width": 390, "height": 800})
    page.wait_for_timeout(300)
    shot(notebook, "duel_390")
    assert duel.evaluate("(root) => root.scrollWidth <= root.clientWidth + 1")


def test_points_are_picked_on_their_plane(pages, shot):
    notebook = pages.open_cells("plane_duel", SOURCE.format(opened=POINTS))
    duel = notebook.page.locator(".lada-duel")
    expect(duel).to_have_attribute("data-phase", "picking", timeout=60_000)
    dots = duel.locator(".lada-duel-dot")
    wanted = int(duel.locator(".lada-duel-count").inner_text().split()[2])
    for place in range(wanted):
        dots.nth(3 * place).dispatch_event("click")  # Points lie over one another, and a mouse takes the upper one.
    expect(duel.locator(".lada-duel-dot.lada-picked")).to_have_count(wanted)
    shot(notebook, "duel_plane")
    notebook.page.get_by_role("button", name="Let both train").click()
    expect(duel.locator(".lada-duel-title")).to_have_text("Round 2 of 2", timeout=60_000)
