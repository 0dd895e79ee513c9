"""The tab "Label" beside JupyterLab's side bars: it fits its window, and what has the focus stands below the bar."""

from __future__ import annotations

import pytest
from labeller_notebook import kernel
from shots import THEMES
from take_shots import ASKED

LAPTOP = {"width": 1280, "height": 800}
PLACES = """() => {
    const [scroller, explorer, head, lab] =
        [".jp-WindowedPanel-outer", ".lada-explorer", ".lada-explorer-head", ".lada-labeller"]
            .map((selector) => document.querySelector(selector));
    const [top, bottom] = [explorer.getBoundingClientRect().top, lab.getBoundingClientRect().bottom];
    return {
        at: Math.round(top - scroller.getBoundingClientRect().top),
        below: Math.round(scroller.getBoundingClientRect().bottom - bottom),
        over: lab.scrollHeight - lab.clientHeight, sideways: lab.scrollWidth - lab.clientWidth,
        free: Math.round(lab.getBoundingClientRect().top - head.getBoundingClientRect().bottom),
        picture: document.querySelector(".lada-lab-view").getBoundingClientRect().width,
    };
}"""
TO_TOP = """async (by) => {
    const scroller = document.querySelector(".jp-WindowedPanel-outer");
    const explorer = document.querySelector(".lada-explorer");
    scroller.scrollTop += explorer.getBoundingClientRect().top - scroller.getBoundingClientRect().top + by;
    await new Promise((done) => setTimeout(done, 300));
}"""
UNDER_THE_BAR = """() => {
    const one = document.activeElement;
    const bar = document.querySelector(".lada-explorer-head");
    const { left, top, right } = one.getBoundingClientRect();
    const inside = bar.contains(one) || !one.closest(".lada-explorer");
    return !inside && top + 1 < bar.getBoundingClientRect().bottom ? [one.className, top, left, right] : null;
}"""
OVER_THE_BAR = """() => {
    const { left, right, bottom } = document.querySelector(".lada-explorer-head").getBoundingClientRect();
    const frame = document.querySelector(".lada-labeller");
    const shadow = getComputedStyle(frame).boxShadow;
    const box = frame.getBoundingClientRect();
    const inBar = document.elementFromPoint((left + right) / 2, bottom - 3).closest(".lada-explorer-head");
    return { bar: Boolean(inBar), inset: shadow.includes("inset"), wider: box.left < left || box.right > right };
}"""


@pytest.fixture(scope="module")
def asked(module_pages):
    notebook = module_pages.open_cells("label-tab", ASKED.replace("shots-", "tab-"), app="lab", viewport=LAPTOP)
    notebook.page.wait_for_selector(".lada-labeller", timeout=120_000)
    kernel(notebook, "go_on()")
    notebook.page.wait_for_selector(".lada-lab-picture[data-painted]", timeout=60_000)
    notebook.page.evaluate(TO_TOP, 0)
    return notebook


def test_the_labeller_fits_below_the_bar(asked):
    asked.page.locator(".lada-labeller").focus()
    asked.page.keyboard.press("1")  # as it then says of the answer, and asks what counts if answers differ
    asked.page.wait_for_selector(".lada-lab-rule:visible")
    places = asked.page.evaluate(PLACES)
    assert places["at"] == 0, places  # the focus moved nothing
    assert places["below"] >= 0, places
    assert (places["over"], places["sideways"]) == (0, 0), places
    assert 0 <= places["free"] <= 8, places
    assert places["picture"] >= 160, places


def test_what_gets_the_focus_is_not_under_the_bar_and_what_is_in_the_bar_moves_nothing(asked):
    page = asked.page
    page.evaluate(TO_TOP, 120)
    before = page.evaluate(PLACES)["at"]
    page.locator(".lada-tab", has_text="Label").focus()
    assert page.evaluate(PLACES)["at"] == before == -120
    page.locator(".lada-lab-annotator").focus()
    for _ in range(14):
        page.keyboard.press("Shift+Tab")
        page.wait_for_timeout(50)
        assert page.evaluate(UNDER_THE_BAR) is None


def test_the_frame_of_the_focus_is_below_the_bar(asked):
    page = asked.page
    for theme in THEMES.values():
        asked.show_theme(theme)
        page.evaluate(TO_TOP, 60)
        page.locator(".lada-labeller").evaluate("(lab) => lab.focus({ preventScroll: true })")
        assert page.evaluate(OVER_THE_BAR) == {"bar": True, "inset": True, "wider": False}
    asked.show_theme(THEMES["light"])


def test_the_one_question_mark_of_the_explorer_lists_the_keys_of_the_labeller(asked):
    page = asked.page
    assert page.locator(".lada-explorer .lada-keys-button:visible").count() == 1
    parts = page.locator("dialog[open] .lada-keys-part")
    page.locator(".lada-labeller").focus()
    page.keyboard.press("?")
    assert parts.first.inner_text().lower() == "labeller"
    listed = page.locator("dialog[open] dd").all_inner_texts()
    assert {"undo your last action", "the tab before, the next one"} <= set(listed)
    page.keyboard.press("Escape")
    page.locator(".lada-tabs .lada-keys-button").click()
    assert "Labeller" in parts.all_inner_texts()
    page.keyboard.press("Escape")
