"""More like this on a real run: in the start, before any training, through a reload and a new kernel."""

from __future__ import annotations

from conftest import REPOSITORY
from labeller_notebook import all_saved, focus, kernel, press, until

from lada_explore.store import LabelState, open_run

RUN = f"""
import os, sys
sys.path.insert(0, {str(REPOSITORY / "tests")!r})
from pathlib import Path
from helpers.small_runs import small_config, small_data
from lada_explore import Labeller, Worker
from lada_explore.session.session import Session

place, data = Path("run-alike"), small_data(labelled=False, tested=False)
if place.exists():
    session = Session.resume(place, data=data)
else:
    session = Session.create(small_config(schedule__initial_per_class=12), place, data=data, oracle="person")
worker = Worker.of(session)
worker.run()
worker.wait(60)
"""
SHELF = """() => [...document.querySelectorAll(".lada-lab-shelved .lada-lab-card")]
    .map((card) => [Number(card.dataset.id), card.querySelector(".lada-lab-state").textContent])"""


def answered(lab) -> dict[int, int]:
    label_state = LabelState(open_run(lab / "run-alike").answers())
    return {i: label_state.label(i, 0) for i in label_state.answers}


def ready(notebook) -> None:
    notebook.page.wait_for_selector(".lada-lab-picture[data-painted]")
    focus(notebook)


def batch(notebook, key: str) -> list[int]:
    """Answer all images like the one looked at by one key; returns those."""
    press(notebook, ".")
    notebook.page.wait_for_selector(".lada-lab-shelved .lada-lab-card")
    shown = notebook.page.evaluate(SHELF)
    assert {text for _, text in shown} <= {"○ open", "○ not asked"}
    press(notebook, "Control+a", key)
    notebook.page.wait_for_selector(".lada-lab-shelf", state="hidden")
    until(notebook, all_saved)
    return [i for i, _ in shown]


def test_batch_after_batch_is_on_disk_through_a_reload_and_a_new_kernel_and_each_is_one_undo(pages):
    lab = pages.lab.folder
    notebook = pages.open_cells("alike", RUN, "Labeller(session)")
    ready(notebook)
    first = batch(notebook, "1")
    assert len(first) == 16
    assert answered(lab) == dict.fromkeys(first, 0)

    notebook.reload()
    ready(notebook)
    second = batch(notebook, "2")
    assert not set(first) & set(second)
    expected = dict.fromkeys(first, 0) | dict.fromkeys(second, 1)
    assert answered(lab) == expected

    kernel(notebook, "session.close()")
    notebook = pages.open_cells("alike-again", RUN, "Labeller(session)")
    ready(notebook)
    until(notebook, lambda state: state["progress"].startswith(f"{len(expected)} of "))
    press(notebook, "z")
    until(notebook, lambda state: state["progress"].startswith(f"{len(first)} of ") and all_saved(state))
    assert answered(lab) == dict.fromkeys(first, 0)
