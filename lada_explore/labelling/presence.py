"""Who is at work on a run: the image that each open view shows to its annotator."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable


class Presence:
    """The image that each person looks at, from `look_at` of a view until `leave` of the same view.

    It is kept by view and not by name, because one person may have several views open and may change her name in one.
    """

    def __init__(self) -> None:
        # Reentrant, because Python may find a view unused, which then leaves, on a thread that holds this lock.
        self._lock = threading.RLock()
        self._at: dict[Hashable, tuple[str, int]] = {}
        self._watchers: dict[object, Callable[[], None]] = {}

    def watch(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call `callback` after every change; returns a function that ends this."""
        key = object()
        with self._lock:
            self._watchers[key] = callback

        def end() -> None:
            with self._lock:
                self._watchers.pop(key, None)

        return end

    def now(self) -> dict[str, int]:
        """Id of the image that each person looks at; of a person with several views, the one she moved to last."""
        with self._lock:
            return dict(self._at.values())

    def look_at(self, view: Hashable, annotator: str, image_id: int) -> None:
        """Note that a person looks at an image now; whoever looked through this view before no longer does."""
        with self._lock:
            if self._at.get(view) == (annotator, image_id):
                return
            self._at.pop(view, None)  # so that the view that moved last is the last entry
            self._at[view] = annotator, image_id
        self._notify()

    def leave(self, view: Hashable) -> None:
        """Note that nobody looks through this view any more."""
        with self._lock:
            left = self._at.pop(view, None)
        if left is not None:
            self._notify()

    def _notify(self) -> None:
        with self._lock:
            watchers = list(self._watchers.values())
        for watcher in watchers:
            watcher()
