"""The whole pool behind the map: computed on a thread of its own when it is asked for, and kept with the layout."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from lada_explore.analysis import Layout, MapPoints
from lada_explore.analysis.whole_pool import PoolNeighbours, PoolPlacer, PoolPlaces
from lada_explore.background import python_is_exiting
from lada_explore.errors import LadaError
from lada_explore.views.base.latest_only import LatestOnlyExecutor
from lada_explore.views.base.source import RunSource
from lada_explore.views.map.turn import POLL_S, Turn

RECORDED = (
    "The whole pool was not placed on this map, and a recorded run has no features of its images: open the run by "
    "`Explorer(Session.resume({}))` and tick Whole pool there."
)
WAITS = "the pool waits for the stages of the run …"


class PoolLayer:
    """Places the images of the pool on the maps of a run, between stages.

    Args:
        source: the run.
        turn: says whether a stage computes.
        say: shows how far it is, see `busy`.
        redraw: called when there is something new to show.

    Attributes:
        on: whether the pool is wanted.
    """

    def __init__(self, source: RunSource, turn: Turn, say: Callable[[], None], redraw: Callable[[], None]) -> None:
        self._source, self._turn, self._show_busy, self._redraw = source, turn, say, redraw
        self.on, self._said = False, ""
        self._kept: dict[str, PoolPlaces] = {}
        self._reasons: dict[str, str] = {}
        self._near: tuple[str, PoolNeighbours] | None = None
        self._work = LatestOnlyExecutor(lambda error: self._say(""))

    @property
    def busy(self) -> str:
        """What is being done; empty if nothing is, or if nobody wants it."""
        return self._said if self.on else ""

    def switch(self, on: bool) -> None:
        """Show the pool from now on, or no more; what failed is tried again."""
        self.on = on
        self._reasons.clear()
        if not on:
            self.stop()

    def stop(self) -> None:
        """Place nothing any more."""
        self._work.cancel()
        self._say("")

    def find(self, key: str) -> PoolPlaces | None:
        """The pool on the layout with this key, if it is wanted and there."""
        return self._kept.get(key) if self.on else None

    def reason(self, key: str) -> str:
        """A sentence on why the pool is not on the layout with this key; empty if it is, or is not wanted."""
        return self._reasons.get(key, "") if self.on else ""

    def want(self, key: str, points: MapPoints, layout: Layout) -> None:
        """Place the pool on a layout with this key, unless that is done, cannot be done, or is not wanted."""
        if not self.on or key in self._kept or key in self._reasons:
            return

        def place(still_wanted: Callable[[], bool]) -> None:
            try:
                pool = self._read(key) or self._made(key, points, layout, still_wanted)
                if pool is not None:
                    self._kept[key] = pool
            except LadaError as error:
                self._reasons[key] = f"{str(error)[0].upper()}{str(error)[1:]}."
            except Exception as error:
                self._reasons[key] = f"The whole pool could not be placed. {type(error).__name__}: {error}"
            if still_wanted():
                self._say("")
                self._redraw()

        self._work.want(key, place)

    def _read(self, key: str) -> PoolPlaces | None:
        """The pool as it was kept; not of a session whose folder of images has grown since."""
        store = getattr(self._source, "layouts", None)
        pool: PoolPlaces | None = None if store is None else store.read_pool(key)
        size = getattr(self._source, "pool_size", None)
        return pool if pool is not None and size in (None, pool.pool_size) else None

    def _made(self, key: str, points: MapPoints, layout: Layout, still_wanted: Callable[[], bool]) -> PoolPlaces | None:
        session: Any = getattr(self._source, "session", None)
        if not hasattr(session, "pool_features"):
            path = getattr(self._source, "path", None)
            self._reasons[key] = RECORDED.format("FOLDER" if path is None else repr(str(path)))
            return None
        ids = session.pool_sample()
        # The neighbours are the same whatever the method that laid out the map, whose name a key begins with.
        near = self._near[1] if self._near is not None and self._near[0] == _features_key(points) else None
        if near is None:
            near = self._neighbours(session, points, ids, still_wanted)
        if near is None:
            return None
        self._near = _features_key(points), near
        pool = PoolPlaces(positions=near.on(layout.positions), pool_size=len(session.data.train))
        store = getattr(self._source, "layouts", None)
        if store is not None:
            store.keep_pool(key, pool)
        return pool

    def _neighbours(
        self, session: Any, points: MapPoints, ids: Any, still_wanted: Callable[[], bool]
    ) -> PoolNeighbours | None:
        """Look at all images of the pool, with the time that is left; None if nobody wants it any more."""
        began = time.monotonic()

        def goes_on(done: int) -> bool:
            nonlocal began
            while still_wanted() and not (self._turn.ended or python_is_exiting() or self._turn.is_mine()):
                self._say(WAITS)
                time.sleep(POLL_S)
                began += POLL_S
            if wanted := still_wanted() and not self._turn.ended:
                left = (time.monotonic() - began) * (len(ids) / done - 1) if done else 0.0
                first = f"{left:,.0f} s left: {done:,} of" if done else "looking at"
                self._say(f"{first} {len(ids):,} images of the pool …")
            return wanted

        placer, n = PoolPlacer(points.ids, points.features), 0
        for block, features in session.pool_features(points.cycle, ids, goes_on):
            placer.add(block, features)
            n += len(block)
        return placer.found() if n == len(ids) else None

    def _say(self, busy: str) -> None:
        if busy != self._said:
            self._said = busy
            self._show_busy()


def _features_key(points: MapPoints) -> str:
    """The same for two maps of the same features."""
    return f"{points.cycle} {hash(points.ids.tobytes())} {hash(points.features.tobytes())}"
