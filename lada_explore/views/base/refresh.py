"""Redraws a view after changes: at most ten times a second, and always once more with the final state.

A Jupyter server drops messages above 1,000 a second, and the page then stays wrong. So changes are only noted, and
several of them are drawn together.
"""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Callable, Sequence
from typing import TypeVar

from lada_explore.events import REDRAWS, Redraw, weakly

T = TypeVar("T")

INTERVAL_S = 0.1
"""Least time between two redraws."""


OnChange = Callable[[Callable[[], None]], Callable[[], None]]
"""Subscribes a callback to changes of something; returns a function that ends the subscription."""


def either(*on_changes: OnChange) -> OnChange:
    """One subscription to the changes of all of these."""

    def subscribe(note: Callable[[], None]) -> Callable[[], None]:
        ends = [on_change(note) for on_change in on_changes]

        def forget() -> None:
            for end in ends:
                end()

        return forget

    return subscribe


def every(seconds: float) -> OnChange:
    """Notes a change as often as this, on a thread that ends with the subscription: for what tells nobody."""

    def subscribe(note: Callable[[], None]) -> Callable[[], None]:
        ended = threading.Event()

        def look() -> None:
            while not ended.wait(seconds):
                note()

        threading.Thread(target=look, name="lada-looks-again", daemon=True).start()
        return ended.set

    return subscribe


class Refresher:
    """Calls `redraw` some time after `note`, never twice within `interval_s`, and never two at once.

    A change noted before a redraw begins is in that redraw; one noted while it runs gets another. So the last redraw
    always sees the final state. An exception of `redraw` goes to `report` as a sentence. Between `hold` and `release`
    changes are only remembered. Neither the subscription nor a scheduled redraw keeps this object alive; both end with
    it.

    Args:
        on_change: subscribes `note` to the changes; returns a function that ends the subscription.
        redraw: draws the present state; runs on a short-lived daemon thread.
        report: shows a sentence in the view.
        interval_s: least time between two redraws.
    """

    def __init__(
        self,
        on_change: OnChange,
        redraw: Callable[[], None],
        report: Callable[[str], None],
        interval_s: float = INTERVAL_S,
    ) -> None:
        self._redraw = redraw
        self._report = report
        self._interval_s = interval_s
        # Reentrant, because Python may find another view unused, whose end is noted here, on a thread that holds it.
        self._lock = threading.RLock()
        self._drawing = threading.RLock()
        self._timer: threading.Timer | None = None
        self._due: list[Redraw] = []
        self._drawn_at = float("-inf")
        self._closed = False
        self._held = False
        self._missed = False
        self._end = weakref.finalize(self, _end, on_change(weakly(self.note)), self._due)

    def note(self) -> None:
        """Note that something changed; returns at once."""
        with self._lock:
            if self._held:
                self._missed = True
                return
            if self._closed or self._timer is not None:
                return
            self._due.append(REDRAWS.request())
            wait_s = max(0.0, self._drawn_at + self._interval_s - time.monotonic())
            self._timer = threading.Timer(wait_s, weakly(self._fire))
            self._timer.daemon = True
            self._timer.start()

    def hold(self) -> None:
        """Stop drawing changes, also those already noted, until `release`, which draws what was missed."""
        with self._lock:
            self._held = True
            due = self._cancel()
            self._missed |= bool(due)
        _end_all(due)

    def release(self) -> None:
        """Follow the changes again."""
        with self._lock:
            self._held = False
            missed, self._missed = self._missed, False
        if missed:
            self.note()

    def draw_now(self) -> None:
        """Redraw on the calling thread, for the first picture and for the answer to a person's command."""
        with self._drawing:
            with self._lock:
                if self._closed:
                    return
                # This redraw includes every change that was noted before it begins.
                self._missed = False
                due = self._cancel()
            for redraw in due:
                redraw.begin()
            try:
                self._redraw()
            except Exception as error:
                self._report(f"This view could not be drawn. {type(error).__name__}: {error}")
            finally:
                _end_all(due)
            with self._lock:
                self._drawn_at = time.monotonic()

    def draw_after(self, change: Callable[[], T]) -> T:
        """Make a change and draw it on the calling thread, with one redraw even if the change is noted."""
        with self._drawing:
            result = change()
            self.draw_now()
            return result

    def close(self) -> None:
        """End the subscription; nothing is drawn afterwards."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            due = self._cancel()
        _end_all(due)
        self._end()

    def _cancel(self) -> list[Redraw]:
        """Draw nothing of what was noted so far; returns what waits for it. Called with the lock held."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        due = self._due.copy()
        self._due.clear()
        return due

    def _fire(self) -> None:
        with self._drawing:
            # Cleared before drawing: this redraw may miss a change that comes from here on, which gets a redraw of its
            # own, an interval after this one began.
            with self._lock:
                if self._timer is None:  # drawn meanwhile
                    return
                self._timer = None
                self._drawn_at = time.monotonic()
            self.draw_now()


def _end(forget: Callable[[], None], due: list[Redraw]) -> None:
    """End a subscription, and the waiting for a redraw that will not come any more."""
    forget()
    _end_all(due)


def _end_all(redraws: Sequence[Redraw]) -> None:
    for redraw in redraws:
        redraw.end()
