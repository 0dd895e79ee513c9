"""Processes that end with the process that started them, even if that one is killed and cannot tell them.

The parent holds the only writing end of a pipe, which the system closes when the parent ends for whatever reason. A
thread of the child reads the other end until then. On Linux the system can also send the child a signal
(PR_SET_PDEATHSIG). It needs no thread, and so also ends a child whose threads do not get their turn.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

from lada_explore.background import system

GRACE_S = 5.0
"""How long a child may take to end after a signal that it can handle."""

PATIENCE_S = 10.0
"""Seconds after a signal that interrupts in which another one does not."""

ENDING = b"what was started is being ended, which takes a moment\n"


def end_with_parent(wait: Callable[[], object], signum: signal.Signals = system.SIGKILL) -> None:
    """End this process as soon as its parent has ended. Call it once, as early as possible.

    On Linux the signal also comes when only the thread of the parent has ended that started this process.

    Args:
        wait: returns or raises OSError when the parent has ended, as `wait_for_end_of_input` does.
        signum: signal that this process is sent; one other than SIGKILL is followed by SIGKILL after `GRACE_S`.
    """
    system.signal_when_parent_ends(signum)  # Where it is not to be had, the thread does it alone.

    def watch() -> None:
        with suppress(OSError, EOFError):
            wait()
        os.kill(os.getpid(), signum)
        time.sleep(GRACE_S)
        os.kill(os.getpid(), system.SIGKILL)

    threading.Thread(target=watch, name="ends with its parent", daemon=True).start()


def wait_for_end_of_input() -> None:
    """Wait until standard input ends. If it is a pipe that only the parent can write to, the parent has ended."""
    while os.read(0, 1024):
        pass


@contextmanager
def signals_interrupt() -> Iterator[None]:
    """Let `kill` and a closed terminal end this process as Ctrl+C does, so that it can end what it started.

    A hang-up that is ignored, as under nohup, stays ignored. Only the first signal interrupts: the shell and the system
    both send a hang-up, and an impatient second Ctrl+C would leave running what is being ended. One that comes after
    `PATIENCE_S` interrupts that, too.
    """
    if threading.current_thread() is not threading.main_thread():  # Python sets signal handlers only there
        yield
        return
    interrupt, before = _interrupting_once(), dict[signal.Signals, Any]()
    for signum in (signal.SIGINT, signal.SIGTERM, *([] if system.SIGHUP is None else [system.SIGHUP])):
        if signum is signal.SIGINT or signal.getsignal(signum) is not signal.SIG_IGN:
            before[signum] = signal.signal(signum, interrupt)
    try:
        yield
    finally:
        for signum, handler in before.items():
            signal.signal(signum, handler)


def _interrupting_once() -> Callable[[int, FrameType | None], None]:
    """A handler of signals that interrupts, and then for `PATIENCE_S` only says that this is under way."""
    first: list[float] = []

    def interrupt(signum: int, frame: FrameType | None) -> None:
        if first and time.monotonic() - first[0] < PATIENCE_S:
            if signum == signal.SIGINT:
                os.write(2, ENDING)  # `print` would fail where the signal comes in the middle of another one.
            return
        first.append(time.monotonic())
        signal.default_int_handler(signum, frame)

    return interrupt
