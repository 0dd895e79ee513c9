"""The numbers that the views draw of a run, whatever they are called and wherever they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from helpers.small_runs import copied, cut_before

from lada_explore import Session, open_run
from lada_explore.analysis import Rule
from lada_explore.datasets import ImageData
from lada_explore.events import REDRAWS
from lada_explore.records import Stage
from lada_explore.store import RecordedRun
from lada_explore.views import (
    Explorer,
    Labeller,
    PolicySteps,
    PullChart,
    ScoreLedger,
    Selection,
    Stepper,
    TauRuns,
    WhatIf,
)

Drawings = dict[str, list[list[float]]]
"""Sequences of numbers by "VIEW, cycle C"; a single number is a sequence of one."""

TRACE = ("x", "y", "z", "text", "customdata", "error_x", "error_y", "marker")
"""What of a trace holds numbers of the run."""
WORDS = ("about", "caption", "label", "revision", "hovertemplate", "line", "colorscale", "colorbar", "symbol")
"""What says how a picture is to be read or looks, and nothing of this run."""
NUMBER = re.compile(r"(?<![\w.])-?\d+(?:,\d{3})*(?:\.\d+)?(?!\w)")


def drawings_of(folder: Path, scratch: Path, data: ImageData) -> Drawings:
    """What every view draws of a run: an explorer's, those of the lessons that take a run, and a live session's.

    The positions of the map are left out: laying out follows the rounding of the machine.

    Args:
        folder: the run, which stays as it is.
        scratch: a new folder, for a copy that is taken back to the query of its last cycle.
        data: its images.
    """
    run = open_run(folder)
    return of_explorer(run) | _of_lessons(run) | _of_session(folder, scratch, data)


def of_explorer(run: RecordedRun) -> Drawings:
    """What the views of an explorer draw of a run, in every cycle."""
    explorer, found = Explorer(run), {}
    for page in explorer.parts:
        explorer.show(*page)
    for records in run.history:
        explorer.selection.show_cycle(records.cycle)
        for page in explorer.parts:
            explorer.show(*page)
            REDRAWS.wait(60)
        for view in _views_of(explorer):
            found[f"{type(view).__name__}, cycle {records.cycle}"] = list(_drawn(view))
        for view in _views_of(explorer):
            if isinstance(view, (ScoreLedger, WhatIf)):
                explorer.show("Scores", "Score ledger" if isinstance(view, ScoreLedger) else "Another rule")
                found[f"{type(view).__name__}, cycle {records.cycle}"] += _otherwise(view, explorer.selection)
    explorer.close()
    return found


def _otherwise(view: Any, selection: Selection) -> list[list[float]]:
    """What a view draws when a person asks it otherwise: of a fixed tau, and with a pair that is no candidate."""
    before = selection.selected.pair
    if isinstance(view, WhatIf):
        view.choose(Rule())
    else:
        selection.choose_pair(-1, -1)
    REDRAWS.wait(60)
    drawn = list(_drawn(view))
    if before is not None:
        selection.choose_pair(*before)
    return drawn


def _of_lessons(run: RecordedRun) -> Drawings:
    found = {"TauRuns, all cycles": list(_drawn(TauRuns({"run": run})))}
    for records in run.history[1:]:
        found[f"PolicySteps, cycle {records.cycle}"] = list(_drawn(PolicySteps({"run": run}, records.cycle)))
        found[f"PullChart, cycle {records.cycle}"] = list(_drawn(PullChart(run, records.cycle)))
    return found


def _of_session(folder: Path, scratch: Path, data: ImageData) -> Drawings:
    last = open_run(folder).history[-1].cycle
    cut_before(copied(folder, scratch), last, Stage.QUERY)
    session = Session.resume(scratch, data=data)
    views = (Stepper(session), Labeller(session))
    found = {f"{type(view).__name__}, cycle {last}": list(_drawn(view)) for view in views}
    for view in views:
        view.close()
    session.close()
    return found


def missing(recorded: list[list[float]], drawn: list[list[float]]) -> list[list[float]]:
    """The recorded sequences that are not drawn any more, to four digits."""
    of_length: dict[int, list[list[float]]] = {}
    for sequence in drawn:
        of_length.setdefault(len(sequence), []).append(sequence)
    return [
        sequence
        for sequence in recorded
        if not np.isclose(
            np.array(of_length.get(len(sequence), np.empty((0, len(sequence))))),
            np.array(sequence, float),
            rtol=1e-4,
            atol=1e-6,
            equal_nan=True,
        )
        .all(axis=-1)
        .any()
    ]


def _views_of(view: Any) -> Iterator[Any]:
    for child in getattr(view, "children", ()):
        yield from _views_of(child)
    if hasattr(view, "spec") or hasattr(view, "state"):
        yield view


def _drawn(view: Any) -> Iterator[list[float]]:
    """Each sequence of numbers that a view shows, once."""
    seen = set()
    for sequence in _shown(view):
        rounded = tuple(float(f"{number:.6g}") for number in sequence)
        if rounded and str(rounded) not in seen:
            seen.add(str(rounded))
            yield list(rounded)


def _shown(view: Any) -> Iterator[list[float]]:
    if not hasattr(view, "spec"):
        for name in ("state", "asked", "marks"):
            yield from _numbers(getattr(view, name, None))
        return
    yield from _numbers({name: view.spec[name] for name in ("message", "notes")})
    on_map = hasattr(view, "atlas")
    if on_map and view.atlas.get("cycle") == view.panel["cycle"]:
        yield from _numbers(view.atlas["details"])
    for trace in (view.spec["figure"] or {"data": []})["data"]:
        names = [name for name in TRACE if name in trace and not (on_map and name in ("x", "y"))]
        yield from _numbers({name: trace[name] for name in names})


def _numbers(value: Any, name: str = "") -> Iterator[list[float]]:
    if name in WORDS or value is None or isinstance(value, bool):
        return
    if isinstance(value, str):
        yield [float(found.replace(",", "")) for found in NUMBER.findall(value)]
    elif isinstance(value, Mapping) and isinstance(value.get("bytes"), bytes):
        yield [float(number) for number in np.frombuffer(value["bytes"], _kind(value)).ravel()]
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _numbers(inner, key)
    elif isinstance(value, (int, float)):
        yield [float(value)]
    elif isinstance(value, (list, tuple)):
        if value and all(isinstance(entry, (int, float)) for entry in value):
            yield [float(entry) for entry in value]
            return
        for inner in value:
            yield from _numbers(inner)


def _kind(sent: Mapping[str, Any]) -> str:
    return {"f4": "<f4", "i4": "<i4"}.get(sent.get("array", ""), "u1")
