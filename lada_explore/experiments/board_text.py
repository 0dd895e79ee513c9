"""The board of a sweep in words, for a terminal and for a page alike."""

from __future__ import annotations

from collections.abc import Sequence

from lada_explore.experiments.board import Board, bands
from lada_explore.experiments.status import RunState, RunStatus

METHOD_COLUMNS = ("method", "complete", "running", "waiting", "failed", "stopped", "labels", "accuracy (%)")
"""Of `method_rows`: runs by state; the largest number of labels that a run has reached, and the mean accuracy there."""

MAX_RUNS = 30
"""Most runs that are listed one by one."""

_ORDER = (RunState.FAILED, RunState.RUNNING, RunState.STOPPED)
"""States of the runs that are listed one by one, in this order."""


def summary(board: Board) -> str:
    """How far the sweep is, in a sentence."""
    counts = [f"{board.count(RunState.COMPLETE)} of {len(board.runs)} runs complete"]
    for state in (RunState.RUNNING, RunState.WAITING, RunState.FAILED, RunState.STOPPED):
        if n := board.count(state):
            counts.append(f"{n} {state.value}")
    said = ", ".join(counts)
    if board.gone:
        said += "; its command was killed"
    if board.gone or board.count(RunState.STOPPED):
        said += "; the same command goes on"
    if board.left_s:
        said += f"; about {rough(board.left_s)} left"
    elif board.count(RunState.WAITING) and not (board.gone or board.count(RunState.RUNNING)):
        said += "; the time left is not known until a run has begun"
    return f"{said} ({board.plan.engine})"


def rough(seconds: float) -> str:
    """A time as one says it: "40 s", "12 min", "3.5 h"."""
    for unit, length, places in (("h", 3600.0, 1), ("min", 60.0, 0)):
        if seconds >= 1.5 * length:
            return f"{seconds / length:.{places}f} {unit}"
    return f"{max(1.0, seconds):.0f} s"


def method_rows(board: Board) -> list[tuple[str, ...]]:
    """A row of texts for each method, see `METHOD_COLUMNS`."""
    reached = bands(board.runs)
    rows = []
    for method in board.methods:
        states = [run.state for run in board.runs if run.method == method]
        point = reached[method][-1] if reached.get(method) else None
        rows.append(
            (
                method,
                *(str(states.count(RunState(name)) or "") for name in METHOD_COLUMNS[1:6]),
                "" if point is None else str(point.labels),
                "" if point is None else f"{100 * point.accuracy:.1f}",
            )
        )
    return rows


def filled(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[list[str], list[list[str]]]:
    """Columns and rows without the columns that are empty in every row, so that long names have room."""
    kept = [place for place, _ in enumerate(columns) if any(row[place] for row in rows)]
    return [columns[place] for place in kept], [[row[place] for place in kept] for row in rows]


def run_lines(board: Board) -> list[tuple[str, str, str]]:
    """Name, how far, and what went wrong, of each run that failed, runs or was stopped, at most `MAX_RUNS`.

    The last is empty where nothing did.
    """
    listed = [run for state in _ORDER for run in board.runs if run.state is state]
    return [_run_line(board, run) for run in listed[:MAX_RUNS]]


def _run_line(board: Board, run: RunStatus) -> tuple[str, str, str]:
    cycle = f"{run.cycle} of {run.cycles}" + (f", {run.stage.replace('_', ' ')}" if run.stage else "")
    wrong = run.error
    if quiet := board.quiet_s(run):
        wrong = f"nothing was heard of it for {rough(quiet)}; its process may be gone"
    state = run.state.value + (f", try {run.tries}" if run.tries > 1 else "")
    far = " · ".join([state, f"cycle {cycle}", *filter(None, [run.where])])
    return f"{run.method}, seed {run.seed}", far, wrong
