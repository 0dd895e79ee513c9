"""A notebook in a page: opened, run, read, and what went wrong in it."""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import nbformat
from lab_server import Lab
from playwright.sync_api import BrowserContext, Locator, Page, TimeoutError, ViewportSize

PATIENCE_S = 90
"""How long a page of JupyterLab may take for what a test waits for; a machine that does much else needs a minute."""

OPEN: Counter[str] = Counter()
"""How many pages have a notebook open."""

VIEWPORT: ViewportSize = {"width": 1280, "height": 1500}
LOCAL = {"127.0.0.1", "localhost", "", None}
ADDRESSES = {"doc": "doc/tree", "lab": "lab/workspaces/{stem}/tree", "notebook": "notebooks"}
"""Where a notebook opens: alone in JupyterLab, with its side bars (in a workspace of its own), and in Notebook 7."""
FRONT_END_ERRORS = {
    "doc": set(),
    "lab": set(),
    "notebook": {
        "Cannot read properties of undefined (reading 'schema')",
        "Command 'filebrowser:open-path' not registered.",
    },
}
"""Errors that a front end throws by itself: Notebook 7.6 throws them with an empty notebook too."""
OUTPUTS = """(selector) => {
    const cells = window.jupyterapp?.shell.currentWidget?.content?.widgets ?? [];
    const within = cells.flatMap(({ node }) => [...node.querySelectorAll(selector)]);
    return [...new Set([...within, ...document.querySelectorAll(selector)])];
}"""
"""All elements of the outputs in the order of their cells, also of cells that are not part of the page now."""
CHART = """(root) => {
    const data = root.querySelector(".lada-plot-chart").data ?? [];
    return {
        rev: Number(root.dataset.rev ?? -1), theme: root.dataset.theme,
        message: root.querySelector(".lada-plot-message").textContent,
        traces: Object.fromEntries(data.filter((t) => t.name).map((t) =>
            [t.name, { x: Array.from(t.x ?? []), y: Array.from(t.y ?? []) }])),
    };
}"""
PAUSE_AND_TIME = """() => new Promise((resolve) => {
    const root = document.querySelector(".lada-stepper");
    const began = performance.now();
    const look = () => {
        if (root.dataset.state !== "paused") return;
        observer.disconnect();
        resolve(performance.now() - began);
    };
    const observer = new MutationObserver(look);
    observer.observe(root, { attributes: true });
    root.querySelector("[data-command=pause]").click();
})"""
STATE_OF_PAGE = """() => {
    const kernel = window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel;
    const cells = window.jupyterapp?.shell.currentWidget?.content?.widgets ?? [];
    return JSON.stringify({
        charts: [...document.querySelectorAll(".lada-plot")].map((one) => ({
            rev: one.dataset.rev ?? null, connected: one.isConnected, width: one.offsetWidth,
            said: one.innerText.slice(0, 200),
        })),
        plotly: Boolean(window.Plotly), asked: window.__ladaExplorePlotly?.askedAt ?? null,
        started: window.__ladaExplorePlotly?.started ?? null, now: performance.now(),
        kernel: kernel?.status ?? null, connection: kernel?.connectionStatus ?? null,
        cells: cells.map(({ node, placeholder, model }) => ({
            connected: node.isConnected, placeholder, height: node.offsetHeight,
            types: model.outputs?.toJSON().map((one) => Object.keys(one.data ?? {})) ?? [],
            said: node.innerText.slice(-200),
        })),
    });
}"""
"""What a page shows of its views, for the message of a test that waited for one in vain."""
LATE = "[anywidget] Failed to initialize model."
"""Error of anywidget when a page takes longer than two seconds to begin with a view, which then works all the same."""


@dataclass
class NotebookPage:
    """A notebook open in a page, and the helpers to run and read it."""

    lab: Lab
    page: Page
    path: str
    app: str = "doc"
    troubles: list[str] = field(default_factory=list)

    def open(self) -> None:
        place = ADDRESSES[self.app].format(stem=Path(self.path).stem)
        self.page.goto(f"{self.lab.url}/{place}/{self.path}?token={self.lab.token}")
        try:
            self.wait_until_ready()
        except TimeoutError:  # JupyterLab now and then misses that its new kernel is idle: a person reloads the page
            self.page.reload()
            self.wait_until_ready()

    def wait_until_ready(self) -> None:
        try:
            self.page.wait_for_function(
                """() => {
                    const { context, sessionContext } = window.jupyterapp?.shell.currentWidget ?? {};
                    const status = sessionContext?.session?.kernel?.status;
                    return context?.isReady && sessionContext?.isReady && status === "idle";
                }""",
                timeout=60_000,
            )
        except TimeoutError as error:
            state = self.page.evaluate(
                """() => {
                    const { context, sessionContext } = window.jupyterapp?.shell.currentWidget ?? {};
                    const kernel = sessionContext?.session?.kernel;
                    return { application: Boolean(window.jupyterapp), document: context?.isReady ?? null,
                        session: sessionContext?.isReady ?? null, kernel: kernel?.status ?? null,
                        connection: kernel?.connectionStatus ?? null };
                }"""
            )
            raise TimeoutError(f"{self.path} was not ready within 60 s: {state}") from error

    def reload(self) -> None:
        """Save, then reload: the page then shows the saved outputs on the kernel that is still running."""
        self.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
        self.page.reload()
        self.wait_until_ready()

    def cells(self) -> list[dict[str, Any]]:
        return self.page.evaluate(
            """() => window.jupyterapp.shell.currentWidget.content.widgets
                .filter((cell) => cell.model.type === "code")
                .map(({ model }) => ({
                    count: model.executionCount, state: model.executionState, source: model.sharedModel.getSource(),
                    errors: model.outputs.toJSON().filter((o) => o.output_type === "error")
                        .map((o) => `${o.ename}: ${o.evalue}`),
                }))"""
        )

    def run_all(self, timeout_s: float = 120) -> None:
        self.page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-all-cells'); }")
        end = time.monotonic() + timeout_s
        while True:
            cells = self.cells()
            errors = [error for cell in cells for error in cell["errors"]]
            assert not errors, errors
            if all(cell["count"] and cell["state"] == "idle" for cell in cells):
                return
            assert time.monotonic() < end, cells
            self.page.wait_for_timeout(100)

    # The views of this package -----------------------------------------------------------------------------------

    @property
    def stepper(self) -> Locator:
        return self.page.locator(".lada-stepper")

    def button(self, name: str) -> Locator:
        return self.stepper.get_by_role("button", name=name, exact=True)

    def wait_for_state(self, state: str, timeout_s: float = PATIENCE_S) -> None:
        self.page.wait_for_selector(f".lada-stepper[data-state='{state}']", timeout=1000 * timeout_s)

    def pause_ms(self) -> float:
        """Click Pause; returns how long it takes to be paused, in ms, as the page sees it."""
        return float(self.page.evaluate(PAUSE_AND_TIME))

    @contextlib.contextmanager
    def passing_through(self, state: str, timeout_s: float = PATIENCE_S) -> Iterator[None]:
        """Wait until what is done in this block has brought the stepper into a state, for however short a time."""
        self.stepper.evaluate(
            """(root) => {
                root.statesSeen = [];
                new MutationObserver((changes) => {
                    root.statesSeen.push(...changes.map((change) => change.oldValue), root.dataset.state);
                }).observe(root, { attributeFilter: ["data-state"], attributeOldValue: true });
            }"""
        )
        yield
        self.page.wait_for_function(
            "(state) => document.querySelector('.lada-stepper').statesSeen.includes(state)",
            arg=state,
            timeout=1000 * timeout_s,
        )

    def show(self, selector: str, place: int = 0) -> None:
        """Bring the cell with that output into sight: in `full`, cells out of sight are not part of the page."""
        self.page.evaluate(
            f"""async ([selector, place]) => {{
                const content = window.jupyterapp.shell.currentWidget.content;
                const found = ({OUTPUTS})(selector)[place];
                const cell = content.widgets.findIndex(({{ node }}) => node.contains(found));
                await content.scrollToItem(cell, "auto");
                found.scrollIntoView({{ block: "nearest" }});
            }}""",
            [selector, place],
        )
        self.page.wait_for_function(
            f"([selector, place]) => {{ const found = ({OUTPUTS})(selector)[place];"
            " const box = found.getBoundingClientRect();"
            " return found.isConnected && box.height > 0 && box.bottom > 0 && box.top < innerHeight; }",
            arg=[selector, place],
        )

    def wait_for_charts(self, number: int, timeout_s: float = PATIENCE_S) -> None:
        """Wait until that many plots have drawn the run, or a sentence."""
        try:
            self.page.wait_for_function(
                "(n) => document.querySelectorAll('.lada-plot[data-rev]:not([data-rev=\"0\"])').length >= n",
                arg=number,
                timeout=1000 * timeout_s,
            )
        except TimeoutError as error:
            raise TimeoutError(
                f"not {number} charts within {timeout_s:g} s: {self.page.evaluate(STATE_OF_PAGE)}"
            ) from error

    def chart(self, place: int) -> dict[str, Any]:
        """What plotly drew in a chart: its revision, and the points of each trace by name (NaN comes as None)."""
        return self.page.evaluate(f"(place) => ({CHART})(({OUTPUTS})('.lada-plot')[place])", place)

    def show_theme(self, theme: str) -> None:
        """Change JupyterLab's theme, and wait until the page has it: the command ends before its styles are there."""
        self.page.evaluate("(theme) => window.jupyterapp.commands.execute('apputils:change-theme', { theme })", theme)
        self.page.wait_for_function("(theme) => document.body.dataset.jpThemeName === theme", arg=theme)


class Pages:
    """Opens notebooks in tabs of one window, which reaches this machine only and keeps what it has compiled of a page.

    A notebook that is open already opens in another browser, as it does for a second person.
    """

    def __init__(self, lab: Lab, window: BrowserContext) -> None:
        self.lab = lab
        self.window = window
        self.opened: list[NotebookPage] = []

    def open_path(
        self, path: str, app: str = "doc", viewport: ViewportSize = VIEWPORT, script: str = ""
    ) -> NotebookPage:
        """Open a notebook of the server's folder, in one of `ADDRESSES`; the script runs before the page's own."""
        page = self._another_browser(viewport) if OPEN[path] else self._tab(viewport)
        page.add_init_script(script)
        notebook = NotebookPage(self.lab, page, path, app)
        self.opened.append(notebook)
        OPEN[path] += 1

        def watch(request: Any) -> None:
            if urlsplit(request.url).hostname not in LOCAL:
                notebook.troubles.append(f"external request: {request.url}")

        # A route would refuse it by itself, as the browser does here, but no page is kept then.
        page.on("request", watch)

        def note(error: Any) -> None:
            if str(error) not in {LATE, *FRONT_END_ERRORS[app]}:
                notebook.troubles.append(f"page error: {error}")

        page.on("pageerror", note)
        notebook.open()
        return notebook

    def _tab(self, viewport: ViewportSize) -> Page:
        """A tab of the window, whose pages find nothing of pages that were closed before."""
        page = self.window.new_page()
        page.set_viewport_size(viewport)
        if not OPEN.total():
            device = self.window.new_cdp_session(page)
            kinds = "cookies,indexeddb,local_storage"
            device.send("Storage.clearDataForOrigin", {"origin": self.lab.url, "storageTypes": kinds})
            device.detach()
        return page

    def _another_browser(self, viewport: ViewportSize) -> Page:
        assert self.window.browser is not None
        page = self.window.browser.new_context(viewport=viewport).new_page()
        page.set_default_timeout(1000 * PATIENCE_S)
        return page

    def open_cells(
        self, name: str, *sources: str, app: str = "doc", viewport: ViewportSize = VIEWPORT, script: str = ""
    ) -> NotebookPage:
        """Write a notebook of these cells, open it and run it."""
        opened = self.open_path(self.write_cells(name, *sources), app, viewport, script)
        opened.run_all()
        return opened

    def write_cells(self, name: str, *sources: str) -> str:
        """Write a notebook of these cells; returns its path in the server's folder."""
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(source) for source in sources],
            metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
        )
        nbformat.write(notebook, self.lab.folder / f"{name}.ipynb")
        return f"{name}.ipynb"

    def close(self) -> None:
        """Close every page, end its kernel if no other page has it, and fail on anything that went wrong in it."""
        for notebook in self.opened:
            notebook.page.close()
            if notebook.page.context is not self.window:
                notebook.page.context.close()
        OPEN.subtract(notebook.path for notebook in self.opened)
        ended = {notebook.path for notebook in self.opened if OPEN[notebook.path] == 0}
        for session in self.lab.api("GET", "/api/sessions"):
            if session["path"] in ended:
                self.lab.api("DELETE", f"/api/sessions/{session['id']}")
        assert not [trouble for notebook in self.opened for trouble in notebook.troubles]
