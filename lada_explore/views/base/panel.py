"""Views side by side in as many columns as there is room for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ipywidgets
import traitlets
from ipywidgets.widgets.trait_types import TypedTuple
from ipywidgets.widgets.widget import _json_to_widget

from lada_explore.views.base.lifetime import LivesWhileHeld, close_whole, names_of
from lada_explore.views.base.plain_output import LeavesPlain


class Panel(LeavesPlain, LivesWhileHeld, ipywidgets.GridBox):  # type: ignore[misc]  # ipywidgets has no types
    """A responsive grid of views.

    Args:
        views: the views.
        min_column_px: least width of a column, in pixels of the page; 0 puts each view on a row of its own.
        name: class for a style sheet of the page that lays the views out, in place of columns; empty for none.
    """

    children = TypedTuple(trait=traitlets.Instance(ipywidgets.Widget)).tag(
        sync=True, to_json=names_of, from_json=_json_to_widget
    )

    def __init__(self, views: Sequence[ipywidgets.DOMWidget], *, min_column_px: int = 0, name: str = "") -> None:
        self._held = False
        columns = f"repeat(auto-fit, minmax(min({min_column_px}px, 100%), 1fr))" if min_column_px else "minmax(0, 1fr)"
        grid = {} if name else {"grid_template_columns": columns, "grid_gap": "4px 20px"}
        super().__init__(list(views), layout=ipywidgets.Layout(width="100%", **grid))
        if name:
            self.add_class(name)

    def keep(self) -> None:
        """Keep the grid and its views alive until they are closed, because a page may show them from now on."""
        super().keep()
        self._keep_views()

    def hold(self) -> None:
        """Stop drawing the views until `release`, because nobody sees them."""
        self._held = True
        for view in self._held_views():
            view.hold()

    def release(self) -> None:
        """Let the views draw what they missed, and follow changes again."""
        self._held = False
        for view in self._held_views():
            view.release()

    def close(self) -> None:
        """Close the views, which then stop following the run."""
        for view in self.children:
            close_whole(view)
        super().close()

    def plain(self) -> str:
        """HTML of the visible views, for a place where no widget can be shown."""
        seen = [view for view in self.children if view.layout.display != "none"]
        return "".join(view.plain() for view in seen if hasattr(view, "plain"))

    def take_renewed(self, name: str, bundle: dict[str, str]) -> None:
        """Send a renewed plain output to the page through the first view, because a grid has no code in the page."""
        for view in self.children:
            if isinstance(view, LeavesPlain):
                view.take_renewed(name, bundle)
                return

    def _held_views(self) -> list[Any]:
        return [view for view in self.children if hasattr(view, "hold")]

    @traitlets.observe("children")
    def _keep_views(self, _: object = None) -> None:
        """Keep views alive that are put into a grid that is shown already."""
        for view in self.children if self._kept else ():
            if isinstance(view, LivesWhileHeld):
                view.keep()
