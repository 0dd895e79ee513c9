"""What the views say and keep when their kernel is restarted or shut down."""

from __future__ import annotations

import pytest
from conftest import REPOSITORY
from notebook_page import OUTPUTS

from lada_explore.store import LabelState, open_run

MADE = f"""
import sys, time
sys.path.insert(0, {str(REPOSITORY / "tests")!r})
from pathlib import Path
from helpers.fakes import FakeSession
from helpers.small_runs import small_config, small_data
from lada_explore import Explorer, Labeller, Playground, Question, ScoreLedger, Stepper, WhatIf, Worker
from lada_explore.session.session import Session
from lada_explore.views.base.panel import Panel

session = FakeSession(cycles=4)
_ = session.run(3)
place, data = Path("restarted-run"), small_data(tested=False)
if place.exists():
    answered = Session.resume(place, data=data, oracle="person")
else:
    answered = Session.create(small_config(schedule__initial_per_class=4), place, data=data, oracle="person")
worker = Worker.of(answered)
worker.run()
worker.wait(60)
submit = answered.labelling.submit

def held(*answer, **how):
    while Path("hold").exists():
        time.sleep(0.02)
    return submit(*answer, **how)

answered.labelling.submit = held
"""
VIEWS = (
    "Stepper(session)",
    "Explorer(session)",
    "Panel([ScoreLedger(session), WhatIf(session)])",
    'Question("Is a mix of two images an image?", choices=("yes", "no"), answer="no", why="It has no class.")',
    "Playground()",
    "Labeller(answered)",
)
ROOTS = (".lada-stepper", ".lada-slider", ".lada-map", ".lada-mixer", ".lada-gallery", ".lada-ledger", ".lada-what-if",
         ".lada-question", ".lada-playground", ".lada-labeller")  # fmt: skip
DRAWN = (".lada-pick", ".lada-led-row", ".lada-wi-rule", ".lada-q-choice", ".lada-pg-run", ".lada-mix-choice option")
SAID = f"""(roots) => Object.fromEntries(roots.map((root) => {{
    const element = ({OUTPUTS})(root)[0];
    const controls = [...element.querySelectorAll("button, input, select")]
        .filter((one) => !one.closest("[data-alone]"));
    return [root, {{
        says: element.parentElement.querySelector(":scope > .lada-no-kernel")?.textContent ?? "",
        on: controls.filter((one) => !one.disabled).length, controls: controls.length,
    }}];
}}))"""


@pytest.fixture(scope="module")
def notebook(module_pages):
    """One of each view that sends something to the kernel."""
    opened = module_pages.open_cells("restarted", MADE, *VIEWS)
    for element in (*ROOTS, *DRAWN):
        opened.page.wait_for_function(f"(element) => ({OUTPUTS})(element).length", arg=element)
    opened.show(".lada-labeller")
    opened.page.wait_for_selector(".lada-lab-picture[data-painted]")
    return opened


def all_say(notebook, words: str) -> dict:
    """Wait until every view says this; returns what `SAID` reads."""
    notebook.page.wait_for_function(
        f"([roots, words]) => Object.values(({SAID})(roots)).every(({{ says }}) => says === words)",
        arg=[list(ROOTS), words],
    )
    return notebook.page.evaluate(SAID, list(ROOTS))


def test_after_a_restart_every_view_says_so_and_unsaved_answers_go_to_the_labeller_that_follows(notebook, shot):
    page, hold = notebook.page, notebook.lab.folder / "hold"
    assert {said["says"] for said in page.evaluate(SAID, list(ROOTS)).values()} == {""}
    hold.touch()
    page.locator(".lada-labeller").focus()
    for key in "123":
        page.keyboard.press(key)
    page.wait_for_selector(".lada-labeller[data-waiting='3']")
    page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.restartKernel()")
    found = all_say(notebook, "The kernel was restarted: run this cell again, after those above it.")
    hold.unlink()
    assert {root: said["on"] for root, said in found.items()} == dict.fromkeys(ROOTS, 0)
    assert {root for root, said in found.items() if not said["controls"]} == set()
    assert page.evaluate(f"() => ({OUTPUTS})('.lada-tab').filter((tab) => !tab.disabled).length") == 0
    assert page.locator(".lada-lab-trouble-text").inner_text() == (
        "3 not saved: kept in this browser, and sent when this cell has been run again."
    )
    shot(notebook, "restarted_labeller", ".lada-labeller")
    notebook.show(".lada-stepper")
    shot(notebook, "restarted_stepper", ".lada-stepper")

    before = [cell["source"] for cell in notebook.cells()]
    notebook.show(".lada-labeller")
    page.locator(".lada-labeller").focus()
    for key in ("1", "z", "d", "d"):
        page.keyboard.press(key)
    assert page.locator(".lada-labeller").get_attribute("data-waiting") == "3"
    assert [cell["source"] for cell in notebook.cells()] == before

    notebook.wait_until_ready()
    notebook.run_all(timeout_s=240)
    notebook.show(".lada-labeller")
    page.wait_for_function(
        "() => document.querySelector('.lada-lab-amount').textContent === '3 of 12 answered'"
        " && document.querySelector('.lada-labeller').dataset.waiting === '0'"
    )
    assert page.locator(".lada-lab-said").inner_text() == (
        "3 answers that were not saved are sent now: the page or the kernel ended before that."
    )
    label_state = LabelState(open_run(notebook.lab.folder / "restarted-run").answers())
    assert [label_state.label(i, 99) for i in label_state.answers] == [0, 1, 2]
    assert page.evaluate(f"() => ({OUTPUTS})('.lada-no-kernel').length") == 0
    assert page.evaluate("() => Object.keys(localStorage).filter((key) => key.startsWith('lada-unsaved')).length") == 0


def test_after_a_shutdown_every_view_says_so(notebook):
    notebook.page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    found = all_say(notebook, "The kernel has ended: start it again and run this cell.")
    assert {root: said["on"] for root, said in found.items()} == dict.fromkeys(ROOTS, 0)
