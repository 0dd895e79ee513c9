"""The notebook on photographs in JupyterLab: from a nested folder to two batches of clicked answers and an export."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import nbformat
from conftest import REPOSITORY
from labeller_notebook import all_saved, shown, until

PATH = "photos/notebooks/09_label_your_photos.ipynb"


def truth() -> dict[str, str]:
    """What each picture shows, by file."""
    with (REPOSITORY / "data" / "photos-truth.csv").open(encoding="utf-8", newline="") as file:
        return {row["file"]: row["class"] for row in csv.DictReader(file)}


def placed(folder: Path) -> None:
    """The notebook and its pictures on the server; the network sees them smaller, so that it takes less time."""
    shutil.copytree(REPOSITORY / "data" / "photos", folder / "data" / "photos")
    (folder / "notebooks").mkdir()
    notebook = nbformat.read(REPOSITORY / "notebooks" / Path(PATH).name, as_version=4)
    opening = next(cell for cell in notebook.cells if "open_session(" in cell.source)
    assert opening.source.count('"backbone.size": 224') == 1
    opening.source = opening.source.replace('"backbone.size": 224', '"backbone.size": 64')
    nbformat.write(notebook, folder / "notebooks" / Path(PATH).name)


def answer_by_mouse(notebook, kind: str, names: list[str], shows: list[str]) -> dict[int, str]:
    """Click the class of each image that is asked about, until a query of another kind or cycle is shown."""
    answered = {}
    place = "() => { const { kind, cycle } = document.querySelector('.lada-labeller').dataset; return [kind, cycle]; }"
    notebook.page.wait_for_selector(f".lada-labeller[data-kind='{kind}'] .lada-lab-picture[data-painted]")
    began = notebook.page.evaluate(place)
    while notebook.page.evaluate(place) == began:
        state = until(notebook, lambda state: all_saved(state) and state["at"] not in answered)
        if (image := state["at"]) is not None and state["states"].get(str(image)) == "open":
            answered[image] = shows[image]
            notebook.page.locator(f".lada-lab-class [data-label='{names.index(shows[image])}']").click()
    return answered


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
    answers = answer_by_mouse(notebook, "initial", names, shows)
    assert set(answers.values()) == set(names)
    notebook.page.wait_for_selector(".lada-labeller[data-kind='pairs'] .lada-lab-picture[data-painted]")
    shot(notebook, "photos_labeller", ".lada-labeller")
    answers |= answer_by_mouse(notebook, "pairs", names, shows)
    assert shown(notebook)["trouble"] == ""

    notebook.run_all()
    exported = folder / "runs" / "my-photos-labelled"
    with (exported / "labels.csv").open(encoding="utf-8", newline="") as file:
        labels = {row["file"]: row["class"] for row in csv.DictReader(file)}
    assert labels == {files[image]: name for image, name in answers.items()}
    assert sorted(path.parent.name for path in exported.glob("*/*")) == sorted(labels.values())
