"""`lada-explore app`: the explorer of a recorded run as an application, in a real browser with no network."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import urllib.request
from urllib.parse import urlsplit

import pytest
from conftest import ARTIFACTS, REPOSITORY
from lab_server import environment
from looks import pages_printed, wait_until_readable
from notebook_page import LOCAL

sys.path.insert(0, str(REPOSITORY / "tests"))
from helpers.fake_runs import record
from helpers.fakes import FakeSession

COMMAND = "from lada_explore.cli.main import main; main()"


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """Where the application of a recorded run is served."""
    home = tmp_path_factory.mktemp("app")
    session = FakeSession(cycles=3)
    session.run()
    record(session, home / "demo")
    command = [sys.executable, "-c", COMMAND, "app", str(home / "demo"), "--no-browser"]
    with (home / "log").open("w") as log:
        server = subprocess.Popen(
            command, env=environment(home), cwd=home, stdout=subprocess.PIPE, stderr=log, text=True,
            start_new_session=True,
            # A shell that runs the tests in the background lets them, and all they start, ignore Ctrl+C.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )  # fmt: skip
        assert server.stdout is not None
        line = server.stdout.readline()
        try:
            yield re.search(r"http://127\.0\.0\.1:\d+/\S+", line).group()
        finally:
            os.killpg(server.pid, signal.SIGINT)
            server.wait(20)


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
    assert page.locator(".lada-controls").is_hidden()
    assert page.locator(".jp-InputArea:visible").count() == 0
    page.get_by_role("tab", name="tau*", exact=True).click()
    page.wait_for_selector(".lada-plot[data-rev]:visible")
    assert page.locator(".lada-says").inner_text() == "Cycle 3 · 38 labels · 72.1 % right"
    page.get_by_role("slider", name="Cycle", exact=True).focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_selector(".lada-plot-chart[aria-label$='in cycle 2']")
    page.get_by_role("tab", name="Learning").click()
    page.wait_for_selector(".lada-plot-chart[aria-label='confusion matrix after cycle 2']")
    page.wait_for_timeout(1000)
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=str(ARTIFACTS / "app.png"))
    context.close()
    assert troubles == []


def test_nobody_without_the_token_sees_the_run(address):
    with urllib.request.urlopen(address.split("?")[0], timeout=20) as reply:
        assert "login" in reply.url


def open_page(browser, address):
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    page, troubles = context.new_page(), []
    page.on("pageerror", lambda error: troubles.append(f"page error: {error}"))
    page.goto(address, timeout=90_000)
    return page, troubles


def test_a_group_starts_the_playground_from_its_own_seed_and_starts_it_again(browser, address):
    page, troubles = open_page(browser, f"{address}&group=3")
    page.wait_for_selector(".lada-tabs", timeout=90_000)
    assert page.get_by_text("Group 3: everything drawn at random follows from seed 3.").is_visible()
    page.get_by_role("tab", name="Playground", exact=True).click()
    page.get_by_role("button", name="Start the playground").click()
    page.wait_for_selector(".lada-playground[data-shown='8']", timeout=90_000)
    assert page.get_by_label("Seed").input_value() == "3"
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


def test_an_address_with_a_group_that_is_none_says_so(browser, address):
    page, troubles = open_page(browser, f"{address}&group=three")
    page.wait_for_selector("p[role=alert]", timeout=90_000)
    assert page.locator("p[role=alert]").inner_text() == (
        "group 'three' in the address is no whole number from 0 to 9999; end the address with &group=3, for example"
    )
    page.context.close()
    assert troubles == []
