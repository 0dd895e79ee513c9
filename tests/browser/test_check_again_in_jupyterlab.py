"""Doubtful labels in JupyterLab: changed by keyboard and mouse, and still changed after the kernel was restarted."""

from __future__ import annotations

from conftest import ARTIFACTS

from lada_explore.exchange import labels_of
from lada_explore.store import open_run

BEGIN = """
from lada_explore import check_again, open_session
from lada_explore.views import CheckAgain
session = open_session(
    "checked", preset="demo", method="random", dataset="digits", oracle="noisy:0.15", cycles=3,
    settings={
        "schedule.initial_per_class": 5, "schedule.budget": 30, "training.epochs": 20,
        "classifier.width": 4, "classifier.blocks": (1, 1),
    },
)
session.run(until=2)
"""
SHOW = "CheckAgain(check_again(session, folds=2), annotator='ada')"
ROWS = ".lada-check-row"


def test_labels_are_changed_and_stay_so_after_a_restart(pages):
    notebook = pages.open_cells("check", BEGIN, SHOW)
    page = notebook.page
    page.wait_for_selector(ROWS)
    ids = page.eval_on_selector_all(ROWS, "(rows) => rows.map((row) => row.dataset.id)")
    assert len(ids) > 3
    first, second, third = (page.locator(f'{ROWS}[data-id="{i}"]') for i in ids[:3])
    assert first.locator("img").evaluate("(image) => image.naturalWidth") > 0

    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTIFACTS / "check_again-1280.png")
    keep, change = first.get_by_role("button", name="Keep"), first.get_by_role("button", name="Change to")
    new = change.inner_text().removeprefix("Change to ")
    keep.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    first.get_by_text(f"✓ now {new}").wait_for()
    says = page.locator(".lada-check-says")
    assert "The training of cycle 3 is the first to use it; every training, query" in says.inner_text()
    # Whoever acts by keyboard goes on with the next label.
    assert page.evaluate(f"() => document.activeElement.closest('{ROWS}').dataset.id") == ids[1]
    page.keyboard.press("Enter")
    second.get_by_text("✓ kept").wait_for()
    select = third.locator("select")
    select.focus()
    other = select.locator("option").all_text_contents()[-1]
    select.select_option(label=other)
    third.get_by_text(f"✓ now {other}").wait_for()
    third.get_by_role("button", name="Back to").click()
    third.get_by_role("button", name="Keep").wait_for()

    page.set_viewport_size({"width": 900, "height": 1200})
    for row in (first, second, third):
        assert row.evaluate("(row) => row.scrollWidth <= row.clientWidth + 1")
    page.screenshot(path=ARTIFACTS / "check_again-900.png")

    page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.restartKernel()")
    notebook.wait_until_ready()
    notebook.run_all(timeout_s=240)
    page.wait_for_selector(ROWS)
    changed = {label.id: label for label in labels_of(open_run(pages.lab.folder / "checked"))}
    assert (changed[int(ids[0])].class_name, changed[int(ids[0])].annotators) == (new, ("ada",))
    again = page.locator(f'{ROWS}[data-id="{ids[0]}"]')
    assert again.count() == 0 or again.inner_text().count(f"labelled {new};") == 1
