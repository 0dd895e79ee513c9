"""Views side by side in as many columns as there is room for."""

from __future__ import annotations

from collections.abc import Sequence

import ipywidgets

from lada_explore.views.base.plain_output import LeavesPlain


class Panel(LeavesPlain, ipywidgets.GridBox):  # type: ignore[misc]  # ipywidgets has no types
    """A responsive grid of views.

    Args:
        views: what it holds.
        least_px: least width of a column, in pixels of the page; 0 puts each view on a row of its own.
    """

    def __init__(self, views: Sequence[ipywidgets.DOMWidget], *, least_px: int = 0) -> None:
        columns = f"repeat(auto-fit, minmax(min({least_px}px, 100%), 1fr))" if least_px else "minmax(0, 1fr)"
        super().__init__(
            list(views),
            layout=ipywidgets.Layout(grid_template_columns=columns, grid_gap="4px 20px", width="100%"),
        )

    def close(self) -> None:
        """Take its views off every page; they stop following the run."""
        for view in self.children:
            view.close()
        super().close()

    def plain(self) -> str:
        """What is shown of its visible views where no widget can be, as HTML."""
        seen = [view for view in self.children if view.layout.display != "none"]
        return "".join(view.plain() for view in seen if hasattr(view, "plain"))

    def take_renewed(self, name: str, bundle: dict[str, str]) -> None:
        """Hand a renewed plain output to the page: by its first view, for a grid has no code there."""
        for view in self.children:
            if isinstance(view, LeavesPlain):
                view.take_renewed(name, bundle)
                return
