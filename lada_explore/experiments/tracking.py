"""A sweep followed by trackers: every run has a run of its own there, and is sent cycle by cycle.

The process that began the sweep sends, for every engine: the records of all runs come to its folder in any case, and a
node of a cluster may reach no server. Each tracker has a thread of its own, so that one that does not answer keeps
neither the runs nor another tracker waiting; what it lacks in the end is said, and is sent by the next sweep in the
same folder. Maps are not sent: to draw one for each cycle of each run would take the processor from the runs.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from lada_explore import background
from lada_explore.errors import ConfigError, LadaError
from lada_explore.exchange.trackers import CycleMeasures, Ending, Tracker, measures_of, tracked_run, tracker_named
from lada_explore.exchange.trackers.said import attempted
from lada_explore.exchange.trackers.tracking import MAX_WAIT_S
from lada_explore.experiments.grid import parts_of
from lada_explore.experiments.plan import Run
from lada_explore.experiments.status import RunState, RunStatus, read_status, status_file
from lada_explore.store import RecordedRun, open_run

logger = logging.getLogger(__name__)

LOOK_S = 2.0
"""Seconds between two looks at what the runs have finished."""

RETRY_S = 30.0
"""Seconds after which a tracker that did not take the measures is tried again."""

READING_SHARE = 0.05
"""Largest share of the time for which a run that goes on is read; a run is read from its start each time."""

ENDINGS = {RunState.COMPLETE: Ending.COMPLETE, RunState.FAILED: Ending.FAILED, RunState.STOPPED: Ending.STOPPED}

MakeTracker = Callable[[], Tracker]
"""Makes a tracker for one run."""


class SweepTracking:
    """The trackers of a sweep; nothing is sent before `start`.

    Args:
        name: of the sweep: a tag of each run, and of MLflow the experiment, unless the URI ends in "#NAME".
        runs: the runs, whose status is kept while they go on.
        trackers: each as `tracker_named` takes it, or a function that makes a tracker for one run.

    Raises:
        ConfigError: an unknown tracker, one whose package is not installed, or a place that does not answer.
    """

    def __init__(self, name: str, runs: Sequence[Run], trackers: Sequence[str | MakeTracker]) -> None:
        made = [_maker(name, tracker) for tracker in trackers]
        self._senders = [_Sender(name, make, make().where, runs) for make in made]

    def start(self) -> None:
        """Send what the trackers lack from now on; the status of each run says what this sweep makes of it."""
        for sender in self._senders:
            sender.start()

    def close(self) -> None:
        """Send what is still to be sent, for at most a minute."""
        for sender in self._senders:
            sender.give_up()
        end = time.monotonic() + MAX_WAIT_S
        for sender in self._senders:
            sender.join(max(0.0, end - time.monotonic()))

    @property
    def faults(self) -> tuple[str, ...]:
        """After `close`: a sentence for each tracker that lacks cycles, or was not told how runs ended."""
        return tuple(fault for sender in self._senders for fault in sender.faults())


def _maker(name: str, tracker: str | MakeTracker) -> MakeTracker:
    """What makes a tracker for a run; of MLflow, in the experiment of the sweep."""
    if not isinstance(tracker, str):
        return tracker
    in_experiment = tracker.startswith("mlflow:") and tracker != "mlflow:" and "#" not in tracker
    return partial(tracker_named, f"{tracker.strip()}#{name}" if in_experiment else tracker)


@dataclass(slots=True, eq=False)
class _Sent:
    """A run, and what a tracker has of it.

    Attributes:
        run: the run.
        tracker: where it is open; None before, and after it ended.
        there: cycles that it has; None until it was reached.
        due: when it may be read again, by `time.monotonic`.
        seen: when the status was written that left nothing to do.
        unreadable: why its folder cannot be read; empty if it can.
    """

    run: Run
    tracker: Tracker | None = None
    there: set[int] | None = None
    due: float = 0.0
    seen: int = 0
    unreadable: str = ""

    def status(self) -> RunStatus | None:
        """Its status; None without one, or while it is damaged."""
        try:
            return read_status(self.run.path)
        except ConfigError:
            return None

    def lacks(self, status: RunStatus) -> set[int]:
        """The finished cycles that the tracker does not have."""
        return {one.cycle for one in status.done} - (self.there or set())


@dataclass(slots=True, eq=False)
class _Sender:
    """One tracker, with a thread that sends it the runs of a sweep.

    Attributes:
        sweep: name of the sweep.
        make: makes a tracker for a run.
        where: as a person named it.
        runs: the runs.
        fault: why the last attempt to send failed; empty if it did not.
    """

    sweep: str
    make: MakeTracker
    where: str
    runs: Sequence[Run]
    fault: str = field(init=False, default="")
    _sent: list[_Sent] = field(init=False)
    _changed: threading.Condition = field(init=False, default_factory=threading.Condition)
    _closed: bool = field(init=False, default=False)
    _thread: threading.Thread | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self._sent = [_Sent(run) for run in self.runs]

    def start(self) -> None:
        """Begin to send."""
        self._thread = background.start(self._follow, "lada-sweep-tracking", self.give_up)

    def give_up(self) -> None:
        """Let the thread send once more what is missing, and end."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def join(self, seconds: float) -> None:
        """Wait for the thread."""
        if self._thread is not None:
            self._thread.join(seconds)

    def faults(self) -> Iterator[str]:
        """What it lacks, in a sentence, and the runs that cannot be read."""
        if self._thread is None:
            return
        late = f"no answer within {MAX_WAIT_S:.0f} s" if self._thread.is_alive() else ""
        cycles, runs, open_runs = 0, 0, 0
        for one in self._sent:
            status = one.status()
            lacking = 0 if status is None or one.unreadable else len(one.lacks(status))
            cycles, runs = cycles + lacking, runs + bool(lacking)
            open_runs += one.tracker is not None and not lacking
            if one.unreadable:
                yield f"{one.run.method}, seed {one.run.seed} was not sent to {self.where}: {one.unreadable}"
        if cycles:
            yield (
                f"{self.where} lacks {_counted(cycles, 'cycle')} of {_counted(runs, 'run')} ({self.fault or late}); "
                "run the sweep again with it to send what is missing"
            )
        elif open_runs:
            yield (
                f"{self.where} has every cycle, but was not told that {_counted(open_runs, 'run')} ended "
                f"({self.fault or late})"
            )

    def _follow(self) -> None:
        closed, next_try = False, 0.0
        while not closed:
            with self._changed:
                self._changed.wait_for(lambda: self._closed, timeout=LOOK_S)
                closed = self._closed
            if closed or time.monotonic() >= next_try:
                next_try = 0.0 if self._send_all() else time.monotonic() + RETRY_S

    def _send_all(self) -> bool:
        """Send what is lacking of every run; the first failure ends the attempt, for the others have the same place."""
        for one in self._sent:
            if said := attempted(partial(self._send, one)):
                if not self.fault:
                    logger.warning(
                        "%s does not take the measures (%s); the sweep goes on, and they are sent later",
                        self.where,
                        said,
                    )
                self.fault = said
                return False
        self.fault = ""
        return True

    def _send(self, one: _Sent) -> None:
        """Send what is lacking of a run, and how it ended."""
        written = 0
        with suppress(OSError):
            written = status_file(one.run.path).stat().st_mtime_ns
        if written == one.seen or (status := one.status()) is None:
            return
        ending, lacks = ENDINGS.get(status.state), one.lacks(status)
        if lacks and (ending is not None or time.monotonic() >= one.due):
            self._log(one, is_last=ending is not None)
            lacks = one.lacks(status)
        if ending is not None and (not lacks or one.unreadable):
            if one.tracker is not None:
                one.tracker.end(ending)
                one.tracker = None
            one.seen = written

    def _log(self, one: _Sent, *, is_last: bool) -> None:
        began = time.monotonic()
        try:
            recorded = open_run(one.run.path)
        except LadaError as error:
            if is_last:  # One that goes on may be written at this moment.
                one.unreadable = str(error)
            return
        one.due = time.monotonic() + (time.monotonic() - began) / READING_SHARE
        if one.tracker is None:
            tracker = self.make()
            one.there = set(tracker.begin(tracked_run(recorded, one.run.method, self._tags(one.run))))
            one.tracker = tracker
        assert one.there is not None
        for measures in _finished(recorded):
            if measures.cycle not in one.there:
                one.tracker.log(measures)
                one.there.add(measures.cycle)

    def _tags(self, run: Run) -> dict[str, str]:
        method, settings = parts_of(run.method)
        return {"sweep": self.sweep, "method": method, "seed": str(run.seed), **settings}


def _finished(recorded: RecordedRun) -> Iterator[CycleMeasures]:
    for records in recorded.history:
        if records.evaluate is not None:
            yield CycleMeasures(cycle=records.cycle, values=measures_of(records, recorded.info.acquisition_unit))


def _counted(n: int, what: str) -> str:
    return f"{n} {what}{'' if n == 1 else 's'}"
