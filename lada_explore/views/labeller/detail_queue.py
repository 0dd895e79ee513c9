"""The queue of what pages of the labeller ask of pictures, which is answered one after another."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from typing import Any

from lada_explore import background

logger = logging.getLogger(__name__)

MAX_WAITING = 500
"""Requests that wait, of all pages together; the oldest ones beyond are dropped, and a page asks again."""

WHOLE = [0, 0, 1, 1]


class DetailQueue:
    """Answers requests for parts of pictures on a thread of its own, so that no answer of a person waits for a file.

    What a person has zoomed to comes before whole pictures, and a request for a part replaces the one before it of the
    same page, which nobody looks at any more.

    Args:
        answer: answers one request.
    """

    def __init__(self, answer: Callable[[Mapping[str, Any]], None]) -> None:
        self._answer = answer
        self._lock = threading.Lock()
        self._waiting: dict[tuple[str, object], Mapping[str, Any]] = {}
        self._busy = False

    def ask(self, request: Mapping[str, Any]) -> None:
        """Take a request: its `page`, the `id` of an image, the `box` of the part and its `longest` side."""
        key = (str(request.get("page")), str(request.get("id")) if request.get("box") == WHOLE else None)
        with self._lock:
            self._waiting.pop(key, None)
            self._waiting[key] = request
            while len(self._waiting) > MAX_WAITING:
                del self._waiting[next(iter(self._waiting))]
            if self._busy:
                return
            self._busy = True
        background.start(self._work, "lada-details")

    def _work(self) -> None:
        while (request := self._next()) is not None:
            try:
                self._answer(request)
            except Exception:
                logger.exception("a part of a picture could not be sent")

    def _next(self) -> Mapping[str, Any] | None:
        with self._lock:
            if not self._waiting or background.python_is_exiting():
                self._busy = False
                return None
            return self._waiting.pop(min(self._waiting, key=lambda key: key[1] is not None))
