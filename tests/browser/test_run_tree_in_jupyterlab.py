"""The tree of runs in JupyterLab's defaults: opened, compared, gone on with and deleted, also after a restart."""

from __future__ import annotations

from playwright.sync_api import expect

from lada_explore.store import RunFolder, open_run

MADE = """
from pathlib import Path
from lada_explore import RunTree, branch, open_session
settings = {"training.epochs": 4, "schedule.budget": 4, "schedule.initial_per_class": 2}
session = open_session("tree/first", preset="demo", method="max-entropy", dataset="digits", cycles=3, settings=settings)
_ = session.run(until=2)
for name, changes in {"random": {"method": "random"}, "spare": {"seed": 5}}.items():
    made = branch(session, f"tree/{name}", at=1, **changes)
    _ = made.run(until=2)
    made.close()
session.close()
Path("tree/torn").mkdir(exist_ok=True)
_ = Path("tree/torn/run.json").write_text("{")
"""
RUNS = ".lada-runs"


def row(page, name: str):
    return page.locator(f"{RUNS} [data-run='{name}']").first


def deed(page, name: str):
    return page.locator(RUNS).first.get_by_role("button", name=name)


def says(page):
    return page.locator(f"{RUNS} .lada-runs-says").first


def titles(page) -> list[str]:
    return page.locator(".lm-DockPanel-tabBar .lm-TabBar-tabLabel").all_inner_texts()


def test_a_run_is_opened_compared_gone_on_with_and_deleted(pages, shot):
    notebook = pages.open_cells("run-tree", MADE, "RunTree('tree')", app="lab", viewport={"width": 1600, "height": 900})
    page, folder = notebook.page, notebook.lab.folder / "tree"
    expect(row(page, "random")).to_have_attribute("aria-level", "2", timeout=60_000)
    expect(row(page, "random")).to_contain_text("after cycle 1; method: max-entropy → random")
    expect(row(page, "torn")).to_contain_text("cannot be read")
    expect(row(page, "first")).to_contain_text("cycle 3 of 3, Subsample next")
    shot(notebook, "run-tree")

    row(page, "first").focus()
    page.keyboard.press("ArrowDown")
    expect(row(page, "random")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".jupyterlab-sidecar .lada-explorer")).to_be_visible(timeout=60_000)

    row(page, "first").locator(".lada-runs-tick").click()
    row(page, "random").locator(".lada-runs-tick").click()
    deed(page, "Compare (2)").click()
    expect(page.locator(".jupyterlab-sidecar .lada-compared").first).to_be_visible(timeout=60_000)
    shot(notebook, "run-tree-compare")

    row(page, "first").click()
    deed(page, "Continue").click()
    expect(says(page)).to_contain_text("first is open in a tab", timeout=60_000)
    expect(row(page, "first")).to_contain_text("open in this kernel")
    # One place beside the notebook, with a tab for each.
    assert page.locator(".jupyterlab-sidecar:visible").count() == 1
    assert titles(page)[-3:] == ["Explorer: random", "Compare first and random", "Explorer: first"]
    page.locator(".jupyterlab-sidecar:visible").get_by_role("button", name="Run to the end").click()
    expect(row(page, "first")).to_contain_text("complete, 3 cycles", timeout=60_000)
    shot(notebook, "run-tree-continued")
    assert len(open_run(folder / "first").history) == 4
    expect(deed(page, "Delete …")).to_have_attribute("aria-disabled", "true")
    deed(page, "Close").click()
    expect(says(page)).to_contain_text("first is closed", timeout=30_000)

    held = RunFolder(folder / "spare")
    held.lock()
    expect(row(page, "spare")).to_contain_text("open in another kernel or process")
    row(page, "spare").click()
    expect(deed(page, "Delete …")).to_have_attribute(
        "title", "It is open in another kernel or process; close it there first"
    )
    held.unlock()
    expect(row(page, "spare")).not_to_contain_text("open in another kernel or process")
    row(page, "spare").focus()
    page.keyboard.press("Delete")
    question = page.get_by_role("alertdialog")
    expect(question).to_contain_text("Delete spare?")
    shot(notebook, "run-tree-question")
    page.keyboard.press("Escape")
    expect(question).to_be_hidden()
    assert (folder / "spare").exists()
    row(page, "spare").focus()
    page.keyboard.press("Delete")
    question.get_by_role("button", name="Delete").click()
    expect(says(page)).to_have_text("spare is deleted.")
    expect(page.locator(f"{RUNS} [data-run='spare']")).to_have_count(0)
    assert sorted(path.name for path in folder.iterdir()) == ["first", "random", "torn"]


def test_after_a_restart_the_cell_shows_the_tree_again_in_narrow_windows_too(pages, shot):
    notebook = pages.open_cells("run-tree-again", MADE.replace("tree/", "again/"), "RunTree('again/first')")
    page = notebook.page
    expect(row(page, "first")).to_be_visible(timeout=60_000)
    page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    expect(page.locator(".lada-no-kernel").first).to_contain_text("restarted", timeout=30_000)
    notebook.wait_until_ready()
    notebook.run_all()
    expect(page.locator(f"{RUNS} .lada-runs-shown").first).to_have_attribute("data-run", "first", timeout=60_000)
    for width in (900, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(300)
        assert page.locator(RUNS).first.evaluate("(root) => root.scrollWidth <= root.clientWidth + 1")
        shot(notebook, f"run-tree-{width}")
    row(page, "random").click()
    deed(page, "Open").click()
    expect(says(page)).to_have_text("random is below.", timeout=60_000)
    expect(page.locator(".lada-explorer").first).to_be_visible()
    row(page, "random").click()
    deed(page, "Continue").click()
    expect(says(page)).to_contain_text("random is open below", timeout=60_000)
    expect(notebook.button("Next stage")).to_be_visible()
    shot(notebook, "run-tree-below-390")
