"""A second, plain output below a view's widget, for readers that cannot show the widget.

It is a separate output and not another mime type of the widget's output, for two reasons. A page draws only one type of
each output: if it chooses the widget and cannot load it, it shows nothing. And a separate output can be updated while
the widget stays: replacing the widget's own output would make a new widget and lose what was typed into it. The plain
output brings a style sheet that hides it in a page that shows the widget.
"""

from __future__ import annotations

import contextlib
import logging
import os
import threading
import uuid
from collections.abc import Callable
from typing import Any

import ipywidgets
from IPython import get_ipython
from IPython.display import publish_display_data

from lada_explore.events import REDRAWS

logger = logging.getLogger(__name__)

MARK = "lada-plain-output"
QUIET_S = 2.0
"""In a live notebook the plain outputs are updated when nothing has been drawn for this time."""
DRAWN_S = 20.0
"""Longest time that a notebook executed without a page waits for a view to draw; the first map takes the longest."""
HIDING = "".join(
    f".jp-OutputArea-child:has(> .jp-OutputArea-output{widget}) + "
    f".jp-OutputArea-child:has(> .jp-OutputArea-output > .{MARK}) {{ display: none }}"
    # A widget that is drawn, and one that JupyterLab is loading; one that failed to load has the class.
    for widget in (" .lm-Widget", ":not([data-mime-type], .jupyter-widgets)")
)
HIDING += f'body:not(:has(.jp-OutputArea-child)):has(.lm-Widget [class^="lada-"]) .{MARK} {{ display: none }}'
"""Hides plain outputs. The last rule is for other front ends: it holds wherever one of our widgets is drawn."""


class LeavesPlain(ipywidgets.DOMWidget):  # type: ignore[misc]  # ipywidgets has no types
    """A widget that is displayed together with a plain output, which subclasses define by `plain` and `said`."""

    def plain(self) -> str:
        """HTML for a place where no widget can be shown; empty for a view without content of its own."""
        return ""

    def said(self) -> list[str]:
        """Sentences of the view, for a terminal."""
        return []

    def take_renewed(self, name: str, bundle: dict[str, str]) -> None:
        """Send a renewed plain output to the page, which may have been loaded since it was displayed."""

    def plain_bundle(self, name: str = "") -> dict[str, str]:
        """The plain output, by mime type; `name` is its display id."""
        text = ": ".join([type(self).__name__, *self.said()[:1]])
        inside = f'<div class="{MARK}" data-name="{name}">{self.plain()}</div>'
        return {"text/html": f"<style>{HIDING}</style>{inside}", "text/plain": text}

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        return data | {"text/plain": type(self).__name__}, metadata

    def _ipython_display_(self, **kwargs: Any) -> None:
        if self.comm is None:
            _publish({"text/plain": f"{type(self).__name__}: closed"})
            return
        _publish(*self._repr_mimebundle_(**kwargs))
        # A served application always has a page.
        if not os.environ.get("SERVER_SOFTWARE", "").startswith("voila"):
            PLAIN_OUTPUTS.show(self)

    def close(self) -> None:
        """Take it off every page."""
        PLAIN_OUTPUTS.forget(self)
        super().close()


class PlainOutputs:
    """The plain outputs of this process, each under its display id.

    They are updated when a cell waits for a run (`Worker.wait`), so that an executed notebook shows how the run ended.
    In a live notebook they are updated when nothing has been drawn for a while, and not after every step of a training.
    """

    def __init__(self) -> None:
        # Reentrant, because Python may find a view unused, and close it, on a thread that holds this lock.
        self._lock = threading.RLock()
        self._renewing = threading.Lock()
        self._shown: dict[LeavesPlain, tuple[str, dict[str, str]]] = {}
        self._timer: threading.Timer | None = None

    def show(self, view: LeavesPlain) -> None:
        """Display the plain output of a view."""
        if _executed_without_a_page():
            REDRAWS.wait(DRAWN_S)
        with self._lock:
            name, _ = self._shown.get(view, (uuid.uuid4().hex, {}))
            bundle = view.plain_bundle(name)
            self._shown[view] = name, bundle
        _publish(bundle, transient={"display_id": name})

    def forget(self, view: LeavesPlain) -> None:
        """Stop updating the plain output of a view, which stays as it is."""
        with self._lock:
            self._shown.pop(view, None)

    def renew(self) -> None:
        """Update the plain outputs whose views have changed."""
        with self._renewing:
            for view, (name, before) in list(self._shown.items()):
                try:
                    bundle = view.plain_bundle(name)
                except Exception:
                    logger.exception("a plain output could not be made")
                    continue
                with self._lock:
                    if bundle == before or view not in self._shown:
                        continue
                    self._shown[view] = name, bundle
                _publish(bundle, transient={"display_id": name}, update=True)
                view.take_renewed(name, bundle)

    def renew_soon(self) -> None:
        """Call `renew` when this has not been called again for `QUIET_S`; returns at once."""
        with self._lock:
            if not self._shown:
                return
            if self._timer is not None:
                self._timer.cancel()
            self._timer = threading.Timer(QUIET_S, _without_exceptions(self.renew))
            self._timer.daemon = True
            self._timer.start()


def _publish(data: dict[str, Any], metadata: dict[str, Any] | None = None, **more: Any) -> None:
    publish_display_data(data, metadata, **more)  # type: ignore[no-untyped-call]


def _without_exceptions(renew: Callable[[], None]) -> Callable[[], None]:
    """`renew` for a timer's thread: the kernel may end meanwhile, and then a failure means nothing."""

    def call() -> None:
        with contextlib.suppress(Exception):
            renew()

    return call


def _executed_without_a_page() -> bool:
    """Whether a program such as nbconvert executes this cell: such a program does not allow input from a person."""
    kernel = getattr(get_ipython(), "kernel", None)
    return not getattr(kernel, "_allow_stdin", True)


PLAIN_OUTPUTS = PlainOutputs()
REDRAWS.on_waited(PLAIN_OUTPUTS.renew)
