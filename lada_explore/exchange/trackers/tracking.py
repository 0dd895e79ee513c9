"""A run followed by trackers: every finished cycle goes to each of them, on a thread of its own.

A tracker that does not answer neither stops the run nor loses a cycle: what it lacks is sent again with the next cycle,
and when the run is resumed with the same tracker.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import TYPE_CHECKING

from lada_explore import background
from lada_explore.events import Event, Failed, StageFinished
from lada_explore.exchange.trackers.measures import CycleMeasures, measures_of, tracked_run
from lada_explore.exchange.trackers.protocol import Ending, Tracker
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
        fault: why the last attempt failed, as a sentence; empty if it did not.
    """

    def __init__(self, tracker: Tracker) -> None:
        self.tracker = tracker
        self.there: set[int] | None = None
        self.fault = ""

    def attempt(self, work: Callable[[], None]) -> bool:
        """Do some work with the tracker; returns whether it was done, and tells once why it was not."""
        try:
            work()
        except Exception as error:  # Of a library or a network; the run goes on in any case.
            said = str(error).strip().splitlines() or [type(error).__name__]
            if not self.fault:
                logger.warning(
                    "%s does not take the measures (%s); the run goes on, and they are sent again with the next cycle",
                    self.tracker.where,
                    said[0][:300],
                )
            self.fault = said[0][:300]
            return False
        return True


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
        self._made: dict[int, CycleMeasures] = {}
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
        """A sentence for each tracker that lacks cycles or could not be closed, after `close`."""
        return tuple(
            f"{place.tracker.where} lacks cycles of this run ({place.fault}); resume the run with it to send them"
            for place in self._places
            if place.fault
        )

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
            finished = [records for records in self._session.history if records.evaluate is not None]
            for place in self._places:
                self._send(place, finished)
        for place in self._places:
            if place.there is not None:
                place.attempt(lambda place=place: place.tracker.end(self._ending))  # type: ignore[misc]

    @property
    def _ending(self) -> Ending:
        if self._session.next_stage is None:
            return Ending.COMPLETE
        return Ending.FAILED if self._failed else Ending.STOPPED

    def _send(self, place: _Place, finished: Sequence[CycleRecords]) -> None:
        """Send the cycles that a tracker lacks, in order; the first that fails ends the attempt."""

        def send() -> None:
            if place.there is None:
                place.there = set(place.tracker.begin(self._run))
            for records in finished:
                if records.cycle not in place.there:
                    place.tracker.log(self._measures(records))
                    place.there.add(records.cycle)

        if place.attempt(send):
            place.fault = ""

    def _measures(self, records: CycleRecords) -> CycleMeasures:
        """The measures of a cycle; its map is made once for all trackers."""
        cycle = records.cycle
        if cycle not in self._made:
            self._made = {
                cycle: CycleMeasures(
                    cycle=cycle,
                    values=measures_of(records, self._session.folder.info.acquisition_unit),
                    picture=self._map_of(cycle),
                )
            }
        return self._made[cycle]

    def _map_of(self, cycle: int) -> bytes:
        try:
            return b"" if self._picture is None else self._picture(self._session, cycle)
        except Exception as error:  # A cycle goes out without its map rather than not at all.
            logger.warning("cycle %d is tracked without its map: %s", cycle, error)
            return b""
