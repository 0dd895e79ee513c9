"""Base of every view of this package: a widget that always answers its page, and that has a plain output."""

from __future__ import annotations

from typing import Any

import anywidget
import traitlets

from lada_explore.views.base.fallback import fallback_html, sentences
from lada_explore.views.base.lifetime import LivesWhileHeld
from lada_explore.views.base.plain_output import PLAIN_OUTPUTS, LeavesPlain
from lada_explore.views.base.text import as_html

LOADING = "Loading …"
"""What a view says until it has drawn its first picture."""
MAX_PLAIN = 60_000
"""Most characters of a view's plain output; of a longer one only the sentences are kept, so that a saved notebook stays
small."""
SHOWN = ("state", "asked", "marks", "spec")
"""Traits that hold what a view shows."""


class AnsweredWhereAsked(LivesWhileHeld):
    """A widget whose messages from the page are handled by the subshell that they were sent to.

    ipykernel 7.4 sends them instead to the subshell from which the widget published last, so that a cell can await a
    widget's answer. Our worker and redrawing threads publish under the message that the kernel received last, and
    JupyterLab deletes that message's subshell when the tab is closed or its widgets are loaded; after that the kernel
    refuses every click as "Unknown subshell_id". Excluding 7.4.0 would not help people who have it already. No cell
    awaits a widget of ours, and other packages' widgets are not changed. Versions without this routing need nothing.
    """

    @traitlets.observe("comm")
    def _route_messages(self, _: object) -> None:
        if hasattr(self.comm, "_reply_subshell_for"):
            self.comm._reply_subshell_for = _where_asked


def _where_asked(data: object, asked: Any) -> Any:
    """The subshell that handles a message: `asked`, which is the one in the message's own header."""
    return asked


class View(LeavesPlain, AnsweredWhereAsked, anywidget.AnyWidget):
    """Base of all views with a module for the page."""

    renewed = traitlets.Dict().tag(sync=True)

    def plain(self) -> str:
        """HTML for a place where no widget can be shown; empty for a view without content of its own."""
        drawn = fallback_html(self._sent())
        if len(drawn) <= MAX_PLAIN:
            return drawn
        return "".join(f"<p>{as_html(sentence)}</p>" for sentence in self.said())

    def said(self) -> list[str]:
        """Sentences of the view, for a terminal."""
        return sentences(self._sent())

    def take_renewed(self, name: str, bundle: dict[str, str]) -> None:
        """Send a renewed plain output to the page, which may have been loaded since it was displayed."""
        self.renewed = self.renewed | {name: bundle}

    @traitlets.observe(*SHOWN, "shown")
    def _renew_plain(self, _: object) -> None:
        PLAIN_OUTPUTS.renew_soon()

    def _sent(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in SHOWN if self.has_trait(name)}
