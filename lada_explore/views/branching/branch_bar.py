"""The buttons of an explorer that begin a branch at the shown cycle, and show the runs beside its run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ipywidgets

from lada_explore.config.method import NO_LOOK_AHEAD
from lada_explore.config.paths import OBJECT
from lada_explore.errors import ConfigError
from lada_explore.store import RunFolder
from lada_explore.views.base.assets import module_of, style_of
from lada_explore.views.base.latest_only import LatestOnlyExecutor
from lada_explore.views.base.selection import Selection
from lada_explore.views.base.served import is_served
from lada_explore.views.base.source import RunSource
from lada_explore.views.base.state_view import StateView, sentence_of
from lada_explore.views.branching.form import asked, form_of, why_not
from lada_explore.views.comparison.side import folder_of
from lada_explore.views.run_tree.deeds import branched
from lada_explore.views.run_tree.opened import Opened, Tabs, tabs_of
from lada_explore.views.run_tree.runs_panel import Explore, RunsPanel

BY_SETTINGS = "add the line method.look_ahead=false"
"""Advice of the form where Python's is another."""


class BranchBar(StateView):
    """Begins a branch after the shown cycle, by a form, and shows the tree of runs.

    Args:
        source: the run.
        folder: its folder.
        selection: the shown cycle.
        explore: makes the explorer of a branch.

    Attributes:
        below: what was opened in a page without tabs.
    """

    _esm = module_of("branch_bar")
    _css = style_of("branch_bar")

    def __init__(self, source: RunSource, folder: RunFolder, selection: Selection, explore: Explore) -> None:
        self._source, self._folder, self._selection, self._explore = source, folder, selection, explore
        self._opened = Opened()
        self._work = LatestOnlyExecutor(self._failed)
        self._jobs = 0
        super().__init__({"why": self._why(), "form": None, "busy": "", "says": ""})
        self._follow(source.on_change, selection.on_change)

    @classmethod
    def of(cls, source: RunSource, selection: Selection, explore: Explore) -> BranchBar | None:
        """The bar for a run; None for one without a folder, and in an application, whose visitors begin no runs."""
        folder = folder_of(source)
        return None if is_served() or not isinstance(folder, RunFolder) else cls(source, folder, selection, explore)

    @property
    def below(self) -> ipywidgets.DOMWidget:
        """What was opened in a page without tabs."""
        return self._opened.below

    def plain(self) -> str:
        """Nothing: these are buttons alone."""
        return ""

    def said(self) -> list[str]:
        """Nothing: these are buttons alone."""
        return []

    def handle(self, content: Mapping[str, Any]) -> None:
        """{"type": "form"}, "cancel", or "runs" or "branch" with "tabs", see `tabs_of`; "branch" has the fields too."""
        kind = content.get("type")
        if kind == "cancel":
            self._change(form=None, error="")
            return
        if kind in ("form", "branch", "runs") and self.state["busy"]:
            raise ConfigError(f"{self.state['busy']} Wait until that is done.")
        if kind == "form":
            why = self._why()
            form = None if why else form_of(self._folder, self._cycle())
            self._change(why=why, form=form, says="", error="")
        elif kind == "branch":
            self._branch(content)
        elif kind == "runs":
            self._begin("Reading the runs …", lambda: self._runs(tabs_of(content)))

    def close(self) -> None:
        """Take the view off every page; a branch that was begun goes on."""
        if hasattr(self, "_work"):
            self._work.cancel()
        super().close()

    def _redraw(self) -> None:
        why = self._why()
        with self._lock:  # A state that is older than the refusal of a branch would take it away.
            self._set_changed_state(self.state | {"why": why})

    def _cycle(self) -> int:
        """The cycle that is shown."""
        cycle, last = self._selection.selected.cycle, self._source.history[-1].cycle
        return last if cycle is None else min(cycle, last)

    def _why(self) -> str:
        """Why no branch can begin at the shown cycle; empty if one can."""
        return why_not(self._folder, self._source.history, self._cycle())

    def _branch(self, content: Mapping[str, Any]) -> None:
        """Begin the branch that a person asked for, on another thread. Raises ConfigError for what cannot be read."""
        out, arguments = asked(content, self._folder.path)
        at, tabs = int(content["at"]), tabs_of(content)

        def begin() -> str:
            session = branched(self._folder.path, out, at=at, **arguments, **self._handed_over())
            where = self._opened.show(self._explore(session), str(out.resolve()), f"Explorer: {out.name}", tabs)
            return f"{out.name} is begun, and open {where}: its buttons go on with it."

        self._begin(f"Beginning {out.name} …", begin)

    def _runs(self, tabs: Tabs) -> str:
        """Show the tree of the runs beside this one."""
        panel = RunsPanel(self._folder.path, self._explore)
        where = self._opened.show(panel, f"runs:{self._folder.path.resolve().parent}", "Runs", tabs)
        return f"The runs are {where}."

    def _begin(self, busy: str, job: Any) -> None:
        """Do something on another thread; the form is shown until it is done."""

        def work(still_wanted: Any) -> None:
            self._change(says=job(), busy="", form=None, error="")

        self._change(busy=busy, says="", error="")
        self._jobs += 1
        self._work.want(self._jobs, work)

    def _handed_over(self) -> dict[str, Any]:
        """Images that were handed over to the run in this process, which no name leads to."""
        data = getattr(getattr(self._source, "session", None), "data", None)
        handed = self._source.config.data.name.partition(":")[0] == OBJECT
        return {"data": data} if handed and data is not None else {}

    def _failed(self, error: Exception) -> None:
        sentence = sentence_of(error, "the branch").replace(NO_LOOK_AHEAD, BY_SETTINGS)
        self._change(busy="", error=sentence)
