"""A notebook that was executed without a page, exported, or saved with its widgets and opened on another kernel."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import nbformat
import pytest
from conftest import REPOSITORY

FAKE = f"""
import sys
sys.path.insert(0, {str(REPOSITORY / "tests")!r})
from fakes import FakeSession
from lada_explore import AccuracyChart, Explorer, QueryGallery, Stepper, Worker
session = FakeSession(cycles=3)
worker = Worker.of(session)
"""
RUN = "worker.run()\n_ = worker.wait()"
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


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """A notebook whose views are shown before the run, and once more after it."""
    folder = tmp_path_factory.mktemp("executed")
    shown = ("Stepper(session)", "AccuracyChart(session)", "QueryGallery(session)")
    nbformat.write(cells(FAKE, *shown, RUN, *shown), folder / "executed.ipynb")
    convert(folder, "--execute", "--to", "notebook", "--inplace")
    return folder


def models(folder) -> list[dict]:
    state = nbformat.read(folder / "executed.ipynb", as_version=4).metadata["widgets"][STATE]["state"]
    return [model["state"] for model in state.values()]


def test_the_views_of_an_executed_notebook_show_the_end_of_the_run_that_a_cell_waited_for(executed):
    shown = [model["state"] for model in models(executed) if "state" in model]
    assert [state["now"] for state in shown if "now" in state] == ["The run is complete."] * 2
    asked = [state["title"] for state in shown if "groups" in state]
    assert asked == ["Cycle 3 asked about 6 images in 3 pairs, best first."] * 2
    points = [
        [trace["x"]["shape"] for trace in model["spec"]["figure"]["data"] if trace.get("name") == "accuracy"]
        for model in models(executed)
        if "spec" in model
    ]
    assert points == [[[4]]] * 2


def test_a_page_without_widgets_shows_sentences_and_drawings_in_their_place(executed):
    notebook = nbformat.read(executed / "executed.ipynb", as_version=4)
    del notebook.metadata["widgets"]
    (executed / "plain").mkdir()
    nbformat.write(notebook, executed / "plain" / "executed.ipynb")
    convert(executed / "plain", "--to", "html")
    page = (executed / "plain" / "executed.html").read_text(encoding="utf-8")
    body = page[page.index("<main") :]
    assert "<p>The run is complete.</p>" in body
    assert "<p>Cycle 3 asked about 6 images in 3 pairs, best first.</p>" in body
    assert len(re.findall(r"<polyline ", body)) >= 3  # the accuracy and its interval
    sizes = [len(json.dumps(output.get("data", {}))) for cell in notebook.cells for output in cell.outputs]
    assert max(sizes) < 100_000


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
    assert len(again.chart(1)["traces"]["accuracy"]["x"]) == 4
    # What is drawn in the page alone goes on.
    lam = again.page.get_by_label("lam, the share of the right image")
    lam.focus()
    again.page.keyboard.press("End")
    assert lam.input_value() == "1"
    shot(again, "saved_explorer")
