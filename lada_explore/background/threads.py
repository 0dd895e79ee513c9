"""Background threads that are told to stop, and waited for, when Python exits.

When Python exits, it kills daemon threads at once. If a thread is inside the compiled code of a library at that moment,
the whole process often aborts ("terminate called without an active exception") with exit code 134 instead of its own.
"""

from __future__ import annotations

import atexit
import threading
import time
import weakref
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

MAX_WAIT_S = 60.0
"""Longest time in seconds that the exit of the process waits for all threads; compiling UMAP takes longest."""

_RUNNING: dict[threading.Thread, Callable[[], None]] = {}
_LOCK = threading.Lock()
_EXITING = threading.Event()


def start(work: Callable[[], None], name: str, give_up: Callable[[], None] = lambda: None) -> threading.Thread:
    """Start a daemon thread that the exit of the process waits for.

    Args:
        work: function that the thread runs.
        name: name of the thread.
        give_up: called when Python exits; must make `work` return soon.
    """

    def until_done() -> None:
        try:
            work()
        finally:
            with _LOCK:
                _RUNNING.pop(threading.current_thread(), None)

    thread = threading.Thread(target=until_done, name=name, daemon=True)
    with _LOCK:
        _RUNNING[thread] = give_up
    thread.start()
    return thread


def start_for(
    owner: T,
    changed: threading.Condition,
    name: str,
    *,
    is_called: Callable[[T], bool],
    work: Callable[[T], bool],
    give_up: Callable[[T], None],
) -> threading.Thread:
    """Start a thread that works for an object until `work` returns False or the object no longer exists.

    Args:
        owner: the object; the thread does not keep it alive while it waits for work.
        changed: condition that is notified whenever `is_called` may have become true.
        name: name of the thread.
        is_called: returns True if there is work to do; called with `changed` held.
        work: does the work; returns False to end the thread.
        give_up: called when Python exits; must make `work` return False soon.
    """
    owner_of = weakref.ref(owner)

    def stops_waiting() -> bool:
        held = owner_of()
        return held is None or is_called(held)

    def work_while_held() -> None:
        while True:
            with changed:
                changed.wait_for(stops_waiting)
            held = owner_of()
            if held is None or not work(held):
                return
            del held

    def wake() -> None:
        with changed:
            changed.notify_all()

    def give_up_if_held() -> None:
        held = owner_of()
        if held is not None:
            give_up(held)

    weakref.finalize(owner, wake)
    return start(work_while_held, name, give_up_if_held)


def python_is_exiting() -> bool:
    """True once Python has begun to exit; long work should then stop."""
    return _EXITING.is_set()


@atexit.register
def _stop_all() -> None:
    _EXITING.set()
    with _LOCK:
        waiting = list(_RUNNING.items())
    for _, give_up in waiting:
        give_up()
    end = time.monotonic() + MAX_WAIT_S
    for thread, _ in waiting:
        thread.join(max(0.0, end - time.monotonic()))
