"""The notebook on photographs in JupyterLab: from a nested folder to two batches of clicked answers and an export."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import nbformat
from conftest import REPOSITORY
from labeller_notebook import all_saved, shown, until

from lada_explore.store import LabelState, open_run

PATH = "photos/notebooks/09_label_your_photos.ipynb"
SETTINGS = '{"backbone.size": 64, "schedule.initial_per_class": 1}'
"""What differs from the notebook: the network sees pictures smaller, and the start looks for one of each class."""


def truth() -> dict[str, str]:
    """What each picture shows, by file."""
    with (REPOSITORY / "data" / "photos-truth.csv").open(encoding="utf-8", newline="") as file:
        return {row["file"]: row["class"] for row in csv.DictReader(file)}


def placed(folder: Path) -> None:
    """The notebook and its pictures on the server."""
    shutil.copytree(REPOSITORY / "data" / "photos", folder / "data" / "photos")
    (folder / "notebooks").mkdir()
    notebook = nbformat.read(REPOSITORY / "notebooks" / Path(PATH).name, as_version=4)
    opening = next(cell for cell in notebook.cells if "open_session(" in cell.source)
    assert opening.source.endswith(", cycles=10)")
    opening.source = opening.source.removesuffix(")") + f", settings={SETTINGS})"
    nbformat.write(notebook, folder / "notebooks" / Path(PATH).name)


def answer_by_mouse(notebook, kind: str, names: list[str], shows: list[str]) -> list[int]:
    """Click the class of each image that is shown, at once, until a query of another kind or cycle is.

    Nothing waits until an answer is saved, so that clicks are on their way while the run goes on. Returns the images in
    the order of their clicks.
    """
    clicked = []
    place = "() => { const { kind, cycle } = document.querySelector('.lada-labeller').dataset; return [kind, cycle]; }"
    notebook.page.wait_for_selector(f".lada-labeller[data-kind='{kind}'] .lada-lab-picture[data-painted]")
    began = notebook.page.evaluate(place)
    while notebook.page.evaluate(place) == began:
        state = shown(notebook)
        image = state["at"]
        if image is None or state["states"].get(str(image)) != "open":
            notebook.page.wait_for_timeout(20)
            continue
        notebook.page.locator(f".lada-lab-class [data-label='{names.index(shows[image])}']").click()
        clicked.append(image)
    until(notebook, all_saved)
    return clicked


def test_the_first_pictures_and_the_first_query_are_answered_by_mouse_and_exported(pages, shot):
    folder = pages.lab.folder / "photos"
    placed(folder)
    known = truth()
    files = sorted(known)
    shows = [known[file] for file in files]
    names = sorted(set(shows))
    notebook = pages.open_path(PATH)
    notebook.run_all()
    notebook.show(".lada-stepper")
    notebook.button("Run").click()
    notebook.show(".lada-labeller")
    clicked = answer_by_mouse(notebook, "initial", names, shows)
    assert {shows[image] for image in clicked} == set(names)
    notebook.page.wait_for_selector(".lada-labeller[data-kind='pairs'] .lada-lab-picture[data-painted]")
    shot(notebook, "photos_labeller", ".lada-labeller")
    clicked += answer_by_mouse(notebook, "pairs", names, shows)
    state = shown(notebook)
    assert (state["trouble"], state["said"]) == ("", "")
    journal = LabelState(open_run(folder / "runs" / "my-photos").answers())
    assert {i: names[lines[-1].label] for i, lines in journal.answers.items()} == {i: shows[i] for i in clicked}
    assert len(clicked) == len(set(clicked)) >= len(names) + 10

    notebook.run_all()
    exported = folder / "runs" / "my-photos-labelled"
    with (exported / "labels.csv").open(encoding="utf-8", newline="") as file:
        labels = {row["file"]: row["class"] for row in csv.DictReader(file)}
    assert labels == {files[image]: shows[image] for image in clicked}
    assert sorted(path.parent.name for path in exported.glob("*/*")) == sorted(labels.values())
