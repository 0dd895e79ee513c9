"""How long a widget of ours lives: while somebody holds it and, from when a page shows it, until it is closed.

ipywidgets lists every widget, and its comm calls it: both hold it for ever, so that a view which was made and forgotten
would follow its run until the process ends. Ours are listed only once they are shown, by themselves or inside of
something else; one that nobody holds before that closes itself.
"""

from __future__ import annotations

import contextlib
import weakref
from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets
import traitlets
from ipywidgets.widgets import widget as registry

Callback = Callable[..., Any]


def weakly(method: Callback) -> Callback:
    """A call of a bound method that does not hold its object, and does nothing once that is gone."""
    held = weakref.WeakMethod(method)

    def call(*arguments: Any) -> Any:
        found = held()
        return None if found is None else found(*arguments)

    return call


class LivesWhileHeld(ipywidgets.Widget):  # type: ignore[misc]  # ipywidgets has no types
    """A widget that is not held for ever. Closing it closes the layout and the style that were made with it."""

    _kept = False
    _listening = False
    _own: tuple[ipywidgets.Widget, ...] = ()

    @property
    def model_id(self) -> str:
        """Its name for the page. Whoever asks for it is about to show the widget, such as a box of ipywidgets."""
        if self._listening:
            self.keep()
        return super().model_id  # type: ignore[no-any-return]

    def keep(self) -> None:
        """A page may show it from now on: it stays until it is closed."""
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
        # Nobody is told, and at the end of Python there may be nothing left to close it with.
        with contextlib.suppress(Exception):
            self.close()


def names_of(children: Sequence[ipywidgets.Widget], holder: Any) -> list[str]:
    """A box's children as the page is told of them. That does not keep ours: the box does, once it is shown."""
    shown = holder is not None and getattr(holder, "_kept", False)
    return [f"IPY_MODEL_{_name_of(child, shown)}" for child in children]


def _name_of(child: ipywidgets.Widget, shown: bool) -> str:
    if shown or not isinstance(child, LivesWhileHeld) or child.comm is None:
        return child.model_id  # type: ignore[no-any-return]
    return child.comm.comm_id  # type: ignore[no-any-return]
