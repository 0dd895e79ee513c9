"""Keeps views from redrawing while nobody sees them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from lada_explore.config import RunConfig
from lada_explore.records import CycleRecords
from lada_explore.views.base.selection import Selected, Selection
from lada_explore.views.base.source import RunSource

Callback = Callable[[], None]


class Curtain:
    """Tells of changes while it is open; closed, it only remembers that there was one and tells when it opens.

    Args:
        open: whether it starts open.
    """

    def __init__(self, *, open: bool = True) -> None:
        self._lock = threading.Lock()
        self._open = open
        self._missed: list[Callback] = []

    def behind(self, callback: Callback) -> Callback:
        """A call that reaches `callback` only while the curtain is open, or else once when it opens."""

        def tell() -> None:
            with self._lock:
                if not self._open:
                    if callback not in self._missed:
                        self._missed.append(callback)
                    return
            callback()

        return tell

    def set_open(self, open: bool) -> None:
        """Open or close it; opening tells of what was missed."""
        with self._lock:
            self._open = open
            missed, self._missed = (self._missed, []) if open else ([], self._missed)
        for callback in missed:
            callback()


class CurtainedSource:
    """A run as a view behind a curtain hears of it; it reads the run itself, always as it is now."""

    def __init__(self, source: RunSource, curtain: Curtain) -> None:
        self._source = source
        self._curtain = curtain

    @property
    def config(self) -> RunConfig:
        """Settings of the run."""
        return self._source.config

    @property
    def class_names(self) -> tuple[str, ...]:
        """Names of the classes, by label."""
        return self._source.class_names

    @property
    def device(self) -> str:
        """Device it runs, or ran, on."""
        return self._source.device

    @property
    def history(self) -> tuple[CycleRecords, ...]:
        """Records so far, one entry a cycle."""
        return self._source.history

    def on_change(self, callback: Callback) -> Callback:
        """Call `callback` after changes while the curtain is open; returns the call that ends it."""
        return self._source.on_change(self._curtain.behind(callback))


class CurtainedDesk(CurtainedSource):
    """A run that a person answers, as a view behind a curtain hears of it; all else is the run's own."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._source, name)


class CurtainedSelection(Selection):
    """The shared selection as a view behind a curtain hears of it; what the view selects goes to all at once."""

    def __init__(self, shared: Selection, curtain: Curtain) -> None:
        super().__init__()
        self._shared = shared
        self._curtain = curtain

    @property
    def selected(self) -> Selected:
        """The present state of the shared selection."""
        return self._shared.selected

    def on_change(self, callback: Callback) -> Callback:
        """Call `callback` after changes while the curtain is open; returns the call that ends it."""
        return self._shared.on_change(self._curtain.behind(callback))

    def _change(self, change: Callable[[Selected], Selected]) -> None:
        self._shared._change(change)
