"""Images that one view of a run hands to the views in which a person answers them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

Take = Callable[[Sequence[int]], None]
"""Takes ids of images."""


class HandOver:
    """Who takes the images that another view hands over; safe from any thread."""

    def __init__(self) -> None:
        # Reentrant, because Python may find a view unused, which then ends this, on a thread that holds the lock.
        self._lock = threading.RLock()
        self._takers: dict[object, Take] = {}

    def on_hand_over(self, take: Take) -> Callable[[], None]:
        """Call `take` with the ids of images that are handed over; returns a function that ends this."""
        key = object()
        with self._lock:
            self._takers[key] = take

        def end() -> None:
            with self._lock:
                self._takers.pop(key, None)

        return end

    def hand_over(self, ids: Sequence[int]) -> int:
        """Hand images to every view that takes them; returns the number of these views."""
        with self._lock:
            takers = list(self._takers.values())
        for take in takers:
            take(ids)
        return len(takers)
