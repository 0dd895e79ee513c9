"""The page of "What would an answer change?" on states that the test gives it."""

from __future__ import annotations

import pytest
from bare import show_view

from lada_explore.views import AnswerEffects

ANSWERS = [
    {
        "label": 0,
        "name": "cat",
        "given": True,
        "probability": "60 %",
        "changed": 6,
        "share": 0.3,
        "entropy": "falls by 0.20 bits",
    },
    {
        "label": 1,
        "name": "dog",
        "given": False,
        "probability": "40 %",
        "changed": 3,
        "share": 0.15,
        "entropy": "rises by 0.05 bits",
    },
]


def state(**changes):
    return {
        "title": "What would an answer change?",
        "message": "",
        "error": "",
        "caption": "",
        "image": {"id": 40, "url": "", "known": "", "guess": "cat"},
        "cycle": 1,
        "asked": [40, 41],
        "spans": {"count": [0, 6]},
        "cost": "3 fits",
        "busy": False,
        "answers": [],
        "summary": "",
        "revision": 1,
    } | changes


@pytest.mark.parametrize("width", [1280, 900, 390])
def test_bars_are_as_long_as_what_they_count_and_whole_rows_mark_it(browser, width):
    page = browser.new_page()
    show_view(page, AnswerEffects, {"state": state()}, width=width)
    page.get_by_text("Refit for each answer").press("Enter")
    page.get_by_title("The next image").click()
    page.get_by_title("The image before it").click(force=True)  # there is none
    assert page.evaluate("model.sent") == [{"type": "refit"}, {"type": "image", "id": 41}]
    page.evaluate("state => model.set('state', state)", state(answers=ANSWERS, revision=2))
    long, short = (bar.bounding_box()["width"] for bar in page.locator(".lada-eff-fill").all())
    assert long == pytest.approx(2 * short, abs=2)
    row = page.locator(".lada-eff-answer").nth(1)
    row.click(position={"x": row.bounding_box()["width"] - 4, "y": 4})
    assert page.evaluate("model.sent.at(-1)") == {"type": "mark", "label": 1}
    assert not page.locator(".lada-view").evaluate("(view) => view.scrollWidth > view.clientWidth")
    page.close()
