"""Who is in: the kernels of visitors, and whose has to end before another can begin."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from lada_explore.errors import LadaError

PAGES = 3
"""Kernels of one visitor at a time; a page more ends the kernel of the oldest."""

GONE_S = 120.0
"""A visitor who has shown no page for so long makes room for somebody else; nobody's kernel ends for it otherwise."""


class Full(LadaError):
    """Every place is taken, by somebody else."""


@dataclass(slots=True, kw_only=True)
class Place:
    """One kernel and whom it was made for.

    Attributes:
        visitor: who alone is answered.
        started: whether it has begun, and so can be ended.
        pages: connections of pages to it.
        since: seconds of the clock when it was taken, or when its last page left.
    """

    visitor: str
    started: bool = False
    pages: int = 0
    since: float


class Places:
    """At most `most` kernels, by their ids.

    Args:
        most: kernels of all visitors together.
        clock: seconds; of `time.monotonic` unless a test sets them.
    """

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.most = most
        self._clock = clock
        self._places: dict[str, Place] = {}

    def __len__(self) -> int:
        return len(self._places)

    def owner(self, kernel_id: str) -> str | None:
        """The visitor whom a kernel was made for; None where there is no such kernel."""
        place = self._places.get(kernel_id)
        return None if place is None else place.visitor

    def has_room(self, visitor: str) -> bool:
        """Whether a visitor can take a place now."""
        return len(self) < self.most and len(self._of(visitor)) < PAGES

    def in_the_way(self, visitor: str) -> tuple[str, bool] | None:
        """The kernel that ends first so that a visitor gets in, and whether a page shows it.

        The visitor's own come first, those that no page shows before the others and old ones before new ones: who loads
        a page again takes the place of the page before. Then somebody's whose page has been gone for `GONE_S`.

        Returns:
            None where one of the visitor's own has yet to begin, and has to be waited for.

        Raises:
            Full: there is none.
        """
        own = self._of(visitor)
        if own:
            started = [(place.pages > 0, place.since, kernel) for kernel, place in own.items() if place.started]
            return (min(started)[2], min(started)[0]) if started else None
        gone = [(place.since, kernel) for kernel, place in self._places.items() if place.started and not place.pages]
        if not gone or self._clock() - min(gone)[0] < GONE_S:
            raise Full(
                f"All {self.most} places are taken. As soon as somebody leaves there is room: this page asks again "
                "every 20 seconds."
            )
        return min(gone)[1], False

    def take(self, visitor: str, kernel_id: str) -> None:
        """Give a visitor a place for a kernel that begins now.

        Raises:
            Full: there is no room.
        """
        if not self.has_room(visitor):
            raise Full(f"All {self.most} places are taken.")
        self._places[kernel_id] = Place(visitor=visitor, since=self._clock())

    def begun(self, kernel_id: str) -> None:
        """Note that a kernel has started."""
        self._places[kernel_id].started = True

    def page_came(self, kernel_id: str) -> None:
        """Note that a page has connected to a kernel."""
        if place := self._places.get(kernel_id):
            place.pages += 1

    def page_left(self, kernel_id: str) -> None:
        """Note that a page of a kernel is gone."""
        if place := self._places.get(kernel_id):
            place.pages = max(0, place.pages - 1)
            place.since = self._clock()

    def free(self, kernel_id: str) -> None:
        """Note that a kernel has ended."""
        self._places.pop(kernel_id, None)

    def _of(self, visitor: str) -> dict[str, Place]:
        return {kernel: place for kernel, place in self._places.items() if place.visitor == visitor}
