"""One notebook of views in JupyterLab with its side bars, in both windowing modes, and in Notebook 7.

The window is as tall as a laptop's, and a tall cell stands between the views, so that each is out of sight in turn:
by default (`contentVisibility`) the browser then skips what is in it, and with `full` it leaves the page.
"""

from __future__ import annotations

import pytest
from conftest import REPOSITORY

CELLS = (
    f"""
import sys
sys.path.insert(0, {str(REPOSITORY / "tests")!r})
from helpers.fake_service import FakeLabellingService
from helpers.fakes import FakeSession
from IPython.display import HTML
from lada_explore import AccuracyChart, Labeller, MapView, Stepper
session = FakeSession(delay_s=0.02)
tall = HTML("<div style='height: 2500px'></div>")
""",
    "Stepper(session)",
    "tall",
    "AccuracyChart(session)",
    "tall",
    "MapView(session)",
    "tall",
    "Labeller(FakeLabellingService(6))",
)
STEPPER, CHART, MAP, LABELLER = 1, 3, 5, 7
WINDOW = {"width": 1280, "height": 800}
PLACES = ("lab, contentVisibility", "lab, full", "notebook, contentVisibility", "notebook, full")

IN_SIGHT = """(selector) => {
    const root = document.querySelector(selector);
    if (!root) return false;
    const box = root.getBoundingClientRect();
    return box.height > 40 && box.top < innerHeight && box.bottom > 0;
}"""
ACCURACIES = """(count) => {
    const chart = document.querySelector(".lada-plot-chart");
    const trace = chart?.data?.find((some) => some.name === "accuracy");
    const points = [...chart?.querySelectorAll(".scatterlayer .points path") ?? []];
    return trace?.x.length === count && points.length >= count
        && points.every((point) => point.getBoundingClientRect().width > 1);
}"""
PAINTED = """(selector) => [...document.querySelectorAll(selector)].some((canvas) => {
    if (!canvas.width || !canvas.height || !canvas.getBoundingClientRect().width) return false;
    const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    return new Set(new Uint32Array(pixels.buffer)).size > 3;
})"""


@pytest.fixture(params=PLACES)
def notebook(request, pages):
    app, mode = request.param.split(", ")
    with pages.lab.windowing(mode):
        opened = pages.open_cells(f"where_{PLACES.index(request.param)}", *CELLS, app=app, viewport=WINDOW)
        yield opened


def scroll_to(notebook, cell: int, selector: str) -> None:
    """Scroll, with the wheel as a person does, until that output is in sight."""
    notebook.page.locator(".jp-WindowedPanel-outer").hover(position={"x": 5, "y": 300})
    for _ in range(60):
        if notebook.page.evaluate(IN_SIGHT, selector):
            return
        # Cells without a height yet change the way: ask the notebook where the cell stands now.
        down = notebook.page.evaluate(
            """(cell) => {
                const content = window.jupyterapp.shell.currentWidget.content;
                const here = content.widgets.findIndex(({ node }) => {
                    const box = node.getBoundingClientRect();
                    return node.isConnected && box.height > 0 && box.bottom > innerHeight / 2;
                });
                return here < cell || here === -1;
            }""",
            cell,
        )
        notebook.page.mouse.wheel(0, 500 if down else -500)
        notebook.page.wait_for_timeout(80)
    raise AssertionError(f"{selector} never came into sight")


def test_every_view_is_drawn_when_it_comes_into_sight_and_goes_on_after_it_was_out_of_sight(notebook, shot):
    scroll_to(notebook, STEPPER, ".lada-stepper")
    notebook.button("Next cycle").click()
    notebook.wait_for_state("idle")
    notebook.page.wait_for_function("() => document.querySelector('.lada-now')?.textContent.startsWith('Cycle 1 done')")

    scroll_to(notebook, CHART, ".lada-plot")
    notebook.page.wait_for_function(ACCURACIES, arg=2)
    scroll_to(notebook, MAP, ".lada-map")
    notebook.page.wait_for_function(PAINTED, arg=".lada-map canvas")
    scroll_to(notebook, LABELLER, ".lada-labeller")
    notebook.page.wait_for_function(PAINTED, arg=".lada-labeller canvas")
    notebook.page.locator(".lada-labeller").focus()
    notebook.page.keyboard.press("3")
    notebook.page.wait_for_selector(".lada-labeller[data-waiting='0'] [data-state='saved']")
    with notebook.page.expect_request(lambda request: request.method == "PUT" and "/api/contents/" in request.url):
        notebook.page.keyboard.press("Control+s")

    scroll_to(notebook, STEPPER, ".lada-stepper")
    notebook.button("Next cycle").click()
    notebook.page.wait_for_function("() => document.querySelector('.lada-now')?.textContent.startsWith('Cycle 2 done')")
    for key in "ddm":
        notebook.page.keyboard.press(key)
    assert len(notebook.cells()) == len(CELLS)
    assert notebook.page.evaluate("() => document.activeElement.dataset.command") == "cycle"
    scroll_to(notebook, CHART, ".lada-plot")
    notebook.page.wait_for_function(ACCURACIES, arg=3)
    shot(notebook, f"where_{notebook.path.removesuffix('.ipynb')}")
