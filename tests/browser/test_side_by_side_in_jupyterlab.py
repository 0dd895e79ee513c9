"""Two cycles, or two runs, side by side in the explorer, clicked through in a real browser."""

from __future__ import annotations

import pytest
from conftest import REPOSITORY
from looks import wait_until_readable

MADE = f"""
import sys
sys.path.insert(0, {str(REPOSITORY / "tests")!r})
from helpers.fakes import FakeSession
from lada_explore import Explorer
session, other = FakeSession(cycles=8), FakeSession(cycles=8, budget=4)
_ = session.run(5), other.run(5)
"""
COMPARE = "explorer = Explorer(session, compare={'fewer': other})\nexplorer"

READ = """() => ({
    headings: [...document.querySelectorAll(".lada-side-heading")].filter((one) => one.offsetParent)
        .map((one) => one.textContent),
    mixers: [...document.querySelectorAll(".lada-mixer .lada-pair-title")].filter((one) => one.offsetParent)
        .map((one) => one.textContent),
    chosen: [...document.querySelectorAll(".lada-gallery")].filter((one) => one.offsetParent)
        .map((one) => one.querySelector(".lada-query:has([aria-pressed='true'])")?.dataset.ids ?? ""),
    settings: document.querySelector(".lada-compare-settings")?.textContent ?? "",
    missing: document.querySelector(".lada-compare-missing")?.textContent ?? "",
})"""
SIDES = """() => [...document.querySelectorAll(".lada-side")].filter((one) => one.offsetParent)
    .map((one) => { const { x, y, width } = one.getBoundingClientRect(); return { x, y, width }; })"""
RANGES = """(label) => [...document.querySelectorAll(".lada-plot-chart")]
    .filter((chart) => chart.offsetParent && chart._fullLayout && chart.getAttribute("aria-label").startsWith(label))
    .map((chart) => [chart._fullLayout.xaxis.range, chart._fullLayout.yaxis.range])"""
WATCH_WHILE_EMPTY = """() => {
    const place = document.querySelector(".lada-explorer > .lada-parts-shown");
    window.saidWhileEmpty = [];
    new MutationObserver(() => {
        if (!place.querySelector(".lada-view")) window.saidWhileEmpty.push(getComputedStyle(place, "::before").content);
    }).observe(place, { childList: true, subtree: true });
}"""


@pytest.fixture
def notebook(pages):
    opened = pages.open_cells("side_by_side", MADE, COMPARE)
    opened.page.wait_for_selector(".lada-compare-choice")
    return opened


def until(page, condition: str, argument=None) -> None:
    """Wait until what the page shows meets a condition on `read`."""
    page.wait_for_function(
        f"(given) => {{ const read = ({READ})(); return {condition}; }}", arg=argument, timeout=60_000
    )


def compare_with(page, text: str) -> None:
    page.get_by_label("Compare with").select_option(label=text)


def tab(page, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).click()


def test_two_cycles_are_linked_and_stand_below_each_other_where_it_is_narrow(notebook):
    page = notebook.page
    page.set_viewport_size({"width": 1440, "height": 900})
    page.evaluate(WATCH_WHILE_EMPTY)
    compare_with(page, "another cycle")
    until(page, "read.headings.length === 2 && read.mixers.length === 2 && read.chosen.every(Boolean)")
    assert set(page.evaluate("saidWhileEmpty")) == {'"Opening the views …"'}
    shown = page.evaluate(READ)
    assert shown["headings"] == ["A: cycle 4 · 44 labels · 74.8 % right", "B: cycle 3 · 38 labels · 72.1 % right"]
    assert [title[:8] for title in shown["mixers"]] == ["Cycle 4:", "Cycle 3:"]
    left, right = page.evaluate(SIDES)
    assert left["y"] == pytest.approx(right["y"], abs=2)
    assert right["x"] > left["x"] + left["width"]

    # B's slider moves B alone, the explorer's A.
    page.get_by_role("slider", name="Cycle of B").focus()
    page.keyboard.press("ArrowLeft")
    until(page, "read.headings[1].startsWith('B: cycle 2') && read.mixers[1].startsWith('Cycle 2:')")
    page.get_by_role("slider", name="Cycle", exact=True).focus()
    page.keyboard.press("ArrowLeft")
    until(page, "read.headings[0].startsWith('A: cycle 3') && read.mixers[0].startsWith('Cycle 3:')")
    assert page.evaluate(READ)["headings"][1].startswith("B: cycle 2")

    # A pair of A is none of B, which says so and keeps its own.
    before = page.evaluate(READ)
    page.locator(".lada-side").first.locator(".lada-gallery [aria-pressed='false']").first.click()
    until(page, "read.chosen[0] !== given && read.missing.includes('are no pair of B, which keeps its own')",
          before["chosen"][0])  # fmt: skip
    assert page.evaluate(READ)["mixers"][1] == before["mixers"][1]

    page.set_viewport_size({"width": 900, "height": 900})
    page.wait_for_function(f"() => {{ const [a, b] = ({SIDES})(); return b.y > a.y + 100 && b.x === a.x; }}")
    tab(page, "Scores")
    page.wait_for_function("() => document.querySelectorAll('.lada-side .lada-ledger .lada-led-row').length > 10")
    wait_until_readable(page, ".lada-side")
    wait_until_readable(page, ".lada-side + .lada-side")
    tab(page, "Map and pairs")
    compare_with(page, "nothing")
    until(page, "read.headings.length === 0 && read.mixers.length === 1")
    assert notebook.troubles == []


def test_two_runs_show_one_cycle_choose_one_pair_and_have_equal_axes(notebook):
    page = notebook.page
    page.set_viewport_size({"width": 1440, "height": 900})
    compare_with(page, "fewer")
    until(page, "read.headings.length === 2 && read.mixers.length === 2 && read.chosen.every(Boolean)")
    shown = page.evaluate(READ)
    assert shown["headings"][1] == "B: lada-entmix, seed 0 · cycle 4 · 36 labels · 71.2 % right"
    assert shown["settings"] == "budget: A 6, B 4."
    page.get_by_role("slider", name="Cycle", exact=True).focus()
    page.keyboard.press("ArrowLeft")
    until(page, "read.mixers.every((title) => title.startsWith('Cycle 3:'))")

    # The second of B's queried pairs is a candidate of A too, and chosen there.
    page.locator(".lada-side").nth(1).locator(".lada-gallery [aria-pressed='false']").first.click()
    until(page, "read.mixers.every((title) => title.startsWith('Cycle 3: pair 2 of')) && read.missing === ''")

    tab(page, "Learning")
    page.wait_for_function(f"() => ({RANGES})('accuracy against labels').length === 2")
    page.wait_for_function(
        f"""() => {{
            const [a, b] = ({RANGES})('accuracy against labels');
            return JSON.stringify(a) === JSON.stringify(b) && a[0][1] > 44;
        }}"""
    )
    assert notebook.troubles == []


def test_a_restarted_kernel_is_said_to_be_gone_and_the_cell_compares_again(notebook):
    page = notebook.page
    compare_with(page, "another cycle")
    until(page, "read.headings.length === 2")
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:shutdown-kernel')")
    page.wait_for_function("() => document.querySelector('.lada-compare-choice').disabled", timeout=60_000)
    assert page.evaluate(READ)["headings"][1].startswith("B: cycle 3")
    page.evaluate("() => window.jupyterapp.commands.execute('kernelmenu:restart')")
    notebook.wait_until_ready()
    notebook.run_all()
    page.wait_for_function("() => document.querySelector('.lada-compare-choice')?.disabled === false", timeout=60_000)
    compare_with(page, "another cycle")
    until(page, "read.headings.length === 2 && read.headings[0].startsWith('A: cycle 4')")
