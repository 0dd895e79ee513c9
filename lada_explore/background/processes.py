"""Processes that end with the one that started them, also where that one was killed and could tell nobody.

The parent holds the only writing end of a pipe, and the system closes it whatever the parent dies of; the child has a
thread that reads the other end until then. Linux can do more: it sends the child a signal (PR_SET_PDEATHSIG), which
needs no thread, and so comes through while the child computes without letting other threads run.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

GRACE_S = 5.0
"""As long a child that is asked to end may take before it is ended."""

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def end_with_parent(wait: Callable[[], object], signum: signal.Signals = signal.SIGKILL) -> None:
    """Let this process end as soon as the one that started it has; called once, as early as can be.

    On Linux the signal comes when the thread that started this process has ended, so let one start it that lives on.

    Args:
        wait: returns, or raises OSError, when the parent is gone; `standard_input_ends`, say.
        signum: what this process is sent then. One that it can answer is followed by SIGKILL after `GRACE_S`.
    """
    if sys.platform == "linux":
        # Where the system does not do it, the thread below does.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signum), 0, 0, 0)

    def watch() -> None:
        with suppress(OSError, EOFError):
            wait()
        os.kill(os.getpid(), signum)
        time.sleep(GRACE_S)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, name="ends with its parent", daemon=True).start()


def standard_input_ends() -> None:
    """Wait until nobody can write to this process's standard input: a child's pipe is held by its parent alone."""
    while os.read(0, 1024):
        pass


@contextmanager
def sigterm_interrupts() -> Iterator[None]:
    """Let `kill` end this process as Ctrl+C does, so that what it has started is ended in its order."""
    if threading.current_thread() is not threading.main_thread():  # the only one that may take signals
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
