"""The explorer in a tab of its own, beside the notebook."""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Collection

import ipywidgets
from IPython.display import publish_display_data
from sidecar import Sidecar

from lada_explore.views.base.lifetime import close_whole
from lada_explore.views.base.served import is_served

SERVED = "This page is an application and shows the explorer already; only JupyterLab has tabs beside a notebook."
OPENED = "The explorer is in a tab beside this notebook."
NO_TABS = (
    "Only JupyterLab has tabs beside a notebook. Here, end a cell with the explorer to see it, "
    "or open this notebook in JupyterLab."
)
_SENTENCES = (
    f'<p class="lada-in-lab">{OPENED}</p><p class="lada-not-in-lab">{NO_TABS}</p>'
    "<style>body:has(.jp-LabShell) .lada-not-in-lab { display: none }"
    "body:not(:has(.jp-LabShell)) .lada-in-lab { display: none }</style>"
)
"""The page knows whether it is JupyterLab, the kernel does not."""


BESIDE = "lada-beside-"
"""Begins the class of what a tab shows, and the number of the tab ends it. By it the page knows which tabs are there:
the kernel does not learn of one that a person closes."""

_NUMBERS = itertools.count()

_OPENED: weakref.WeakValueDictionary[str, Beside] = weakref.WeakValueDictionary()
"""What opened the tab of each run last: a cell that is run again makes another widget, and the tab of the old one
goes."""


class Beside:
    """Shows a widget in a tab of JupyterLab's main area; one tab for a run.

    Args:
        shown: the widget.
        run: what the run, or whatever else is shown, is known by.
        title: of the tab.
    """

    def __init__(self, shown: ipywidgets.DOMWidget, run: str, title: str = "Explorer") -> None:
        self._shown = weakref.ref(shown)
        self._run, self._title = run, title
        self._number = next(_NUMBERS)
        self._tab: Sidecar | None = None

    def open(self) -> None:
        """Open the tab, and say below the cell that it is there, or why not."""
        if is_served():
            _say(f"<p>{SERVED}</p>", SERVED)
            return
        self.show()
        _say(_SENTENCES, OPENED)

    def show(self, there: Collection[int] = ()) -> None:
        """Open the tab; one that was opened for the same run before is closed.

        Args:
            there: numbers of the tabs that the page has. The tab stands behind the one of these that was opened last,
                or without one to the right of what is open.
        """
        shown = self._shown()
        if shown is None:
            return
        for opened in {self, _OPENED.pop(self._run, self)}:
            opened.close()
        behind = [tab for other in _OPENED.values() if other._number in there and (tab := other._tab) is not None]
        _OPENED[self._run] = self
        shown.add_class(f"{BESIDE}{self._number}")
        data, metadata = shown._repr_mimebundle_()
        where = {"anchor": "tab-after", "ref": behind[-1]} if behind else {"anchor": "split-right"}
        self._tab = Sidecar(title=self._title, **where)
        self._tab.outputs = ({"output_type": "display_data", "data": data, "metadata": metadata},)

    def close(self) -> None:
        """Close the tab."""
        if self._tab is not None:
            close_whole(self._tab)
            self._tab = None


def _say(html: str, plain: str) -> None:
    publish_display_data({"text/html": html, "text/plain": plain})  # type: ignore[no-untyped-call]
