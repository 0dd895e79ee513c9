"""The runs in a folder as a tree: each branch below the run that it began from."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from lada_explore.errors import ConfigError
from lada_explore.store.run_info import RUN_FILE, Parent
from lada_explore.store.run_summary import RunSummary, SummaryReader

MAX_FOLDERS = 5_000
"""Folders that are looked into for runs; a folder of a run counts as one."""

_NUMBER = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunNode:
    """A run and where it stands in the tree.

    Attributes:
        name: path of its folder from the folder that is listed.
        summary: the run in short.
        level: 1 for a run that stands alone, 2 for a branch of it, and so on.
        parent: name of the run that it is a branch of; empty if that is none of the tree.
        begun: what it shares with its parent, and what was changed; empty for a run that is no branch.
    """

    name: str
    summary: RunSummary
    level: int
    parent: str
    begun: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunTree:
    """The runs in a folder.

    Attributes:
        folder: the folder, as its real path.
        nodes: the runs, by name, each followed by its branches.
        note: what was left out, as a sentence; empty if nothing was.
    """

    folder: Path
    nodes: tuple[RunNode, ...]
    note: str = ""

    def branches_of(self, name: str) -> list[str]:
        """Names of the branches that were begun from a run itself."""
        return [node.name for node in self.nodes if node.parent == name]


def read_tree(folder: Path, reader: SummaryReader) -> RunTree:
    """The tree of all runs in a folder, at any depth. Links are not followed, and hidden folders not looked into.

    Args:
        folder: its real path.
        reader: what has read them before.

    Raises:
        ConfigError: there is no such folder.
    """
    if not os.path.isdir(folder):
        raise ConfigError(f"{folder} is no folder; give one with runs in it")
    places, whole = _runs_in(folder)
    reader.keep_only(set(places))
    runs = {_name(folder, path): reader.read(path) for path in places}
    note = (
        "" if whole else f"Only the first {MAX_FOLDERS:,} folders were looked into; choose a folder nearer to the runs."
    )
    return RunTree(folder=folder, nodes=tuple(_arranged(runs)), note=note)


def _in_order(name: str) -> tuple[list[tuple[int, str]], str]:
    """By what names are sorted: "seed-2" before "seed-10"."""
    parts = [(int(part), "") if part.isdecimal() else (-1, part.casefold()) for part in _NUMBER.split(name)]
    return parts, name


def _runs_in(folder: Path) -> tuple[list[Path], bool]:
    """Folders of runs, and whether all was looked into."""
    found, waiting, looked = list[Path](), [folder], 0
    while waiting and looked < MAX_FOLDERS:
        place = waiting.pop(0)
        looked += 1
        try:
            with os.scandir(place) as entries:
                inside = sorted(entries, key=lambda entry: entry.name)
        except OSError:
            continue
        if any(entry.name == RUN_FILE for entry in inside):
            found.append(place)
            continue
        waiting += [Path(entry.path) for entry in inside if _is_folder(entry)]
    return found, not waiting


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return not entry.name.startswith(".") and entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _name(folder: Path, path: Path) -> str:
    return path.name if path == folder else path.relative_to(folder).as_posix()


def _arranged(runs: Mapping[str, RunSummary]) -> Iterator[RunNode]:
    """Every run once, each followed by its branches."""
    parents = {name: _parent_in(runs, name) for name in runs}
    below: dict[str, list[str]] = {}
    for name in sorted(runs, key=_in_order):
        below.setdefault(parents[name], []).append(name)
    waiting = [(name, 1) for name in reversed(below.get("", []))]
    while waiting:
        name, level = waiting.pop()
        parent, summary = parents[name], runs[name]
        yield RunNode(name=name, summary=summary, level=level, parent=parent, begun=_begun(summary, parent))
        waiting += [(branch, level + 1) for branch in reversed(below.get(name, []))]


def _parent_in(runs: Mapping[str, RunSummary], name: str) -> str:
    """Name of the run that a run is a branch of; empty if it is none of these, or no branch.

    A run that was copied is there twice; the branch is then that of the one which its `run.json` names.
    """
    summary = runs[name]
    parent = None if summary.info is None else summary.info.parent
    if parent is None:
        return ""
    place = _place_of(summary, parent)
    same = [other for other, there in runs.items() if other != name and _is_parent(there, parent, place)]
    there = [other for other in same if runs[other].path == place]
    return next(iter(there or sorted(same, key=_in_order)), "")


def _is_parent(run: RunSummary, parent: Parent, place: Path) -> bool:
    """Whether a run is the one that a branch names. Runs of format 1 have no id, and are known by their place."""
    if run.info is None or (run.info.id, run.digest) != (parent.info.id, parent.digest):
        return False
    return bool(parent.info.id) or run.path == place


def _place_of(branch: RunSummary, parent: Parent) -> Path:
    """Where the parent of a branch was when the branch was begun, seen from where the branch is now."""
    return Path(os.path.normpath(branch.path / parent.path))


def _begun(summary: RunSummary, parent: str) -> str:
    """What a branch shares and what it changed: "after cycle 3; method: lada-entmix → random"."""
    of = None if summary.info is None else summary.info.parent
    if of is None:
        return ""
    place = _place_of(summary, of)
    where = ""
    if not parent:
        gone = "outside of this folder" if (place / RUN_FILE).exists() else "not there any more"
        where = f" of {of.path}, which is {gone}"
    after = "after the start" if of.at == 0 else f"after cycle {of.at}"
    return f"{after}{where}; {'; '.join(of.changed) or 'nothing is changed'}"
