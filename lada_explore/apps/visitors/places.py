"""Which visitor each kernel was made for, and which kernel has to end before another visitor can have one."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from lada_explore.errors import LadaError

MAX_PAGES = 3
"""Kernels of one visitor at a time; another page ends the oldest of them."""

GONE_S = 120.0
"""A kernel without a page for this long gives its place to a visitor who would find no other."""


class Full(LadaError):
    """Other visitors have all the kernels there may be."""


@dataclass(slots=True, kw_only=True)
class Place:
    """One kernel.

    Attributes:
        visitor: whom it was made for.
        started: whether its process runs, so that it can be ended.
        pages: pages that are connected to it.
        since: seconds on the clock when it was taken, or when its last page left.
    """

    visitor: str
    started: bool = False
    pages: int = 0
    since: float


class Places:
    """The places for kernels, at most `most` of them.

    Args:
        most: kernels of all visitors together.
        clock: returns seconds; `time.monotonic` except in tests.
    """

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.most = most
        self._clock = clock
        self._places: dict[str, Place] = {}

    def __len__(self) -> int:
        return len(self._places)

    def owner(self, kernel_id: str) -> str | None:
        """The visitor whom a kernel was made for; None if there is no such kernel."""
        place = self._places.get(kernel_id)
        return None if place is None else place.visitor

    def pages(self) -> dict[str, int]:
        """How many pages are connected to each kernel, by its id."""
        return {kernel: place.pages for kernel, place in self._places.items()}

    def has_room(self, visitor: str) -> bool:
        """Whether the visitor can have another kernel now."""
        return len(self) < self.most and len(self._of(visitor)) < MAX_PAGES

    def in_the_way(self, visitor: str) -> tuple[str, bool] | None:
        """The kernel to end first so that the visitor can have one, and whether a page is connected to it.

        It is one of the visitor's own if there are any: first those without a page, then the oldest. So a page that is
        loaded again takes the place of the page before. Otherwise it is a kernel without a page for `GONE_S`.

        Returns:
            None if the visitor's own kernels are still starting; then the visitor has to wait for them.

        Raises:
            Full: there is no such kernel.
        """
        own = self._of(visitor)
        if own:
            started = [(place.pages > 0, place.since, kernel) for kernel, place in own.items() if place.started]
            return (min(started)[2], min(started)[0]) if started else None
        gone = [(place.since, kernel) for kernel, place in self._places.items() if place.started and not place.pages]
        if not gone or self._clock() - min(gone)[0] < GONE_S:
            raise Full(
                f"{self._taken()} This page tries again every 20 seconds, until somebody leaves. Whoever serves it can "
                "let more in with --max-students."
            )
        return min(gone)[1], False

    def take(self, visitor: str, kernel_id: str) -> None:
        """Give the visitor a place for a kernel that is about to start.

        Raises:
            Full: there is no room.
        """
        if not self.has_room(visitor):
            raise Full(self._taken())
        self._places[kernel_id] = Place(visitor=visitor, since=self._clock())

    def begun(self, kernel_id: str) -> None:
        """Note that a kernel has started."""
        if place := self._places.get(kernel_id):
            place.started = True

    def page_came(self, kernel_id: str) -> None:
        """Note that a page has connected to a kernel."""
        if place := self._places.get(kernel_id):
            place.pages += 1

    def page_left(self, kernel_id: str) -> None:
        """Note that a page has disconnected from a kernel."""
        if place := self._places.get(kernel_id):
            place.pages = max(0, place.pages - 1)
            place.since = self._clock()

    def free(self, kernel_id: str) -> None:
        """Note that a kernel has ended."""
        self._places.pop(kernel_id, None)

    def _taken(self) -> str:
        return f"All {self.most} places are taken." if self.most > 1 else "The only place is taken."

    def _of(self, visitor: str) -> dict[str, Place]:
        return {kernel: place for kernel, place in self._places.items() if place.visitor == visitor}
