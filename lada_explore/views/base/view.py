"""What every view of this package is: a widget whose page is always answered, and which leaves a plain picture."""

from __future__ import annotations

import html
from typing import Any

import anywidget
import traitlets

from lada_explore.views.base.fallback import fallback_html, sentences
from lada_explore.views.base.lifetime import LivesWhileHeld
from lada_explore.views.base.plain_output import PLAIN_OUTPUTS, LeavesPlain

LOADING = "Loading …"
"""What a view says until it has drawn its first picture."""
MAX_PLAIN = 60_000
"""Characters of a view's plain picture; of a longer one only the sentences are left, so that a saved notebook stays
small."""
SHOWN = ("state", "asked", "marks", "spec")
"""Traits that hold what a view shows."""


class AnsweredWhereAsked(LivesWhileHeld):
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


class View(LeavesPlain, AnsweredWhereAsked, anywidget.AnyWidget):
    """The base of all views that bring a module for the page."""

    renewed = traitlets.Dict().tag(sync=True)

    def plain(self) -> str:
        """What is shown where no widget can be, as HTML; empty for a view that has nothing to say by itself."""
        drawn = fallback_html(self._sent())
        if len(drawn) <= MAX_PLAIN:
            return drawn
        return "".join(f"<p>{html.escape(sentence)}</p>" for sentence in self.said())

    def said(self) -> list[str]:
        """Sentences of the view, for a terminal."""
        return sentences(self._sent())

    def take_renewed(self, name: str, bundle: dict[str, str]) -> None:
        """Hand a renewed plain output to the page, which may have been loaded since it was displayed."""
        self.renewed = self.renewed | {name: bundle}

    @traitlets.observe(*SHOWN, "shown")
    def _renew_plain(self, _: object) -> None:
        PLAIN_OUTPUTS.renew_soon()

    def _sent(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in SHOWN if self.has_trait(name)}
