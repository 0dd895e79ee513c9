"""How long the explorer takes to show another cycle, in a real browser; run by `benchmarks/redraw.py`, not a test.

A real run of the demo with 2,000 candidates a cycle, opened as a recorded run. For each tab the slider's arrow key is
pressed, and the time runs until every visible view has drawn the other cycle. Beside it stands a bare redraw: plotly.js
alone draws the same figures, one after the other, with all data in the page already.
"""

from __future__ import annotations

import json
import os
import statistics
from pathlib import Path

MADE = """
import tempfile
from lada_explore import Explorer, open_run, open_session
folder = tempfile.mkdtemp()
with_all = {{"schedule.subset_size": {subset}, "training.epochs": 2}}
session = open_session(folder + "/run", settings=with_all, cycles=3)
session.run()
session.close()
"""
SHOWN = "explorer = Explorer(open_run(folder + '/run'))\nexplorer"
REDRAW = """(key) => new Promise((resolve) => {
    const views = [...document.querySelectorAll("[data-rev]")].filter((view) => view.offsetParent);
    const before = new Map(views.map((view) => [view, view.dataset.rev]));
    const name = (view) => view.closest(".lada-map") ? "lada-map" : view.querySelector(".lada-plot-chart")
        ?.getAttribute("aria-label")?.split(",")[0] ?? view.className.split(" ")[0];
    const took = {};
    const slider = document.querySelector(".lada-slider input[type=range]");
    // An observer and not a timer, which waits for several frames while points glide.
    const look = () => {
        for (const [view, rev] of before) {
            if (view.dataset.rev !== rev && !(name(view) in took)) took[name(view)] = performance.now() - began;
        }
        if (Object.keys(took).length === new Set(views.map(name)).size) finish();
    };
    const observer = new MutationObserver(look);
    const finish = () => {
        observer.disconnect();
        resolve(took);
    };
    observer.observe(document.body, { subtree: true, attributeFilter: ["data-rev"] });
    setTimeout(finish, 15000);
    const began = performance.now();
    slider.value = String(Number(slider.value) + (key === "ArrowRight" ? 1 : -1));
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    slider.dispatchEvent(new Event("change", { bubbles: true }));
})"""

KEEP = """(name) => {
    const charts = [...document.querySelectorAll(".lada-plot-chart")];
    const seen = charts.filter((chart) => chart.offsetParent && chart.data);
    (window.kept ??= {})[name] = seen.map((chart) => [chart, [...chart.data], { ...chart.layout }]);
}"""
BARE = """async (name) => {
    const began = performance.now();
    for (const [chart, data, layout] of window.kept[name]) {
        await window.Plotly.react(chart, data.map((trace) => ({ ...trace })), { ...layout, uirevision: name });
    }
    return performance.now() - began;
}"""


def bare_redraws(page, rounds: int) -> list[float]:
    """Milliseconds of a bare redraw of the visible figures of the last cycle and of the one before."""
    page.evaluate(KEEP, "last")
    page.evaluate(REDRAW, "ArrowLeft")
    page.wait_for_timeout(1500)
    page.evaluate(KEEP, "before")
    found = []
    for turn in range(rounds + 1):
        for name in ("last", "before"):
            took = page.evaluate(BARE, name)
            page.wait_for_timeout(800)
            if turn:
                found.append(took)
    page.evaluate(REDRAW, "ArrowRight")
    page.wait_for_timeout(1500)
    return found


def shown_in_turn(page):
    """Open each part of each tab in turn; yields their titles as one."""
    for title in page.locator(".lada-tab").all_text_contents():
        page.get_by_role("tab", name=title, exact=True).click()
        page.wait_for_selector(f".lada-tab[aria-selected='true']:text-is('{title}')")
        for part in page.locator(".lada-part").all_text_contents() or [""]:
            if part:
                page.get_by_role("tab", name=part, exact=True).click()
            yield f"{title}: {part}" if part else title


def test_time_of_a_redraw(module_pages):
    subset, rounds = (int(os.environ[name]) for name in ("LADA_SUBSET", "LADA_ROUNDS"))
    notebook = module_pages.open_cells("redraw", MADE.format(subset=subset), SHOWN)
    page = notebook.page
    page.wait_for_selector(".lada-tabs")
    found: dict[str, dict[str, list[float]]] = {}
    for title in shown_in_turn(page):
        page.wait_for_timeout(8000)
        found[title] = {}
        # The first round goes over every cycle and back, which lays out the maps: layouts are kept from then on.
        for turn in range(rounds + 1):
            for key in ("ArrowLeft", "ArrowLeft", "ArrowRight", "ArrowRight"):
                took = page.evaluate(REDRAW, key)
                page.wait_for_timeout(6000 if turn == 0 else 1200)
                if turn:
                    for view, ms in (took | {"all": max(took.values())}).items():
                        found[title].setdefault(view, []).append(ms)
        if bare := bare_redraws(page, rounds):
            found[title]["bare"] = bare
    medians = {
        title: {
            view: {"median_ms": statistics.median(runs), "spread_ms": max(runs) - min(runs)}
            for view, runs in views.items()
        }
        for title, views in found.items()
    }
    Path(os.environ["LADA_TIMES"]).write_text(json.dumps(medians), encoding="utf-8")
