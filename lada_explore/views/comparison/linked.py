"""What a person chooses on one side of a comparison is chosen on the other too, where it is there."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from lada_explore.analysis import cycle_of_map
from lada_explore.events import weakly
from lada_explore.views.base.selection import Selected
from lada_explore.views.comparison.side import Side

Chosen = tuple[int, tuple[int, int] | None, tuple[int, ...]]
"""Index of the side in which something was chosen, the pair if it is one, and the images."""


class Link:
    """Passes what is chosen on from one side to the other, both ways.

    A pair that follows its rank from cycle to cycle is nobody's choice, and is not passed on.

    Args:
        first: the side A.
        second: the side B.
        one_cycle: whether both show one cycle, as two runs do; otherwise each has its own.
        same_images: whether an id is the same image on both; if not, nothing but the cycle is passed on.
    """

    def __init__(self, first: Side, second: Side, *, one_cycle: bool, same_images: bool) -> None:
        self._sides = (first, second)
        self._one_cycle, self._same_images = one_cycle, same_images
        self._lock = threading.RLock()
        self._passing = False
        self._seen: list[Selected] = [side.selection.selected for side in self._sides]
        self._chosen: Chosen | None = None
        self._ends = [side.selection.on_change(partial(self._changed, place)) for place, side in enumerate(self._sides)]
        if one_cycle:
            self._ends += [side.source.on_change(weakly(self._follow)) for side in self._sides]
            self._follow()

    def close(self) -> None:
        """Pass nothing on any more."""
        for end in self._ends:
            end()

    def missing(self) -> str:
        """A sentence on what was chosen on one side and is not there on the other; empty when all of it is."""
        if self._chosen is None:
            return ""
        place, pair, ids = self._chosen
        other = self._sides[1 - place]
        gone = other.missing(ids)
        if pair is not None and not other.pairs_up(pair):
            return _no_pair(other, pair, gone)
        if not gone:
            return ""
        what = f"Image {gone[0]} is" if len(gone) == 1 else f"{len(gone):,} of the {len(ids):,} chosen images are"
        return f"{what} neither among the candidates of {other.name} nor labelled there."

    def _follow(self) -> None:
        """Show A's cycle in B, also where A follows the latest one of its run."""
        with self._lock, self._quiet():
            cycle = self._cycle_for(1)
            if self._sides[1].selection.selected.cycle != cycle:
                self._sides[1].selection.show_cycle(cycle)

    def _cycle_for(self, place: int) -> int | None:
        """The cycle that a side shows with the other: the latest, None, only where it is the latest one of both."""
        other, side = self._sides[1 - place], self._sides[place]
        cycle = other.cycle
        if other.selection.selected.cycle is None and cycle_of_map(side.source.history) == cycle:
            return None
        return cycle

    def _changed(self, place: int) -> None:
        with self._lock:
            before, now = self._seen[place], self._sides[place].selection.selected
            self._seen[place] = now
            if self._passing:
                return
            with self._quiet():
                self._pass_on(place, before, now)

    @contextmanager
    def _quiet(self) -> Iterator[None]:
        """Pass nothing back inside the block, in which a side shows what the other one does."""
        self._passing = True
        try:
            yield
        finally:
            self._passing = False

    def _pass_on(self, place: int, before: Selected, now: Selected) -> None:
        side, other = self._sides[place], self._sides[1 - place]
        if self._one_cycle and now.cycle != before.cycle:
            other.selection.show_cycle(self._cycle_for(1 - place))
        if not self._same_images or (now.ids, now.pair) == (before.ids, before.pair):
            return
        if side.selection.followed:
            if self._chosen is not None and self._chosen[0] == place:
                self._chosen = None
            return
        pair = now.pair if now.pair is not None and set(now.ids) == set(now.pair) else None
        self._chosen = place, pair, now.ids
        other.selection.take(now.ids, pair if pair is not None and other.pairs_up(pair) else None)


def _no_pair(other: Side, pair: tuple[int, int], gone: list[int]) -> str:
    """A sentence on a pair that is none on the other side."""
    keeps = ", which keeps its own" if other.selection.selected.pair is not None else ""
    also = ""
    if len(gone) == 1:
        also = f"; image {gone[0]} is neither a candidate nor labelled there"
    elif gone:
        also = "; neither image is a candidate or labelled there"
    return f"Images {pair[0]} and {pair[1]} are no pair of {other.name}{keeps}{also}."
