"""A Slurm cluster as an engine: arrays of jobs, one for each run, that write into OUT on a shared disk.

A job that comes near its time limit, is preempted, or whose node is lost is queued again by Slurm, and goes on with the
stage after the last one that is on disk; a stage that never ends within the limit fails the run. submitit makes the
jobs and their results.
"""

from __future__ import annotations

import shutil
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import Any

from lada_explore.errors import ConfigError
from lada_explore.experiments.engines import Ended
from lada_explore.experiments.engines.fitting import require_gpus
from lada_explore.experiments.engines.slurm_queue import SlurmQueue, name_in
from lada_explore.experiments.plan import SLURM
from lada_explore.experiments.status import BOARD_FOLDER, Follower, RunState, kept_for
from lada_explore.experiments.task import Task, complete
from lada_explore.experiments.workers import with_threads, without_gpu

POLL_S = 2.0
"""Seconds between two looks at the queue."""

LOST_S = 20.0
"""Seconds after which a job that is no longer in the queue, and has left no result on the shared disk, is given up."""

MAX_IN_VAIN = 2
"""How often in a row a job may be queued again without a further stage on disk, before its run is given up."""

SIGNAL_S = 90
"""Seconds before its time limit at which a job is queued again; a third of the limit if that is less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnSlurm:
    """A Slurm cluster.

    Attributes:
        jobs: largest number of runs at a time; when None all that fit.
        partition: that the jobs are sent to; the cluster's own when None.
        minutes: time limit of a job. A run that takes longer takes several.
        gpus: GPUs of each run; without any it runs on the CPU. It takes as many CPUs as it has threads.
        name: as `--on` has it.
        queue: of the cluster.

    Raises:
        ConfigError: a number is too small, or a job would have a share of a GPU.
    """

    jobs: int | None = None
    partition: str | None = None
    minutes: int = 60
    gpus: float = 0.0
    name: str = SLURM
    queue: SlurmQueue = field(default_factory=SlurmQueue, repr=False, compare=False)

    def __post_init__(self) -> None:
        for name, least in (("jobs", 1), ("minutes", 1), ("gpus", 0)):
            value = getattr(self, name)
            if value is not None and value < least:
                raise ConfigError(f"{name} is {value}; it must be at least {least}")
        if self.gpus != int(self.gpus):
            raise ConfigError(f"gpus is {self.gpus}; a job of Slurm has whole GPUs, so give 0, 1 or more")

    @property
    def at_once(self) -> int | None:
        """Largest number of runs at a time; None where the cluster decides."""
        return self.jobs

    def require_idle(self, tasks: Sequence[Task]) -> None:
        """Refuse to go on with runs that jobs of an earlier command, which was killed, still compute.

        Raises:
            ConfigError: there are such jobs, or Slurm does not say; submitit or Slurm is not installed, or runs on a
                GPU are given none.
        """
        require_gpus(tasks[0].device, self.gpus)
        _submitit()
        self.queue.require_none(name_in(_out(tasks[0])), _out(tasks[0]))

    def complete(self, tasks: Sequence[Task], ended: Ended) -> None:
        """Complete every run, as an `Engine` does.

        Raises:
            ConfigError: submitit or Slurm is not installed, Slurm refuses the jobs, or it does not answer for minutes,
                and jobs that could not be ended are named; or runs on a GPU are given none.
        """
        if not tasks:
            return
        require_gpus(tasks[0].device, self.gpus)
        name, unsure = name_in(_out(tasks[0])), False
        size = self.queue.array_size()
        arrays = deque(tasks[first : first + size] for first in range(0, len(tasks), size))
        waiting, missed = dict[str, tuple[Any, Task]](), dict[str, float]()
        try:
            while waiting or arrays:
                # With a largest number of runs at a time, which Slurm keeps for each array, one array after the other.
                while arrays and not (waiting and self.jobs):
                    array = arrays.popleft()
                    unsure = True
                    try:
                        sent = self._submitted(array, name)
                    except ConfigError:  # Nothing was sent.
                        unsure = False
                        raise
                    waiting |= {job.job_id: (job, task) for job, task in zip(sent, array, strict=True)}
                    unsure = False
                missed = dict.fromkeys(waiting, 0.0) | missed
                self.queue.sleep(POLL_S)
                queued = self.queue.jobs(name)
                for number, (job, task) in list(waiting.items()):
                    if queued is not None:  # Slurm may be silent for a while; the jobs go on meanwhile.
                        missed[number] = 0.0 if number in queued else missed[number] + POLL_S
                    if job.paths.result_pickle.exists() or missed[number] > LOST_S:
                        del waiting[number]
                        ended(task, _error_of(job))
        finally:
            self.queue.end(name, {*missed, *waiting}, list(waiting), unsure=unsure)

    def _submitted(self, tasks: Sequence[Task], name: str) -> list[Any]:
        """The jobs of the runs, in an array, with a name."""
        submitit = _submitit()
        folder = _out(tasks[0]) / BOARD_FOLDER / self.name
        environment = with_threads(tasks[0].threads) | ({} if self.gpus else without_gpu())
        executor = submitit.SlurmExecutor(folder=folder, max_num_timeout=1_000_000)
        executor.update_parameters(
            job_name=name,
            partition=self.partition,
            time=self.minutes,
            signal_delay_s=min(SIGNAL_S, 20 * self.minutes),
            cpus_per_task=tasks[0].threads,
            gpus_per_task=int(self.gpus) or None,
            array_parallelism=self.jobs or len(tasks),
            setup=[f"export {name}={value}" for name, value in environment.items()],
            additional_parameters={"requeue": True},
        )
        try:
            with executor.batch():
                return [executor.submit(Job(task, self.minutes)) for task in tasks]
        except Exception as error:
            raise ConfigError(
                f"Slurm refuses the jobs ({_last_line(error)}); see `sinfo`, and name a partition with --partition"
            ) from error


@dataclass(slots=True)
class Job:
    """A run as submitit calls it; of a job that is queued again, `checkpoint` says what it calls then.

    Attributes:
        task: the run.
        minutes: time limit of the job.
        in_vain: how often in a row it was queued again without a further stage on disk.
        stages: number of stages that were on disk when it began last.
    """

    task: Task
    minutes: int
    in_vain: int = 0
    stages: int = 0

    def __call__(self) -> str:
        """Complete it; returns the sentence of what went wrong."""
        self.stages = self._stages()
        if self.in_vain < MAX_IN_VAIN:
            return complete(self.task)
        follower = Follower(self.task.status(), kept_for(self.task.run.path))
        status = follower.status
        stage = f"{status.stage.replace('_', ' ')} of cycle {status.cycle}" if status.stage else "its start"
        follower.end(
            RunState.FAILED,
            f"its job was queued again {self.in_vain} times within one stage ({stage}), which has to end "
            f"within the time limit of a job; give more than --minutes {self.minutes}, or a partition "
            "where jobs are not preempted, and run the sweep again",
        )
        return follower.status.error

    def checkpoint(self) -> Any:
        """The same again, which resumes."""
        in_vain = self.in_vain + 1 if self._stages() == self.stages else 0
        return _submitit().helpers.DelayedSubmission(replace(self, in_vain=in_vain))

    def _stages(self) -> int:
        places = self.task.run.path.glob("cycles/*/*/record.json")
        return sum(not place.parent.name.endswith(".part") for place in places)


def _out(task: Task) -> Path:
    """The folder of the sweep that a run belongs to."""
    return task.run.path.parent.parent


def _submitit() -> Any:
    """The package. Raises ConfigError if it or Slurm is not installed."""
    try:
        submitit = import_module("submitit")
    except ImportError:
        raise ConfigError(
            "submitit is not installed; `pip install 'lada-explore[slurm]'`, or use this machine with --on local"
        ) from None
    if shutil.which("sbatch") is None:
        raise ConfigError("Slurm's sbatch is not on this machine; start the sweep on a node from which jobs are sent")
    return submitit


def _error_of(job: Any) -> str:
    if not job.paths.result_pickle.exists():
        return f"its job {job.job_id} ended without a result, see {job.paths.stderr}; run the sweep again"
    try:
        failure = job.exception()
        return str(job.result()) if failure is None else _last_line(failure)
    except Exception as error:  # Of one run, cut off on a full disk for example; the others go on.
        return (
            f"the result of its job {job.job_id} cannot be read ({_last_line(error)}), see {job.paths.stderr}; run the "
            "sweep again"
        )


def _last_line(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip(" -")]
    return lines[-1] if lines else type(error).__name__
