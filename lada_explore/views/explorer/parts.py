"""Views of which one is shown at a time, as the pages of a tab are."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import ipywidgets

from lada_explore.views.base.lifetime import close_whole
from lada_explore.views.base.panel import Panel

Build = Callable[[], ipywidgets.DOMWidget]
"""Makes a view when it is first shown."""

PLACE = "lada-part-place"
"""Class of what holds one view, see explorer.css."""


class Parts(Panel):
    """Views of which one is shown at a time; a view is made when it is first shown, and rests while it is not.

    Args:
        builds: make the views, in order.

    Attributes:
        places: what holds each view; empty until it is first shown.
    """

    def __init__(self, builds: Sequence[Build]) -> None:
        self._builds = list(builds)
        self._shown = 0
        self._turning = threading.RLock()
        self.places = [Panel([], name=PLACE) for _ in builds]
        super().__init__(self.places, name="lada-parts-shown")
        self.turn(0)

    @property
    def view(self) -> ipywidgets.DOMWidget:
        """The view that is shown."""
        return self.places[self._shown].children[0]

    def turn(self, shown: int) -> None:
        """Show the view of this index, and stop drawing the others."""
        with self._turning:
            self._shown = shown
            for place, holder in enumerate(self.places):
                holder.layout.display = "" if place == shown else "none"
                if place != shown:
                    holder.hold()
            if not self._held:
                self.places[shown].release()
            if not self.places[shown].children:
                self.places[shown].children = [self._builds[shown]()]

    def rebuild(self, builds: Sequence[Build]) -> None:
        """Hold other views: one that is made by the same object as before is kept, and the others are closed.

        Args:
            builds: make the views, in order; at least as many as the index shown next.
        """
        with self._turning:
            before = dict(zip(map(id, self._builds), self.places, strict=True))
            kept = [before.pop(id(build), None) for build in builds]
            self.places = [place or Panel([], name=PLACE) for place in kept]
            self._builds, self._shown = list(builds), 0
            self.children = self.places
            for gone in before.values():
                close_whole(gone)

    def release(self) -> None:
        """Let the view that is shown draw what it missed; the others rest on."""
        with self._turning:
            self._held = False
            self.places[self._shown].release()
