"""The explorer in a tab of its own, beside the notebook."""

from __future__ import annotations

import os
import weakref

import ipywidgets
from IPython.display import publish_display_data
from sidecar import Sidecar

from lada_explore.views.base.lifetime import close_whole

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


_OPENED: weakref.WeakValueDictionary[str, Beside] = weakref.WeakValueDictionary()
"""What opened the tab of each run last: a cell that is run again makes another widget, and the tab of the old one
goes."""


class Beside:
    """Shows a widget in a tab of JupyterLab's main area; one tab for a run.

    Args:
        shown: the widget.
        run: what the run is known by.
    """

    def __init__(self, shown: ipywidgets.DOMWidget, run: str) -> None:
        self._shown = weakref.ref(shown)
        self._run = run
        self._tab: Sidecar | None = None

    def open(self) -> None:
        """Open the tab; one that was opened for the same run before is closed."""
        shown = self._shown()
        if shown is None:
            return
        if os.environ.get("SERVER_SOFTWARE", "").startswith("voila"):
            _say(f"<p>{SERVED}</p>", SERVED)
            return
        for opened in {self, _OPENED.get(self._run, self)}:
            opened.close()
        _OPENED[self._run] = self
        data, metadata = shown._repr_mimebundle_()
        self._tab = Sidecar(title="Explorer", anchor="split-right")
        self._tab.outputs = ({"output_type": "display_data", "data": data, "metadata": metadata},)
        _say(_SENTENCES, OPENED)

    def close(self) -> None:
        """Close the tab."""
        if self._tab is not None:
            close_whole(self._tab)
            self._tab = None


def _say(html: str, plain: str) -> None:
    publish_display_data({"text/html": html, "text/plain": plain})  # type: ignore[no-untyped-call]
