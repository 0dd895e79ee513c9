"""A labeller in a notebook: opened, worked by keyboard, and what it shows."""

from __future__ import annotations

from conftest import REPOSITORY

FAKE = f"""
import sys
sys.path.insert(0, {str(REPOSITORY / "tests")!r})
from helpers.fake_service import FakeLabellingService
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
        order: [...cards].map((card) => Number(card.dataset.id)),
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


def open_labeller(pages, name: str, made: str, view: str = "Labeller(service)"):
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
