"""How many CPU threads torch has, and how they wait."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache

import psutil
import torch
from threadpoolctl import ThreadpoolController

from lada_explore import TORCH_CAME_FIRST

logger = logging.getLogger(__name__)

FASTER = 1.2
"""All threads are chosen where they are at least this many times faster than one."""

TRIAL_S = 0.25
"""Seconds of a trial of the number of threads; longer where a step is, for each has to be seen three times."""

LONG_TRIAL_S = 3.0
"""A trial that takes longer ends with its second round; the first only warms up."""

_OPENMP = ThreadpoolController().select(user_api="openmp")
"""Torch's threads. `torch.set_num_threads` would also change what other threads of Python begin with."""

_THREADS_AT_FIRST = torch.get_num_threads()

_THREAD_SETTINGS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS")
"""Where the environment says how many threads torch is to have."""

_SPIN_SETTINGS = ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "KMP_BLOCKTIME")
"""Where the environment says how a thread waits."""


@contextmanager
def limited(threads: int | None) -> Iterator[None]:
    """Let torch have so many threads inside the block, on this thread of Python only; as many as it has when None."""
    torch.get_num_threads()  # The first call of a thread sets torch's own number, which would undo ours.
    with _OPENMP.limit(limits=threads):
        yield


def threads_are_set() -> bool:
    """Whether a person said how many threads torch is to have: in the environment, or by `torch.set_num_threads`."""
    if any(name in os.environ for name in _THREAD_SETTINGS) or torch.get_num_threads() != _THREADS_AT_FIRST:
        return True
    # Torch takes as many as there are cores. A number set before this module was loaded shows by being another.
    affinity = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None
    return TORCH_CAME_FIRST and _THREADS_AT_FIRST not in (os.cpu_count(), psutil.cpu_count(logical=False), affinity)


def faster_threads(step: Callable[[], object], most: int) -> tuple[int, dict[int, float]]:
    """How many threads `step` should have: `most` where it is `FASTER` times as fast as on one, else one.

    Args:
        step: what to time; called some ten times with each number, and less often where that takes longer than
            `LONG_TRIAL_S`.
        most: the larger number, at least 2.

    Returns:
        The number, and by number the seconds of the fastest of the calls: what else the machine does only adds.
    """
    seconds: dict[int, list[float]] = {1: [], most: []}
    began = time.perf_counter()
    # The first round of each pays for the choice of an algorithm.
    while (rounds := len(seconds[1])) < 2 or time.perf_counter() - began < (LONG_TRIAL_S if rounds < 3 else TRIAL_S):
        if rounds == 9:
            break
        for number, taken in seconds.items():
            with limited(number):
                start = time.perf_counter()
                step()
                taken.append(time.perf_counter() - start)
    fastest = {number: min(taken[1:]) for number, taken in seconds.items()}
    return (most if fastest[1] >= FASTER * fastest[most] else 1), fastest


@lru_cache
def warn_of_spinning(threads: int) -> None:
    """Say once that torch's threads stand still beside another busy program, where they do."""
    if threads > 1 and TORCH_CAME_FIRST and not any(name in os.environ for name in _SPIN_SETTINGS):
        logger.warning(
            "torch was loaded before lada_explore, so its %d threads spin while they wait, and are many times slower "
            "beside another busy program; import lada_explore first, or set OMP_WAIT_POLICY=PASSIVE before you start "
            "Python",
            threads,
        )
