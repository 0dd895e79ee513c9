"""The tree of runs in a page: rows, the question before a run is deleted, and what a person does with a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from lada_explore.errors import ConfigError
from lada_explore.experiments.run_tree import RunNode, read_tree
from lada_explore.store.removal import removable, remove_run
from lada_explore.store.run_summary import SummaryReader
from lada_explore.views.base.assets import module_of, style_of
from lada_explore.views.base.latest_only import LatestOnlyExecutor
from lada_explore.views.base.refresh import every
from lada_explore.views.base.state_view import StateView, sentence_of
from lada_explore.views.base.text import as_html
from lada_explore.views.run_tree.opened import Tabs, tabs_of
from lada_explore.views.run_tree.rows import ELSEWHERE, HERE, name_shown, open_where, question_of, rows_of

LOOK_S = 2.0
"""Seconds between two looks at the folder: 300 runs that did not change take 32 ms (ours, local disk)."""

DEEDS = {
    "open": "Opening {} …",
    "continue": "Opening {} to go on with it …",
    "close": "Closing {} …",
    "compare": "Comparing {} …",
}
"""What a person can do with runs, and what is said meanwhile."""

EMPTY = "No run is in this folder yet."

Do = Callable[[str, list[Path], Tabs], str]
"""Does one of `DEEDS` with the folders of runs, in a page with these tabs; returns a sentence.

"gone" is for a run that is about to be deleted: what shows it is closed.
"""


class TreeView(StateView):
    """The runs of a folder by name, each branch below its parent, with buttons for the one that is looked at.

    It looks at the folder every two seconds. What takes longer runs on a thread of its own, one at a time.

    Args:
        folder: real path of the folder.
        shown: the run that the tree was opened from; None for none.
        do: does what a person asks for.

    Attributes:
        state: what the page shows.

    Raises:
        ConfigError: there is no such folder.
    """

    _esm = module_of("run_tree")
    _css = style_of("run_tree")

    def __init__(self, folder: Path, shown: Path | None, do: Do) -> None:
        self._folder, self._from, self._do = folder, shown, do
        self._reader = SummaryReader()
        self._work = LatestOnlyExecutor(self._failed)
        self._jobs = 0
        self._tree = read_tree(folder, self._reader)
        super().__init__(self._listed() | {"busy": "", "says": "", "question": None})
        self._follow(every(LOOK_S))

    def handle(self, content: Mapping[str, Any]) -> None:
        """{"type": one of `DEEDS`, "runs": names, "tabs": see `tabs_of`}; or "ask", "keep" or "delete"."""
        kind = content.get("type")
        if kind == "keep":
            self._show(question=None)
        elif kind in DEEDS or kind in ("ask", "delete"):
            if self.state["busy"]:
                raise ConfigError(f"{self.state['busy']} Wait until that is done.")
            nodes = [self._node(str(name)) for name in content.get("runs", ())]
            if kind == "ask":
                self._ask(nodes[0])
            elif kind == "delete":
                self._delete(nodes[0])
            else:
                self._begin(str(kind), nodes, tabs_of(content))

    def plain(self) -> str:
        """The rows as a table, for a place where no widget can be shown."""
        heads = ("run", "begun", "method", "stands", "labels", "accuracy")
        rows = [[row[name] for name in heads] for row in self.state["rows"]]
        lines = [[*heads], *rows]
        cells = ("".join(f"<td>{as_html(str(cell))}</td>" for cell in line) for line in lines)
        return "<table>" + "".join(f"<tr>{line}</tr>" for line in cells) + "</table>"

    def close(self) -> None:
        """Take the view off every page; a run that goes on does so."""
        if hasattr(self, "_work"):
            self._work.cancel()
        super().close()

    def _redraw(self) -> None:
        with self._lock:
            self._tree = read_tree(self._folder, self._reader)
            self._set_changed_state(self.state | self._listed() | {"error": self.state["error"]})

    def _listed(self) -> dict[str, Any]:
        """What is shown of the tree."""
        rows = rows_of(self._tree)
        shown = next((node.name for node in self._tree.nodes if node.summary.path == self._from), "")
        note = self._tree.note if rows else EMPTY
        return {"folder": name_shown(str(self._folder)), "rows": rows, "shown": name_shown(shown), "note": note}

    def _show(self, **changes: Any) -> None:
        """Show the tree as it is now, with other sentences."""
        with self._lock:
            self._tree = read_tree(self._folder, self._reader)
            kept = {name: self.state[name] for name in ("busy", "says", "question")}
            self._set_state(self._listed() | kept | changes)

    def _node(self, name: str) -> RunNode:
        """The run of this name. Raises ConfigError if it is gone."""
        for node in self._tree.nodes:
            if name_shown(node.name) == name:
                return node
        raise ConfigError(f"{name} is not in {self._folder} any more")

    def _begin(self, kind: str, nodes: list[RunNode], tabs: Tabs) -> None:
        """Begin to do something with runs, on another thread."""
        least = 2 if kind == "compare" else 1
        if len(nodes) < least:
            raise ConfigError(f"{len(nodes)} runs were chosen; choose {'two or more' if least > 1 else 'one'}")
        names, paths = " and ".join(name_shown(node.name) for node in nodes), [node.summary.path for node in nodes]
        self._show(busy=DEEDS[kind].format(names), says="")
        self._jobs += 1
        self._work.want(self._jobs, lambda still_wanted: self._show(says=self._do(kind, paths, tabs), busy=""))

    def _ask(self, node: RunNode) -> None:
        """Ask before a run is deleted. Raises LadaError if it cannot be."""
        _require_unused(node)
        size = removable(node.summary.path)
        self._show(question=question_of(node, size, self._tree.branches_of(node.name)), says="")

    def _delete(self, node: RunNode) -> None:
        """Delete the run that was asked about; anything else is asked about first."""
        question = self.state["question"]
        if question is None or question["run"] != name_shown(node.name):
            self._ask(node)
            return
        self._show(question=None)
        _require_unused(node)
        self._do("gone", [node.summary.path], None)
        remove_run(node.summary.path)
        self._show(says=f"{name_shown(node.name)} is deleted.")

    def _failed(self, error: Exception) -> None:
        self._show(busy="", error=sentence_of(error))


def _require_unused(node: RunNode) -> None:
    """Raises ConfigError while a run is open to go on with it."""
    how = {HERE: "this kernel; press Close first", ELSEWHERE: "another kernel or process; close it there first"}
    if place := open_where(node.summary):
        raise ConfigError(f"{name_shown(node.name)} is open in {how[place]}")
