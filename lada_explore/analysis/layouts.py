"""The layouts of a run's cycles, each made from the one before it and kept.

Every layout is a chain from the first cycle that has a map: cold there, warm from each cycle to the next. A shorter
way to cycle 20 would be quicker once, but the picture would then depend on which cycles were looked at before; so it
depends on the records, the method and the seed only, and is the same on every screen. A warm step costs a tenth of
a cold layout, and each is made once.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lada_explore.analysis.embedding import Layout, first_layout, next_layout
from lada_explore.analysis.map_points import map_points
from lada_explore.records import CycleRecords, ScoreRecord


@dataclass(frozen=True, slots=True)
class _Kept:
    """A layout with the record it shows, which says whether it still holds."""

    layout: Layout
    score: ScoreRecord


class Layouts:
    """Makes and keeps the layouts of one run, by one method; safe from any thread, which waits for another's work.

    Args:
        method: key of `embedding.METHODS`.
        seed: decides whatever the method draws.
    """

    def __init__(self, method: str = "t-sne", seed: int = 0) -> None:
        self.method = method
        self._seed = seed
        self._kept: dict[int, _Kept] = {}
        self._making = threading.Lock()

    def find(self, history: Sequence[CycleRecords], cycle: int) -> Layout | None:
        """The layout of a cycle if it is made already; never waits."""
        chain = _chain(history, cycle)
        if not chain or chain[-1].cycle != cycle:
            return None
        # A cycle that was replaced, by a run that branched off, takes all later ones with it.
        if any(self._of(records) is None for records in chain):
            return None
        return self._of(chain[-1])

    def make(
        self,
        history: Sequence[CycleRecords],
        cycle: int,
        before_step: Callable[[int, int], bool] = lambda at, last: True,
    ) -> Layout | None:
        """The layout of a cycle, made with all it is based on.

        Args:
            history: records of the run.
            cycle: the cycle.
            before_step: called with the cycle that is laid out next and the last one; False gives up.

        Returns:
            The layout; None if it was given up, or if the cycle has no map.

        Raises:
            ConfigError: an unknown method, or records that contradict each other.
            NumericsError: features that are not finite.
        """
        chain = _chain(history, cycle)
        if not chain or chain[-1].cycle != cycle:
            return None
        with self._making:
            layout: Layout | None = None
            fresh = True
            for records in chain:
                kept = self._of(records) if fresh else None
                if kept is None:
                    fresh = False
                    if not before_step(records.cycle, cycle):
                        return None
                    kept = self._made(history, records, layout)
                layout = kept
            return layout

    def _of(self, records: CycleRecords) -> Layout | None:
        kept = self._kept.get(records.cycle)
        return kept.layout if kept is not None and kept.score is records.score else None

    def _made(self, history: Sequence[CycleRecords], records: CycleRecords, before: Layout | None) -> Layout:
        points = map_points(history, records.cycle)
        if before is None:
            layout = first_layout(points.cycle, points.ids, points.features, method=self.method, seed=self._seed)
        else:
            layout = next_layout(points.cycle, points.ids, points.features, before=before, seed=self._seed)
        if records.score is not None:
            self._kept[records.cycle] = _Kept(layout, records.score)
        return layout


def _chain(history: Sequence[CycleRecords], cycle: int) -> list[CycleRecords]:
    """The cycles up to this one that have a map, in order."""
    return [
        records
        for records in history
        if records.cycle <= cycle and records.score is not None and len(records.score.features)
    ]
