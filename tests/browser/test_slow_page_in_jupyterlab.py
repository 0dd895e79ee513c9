"""A page that takes longer to begin with a view than anywidget and JupyterLab wait for it, as on a busy machine."""

from __future__ import annotations

from conftest import REPOSITORY

MADE = f"""
import sys
sys.path.insert(0, {str(REPOSITORY / "tests")!r})
from helpers.fakes import FakeSession
from lada_explore import AccuracyChart, Explorer, Stepper, Worker
session = FakeSession(cycles=4)
"""
# anywidget's two seconds are over at once: long before a module is read.
AT_ONCE = """
AbortSignal.timeout = (milliseconds) => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), milliseconds === 2000 ? 0 : milliseconds);
    return controller.signal;
};
window.late = 0;
addEventListener("unhandledrejection", (event) => {
    if (String(event.reason).includes("Failed to initialize model")) window.late += 1;
});
"""

# JupyterLab looks for a widget every tenth of a second for two seconds, and not once after the last tenth. Here that
# lasts six seconds, in which all widgets come.
BUSY = """
const wait = window.setTimeout;
window.setTimeout = (call, milliseconds, ...rest) => wait(call, milliseconds === 100 ? 6000 : milliseconds, ...rest);
window.givenUp = 0;
new MutationObserver(() => {
    for (const node of document.querySelectorAll(".jupyter-widgets"))
        if (node.textContent === "Error displaying widget: model not found") window.givenUp += 1;
}).observe(document, { childList: true, subtree: true });
"""


def test_every_view_shows_what_the_kernel_sent_meanwhile_and_hears_it_from_then_on(pages):
    shown = ("Stepper(session)", "AccuracyChart(session)", "Explorer(session)")
    notebook = pages.open_cells("slow-page", MADE, *shown, "_ = session.run(1)", script=AT_ONCE)
    page = notebook.page
    assert page.evaluate("() => window.late") > 0
    for place in (0, 1):
        page.wait_for_function(
            "(place) => document.querySelectorAll('.lada-now')[place]?.textContent.startsWith('Cycle 0 done')",
            arg=place,
        )
    notebook.wait_for_charts(2)
    page.wait_for_function("() => document.querySelector('.lada-plot-chart').data?.[0].x.length === 1")

    page.locator(".lada-stepper").first.get_by_role("button", name="Next cycle", exact=True).click()
    for place in (0, 1):
        page.wait_for_function(
            "(place) => document.querySelectorAll('.lada-now')[place].textContent.startsWith('Cycle 1 done')",
            arg=place,
        )
    page.wait_for_function("() => document.querySelector('.lada-plot-chart').data[0].x.length === 2")


def test_a_page_that_is_opened_again_shows_the_views_that_it_had_given_up(pages):
    first = pages.open_cells("busy-page", MADE, "Stepper(session)", "Explorer(session)", "_ = session.run(2)")
    first.wait_for_charts(1)
    first.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    again = pages.open_path(first.path, script=BUSY)
    again.wait_for_charts(1)
    assert again.page.evaluate("() => window.givenUp") > 0
    again.page.wait_for_selector(".lada-stepper")
    again.page.get_by_text("model not found").wait_for(state="detached")
    again.page.locator(".lada-stepper").first.get_by_role("button", name="Next cycle", exact=True).click()
    for page in (first.page, again.page):
        page.wait_for_function("() => document.querySelector('.lada-now')?.textContent.startsWith('Cycle 2 done')")
