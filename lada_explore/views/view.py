"""What every view of this package is: a widget whose page is always answered, and which leaves a plain picture."""

from __future__ import annotations

import html
from typing import Any

import anywidget
import ipywidgets
import traitlets

from lada_explore.views.fallback import fallback_html, sentences

LOADING = "Loading …"
"""What a view says until it has drawn its first picture."""
MOST_PLAIN = 60_000
"""Characters of a view's plain picture; of a longer one only the sentences are left, so that a saved notebook stays
small."""
SHOWN = ("state", "asked", "marks", "spec")
"""Traits that hold what a view shows."""


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

    def plain(self) -> str:
        """What is shown where no widget can be, as HTML; empty for a view that has nothing to say by itself."""
        drawn = fallback_html(self._sent())
        if len(drawn) <= MOST_PLAIN:
            return drawn
        return "".join(f"<p>{html.escape(sentence)}</p>" for sentence in sentences(self._sent()))

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        bundle = super()._repr_mimebundle_(**kwargs)
        assert bundle is not None, "a view always has a page"
        data, metadata = bundle
        return with_plain(data, self.plain(), [type(self).__name__, *sentences(self._sent())]), metadata

    def _sent(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in SHOWN if self.has_trait(name)}


def with_plain(data: dict[str, Any], plain: str, said: list[str]) -> dict[str, Any]:
    """A display bundle with what is shown where no widget can be. JupyterLab prefers the widget.

    Args:
        data: by mime type.
        plain: HTML.
        said: sentences of the view, for a terminal.
    """
    more = {"text/html": plain} if plain else {}
    return data | {"text/plain": ": ".join(said[:2])} | more
