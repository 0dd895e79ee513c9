"""Shows what a person opens: in a tab of JupyterLab where the page has tabs, else below."""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping
from typing import Any

import ipywidgets

from lada_explore.views.base.beside import Beside
from lada_explore.views.base.lifetime import close_whole
from lada_explore.views.base.panel import Panel

Tabs = Collection[int] | None
"""Numbers of the tabs beside the notebook, see `Beside.show`; None in a page that can have none."""


def tabs_of(content: Mapping[str, Any]) -> Tabs:
    """The tabs that a message of the page names: a list of numbers, or null where it can have none."""
    tabs = content.get("tabs")
    return None if tabs is None else [int(number) for number in tabs]


class Opened:
    """Holds what was opened, until it is closed itself or something else takes the place.

    Attributes:
        below: shows what was opened last in a page without tabs; it is not seen before.
    """

    def __init__(self) -> None:
        self.below = Panel([])
        self.below.layout.display = "none"
        self._tabs: dict[str, tuple[ipywidgets.DOMWidget, Beside]] = {}
        self._lock = threading.RLock()

    def show(self, widget: ipywidgets.DOMWidget, key: str, title: str, tabs: Tabs) -> str:
        """Show a widget; returns where, as the end of a sentence.

        Args:
            widget: what is shown; it is closed when another one takes its place, or with this object.
            key: what it shows: there is one tab of each.
            title: of its tab.
            tabs: numbers of the tabs that the page has; None for a page that can have none.
        """
        with self._lock:
            if tabs is not None:
                self.drop(key)
                tab = Beside(widget, key, title)
                self._tabs[key] = widget, tab
                tab.show(tabs)
                return "in a tab beside this one"
            before = self.below.children
            self.below.children = [widget]
            self.below.layout.display = ""
            for gone in before:
                close_whole(gone)
            return "below"

    def drop(self, key: str) -> None:
        """Close the tab of this, if there is one."""
        with self._lock:
            widget, tab = self._tabs.pop(key, (None, None))
            if tab is not None:
                tab.close()
            if widget is not None:
                close_whole(widget)

    def close(self) -> None:
        """Close all tabs."""
        for key in list(self._tabs):
            self.drop(key)
