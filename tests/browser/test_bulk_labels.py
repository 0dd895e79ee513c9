"""Three hundred images labelled in few actions, through a folder that moves and grows, and taken home."""

from __future__ import annotations

import json
import re

import pytest
from labeller_notebook import all_saved, focus, kernel, press, shown, until
from PIL import Image
from pycocotools.coco import COCO
from sklearn.datasets import load_digits

from lada_explore import export_labels, import_labels, open_run
from lada_explore.exchange import labels_of

CLASSES = ("0", "1", "4")
WANTED, MAX_ACTIONS = 300, 120
OPENED = """
from lada_explore import Labeller, Worker, open_session
session = open_session(
    "bulk-run", method="random", dataset="folder:{folder}", classes={classes!r}, cycles=5, device="cpu",
    settings={{"schedule.budget": 60, "schedule.subset_size": 150, "schedule.initial_per_class": 4, "data.size": 8,
              "data.channels": 1, "classifier.kind": "resnet", "classifier.width": 16, "classifier.blocks": (1, 1),
              "training.epochs": 30}},
)
worker = Worker.of(session)
worker.run()
worker.wait(60)
"""
GUESSES = """() => Object.fromEntries(
    [...document.querySelectorAll(".lada-lab-grid .lada-lab-card")].map((card) =>
        [card.dataset.id, card.title.match(/\\nguess: (.+?),/)?.[1] ?? ""]))"""


class Person:
    """Labels by keys and clicks, and counts them; knows what an image shows from the name of its file."""

    def __init__(self, run) -> None:
        self.run, self.actions, self.items = run, 0, ()

    def shows(self, image_id: int) -> str:
        if image_id >= len(self.items):  # Opened anew for new images alone, since all of the run is checked then.
            self.items = open_run(self.run).items.train
        return re.fullmatch(r".*?(\d)_\d+\.png", self.items[image_id].name)[1]

    def press(self, notebook, key: str) -> None:
        self.actions += 1
        press(notebook, key)

    def in_grid(self, notebook) -> None:
        """Show all images of a query, with what the model guesses."""
        focus(notebook)
        self.press(notebook, "g")
        self.press(notebook, "v")

    def answer_open(self, notebook, began=None) -> None:
        """Answer image after image, until none is open or another query is there than this one, or the present one."""
        began = began or notebook.page.evaluate(PLACE)
        while notebook.page.evaluate(PLACE) == began:
            state = shown(notebook)
            if state["at"] is None or state["states"].get(str(state["at"])) != "open":
                if all(one != "open" for one in state["states"].values()) and all_saved(state):
                    return
                notebook.page.wait_for_timeout(20)
                continue
            self.press(notebook, self.shows(state["at"]))

    def answer_query(self, notebook) -> None:
        """Accept all guesses but the wrong ones, then answer those."""
        focus(notebook)
        self.press(notebook, "Control+a")
        guesses = notebook.page.evaluate(GUESSES)
        for image_id, guess in guesses.items():
            if guess != self.shows(int(image_id)):
                self.actions += 1
                card = notebook.page.locator(f".lada-lab-grid .lada-lab-card[data-id='{image_id}'] canvas")
                card.click(modifiers=["Control"])
        began = notebook.page.evaluate(PLACE)
        self.press(notebook, "Enter")
        self.answer_open(notebook, began)


PLACE = "() => { const { kind, cycle } = document.querySelector('.lada-labeller').dataset; return [kind, cycle]; }"


def write_digits(folder, first: int, last: int, prefix: str = "") -> None:
    """Pictures of the digits of three classes, from one position to another."""
    folder.mkdir(parents=True, exist_ok=True)
    digits = load_digits()
    chosen = [i for i, target in enumerate(digits.target) if str(target) in CLASSES]
    for i in chosen[first:last]:
        pixels = (digits.images[i] * 255 / 16).astype("uint8")
        Image.fromarray(pixels).save(folder / f"{prefix}{digits.target[i]}_{i}.png")


def opened(pages, name: str, folder: str):
    notebook = pages.open_cells(name, OPENED.format(folder=folder, classes=CLASSES), "Labeller(session)")
    notebook.page.wait_for_selector(".lada-lab-picture[data-painted]")
    return notebook


def query_of(notebook, cycle: int) -> None:
    notebook.page.wait_for_selector(f".lada-labeller[data-kind='singles'][data-cycle='{cycle}']", timeout=60_000)
    notebook.page.wait_for_selector(".lada-lab-picture[data-painted]")


@pytest.mark.thorough
def test_three_hundred_images_take_at_most_120_actions_and_survive_a_folder_that_moves_and_grows(pages, tmp_path):
    lab = pages.lab.folder
    run, person = lab / "bulk-run", Person(lab / "bulk-run")
    write_digits(lab / "digits", 0, 420)
    notebook = opened(pages, "bulk-first", "digits")
    person.in_grid(notebook)
    person.answer_open(notebook)
    for cycle in (1, 2):
        query_of(notebook, cycle)
        person.answer_query(notebook)
    query_of(notebook, 3)
    labelled_before = {label.file for label in _labels(run)}
    kernel(notebook, "session.close()")

    (lab / "archive").mkdir()
    (lab / "digits").rename(lab / "archive" / "digits")
    write_digits(lab / "archive" / "digits", 420, 540, prefix="a")
    notebook = opened(pages, "bulk-second", "archive/digits")
    person.in_grid(notebook)
    for cycle in (3, 4, 5):
        query_of(notebook, cycle)
        person.answer_query(notebook)
    until(notebook, all_saved)
    kernel(notebook, "session.close()")

    labels = _labels(run)
    assert len(labels) >= WANTED
    print(f"{person.actions} actions for {len(labels)} labels")
    assert person.actions <= MAX_ACTIONS
    assert labelled_before <= {label.file for label in labels}
    shows = {label.file: re.fullmatch(r".*?(\d)_\d+\.png", label.file)[1] for label in labels}
    assert {label.file: label.class_name for label in labels} == shows
    assert any(label.file.startswith("a") for label in labels)  # images that were added are asked too

    export_labels(run, tmp_path / "coco.json", "coco")
    coco = COCO(str(tmp_path / "coco.json"))
    names = {one["id"]: one["name"] for one in coco.loadCats(coco.getCatIds())}
    read = {
        coco.loadImgs(one["image_id"])[0]["file_name"]: names[one["category_id"]]
        for one in coco.loadAnns(coco.getAnnIds(iscrowd=False))
    }
    assert read == shows
    export_labels(run, tmp_path / "tasks.json", "label-studio")
    assert len(json.loads((tmp_path / "tasks.json").read_text())) >= len(labels)
    for form in ("coco.json", "tasks.json"):
        plan = import_labels(run, tmp_path / form, dry_run=True)
        assert plan.agreed == len(labels), plan


def _labels(run):
    return labels_of(recorded := open_run(run), lambda i: recorded.items.train[i].name)
