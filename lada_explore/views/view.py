"""What every view of this package is: a widget whose page is always answered."""

from __future__ import annotations

from typing import Any

import anywidget
import ipywidgets
import traitlets


class AnsweredWhereAsked(ipywidgets.Widget):  # type: ignore[misc]  # ipywidgets has no types
    """A widget whose messages from the page are handled by the subshell that they were sent to.

    ipykernel 7.4 sends them to the subshell that the widget published from last instead, for the sake of cells that
    await a widget's answer. Our worker and redrawing threads publish under whatever message the kernel heard last, and
    JupyterLab deletes that message's subshell when the tab is closed or its widgets are loaded: after that the kernel
    refuses every click as "Unknown subshell_id". Excluding 7.4.0 would not help whoever has it already. None of our
    widgets is awaited in a cell, and other people's are left alone. Versions without this routing do as we ask anyway.
    """

    @traitlets.observe("comm")
    def _route_messages(self, _: object) -> None:
        if hasattr(self.comm, "_reply_subshell_for"):
            self.comm._reply_subshell_for = _where_asked


def _where_asked(data: object, asked: Any) -> Any:
    """The subshell for a message, in ipykernel's words: `asked` is the one in the message's own header."""
    return asked


class View(AnsweredWhereAsked, anywidget.AnyWidget):
    """The base of all views that bring a module for the page."""
