"""Reading in threads, ahead of who uses what was read, but not far."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from lada_explore.background import system

MAX_THREADS = 16
"""Largest number of threads that decode; Pillow decodes without Python's lock."""

_In = TypeVar("_In")
_Out = TypeVar("_Out")


def ahead(read: Callable[[_In], _Out], given: Iterable[_In], *, at_most: int) -> Generator[tuple[_In, _Out]]:
    """What `read` returns of each item, in order; at most `at_most` of them are read and not yet used.

    The threads end when the generator does, or is closed.

    Args:
        read: is called in threads.
        given: the items.
        at_most: largest number of results in memory, at least 1.
    """
    waiting: deque[tuple[_In, Future[_Out]]] = deque()
    threads = ThreadPoolExecutor(min(MAX_THREADS, _cores()), thread_name_prefix="decodes pictures")
    try:
        for item in given:
            waiting.append((item, threads.submit(read, item)))
            if len(waiting) == at_most:
                first, result = waiting.popleft()
                yield first, result.result()
        while waiting:
            first, result = waiting.popleft()
            yield first, result.result()
    finally:
        threads.shutdown(wait=True, cancel_futures=True)


def _cores() -> int:
    """Processors that this process may use."""
    return system.usable_cores() or os.cpu_count() or 1
