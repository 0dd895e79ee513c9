"""The explorer on a fake session, clicked through in a real browser."""

from __future__ import annotations

import json
import time

import numpy as np
import pytest
from conftest import REPOSITORY
from notebook_page import PATIENCE_S
from shots import notebook_still

from lada_explore.views.explorer.pages import pages_of

FAKE = f"""
import sys
sys.path.insert(0, {str(REPOSITORY / "tests")!r})
from helpers.fakes import FakeSession
from lada_explore import Explorer
"""
TABS = tuple(page.title for page in pages_of())
PARTS = tuple((page.title, part) for page in pages_of() for part in page.parts or ("",))
"""Each part of each tab; "" for a tab that is one view."""

OUTPUT = ".jp-OutputArea-output:has(.lada-tabs)"

READ = """() => ({
    cycle: Number(document.querySelector(".lada-slider").dataset.cycle),
    says: document.querySelector(".lada-says").textContent,
    gallery: document.querySelector(".lada-gallery-title")?.textContent ?? "",
    labels: [...document.querySelectorAll(".lada-plot-chart")]
        .filter((chart) => chart.offsetParent && !chart.hidden).map((chart) => chart.getAttribute("aria-label")),
})"""

POINTS = """([label, name]) => {
    const chart = [...document.querySelectorAll(".lada-plot-chart")]
        .find((some) => some.getAttribute("aria-label").startsWith(label));
    const trace = chart.data.find((some) => some.name === name);
    return { x: Array.from(trace.x), y: Array.from(trace.y) };
}"""

CENTRES = """([label, name]) => {
    const chart = [...document.querySelectorAll(".lada-plot-chart")]
        .find((some) => some.getAttribute("aria-label").startsWith(label));
    const place = chart._fullData.filter((some) => some.visible === true).findIndex((some) => some.name === name);
    const uid = chart._fullData[place].uid;
    return [...chart.querySelectorAll(`.trace${uid} .points path`)].map((path) => {
        const box = path.getBoundingClientRect();
        return [box.x + box.width / 2, box.y + box.height / 2];
    });
}"""


def open_explorer(pages, name: str, made: str):
    notebook = pages.open_cells(name, f"{FAKE}\n{made}", "explorer = Explorer(session)\nexplorer")
    notebook.page.wait_for_selector(".lada-tabs")
    return notebook


@pytest.fixture(scope="module")
def notebook(module_pages):
    """An explorer of five cycles, of which the first eight are still to run."""
    return open_explorer(
        module_pages, "explorer", "session = FakeSession(cycles=8, points=20, delay_s=0.01)\n_ = session.run(5)"
    )


@pytest.fixture
def explorer(notebook):
    """The same page for all tests, back at the latest cycle and the first tab."""
    if notebook.page.locator(".lada-slider [aria-pressed='true']", has_text="Latest").count() == 0:
        notebook.page.get_by_role("button", name="Latest").click()
    tab(notebook, "τ*", "τ* by cycle")
    until(notebook, lambda shown: len(shown["labels"]) == 1 and shown["labels"][0].startswith("τ* by cycle"))
    return notebook


def tab(notebook, title: str, part: str = "") -> None:
    """Open a tab, and in it a part; without one it shows the part that it showed last."""
    for kind, name in (("tab", title), ("part", part)):
        if name:
            notebook.page.get_by_role("tab", name=name, exact=True).click()
            named = json.dumps(name, ensure_ascii=False)
            notebook.page.wait_for_selector(f".lada-{kind}[aria-selected='true']:text-is({named})")


def read(notebook) -> dict:
    return notebook.page.evaluate(READ)


def until(notebook, condition, timeout_s: float = PATIENCE_S) -> dict:
    """Wait until what the page shows meets a condition; returns it."""
    end = time.monotonic() + timeout_s
    while not condition(shown := read(notebook)):
        assert time.monotonic() < end, shown
        notebook.page.wait_for_timeout(50)
    return shown


def slide_to(notebook, cycle: int) -> None:
    """Move the slider with the keyboard, as somebody without a mouse does."""
    notebook.page.get_by_role("slider", name="Cycle", exact=True).focus()
    notebook.page.keyboard.press("Home")
    for _ in range(cycle):
        notebook.page.keyboard.press("ArrowRight")
    until(notebook, lambda shown: shown["cycle"] == cycle)


def test_the_slider_says_cycle_labels_and_accuracy_and_every_view_follows_it(explorer):
    assert read(explorer)["says"] == "Cycle 4 · 44 labels · 74.8 % right"
    slide_to(explorer, 2)
    shown = until(explorer, lambda shown: all(label.endswith("cycle 2") for label in shown["labels"]))
    assert shown["says"] == "Cycle 2 · 32 labels · 68.5 % right"
    assert len(shown["labels"]) == 1
    tab(explorer, "Learning", "Classes")
    until(explorer, lambda shown: "confusion matrix after cycle 2" in shown["labels"] and len(shown["labels"]) == 2)
    tab(explorer, "Learning", "Accuracy")
    until(explorer, lambda shown: "accuracy against labels" in shown["labels"])
    # 90 - 800 // 32 labels = 65 of 100 right in each class but the first.
    assert explorer.page.evaluate(POINTS, ["accuracy against labels", "cycle 2"])["y"] == pytest.approx([68.5])
    slide_to(explorer, 1)
    tab(explorer, "Learning", "Classes")
    until(explorer, lambda shown: "labels of each class up to cycle 1" in shown["labels"])
    tab(explorer, "Learning", "Confidence")
    until(explorer, lambda shown: "how often right against how sure after cycle 1" in shown["labels"])
    tab(explorer, "τ*")
    until(explorer, lambda shown: all(label.endswith("cycle 1") for label in shown["labels"]))


def test_the_drawn_tau_is_the_recorded_one(explorer):
    mean = explorer.page.evaluate(POINTS, ["τ* by cycle", "mean of all pairs"])
    acquired = explorer.page.evaluate(POINTS, ["τ* by cycle", "pair asked about"])
    assert mean["x"] == [1, 2, 3, 4]
    assert len(acquired["y"]) == 4 * 3
    tab(explorer, "τ*", "What τ* is worth")
    until(explorer, lambda shown: shown["labels"] and shown["labels"][0].startswith("τ*, best τ"))
    tau = explorer.page.evaluate(POINTS, ["τ*, best τ", "τ*"])
    assert np.sum(tau["y"]) == 20


def test_play_shows_about_a_cycle_a_second_and_holds_at_the_last(explorer):
    slide_to(explorer, 1)
    began = time.monotonic()
    explorer.page.get_by_role("button", name="Play").click()
    until(explorer, lambda shown: shown["cycle"] == 4, 10)
    assert 2.5 < time.monotonic() - began < 6
    explorer.page.get_by_role("button", name="Play").wait_for()
    explorer.page.get_by_role("button", name="Latest").click()
    explorer.page.wait_for_selector(".lada-slider [aria-pressed='true']:text-is('Latest')")


def test_a_click_on_an_acquired_pair_chooses_it_in_every_view(explorer):
    notebook_still(explorer, OUTPUT)  # a chart that is drawn anew hears no click
    x, y = explorer.page.evaluate(CENTRES, ["τ* by cycle", "pair asked about"])[0]
    explorer.page.mouse.move(x - 3, y)
    explorer.page.mouse.move(x, y)
    explorer.page.wait_for_selector(".lada-plot .hoverlayer .hovertext")
    explorer.page.mouse.down()
    explorer.page.mouse.up()
    shown = until(explorer, lambda shown: shown["cycle"] == 1)
    assert shown["says"].startswith("Cycle 1")
    tab(explorer, TABS[0])
    explorer.page.wait_for_selector(".lada-query.lada-chosen")
    assert explorer.page.locator(".lada-query.lada-chosen").count() == 1
    assert explorer.page.locator(".lada-card.lada-marked").count() == 2
    ids = explorer.page.locator(".lada-query.lada-chosen").get_attribute("data-ids").split()
    tab(explorer, "τ*", "What τ* is worth")
    title = explorer.page.locator(".annotation-text", has_text=f"Beta(τ, τ) of {ids[0]}, {ids[1]}")
    title.wait_for()


def test_a_click_on_a_queried_pair_chooses_it(explorer):
    tab(explorer, TABS[0])
    pick = explorer.page.locator(".lada-pick").nth(1)
    pick.wait_for()  # the kernel shows the tab's page; what is hidden takes no focus
    pick.press("Enter")
    explorer.page.wait_for_selector(".lada-query:nth-child(2).lada-chosen")
    assert pick.get_attribute("aria-pressed") == "true"


def test_tabs_are_reached_with_arrow_keys_and_plain_keys_stay_in_the_views(explorer):
    before = [cell["source"] for cell in explorer.cells()]
    explorer.page.get_by_role("tab", name="τ*", exact=True).focus()
    explorer.page.keyboard.press("ArrowRight")
    explorer.page.wait_for_selector(".lada-tab[aria-selected='true']:text-is('Learning')")
    places = (
        explorer.page.get_by_role("tab", name="Learning"),
        explorer.page.get_by_role("slider", name="Cycle", exact=True),
        explorer.page.get_by_role("button", name="Latest"),
    )
    for place in places:
        place.focus()
        for key in ("d", "d", "m", "a", "b", "x", "Escape"):
            explorer.page.keyboard.press(key)
    explorer.page.wait_for_timeout(300)
    assert [cell["source"] for cell in explorer.cells()] == before


def test_class_names_are_text_in_every_view(explorer):
    for title, part in PARTS:
        tab(explorer, title, part)
        notebook_still(explorer, OUTPUT)
    assert explorer.page.locator(".lada-gallery b, .lada-plot b, .lada-stepper b").count() == 0
    tab(explorer, "Learning", "Classes")
    explorer.page.wait_for_function(
        "() => document.querySelector('.jp-Notebook').innerText.includes('<b>Dress</b>')"
        " || [...document.querySelectorAll('.lada-plot-chart text')].some((t) => t.textContent === '<b>Dress</b>')"
    )


@pytest.mark.parametrize("width", [1280, pytest.param(1920, marks=pytest.mark.thorough)])
def test_every_tab_fits_the_page(explorer, shot, width):
    explorer.page.set_viewport_size({"width": width, "height": 1500})
    for place, (title, part) in enumerate(PARTS):
        tab(explorer, title, part)
        notebook_still(explorer, OUTPUT)
        explorer.page.locator(".lada-stepper").scroll_into_view_if_needed()
        shot(explorer, f"explorer_{width}_{place}")
        wide = explorer.page.evaluate(
            "() => { const area = document.querySelector('.lada-tabs').closest('.jp-OutputArea-output');"
            " return [area.scrollWidth, area.clientWidth]; }"
        )
        assert wide[0] <= wide[1] + 1, title
    explorer.page.set_viewport_size({"width": 1280, "height": 1500})


def test_it_follows_the_dark_theme(explorer, shot):
    explorer.show_theme("JupyterLab Dark")
    explorer.page.wait_for_selector(".lada-plot[data-theme='dark']:visible")
    for place, (title, part) in enumerate(PARTS):
        tab(explorer, title, part)
        explorer.page.wait_for_function(
            "() => [...document.querySelectorAll('.lada-plot')].filter((plot) => plot.offsetParent)"
            ".every((plot) => plot.dataset.theme === 'dark')"
        )
        notebook_still(explorer, OUTPUT)
        shot(explorer, f"explorer_dark_{place}")
    explorer.show_theme("JupyterLab Light")
    explorer.page.wait_for_selector(".lada-plot[data-theme='light']:visible")


def test_everything_is_shown_again_after_a_page_reload(explorer):
    slide_to(explorer, 3)
    until(explorer, lambda shown: all(label.endswith("cycle 3") for label in shown["labels"]))
    explorer.reload()
    explorer.page.wait_for_selector(".lada-plot[data-rev]:visible")
    shown = until(explorer, lambda shown: len(shown["labels"]) == 1)
    assert shown["cycle"] == 3
    assert all(label.endswith("cycle 3") for label in shown["labels"])


def test_next_stage_and_pause_while_training_and_the_views_follow_the_run(pages, shot):
    made = "session = FakeSession(cycles=4, points=4, delay_s=0.02)\n_ = session.run(2)\nsession.points = 150"
    live = open_explorer(pages, "live", made)  # Three seconds a stage: time to click while a busy browser draws.
    tab(live, "τ*")
    live.button("Next stage").click()
    live.page.wait_for_selector("[data-stage='subsample'][data-status='done']")
    until(live, lambda shown: shown["says"] == "Cycle 2 · 26 labels · under way")
    live.button("Next cycle").click()
    live.page.wait_for_selector("[data-stage='train'][data-status='running']")
    assert live.pause_ms() < 1000
    assert "Paused during Train (cycle 2)" in live.page.locator(".lada-now").inner_text()
    assert "to the end of the run" in live.page.locator(".lada-left").inner_text()
    shot(live, "explorer_paused")
    tab(live, "Learning", "Classes")
    until(live, lambda shown: "confusion matrix after cycle 1" in shown["labels"])
    live.button("Continue").click()
    until(live, lambda shown: "confusion matrix after cycle 2" in shown["labels"])
    tab(live, "τ*")
    assert live.page.evaluate(POINTS, ["τ* by cycle", "mean of all pairs"])["x"] == [1, 2]
