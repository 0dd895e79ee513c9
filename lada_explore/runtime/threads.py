"""The number of CPU threads that torch uses, and how they wait."""

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
from lada_explore.background import system

logger = logging.getLogger(__name__)

MIN_SPEEDUP = 1.2
"""Several threads are chosen if they are at least this many times faster than one."""

TRIAL_S = 0.25
"""Duration in seconds of a trial of the number of threads; longer if three rounds of steps take longer."""

LONG_TRIAL_S = 3.0
"""A trial that has taken longer ends after its second round; the first round only warms up."""

_OPENMP = ThreadpoolController().select(user_api="openmp")
"""Controls torch's OpenMP threads. `torch.set_num_threads` would also change the number for new Python threads."""

_THREADS_AT_FIRST = torch.get_num_threads()

_THREAD_SETTINGS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS")
"""Environment variables that set the number of torch's threads."""

_SPIN_SETTINGS = ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "KMP_BLOCKTIME")
"""Environment variables that set how a thread waits."""


@contextmanager
def limited(threads: int | None) -> Iterator[None]:
    """Limit torch to this number of threads inside the block, on the current Python thread only; None for no limit."""
    torch.get_num_threads()  # The first call on a thread sets torch's own number, which would override the limit.
    with _OPENMP.limit(limits=threads):
        yield


def threads_are_set() -> bool:
    """Whether the number of torch's threads was set explicitly, in the environment or by `torch.set_num_threads`."""
    if any(name in os.environ for name in _THREAD_SETTINGS) or torch.get_num_threads() != _THREADS_AT_FIRST:
        return True
    # By default torch uses as many threads as there are cores; another number was set before this module was loaded.
    cores = (os.cpu_count(), psutil.cpu_count(logical=False), system.usable_cores())
    return TORCH_CAME_FIRST and _THREADS_AT_FIRST not in cores


def faster_threads(step: Callable[[], object], several: int) -> tuple[int, dict[int, float]]:
    """Choose the number of threads for `step`: `several` if that is `MIN_SPEEDUP` times as fast as one, else one.

    Args:
        step: function to time. It is called about ten times with each number of threads, or less often if that takes
            longer than `LONG_TRIAL_S`.
        several: the larger number of threads, at least 2.

    Returns:
        The chosen number, and the fastest time in seconds for each number. The fastest counts, because other work on
        the machine only adds time.
    """
    seconds: dict[int, list[float]] = {1: [], several: []}
    began = time.perf_counter()
    # The first round includes the choice of an algorithm; it is dropped below.
    while (rounds := len(seconds[1])) < 2 or time.perf_counter() - began < (LONG_TRIAL_S if rounds < 3 else TRIAL_S):
        if rounds == 9:
            break
        for number, taken in seconds.items():
            with limited(number):
                start = time.perf_counter()
                step()
                taken.append(time.perf_counter() - start)
    fastest = {number: min(taken[1:]) for number, taken in seconds.items()}
    return (several if fastest[1] >= MIN_SPEEDUP * fastest[several] else 1), fastest


@lru_cache
def warn_of_spinning(threads: int) -> None:
    """Log a warning, once, if torch's waiting threads spin, which makes them very slow beside another busy program."""
    if threads > 1 and TORCH_CAME_FIRST and not any(name in os.environ for name in _SPIN_SETTINGS):
        logger.warning(
            "torch was loaded before lada_explore, so its %d threads spin while they wait, and are many times slower "
            "beside another busy program; import lada_explore first, or set OMP_WAIT_POLICY=PASSIVE before you start "
            "Python",
            threads,
        )
