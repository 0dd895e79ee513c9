"""A pair is always chosen: the best one at first, and in another cycle the one of the same rank."""

from __future__ import annotations

import weakref
from collections.abc import Callable

import numpy as np

from lada_explore.analysis import best_first, pair_terms, pairs_at
from lada_explore.events import weakly
from lada_explore.records import CycleRecords
from lada_explore.views.base.selection import Selection
from lada_explore.views.base.source import RunSource


def keep_pair(source: RunSource, selection: Selection) -> Callable[[], None]:
    """Keep a pair of the run chosen in a selection, from now on; of several views that ask for it the first counts.

    Returns:
        A function that ends it; it does nothing where another view asked for it before.
    """
    if selection.kept_by is not None:
        return lambda: None
    keeper = KeptPair(source, selection)
    selection.kept_by = keeper
    keeper.choose()
    return keeper.close


class KeptPair:
    """Chooses a pair for a selection wherever the cycle that is shown has none that is chosen.

    A pair that a person chose stays while the cycle is shown, also one that is no candidate of it: the views say so.
    The run does not keep this object alive, only the selection does.

    Args:
        source: the run.
        selection: where a pair is chosen.
    """

    def __init__(self, source: RunSource, selection: Selection) -> None:
        self._source, self._selection = source, selection
        self._rank = 1
        self._cycle: int | None = None
        """The cycle in which the pair was a candidate of this rank."""
        self._forget_run = weakref.finalize(self, source.on_change(weakly(self.choose)))
        self._forget_selection = selection.on_change(self.choose, first=True)

    def close(self) -> None:
        """Choose no pair any more."""
        self._forget_run()
        self._forget_selection()
        self._selection.kept_by = None

    def choose(self) -> None:
        """Remember the rank of the pair that is chosen, or choose the pair of that rank."""
        selected = self._selection.selected
        records, _ = pairs_at(self._source.history, selected.cycle)
        if records is None or records.subsample is None:
            return
        rank = None if selected.pair is None else rank_of(records, selected.pair)
        if rank is None and selected.pair is not None and records.cycle == self._cycle:
            return
        if rank is not None:
            self._cycle, self._rank = records.cycle, rank
        elif selected.pair is None or self._cycle is not None:
            self._cycle = records.cycle
            self._selection.follow_pair(*pairs_by_rank(records)[: self._rank][-1])


def pairs_by_rank(records: CycleRecords) -> list[tuple[int, int]]:
    """Ids of the candidate pairs of a cycle that looked ahead, best first."""
    assert records.subsample is not None
    order = best_first(pair_terms(records).sum(axis=1))
    return [(first, second) for first, second in records.subsample.pair_ids[order].tolist()]


def rank_of(records: CycleRecords, pair: tuple[int, int]) -> int | None:
    """Rank of a pair of ids, in either order, from 1; None for one that is no candidate of the cycle."""
    ranked = np.sort(pairs_by_rank(records), axis=1)
    found = np.flatnonzero((ranked == sorted(pair)).all(axis=1))
    return 1 + int(found[0]) if len(found) else None
