"""A person who only types: 60 first images of the bundled digits, the browser closed in the training, and on."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
import numpy as np
import pytest
from conftest import REPOSITORY
from notebook_page import NotebookPage
from PIL import Image
from sklearn.datasets import load_digits

from lada_explore.datasets.digits import enlarge
from lada_explore.store import LabelState, open_run

PATH = "digits/notebooks/03_label_your_own_images.ipynb"
CALL = "classes=CLASSES, cycles=5)"
SETTINGS = (
    '{"classifier.kind": "resnet", "schedule.initial_per_class": 4, "training.epochs": 20, "policy.epochs": 4, '
    '"schedule.subset_size": 100}'
)
"""What differs from the notebook: the start looks for more images, and a network is trained on pixels, for a while."""


@pytest.fixture(scope="module")
def digits(lab) -> list[str]:
    """The notebook and its images on the server; returns the digit of each image, by id."""
    folder = lab.folder / "digits"
    images = folder / "data" / "digits-unlabelled"
    shutil.copytree(REPOSITORY / "data" / "digits-unlabelled", images)
    (folder / "notebooks").mkdir()
    notebook = nbformat.read(REPOSITORY / "notebooks" / "03_label_your_own_images.ipynb", as_version=4)
    first = next(cell for cell in notebook.cells if "open_session(" in cell.source)
    assert CALL in first.source
    first.source = first.source.replace(CALL, f"{CALL[:-1]}, settings={SETTINGS})")
    nbformat.write(notebook, lab.folder / PATH)
    known = load_digits()
    by_pixels = {image.tobytes(): str(digit) for image, digit in zip(enlarge(known.images), known.target, strict=True)}
    return [by_pixels[np.asarray(Image.open(file)).tobytes()] for file in sorted(images.glob("*.png"))]


class Typist:
    """Somebody at a notebook who has a keyboard only."""

    def __init__(self, notebook: NotebookPage) -> None:
        self.notebook, self.page = notebook, notebook.page
        self.cells = nbformat.read(notebook.lab.folder / PATH, as_version=4).cells

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def until(self, condition: str, argument: object = None, timeout_s: float = 120) -> None:
        self.page.wait_for_function(condition, arg=argument, timeout=1000 * timeout_s)

    def select(self, source: str) -> None:
        """Go up or down to the cell that begins so."""
        wanted = next(place for place, cell in enumerate(self.cells) if cell.source.startswith(source))
        index = "() => window.jupyterapp.shell.currentWidget.content.activeCellIndex"
        while (at := self.page.evaluate(index)) != wanted:
            self.press("ArrowUp" if at > wanted else "ArrowDown")
            self.until(f"(at) => ({index})() !== at", at)

    def tab_to(self, selector: str, key: str = "Tab") -> None:
        """Press Tab, or another key, until an element has the focus."""
        walked = []
        for _ in range(80):
            self.press(key)
            at = "(selector) => [document.activeElement.matches(selector), document.activeElement.className]"
            found, name = self.page.evaluate(at, selector)
            if found:
                return
            walked.append(name)
        raise AssertionError(walked)

    def answer(self, digits: list[str], number: int) -> None:
        """Type what each image shows, as soon as it is shown."""
        shown = "() => document.querySelector('.lada-labeller').dataset.at"
        open_ = """() => {
            const { at } = document.querySelector(".lada-labeller").dataset;
            const card = document.querySelector(`.lada-lab-strip .lada-lab-card[data-id="${at}"]`);
            return card?.dataset.state === "open";
        }"""
        for _ in range(number):
            self.until(open_, timeout_s=20)
            self.press(digits[int(self.page.evaluate(shown))])
        self.until("() => document.querySelector('.lada-labeller').dataset.waiting === '0'", timeout_s=20)


@pytest.mark.thorough
def test_sixty_images_are_answered_by_keyboard_and_after_closing_the_browser_in_the_training_it_goes_on(pages, digits):
    run = pages.lab.folder / "digits" / "runs" / "my-labels"
    first = Typist(pages.open_path(PATH))
    first.press(*["Shift+Enter"] * (len(first.cells) - 1))
    first.page.wait_for_selector(".lada-labeller", timeout=120_000)
    first.until("() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'idle'")
    first.press("Control+s")
    first.until("() => !window.jupyterapp.shell.currentWidget.context.model.dirty")
    first.select("Stepper(")
    first.tab_to("[data-command=cycle]")
    first.press("Enter")
    first.tab_to(".lada-labeller")
    first.page.wait_for_selector(".lada-labeller[data-kind=initial]")
    first.answer(digits, 60)
    first.until("() => document.querySelector('.lada-lab-amount').textContent === '60 of 66 answered'")
    assert labels(run) == {i: int(digits[i]) for i in labels(run)}

    # There is no nine among these; nobody looks for more, and the focus stays where keys work.
    while first.page.locator(".lada-lab-no-more:visible").count():
        first.tab_to(".lada-lab-no-more")
        first.press("Enter")
        first.until("() => document.querySelector('.lada-labeller').dataset.waiting === '0'")
        assert first.page.evaluate("() => document.querySelector('.lada-labeller').contains(document.activeElement)")
    first.page.wait_for_selector("[data-stage='train'][data-status='running']", timeout=60_000)
    first.page.close()
    assert open_run(run).history[-1].train is None

    again = Typist(pages.open_path(PATH))
    again.select("Labeller(")
    again.page.wait_for_selector(".lada-labeller[data-kind=pairs]", timeout=120_000)
    again.tab_to(".lada-labeller")
    again.answer(digits, 10)
    again.until("() => document.querySelector('.lada-labeller').dataset.cycle === '2'")
    again.page.wait_for_selector(".lada-stepper[data-state=idle]", timeout=60_000)
    assert again.page.locator(".lada-now").inner_text() == "Cycle 1 done. Next: Subsample (cycle 2)."
    again.tab_to("[data-command=cycle]", "Shift+Tab")
    again.press("Enter")
    again.page.wait_for_selector(".lada-stepper[data-state=waiting]", timeout=60_000)
    given = labels(run)
    assert (len(given), given) == (70, {i: int(digits[i]) for i in given})


def labels(run: Path) -> dict[int, int]:
    """What stands in the journal on disk, by image."""
    label_state = LabelState(open_run(run).answers())
    return {i: label_state.label(i, 99) for i in label_state.answers}
