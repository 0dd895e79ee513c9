"""The tree of runs, and what is opened from it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ipywidgets

from lada_explore.config.paths import expanded
from lada_explore.errors import ConfigError
from lada_explore.events import weakly
from lada_explore.session.open_runs import session_in
from lada_explore.store import open_run
from lada_explore.store.run_info import RUN_FILE
from lada_explore.views.base.panel import Panel
from lada_explore.views.compared.compared_runs import ComparedRuns
from lada_explore.views.comparison.side import folder_of
from lada_explore.views.run_tree.deeds import compared, resumed
from lada_explore.views.run_tree.opened import Opened, Tabs
from lada_explore.views.run_tree.tree_view import TreeView

Explore = Callable[[Any], ipywidgets.DOMWidget]
"""Makes the explorer of a session or of a recorded run."""


class RunsPanel(Panel):
    """The tree of runs; what is opened from it is in a tab of JupyterLab, or below it in a page without tabs.

    Args:
        place: path of a folder with runs; or a run, as its path, a session, its worker or a recorded run, for the runs
            in the folder that it is in.
        explore: makes an explorer.

    Attributes:
        tree: the view of the tree.

    Raises:
        ConfigError: there is no such folder, or `place` is neither a path nor a run with a folder.
    """

    def __init__(self, place: Any, explore: Explore) -> None:
        self._explore = explore
        self._opened = Opened()
        folder, shown = place_of(place)
        self.tree = TreeView(folder, shown, weakly(self._do))
        super().__init__([self.tree, self._opened.below])

    def close(self) -> None:
        """Close the tree and what was opened from it; sessions stay open, and go on."""
        self._opened.close()
        super().close()

    def _do(self, kind: str, runs: list[Path], tabs: Tabs) -> str:
        """Do what a person asked for with runs; returns a sentence."""
        first, name = runs[0], runs[0].name
        if kind == "compare":
            names = " and ".join(run.name for run in runs)
            where = self._opened.show(ComparedRuns(compared(*runs)), f"compared:{runs}", f"Compare {names}", tabs)
            return f"The comparison of {names} is {where}."
        if kind in ("close", "gone"):
            self._opened.drop(str(first))
            session = session_in(first)
            if session is not None:
                session.close()
            return f"{name} is closed; all finished stages are kept."
        session = resumed(first) if kind == "continue" else session_in(first)
        shown = open_run(first) if session is None else session
        where = self._opened.show(self._explore(shown), str(first), f"Explorer: {name}", tabs)
        if kind == "continue":
            return f"{name} is open {where}: its buttons go on with it."
        return f"{name} is {where}."


def place_of(place: Any) -> tuple[Path, Path | None]:
    """The folder whose runs are listed, and the run that was given, both as real paths; None where a folder was.

    Raises:
        ConfigError: neither a path nor a run with a folder.
    """
    found = expanded(place) if isinstance(place, (str, Path)) else getattr(folder_of(place), "path", None)
    if found is None:
        raise ConfigError(f"a {type(place).__name__} has no folder; give the path of a folder with runs, or of a run")
    real = Path(os.path.realpath(found))
    return (real.parent, real) if (real / RUN_FILE).exists() else (real, None)
