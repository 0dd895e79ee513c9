"""A run followed by trackers: every finished cycle goes to each of them, on a thread of its own.

A tracker that does not answer neither stops the run nor loses a cycle: what it lacks is sent again with the next cycle,
and when the run is resumed with the same tracker.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING

from lada_explore import background
from lada_explore.events import Event, Failed, StageFinished
from lada_explore.exchange.trackers.measures import CycleMeasures, measures_of, tracked_run
from lada_explore.exchange.trackers.protocol import Ending, Tracker
from lada_explore.exchange.trackers.said import attempted
from lada_explore.records import CycleRecords, Stage

if TYPE_CHECKING:
    from lada_explore.session.session import Session

logger = logging.getLogger(__name__)

Picture = Callable[["Session", int], bytes]
"""Makes the map of a cycle of a session, as a PNG file; empty bytes for a cycle without a map."""

MAX_WAIT_S = 60.0
"""Longest time that `Tracking.close` waits for what is still to be sent."""


class _Place:
    """One tracker, and the cycles that it has.

    Attributes:
        there: cycles that it has; None until it was reached.
        fault: why the last attempt to send failed, as a sentence; empty if it did not.
        unclosed: why it could not be told how the run ended; empty if it could.
    """

    def __init__(self, tracker: Tracker) -> None:
        self.tracker = tracker
        self.there: set[int] | None = None
        self.fault = self.unclosed = ""

    def send(self, work: Callable[[], None]) -> bool:
        """Do some sending; returns whether it was done. The first of several failures is told at once."""
        said = attempted(work)
        if said and not self.fault:
            logger.warning(
                "%s does not take the measures (%s); the run goes on, and they are sent again with the next cycle",
                self.tracker.where,
                said,
            )
        self.fault = said or self.fault
        return not said

    def lacks(self, finished: Sequence[CycleRecords]) -> list[int]:
        """The finished cycles that it does not have."""
        return [records.cycle for records in finished if records.cycle not in (self.there or ())]


class Tracking:
    """Follows a session until it is closed; cycles that a tracker does not have yet are sent first.

    Also a context manager, which closes it.

    Args:
        session: the session.
        trackers: see `tracker_named`.
        picture: makes the map of a cycle; None for none.
    """

    def __init__(self, session: Session, trackers: Sequence[Tracker], picture: Picture | None = None) -> None:
        self._session, self._picture = session, picture
        self._run = tracked_run(session)
        self._places = [_Place(tracker) for tracker in trackers]
        self._changed = threading.Condition()
        self._wanted, self._failed, self._closed = True, False, False
        self._thread = background.start(self._follow, "lada-tracking", self._give_up)
        self._forget = session.subscribe(self._handle)

    def __enter__(self) -> Tracking:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def faults(self) -> tuple[str, ...]:
        """After `close`: a sentence for each tracker that lacks cycles, or was not told how the run ended."""
        late = f"no answer within {MAX_WAIT_S:.0f} s" if self._thread.is_alive() else ""
        return tuple(fault for place in self._places if (fault := self._fault_of(place, late)))

    def _fault_of(self, place: _Place, late: str) -> str:
        where, lacking = place.tracker.where, place.lacks(self._finished)
        if lacking or place.there is None:
            cycles = f"{len(lacking)} cycle{'' if len(lacking) == 1 else 's'} of this run" if lacking else "this run"
            return f"{where} lacks {cycles} ({place.fault or late}); resume the run with it to send what is missing"
        why = place.unclosed or late
        return f"{where} has every cycle, but was not told that the run ended ({why})" if why else ""

    def close(self) -> None:
        """Send what is still to be sent, for at most a minute, and close the run in each tracker."""
        self._forget()
        self._give_up()
        self._thread.join(MAX_WAIT_S)

    def _handle(self, event: Event) -> None:
        finished = isinstance(event, StageFinished) and event.stage is Stage.EVALUATE
        with self._changed:
            self._failed = isinstance(event, Failed) or (self._failed and not isinstance(event, StageFinished))
            self._wanted |= finished
            self._changed.notify_all()

    def _give_up(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _follow(self) -> None:
        closed = False
        while not closed:
            with self._changed:
                self._changed.wait_for(lambda: self._wanted or self._closed)
                self._wanted, closed = False, self._closed
            self._send()
        for place in self._places:
            if place.there is not None:
                place.unclosed = attempted(partial(place.tracker.end, self._ending))

    @property
    def _ending(self) -> Ending:
        if self._session.next_stage is None:
            return Ending.COMPLETE
        return Ending.FAILED if self._failed else Ending.STOPPED

    @property
    def _finished(self) -> list[CycleRecords]:
        return [records for records in self._session.history if records.evaluate is not None]

    def _send(self) -> None:
        """Send each tracker the cycles that it lacks, in order; its first failure ends the attempt."""
        reached = [place for place in self._places if place.send(partial(self._begin, place))]
        for records in self._finished:
            lacking = [place for place in reached if place.lacks([records])]
            if not lacking:
                continue
            measures = self._measures(records)  # with one map for all trackers
            for place in lacking:
                if not place.send(partial(self._log, place, measures)):
                    reached.remove(place)
        for place in reached:
            place.fault = ""

    def _begin(self, place: _Place) -> None:
        if place.there is None:
            place.there = set(place.tracker.begin(self._run))

    def _log(self, place: _Place, measures: CycleMeasures) -> None:
        place.tracker.log(measures)
        assert place.there is not None
        place.there.add(measures.cycle)

    def _measures(self, records: CycleRecords) -> CycleMeasures:
        values = measures_of(records, self._session.folder.info.acquisition_unit)
        return CycleMeasures(cycle=records.cycle, values=values, picture=self._map_of(records.cycle))

    def _map_of(self, cycle: int) -> bytes:
        try:
            return b"" if self._picture is None else self._picture(self._session, cycle)
        except Exception as error:  # A cycle goes out without its map rather than not at all.
            logger.warning("cycle %d is tracked without its map: %s", cycle, error)
            return b""
