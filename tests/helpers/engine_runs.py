"""Small sweeps for the tests of engines, and what is known of their runs while they go on."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import psutil

from lada_explore.experiments.status import RunState, RunStatus, read_status
from lada_explore.experiments.sweep import Sweep

SETTINGS = {
    "classifier.width": 4,
    "classifier.blocks": "1,1",
    "schedule.subset_size": 20,
    "schedule.budget": 4,
    "training.epochs": 1,
    "look_ahead.precision": "float32",
}


def sweep_in(out: Path, *methods: str, seeds: int = 2, cycles: int = 10, **settings: Any) -> Sweep:
    """Runs of a few seconds each."""
    made: dict[str, Any] = {"out": out, "cycles": cycles, "dataset": "digits", "device": "cpu"}
    return Sweep(methods=methods, seeds=seeds, settings=SETTINGS | settings, **made)


def statuses(sweep: Sweep) -> list[RunStatus]:
    """The status of each run that has one."""
    return [status for run in sweep.runs() if (status := read_status(run.path)) is not None]


def stages_there(sweep: Sweep) -> dict[Path, int]:
    """When each stage's record was written, by its path."""
    places = (place for run in sweep.runs() for place in run.path.glob("cycles/*/*/record.json"))
    return {place: place.stat().st_mtime_ns for place in places if not place.parent.name.endswith(".part")}


def in_the_middle(
    sweep: Sweep, at_least: int, then: Callable[[Sequence[RunStatus]], object]
) -> tuple[threading.Thread, dict[Path, int]]:
    """A thread that calls `then` as soon as so many runs are in cycle 2 or later, and the stages there then."""
    there: dict[Path, int] = {}

    def watch() -> None:
        end = time.monotonic() + 300
        while time.monotonic() < end:
            going = [one for one in statuses(sweep) if one.state is RunState.RUNNING and one.cycle >= 2]
            if len(going) >= at_least:
                there.update(stages_there(sweep))
                then(going)
                return
            time.sleep(0.02)

    thread = threading.Thread(target=watch)
    thread.start()
    return thread, there


def processes_below() -> list[psutil.Process]:
    """The processes that descend from this one and run."""
    found = psutil.Process().children(recursive=True)
    return [process for process in found if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]
