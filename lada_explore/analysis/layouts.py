"""The layouts of the cycles of a run; each starts from the previous one, and all of them are kept.

The layouts of a run form a chain: the first cycle with a map has a cold start, each later one a warm start from the
cycle before. Starting cycle 20 directly would be faster, but its layout would then depend on which cycles were viewed
before. In a chain it depends only on the records, the method and the seed, and is the same on every screen. A warm
start takes a tenth of the time of a cold start, and each layout is computed once: it is stored on disk under a digest
of everything it was computed from.

While a long chain is computed, a person sees a draft of the requested cycle.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from numpy.typing import NDArray

from lada_explore.analysis.embedding import MIN_SHARED, Layout, first_layout, next_layout, settings_key
from lada_explore.analysis.layout_methods import DEFAULT_METHOD
from lada_explore.analysis.map_points import MAX_LABELLED, map_points
from lada_explore.records import CycleRecords, IntArray, ScoreRecord

DRAFT_FROM = 4
"""A draft is made if at least this many layouts of the chain are missing; fewer take no longer than the draft."""


class LayoutCache(Protocol):
    """Storage of layouts beyond the process. It may lose layouts, and it never raises."""

    def read(self, key: str) -> Layout | None:
        """The layout stored under a key; None if there is none, or if it is damaged."""

    def keep(self, key: str, layout: Layout) -> None:
        """Store a layout, if possible."""


@dataclass(frozen=True, slots=True)
class _Digest:
    """The digest of a cycle; valid as long as its record and the digest of the previous cycle are the same."""

    score: ScoreRecord
    before: str
    digest: str


class Layouts:
    """Computes and keeps the layouts of one run by one method. Safe to use from several threads, which wait in turn.

    Args:
        method: key of `layout_methods.LAYOUT_METHODS`.
        seed: seed of the random draws of the method.
        cache: storage of layouts beyond this object; None for none.
    """

    def __init__(self, method: str = DEFAULT_METHOD, seed: int = 0, cache: LayoutCache | None = None) -> None:
        self.method = method
        self._seed = seed
        self._cache = cache
        self._digests: dict[int, _Digest] = {}
        self._kept: dict[int, tuple[str, Layout]] = {}
        self._draft: tuple[str, Layout] | None = None
        self._making = threading.Lock()

    def find(self, history: Sequence[CycleRecords], cycle: int) -> Layout | None:
        """The layout of a cycle if it has been computed, else None; does not wait."""
        digest = self._known_digest(history, cycle)
        return self._in_memory(cycle, digest) if digest else None

    def key(self, history: Sequence[CycleRecords], cycle: int) -> str:
        """The key under which the layout of a cycle is stored; "" while it is not known. Does not wait."""
        digest = self._known_digest(history, cycle)
        return self._key(cycle, digest) if digest else ""

    def find_draft(self, history: Sequence[CycleRecords], cycle: int) -> Layout | None:
        """The draft of a cycle if it is the latest draft, else None; does not wait."""
        digest = self._known_digest(history, cycle)
        return self._draft[1] if digest and self._draft is not None and self._draft[0] == digest else None

    def open(self, history: Sequence[CycleRecords], cycle: int) -> Layout | None:
        """The layout of a cycle if it was computed before, in this process or an earlier one, else None.

        It hashes what the layout is of and reads it from disk, and waits for what another thread computes.
        """
        chain = _chain(history, cycle)
        if not chain:
            return None
        with self._making:
            return self._stored(cycle, self._digests_of(history, chain)[-1])

    def draft(self, history: Sequence[CycleRecords], cycle: int) -> Layout | None:
        """A layout of one cycle outside of the chain, to be shown until `make` has finished; raises as `make` does.

        It starts from the nearest earlier cycle that has a layout, or cold if there is none.

        Returns:
            The draft; None if the cycle has no map, or if `make` takes about as long.
        """
        chain = _chain(history, cycle)
        if not chain:
            return None
        with self._making:
            digests = self._digests_of(history, chain)
            place, near = self._nearest(chain, digests)
            if len(chain) - 1 - place < DRAFT_FROM:
                return None
            points = map_points(history, cycle)
            if near is not None and len(set(points.ids.tolist()) & set(near.ids.tolist())) >= MIN_SHARED:
                layout = next_layout(cycle, points.ids, points.features, before=near, seed=self._seed)
            else:
                layout = first_layout(
                    cycle, points.ids, points.features, method=self.method, seed=self._seed, quick=True
                )
            self._draft = digests[-1], layout
            return layout

    def make(
        self,
        history: Sequence[CycleRecords],
        cycle: int,
        before_step: Callable[[int, int], bool] = lambda at, last: True,
    ) -> Layout | None:
        """The layout of a cycle, computed together with the missing layouts of earlier cycles.

        Args:
            history: records of the run.
            cycle: the cycle.
            before_step: called before each layout with its cycle and the last cycle; returning False stops the work.

        Returns:
            The layout; None if the work was stopped, or if the cycle has no map.

        Raises:
            ConfigError: the method is unknown, or records contradict each other.
            NumericsError: a feature is not finite.
        """
        chain = _chain(history, cycle)
        if not chain:
            return None
        with self._making:
            digests = self._digests_of(history, chain)
            place, layout = self._nearest(chain, digests)
            for records, digest in list(zip(chain, digests, strict=True))[place + 1 :]:
                if not before_step(records.cycle, cycle):
                    return None
                layout = self._compute(history, records, layout)
                self._kept[records.cycle] = digest, layout
                if self._cache is not None:
                    self._cache.keep(self._key(records.cycle, digest), layout)
            return layout

    def _nearest(self, chain: Sequence[CycleRecords], digests: Sequence[str]) -> tuple[int, Layout | None]:
        """Index and layout of the last cycle of a chain with a layout in memory or on disk; else -1 and None."""
        for place in reversed(range(len(chain))):
            layout = self._stored(chain[place].cycle, digests[place])
            if layout is not None:
                return place, layout
        return -1, None

    def _stored(self, cycle: int, digest: str) -> Layout | None:
        """The layout with a digest from memory or disk."""
        layout = self._in_memory(cycle, digest)
        if layout is None and self._cache is not None:
            layout = self._cache.read(self._key(cycle, digest))
            if layout is not None:
                self._kept[cycle] = digest, layout
        return layout

    def _in_memory(self, cycle: int, digest: str) -> Layout | None:
        kept = self._kept.get(cycle)
        return kept[1] if kept is not None and kept[0] == digest else None

    def _key(self, cycle: int, digest: str) -> str:
        return f"{self.method}-{cycle:03d}-{digest[:32]}"

    def _compute(self, history: Sequence[CycleRecords], records: CycleRecords, before: Layout | None) -> Layout:
        points = map_points(history, records.cycle)
        if before is None:
            return first_layout(points.cycle, points.ids, points.features, method=self.method, seed=self._seed)
        return next_layout(points.cycle, points.ids, points.features, before=before, seed=self._seed)

    def _known_digest(self, history: Sequence[CycleRecords], cycle: int) -> str:
        """The digest of a cycle if the digests of its whole chain are known and valid; "" otherwise."""
        found = ""
        for records in _chain(history, cycle):
            known = self._digests.get(records.cycle)
            # If a cycle was replaced, for example after a branch, the digests of all later cycles are invalid too.
            if known is None or known.score is not records.score or known.before != found:
                return ""
            found = known.digest
        return found

    def _digests_of(self, history: Sequence[CycleRecords], chain: Sequence[CycleRecords]) -> list[str]:
        """For each cycle of a chain, a digest of everything that its layout is computed from."""
        digests: list[str] = []
        for records in chain:
            before = digests[-1] if digests else ""
            known = self._digests.get(records.cycle)
            if known is None or known.score is not records.score or known.before != before:
                known = self._compute_digest(history, records, before)
                self._digests[records.cycle] = known
            digests.append(known.digest)
        return digests

    def _compute_digest(self, history: Sequence[CycleRecords], records: CycleRecords, before: str) -> _Digest:
        score, subset = records.score, records.subsample
        assert score is not None  # Every cycle of a chain is scored.
        about = f"{settings_key(self.method, self._seed)} {MAX_LABELLED} {before} {records.cycle}"
        digest = hashlib.sha256(about.encode())
        answered: list[IntArray] = [done.query.ids for done in history[: _index_of(history, records)] if done.query]
        arrays: list[NDArray[Any]] = [score.features, score.labelled_features, *answered]
        for array in arrays if subset is None else [subset.subset_ids, *arrays]:
            digest.update(f"{array.dtype.str} {array.shape} ".encode() + array.tobytes())
        return _Digest(score, before, digest.hexdigest())


def _index_of(history: Sequence[CycleRecords], records: CycleRecords) -> int:
    return next(index for index, other in enumerate(history) if other.cycle == records.cycle)


def _chain(history: Sequence[CycleRecords], cycle: int) -> list[CycleRecords]:
    """The cycles up to this one that have a map, in order; empty if this cycle has no map."""
    chain = [
        records
        for records in history
        if records.cycle <= cycle and records.score is not None and len(records.score.features)
    ]
    return chain if chain and chain[-1].cycle == cycle else []
