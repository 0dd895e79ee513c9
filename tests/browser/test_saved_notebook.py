"""A notebook that was executed without a page, exported, or saved with its widgets and opened on another kernel."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import urllib.request

import nbformat
import pytest
from conftest import REPOSITORY

FAKE = f"""
import sys
sys.path.insert(0, {str(REPOSITORY / "tests")!r})
from helpers.fakes import FakeSession
from lada_explore import AccuracyChart, Explorer, QueryGallery, Stepper, Worker
session = FakeSession(cycles=3)
worker = Worker.of(session)
"""
RUN = "worker.run()\n_ = worker.wait()"
POINTS = "(lines) => lines.map((line) => line.getAttribute('points'))"
TEXTS = """() => window.jupyterapp.shell.currentWidget.content.widgets.flatMap(({ model }) =>
    model.outputs?.toJSON().map(({ data }) => data?.["text/html"] ?? "") ?? [])"""
"""The HTML of every output of a notebook, as it will be saved."""
WATCH = """() => {
    window.plainSeen = 0;
    const look = () => {
        for (const one of document.querySelectorAll(".lada-plain-output")) window.plainSeen += one.offsetHeight > 0;
        requestAnimationFrame(look);
    };
    look();
}"""
"""Counts the frames in which a plain output was to be seen."""
STATE = "application/vnd.jupyter.widget-state+json"


def cells(*sources: str) -> nbformat.NotebookNode:
    return nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source) for source in sources],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )


def convert(folder, *arguments: str) -> None:
    """nbconvert in a process of its own: its event loop and Playwright's do not share one."""
    environment = os.environ | {"JUPYTER_DATA_DIR": str(folder / "data"), "IPYTHONDIR": str(folder / "ipython")}
    command = [sys.executable, "-m", "nbconvert", *arguments, "executed.ipynb"]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr[-3000:]


def exported_by_the_server(notebook) -> str:
    """What "Save and Export Notebook As HTML" gives."""
    lab = notebook.lab
    request = urllib.request.Request(
        f"{lab.url}/nbconvert/html/{notebook.path}", headers={"Authorization": f"token {lab.token}"}
    )
    with urllib.request.urlopen(request, timeout=60) as reply:
        return reply.read().decode()


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """A notebook whose views are shown before the run, and once more after it, exported as anybody would."""
    folder = tmp_path_factory.mktemp("executed")
    shown = ("Stepper(session)", "AccuracyChart(session)", "QueryGallery(session)")
    others = "import ipywidgets\nipywidgets.IntSlider(3)"
    nbformat.write(cells(FAKE, *shown, "Explorer(session)", others, RUN, *shown), folder / "executed.ipynb")
    convert(folder, "--execute", "--to", "html")
    return folder / "executed.html"


@pytest.fixture
def offline(browser):
    """Opens a file without a network; fails on any error in it."""
    context = browser.new_context(offline=True)
    errors = []

    def open_file(path):
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(path.as_uri())
        return page

    yield open_file
    context.close()
    assert errors == []


def wait_for_output(page, text: str) -> None:
    """Until exactly one output of the notebook, as it would be saved, holds this text."""
    page.wait_for_function(f"(text) => ({TEXTS})().filter((html) => html.includes(text)).length === 1", arg=text)


def models(exported) -> list[dict]:
    (state,) = re.findall(rf'<script type="{re.escape(STATE)}">(.*?)</script>', exported.read_text("utf-8"), re.DOTALL)
    return [model["state"] for model in json.loads(state)["state"].values()]


def test_the_views_of_an_executed_notebook_show_the_end_of_the_run_that_a_cell_waited_for(executed):
    shown = [model["state"] for model in models(executed) if "state" in model]
    assert [state["now"] for state in shown if "now" in state] == ["The run is complete."] * 3
    asked = [state["title"] for state in shown if "groups" in state]
    assert asked == ["Cycle 3 asked about 6 images in 3 pairs, best first."] * 3
    points = [
        [trace["x"]["shape"] for trace in model["spec"]["figure"]["data"] if trace.get("name") == "accuracy"]
        for model in models(executed)
        if "spec" in model and model["spec"]["figure"]
    ]
    assert [shape for shape in points if shape] == [[[4]]] * 2


def test_an_export_that_is_opened_without_a_network_shows_the_end_of_the_run_in_place_of_every_view(executed, offline):
    page = offline(executed)
    cell = page.locator(".jp-CodeCell").nth
    for place in (1, 4, 7):  # shown before the run, in the explorer, and after it
        assert "The run is complete." in cell(place).inner_text()
        assert "38 of 38 labels used" in cell(place).inner_text()
    for place in (3, 4, 9):
        assert "Cycle 3 asked about 6 images in 3 pairs, best first." in cell(place).inner_text()
    for place in (2, 4, 8):  # a chart, the map of the explorer, a chart
        box = cell(place).locator("svg").bounding_box()
        assert box is not None
        assert box["width"] > 300
        assert box["height"] > 200
    ends = [points.split()[-1] for points in cell(2).locator("polyline").evaluate_all(POINTS)]
    assert len({end.split(",")[0] for end in ends}) == 1  # the accuracy and its interval end at the last cycle
    assert cell(2).locator("polyline").evaluate_all("(lines) => lines.map((line) => line.points.length)")[-1] == 4
    sizes = page.locator(".lada-plain-output").evaluate_all("(found) => found.map((one) => one.outerHTML.length)")
    assert len(sizes) == 7
    assert max(sizes) < 100_000


def test_the_widgets_of_others_are_exported_as_ever(executed, offline):
    page = offline(executed)
    assert page.locator(".jp-CodeCell").nth(5).locator(".jp-OutputArea-child").count() == 1
    assert page.locator(".jp-CodeCell").nth(5).locator(".jp-OutputArea-output").inner_text().strip() == ""


def test_a_live_page_hides_the_plain_outputs_and_its_notebook_keeps_the_end_of_the_run(module_pages, offline, tmp_path):
    nbformat.write(cells(FAKE, "Stepper(session)", "AccuracyChart(session)"), module_pages.lab.folder / "live.ipynb")
    notebook = module_pages.open_path("live.ipynb")
    page = notebook.page
    page.evaluate(WATCH)
    notebook.run_all()
    notebook.wait_for_charts(1)
    held = page.locator(".lada-stepper").element_handle()
    notebook.button("Next cycle").click()
    wait_for_output(page, "Cycle 1 done.")
    assert held.evaluate("(root) => root.isConnected")
    assert page.evaluate("() => window.plainSeen") == 0
    # A page that was loaded since the cell ran, and one that was not there when the run ended.
    notebook.reload()
    notebook.button("Next cycle").click()
    wait_for_output(page, "Cycle 2 done.")
    notebook.button("Run").click()
    notebook.wait_for_state("finished")
    notebook.reload()
    wait_for_output(page, "The run is complete.")
    wait_for_output(page, ">38</text>")
    assert page.locator(".lada-plain-output").evaluate_all("(all) => all.map((one) => one.offsetHeight)") == [0, 0]
    # What the page saves can be exported and read anywhere, although it holds no state of the widgets.
    page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    (tmp_path / "live.html").write_text(exported_by_the_server(notebook), encoding="utf-8")
    saved = offline(tmp_path / "live.html")
    assert "The run is complete." in saved.locator(".jp-CodeCell").nth(1).inner_text()
    assert "Loading" not in saved.locator("main").inner_text()
    assert saved.locator(".jp-CodeCell").nth(2).locator("svg").bounding_box()["height"] > 200
    # Opened once more without a kernel it shows them too, in place of the widgets that nobody knows any more.
    page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    page.wait_for_function("() => !window.jupyterapp.shell.currentWidget.sessionContext.session?.kernel")
    again = module_pages.open_path(notebook.path)
    again.page.wait_for_function("() => document.body.innerText.includes('The run is complete.')")


def test_a_notebook_that_was_saved_with_its_widgets_shows_them_and_says_that_no_kernel_is_behind_them(
    module_pages, shot
):
    notebook = module_pages.open_cells(
        "saved", FAKE + "_ = session.run()", "Explorer(session)", "AccuracyChart(session)"
    )
    page = notebook.page
    page.wait_for_selector(".lada-map[data-rev]")
    notebook.wait_for_charts(2)
    toggle = "() => window.jupyterapp.commands.execute('@jupyter-widgets/jupyterlab-manager:saveWidgetState')"
    page.evaluate(toggle)
    try:
        page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
        page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
        page.wait_for_function("() => !window.jupyterapp.shell.currentWidget.sessionContext.session?.kernel")
        again = module_pages.open_path(notebook.path)
    finally:
        page.evaluate(toggle)
    said = "No kernel is behind this view: it shows what was saved. Run its cell in the notebook to use it."
    for view in (".lada-stepper", ".lada-slider", ".lada-map", ".lada-mixer", ".lada-gallery"):
        again.page.wait_for_selector(view)
        assert again.page.locator(f"*:has(> {view}) > .lada-no-kernel").inner_text() == said
        assert again.page.locator(f"{view} :is(button, input, select):not([data-alone] *):enabled").count() == 0
    assert again.page.locator(".lada-tab:enabled").count() == 0
    assert "The run is complete." in again.page.locator(".lada-now").first.inner_text()
    again.wait_for_charts(2)
    assert again.page.locator(".lada-plain-output").evaluate_all("(all) => all.map((one) => one.offsetHeight)") == [
        0,
        0,
    ]
    assert len(again.chart(1)["traces"]["accuracy"]["x"]) == 4
    # What is drawn in the page alone goes on.
    lam = again.page.get_by_label("λ, the share of the right image")
    lam.focus()
    again.page.keyboard.press("End")
    assert lam.input_value() == "1"
    shot(again, "saved_explorer")
