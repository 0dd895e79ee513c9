"""A page that is closed while its notebook's kernel works, and opened again.

The kernel is the pinned ipykernel 7.4, which forgets a page's subshell when the page is closed.
"""

from __future__ import annotations

import pytest
from conftest import REPOSITORY

CYCLES = 5
MADE = f"""
import sys, time
sys.path.insert(0, {str(REPOSITORY / "tests")!r})
from pathlib import Path
from helpers.fake_service import FakeLabellingService
from helpers.fakes import FakeSession
from lada_explore import Explorer, Labeller, Stepper
from lada_explore.events import Progress, StageFinished
from lada_explore.records import Stage

session = FakeSession(cycles=14, points=4, delay_s=0.01)
service = FakeLabellingService(20)

def a_colleague_answers(event):
    "One image a cycle; the run and the colleague then go on for as long as the page is away."
    if not isinstance(event, StageFinished) or event.stage is not Stage.EVALUATE:
        return
    service.submit({{100 + len(service.labels()): 3}}, "colleague")
    while event.cycle in (2, 7) and not Path(f"back-{{event.cycle}}").exists():
        time.sleep(0.05)
        session._emit(Progress(event.cycle, event.stage, 4, 4, "batches"))
        service.flag(119, int(20 * time.time()) % 2 == 0, "colleague")

_ = session.subscribe(a_colleague_answers)
"""


@pytest.fixture(scope="module")
def opened(module_pages):
    """A stepper, an explorer and a labeller, which a colleague's answers change while the session runs."""
    notebook = module_pages.open_cells(
        "coming-back", MADE, "Stepper(session)", "explorer = Explorer(session)\nexplorer", "Labeller(service)"
    )
    notebook.page.wait_for_selector(".lada-lab-picture[data-painted]")
    return [notebook]


def close_tab(pages, notebook):
    """Close the browser's tab, and open the notebook in another."""
    notebook.page.close(run_before_unload=True)
    return pages.open_path(notebook.path)


def close_document(pages, notebook):
    """Close the notebook's tab inside JupyterLab, which deletes its subshell at once, and open the notebook again."""
    notebook.page.evaluate("() => window.jupyterapp.commands.execute('application:close')")
    notebook.page.wait_for_function("() => !document.querySelector('.jp-NotebookPanel')")
    notebook.page.evaluate("(path) => window.jupyterapp.commands.execute('docmanager:open', { path })", notebook.path)
    notebook.wait_until_ready()
    return notebook


def says(notebook, selector: str, words: str, timeout_s: float = 20) -> None:
    notebook.page.wait_for_function(
        "([selector, words]) => document.querySelector(selector)?.textContent.startsWith(words)",
        arg=[selector, words],
        timeout=1000 * timeout_s,
    )


@pytest.mark.parametrize("close", [close_tab, close_document])
def test_every_view_answers_a_click_after_its_page_was_closed_during_a_run_and_opened_again(
    module_pages, opened, close
):
    notebook = opened[-1]
    notebook.page.locator(".lada-stepper").first.get_by_role("button", name="Run", exact=True).click()
    notebook.page.wait_for_selector(".lada-stepper[data-state='running']")
    notebook.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    notebook = close(module_pages, notebook)
    opened.append(notebook)
    for view in (".lada-stepper", ".lada-tabs", ".lada-labeller"):
        notebook.page.wait_for_selector(view)
    assert notebook.page.locator(".lada-stepper").first.get_attribute("data-state") == "running"
    last = CYCLES * (len(opened) - 1)
    (notebook.lab.folder / f"back-{last - 3}").touch()
    says(notebook, ".lada-now", f"Cycle {last} done", timeout_s=60)

    # The stepper: one stage more, and the first of the next cycle.
    notebook.page.locator(".lada-stepper").first.get_by_role("button", name="Next stage").click()
    says(notebook, ".lada-now", f"Next: Score (cycle {last + 1})")

    # The explorer: a tab that has not been opened, and the slider.
    notebook.page.locator(".lada-tab").nth(len(opened)).click()
    notebook.page.wait_for_function(
        "() => [...document.querySelectorAll('.lada-plot-chart .main-svg')].some((drawn) => drawn.checkVisibility())"
    )
    notebook.page.get_by_role("slider", name="Cycle", exact=True).focus()
    notebook.page.keyboard.press("Home")
    notebook.page.wait_for_selector(".lada-slider[data-cycle='0']")
    notebook.page.keyboard.press("End")
    notebook.page.wait_for_selector(f".lada-slider[data-cycle='{last + 1}']")

    # The labeller: the last image that is open, for the colleague has answered those that came first.
    notebook.page.locator(".lada-labeller").focus()
    notebook.page.keyboard.press("End")
    if len(opened) > 2:
        notebook.page.keyboard.press("ArrowLeft")
    notebook.page.locator(".lada-lab-class [data-label='7']").click()
    notebook.page.wait_for_function(
        "(n) => document.querySelector('.lada-lab-amount').textContent.startsWith(`${n} of 20`)", arg=last + len(opened)
    )


def activate(notebook, cell: int) -> None:
    notebook.page.evaluate("(at) => { window.jupyterapp.shell.currentWidget.content.activeCellIndex = at; }", cell)


def test_a_second_view_of_an_output_answers_is_closed_and_made_again(opened):
    notebook, second = opened[-1], ".jp-LinkedOutputView .lada-stepper"
    own = notebook.page.locator(".jp-Notebook .lada-stepper .lada-now").first
    activate(notebook, 1)
    for _ in range(2):
        notebook.page.evaluate("() => window.jupyterapp.commands.execute('notebook:create-output-view')")
        notebook.page.wait_for_selector(second)
        before = notebook.page.locator(f"{second} .lada-now").inner_text()
        assert before == own.text_content()
        notebook.page.locator(second).get_by_role("button", name="Next stage").click()
        notebook.page.wait_for_function(
            """([selector, before]) => {
                const said = document.querySelector(selector).textContent;
                return said !== before && said.startsWith("Next: ");
            }""",
            arg=[f"{second} .lada-now", before],
        )
        after = notebook.page.locator(f"{second} .lada-now").inner_text()
        notebook.page.evaluate(
            """() => {
                const all = ["main", "down"].flatMap((area) => [...window.jupyterapp.shell.widgets(area)]);
                all.filter((widget) => widget.node.querySelector(".jp-LinkedOutputView")).at(-1).close();
            }"""
        )
        notebook.page.wait_for_function("() => !document.querySelector('.jp-LinkedOutputView')")
        assert own.text_content() == after


def test_an_output_that_was_collapsed_during_a_cycle_shows_the_cycle_when_it_is_opened(opened):
    notebook = opened[-1]
    page = notebook.page
    page.get_by_role("button", name="Latest").click()
    page.wait_for_selector(".lada-latest[aria-pressed='true'], .lada-slider-row [aria-pressed='true']")
    cycle = int(page.locator(".lada-slider").get_attribute("data-cycle"))
    activate(notebook, 2)
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:hide-cell-outputs')")
    page.wait_for_function("() => !document.querySelector('.lada-slider')?.checkVisibility()")
    page.locator(".lada-stepper").first.get_by_role("button", name="Next cycle").click()
    says(notebook, ".lada-now", f"Cycle {cycle} done")
    activate(notebook, 2)
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:show-cell-outputs')")
    page.wait_for_selector(".lada-slider")
    says(notebook, ".lada-says", f"Cycle {cycle} · ")
    page.wait_for_function(
        """(points) => [...document.querySelectorAll(".lada-plot-chart")].some((chart) =>
            chart.checkVisibility() && chart.querySelector(".main-svg")?.getBoundingClientRect().width > 200
            && (chart.data ?? []).some((trace) => trace.name === "accuracy" && trace.x.length === points))""",
        arg=cycle + 1,
    )
