"""How long a person waits in the ninth notebook; run by `benchmarks/labelling_photos.py`, not a test."""

from __future__ import annotations

import csv
import json
import os
import statistics
import time
from pathlib import Path
from typing import Any

import nbformat
import psutil
from conftest import REPOSITORY
from labeller_notebook import kernel

from lada_explore import open_run

NAME = "09_label_your_photos.ipynb"
SHOWN = """
    const shown = () => {
        const root = document.querySelector(".lada-labeller");
        const { at, waiting, kind, cycle } = root?.dataset ?? {};
        const painted = root?.querySelector(".lada-lab-figure canvas")?.dataset.painted ?? "";
        const state = root?.querySelector(`.lada-lab-strip .lada-lab-card[data-id="${at}"]`)?.dataset.state;
        return waiting === "0" && state === "open" && painted.startsWith(`${at} `) && [at, kind, cycle];
    };
"""
"""The picture that is asked about, with its query, once it is painted and all before it is on disk; else false."""

MAP = 'from lada_explore import MapView\n\nMapView(session, colour="predicted class")'
LOST_MS = 15_000
ASKED = f"() => {{ {SHOWN} return shown(); }}"
WATCH = """() => {
    const root = document.querySelector(".lada-labeller");
    root.focus();
    window.ladaQueries = [];
    const note = () => {
        const query = `${root.dataset.kind} ${root.dataset.cycle}`;
        if (window.ladaQueries.at(-1)?.[0] !== query) window.ladaQueries.push([query, performance.now()]);
    };
    new MutationObserver(note).observe(root, { attributes: true });
    note();
}"""
"""Give the labeller the focus, and note when it shows which query."""

PRESS = f"""(key) => new Promise((resolve) => {{ {SHOWN}
    const root = document.querySelector(".lada-labeller");
    const before = root.dataset.at;
    const began = performance.now();
    let saved = null;
    const look = () => {{
        const now = performance.now() - began;
        if (saved === null && root.dataset.waiting === "0") saved = now;
        const next = shown();
        if (next && next[0] !== before) resolve([began, saved, now]);
        else if (now > {LOST_MS}) resolve(null);
        else requestAnimationFrame(look);
    }};
    root.dispatchEvent(new KeyboardEvent("keydown", {{ key, bubbles: true }}));
    look();
}})"""
"""Press a key; when that was, ms until the answer is on disk, and ms until another picture is painted.

None if no other picture is asked about in that time.
"""


def test_times_of_labelling_photos(pages):
    given = Path(os.environ["LADA_PHOTOS"])
    truth: dict[str, str] = json.loads((given / "truth.json").read_text(encoding="utf-8"))
    folder = pages.lab.folder / "photos"
    (folder / "notebooks").mkdir(parents=True)
    notebook = nbformat.read(REPOSITORY / "notebooks" / NAME, as_version=4)
    opening = next(cell for cell in notebook.cells if "open_session(" in cell.source)
    assert 'FOLDER = "../data/photos"' in opening.source
    opening.source = opening.source.replace('"../data/photos"', repr(str(given / "photos")))
    if os.environ.get("LADA_MAP"):
        place = next(at for at, cell in enumerate(notebook.cells) if cell.source == "Labeller(session)")
        notebook.cells.insert(place + 1, nbformat.v4.new_code_cell(MAP))
    nbformat.write(notebook, folder / "notebooks" / NAME)

    began = time.monotonic()
    page = pages.open_path(f"photos/notebooks/{NAME}")
    times: dict[str, Any] = {"page_s": time.monotonic() - began}
    opened = time.monotonic()
    page.run_all(timeout_s=540)
    times["cells_s"] = time.monotonic() - opened
    page.show(".lada-stepper")
    page.button("Run").click()
    page.show(".lada-labeller")
    page.page.wait_for_function(ASKED, timeout=540_000)
    times["first_query_s"] = time.monotonic() - opened
    times |= answered(page, truth, int(os.environ["LADA_ANSWERS"]))
    process = psutil.Process(int(kernel(page, "__import__('os').getpid()")))
    times["kernel_peak_megabytes"] = peak_megabytes(process)

    exported = time.monotonic()
    page.run_all(timeout_s=300)
    times["cells_again_s"] = time.monotonic() - exported
    with (folder / "runs" / "my-photos-labelled" / "labels.csv").open(encoding="utf-8", newline="") as file:
        labels = {row["file"]: row["class"] for row in csv.DictReader(file)}
    assert labels.items() <= truth.items()
    files = sorted(truth)
    times["exported"] = len(labels)
    times["keys_without_a_label"] = len({files[at] for at in times.pop("pressed")} - labels.keys())
    times |= from_the_record(folder / "runs" / "my-photos", truth)
    Path(os.environ["LADA_TIMES"]).write_text(json.dumps(times), encoding="utf-8")


def answered(page, truth: dict[str, str], number: int) -> dict[str, Any]:
    """Answer so many pictures by their keys; returns the ms of each, and the seconds between two queries."""
    files, names = sorted(truth), sorted(set(truth.values()))
    saved_ms, next_ms, pressed, slow = [], [], [], 0
    page.page.evaluate(WATCH)
    for _ in range(number):
        at, kind, cycle = page.page.wait_for_function(ASKED).json_value()
        pressed.append([int(at), f"{kind} {cycle}"])
        said = page.page.evaluate(PRESS, str(1 + names.index(truth[files[int(at)]])))
        if said is None:
            slow += 1
            continue
        pressed[-1].append(said[0])
        saved_ms.append(said[1])
        next_ms.append(said[2])
    page.page.wait_for_function("() => document.querySelector('.lada-labeller').dataset.waiting === '0'")
    return {
        "saved_ms": saved_ms,
        "saved_median_ms": statistics.median(saved_ms),
        "next_picture_ms": next_ms,
        "between_queries": between_queries(pressed, page.page.evaluate("() => window.ladaQueries")),
        "no_next_picture_in_15_s": slow,
        "pressed": [at for at, *_ in pressed],
    }


def between_queries(pressed: list, queries: list) -> list[dict[str, Any]]:
    """Seconds from the last key in a query until the labeller shows the next one, images ahead of it left out."""
    between = []
    for query, shown in queries:
        kind, cycle = query.split()
        before = [at[0] for _, of, *at in pressed if at and at[0] < shown and of.split()[0] not in ("ahead", "none")]
        if kind not in ("ahead", "none") and before:
            between.append({"to_cycle": int(cycle), "seconds": (shown - before[-1]) / 1000})
    return between


def peak_megabytes(process: psutil.Process) -> float | None:
    """The most resident memory that the process has had; None where the system does not tell it."""
    status = Path(f"/proc/{process.pid}/status")
    if not status.exists():
        return None
    (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024 / 1e6


def from_the_record(place: Path, truth: dict[str, str]) -> dict[str, Any]:
    """Seconds of each cycle's stages, and the share of pictures without an answer that are taken for what they are."""
    run, files, accuracy = open_run(place), sorted(truth), []
    for records in run.history:
        if records.score is not None:
            ids = records.subsample.subset_ids
            right = [
                run.class_names[label] == truth[files[image]]
                for image, label in zip(ids, records.score.predicted, strict=True)
            ]
            accuracy.append({"cycle": records.cycle, "of": len(right), "accuracy": sum(right) / len(right)})
    stages = [
        {"cycle": records.cycle} | {stage.value: seconds for stage, seconds in records.seconds.items()}
        for records in run.history
    ]
    return {"stages": stages, "accuracy_of_unanswered": accuracy}
