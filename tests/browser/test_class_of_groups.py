"""A class of `lada-explore app` in real browsers: three groups, their teacher, and an address that is passed on."""

from __future__ import annotations

import sys
from urllib.parse import parse_qs, urlsplit

import pytest
from conftest import ARTIFACTS, REPOSITORY
from playwright.sync_api import expect

sys.path.insert(0, str(REPOSITORY / "tests"))
from helpers.fake_runs import record
from helpers.fakes import FakeSession
from helpers.served_app import serving

PHONE = {"width": 390, "height": 844}
SLOW_MS = 90_000
FITS = "() => document.documentElement.scrollWidth <= innerWidth"


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    """The application of a recorded run of three cycles."""
    session = FakeSession(cycles=3)
    session.run()
    place = tmp_path_factory.mktemp("run") / "demo"
    record(session, place)
    with serving(tmp_path_factory.mktemp("app"), place) as app:
        yield app


@pytest.fixture
def opened(browser):
    """Opens pages, each in a browser of its own; fails where a script of one fails."""
    contexts, troubles = [], []

    def make(address, **settings):
        contexts.append(browser.new_context(**({"viewport": {"width": 1280, "height": 900}} | settings)))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: troubles.append(f"page error: {error}"))
        page.goto(address, timeout=SLOW_MS)
        return page

    yield make
    for context in contexts:
        context.close()
    assert troubles == []


def parts_of(page):
    """The parts of a page's address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def wait_for_parts(page, **wanted):
    """Wait until the address of a page has these parts."""
    page.wait_for_function(
        """(wanted) => {
            const parts = new URLSearchParams(location.search);
            return Object.entries(wanted).every(([name, value]) => parts.get(name) === value);
        }""",
        arg=wanted,
        timeout=SLOW_MS,
    )


def test_groups_each_do_something_else_the_teacher_sees_it_and_an_address_opens_what_one_of_them_saw(app, opened):
    first = opened(
        f"{app.address}&group=1&data=rings&cycle=2",
        permissions=["clipboard-read", "clipboard-write"],
    )
    second, third = opened(f"{app.address}&group=2"), opened(f"{app.address}&group=3&tab=tau")
    # The first tries a tau on a pair of the playground, the second reads the run, the third drags a profile.
    first.wait_for_selector(".lada-playground[data-shown='15']", timeout=SLOW_MS)
    first.get_by_role("combobox", name="Pair, best first").select_option(index=4)
    slider = first.get_by_role("slider", name="τ of Beta(τ, τ)")
    slider.fill("39")
    wait_for_parts(first, group="1", tab="playground", data="rings", seed="1", cycle="2", pair="5", tau="0.4")
    assert parts_of(first)["token"] == app.token
    second.wait_for_selector(".lada-tabs", timeout=SLOW_MS)
    second.get_by_role("slider", name="Cycle", exact=True).focus()
    second.keyboard.press("ArrowLeft")
    second.get_by_role("tab", name="Learning").click()
    wait_for_parts(second, group="2", tab="run", cycle="2", view="Learning")
    third.wait_for_selector(".lada-ti", timeout=SLOW_MS)

    teacher = opened(f"{app.base}/teacher?key={app.key}")
    assert teacher.url == f"{app.base}/teacher"
    lines = {
        1: ["Playground · Rings, lada-entinmix, seed 1", "Cycle 2 · Select", "2"],
        2: ["Recorded run · demo", "Learning, Accuracy", "2"],
        3: ["Five minutes to τ*", "nothing yet", "none"],
    }
    for group, cells in lines.items():
        line = teacher.locator("tbody tr").filter(has=teacher.get_by_role("rowheader", name=str(group), exact=True))
        for cell in cells:
            expect(line.get_by_role("cell", name=cell, exact=True).first).to_be_visible(timeout=SLOW_MS)
    ARTIFACTS.mkdir(exist_ok=True)
    teacher.screenshot(path=str(ARTIFACTS / "app-teacher.png"))
    teacher.set_viewport_size(PHONE)
    assert teacher.evaluate(FITS)
    teacher.screenshot(path=str(ARTIFACTS / "app-teacher-phone.png"), full_page=True)
    assert "This page is the teacher's" in opened(f"{app.base}/teacher?key={app.token}").content()

    first.get_by_role("button", name="Copy this state").click()
    first.get_by_text("Copied").wait_for()
    copied = first.evaluate("() => navigator.clipboard.readText()")
    assert app.token not in copied
    assert "group" not in copied
    # On a phone, with the token typed in.
    other = opened(copied, viewport=PHONE, has_touch=True)
    other.get_by_label("Token").fill(app.token)
    other.get_by_role("button", name="Open").click()
    other.wait_for_selector(".lada-playground[data-shown='15']", timeout=SLOW_MS)
    choice = other.get_by_role("combobox", name="Pair, best first")
    expect(choice).to_have_value(choice.evaluate("(made) => made.options[4].value"))
    words = slider.get_attribute("aria-valuetext")
    expect(other.get_by_role("slider", name="τ of Beta(τ, τ)")).to_have_attribute("aria-valuetext", words)
    told = "seed 1" if "seed 1" in other.content() else other.get_by_role("spinbutton", name="Seed").input_value()
    assert told in ("1", "seed 1")
    wait_for_parts(other, tab="playground", data="rings", seed="1", cycle="2", pair="5", tau="0.4")
    assert other.evaluate(FITS)
    other.screenshot(path=str(ARTIFACTS / "app-phone.png"), full_page=True)


def test_what_an_address_cannot_open_is_one_sentence_above_a_page_that_works(app, opened):
    page = opened(f"{app.address}&cycle=99&view=%3Cimg%20src=x%20onerror=alert(1)%3E")
    page.wait_for_selector(".lada-tabs", timeout=SLOW_MS)
    said = page.get_by_role("alert").inner_text()
    assert "cycle '99' in the address is no whole number from 0 to 3; 3 is taken instead." in said
    assert "view '<img src=x onerror=alert(1)>' in the address is none of Map and pairs" in said
    assert page.locator("img[src=x]").count() == 0
    page.get_by_role("tab", name="Learning").click()
    wait_for_parts(page, view="Learning")
