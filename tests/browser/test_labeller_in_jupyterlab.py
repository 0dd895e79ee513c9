"""The labeller in a real browser: by mouse, by keyboard, and looked at in every shape it takes."""

from __future__ import annotations

import pytest
from conftest import REPOSITORY

FAKE = f"""
import sys
sys.path.insert(0, {str(REPOSITORY / "tests")!r})
from fake_desk import FakeDesk
from lada_explore import Labeller
"""

SHOWN = """() => {
    const root = document.querySelector(".lada-labeller");
    const text = (name) => root.querySelector(`.lada-lab-${name}`)?.textContent ?? "";
    const cards = root.querySelectorAll(":is(.lada-lab-strip:not([hidden]), .lada-lab-grid) .lada-lab-card");
    return {
        at: root.dataset.at === "" ? null : Number(root.dataset.at),
        waiting: Number(root.dataset.waiting),
        saved: text("saved"), progress: text("amount"), said: text("said"), stands: text("stands"),
        trouble: root.querySelector(".lada-lab-trouble").hidden ? "" : text("trouble-text"),
        states: Object.fromEntries([...cards].map((card) => [card.dataset.id, card.dataset.state])),
    };
}"""

ROUND_TRIP = """(key) => new Promise((resolve) => {
    const root = document.querySelector(".lada-labeller");
    const began = performance.now();
    const look = () => {
        if (root.dataset.waiting !== "0") return;
        observer.disconnect();
        resolve(performance.now() - began);
    };
    const observer = new MutationObserver(look);
    root.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    observer.observe(root, { attributes: true });
})"""


def shown(notebook) -> dict:
    return notebook.page.evaluate(SHOWN)


def until(notebook, condition, timeout_s: float = 20) -> dict:
    """Wait until what the page shows meets a condition; returns it."""
    for _ in range(int(timeout_s / 0.05)):
        if condition(state := shown(notebook)):
            return state
        notebook.page.wait_for_timeout(50)
    raise AssertionError(shown(notebook))


def all_saved(state) -> bool:
    return state["waiting"] == 0


def open_labeller(pages, name: str, made: str, view: str = "Labeller(desk)"):
    notebook = pages.open_cells(name, f"{FAKE}\n{made}", view)
    notebook.page.wait_for_selector(".lada-lab-picture[data-painted], .lada-lab-nothing")
    return notebook


def focus(notebook) -> None:
    notebook.page.locator(".lada-labeller").focus()


def press(notebook, *keys: str) -> None:
    for key in keys:
        notebook.page.keyboard.press(key)


def kernel(notebook, expression: str) -> str:
    """What an expression of the notebook's kernel is, as text; waits for the kernel."""
    return notebook.page.evaluate(
        """async (code) => {
            const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
            let said = "";
            const future = kernel.requestExecute({ code, store_history: false });
            future.onIOPub = ({ content }) => { said += content.text ?? content.evalue ?? ""; };
            await future.done;
            return said;
        }""",
        f"print({expression})",
    ).strip()


MANY = """
kinds = ("red", "green", "small", "large", "ripe", "sweet", "sour", "wild", "dry", "cut")
fruits = ("apple", "pear", "plum", "fig", "lime", "kiwi", "mango", "grape", "melon", "peach")
desk = FakeDesk(12, "singles", class_names=[f"{kind} {fruit}" for fruit in fruits for kind in kinds])
desk.submit({100: 42, 101: 7})
"""
SEED = """
desk = FakeDesk(20, "initial", names=[f"scans/plate {i:03}.png" for i in range(20)])
desk.submit({100: 3})
desk.no_more(4)
"""
PAIRS = """
desk = FakeDesk(10)
desk.submit({100: 3, 101: 4}, "ann")
desk.submit({101: 6}, "bo")
desk.flag(102)
"""
LOOKS = {"pairs": PAIRS, "seed": SEED, "many": MANY}


@pytest.mark.parametrize("look", LOOKS)
def test_it_is_looked_at_in_every_shape(pages, shot, look):
    notebook = open_labeller(pages, f"look-{look}", LOOKS[look])
    focus(notebook)
    for grid in (False, True):
        if grid:
            press(notebook, "v", "g")
            notebook.page.wait_for_selector(".lada-lab-grid")
        for theme in ("Dark", "Light"):
            notebook.show_theme(f"JupyterLab {theme}")
            for width in (1280, 1920):
                notebook.page.set_viewport_size({"width": width, "height": 1000})
                notebook.page.wait_for_timeout(300)
                shot(notebook, f"labeller_{look}_{'grid' if grid else 'one'}_{width}_{theme.lower()}", ".lada-labeller")


# By mouse and by keyboard -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def notebook(module_pages):
    return open_labeller(module_pages, "labeller", "desk = FakeDesk(6)")


@pytest.fixture
def labeller(notebook):
    """A desk with six open images of three pairs, on one page for all tests."""
    notebook.run_all()
    notebook.page.wait_for_selector(".lada-lab-picture[data-painted]")
    until(notebook, lambda state: state["at"] == 100 and set(state["states"].values()) == {"open"})
    return notebook


def test_a_query_is_answered_by_mouse(labeller):
    for number, label in enumerate([4, 3, 0, 9, 8, 6]):
        labeller.page.locator(f".lada-lab-class [data-label='{label}']").click()
        until(labeller, lambda state, done=number + 1: state["progress"] == f"{done} of 6 answered")
    state = until(labeller, all_saved)
    assert (state["at"], state["saved"]) == (None, "✓ all saved")
    assert kernel(labeller, "desk.labels()") == "{100: 4, 101: 3, 102: 0, 103: 9, 104: 8, 105: 6}"
    assert labeller.page.locator(".lada-labeller b").count() == 0


def test_a_query_is_answered_by_keyboard_and_no_key_reaches_jupyterlab(labeller):
    before = [cell["source"] for cell in labeller.cells()]
    focus(labeller)
    press(labeller, "1", "0", "l", "ArrowLeft", "4", "f", "s", "z", "z")
    state = until(labeller, all_saved)
    # 100 is a T-shirt; 101 and, like the last, 102 a Boot; back to 102: a Dress; 103 is flagged and set aside, and
    # both are taken back.
    assert kernel(labeller, "[(a.name, a.id, a.label) for a in desk.standing()]") == (
        "[('label', 100, 0), ('label', 101, 9), ('label', 102, 9), ('label', 102, 3)]"
    )
    assert state["said"] == "Took back: flag of image 103."
    press(
        labeller,
        "d",
        "d",
        "m",
        "y",
        "b",
        "x",
        "c",
        "ArrowDown",
        "ArrowUp",
        "Enter",
        "Escape",
        "#",
        "-",
        "+",
        "v",
        "g",
        "v",
    )
    labeller.page.locator(".lada-lab-sentence").click()
    press(labeller, "d", "d", "y", "1", "2", "z")
    until(labeller, all_saved)
    assert [cell["source"] for cell in labeller.cells()] == before
