"""This process as an engine: one run after another on the calling thread, until it is told to stop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass

from lada_explore.experiments.engines import Ended
from lada_explore.experiments.status import Follower, kept_for
from lada_explore.experiments.task import Task, steps


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """Small runs, for which a process of their own would take longer to start than they take.

    Attributes:
        wanted: asked after each stage whether to go on.
        name: as `--on` would have it.
        at_once: one run at a time.
    """

    wanted: Callable[[], bool]
    name: str = "here"
    at_once: int = 1

    def complete(self, tasks: Sequence[Task], ended: Ended) -> None:
        """Complete every run, as an `Engine` does; the one under way when it is stopped goes on from its last stage."""
        for task in tasks:
            follower = Follower(task.status(), kept_for(task.run.path))
            with closing(steps(task, task.run.path, follower)) as stages:
                for _ in stages:
                    if not self.wanted():
                        return
            ended(task, follower.status.error)
