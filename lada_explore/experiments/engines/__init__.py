"""Where the runs of a sweep are completed. An engine starts `task.complete` somewhere, for each run, and no more.

`local` is this machine, `ray` a cluster without a shared disk, `slurm` a cluster with one. A run's records do not
depend on the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

from lada_explore.experiments.task import Task

Ended = Callable[[Task, str], None]
"""Told of each run when it has ended: the run, and a sentence of what went wrong, empty if it is complete."""


class Engine(Protocol):
    """Somewhere to complete runs.

    Attributes:
        name: "local", "ray" or "slurm".
        at_once: largest number of runs at a time; None where the cluster decides.
    """

    @property
    def name(self) -> str:
        """As `--on` has it."""

    @property
    def at_once(self) -> int | None:
        """Largest number of runs at a time; None where the cluster decides."""

    def complete(self, tasks: Sequence[Task], ended: Ended) -> None:
        """Complete every run; one that fails does not stop the others.

        When this is interrupted, nothing of it is left running, and each run can be resumed from its last stage.

        Args:
            tasks: the runs, in the order in which they are started.
            ended: called for each, on the calling thread.

        Raises:
            ConfigError: the engine is not installed or cannot be reached.
        """


@runtime_checkable
class Outliving(Protocol):
    """An engine whose runs go on where the command that began them is killed."""

    def require_idle(self, tasks: Sequence[Task]) -> None:
        """Raises ConfigError if an earlier command for the folder of these runs still computes some, or may."""
