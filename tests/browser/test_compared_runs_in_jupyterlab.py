"""Two compared runs in JupyterLab: charts and images are seen, and a cycle is chosen by keyboard."""

from __future__ import annotations

from conftest import ARTIFACTS
from looks import wait_until_readable

MADE = """
from lada_explore import ComparedRuns, branch, compare, open_session
settings = {"training.epochs": 4, "schedule.budget": 4, "schedule.initial_per_class": 2}
session = open_session("compared", preset="demo", method="max-entropy", dataset="digits", cycles=2, settings=settings)
_ = session.run()
other = branch(session, "compared-other", at=1, method="random")
_ = other.run()
"""
SHOW = "ComparedRuns(compare(session, other))"
COLUMNS = """() => [...document.querySelectorAll(".lada-compared-column")].map((column) => {
    const { x, y, right } = column.getBoundingClientRect();
    const images = [...column.querySelectorAll("img")];
    return { x, y, right, title: column.querySelector(".lada-compared-title").textContent,
             seen: images.filter((image) => image.naturalWidth > 0).length };
})"""


def test_charts_and_thumbnails_are_seen_and_a_cycle_is_chosen_by_keyboard(pages):
    notebook = pages.open_cells("compared", MADE, SHOW)
    page = notebook.page
    page.wait_for_selector(".lada-compared-card img")
    page.wait_for_function("() => document.querySelectorAll('.lada-plot-chart .main-svg').length >= 5")
    assert "Cycles 0 to 1 are shared" in page.locator(".lada-compared-notes").inner_text()
    a, b, both = page.evaluate(COLUMNS)
    assert a["title"].startswith("Only A: ")
    assert b["title"].startswith("Only B: ")
    assert a["seen"] + both["seen"] == b["seen"] + both["seen"] == 4

    select = page.get_by_label("Images labelled in")
    select.focus()
    page.keyboard.press("ArrowDown")
    page.wait_for_function(
        "() => document.querySelector('.lada-compared-column .lada-compared-title').textContent === 'Only A: 0 images'"
    )
    assert page.evaluate(COLUMNS)[2]["title"] == "Both: 20 images"
    assert page.evaluate(COLUMNS)[2]["seen"] == 20

    ARTIFACTS.mkdir(exist_ok=True)
    for width in (1280, 900):
        page.set_viewport_size({"width": width, "height": 1500})
        wait_until_readable(page, ".lada-compared")
        page.wait_for_function(
            "(width) => [...document.querySelectorAll('.lada-compared-column')]"
            ".every((column) => column.getBoundingClientRect().right <= width)",
            arg=width,
        )
        page.screenshot(path=ARTIFACTS / f"compared-{width}.png")
