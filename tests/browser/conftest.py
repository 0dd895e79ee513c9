"""JupyterLab in a real Chromium, cut off from the network and from the settings of the person who runs the tests.

A pytest process of its own (`pytest tests/browser`): Playwright's sync API and other asyncio users do not share one.
LADA_WINDOWING=full runs all of them in that windowing mode of JupyterLab instead of the default.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from bare import show_bare
from lab_server import Lab, new_lab, shut_down
from notebook_page import PATIENCE_S, NotebookPage, Pages
from playwright.sync_api import Browser, BrowserContext, sync_playwright

REPOSITORY = Path(__file__).parents[2]
ARTIFACTS = REPOSITORY / "artifacts"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


def chromium() -> str | None:
    """The browser to drive: LADA_CHROMIUM, else one on the PATH, else (None) Playwright's own."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return os.environ.get("LADA_CHROMIUM") or next(filter(_runs, filter(None, map(shutil.which, names))), None)


def _runs(program: str) -> bool:
    """Whether it is a browser and not a stub that only says how to install one, as on Ubuntu."""
    return subprocess.run([program, "--version"], capture_output=True, timeout=60).returncode == 0


@pytest.fixture(scope="session")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    """The window of a person's browser, with a profile on disk: JupyterLab's scripts are fetched and compiled once."""
    arguments = [
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        arguments.append("--no-sandbox")
    with sync_playwright() as playwright:
        profile = tmp_path_factory.mktemp("profile")
        launched = playwright.chromium.launch_persistent_context(profile, executable_path=chromium(), args=arguments)
        launched.set_default_timeout(1000 * PATIENCE_S)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def browser(window: BrowserContext) -> Browser:
    """The same browser, for pages that share nothing with others."""
    assert window.browser is not None
    return window.browser


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    served = new_lab(tmp_path_factory.mktemp("jupyter"))
    try:
        served.start()
        yield served
    finally:
        shut_down(served)


@pytest.fixture
def pages(lab: Lab, window: BrowserContext) -> Iterator[Pages]:
    lab.must_run()
    made = Pages(lab, window)
    yield made
    made.close()


@pytest.fixture(scope="module")
def module_pages(lab: Lab, window: BrowserContext) -> Iterator[Pages]:
    lab.must_run()
    made = Pages(lab, window)
    yield made
    made.close()


@pytest.fixture(scope="session")
def shot() -> Callable[..., None]:
    """Takes a screenshot of the page, or of what a selector finds first, into artifacts/, which git ignores."""
    ARTIFACTS.mkdir(exist_ok=True)

    def take(notebook: NotebookPage, name: str, selector: str = "") -> None:
        shown = notebook.page.locator(selector).first if selector else notebook.page
        shown.screenshot(path=str(ARTIFACTS / f"{name}.png"))

    return take


@pytest.fixture(scope="module")
def blank(browser: Browser):
    """One page for all tests, and what went wrong in it."""
    page, troubles = browser.new_page(), []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    yield page, troubles
    page.close()


@pytest.fixture
def opened(blank):
    """Fills the page with the labeller of a service, which has the focus; fails on what goes wrong in it."""
    page, troubles = blank

    def show(service):
        show_bare(page, service)
        page.locator(".lada-labeller").focus()
        return page

    yield show
    assert troubles == []
