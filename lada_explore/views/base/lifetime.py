"""How long a widget of this package lives: while something refers to it and, once a page shows it, until it is closed.

ipywidgets keeps a list of all widgets, and a widget's comm refers to it. Both would keep a view alive that nobody uses
any more, and it would follow its run until the process ends. So widgets of this package are put on the list only when
they are shown, by themselves or inside another widget; one that nothing refers to before that is closed.

The list is private to ipywidgets (`ipywidgets.widgets.widget._instances`), and there is no public way to take one
widget off it: `Widget.widgets` returns the same list but is deprecated, `Widget.close_all` closes every widget, and
`Widget.close` takes one off only by closing it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Any

import ipywidgets
import traitlets
from ipywidgets.widgets import widget as registry

from lada_explore.events import weakly


class LivesWhileHeld(ipywidgets.Widget):  # type: ignore[misc]  # ipywidgets has no types
    """A widget that is kept alive only once it is shown. Closing it also closes its own layout and style."""

    _kept = False
    _listening = False
    _own: tuple[ipywidgets.Widget, ...] = ()

    @property
    def model_id(self) -> str:
        """Id of the widget in the page. Code that asks for it, such as a box of ipywidgets, is about to show it."""
        if self._listening:
            self.keep()
        return str(super().model_id)

    def keep(self) -> None:
        """Keep the widget alive until it is closed, because a page may show it from now on."""
        if not self._kept and self.comm is not None:
            self._kept = True
            registry._instances[self.comm.comm_id] = self

    @traitlets.observe("comm")
    def _comm_changed(self, change: Any) -> None:
        self._listening = False
        super()._comm_changed(change)
        if self.comm is None:
            return
        self.comm.on_msg(weakly(self._handle_msg))
        registry._instances.pop(self.comm.comm_id, None)
        parts = (getattr(self, name) for name in ("layout", "style") if self.has_trait(name))
        self._own = tuple(part for part in parts if isinstance(part, ipywidgets.Widget))
        self._listening = True

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        self.keep()
        return super()._repr_mimebundle_(**kwargs)

    def close(self) -> None:
        """Take it off every page."""
        self._listening = False
        super().close()
        own, self._own = self._own, ()
        for part in own:
            part.close()

    def __del__(self) -> None:
        # Python could only print an exception from here, and when it ends, what `close` needs may be gone.
        with contextlib.suppress(Exception):
            self.close()


def close_whole(widget: ipywidgets.Widget) -> None:
    """Close a widget with all that was made with it: those of other packages leave what they hold, layout and style."""
    if isinstance(widget, LivesWhileHeld):
        widget.close()
        return
    parts = [*getattr(widget, "children", ()), *(getattr(widget, name, None) for name in ("layout", "style"))]
    widget.close()
    for part in parts:
        if isinstance(part, ipywidgets.Widget):
            close_whole(part)


def names_of(children: Sequence[ipywidgets.Widget], holder: Any) -> list[str]:
    """References to a box's children for the page. Reading them keeps no widget alive: a box that is shown does."""
    shown = holder is not None and getattr(holder, "_kept", False)
    return [f"IPY_MODEL_{_id_of(child, shown)}" for child in children]


def _id_of(child: ipywidgets.Widget, shown: bool) -> str:
    keeps = shown or not isinstance(child, LivesWhileHeld) or child.comm is None
    return str(child.model_id if keeps else child.comm.comm_id)
