"""What this process holds of ours, to be counted before and after what should leave nothing behind."""

from __future__ import annotations

import gc
import os
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import comm
import pytest
from ipywidgets.widgets import widget as registry

from lada_explore.events import REDRAWS, Listeners
from lada_explore.session.worker import Worker

OPEN_FILES = Path("/proc/self/fd")
counts_files = pytest.mark.skipif(not OPEN_FILES.is_dir(), reason="counts open files as Linux shows them")


@dataclass(frozen=True)
class Held:
    """What this process holds.

    Attributes:
        objects: objects of any class of this package.
        callbacks: subscriptions to workers and to events of sessions.
        widgets: widgets that ipywidgets keeps alive.
        comms: connections to a page.
        threads: threads.
        files: open files.
    """

    objects: int
    callbacks: int
    widgets: int
    comms: int
    threads: int
    files: int


def held() -> Held:
    """What is held now, once everything that was to be drawn is drawn."""
    REDRAWS.wait(20)
    gc.collect()
    ours = [thing for thing in gc.get_objects() if str(type(thing).__module__).startswith("lada_explore")]
    workers = [thing for thing in ours if type(thing) is Worker]
    listeners = [thing for thing in ours if type(thing) is Listeners]
    return Held(
        objects=len(ours),
        callbacks=sum(len(worker._callbacks) for worker in workers) + sum(map(len, listeners)),
        widgets=len(registry._instances),
        comms=len(comm.get_comm_manager().comms),
        threads=threading.active_count(),
        files=len(os.listdir(OPEN_FILES)),
    )


def settled() -> Held:
    """What is held once the threads of what came before have ended: the same twice, half a second apart."""
    end = time.monotonic() + 20
    now = held()
    while time.monotonic() < end:
        time.sleep(0.5)
        before, now = now, held()
        if now == before:
            break
    return now


def assert_back_to(before: Held, within_s: float = 20) -> None:
    """Nothing more is held, as soon as the threads that were drawing last have ended.

    Less may be held, where something that an earlier test left ended in the meantime.
    """
    end = time.monotonic() + within_s
    while (more := more_than(before)) and time.monotonic() < end:
        time.sleep(0.1)
    assert more == {}


def more_than(before: Held) -> dict[str, tuple[int, int]]:
    """What is held more than before: the numbers before and now."""
    then, now = asdict(before), asdict(held())
    return {name: (then[name], now[name]) for name in then if now[name] > then[name]}
