"""The layouts of a run's cycles, each made from the one before it and kept.

Every layout is a chain from the first cycle that has a map: cold there, warm from each cycle to the next. A shorter
way to cycle 20 would be quicker once, but the picture would then depend on which cycles were looked at before; so it
depends on the records, the method and the seed only, and is the same on every screen. A warm step costs a tenth of
a cold layout, and each is made once: it can be kept on disk, under a digest of all that it was made from.

A person does not wait for a chain of many cycles. Meanwhile there is a draft of the cycle alone.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from numpy.typing import NDArray

from lada_explore.analysis.embedding import MIN_SHARED, Layout, first_layout, next_layout, recipe
from lada_explore.analysis.map_points import MAX_LABELLED, map_points
from lada_explore.records import CycleRecords, IntArray, ScoreRecord

DRAFT_FROM = 4
"""So many layouts that are still to be made take longer than a draft."""


class Keeper(Protocol):
    """Where layouts outlast the process. It may forget, and it never raises."""

    def read(self, key: str) -> Layout | None:
        """What was kept under a key, sound and whole; None when there is nothing."""

    def keep(self, key: str, layout: Layout) -> None:
        """Keep a layout, if that can be done."""


@dataclass(frozen=True, slots=True)
class _Digest:
    """The digest of a cycle, with what says whether it still holds: its record, and the digest before it."""

    score: ScoreRecord
    before: str
    digest: str


class Layouts:
    """Makes and keeps the layouts of one run, by one method; safe from any thread, which waits for another's work.

    Args:
        method: key of `embedding.METHODS`.
        seed: decides whatever the method draws.
        keeper: where layouts are found and kept beyond this object; None for nowhere.
    """

    def __init__(self, method: str = "t-sne", seed: int = 0, keeper: Keeper | None = None) -> None:
        self.method = method
        self._seed = seed
        self._keeper = keeper
        self._digests: dict[int, _Digest] = {}
        self._kept: dict[int, tuple[str, Layout]] = {}
        self._draft: tuple[str, Layout] | None = None
        self._making = threading.Lock()

    def find(self, history: Sequence[CycleRecords], cycle: int) -> Layout | None:
        """The layout of a cycle if it is made already; never waits."""
        digest = self._known_digest(history, cycle)
        return self._of(cycle, digest) if digest else None

    def find_draft(self, history: Sequence[CycleRecords], cycle: int) -> Layout | None:
        """The draft of a cycle if it was made last; never waits."""
        digest = self._known_digest(history, cycle)
        return self._draft[1] if digest and self._draft is not None and self._draft[0] == digest else None

    def draft(self, history: Sequence[CycleRecords], cycle: int) -> Layout | None:
        """A layout of a cycle by itself, to look at until `make` is done; raises as `make` does.

        It starts from the nearest cycle before that is laid out, and is made cold where there is none.

        Returns:
            The draft; None if the cycle has no map, or if `make` takes hardly longer.
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
        if not chain:
            return None
        with self._making:
            digests = self._digests_of(history, chain)
            place, layout = self._nearest(chain, digests)
            for records, digest in list(zip(chain, digests, strict=True))[place + 1 :]:
                if not before_step(records.cycle, cycle):
                    return None
                layout = self._made(history, records, layout)
                self._kept[records.cycle] = digest, layout
                if self._keeper is not None:
                    self._keeper.keep(self._key(records.cycle, digest), layout)
            return layout

    def _nearest(self, chain: Sequence[CycleRecords], digests: Sequence[str]) -> tuple[int, Layout | None]:
        """Place and layout of the last cycle of a chain that is laid out, here or on disk; -1 if there is none."""
        for place in reversed(range(len(chain))):
            cycle, digest = chain[place].cycle, digests[place]
            layout = self._of(cycle, digest)
            if layout is None and self._keeper is not None:
                layout = self._keeper.read(self._key(cycle, digest))
                if layout is not None:
                    self._kept[cycle] = digest, layout
            if layout is not None:
                return place, layout
        return -1, None

    def _of(self, cycle: int, digest: str) -> Layout | None:
        kept = self._kept.get(cycle)
        return kept[1] if kept is not None and kept[0] == digest else None

    def _key(self, cycle: int, digest: str) -> str:
        return f"{self.method}-{cycle:03d}-{digest[:32]}"

    def _made(self, history: Sequence[CycleRecords], records: CycleRecords, before: Layout | None) -> Layout:
        points = map_points(history, records.cycle)
        if before is None:
            return first_layout(points.cycle, points.ids, points.features, method=self.method, seed=self._seed)
        return next_layout(points.cycle, points.ids, points.features, before=before, seed=self._seed)

    def _known_digest(self, history: Sequence[CycleRecords], cycle: int) -> str:
        """The digest of a cycle, if those of its chain are known and hold; "" otherwise."""
        found = ""
        for records in _chain(history, cycle):
            known = self._digests.get(records.cycle)
            # A cycle that was replaced, by a run that branched off, takes all later ones with it.
            if known is None or known.score is not records.score or known.before != found:
                return ""
            found = known.digest
        return found

    def _digests_of(self, history: Sequence[CycleRecords], chain: Sequence[CycleRecords]) -> list[str]:
        """A digest of all that the layout of each cycle of a chain is made from."""
        digests: list[str] = []
        for records in chain:
            before = digests[-1] if digests else ""
            known = self._digests.get(records.cycle)
            if known is None or known.score is not records.score or known.before != before:
                known = self._digested(history, records, before)
                self._digests[records.cycle] = known
            digests.append(known.digest)
        return digests

    def _digested(self, history: Sequence[CycleRecords], records: CycleRecords, before: str) -> _Digest:
        score, subset = records.score, records.subsample
        assert score is not None  # of a chain
        about = f"{recipe(self.method, self._seed)} {MAX_LABELLED} {before} {records.cycle}"
        digest = hashlib.sha256(about.encode())
        answered: list[IntArray] = [done.query.ids for done in history[: _place(history, records)] if done.query]
        arrays: list[NDArray[Any]] = [score.features, score.labelled_features, *answered]
        for array in arrays if subset is None else [subset.subset_ids, *arrays]:
            digest.update(f"{array.dtype.str} {array.shape} ".encode() + array.tobytes())
        return _Digest(score, before, digest.hexdigest())


def _place(history: Sequence[CycleRecords], records: CycleRecords) -> int:
    return next(place for place, here in enumerate(history) if here.cycle == records.cycle)


def _chain(history: Sequence[CycleRecords], cycle: int) -> list[CycleRecords]:
    """The cycles up to this one that have a map, in order; empty if this one has none."""
    chain = [
        records
        for records in history
        if records.cycle <= cycle and records.score is not None and len(records.score.features)
    ]
    return chain if chain and chain[-1].cycle == cycle else []
