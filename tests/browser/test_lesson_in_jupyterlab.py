"""The lesson on tau* as a student meets it: a slider, a question answered wrongly, then rightly, recorded runs."""

from __future__ import annotations

import shutil

from conftest import REPOSITORY

NOTEBOOK = "05_tau_star_dynamics.ipynb"


def test_a_student_moves_tau_answers_a_question_and_sees_the_recorded_runs(pages, shot):
    folder = pages.lab.folder / "lesson"
    (folder / "notebooks").mkdir(parents=True)
    (folder / "data").symlink_to(REPOSITORY / "data")
    shutil.copy(REPOSITORY / "notebooks" / NOTEBOOK, folder / "notebooks")
    notebook = pages.open_path(f"lesson/notebooks/{NOTEBOOK}")
    notebook.run_all(timeout_s=240)
    notebook.wait_for_charts(9, timeout_s=60)

    assert notebook.chart(0)["traces"]["tau = 0.50"]["x"] == [0.5]
    handle = notebook.page.get_by_role("slider").first
    handle.focus()
    handle.press("ArrowRight")
    notebook.page.wait_for_function(
        """() => document.querySelector(".lada-plot-chart").data.some((trace) => trace.name === "tau = 0.55")"""
    )

    # The source of a question holds its answer: it stays folded.
    assert notebook.page.locator(".jp-InputArea-editor:visible", has_text="Question(").count() == 0
    question = notebook.page.locator(".lada-question").nth(1)
    question.get_by_label("digits").check()
    question.get_by_role("button", name="Check").click()
    notebook.page.wait_for_selector(".lada-question[data-verdict='wrong']")
    assert "Simple data should be close to 1" in question.inner_text()
    assert "cannot rise where the classifier" not in question.inner_text()
    question.get_by_label("random labels").check()
    question.get_by_role("button", name="Check").click()
    notebook.page.wait_for_selector(".lada-question[data-verdict='right']")
    assert "cannot rise where the classifier" in question.inner_text()

    runs = notebook.chart(1)["traces"]
    assert {"digits", "fashion", "noisy-tops", "random-labels"} <= set(runs)
    shot(notebook, "lesson_tau")
