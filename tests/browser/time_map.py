"""How long the page takes to draw large maps and how often it does so while one is dragged; run by
`benchmarks/redraw.py`, not a test.

The map's own page with what its kernel would send, in a browser without JupyterLab: random places, ten classes, 200
labelled and ten acquired images.
"""

from __future__ import annotations

import json
import os
import statistics
from pathlib import Path
from typing import Any

import numpy as np
from bare import as_json, show_view
from playwright.sync_api import Browser, Page

from lada_explore.analysis import Kind, Layout, MapPoints, VirtualPoints
from lada_explore.views import MapView
from lada_explore.views.base.plot_view import PLOTLY_JS, plot_spec
from lada_explore.views.map.figure import map_figure
from lada_explore.views.map.panel import panel_of, strip_of
from lada_explore.views.map.scene import map_scene

LABELLED, ACQUIRED, CLASSES, FEATURES = 200, 10, 10, 4
NAMES = [f"class {label}" for label in range(CLASSES)]

SHOW = """(name) => new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error(document.querySelector(".lada-plot-error").textContent || "not drawn")), 60000);
    const root = document.querySelector(".lada-map");
    const [spec, panel] = window.kept[name];
    const drawn = new MutationObserver(() => {
        if (root.dataset.rev !== String(spec.revision)) return;
        drawn.disconnect();
        // What was drawn is on the screen with the frame after the next.
        requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - began)));
    });
    drawn.observe(root, { attributeFilter: ["data-rev"] });
    spec.revision = (window.revision = (window.revision ?? 1000) + 1);
    const began = performance.now();
    Object.assign(window.model.state, { panel, spec }); // as they are: `set` would make buffers of text again
    for (const name of ["panel", "spec"]) for (const call of window.model.heard[`change:${name}`] ?? []) call();
})"""
KEEP = """([name, spec, panel]) => {
    window.model.set("held", [spec, panel]);
    (window.kept ??= {})[name] = window.model.get("held");
}"""
COUNT = """() => {
    const chart = document.querySelector(".lada-plot-chart");
    const count = (window.counted = { moves: 0, frames: 0, began: performance.now() });
    chart.on("plotly_relayouting", () => { count.moves += 1; });
    const frame = () => { count.frames += 1; requestAnimationFrame(frame); };
    requestAnimationFrame(frame);
}"""
COUNTED = "() => ({ ...window.counted, ms: performance.now() - window.counted.began })"


def points_of(n: int, cycle: int) -> tuple[MapPoints, Layout]:
    """Random points of a cycle; cycles share their candidates, which lie elsewhere in each."""
    rng = np.random.default_rng(cycle)
    whole = n + LABELLED
    kind = np.repeat([Kind.ACQUIRED, Kind.CANDIDATE, Kind.LABELLED], [ACQUIRED, n - ACQUIRED, LABELLED])
    classes = rng.integers(0, CLASSES, whole)
    top = np.column_stack([classes, (classes + 1) % CLASSES, (classes + 2) % CLASSES])
    none = np.empty(0, np.float32)
    virtual = VirtualPoints(
        pair_ids=np.empty((0, 2), np.int64), tau=none, lam=np.empty((0, 1), np.float32),
        features=np.empty((0, 1, FEATURES), np.float32), entropy_bits=np.empty((0, 1), np.float32),
        top_classes=np.empty((0, 1, 3), np.int64), top_probabilities=np.empty((0, 1, 3), np.float32),
        max_instance=none, mean_virtual=none, unit="bits",
    )  # fmt: skip
    points = MapPoints(
        cycle=cycle, reason="", ids=np.arange(whole), kind=kind,
        features=rng.normal(0, 1, (whole, FEATURES)).astype(np.float32), target=classes, given=kind == Kind.LABELLED,
        predicted=classes,
        entropy_bits=rng.uniform(0, 3, whole).astype(np.float32), top_classes=top,
        top_probabilities=np.full((whole, 3), 0.3, np.float32),
        acquired_cycle=np.where(kind == Kind.CANDIDATE, -1, np.where(kind == Kind.ACQUIRED, cycle, 0)),
        partner=np.full(whole, -1), images=np.empty((0, 1, 1, 1), np.uint8), virtual=virtual,
        query_ids=np.arange(ACQUIRED),
    )  # fmt: skip
    middle = rng.normal(0, 1, (CLASSES, 2))
    positions = middle[classes] + rng.normal(0, 0.25, (whole, 2))
    layout = Layout(
        cycle=cycle, ids=points.ids, positions=positions, own_radius=1.0, method="t-sne", since=None, n_shared=0,
        displacement=np.nan, trustworthiness=1.0,
    )  # fmt: skip
    return points, layout


def traits_of(n: int, cycle: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """`spec` and `panel` as the kernel sends them."""
    points, layout = points_of(n, cycle)
    figure = map_figure(map_scene(points, layout, "true class", NAMES))
    panel = panel_of(cycle, method="t-sne", methods=["t-sne"], colour="true class", strip=strip_of(points, ()))
    return plot_spec(1, figure, label=f"Map of cycle {cycle}"), panel


def opened(page: Page, n: int) -> None:
    """A page with the map of n candidates, in two cycles that can be shown."""
    spec, panel = traits_of(n, 1)
    show_view(page, MapView, {"spec": spec, "panel": panel, "atlas": {}, "library": PLOTLY_JS.read_bytes()})
    page.set_viewport_size({"width": 1280, "height": 900})
    page.wait_for_selector(".lada-map[data-cycle='1'] .nsewdrag", timeout=120_000)
    for name, cycle in (("one", 1), ("other", 2)):
        spec, panel = traits_of(n, cycle)
        page.evaluate(KEEP, [name, as_json(spec), as_json(panel)])
    page.wait_for_timeout(1500)


def redraws(page: Page, rounds: int) -> list[float]:
    """Milliseconds from a cycle's figure to its picture; the gliding that follows has ended before the next."""
    found = []
    for turn in range(rounds + 1):
        for name in ("other", "one"):
            took = page.evaluate(SHOW, name)
            page.wait_for_timeout(1500)
            if turn:
                found.append(took)
    return found


def dragged(page: Page, moves: int) -> dict[str, float]:
    """Pictures a second while the map is dragged back and forth by a mouse that moves as soon as it is heard."""
    page.evaluate("() => document.querySelector('.lada-map .modebar-btn[data-val=pan]').click()")
    page.wait_for_timeout(1500)
    box = page.locator(".nsewdrag").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.evaluate(COUNT)
    for n in range(moves):
        page.mouse.move(x + 80 * np.sin(n / 5), y + 60 * np.cos(n / 5))
    counted = page.evaluate(COUNTED)
    page.mouse.up()
    seconds = counted["ms"] / 1000
    return {"moves_per_s": counted["moves"] / seconds, "frames_per_s": counted["frames"] / seconds}


def test_time_of_large_maps(browser: Browser):
    rounds = int(os.environ["LADA_ROUNDS"])
    found: dict[str, dict[str, float]] = {}
    for n in map(int, os.environ["LADA_POINTS"].split()):
        page = browser.new_page()
        opened(page, n)
        times = redraws(page, rounds)
        found[str(n)] = {"median_ms": statistics.median(times), "spread_ms": max(times) - min(times)}
        found[str(n)] |= dragged(page, 40)
        page.close()
    Path(os.environ["LADA_TIMES"]).write_text(json.dumps(found), encoding="utf-8")
