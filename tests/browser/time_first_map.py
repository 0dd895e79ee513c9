"""How long the first map of a run takes in a notebook; run by `benchmarks/first_map.py`, not a test.

The time runs from the end of the cell that shows the view: until its frame is there, until a sentence stands in it, and
until the map is drawn. The recorded demo comes with its layouts; a run of this computer's is opened twice, and has them
the second time.
"""

from __future__ import annotations

import json
import os
import statistics
from pathlib import Path

from conftest import REPOSITORY

DEMO = REPOSITORY / "data" / "runs" / "demo"
MADE = """
from lada_explore import Explorer, open_run, open_session
session = open_session({folder!r}, settings={{"schedule.subset_size": {subset}, "training.epochs": 2}}, cycles=2)
session.run()
session.close()
"""
SHOWN = """
from lada_explore import Explorer, open_run
run = open_run({folder!r})
Explorer(run)
"""
WATCH = """() => {
    const seen = (window.firstMap = {});
    const note = (name) => { seen[name] ??= performance.now(); };
    const look = () => {
        const map = document.querySelector(".lada-map");
        if (!map) return;
        note("frame");
        const said = map.querySelector(".lada-plot-message");
        if (map.dataset.rev || (said?.checkVisibility() && said.textContent)) note("sentence");
        if (map.dataset.cycle) note("map");
    };
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true });
    const { kernel } = window.jupyterapp.shell.currentWidget.sessionContext.session;
    kernel.anyMessage.connect((_, { msg, direction }) => {
        if (direction === "recv" && msg.header.msg_type === "execute_reply") seen.cell = performance.now();
    });
}"""
SEEN = """() => {
    const { cell, frame, sentence, map } = window.firstMap;
    return { frame: frame - cell, sentence: sentence - cell, map: map - cell };
}"""


def first_map(pages, name: str, *cells: str) -> dict[str, float]:
    """Milliseconds from the end of the last cell, in a kernel and a page of its own; below 0 is before it."""
    notebook = pages.open_path(pages.write_cells(name, *cells))
    notebook.page.evaluate(WATCH)
    notebook.run_all()
    notebook.page.wait_for_function("() => window.firstMap.map && window.firstMap.cell", timeout=120_000)
    return notebook.page.evaluate(SEEN)


def test_time_to_the_first_map(module_pages, tmp_path):
    subset, rounds = (int(os.environ[name]) for name in ("LADA_SUBSET", "LADA_ROUNDS"))
    folder = str(tmp_path / "run")
    found = {"demo": [], "again": []}
    unknown = first_map(module_pages, "first", MADE.format(folder=folder, subset=subset), SHOWN.format(folder=folder))
    for turn in range(rounds):
        found["demo"].append(first_map(module_pages, f"demo{turn}", SHOWN.format(folder=str(DEMO))))
        found["again"].append(first_map(module_pages, f"again{turn}", SHOWN.format(folder=folder)))
    medians = {
        run: {part: statistics.median(times[part] for times in runs) for part in ("frame", "sentence", "map")}
        for run, runs in found.items()
    }
    Path(os.environ["LADA_TIMES"]).write_text(json.dumps({**medians, "first_opening": unknown}), encoding="utf-8")
