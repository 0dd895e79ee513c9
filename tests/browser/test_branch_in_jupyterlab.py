"""A branch is begun from the explorer's shown cycle, refused with one sentence where it cannot be, and opened."""

from __future__ import annotations

from playwright.sync_api import expect
from test_explorer_in_jupyterlab import slide_to

from lada_explore import open_run

MADE = """
from lada_explore import Explorer, open_session
settings = {"training.epochs": 4, "schedule.budget": 4, "schedule.initial_per_class": 2}
how = {"preset": "demo", "method": "max-entropy", "dataset": "digits", "cycles": 3}
session = open_session("branched/first", **how, settings=settings)
_ = session.run(until=2)
"""
LAPTOP = {"width": 1600, "height": 900}


def test_a_branch_is_begun_at_the_shown_cycle_and_opened_and_the_tree_shows_it(pages, shot):
    notebook = pages.open_cells("branch", MADE, "Explorer(session)", app="lab", viewport=LAPTOP)
    page, folder = notebook.page, notebook.lab.folder / "branched"
    page.wait_for_selector(".lada-branch", timeout=60_000)
    slide_to(notebook, 1)
    shot(notebook, "branch-bar")
    page.locator(".lada-branch").first.get_by_role("button", name="Branch from here").click()
    dialog = page.get_by_role("dialog", name="Begin a branch")
    expect(dialog).to_contain_text("Branch after cycle 1 of first", timeout=30_000)
    expect(dialog.get_by_label("Name of the new run")).to_have_value("first-after-1")
    expect(dialog.get_by_label("Last cycle")).to_have_value("3")
    shot(notebook, "branch-form")
    dialog.get_by_label("Method").fill("randm")
    dialog.get_by_label("Other settings").fill("schedule.budget=5")
    page.keyboard.press("Tab")
    dialog.get_by_role("button", name="Begin the branch").click()
    expect(dialog.get_by_role("alert")).to_contain_text("randm", timeout=60_000)
    shot(notebook, "branch-refused")
    dialog.get_by_label("Method").fill("random")
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden(timeout=60_000)
    expect(page.locator(".jupyterlab-sidecar .lada-explorer")).to_be_visible(timeout=60_000)
    run = open_run(folder / "first-after-1")
    assert run.info.parent.at == 1
    assert run.info.parent.changed == ("method: max-entropy → random", "schedule.budget: 4 → 5")
    shot(notebook, "branch-open")

    page.locator(".jupyterlab-sidecar").get_by_role("button", name="Runs").click()
    row = page.locator(".jupyterlab-sidecar [data-run='first-after-1']")
    expect(row).to_contain_text("after cycle 1; method: max-entropy → random; schedule.budget: 4 → 5", timeout=60_000)
    expect(row).to_have_attribute("aria-level", "2")
    expect(row).to_contain_text("open in this kernel")
    shot(notebook, "branch-tree")
