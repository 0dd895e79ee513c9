"""Two views that are compared have the same axes: each reaches as far as both together."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Sequence
from typing import Any, Protocol

import ipywidgets

from lada_explore.views.base.reach import Reach, union


class Comparable(Protocol):
    """A view whose axes can reach further than what it shows."""

    axes: SharedAxes | None

    def own_reach(self) -> Reach:
        """From where to where its own numbers reach."""

    def put(self, reach: Reach) -> None:
        """Draw what it shows with axes that reach so far."""


class SharedAxes:
    """The axes of two views of one kind, as long as both live.

    Args:
        first: a view.
        second: the one that it is compared with.
    """

    def __init__(self, first: Comparable, second: Comparable) -> None:
        self._views = [weakref.ref(first), weakref.ref(second)]
        self._lock = threading.RLock()
        self._common: Reach = {}
        first.axes = second.axes = self
        self.changed(first)

    def changed(self, view: Comparable) -> None:
        """Draw what a view shows now, and the other one again where the common axes have moved."""
        with self._lock:
            views = [found for one in self._views if (found := one()) is not None]
            before = self._common
            self._common = union(views[0].own_reach(), views[1].own_reach()) if len(views) == 2 else {}
            for one in views:
                if one is view or self._common != before:
                    one.put(self._common)


def draw_shared(view: Comparable) -> None:
    """Draw what a view shows now, with the axes that it shares, if it shares any."""
    if view.axes is None:
        view.put({})
    # They may have come to be shared meanwhile, on another thread.
    if view.axes is not None:
        view.axes.changed(view)


def share_axes(first: ipywidgets.Widget, second: ipywidgets.Widget) -> None:
    """Let the views in two widgets that were built alike have the same axes, as far as they do not yet.

    Args:
        first: a view, or a grid of views.
        second: the same of the other side.
    """
    inside, beside = _children(first), _children(second)
    for one, other in zip(inside, beside, strict=False):
        share_axes(one, other)
    # By name: a widget of anywidget has a class of its own, made for it alone.
    if _shares(first) and _shares(second) and type(first).__name__ == type(second).__name__:
        mine: Any = first
        theirs: Any = second
        if mine.axes is None or mine.axes is not theirs.axes:
            SharedAxes(mine, theirs)


def _children(widget: ipywidgets.Widget) -> Sequence[ipywidgets.Widget]:
    return tuple(getattr(widget, "children", ()))


def _shares(widget: ipywidgets.Widget) -> bool:
    return hasattr(widget, "own_reach")
