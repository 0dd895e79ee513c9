"""This machine as an engine: processes of ours, each with its own threads and, of several GPUs, one of its own."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace

from lada_explore.config import Precision
from lada_explore.errors import ConfigError
from lada_explore.experiments.engines import Ended
from lada_explore.experiments.engines.fitting import shared_gpus
from lada_explore.experiments.task import Task, complete
from lada_explore.experiments.workers import Machine, Workers, look

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Local:
    """Processes that end with this one.

    Each has the threads of its run, and of several GPUs one, so that records do not depend on `jobs`; whether bfloat16
    is faster, which a run with `look_ahead.precision` "auto" asks, is measured once for all.

    Attributes:
        jobs: processes at a time.
        name: as `--on` has it.

    Raises:
        ConfigError: `jobs` is below 1.
    """

    jobs: int = 1
    name: str = "local"

    def __post_init__(self) -> None:
        if self.jobs < 1:
            raise ConfigError(f"jobs is {self.jobs}; run at least 1 process")

    @property
    def at_once(self) -> int:
        """Largest number of runs at a time."""
        return self.jobs

    def complete(self, tasks: Sequence[Task], ended: Ended) -> None:
        """Complete every run, as an `Engine` does; the processes end at once when this one does, in whatever way."""
        waiting, n = deque(tasks), min(self.jobs, len(tasks))
        if n == 0:
            return
        workers = Workers(n, tasks[0].threads)
        try:
            workers.machine = _looked(workers, tasks)
            if said := shared_gpus(self.jobs, len(tasks), len(workers.machine.gpus)):
                logger.warning("%s", said)
            running = dict[Future[str], tuple[int, Task]]()
            for place in range(n):
                _start(workers, place, waiting.popleft(), running)
            while running:
                for future in wait(running, return_when=FIRST_COMPLETED)[0]:
                    place, task = running.pop(future)
                    ended(task, _error_of(future))
                    if waiting:
                        _start(workers, place, waiting.popleft(), running)
        finally:
            workers.close()


def _start(workers: Workers, place: int, task: Task, running: dict[Future[str], tuple[int, Task]]) -> None:
    told = replace(task, bfloat16=workers.machine.bfloat16)
    running[workers.submit(place, complete, told)] = place, task


def _looked(workers: Workers, tasks: Sequence[Task]) -> Machine:
    """What the first process finds on this machine, if the runs may use a GPU or ask for a measurement.

    Nothing if it fails or its process is killed, which its first run tells then.
    """
    asking = [config for task in tasks if (config := task.config()).precision is Precision.AUTO]
    if tasks[0].device == "cpu" and (workers.n == 1 or not asking):
        return Machine()
    try:
        return workers.submit(0, look, tasks[0].device, asking[0].gpu if asking else None).result()
    except Exception:  # A broken driver of CUDA raises what it likes; each run says what it meets.
        return Machine()


def _error_of(future: Future[str]) -> str:
    try:
        return future.result()
    except BrokenProcessPool:
        return "its process was killed, perhaps because memory ran out; lower jobs and run the sweep again"
    except Exception as error:  # Of one run; the others go on.
        return f"{type(error).__name__}: {error}"
