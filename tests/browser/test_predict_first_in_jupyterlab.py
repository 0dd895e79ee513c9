"""Questions that keep a result until they are answered: "Run all" tells nothing beforehand."""

from __future__ import annotations

from conftest import REPOSITORY
from playwright.sync_api import expect

DEMO = REPOSITORY / "data" / "runs" / "demo"

LESSON = f"""
from lada_explore import AccuracyChart, Question, open_run
run = open_run({str(DEMO)!r})
first = Question("Does accuracy rise?", ("yes", "no"), "yes", why="By 40 points.", reveals=lambda: AccuracyChart(run))
second = Question("Cycles of this run?", answer=12, reveals=lambda: {{"cycles": len(run.history) - 1}})
display(first, second)
"""


def test_a_result_waits_for_an_answer_and_stays_after_a_reload(module_pages, shot):
    notebook = module_pages.open_cells("predict-first", LESSON)
    page = notebook.page
    first = page.locator(".lada-question", has_text="Does accuracy rise?")
    second = page.locator(".lada-question", has_text="Cycles of this run?")
    waiting = "The result is shown below after your answer."
    expect(first.locator(".lada-q-waiting")).to_have_text(waiting)
    assert page.locator(".lada-plot").count() == 0
    shot(notebook, "predict_first_before", ".lada-question")

    first.get_by_label("no", exact=True).check()
    first.get_by_role("button", name="Check").click()
    notebook.wait_for_charts(1, timeout_s=60)
    expect(page.locator(".lada-plot-chart .main-svg").first).to_be_visible()
    expect(first.locator(".lada-q-verdict")).to_have_text("✕ Not so. Look at the result below and think again.")
    expect(first.locator(".lada-q-waiting")).to_be_hidden()
    expect(second.locator(".lada-q-waiting")).to_have_text(waiting)
    assert first.bounding_box()["y"] < page.locator(".lada-plot").bounding_box()["y"] < second.bounding_box()["y"]
    shot(notebook, "predict_first_after", ".lada-question")

    second.get_by_role("button", name="Show me").click()
    expect(second).to_have_attribute("data-verdict", "shown")
    expect(page.locator(".jp-OutputArea-output .widget-html pre", has_text="{'cycles': 12}").first).to_be_visible()

    notebook.reload()
    notebook.wait_for_charts(1, timeout_s=60)
    expect(page.locator(".lada-plot-chart .main-svg").first).to_be_visible()
    expect(page.locator(".jp-OutputArea-output .widget-html pre", has_text="{'cycles': 12}").first).to_be_visible()
