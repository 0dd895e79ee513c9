"""A real run answered in a real browser: nothing that was saved is lost, and the time of an answer."""

from __future__ import annotations

import contextlib
import os
import signal
import statistics

from conftest import ARTIFACTS, REPOSITORY
from labeller_notebook import ROUND_TRIP, all_saved, focus, kernel, press, shown, until
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from lada_explore.store import LabelState, open_run

RUN = f"""
import os, sys
sys.path.insert(0, {str(REPOSITORY / "tests")!r})
from pathlib import Path
from helpers.small_runs import small_config, small_data
from lada_explore import Labeller, Worker
from lada_explore.session.session import Session

place, data = Path("run-%s"), small_data(tested=False)
if place.exists():
    session = Session.resume(place, data=data, oracle="person")
else:
    session = Session.create(small_config(schedule__initial_per_class=4), place, data=data, oracle="person")
worker = Worker.of(session)
worker.run()
worker.wait(60)
"""


def journal(notebook, name: str) -> dict[int, int]:
    """The labels that stand in the journal on disk, by id."""
    label_state = LabelState(open_run(notebook.lab.folder / f"run-{name}").answers())
    return {i: label_state.label(i, 99) for i in label_state.answers}


def open_run_labeller(pages, name: str):
    notebook = pages.open_cells(name, RUN % name, "Labeller(session)")
    notebook.page.wait_for_selector(".lada-lab-picture[data-painted]")
    return notebook


def saved_in_page(notebook) -> set[int]:
    return {int(i) for i, state in shown(notebook)["states"].items() if state == "saved"}


def test_a_run_is_answered_through_a_reload_and_a_killed_kernel_and_nothing_that_was_saved_is_lost(pages):
    notebook = open_run_labeller(pages, "durable")
    order = shown(notebook)["order"]
    assert len(order) == 12
    focus(notebook)
    press(notebook, "1", "2", "3", "1")
    until(notebook, lambda state: state["progress"] == "4 of 12 answered" and all_saved(state))
    assert journal(notebook, "durable") == dict(zip(order, [0, 1, 2, 0], strict=False))

    notebook.reload()
    notebook.page.wait_for_selector(".lada-lab-picture[data-painted]")
    state = until(notebook, lambda state: state["progress"] == "4 of 12 answered")
    assert state["at"] == order[4]
    assert saved_in_page(notebook) == set(order[:4])

    pid = int(kernel(notebook, "os.getpid()"))
    focus(notebook)
    press(notebook, "2", "3")
    os.kill(pid, signal.SIGKILL)
    press(notebook, "1", "2")
    notebook.page.wait_for_timeout(1500)
    kept, before = journal(notebook, "durable"), saved_in_page(notebook)
    assert before <= set(kept)
    assert len(set(kept) - before) <= 1  # the click in flight
    assert list(kept.values()) == [0, 1, 2, 0, 1, 2][: len(kept)]

    ok = notebook.page.get_by_role("button", name="Ok", exact=True)
    with contextlib.suppress(PlaywrightTimeout):
        ok.click(timeout=15_000)
    notebook.wait_until_ready()
    notebook.run_all(timeout_s=240)
    notebook.page.wait_for_selector(".lada-lab-picture[data-painted]")
    # What the killed kernel did not take is kept by the page and sent to the new one.
    state = until(notebook, lambda state: state["progress"] == "8 of 12 answered" and all_saved(state))
    assert state["at"] == order[8]
    assert journal(notebook, "durable") == dict(zip(order, [0, 1, 2, 0, 1, 2, 0, 1], strict=False))

    focus(notebook)
    press(notebook, *["1"] * 4)
    notebook.page.wait_for_selector(".lada-labeller[data-kind='pairs']", timeout=120_000)
    assert set(journal(notebook, "durable")) == set(order)
    press(notebook, "1", "s")
    until(notebook, lambda state: state["progress"].endswith("of 4 answered") and all_saved(state))
    label_state = LabelState(open_run(notebook.lab.folder / "run-durable").answers())
    assert (len(label_state.answers), len(label_state.set_aside)) == (13, 1)


def test_a_real_query_is_answered_by_mouse_in_two_tabs_with_undo_and_skip(pages):
    first = open_run_labeller(pages, "mouse")
    first.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    second = pages.open_path(first.path)
    second.page.wait_for_selector(".lada-lab-picture[data-painted]")
    order = shown(first)["order"]

    def choose(notebook, label: int, progress: str) -> None:
        notebook.page.locator(f".lada-lab-class [data-label='{label}']").click()
        until(notebook, lambda state: state["progress"] == progress and all_saved(state))

    choose(first, 0, "1 of 12 answered")
    choose(first, 2, "2 of 12 answered")
    first.page.get_by_role("button", name="Undo").click()
    until(first, lambda state: state["progress"] == "1 of 12 answered" and state["at"] == order[1])
    choose(first, 1, "2 of 12 answered")
    until(second, lambda state: state["progress"] == "2 of 12 answered")
    first.page.get_by_role("button", name="Can't tell").click()
    until(first, lambda state: all_saved(state) and order[2] not in state["order"])
    until(second, lambda state: order[2] not in state["order"])
    focus(second)
    press(second, "End")
    last = shown(second)["at"]
    choose(second, 2, "3 of 11 answered")
    until(first, lambda state: state["progress"] == "3 of 11 answered")
    assert journal(first, "mouse") == {order[0]: 0, order[1]: 1, last: 2}
    assert saved_in_page(first) == saved_in_page(second) == {order[0], order[1], last}


def test_the_round_trip_of_an_answer_on_a_real_run_is_measured(pages):
    notebook = open_run_labeller(pages, "measured")
    took_ms = [notebook.page.evaluate(ROUND_TRIP, key) for key in "12312312312"]
    until(notebook, lambda state: state["progress"] == "11 of 12 answered")
    assert len(journal(notebook, "measured")) == 11
    said = f"median {statistics.median(took_ms):.0f} ms, each {', '.join(f'{ms:.0f}' for ms in took_ms)}"
    ARTIFACTS.mkdir(exist_ok=True)
    (ARTIFACTS / "labeller_round_trip.txt").write_text(f"{said}; load {os.getloadavg()}\n")
