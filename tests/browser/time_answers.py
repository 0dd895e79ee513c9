"""From keys to saved answers with very many classes and images; run by `benchmarks/answers_at_scale.py`, not a test."""

from __future__ import annotations

import json
import os
import statistics
from pathlib import Path
from typing import Any

from conftest import REPOSITORY
from labeller_notebook import kernel, shown
from playwright.sync_api import TimeoutError

OPEN = f"""
import sys
sys.path.insert(0, {str(REPOSITORY / "benchmarks")!r})
import answers_at_scale as scale
session = scale.opened()
"""
ASKED = """() => {
    const root = document.querySelector(".lada-labeller");
    const { at, waiting, kind } = root?.dataset ?? {};
    const card = root?.querySelector(`.lada-lab-card[data-id="${at}"]`);
    const open = card ? card.dataset.state === "open" : window.ladaBefore !== at;
    return at !== "" && waiting === "0" && open && kind !== "none" && [Number(at), kind];
}"""
"""The image that is asked about, once all before it is on disk; else false. Of very many, only some have a card."""

LOST_MS = 20_000
KEY = f"""([key, typed]) => new Promise((resolve) => {{
    const root = document.querySelector(".lada-labeller");
    const target = typed === null ? root : root.querySelector(".lada-lab-filter");
    if (typed !== null) {{
        target.value = typed;
        target.dispatchEvent(new Event("input", {{ bubbles: true }}));
    }}
    requestAnimationFrame(() => requestAnimationFrame(() => {{
        window.ladaBefore = root.dataset.at;
        const began = performance.now();
        let sent = false;
        const look = () => {{
            sent ||= root.dataset.waiting !== "0";
            if (!sent || root.dataset.waiting !== "0") return;
            observer.disconnect();
            resolve(performance.now() - began);
        }};
        const observer = new MutationObserver(look);
        observer.observe(root, {{ attributes: true }});
        setTimeout(() => resolve(null), {LOST_MS});
        target.dispatchEvent(new KeyboardEvent("keydown", {{ key, bubbles: true }}));
    }}));
}})"""
"""Ms from a key, in the field that finds classes if something was typed there, until the page shows it as saved.

None if it is not saved in a long time.
"""
RECENT = """(name) => {
    const recent = [...document.querySelectorAll(".lada-lab-recent .lada-lab-button")];
    const found = recent.find((button) => button.querySelector(".lada-lab-text").textContent === name);
    return found?.querySelector("kbd").textContent ?? "";
}"""
"""The digit of a class that was answered lately; empty where it has none."""


def test_times_of_answers(pages):
    number = int(os.environ["LADA_ANSWERS"])
    notebook = pages.open_cells("scale", OPEN, "from lada_explore import Labeller\nLabeller(session)")
    notebook.show(".lada-labeller")
    times: dict[str, Any] = {"start": answered(notebook, number)}
    kernel(notebook, "scale.give(session)")
    times["start_beside_given"] = answered(notebook, number)
    kernel(notebook, "scale.go_on(session)")
    notebook.page.wait_for_function("() => document.querySelector('.lada-labeller').dataset.kind !== 'initial'")
    times["query"] = answered(notebook, number)
    kernel(notebook, f"scale.answer_all_but(session, {number})")
    notebook.page.locator(".lada-labeller").focus()
    notebook.page.keyboard.press("End")
    times["end_of_query"] = answered(notebook, number)
    times["classes"] = int(kernel(notebook, "len(session.labelling.class_names)"))
    Path(os.environ["LADA_TIMES"]).write_text(json.dumps(times), encoding="utf-8")


def answered(notebook, number: int) -> dict[str, Any]:
    """Answer so many images; returns what the keys took.

    A class that has a digit, because it was answered lately, is answered by it; any other is typed.
    """
    page = notebook.page
    keys, typed, by_place = [], [], []
    page.locator(".lada-labeller").focus()
    for place in range(number):
        try:
            at, _ = page.wait_for_function(ASKED, timeout=60_000).json_value()
        except TimeoutError:
            raise AssertionError((place, shown(notebook))) from None
        label = int(kernel(notebook, f"scale.label_for({at}, {place})"))
        name = f"class {label:04d}"
        key = page.evaluate(RECENT, name)
        ms = page.evaluate(KEY, [key, None] if key else ["Enter", name])
        assert ms is not None, (place, at, name)
        (keys if key else typed).append(ms)
        by_place.append(ms)
    return {
        "ms": by_place,
        "lines": int(kernel(notebook, "len(session.labelling.answers())")),
        "median_ms": statistics.median(by_place),
        "p95_ms": sorted(by_place)[int(0.95 * len(by_place))],
        "by_digit": {"median_ms": statistics.median(keys), "n": len(keys)} if keys else None,
        "typed": {"median_ms": statistics.median(typed), "n": len(typed)} if typed else None,
        "asked": page.evaluate("() => document.querySelectorAll('.lada-labeller .lada-lab-card').length"),
    }
