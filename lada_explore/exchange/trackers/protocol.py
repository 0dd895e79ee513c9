"""What a tracker can do. Every method may take seconds and is called on a thread of its own, in turn."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from lada_explore.exchange.trackers.measures import CycleMeasures, TrackedRun


class Ending(StrEnum):
    """How the tracking of a run ended.

    COMPLETE: the run has all of its cycles. STOPPED: it has not, and may be resumed. FAILED: a stage raised an error.
    """

    COMPLETE = "complete"
    STOPPED = "stopped"
    FAILED = "failed"


class Tracker(Protocol):
    """One place that keeps the measures of runs.

    Attributes:
        where: as a person named it, "mlflow:http://127.0.0.1:5000".
    """

    where: str

    def begin(self, run: TrackedRun) -> frozenset[int]:
        """Open the run, or the one with its id that is there already; returns the cycles that are there."""

    def log(self, measures: CycleMeasures) -> None:
        """Keep the measures of one cycle."""

    def end(self, ending: Ending) -> None:
        """Close the run; what was logged is then readable by others."""
