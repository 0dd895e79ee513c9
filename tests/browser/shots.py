"""Pictures of views in a folder, what `looks.py` measures in each of them, and one page that shows them all."""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from labeller_notebook import kernel
from looks import DRAWN, looks_broken
from playwright.sync_api import Page

WINDOWS = {900: 1000, 1280: 800, 1600: 900, 1920: 1080}
"""Height of the window for each width, in pixels."""

THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}

SCROLLER = """(selector) => {
    const root = [...document.querySelectorAll(selector)].find((one) => one.checkVisibility());
    return [root, root.closest(".jp-WindowedPanel-outer") ?? document.scrollingElement];
}"""
"""The first element of a selector that is shown, and what scrolls it: its notebook, or the page."""

TO_TOP = f"""(selector) => {{
    const [root, scroller] = ({SCROLLER})(selector);
    const top = scroller === document.scrollingElement ? 0 : scroller.getBoundingClientRect().top;
    scroller.scrollTop += root.getBoundingClientRect().top - top - 4;
    return {{ height: root.offsetHeight, window: scroller.clientHeight }};
}}"""
DOWN = f"""async ([selector, by]) => {{
    const [root, scroller] = ({SCROLLER})(selector);
    scroller.scrollTop += by;
    for (let frames = 0; frames < 3; frames += 1) await new Promise(requestAnimationFrame);
}}"""

QUIET = """(selector) => new Promise((resolve) => {
    const root = document.querySelector(selector);
    const began = performance.now();
    let changed = began;
    const observer = new MutationObserver(() => { changed = performance.now(); });
    observer.observe(root, { subtree: true, childList: true, characterData: true, attributes: true });
    const look = () => {
        const now = performance.now();
        if (now - changed < 120 && now - began < 10000) return void requestAnimationFrame(look);
        observer.disconnect();
        resolve();
    };
    look();
})"""
"""Waits until nothing has changed in the element for 120 ms."""

STRIP_PX = 160
"""What may stand below the window: one strip of images."""


@dataclass
class Shot:
    """One state of one view: its pictures from above to below, and what is wrong with it."""

    name: str
    files: list[str]
    height: int
    window: int
    faults: list[str]


def resize(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": WINDOWS[width]})


def still(page: Page, selector: str) -> None:
    """Wait until the element is drawn for its width and stands still."""
    page.evaluate(QUIET, selector)
    page.wait_for_function(DRAWN, arg=selector, timeout=60_000)


def notebook_still(notebook: Any, selector: str) -> None:
    """Wait until the kernel has drawn all that is asked of it and the page has shown it."""
    kernel(notebook, "__import__('lada_explore.events').events.REDRAWS.wait(60)")
    still(notebook.page, selector)


def faults(page: Page, selector: str, *, tall: bool = False) -> list[str]:
    """One sentence for each fault in the looks of an element, which is brought to the top of the window.

    Args:
        page: the page.
        selector: of the element.
        tall: whether it may be taller than the window and one strip.
    """
    place = page.evaluate(TO_TOP, selector)
    too_tall = not tall and place["height"] > place["window"] + STRIP_PX
    said = [f"{place['height']} px tall in {place['window']} px"] if too_tall else []
    return said + looks_broken(page, selector)


@dataclass
class Shots:
    """Takes pictures into a folder, and writes the page that shows them.

    Args:
        folder: of the pictures; what it holds of earlier ones is removed.
    """

    folder: Path
    taken: list[Shot] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        for old in self.folder.glob("*.png"):
            old.unlink()

    def take(self, page: Page, name: str, selector: str, *, tall: bool = False) -> None:
        """Take the window with the element at its top, and what of the element is below; arguments as of `faults`."""
        place = page.evaluate(TO_TOP, selector)
        height, window = place["height"], place["window"]
        files: list[str] = []
        while not files or (height > len(files) * window and len(files) < 4):
            files.append(f"{name}.png" if not files else f"{name}-below{len(files)}.png")
            page.screenshot(path=self.folder / files[-1])
            page.evaluate(DOWN, [selector, window])
        self.taken.append(Shot(name, files, height, window, faults(page, selector, tall=tall)))

    def broken(self) -> list[str]:
        """A line for each fault."""
        return [f"{shot.name}: {fault}" for shot in self.taken for fault in shot.faults]

    def write(self) -> None:
        """Write `index.html` and `faults.txt`."""
        (self.folder / "faults.txt").write_text("".join(f"{line}\n" for line in self.broken()), encoding="utf-8")
        (self.folder / "index.html").write_text(INDEX.format(figures="\n".join(map(_figure, self.taken))), "utf-8")


INDEX = """<!doctype html><meta charset="utf-8"><title>Pictures of every view</title>
<style>
body {{ font: 14px sans-serif; margin: 16px; display: flex; flex-wrap: wrap; gap: 16px; }}
figure {{ margin: 0; width: 460px; }}
img {{ width: 100%; display: block; border: 1px solid #888; }}
ul {{ margin: 4px 0; padding-left: 18px; color: #b00; }}
</style>
{figures}
"""


def _figure(shot: Shot) -> str:
    images = "".join(f'<a href="{file}"><img loading="lazy" src="{file}" alt=""></a>' for file in shot.files)
    listed = "".join(f"<li>{html.escape(fault)}</li>" for fault in shot.faults)
    said = f"{html.escape(shot.name)}: {shot.height} px in {shot.window} px"
    return f"<figure>{images}<figcaption>{said}<ul>{listed}</ul></figcaption></figure>"
