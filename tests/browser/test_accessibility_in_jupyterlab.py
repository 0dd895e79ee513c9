"""Every view in windows of every size: whether it can be read, what axe-core finds, and by the keyboard alone."""

from __future__ import annotations

import pytest
from accessibility import serious, walk
from conftest import REPOSITORY
from labeller_notebook import kernel
from shots import THEMES, faults, notebook_still, resize, still
from take_shots import ANSWERING, ASKED, DEMO, SHOW, VIEWS, open_views
from test_explorer_in_jupyterlab import PARTS, tab
from test_looks_in_jupyterlab import OUTPUT

from lada_explore.apps.lesson import write_lesson

WINDOWS = [
    (1280, "light", 1),
    (900, "dark", 12),
    *(
        pytest.param(*window, marks=pytest.mark.thorough)
        for window in [(900, "light", 12), (1920, "light", 0), (1280, "dark", 12), (1600, "dark", 1)]
    ),
]
"""Widths, themes and cycles; `make shots` measures all of them."""

CHECKED = f"""
import sys
from pathlib import Path
sys.path.insert(0, {str(REPOSITORY / "tests")!r})
from helpers.small_runs import small_config, small_data
from lada_explore import Session, check_again
from lada_explore.views import CheckAgain
session = Session.create(small_config("random", cycles=3), Path("small-checked"), data=small_data())
session.run(2)
CheckAgain(check_again(session, folds=2), annotator="ada")
"""


def each_theme(notebook):
    for name in THEMES.values():
        notebook.show_theme(name)
        yield name
    notebook.show_theme(THEMES["light"])


@pytest.fixture(scope="module")
def explorer(module_pages):
    source = f"from lada_explore import Explorer, open_run\nexplorer = Explorer(open_run({str(DEMO)!r}))\nexplorer"
    notebook = module_pages.open_cells("accessible-explorer", source)
    notebook.page.wait_for_selector(".lada-map[data-cycle='12']", timeout=60_000)
    return notebook


@pytest.fixture(scope="module")
def views(module_pages):
    return open_views(module_pages, "accessible-views", CHECKED)


@pytest.mark.parametrize(("width", "theme", "cycle"), WINDOWS)
def test_every_part_of_every_tab_can_be_read_and_used_in_its_window(explorer, width, theme, cycle):
    page = explorer.page
    explorer.show_theme(THEMES[theme])
    resize(page, width)
    page.evaluate(SHOW, cycle)
    page.wait_for_selector(f".lada-slider[data-cycle='{cycle}']")
    found = {}
    for title, part in PARTS:
        tab(explorer, title, part)
        notebook_still(explorer, OUTPUT)
        found[title, part] = faults(page, OUTPUT) + serious(page, OUTPUT)
    assert {place: said for place, said in found.items() if said} == {}


def test_every_control_of_every_tab_is_reached_by_tab_and_shows_its_focus(explorer):
    resize(explorer.page, 1280)
    found = {}
    for title, part in PARTS:
        tab(explorer, title, part)
        notebook_still(explorer, OUTPUT)
        found[title, part] = walk(explorer.page, OUTPUT)
    assert {place: said for place, said in found.items() if said} == {}


def test_the_labeller_has_no_serious_fault_before_during_and_after_a_query(module_pages):
    notebook = module_pages.open_cells("accessible-labeller", ASKED)
    notebook.page.wait_for_selector(".lada-labeller")
    for state, code in ANSWERING.items():
        if code:
            assert kernel(notebook, code) == "None"
        for theme in each_theme(notebook):
            notebook_still(notebook, OUTPUT)
            assert serious(notebook.page, OUTPUT) == [], (state, theme)
        if state == "half":
            assert walk(notebook.page, OUTPUT) == []


@pytest.mark.parametrize("name", VIEWS)
def test_no_other_view_has_a_serious_fault_and_each_is_worked_by_keyboard(views, name):
    selector = VIEWS[name]
    views.show(selector)
    for theme in each_theme(views):
        notebook_still(views, selector)
        assert serious(views.page, selector) == [], theme
    views.show(selector)
    notebook_still(views, selector)
    assert walk(views.page, selector) == []


def test_the_lesson_page_has_no_serious_fault_and_is_worked_by_keyboard(browser, tmp_path):
    write_lesson(DEMO, tmp_path / "lesson.html")
    page = browser.new_page()
    page.goto((tmp_path / "lesson.html").as_uri())
    page.wait_for_selector("body[data-ready]", state="attached", timeout=60_000)
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        still(page, "body")
        assert serious(page, "html") == [], theme
    assert walk(page, "body") == []
    page.close()
