"""The processes of a sweep: each computes one run at a time, with its threads and, of several GPUs, one of its own.

What a process finds in its environment is set before it starts: numpy, torch and CUDA read it when they are loaded.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from lada_explore.background import system
from lada_explore.background.processes import end_with_parent
from lada_explore.config import Gpu
from lada_explore.errors import LadaError

T = TypeVar("T")

OF_THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
"""Environment variables that hold the number of threads of a process."""

VISIBLE = "CUDA_VISIBLE_DEVICES"
"""Environment variable that names the GPUs that CUDA shows to a process."""

ANY_GPU = ("auto", "cuda")
"""Devices that leave it open which GPU is used."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What all processes of a sweep are told, so that they do not decide it one by one.

    Attributes:
        gpus: names of the GPUs that the sweep may use, as in `VISIBLE`; empty if it uses none, or a named one.
        bfloat16: whether bfloat16 is faster than float32 on the device; None if no run asks.
    """

    gpus: tuple[str, ...] = ()
    bfloat16: bool | None = None


def with_threads(threads: int) -> dict[str, str]:
    """Environment of a process with so many threads."""
    return dict.fromkeys(OF_THREADS, str(threads))


def without_gpu() -> dict[str, str]:
    """Environment of a process that computes on the CPU, whatever GPUs its machine has."""
    return {VISIBLE: ""}


def look(device: str, gpu: Gpu | None) -> Machine:
    """What there is on this machine; called in the first process.

    Args:
        device: device of the runs.
        gpu: how they compute on a GPU, if they ask whether bfloat16 is faster; None if they do not.
    """
    import torch

    from lada_explore.runtime import Runtime, bfloat16_is_faster

    torch.set_num_threads(1)
    try:
        chosen = Runtime.choose(device).device
    except LadaError:
        return Machine()  # Each run says why.
    n_gpus = torch.cuda.device_count() if chosen.type == "cuda" and device in ANY_GPU else 0
    named = [name for name in os.environ.get(VISIBLE, "").split(",") if name]
    gpus = tuple(named or map(str, range(n_gpus)))[:n_gpus]
    return Machine(gpus, None if gpu is None else bfloat16_is_faster(chosen, gpu))


class Workers:
    """Processes that end with this one; each has an executor of its own, so that one that is killed ends no other.

    Args:
        n: number of processes.
        threads: CPU threads of each.
    """

    def __init__(self, n: int, threads: int = 1) -> None:
        self.n = n
        self._threads = with_threads(threads)
        # A forked process would inherit torch's locks and could deadlock on one that another thread held.
        self._context = multiprocessing.get_context("spawn")
        self._ours_ended, self._ours = self._context.Pipe(duplex=False)
        self._pools: list[ProcessPoolExecutor | None] = [None] * n
        self.machine = Machine()

    def submit(self, place: int, work: Callable[..., T], *arguments: Any) -> Future[T]:
        """Let a process do some work; it is started if it does not run yet, or was killed.

        Args:
            place: number of the process.
            work: function of a module.
            arguments: of `work`.
        """
        pool = self._pools[place]
        if pool is not None:
            try:
                return pool.submit(work, *arguments)
            except BrokenProcessPool:
                pool.shutdown(wait=True)
        self._pools[place] = pool = ProcessPoolExecutor(
            1, mp_context=self._context, initializer=_begin, initargs=(self._ours_ended,)
        )
        with _environment(self._of(place)):
            return pool.submit(work, *arguments)

    def close(self) -> None:
        """End all processes at once."""
        self._ours.close()
        for pool in self._pools:
            if pool is not None:
                pool.shutdown(wait=True, cancel_futures=True)
        self._ours_ended.close()

    def _of(self, place: int) -> Mapping[str, str]:
        """Environment of a process: its threads, and of several GPUs every process has the next."""
        gpus = self.machine.gpus
        return self._threads | ({VISIBLE: gpus[place % len(gpus)]} if len(gpus) > 1 else {})


@contextmanager
def _environment(settings: Mapping[str, str]) -> Iterator[None]:
    """Variables that a process which is started inside the block inherits."""
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _begin(parent_ended: Connection) -> None:
    """Prepare a process of the sweep; the pipe becomes readable when the parent closes its end or ends."""
    # Ctrl+C reaches every process of a terminal; the parent reports it and ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if system.SIGHUP is not None:  # So does the end of the terminal.
        signal.signal(system.SIGHUP, signal.SIG_IGN)
    end_with_parent(lambda: parent_ended.poll(None))
