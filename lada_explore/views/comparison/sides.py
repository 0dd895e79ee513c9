"""The same views twice, of side A and of side B, one beside the other where there is room."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets

from lada_explore.views.base.assets import module_of, style_of
from lada_explore.views.base.panel import Panel
from lada_explore.views.base.selection import Selection
from lada_explore.views.base.shared_axes import share_axes
from lada_explore.views.base.source import RunSource
from lada_explore.views.base.state_view import StateView
from lada_explore.views.comparison.side import Side

Build = Callable[[RunSource, Selection], ipywidgets.DOMWidget]
"""Makes a view of a run."""

Needs = Mapping[int, Callable[[RunSource], bool]]
"""Whether a run has what a part of a page shows, by the index of the part, 0 for a page without parts."""

BARE = ("lada-first-bare", "lada-second-bare")
"""Classes of two sides of which one has only a sentence to show, see compare_bar.css."""

SIDE_PX = 460
"""Least width of a side; a page narrower than twice this shows B below A."""


class SideHeading(StateView):
    """Which side this is: "A: cycle 3 · 50 labels · 58.2 % right".

    Args:
        side: the side.
    """

    _esm = module_of("compare_bar")
    _css = style_of("compare_bar")

    def __init__(self, side: Side) -> None:
        self._side = side
        super().__init__({"heading": side.heading()})
        self._follow(side.source.on_change, side.selection.on_change)

    def _redraw(self) -> None:
        heading = self._side.heading()
        if heading != self.state["heading"]:
            self._set_state({"heading": heading})


class Sides(Panel):
    """A view of each side below its heading; their axes are equal.

    A side that has only a sentence to show, such as the pairs of a method of single images, is a narrow column.

    Args:
        first: the side A.
        second: the side B.
        build: makes the view of a side.
        needs: whether a run has what a part of it shows.
    """

    def __init__(self, first: Side, second: Side, build: Build, needs: Needs) -> None:
        self._needs, self._runs = needs, (first.source, second.source)
        self._views: list[Any] = [build(side.source, side.selection) for side in (first, second)]
        headings = [SideHeading(side) for side in (first, second)]
        parts = zip(headings, self._views, strict=True)
        columns = [Panel([heading, view], name="lada-side") for heading, view in parts]
        super().__init__(columns, min_column_px=SIDE_PX)
        self.add_class("lada-sides")
        self._share_width(0)
        share_axes(*self._views)

    def turn(self, part: int) -> None:
        """Show this part of a page of several parts, on both sides."""
        for view in self._views:
            view.turn(part)
        self._share_width(part)
        share_axes(*self._views)

    def _share_width(self, part: int) -> None:
        """Give the width to the side that shows something in this part, if the other does not."""
        needs = self._needs.get(part)
        has = [needs is None or needs(run) for run in self._runs]
        for place, name in enumerate(BARE):
            if has[place] or not any(has):
                self.remove_class(name)
            else:
                self.add_class(name)
