"""Takes pictures of every view at four widths, in both themes; run by `make shots`, not a test."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from conftest import REPOSITORY
from labeller_notebook import kernel
from shots import THEMES, WINDOWS, Shots, notebook_still, resize, still
from test_check_again_in_jupyterlab import BEGIN as CHECKED
from test_check_again_in_jupyterlab import SHOW as CHECK_AGAIN
from test_explorer_in_jupyterlab import PARTS, tab
from test_looks_in_jupyterlab import OUTPUT
from test_playground_in_jupyterlab import NUMBER, PLAYGROUND, QUESTION, TWO_PLAYGROUNDS

from lada_explore.apps.lesson import write_lesson

DEMO = REPOSITORY / "data" / "runs" / "demo"
CYCLES = {"0": 0, "1": 1, "last": 12}
SHORT = {"τ*": "tau", "θ": "theta"}
SHOW = """(cycle) => {
    const range = document.querySelector(".lada-slider input[type=range]");
    range.value = String(cycle);
    range.dispatchEvent(new Event("input", { bubbles: true }));
    range.dispatchEvent(new Event("change", { bubbles: true }));
}"""

ASKED = """
from lada_explore import Explorer, Worker, open_session
session = open_session("shots-asked", oracle="person", cycles=1, settings={"training.epochs": 5})
worker = Worker.of(session)
def answer(part):
    asked = session.open_query.tolist()
    labels = {i: int(session.data.train.targets[i]) for i in asked[: int(part * len(asked))]}
    session.labelling.submit(labels)
def go_on():
    worker.run()
    worker.wait(60)
explorer = Explorer(session)
explorer.show("Label")
explorer
"""
ANSWERING = {
    "before": "",
    "seed": "go_on()",
    "asked": "answer(1) or go_on()",
    "half": "answer(0.5)",
    "done": "answer(1) or go_on()",
}
"""What is done before each picture of the labeller."""

INTRODUCTION = "from lada_explore.views import TauIntroduction\nTauIntroduction()"
STORY = "from lada_explore.views import Story\nStory(4)"
RUNS = f"from lada_explore import RunTree\nRunTree({str(DEMO.parent)!r})"

VIEWS = {
    "check_again": ".jp-OutputArea-output:has(.lada-check)",
    "playground": ".jp-OutputArea-output:has(.lada-pg-runs[data-runs='1'])",
    "two_playgrounds": ".jp-OutputArea-output:has(.lada-pg-runs[data-runs='2'])",
    "question": ".jp-OutputArea-output:has(.lada-question)",
    "runs": ".jp-OutputArea-output:has(.lada-runs)",
    "story": ".jp-OutputArea-output:has(.lada-st)",
    "tau_introduction": ".jp-OutputArea-output:has(.lada-ti)",
}


@pytest.fixture(scope="module")
def shots():
    made = Shots(Path(os.environ.get("LADA_SHOTS", REPOSITORY / "artifacts" / "shots")))
    yield made
    made.write()


def short(title: str) -> str:
    """A tab's title as a part of a file's name: its first word."""
    return SHORT.get(title) or re.findall(r"\w+", title.lower())[0]


def named(part: str) -> str:
    """A part's title as a part of a file's name."""
    return "-".join(SHORT.get(word, word) for word in re.findall(r"\w+\*?", part.lower()))


def in_every_window(notebook):
    """Go through the themes and widths, and give the part of a file's name that says which."""
    for theme, name in THEMES.items():
        notebook.show_theme(name)
        for width in WINDOWS:
            resize(notebook.page, width)
            yield f"{width}-{theme}"


def test_explorer(module_pages, shots):
    source = f"from lada_explore import Explorer, open_run\nexplorer = Explorer(open_run({str(DEMO)!r}))\nexplorer"
    notebook = module_pages.open_cells("shots-explorer", source)
    page = notebook.page
    page.wait_for_selector(".lada-map[data-cycle='12']", timeout=60_000)
    for window in in_every_window(notebook):
        for title, part in PARTS:
            tab(notebook, title, part)
            for said, cycle in CYCLES.items():
                page.evaluate(SHOW, cycle)
                page.wait_for_selector(f".lada-slider[data-cycle='{cycle}']")
                notebook_still(notebook, OUTPUT)
                shots.take(page, f"{short(title)}-{named(part)}-{window}-cycle{said}", OUTPUT)


def test_labeller(module_pages, shots):
    notebook = module_pages.open_cells("shots-labeller", ASKED)
    notebook.page.wait_for_selector(".lada-labeller")
    for state, code in ANSWERING.items():
        if code:
            assert kernel(notebook, code) == "None"
        for window in in_every_window(notebook):
            notebook_still(notebook, OUTPUT)
            shots.take(notebook.page, f"label-{window}-{state}", OUTPUT)


def open_views(pages, name: str, checked: str = f"{CHECKED}\n{CHECK_AGAIN}"):
    """A notebook of `VIEWS`, in which the question was answered wrongly; `checked` shows labels to look at again."""
    notebook = pages.open_cells(name, checked, PLAYGROUND, TWO_PLAYGROUNDS, QUESTION, NUMBER, RUNS, INTRODUCTION, STORY)
    page = notebook.page
    page.wait_for_selector(".lada-playground[data-shown='8']", timeout=60_000)
    notebook.show(VIEWS["question"])
    page.get_by_label("evenly").check()
    page.get_by_role("button", name="Check").first.click()
    return notebook


def test_other_views(module_pages, shots):
    notebook = open_views(module_pages, "shots-views")
    for name, selector in VIEWS.items():
        notebook.show(selector)
        for window in in_every_window(notebook):
            notebook_still(notebook, selector)
            shots.take(notebook.page, f"{name}-{window}", selector)


def test_lesson(browser, shots, tmp_path):
    write_lesson(DEMO, tmp_path / "lesson.html")
    page = browser.new_page()
    page.goto((tmp_path / "lesson.html").as_uri())
    page.wait_for_selector("body[data-ready]", state="attached", timeout=60_000)
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        for width in WINDOWS:
            resize(page, width)
            still(page, "body")
            shots.take(page, f"lesson-{width}-{theme}", "body", tall=True)
    page.close()


def test_every_view_can_be_read(shots):
    assert shots.broken() == []
