"""Laying out a map on a thread of its own, and what is said of it meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Sequence

from lada_explore.analysis import Layouts, MapPoints
from lada_explore.analysis.layout_methods import BETWEEN
from lada_explore.errors import LadaError
from lada_explore.records import CycleRecords, Stage
from lada_explore.views.base.latest_only import LatestOnlyExecutor
from lada_explore.views.base.record_chart import records_of
from lada_explore.views.map.turn import Turn

ALIGNING = "aligning with the other cycles"

History = Sequence[CycleRecords]


class Laying:
    """Lays out one cycle at a time, the one that was wanted last.

    Args:
        say: is told that `words` have changed; called without a lock held.
        report: is given the error of a thread that failed.
    """

    def __init__(self, say: Callable[[], None], report: Callable[[Exception], None]) -> None:
        self._say = say
        self._work = LatestOnlyExecutor(report)
        self._lock = threading.RLock()
        self._wanted: Hashable = None
        self._doing = self._held = ""
        self._failure: tuple[Hashable, str] | None = None

    @property
    def words(self) -> str:
        """What is being done, or what is waited for, without a capital; empty where nothing is wanted."""
        return self._held or self._doing

    @property
    def is_busy(self) -> bool:
        """Whether a layout is being opened or computed."""
        return self._work.is_busy

    def want(self, layouts: Layouts, history: History, points: MapPoints, turn: Turn, drawn: Callable[[], None]) -> str:
        """Open or lay out a cycle in place of what was wanted before. Returns why that failed before, else "".

        Args:
            layouts: those of the method.
            history: records of the run.
            points: what is laid out of the cycle.
            turn: is waited for before a layout is computed, though not before one is opened that was kept.
            drawn: is called when there is something to draw: a draft, the layout, or the sentence of a failure.
        """
        wanted = _key(layouts, history, points.cycle)
        if self._failure is not None and self._failure[0] == wanted:
            return self._failure[1]
        with self._lock:
            if self._wanted != wanted:
                self._wanted, self._held = wanted, ""
                self._doing = f"opening the map of cycle {points.cycle} …"

        all_of_it = f"laying out {len(points.ids):,} images of cycle {points.cycle} …"

        def lay_out(still_wanted: Callable[[], bool]) -> None:
            def begin(doing: str) -> bool:
                with self._lock:
                    if goes_on := still_wanted():
                        self._doing = doing
                if goes_on:
                    self._say()
                return goes_on

            def before_step(at: int, last: int) -> bool:
                turn.wait()
                alone = all_of_it if at == last else f"laying out cycle {at} on the way to {last} …"
                return begin(f"{ALIGNING}: {at} of {last} …" if drafted else alone)

            drafted = False
            BETWEEN.set(turn.wait)
            try:
                if layouts.open(history, points.cycle) is None and begin(all_of_it):
                    turn.wait()
                    drafted = layouts.draft(history, points.cycle) is not None
                    if drafted and still_wanted():
                        drawn()
                    layouts.make(history, points.cycle, before_step)
            except LadaError as error:
                self._failure = wanted, f"This cycle cannot be laid out: {error}"
            except Exception as error:
                self._failure = wanted, f"This cycle could not be laid out. {type(error).__name__}: {error}"
            turn.done()
            if still_wanted():
                drawn()

        self._work.want(wanted, lay_out)
        return ""

    def hold(self, held: str) -> None:
        """Say that a layout waits, in the place of how far it is; empty as soon as it goes on."""
        with self._lock:
            if self._wanted is None:
                return
            self._held = held
        self._say()

    def stop(self) -> None:
        """Let nothing be laid out any more; what was being laid out says nothing from here on."""
        with self._lock:
            self._work.cancel()
            self._wanted, self._doing, self._held = None, "", ""


def _key(layouts: Layouts, history: History, cycle: int) -> Hashable:
    """Key of a layout: another record of the same cycle is another map."""
    score = records_of([records for records in history if records.cycle == cycle], [Stage.SCORE])
    return (layouts.method, cycle, *map(id, score))
