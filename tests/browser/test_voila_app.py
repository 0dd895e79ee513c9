"""`lada-explore app`: the explorer of a recorded run as an application, in a real browser with no network."""

from __future__ import annotations

import json
import sys
from urllib.parse import urlsplit

import psutil
import pytest
from conftest import ARTIFACTS, REPOSITORY
from looks import pages_printed, wait_until_readable
from notebook_page import LOCAL
from playwright.sync_api import expect
from test_side_by_side_in_jupyterlab import READ, compare_with, tab, until

sys.path.insert(0, str(REPOSITORY / "tests"))
from helpers.fake_runs import record
from helpers.fakes import FakeSession
from helpers.served_app import serving


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A recorded run of three cycles."""
    session = FakeSession(cycles=3)
    session.run()
    place = tmp_path_factory.mktemp("run") / "demo"
    record(session, place)
    return place


@pytest.fixture(scope="module")
def address(tmp_path_factory, run):
    """Where the application of a recorded run is served."""
    with serving(tmp_path_factory.mktemp("app"), run) as app:
        yield app.address


@pytest.fixture
def for_two(tmp_path, run):
    """An application with two places."""
    with serving(tmp_path, run, "--max-students", 2) as app:
        yield app


def test_it_shows_the_explorer_without_a_network_and_every_view_follows_the_slider(browser, address):
    context = browser.new_context(viewport={"width": 1280, "height": 1200})
    troubles = []

    def refuse(route) -> None:
        troubles.append(f"external request: {route.request.url}")
        route.abort()

    context.route(lambda asked: urlsplit(asked).hostname not in LOCAL, refuse)
    page = context.new_page()
    page.on("pageerror", lambda error: troubles.append(f"page error: {error}"))
    page.goto(address, timeout=90_000)
    page.wait_for_selector(".lada-tabs", timeout=90_000)
    assert "This run is recorded and complete." in page.locator(".lada-now").inner_text()
    expect(page.locator(".lada-controls")).to_be_hidden()
    assert page.locator(".jp-InputArea:visible").count() == 0
    page.get_by_role("tab", name="τ*", exact=True).click()
    page.wait_for_selector(".lada-plot[data-rev]:visible")
    assert page.locator(".lada-says").inner_text() == "Cycle 3 · 38 labels · 72.1 % right"
    page.get_by_role("slider", name="Cycle", exact=True).focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_selector(".lada-plot-chart[aria-label$='in cycle 2']")
    page.get_by_role("tab", name="Learning").click()
    page.get_by_role("tab", name="Classes").click()
    page.wait_for_selector(".lada-plot-chart[aria-label='confusion matrix after cycle 2']")
    page.wait_for_timeout(1000)
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=str(ARTIFACTS / "app.png"))
    context.close()
    assert troubles == []


def test_nobody_without_the_token_sees_the_run_and_who_types_it_does(browser, address):
    base, token = address.split("?token=")
    page, troubles = open_page(browser, f"{base}?group=4")
    assert page.get_by_role("alert").inner_text().startswith("Open the address that the teacher gave out")
    page.get_by_label("Token").fill("wrong")
    page.keyboard.press("Enter")
    page.wait_for_url("**token=wrong&group=4")
    page.screenshot(path=str(ARTIFACTS / "app-token.png"))
    page.get_by_label("Token").fill(token)
    page.get_by_role("button", name="Open").click()
    page.wait_for_selector(".lada-tabs", timeout=90_000)
    said = page.get_by_text("Group 4: everything drawn at random follows from seed 4.")
    assert said.is_hidden()  # of the run that is shown first
    page.get_by_role("tab", name="Playground", exact=True).click()
    said.wait_for()
    page.context.close()
    assert troubles == []


def open_page(browser, address):
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    page, troubles = context.new_page(), []
    page.on("pageerror", lambda error: troubles.append(f"page error: {error}"))
    page.goto(address, timeout=90_000)
    return page, troubles


def test_a_group_starts_the_playground_from_its_own_seed_and_starts_it_again(browser, address):
    page, troubles = open_page(browser, f"{address}&group=3")
    page.wait_for_selector(".lada-tabs", timeout=90_000)
    page.get_by_role("tab", name="Playground", exact=True).click()
    page.get_by_text("Group 3: everything drawn at random follows from seed 3.").wait_for()
    page.get_by_role("button", name="Start the playground").click()
    page.wait_for_selector(".lada-playground[data-shown='8']", timeout=90_000)
    assert page.get_by_role("spinbutton", name="Seed").input_value() == "3"
    where = page.locator(".lada-pg-where").inner_text()
    page.locator(".lada-playground").get_by_role("button", name="Step ▶", exact=True).click()
    page.wait_for_function("(was) => document.querySelector('.lada-pg-where').textContent !== was", arg=where)
    page.get_by_role("button", name="Start again").click()
    page.wait_for_function("(was) => document.querySelector('.lada-pg-where')?.textContent === was", arg=where)
    page.screenshot(path=str(ARTIFACTS / "app-playground.png"))
    page.context.close()
    assert troubles == []


def test_it_is_dark_where_the_browser_asks_for_dark_and_white_on_paper_which_shows_all_of_it(browser, address):
    page, troubles = open_page(browser, address)
    page.emulate_media(color_scheme="dark")
    page.wait_for_selector(".lada-map .lada-plot-chart .main-svg", timeout=90_000)
    ground = "() => getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)"
    assert max(page.evaluate(ground)) < 60
    page.wait_for_selector(".lada-plot[data-theme='dark']")
    page.set_viewport_size({"width": 900, "height": 1000})
    wait_until_readable(page, "#rendered_cells")
    page.evaluate(
        """() => addEventListener("beforeprint", () => {
            window.printed = document.querySelector(".lada-plot").dataset.theme;
        }, { once: true })"""
    )
    assert pages_printed(page) >= 3
    assert page.evaluate("() => window.printed") == "light"
    page.emulate_media(color_scheme="light")
    page.wait_for_selector(".lada-plot[data-theme='light']")
    assert page.evaluate(ground) == [255, 255, 255]
    page.context.close()
    assert troubles == []


def test_two_cycles_stand_side_by_side_and_are_linked(browser, address):
    page, troubles = open_page(browser, address)
    page.wait_for_selector(".lada-mixer .lada-pair-title", timeout=90_000)
    compare_with(page, "another cycle")
    until(page, "read.headings.length === 2 && read.mixers.length === 2 && read.chosen.every(Boolean)")
    shown = page.evaluate(READ)
    assert [heading.split(" · ")[0] for heading in shown["headings"]] == ["A: cycle 3", "B: cycle 2"]
    assert [title.split(":")[0] for title in shown["mixers"]] == ["Cycle 3", "Cycle 2"]
    # Each slider moves its own side.
    page.get_by_role("slider", name="Cycle of B").focus()
    page.keyboard.press("ArrowLeft")
    until(page, "read.headings[1].startsWith('B: cycle 1') && read.mixers[1].startsWith('Cycle 1:')")
    page.get_by_role("slider", name="Cycle", exact=True).focus()
    page.keyboard.press("ArrowLeft")
    until(page, "read.headings[0].startsWith('A: cycle 2') && read.mixers[0].startsWith('Cycle 2:')")
    assert page.evaluate(READ)["headings"][1].startswith("B: cycle 1")
    # A pair that is chosen in A is chosen in B, or B says that it has none such.
    before = page.evaluate(READ)["chosen"]
    page.locator(".lada-side").first.locator(".lada-gallery [aria-pressed='false']").first.click()
    until(page, "read.chosen[0] !== given[0] && (read.missing !== '' || read.chosen[1] === read.chosen[0])", before)
    tab(page, "Scores")
    page.wait_for_function("() => document.querySelectorAll('.lada-side .lada-ledger .lada-led-row').length > 10")
    page.screenshot(path=str(ARTIFACTS / "app-side-by-side.png"))
    compare_with(page, "nothing")
    until(page, "read.headings.length === 0")
    page.context.close()
    assert troubles == []


def test_two_runs_stand_side_by_side_where_the_application_is_told_of_both(browser, tmp_path, run):
    other = FakeSession(cycles=3, budget=4)
    other.run()
    record(other, tmp_path / "fewer")
    with serving(tmp_path / "app", run, "--beside", tmp_path / "fewer") as app:
        page, troubles = open_page(browser, app.address)
        page.wait_for_selector(".lada-mixer .lada-pair-title", timeout=90_000)
        until(page, "read.headings.length === 2 && read.mixers.length === 2")
        assert page.evaluate(READ)["settings"] == "budget: A 6, B 4."
        page.get_by_role("slider", name="Cycle", exact=True).focus()
        page.keyboard.press("ArrowLeft")
        until(page, "read.mixers.every((title) => title.startsWith('Cycle 2:'))")
        page.context.close()
        assert troubles == []


def test_an_address_with_a_group_that_is_none_says_so(browser, address):
    page, troubles = open_page(browser, f"{address}&group=three")
    page.wait_for_selector("p[role=alert]", timeout=90_000)
    assert page.locator("p[role=alert]").inner_text() == (
        "group 'three' in the address is no whole number from 0 to 9999; end the address with &group=3, for example"
    )
    page.context.close()
    assert troubles == []


def kernel_of(page):
    """The id of a page's kernel, as the page knows it."""
    page.wait_for_selector(".lada-tabs", timeout=90_000)
    return json.loads(page.locator("#jupyter-config-data").text_content())["kernelId"]


STATUS = """async ([path, method]) => (await fetch(path, { method })).status"""
LISTEN = """(kernel) => new Promise((done) => {
    const socket = new WebSocket(`ws://${location.host}/api/kernels/${kernel}/channels?session_id=x`);
    socket.onopen = () => done("open");
    socket.onerror = () => done("refused");
})"""


def test_two_visitors_at_a_time_have_a_kernel_each_and_do_not_reach_each_others(browser, for_two):
    (ada, _), (ben, _) = (open_page(browser, for_two.address) for _ in range(2))
    hers, his = kernel_of(ada), kernel_of(ben)
    assert hers != his
    for page in (ada, ben):
        page.get_by_role("slider", name="Cycle", exact=True).focus()
    ada.keyboard.press("ArrowLeft")
    ada.wait_for_function("() => document.querySelector('.lada-says').textContent.startsWith('Cycle 2')")
    assert ben.locator(".lada-says").inner_text().startswith("Cycle 3")
    assert [ben.evaluate(LISTEN, kernel) for kernel in (his, hers)] == ["open", "refused"]
    assert ben.evaluate(STATUS, [f"/api/kernels/{hers}", "GET"]) == 404
    assert ben.evaluate(STATUS, [f"/voila/api/shutdown/{hers}", "POST"]) == 404
    ada.keyboard.press("ArrowLeft")
    ada.wait_for_function("() => document.querySelector('.lada-says').textContent.startsWith('Cycle 1')")
    ada.context.close()
    ben.context.close()


@pytest.mark.thorough
def test_where_all_places_are_taken_a_page_says_so_and_opens_when_somebody_leaves(browser, for_two):
    (ada, her_troubles), (ben, _) = (open_page(browser, for_two.address) for _ in range(2))
    hers, his = kernel_of(ada), kernel_of(ben)
    cy, troubles = open_page(browser, for_two.address)
    assert cy.get_by_role("alert").inner_text() == (
        "All 2 places are taken. This page tries again every 20 seconds, until somebody leaves. Whoever serves it can "
        "let more in with --max-students."
    )
    cy.screenshot(path=str(ARTIFACTS / "app-full.png"))
    ada.reload()
    assert kernel_of(ada) not in (hers, his)
    expect(cy.get_by_role("alert")).to_be_visible()
    ben.close(run_before_unload=True)
    cy.wait_for_selector(".lada-tabs", timeout=120_000)
    assert ada.evaluate(STATUS, [f"/api/kernels/{kernel_of(ada)}", "GET"]) == 200
    for page in (ada, ben, cy):
        page.context.close()
    assert her_troubles + troubles == []


def test_a_page_whose_kernel_has_died_says_what_to_do_and_doing_it_helps(browser, for_two):
    ada, _ = open_page(browser, for_two.address)
    first = kernel_of(ada)
    for process in psutil.Process(for_two.process.pid).children(recursive=True):
        if first in " ".join(process.cmdline()):
            process.kill()
    ada.wait_for_selector("text=The kernel of this page has ended: load the page again.", timeout=30_000)
    ada.reload()
    assert kernel_of(ada) != first
    ada.context.close()
