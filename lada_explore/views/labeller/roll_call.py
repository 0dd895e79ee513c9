"""Finds the pages of a view that ended without a word: crashed, offline, or closed before a last message went out."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

from lada_explore.events import weakly

EVERY_S = 10.0
"""Seconds between two questions to the pages."""
MISSES = 3
"""Questions without an answer after which a page is gone, so 30 to 40 s at `EVERY_S`."""


class RollCall:
    """Asks the pages of a view whether they are still there, for as long as that is of use to anybody.

    It asks from the kernel's event loop and counts questions instead of reading a clock: while a cell keeps the kernel
    from hearing its pages, it does not ask either, and no page is taken for gone. Outside an event loop, as in a plain
    script, it never asks.

    Args:
        ask: sends the question to all pages.
        gone: takes a page that did not answer. Both must be bound methods, whose objects this does not keep alive.
    """

    def __init__(self, ask: Callable[[], None], gone: Callable[[str], None]) -> None:
        self._ask, self._gone = weakly(ask), weakly(gone)
        # A page's messages may be handled on another thread than the loop's, and answers reach the disk on others.
        self._lock = threading.Lock()
        self._missed: dict[str, int] = {}
        self._of_use = False
        self._next: asyncio.TimerHandle | None = None
        try:
            self._loop: asyncio.AbstractEventLoop | None = asyncio.get_running_loop()
        except RuntimeError:
            self._loop = None

    def note_answer(self, page: str) -> None:
        """Note that the page is there."""
        with self._lock:
            self._missed[page] = 0
        self._go_on()

    def forget(self, page: str) -> None:
        """Ask no more for a page that said that it goes."""
        with self._lock:
            self._missed.pop(page, None)

    def ask_while(self, of_use: bool) -> None:
        """Ask, or do not ask any more, because nobody would see the difference."""
        with self._lock:
            self._of_use = of_use
        self._go_on()

    def _go_on(self) -> None:
        """Ask in `EVERY_S` seconds, unless that is on its way or of no use."""
        if self._loop is None or self._loop.is_closed():
            return
        with self._lock:
            due = self._of_use and self._missed and self._next is None
        if due:
            self._loop.call_soon_threadsafe(weakly(self._wait))

    def _wait(self) -> None:
        if self._next is None and self._loop is not None:
            self._next = self._loop.call_later(EVERY_S, weakly(self._call))

    def _call(self) -> None:
        """Take leave of the pages that did not answer, and ask the others."""
        self._next = None
        with self._lock:
            if not self._of_use:
                return
            gone = [page for page, missed in self._missed.items() if missed >= MISSES]
            self._missed = {page: missed + 1 for page, missed in self._missed.items() if page not in gone}
            left = bool(self._missed)
        for page in gone:
            self._gone(page)
        if left:
            self._ask()
            self._go_on()
