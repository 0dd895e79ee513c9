"""The page of two runs with no kernel, opened from disk in a real browser whose network is off."""

from __future__ import annotations

import re
import sys

import numpy as np
import pytest
from conftest import ARTIFACTS, REPOSITORY
from looks import wait_until_readable
from playwright.sync_api import expect

sys.path.insert(0, str(REPOSITORY / "tests"))
from accessibility import serious
from helpers.fake_runs import record
from helpers.fakes import FakeSession

from lada_explore.apps.lesson import write_lesson

SECTIONS = ("stages", "map", "mixer", "queries", "tau", "accuracy")
MEANS = """(n) => {
    const { data } = document.querySelectorAll("#tau .lada-plot-chart")[n];
    return Array.from(data.find((trace) => trace.name === "mean of all pairs").y);
}"""
RANGES = """() => [...document.querySelectorAll("#tau .lada-plot-chart")].map(({ layout }) =>
    [...layout.xaxis.range, ...layout.yaxis.range])"""
SIDES = """(section) => [...document.querySelectorAll(`#${section} .side`)].map((side) => {
    const { left, right, top, bottom } = side.getBoundingClientRect();
    return [left, right, top, bottom];
})"""


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """A run of four cycles, and a shorter one of another seed."""
    folder, made = tmp_path_factory.mktemp("two"), []
    for name, settings in {"long": {"cycles": 4}, "short": {"cycles": 2, "seed": 1}}.items():
        session = FakeSession(**settings)
        session.run()
        made.append(record(session, folder / name))
    return made


@pytest.fixture(scope="module")
def opened(runs, browser):
    """The page, and what went wrong in it."""
    out = runs[0].path.parent / "lesson.html"
    write_lesson(runs[0].path, out, runs[1].path)
    context = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True)
    page, troubles = context.new_page(), []
    page.on("pageerror", lambda error: troubles.append(f"page error: {error}"))
    page.on("request", lambda asked: troubles.append(asked.url) if asked.url.startswith("http") else None)
    page.goto(out.as_uri())
    yield page, troubles
    context.close()


@pytest.fixture
def page(opened):
    """The page as it is when it was just opened, with its last cycle."""
    page, troubles = opened
    page.set_viewport_size({"width": 1280, "height": 900})
    page.evaluate("history.replaceState(null, '', location.pathname)")
    load(page)
    yield page
    assert troubles == []


def load(page) -> None:
    page.reload()
    page.wait_for_selector("body[data-ready]", state="attached", timeout=60_000)
    page.wait_for_function(
        "() => document.querySelectorAll('#tau .js-plotly-plot .xaxislayer-above').length >= 2", timeout=60_000
    )


def go(page, cycle: int) -> None:
    slider = page.get_by_role("slider", name="Cycle", exact=True)
    assert slider.count() == 1
    slider.focus()
    page.keyboard.press("Home")
    for _ in range(cycle):
        page.keyboard.press("ArrowRight")
    page.wait_for_selector(f"body[data-cycle='{cycle}']", state="attached")


def test_one_slider_moves_both_and_the_shorter_run_says_that_it_ended(page, runs):
    go(page, 1)
    told = page.locator("#mixer .side-told")
    assert [words.split(" · ")[0] for words in told.all_inner_texts()] == ["cycle 1", "cycle 1"]
    for place, run in enumerate(runs):
        best = run.history[1].subsample.pair_ids[int(run.history[1].select.scores.argmax())].tolist()
        side = page.locator("#mixer .side").nth(place)
        assert side.locator(".lada-mix-where", has_text=f"id {best[0]}").count() == 1
    go(page, 4)
    assert told.all_inner_texts()[0].startswith("cycle 4 · ")
    assert told.all_inner_texts()[1].startswith("ends with cycle 2 · ")
    assert page.locator(".side-told[data-ended]").count() == len(SECTIONS)
    says = page.get_by_role("slider", name="Cycle", exact=True).get_attribute("aria-valuetext")
    assert says.startswith("Cycle 4 · A: ")
    assert says.endswith(" · B ended with cycle 2")
    stages = [page.locator("#stages .side").nth(place).locator("li") for place in (0, 1)]
    for run, items, cycle in zip(runs, stages, (4, 2), strict=True):
        right = f"{100 * run.history[cycle].evaluate.accuracy:.1f} % of the 2,000 in the test set are right"
        assert right in items.last.inner_text()


def test_each_side_draws_the_tau_of_its_own_run_on_equal_axes(page, runs):
    for place, run in enumerate(runs):
        means = [float(records.look_ahead.tau.mean()) for records in run.history[1:]]
        np.testing.assert_allclose(page.evaluate(MEANS, place), means, rtol=1e-6)
    first, second = page.evaluate(RANGES)
    assert first == second


@pytest.mark.parametrize(("width", "beside"), [(1280, True), (390, False)])
def test_the_runs_stand_side_by_side_where_there_is_room_and_one_below_the_other_on_a_phone(page, width, beside):
    page.set_viewport_size({"width": width, "height": 900})
    wait_until_readable(page, "main")
    for section in SECTIONS:
        (left, right, top, bottom), (next_left, next_right, next_top, _) = page.evaluate(SIDES, section)
        assert right <= width, section
        assert next_right <= width, section
        if beside:
            assert next_left >= right, section
            assert next_top == top, section
        else:
            assert next_left == left, section
            assert next_top >= bottom, section
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=str(ARTIFACTS / f"lesson-two-{width}.png"), full_page=True)


@pytest.mark.parametrize("width", [390, 1280])
def test_the_address_brings_back_the_cycle_and_the_pair_and_tau_of_each_run_and_the_answers(page, runs, width):
    page.set_viewport_size({"width": width, "height": 900})
    ranked = [
        run.history[2].subsample.pair_ids[np.argsort(-run.history[2].select.scores, kind="stable")] for run in runs
    ]
    page.evaluate("location.hash = '#cycle=2&pair=7&tau=0.4&pair-b=3'")
    page.wait_for_selector("body[data-cycle='2']", state="attached")
    page.locator(".lada-q-choice input").first.check()
    page.get_by_role("button", name="Check").click()
    verdict = page.locator(".lada-q-verdict").inner_text()
    assert verdict
    for _ in range(2):
        for place, rank in enumerate((7, 3)):
            side = page.locator("#mixer .side").nth(place)
            first = int(ranked[place][rank - 1][0])
            assert side.locator(".lada-mix-where", has_text=f"λ = 1: id {first}").count() == 1
        words = page.locator("#mixer .side").first.locator(".lada-mix-readout").nth(1).text_content()
        assert float(re.match(r"τ = ([\d.]+): V", words)[1]) == pytest.approx(0.4, abs=0.01)
        assert page.locator(".lada-q-verdict").inner_text() == verdict
        page.wait_for_function("() => location.hash === '#cycle=2&pair=7&tau=0.4&pair-b=3'")
        load(page)
    # A pair chosen in one run leaves the other as it is.
    page.locator("#queries .side").nth(1).locator(".lada-query").first.click()
    page.wait_for_function("() => location.hash === '#cycle=2&pair=7&tau=0.4&pair-b=1'")


def test_a_question_shows_its_answer_in_the_run_that_it_is_about(page):
    bar = page.locator(".question-bar button")
    place = next(
        n
        for n in range(bar.count())
        if [bar.nth(n).click(), page.locator(".lada-q-text").inner_text()][1].startswith("Run B. One of these four")
    )
    bar.nth(place).click()
    page.locator(".lada-q-choice input").first.check()
    page.get_by_role("button", name="Check").click()
    page.locator(".look").click()
    expect(page.locator("#queries .side").nth(1).locator(".lada-query.lada-chosen")).to_have_count(1)
    assert page.locator("#queries .side").first.locator(".lada-query.lada-chosen").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_has_no_serious_fault(page, scheme):
    page.emulate_media(color_scheme=scheme)
    page.wait_for_selector(f"#map .lada-plot[data-theme='{scheme}']")
    assert serious(page, "html") == []
    # What "?" opens has the page's own colours here.
    page.locator("#mixer .lada-keys-button").first.click()
    page.get_by_role("tab", name="Words").click()
    assert page.locator("dialog[open] .lada-word").count() > 15
    assert serious(page, "dialog[open]") == []
    page.keyboard.press("Escape")
    page.emulate_media(color_scheme="light")
