"""Finds what a reader would call broken about the looks of a page, by measuring the texts that it draws.

`looks_broken` gives one sentence for each text that is cut, that lies over another text or that has one letter a line,
and for each box that is wider than its place. An empty list means that the page can be read.
"""

from __future__ import annotations

import re
import time
from pathlib import Path

from playwright.sync_api import Page

LOOKS_BROKEN = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")


def looks_broken(page: Page, selector: str) -> list[str]:
    """One sentence for each fault of what is drawn now in the first element of a selector.

    Args:
        page: the page.
        selector: selector of the element in which all texts have to stay.
    """
    return page.evaluate(LOOKS_BROKEN, selector)


DRAWN = """(selector) => {
    const root = document.querySelector(selector);
    const plots = [...root.querySelectorAll(".lada-plot")].filter((plot) => plot.checkVisibility());
    const seen = [...root.querySelectorAll(".lada-map-busy")].filter((said) => said.checkVisibility());
    return seen.every((said) => !said.textContent) && plots.every((plot) => {
        const chart = plot.querySelector(".lada-plot-chart");
        return "rev" in plot.dataset && (chart.hidden || chart._fullLayout?.width === chart.offsetWidth);
    });
}"""

PAINTED = """(canvas) => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return new Set(new Uint32Array(data.buffer)).size;
}"""


def wait_until_readable(page: Page, selector: str, timeout_s: float = 60) -> None:
    """Wait until everything in the element is drawn for its width; fails if its looks are broken then."""
    page.wait_for_function(DRAWN, arg=selector, timeout=1000 * timeout_s)
    end = time.monotonic() + timeout_s / 10
    while (broken := looks_broken(page, selector)) and time.monotonic() < end:
        page.wait_for_timeout(100)
    assert broken == [], broken


def colours_in(page: Page, selector: str) -> list[int]:
    """How many different pixels each canvas of a selector holds; a blank one holds one kind."""
    return [canvas.evaluate(PAINTED) for canvas in page.locator(selector).all()]


def pages_printed(page: Page) -> int:
    """Sheets of A4 that the browser would print the page on."""
    return len(re.findall(rb"/Type\s*/Page[^s]", page.pdf(format="A4")))
