"""What keeps people from using a view: faults that axe-core finds, pale texts of charts, controls that no key reaches.

JupyterLab's own page is left out.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
FIND = """async (selector) => {
    const roots = [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility());
    const { violations } = await axe.run({ include: roots }, { resultTypes: ["violations"] });
    return violations.flatMap(({ id, impact, help, nodes }) =>
        nodes.map(({ html, any, all, none }) => ({
            id, impact, html: html.slice(0, 300),
            said: [...any, ...all, ...none].map(({ message }) => message).join("; ") || help,
        })));
}"""


PALE = """([selector, least]) => {
    const parts = (colour) => {
        const [r, g, b, a = 1] = colour.match(/[0-9.]+(?:e-[0-9]+)?/g).map(Number);
        return colour.startsWith("color") ? [255 * r, 255 * g, 255 * b, a] : [r, g, b, a];
    };
    const light = (colour) => {
        const [r, g, b] = colour.map((part) => part / 255)
            .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const paper = (element) => {
        for (let above = element; above; above = above.parentElement) {
            const colour = parts(getComputedStyle(above).backgroundColor);
            if (colour[3] === 1) return colour;
        }
        return [255, 255, 255, 1];
    };
    const where = ":is(.infolayer, .xaxislayer-above, .yaxislayer-above, .lada-plot-svg) text";
    const found = new Set();
    for (const text of document.querySelectorAll(`${selector} ${where}`)) {
        if (!text.textContent.trim() || !text.checkVisibility({ visibilityProperty: true })) continue;
        const { fill, fillOpacity } = getComputedStyle(text);
        const [ground, ink] = [paper(text), parts(fill)];
        const share = ink[3] * Number(fillOpacity);
        const seen = ink.map((part, n) => share * part + (1 - share) * ground[n]);
        const [bright, dark] = [light(seen), light(ground)].sort((a, b) => b - a);
        const contrast = (bright + 0.05) / (dark + 0.05);
        if (contrast < least) found.add(`color of a chart's text: ${contrast.toFixed(1)} to 1, ${text.textContent}`);
    }
    return [...found];
}"""
"""The texts on the paper of charts that stand out from it by less than a contrast, as WCAG 2 defines it."""

MIN_CONTRAST = 4.5
"""What WCAG 2 asks of text."""


def violations(page: Page, selector: str) -> list[dict[str, Any]]:
    """What axe-core finds in all shown elements of a selector: rule, impact, the element and what is wrong with it."""
    if not page.evaluate("() => 'axe' in window"):
        assert AXE.is_file(), "axe-core is missing: run `make javascript` once"
        page.evaluate(AXE.read_text(encoding="utf-8"))
    assert page.locator(selector).count() > 0, selector
    return page.evaluate(FIND, selector)


def serious(page: Page, selector: str) -> list[str]:
    """One sentence for each serious or critical violation, and for each text of a chart that is too pale."""
    found = [it for it in violations(page, selector) if it["impact"] in {"serious", "critical"}]
    pale = page.evaluate(PALE, [selector, MIN_CONTRAST])
    return [f"{it['id']}: {it['said']} in {it['html']}" for it in found] + pale


SHOWN = "(selector) => [...document.querySelectorAll(selector)].some((one) => one.checkVisibility())"

CONTROLS = """(selector) => {
    const root = [...document.querySelectorAll(selector)].find((one) => one.checkVisibility());
    const may = "a[href], button, input, select, textarea, summary, [tabindex='0'], [contenteditable=true]";
    const controls = [...root.querySelectorAll(may)].filter((one) =>
        one.checkVisibility({ visibilityProperty: true }) && !one.disabled && one.tabIndex >= 0);
    const groups = new Set();
    window.toReach = controls.filter((one) => {
        if (one.type !== "radio") return true;
        const first = !groups.has(one.name);
        groups.add(one.name);
        return first;
    });
    window.unreachable = [...root.querySelectorAll("a[href], button, input, select, textarea")].filter((one) =>
        one.checkVisibility({ visibilityProperty: true }) && !one.disabled && one.tabIndex < 0
        && !one.closest("[role=tablist], [role=listbox], [role=grid], [role=toolbar], [role=radiogroup]"));
    window.lookOf = (one) => {
        const { outlineStyle, outlineWidth, outlineColor, boxShadow, borderColor } = getComputedStyle(one);
        const outline = outlineStyle === "none" || parseFloat(outlineWidth) < 1 ? "" : outlineColor;
        return [outline, boxShadow, borderColor].join("; ");
    };
    document.activeElement.blur();
    window.plain = new Map(controls.map((one) => [one, window.lookOf(one)]));
    for (const place of ["before", "after"]) {
        const guard = document.createElement("button");
        guard.className = "outside-the-view";
        root[place](guard);
        if (place === "before") guard.focus({ preventScroll: true });
    }
    return controls.length;
}"""
"""Notes the controls of a view, puts a button before and one after it, and the focus on the one before."""

STEP = """() => {
    const one = document.activeElement;
    if (one.matches(".outside-the-view")) return null;
    const place = window.toReach.findIndex((other) =>
        other === one || (one.type === "radio" && other.type === "radio" && other.name === one.name));
    return { place, html: one.outerHTML.slice(0, 160), ring: window.lookOf(one) !== window.plain.get(one) };
}"""
"""The place of the control that has the focus among those noted, and whether it is seen; null outside the view."""


def walk(page: Page, selector: str) -> list[str]:
    """Go through a view by Tab and back; one sentence for each control that is left out or whose focus is not seen."""
    page.wait_for_function(SHOWN, arg=selector)
    number = page.evaluate(CONTROLS, selector)
    assert number > 0, selector
    found: dict[str, None] = {}
    reached: set[int] = set()
    for key in ("Tab", "Shift+Tab"):
        for _ in range(2 * number + 10):
            page.keyboard.press(key)
            at = page.evaluate(STEP)
            if at is None:
                break
            reached.add(at["place"])
            if not at["ring"]:
                found[f"its focus is not seen: {at['html']}"] = None
        else:
            found[f"{key} does not lead out of the view"] = None
    left = page.evaluate(
        "(reached) => toReach.filter((_, n) => !reached.includes(n)).concat(unreachable)"
        ".map((one) => one.outerHTML.slice(0, 160))",
        sorted(reached),
    )
    page.evaluate("() => { for (const guard of document.querySelectorAll('.outside-the-view')) guard.remove(); }")
    return [*found, *(f"Tab does not reach {html}" for html in left)]
