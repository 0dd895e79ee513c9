"""The lesson on tau* as a student meets it: a slider, a question answered wrongly, then rightly, recorded runs."""

from __future__ import annotations

import math
import re
import shutil

import pytest
from conftest import REPOSITORY
from introduction_page import INTEGRATED, integral, points, shown
from playwright.sync_api import expect

NOTEBOOK = "05_tau_star_dynamics.ipynb"


def test_a_student_moves_tau_answers_a_question_and_sees_the_recorded_runs(pages, shot):
    folder = pages.lab.folder / "lesson"
    (folder / "notebooks").mkdir(parents=True)
    (folder / "data").symlink_to(REPOSITORY / "data")
    shutil.copy(REPOSITORY / "notebooks" / NOTEBOOK, folder / "notebooks")
    notebook = pages.open_path(f"lesson/notebooks/{NOTEBOOK}")
    notebook.run_all(timeout_s=240)
    notebook.wait_for_charts(5, timeout_s=60)
    waiting = notebook.page.locator(".lada-q-waiting", has_text="The result is shown below after your answer.")
    expect(waiting).to_have_count(3)
    assert not {"digits", "fashion", "noisy-tops"} & set(notebook.chart(1)["traces"])

    # The first view, by keys: its V is an integral of the profile that was drawn.
    notebook.show(".lada-ti")
    notebook.page.get_by_role("slider", name="A(1/2), halfway").press("PageDown")
    notebook.page.locator(".lada-ti").get_by_label("τ of Beta(τ, τ)").fill("0.2")
    values = points(notebook.page)
    assert shown(notebook.page, "V =") == pytest.approx(integral(values, 0.2), abs=INTEGRATED * math.log2(10))

    assert notebook.chart(0)["traces"]["τ = 0.50"]["x"] == [0.5]
    notebook.show(".widget-slider")
    handle = notebook.page.locator(".widget-slider").get_by_role("slider").first
    handle.focus()
    handle.press("ArrowRight")
    notebook.page.wait_for_function(
        """() => document.querySelector(".lada-plot-chart").data.some((trace) => trace.name === "τ = 0.55")"""
    )

    # A number with its unit, then what is none: nothing said to the first may stand beside the second.
    notebook.show(".lada-question")
    share = notebook.page.locator(".lada-question", has_text="what share of the virtual instances")
    for typed, verdict, error in (
        ("20 %", "✓ Right.", ""),
        ("a fifth", "", "'a fifth' is no number; type one such as 0.5"),
        ("20,000", "", re.compile("'20,000' may mean 20.000 or 20000; type a point before decimals")),
        ("0.2 bits", "", "'0.2 bits' has 'bits' behind the number, but the answer is in %; type the number alone"),
        ("20,2", "✓ Right.", ""),
    ):
        share.get_by_label("Your answer, a number").fill(typed)
        share.get_by_label("Your answer, a number").press("Enter")
        for part, words in (("verdict", verdict), ("error", error)):
            expect(share.locator(f".lada-q-{part}")).to_have_text(words)
            expect(share.locator(f".lada-q-{part}")).to_be_visible(visible=bool(words))
        expect(share.locator(".lada-q-why")).to_be_visible(visible=bool(verdict))
        if error:
            shot(notebook, "lesson_question_error", ".lada-question")
    shot(notebook, "lesson_question_right", ".lada-question")

    # The source of a question holds its answer: it stays folded.
    assert notebook.page.locator(".jp-InputArea-editor:visible", has_text="Question(").count() == 0
    notebook.show(".lada-question", 1)
    question = notebook.page.locator(".lada-question", has_text="which run should have the smallest τ*")
    question.get_by_label("digits").check()
    question.get_by_role("button", name="Check").click()
    expect(question).to_have_attribute("data-verdict", "wrong")
    assert "Simple data should be close to 1" in question.inner_text()
    assert "no training makes the classifier better" not in question.inner_text()
    question.get_by_label("random labels").check()
    question.get_by_role("button", name="Check").click()
    expect(question).to_have_attribute("data-verdict", "right")
    assert "no training makes the classifier better" in question.inner_text()

    notebook.wait_for_charts(7, timeout_s=60)
    expect(waiting).to_have_count(2)
    runs = notebook.chart(1)["traces"]
    assert {"digits", "fashion", "noisy-tops", "random-labels"} <= set(runs)
    shot(notebook, "lesson_tau")
