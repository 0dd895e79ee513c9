"""A Ray cluster as an engine. Runs send back what each stage has written, so that no shared disk is needed.

A run is computed in a folder of its own on some node. After each stage what is new in it comes back as bytes and is
written into the folder of the sweep here, from which a retried run goes on; so a lost node costs the stage under way.
The package, and images that are files, have to be on every node.
"""

from __future__ import annotations

import logging
import os
import socket
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from lada_explore.config import Precision
from lada_explore.errors import ConfigError, LadaError
from lada_explore.experiments.engines import Ended
from lada_explore.experiments.engines.fitting import lacking, require_gpus, require_whole_path
from lada_explore.experiments.engines.sent_files import Files, Sent, receive
from lada_explore.experiments.status import Follower, RunState, RunStatus, kept_for
from lada_explore.experiments.task import Task, steps
from lada_explore.experiments.workers import look, with_threads, without_gpu
from lada_explore.store import RunFolder

logger = logging.getLogger(__name__)

POLL_S = 1.0
"""Seconds of a wait for what comes back, after which Ctrl+C is seen."""

HEARD_S = 10.0
"""Least seconds between two statuses of a run that come back within a stage."""

ANSWER_S = 10.0
"""Seconds in which a cluster has to answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnRay:
    """A Ray cluster.

    Attributes:
        address: of the cluster, as "10.0.0.1:6379" or "auto"; when None one of this machine alone is started.
        jobs: largest number of runs at a time; when None all that fit.
        gpus: GPUs of each run, also a share as 0.5; without any it runs on the CPU. It takes as many CPUs as it has
            threads.
        retries: how often a run is begun again whose process or node was lost.
        name: as `--on` has it.

    Raises:
        ConfigError: a number is too small.
    """

    address: str | None = None
    jobs: int | None = None
    gpus: float = 0.0
    retries: int = 3
    name: str = "ray"

    def __post_init__(self) -> None:
        for name, least in (("jobs", 1), ("gpus", 0), ("retries", 0)):
            value = getattr(self, name)
            if value is not None and value < least:
                raise ConfigError(f"{name} is {value}; it must be at least {least}")

    @property
    def at_once(self) -> int | None:
        """Largest number of runs at a time; None where the cluster decides."""
        return self.jobs

    def complete(self, tasks: Sequence[Task], ended: Ended) -> None:
        """Complete every run, as an `Engine` does.

        Raises:
            ConfigError: Ray is not installed, the cluster cannot be reached, no node of one that was started here
                can take a run, runs on a GPU are given none, or the path of the images is a relative one.
        """
        if not tasks:
            return
        require_gpus(tasks[0].device, self.gpus)
        ray = _ray()
        with _connected(ray, self.address) as is_ours:
            if not is_ours:
                require_whole_path(tasks[0].config().data.name)
            self._require_room(ray, tasks[0].threads, is_ours=is_ours)
            _Cluster(ray, self, ended).complete(tasks)

    def _require_room(self, ray: Any, threads: int, *, is_ours: bool) -> None:
        """Refuse runs that this machine cannot take; another cluster may get larger nodes, and is waited for."""
        fault = lacking(ray.nodes(), threads, self.gpus)
        if fault and is_ours:
            raise ConfigError(
                f"{fault}; lower --threads or --gpus, or name a cluster that has them as --address HOST:PORT"
            )
        if fault:
            logger.warning(
                "%s; the runs wait until it gets such a node, which a cluster that is not scaled by itself never does: "
                "stop the sweep with Ctrl+C and lower --threads or --gpus there",
                fault,
            )


@dataclass(slots=True)
class _Going:
    """A run that is under way on the cluster.

    Attributes:
        task: the run.
        retries: how often it may still be begun again.
        folder: its folder here, locked; None until there is one.
    """

    task: Task
    retries: int
    folder: RunFolder | None = None

    def take(self, status: RunStatus, files: Files) -> None:
        """Put what came back into the folder of the sweep."""
        receive(self.task.run.path, files)
        self.lock()
        kept_for(self.task.run.path)(status)

    def lock(self) -> None:
        """Lock the run's folder, if it is there, so that nobody else goes on with it meanwhile."""
        if self.folder is None and self.task.run.path.exists():
            folder = RunFolder(self.task.run.path, know_images=False)
            folder.lock()
            self.folder = folder

    def unlock(self) -> None:
        """Release it."""
        if self.folder is not None:
            self.folder.unlock()
            self.folder = None


@dataclass(slots=True)
class _Cluster:
    ray: Any
    engine: OnRay
    ended: Ended
    going: dict[Any, _Going] = field(default_factory=dict)
    bfloat16: bool | None = None

    def complete(self, tasks: Sequence[Task]) -> None:
        waiting = deque(_Going(task, self.engine.retries) for task in tasks)
        try:
            self.bfloat16 = self._bfloat16_of(tasks)
            while waiting or self.going:
                while waiting and (self.engine.jobs is None or len(self.going) < self.engine.jobs):
                    self._start(waiting.popleft())
                ready, _ = self.ray.wait(list(self.going), num_returns=1, timeout=POLL_S)
                for stream in ready:
                    if (again := self._hear(stream)) is not None:
                        waiting.appendleft(again)
        finally:
            for stream, one in self.going.items():
                with suppress(Exception):  # The cluster may be gone.
                    self.ray.cancel(stream, force=True)
                one.unlock()

    def _on_cluster(self, function: Any, task: Task, **options: Any) -> Any:
        asked = {"num_cpus": task.threads, "num_gpus": self.engine.gpus, "max_retries": 0}
        if self.engine.gpus:
            asked["max_calls"] = 1  # A process keeps the GPU that it began with, so the next run gets a process anew.
        environment = with_threads(task.threads) | ({} if self.engine.gpus else without_gpu())
        return self.ray.remote(**asked, runtime_env={"env_vars": environment}, **options)(function)

    def _bfloat16_of(self, tasks: Sequence[Task]) -> bool | None:
        """Whether bfloat16 is faster on a node, measured once for all runs; None if no run asks."""
        asking = [task for task in tasks if task.config().precision is Precision.AUTO]
        if not asking:
            return None
        errors = self.ray.exceptions
        found = self._on_cluster(look, asking[0]).remote(asking[0].device, asking[0].config().gpu)
        try:
            return bool(self.ray.get(found).bfloat16)
        except errors.RayError:
            return None  # Each run measures it for itself, and says what fails.

    def _start(self, one: _Going) -> None:
        run = one.task.run
        try:
            one.lock()
            if one.folder is not None:
                one.folder.open_journal().close()  # What a kill left beside the journal is put into it.
            files = Sent(run.path).changes()
            status = one.task.status()
        except LadaError as error:
            one.unlock()
            self.ended(one.task, str(error))
            return
        remote = self._on_cluster(_stream, one.task, num_returns="streaming", name=f"{run.method}, seed {run.seed}")
        self.going[remote.remote(replace(one.task, bfloat16=self.bfloat16), status, files)] = one

    def _hear(self, stream: Any) -> _Going | None:
        """Take what a run sent, or note that it has ended; returns the run if it has to be begun again."""
        one, errors = self.going[stream], self.ray.exceptions
        try:
            status, files = self.ray.get(next(stream))
            one.take(status, files)
            return None
        except StopIteration:
            error = one.task.known().error
        except errors.RayTaskError as raised:
            error = f"{type(raised.cause).__name__}: {raised.cause}"
        except errors.RayError as lost:
            if one.retries > 0:
                return self._again(stream, one)
            error = (
                f"its process or node was lost, after {self.engine.retries} retries ({_first_line(lost)}); run the "
                "sweep again, or give more --retries"
            )
        except LadaError as refused:  # What came back cannot be written.
            error = str(refused)
            with suppress(Exception):
                self.ray.cancel(stream, force=True)
        self._drop(stream)
        self.ended(one.task, error)
        return None

    def _again(self, stream: Any, one: _Going) -> _Going:
        self._drop(stream)
        status = one.task.known()
        kept_for(one.task.run.path)(replace(status, state=RunState.WAITING))
        return _Going(one.task, one.retries - 1)

    def _drop(self, stream: Any) -> None:
        self.going.pop(stream).unlock()


def _stream(task: Task, status: RunStatus, files: Files) -> Iterator[tuple[RunStatus, Files]]:
    """Compute a run on a node, and give back its status and files when it is open and after each stage.

    While a stage goes on, its status alone comes every `HEARD_S`.
    """
    told = SimpleQueue[tuple[RunStatus, Files] | BaseException | None]()

    def compute() -> None:
        try:
            for item in _computed(task, status, files, told.put):
                told.put(item)
            told.put(None)
        except BaseException as error:  # The thread that gives back raises it.
            told.put(error)

    threading.Thread(target=compute, name="computes a run", daemon=True).start()
    while (item := told.get()) is not None:
        if isinstance(item, BaseException):
            raise item
        yield item


def _computed(
    task: Task, status: RunStatus, files: Files, tell: Callable[[tuple[RunStatus, Files]], object]
) -> Iterator[tuple[RunStatus, Files]]:
    """The run's status and files after each stage; `tell` gets its status while one goes on."""
    last = time.monotonic()

    def heard(now: RunStatus) -> None:
        nonlocal last
        if now.state is RunState.RUNNING and time.monotonic() - last >= HEARD_S:
            tell((now, Files(content={})))
            last = time.monotonic()

    with tempfile.TemporaryDirectory(prefix="lada-explore-") as folder:
        run = Path(folder) / task.run.method / task.run.path.name
        receive(run, files)
        sent, follower = Sent(run), Follower(status, heard)
        sent.know()
        for _ in steps(task, run, follower):
            yield follower.status, sent.changes()
        yield follower.status, sent.changes()


def _ray() -> Any:
    """The package. Raises ConfigError if it is not installed."""
    try:
        return import_module("ray")
    except ImportError:
        raise ConfigError(
            "Ray is not installed; `pip install 'lada-explore[ray]'`, or use this machine with --on local"
        ) from None


@contextmanager
def _connected(ray: Any, address: str | None) -> Iterator[bool]:
    """Connect to a cluster, or start one on this machine, unless this process is connected; end it with the block.

    Yields whether the cluster was started here.

    Raises:
        ConfigError: it cannot be reached.
    """
    if ray.is_initialized():
        yield False
        return
    if address is None:
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        if address is not None and address.rpartition(":")[2].isdecimal():
            _require_listener(address)
        ray.init(address=address or "local", log_to_driver=False, logging_level="error")
    except Exception as error:
        raise ConfigError(
            f"the Ray cluster {address or 'of this machine'} cannot be reached ({_first_line(error)}); see that it "
            "runs with `ray status`, and name it as --address HOST:PORT"
        ) from error
    try:
        yield address is None
    finally:
        ray.shutdown()


def _require_listener(address: str) -> None:
    """Raises OSError if nobody listens at HOST:PORT, which Ray itself finds out after some minutes."""
    host, _, port = address.rpartition(":")
    socket.create_connection((host.strip("[]"), int(port)), timeout=ANSWER_S).close()


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
