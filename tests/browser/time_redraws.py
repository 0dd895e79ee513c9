"""How long the explorer takes to show another cycle, in a real browser; run by `benchmarks/redraw.py`, not a test.

A real run of the demo with 2,000 candidates a cycle, opened as a recorded run. For each part of each tab the slider is
moved by one cycle, and the time runs until the last visible view has drawn the other cycle for the last time. Beside it
stands a bare redraw: plotly.js alone draws the same figures, one after the other, with all data in the page already.
"""

from __future__ import annotations

import json
import os
import statistics
from pathlib import Path

from shots import QUIET, notebook_still
from test_explorer_in_jupyterlab import PARTS, tab
from test_looks_in_jupyterlab import OUTPUT

from lada_explore import open_session

SHOWN = """
from lada_explore import Explorer, open_run
explorer = Explorer(open_run({run!r}))
explorer
"""
THERE_AND_BACK = (-1, -1, 1, 1)
"""Steps of the slider from the last of three cycles to the first and back."""

PRESS = """(step) => {
    const views = [...document.querySelectorAll("[data-rev]")].filter((view) => view.offsetParent);
    const name = (view) => view.closest(".lada-map") ? "lada-map" : view.querySelector(".lada-plot-chart")
        ?.getAttribute("aria-label")?.split(/,| after | up to /)[0] ?? view.className.split(" ")[0];
    const names = new Map(views.map((view) => [view, name(view)]));
    const took = (window.took = {});
    window.watching?.disconnect();
    // An observer and not a timer, which waits for several frames while points glide.
    window.watching = new MutationObserver((changes) => {
        for (const { target, oldValue } of changes) {
            const called = names.get(target);
            if (called && target.dataset.rev !== oldValue) took[called] = performance.now() - began;
        }
    });
    window.watching.observe(document.body, { subtree: true, attributeFilter: ["data-rev"], attributeOldValue: true });
    const slider = document.querySelector(".lada-slider input[type=range]");
    const began = performance.now();
    slider.value = String(Number(slider.value) + step);
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    slider.dispatchEvent(new Event("change", { bubbles: true }));
}"""


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


def stands_still(notebook) -> None:
    """Wait until the page has drawn everything that the kernel has to say."""
    notebook.page.evaluate(QUIET, OUTPUT)
    notebook_still(notebook, OUTPUT)


def pressed(notebook, step: int) -> dict[str, float]:
    """Milliseconds from a move of the slider until each view has drawn the other cycle; "all" is the last of them."""
    notebook.page.evaluate(PRESS, step)
    stands_still(notebook)
    took = notebook.page.evaluate("window.took")
    return took | {"all": max(took.values())}


def bare_redraws(notebook, rounds: int) -> list[float]:
    """Milliseconds of a bare redraw of the visible figures of the last cycle and of the one before."""
    page = notebook.page
    page.evaluate(KEEP, "last")
    pressed(notebook, -1)
    page.evaluate(KEEP, "before")
    found = []
    for turn in range(rounds + 1):
        for name in ("last", "before"):
            took = page.evaluate(BARE, name)
            page.evaluate(QUIET, OUTPUT)
            if turn:
                found.append(took)
    pressed(notebook, 1)
    return found


def times_of(notebook, rounds: int) -> dict[str, list[float]]:
    """Milliseconds of each view that is shown, of all together, and of a bare redraw of their figures."""
    found: dict[str, list[float]] = {}
    # The first round goes over every cycle and back, which lays out the maps: layouts are kept from then on.
    for turn in range(rounds + 1):
        for step in THERE_AND_BACK:
            for view, ms in pressed(notebook, step).items():
                if turn:
                    found.setdefault(view, []).append(ms)
    return found | {"bare": bare_redraws(notebook, rounds)}


def make_run(run: Path, subset: int) -> None:
    """Three cycles with that many candidates each."""
    session = open_session(run, settings={"schedule.subset_size": subset, "training.epochs": 2}, cycles=3)
    session.run()
    session.close()


def test_time_of_a_redraw(module_pages, tmp_path):
    subset, rounds = (int(os.environ[name]) for name in ("LADA_SUBSET", "LADA_ROUNDS"))
    make_run(tmp_path / "run", subset)
    notebook = module_pages.open_cells("redraw", SHOWN.format(run=str(tmp_path / "run")))
    notebook.page.wait_for_selector(".lada-tabs")
    medians = {}
    for title, part in PARTS:
        tab(notebook, title, part)
        stands_still(notebook)
        medians[f"{title}: {part}" if part else title] = {
            view: {"median_ms": statistics.median(runs), "spread_ms": max(runs) - min(runs)}
            for view, runs in times_of(notebook, rounds).items()
        }
    Path(os.environ["LADA_TIMES"]).write_text(json.dumps(medians), encoding="utf-8")
