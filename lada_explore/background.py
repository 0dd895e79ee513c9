"""Threads that may be in the middle of something when Python ends: each is told to give up, and waited for.

Python stops a daemon thread where it stands. One that is inside a library's compiled code then often takes the process
down with it: "terminate called without an active exception", exit code 134 in place of the program's own.
"""

from __future__ import annotations

import atexit
import threading
import time
from collections.abc import Callable

ENDS_S = 60.0
"""How long the end of the process waits at most for all of them; compiling UMAP takes the longest."""

_GIVING_UP: dict[threading.Thread, Callable[[], None]] = {}
_LOCK = threading.Lock()
_ENDING = threading.Event()


def start(work: Callable[[], None], name: str, give_up: Callable[[], None] = lambda: None) -> threading.Thread:
    """Start a daemon thread that the end of the process waits for.

    Args:
        work: what the thread does.
        name: of the thread.
        give_up: called when Python ends; `work` is to return soon after.
    """

    def until_done() -> None:
        try:
            work()
        finally:
            with _LOCK:
                _GIVING_UP.pop(threading.current_thread(), None)

    thread = threading.Thread(target=until_done, name=name, daemon=True)
    with _LOCK:
        _GIVING_UP[thread] = give_up
    thread.start()
    return thread


def python_ends() -> bool:
    """Whether Python is about to end, and long work is to be given up."""
    return _ENDING.is_set()


@atexit.register
def _end() -> None:
    _ENDING.set()
    with _LOCK:
        waiting = list(_GIVING_UP.items())
    for _, give_up in waiting:
        give_up()
    end = time.monotonic() + ENDS_S
    for thread, _ in waiting:
        thread.join(max(0.0, end - time.monotonic()))
