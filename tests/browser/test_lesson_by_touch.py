"""The page on a phone, with one run and with two: a finger answers, moves the cycle and chooses a pair."""

from __future__ import annotations

import sys

import pytest
from conftest import REPOSITORY

sys.path.insert(0, str(REPOSITORY / "tests"))
from helpers.fake_runs import record
from helpers.fakes import FakeSession

from lada_explore.apps.lesson import write_lesson

FINGER_PX = 24  # the least that WCAG 2.2 asks of what is tapped
SMALL = """([selector, least]) => [...document.querySelectorAll(selector)]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }))
    .filter((one) => Math.min(one.offsetWidth, one.offsetHeight) < least)
    .map((one) => `${one.offsetWidth} x ${one.offsetHeight}: ${one.outerHTML.slice(0, 120)}`)"""


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    folder, made = tmp_path_factory.mktemp("touch"), []
    for seed in (0, 1):
        session = FakeSession(cycles=3, seed=seed)
        session.run()
        made.append(record(session, folder / f"seed-{seed}"))
    return made


@pytest.fixture(params=[1, 2])
def page(request, runs, browser, tmp_path):
    """The page of one run or of two on a phone; its errors fail the test."""
    write_lesson(runs[0].path, tmp_path / "lesson.html", *(run.path for run in runs[1 : request.param]))
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, device_scale_factor=2, offline=True
    )
    page, troubles = context.new_page(), []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.goto((tmp_path / "lesson.html").as_uri())
    page.wait_for_selector("body[data-ready]", state="attached", timeout=60_000)
    yield page
    assert troubles == []
    context.close()


def test_a_finger_answers_a_question_moves_the_cycle_and_chooses_a_pair(page, runs):
    page.locator(".lada-q-choice").first.tap()
    page.get_by_role("button", name="Check").tap()
    assert page.locator(".lada-q-verdict").inner_text()
    slider = page.get_by_role("slider", name="Cycle", exact=True)
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    # The second of four cycles stands at a third of the way.
    page.touchscreen.tap(box["x"] + box["width"] / 3, box["y"] + box["height"] / 2)
    page.wait_for_selector("body[data-cycle='1']", state="attached")
    page.locator("#queries .lada-query").nth(1).tap()
    first = int(runs[0].history[1].select.pair_ids[1][0])
    page.wait_for_selector(f"#mixer .lada-mix-where:has-text('λ = 1: id {first}')")
    page.wait_for_function("() => location.hash.startsWith('#cycle=1&pair=')")
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_what_is_tapped_is_as_large_as_a_finger_needs(page):
    assert page.evaluate(SMALL, ["button, select, summary, a[href], input[type=range]", FINGER_PX]) == []


def test_the_words_open_by_tap(page):
    page.locator("#words summary").tap()
    assert page.locator("#words .lada-word").count() > 10
    assert page.locator("#words .lada-word-equation").first.is_visible()
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
