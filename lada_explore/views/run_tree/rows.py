"""What the page shows of each run of a tree."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from lada_explore.experiments.run_tree import RunNode, RunTree
from lada_explore.files import encoded
from lada_explore.records import STAGE_NAMES, RunPosition, Stage, cycle_name
from lada_explore.session.open_runs import session_in
from lada_explore.store.removal import Size
from lada_explore.store.run_info import RunInfo
from lada_explore.store.run_summary import RunSummary, is_at_work

HERE, ELSEWHERE = "here", "elsewhere"
"""Where a run is open to go on with it, if it is: in this kernel, or in another one or another process."""


class Row(TypedDict):
    """One run.

    Attributes:
        run: its name in the tree, by which the page names it.
        level: 1 for a run that stands alone, 2 for a branch of it, and so on.
        begun: of a branch, after which cycle and with what changed.
        method: its method and seed.
        stands: how far it is, in words.
        open: where it is open to go on with it: "here", "elsewhere" or "".
        complete: whether nothing of it is left to run.
        labels, accuracy: of the last evaluated cycle; empty where there is none.
        curve: accuracy in per cent by evaluated cycle, None without test images.
        fault: what cannot be read.
        readable: whether it can be opened at all, as far as is known.
    """

    run: str
    level: int
    begun: str
    method: str
    stands: str
    open: str
    complete: bool
    labels: str
    accuracy: str
    curve: list[float | None]
    fault: str
    readable: bool


def rows_of(tree: RunTree) -> list[Row]:
    """A row for each run of a tree, in its order."""
    return [row_of(node) for node in tree.nodes]


def row_of(node: RunNode) -> Row:
    """The row of a run."""
    summary = node.summary
    info, last = summary.info, next((one for one in reversed(summary.accuracy) if one is not None), None)
    place = open_where(summary)
    return Row(
        run=name_shown(node.name),
        level=node.level,
        begun=name_shown(node.begun),
        method="" if info is None else f"{info.config.method.name}, seed {info.config.seed}",
        stands=_stands(summary, place),
        open=place,
        complete=summary.position is not None and summary.position.next_stage is None,
        labels="" if summary.labels is None else f"{summary.labels:,}",
        accuracy="" if last is None else f"{100 * last:.1f} %",
        curve=[None if one is None else round(100 * one, 2) for one in summary.accuracy],
        fault=name_shown(summary.fault),
        readable=summary.position is not None,
    )


def name_shown(name: str) -> str:
    """A name as a page can take it: bytes that are no text are replaced."""
    return encoded(name).decode()


def open_where(summary: RunSummary) -> str:
    """Whether a run is open to go on with it, and where: `HERE`, `ELSEWHERE` or empty."""
    if session_in(summary.path) is not None:
        return HERE
    return ELSEWHERE if is_at_work(summary.path) else ""


def _stands(summary: RunSummary, place: str) -> str:
    """Where a run stands: "cycle 3 of 12, Train next; open in this kernel"."""
    if summary.position is None or summary.info is None:
        return "cannot be read"
    session = session_in(summary.path)
    running = session is not None and session.position.running
    told = _progress(summary.position if session is None else session.position, summary.info, running)
    if place == ELSEWHERE:
        return f"{told}; open in another kernel or process"
    return f"{told}; open in this kernel" if place and not running else told


def _progress(position: RunPosition, info: RunInfo, running: bool) -> str:
    cycles = info.config.schedule.cycles
    if position.next_stage is None:
        return f"complete, {cycles} cycle{'' if cycles == 1 else 's'}"
    where = cycle_name(position.cycle) + f" of {cycles}" * (position.cycle > 0)
    if position.next_stage is Stage.QUERY and info.asks_a_person:
        return f"{where}, waits for answers"
    return f"{where}, {STAGE_NAMES[position.next_stage]} {'runs' if running else 'next'}"


class Question(TypedDict):
    """What is asked before a run is deleted.

    Attributes:
        run: its name in the tree.
        title: the question.
        lines: what would be gone, and what would not.
    """

    run: str
    title: str
    lines: list[str]


def question_of(node: RunNode, size: Size, branches: Sequence[str]) -> Question:
    """What is asked before a run is deleted.

    Args:
        node: the run.
        size: of its files.
        branches: names of the branches that were begun from it.
    """
    info = node.summary.info
    what = "" if info is None else f" ({info.config.data.name}, {info.config.method.name}, seed {info.config.seed})"
    kept = f", of which {in_bytes(size.shared_bytes)} stay on the disk because other runs have them too"
    lines = [f"Its folder is {node.summary.path}{what}."]
    lines.append(f"It has {in_bytes(size.n_bytes)}{kept if size.shared_bytes else ''}. This cannot be undone.")
    if len(branches) == 1:
        lines.append(
            f"{branches[0]} was begun from it. It keeps all of its cycles and can go on; but if a file that both share "
            "is damaged later, it cannot be restored from here."
        )
    elif branches:
        lines.append(
            f"{len(branches)} runs were begun from it: {', '.join(branches)}. They keep all of their cycles and can go "
            "on; but if a file that they share is damaged later, it cannot be restored from here."
        )
    name = name_shown(node.name)
    return Question(run=name, title=f"Delete {name}?", lines=[*map(name_shown, lines)])


def in_bytes(n_bytes: int) -> str:
    """A number of bytes for people: "3.4 MB"."""
    value = float(n_bytes)
    for unit in ("bytes", "kB", "MB", "GB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit == "bytes" or value >= 100 else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} TB"
