"""The notebook on photographs in JupyterLab: from a nested folder to two batches of clicked answers and an export."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import nbformat
from conftest import REPOSITORY
from labeller_notebook import all_saved, shown, until

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


def answer_by_mouse(notebook, kind: str, names: list[str], shows: list[str]) -> tuple[set[int], set[int]]:
    """Click the class of each image that is asked about, until a query of another kind or cycle is shown.

    Returns the images that the page has shown as saved, and those that it has let go of before it said so: the query
    was complete when they were clicked, or with them.
    """
    saved, released = set(), set()
    place = "() => { const { kind, cycle } = document.querySelector('.lada-labeller').dataset; return [kind, cycle]; }"
    notebook.page.wait_for_selector(f".lada-labeller[data-kind='{kind}'] .lada-lab-picture[data-painted]")
    began = notebook.page.evaluate(place)
    while notebook.page.evaluate(place) == began:
        state = until(notebook, all_saved)
        image = state["at"]
        if image is None or state["states"].get(str(image)) != "open":
            notebook.page.wait_for_timeout(20)
            continue
        notebook.page.locator(f".lada-lab-class [data-label='{names.index(shows[image])}']").click()
        state = until(
            notebook,
            lambda state, image=image: all_saved(state) and state["states"].get(str(image)) != "open",
        )
        (saved if state["states"].get(str(image)) == "saved" else released).add(image)
    return saved, released


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
    saved, released = answer_by_mouse(notebook, "initial", names, shows)
    assert {shows[image] for image in saved | released} == set(names)
    notebook.page.wait_for_selector(".lada-labeller[data-kind='pairs'] .lada-lab-picture[data-painted]")
    shot(notebook, "photos_labeller", ".lada-labeller")
    more = answer_by_mouse(notebook, "pairs", names, shows)
    saved, released = saved | more[0], released | more[1]
    assert shown(notebook)["trouble"] == ""

    notebook.run_all()
    exported = folder / "runs" / "my-photos-labelled"
    with (exported / "labels.csv").open(encoding="utf-8", newline="") as file:
        labels = {row["file"]: row["class"] for row in csv.DictReader(file)}
    assert {files[image] for image in saved} <= labels.keys() <= {files[image] for image in saved | released}
    assert len(saved) >= len(names) - 1 + 9
    assert labels.items() <= known.items()
    assert sorted(path.parent.name for path in exported.glob("*/*")) == sorted(labels.values())
