"""Labels that were given, as by an import, counted by class; an action counts again only the images it touches."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from weakref import WeakKeyDictionary

from lada_explore.seeds import is_held_out
from lada_explore.store.journal_entry import AnswerRule
from lada_explore.store.label_state import LabelState


class GivenCounts:
    """Counts, by class, of the labels that were given in the start to images which the seed round does not choose from.

    Neither skipped images count nor those held out for testing. The counts are kept up to date, because each click
    needs them and 50,000 labels may have been given.

    Args:
        candidates: ids of the images that the seed round chooses from.
        seed: seed of the run.
        holdout: share of the images to hold out.
    """

    def __init__(self, candidates: frozenset[int], seed: int, holdout: float) -> None:
        self.key = (candidates, seed, holdout)
        self._lock = threading.Lock()
        self._revision = 0
        self._rule: AnswerRule | None = None
        self._labels: dict[int, int] = {}
        self._counts: Counter[int] = Counter()

    def at(self, state: LabelState) -> Mapping[int, int]:
        """The counts in a state of the labels; a later one of the same journal than in the call before."""
        with self._lock:
            revision, rule = state.revision, state.rule
            if rule is not self._rule:  # It may decide otherwise on every image.
                self._rule, self._labels, self._counts = rule, {}, Counter()
                touched = state.given_of(0)
            else:
                touched = state.touched_after(self._revision)
            for image_id in touched:
                self._count_again(image_id, state)
            self._revision = revision
            return Counter(self._counts)

    def _count_again(self, image_id: int, state: LabelState) -> None:
        before, now = self._labels.pop(image_id, None), self._label(image_id, state)
        if before is not None:
            self._counts[before] -= 1
        if now is not None:
            self._labels[image_id] = now
            self._counts[now] += 1

    def _label(self, image_id: int, state: LabelState) -> int | None:
        """The label of an image that counts; None for any other."""
        candidates, seed, holdout = self.key
        if image_id in candidates or not state.is_given(image_id, 0) or state.is_set_aside(image_id):
            return None
        return None if is_held_out(seed, image_id, holdout) else state.label(image_id, 0)


_KNOWN: WeakKeyDictionary[LabelState, GivenCounts] = WeakKeyDictionary()


def given_counts(state: LabelState, candidates: frozenset[int], *, seed: int, holdout: float) -> Mapping[int, int]:
    """Number of given labels that count, by class; arguments as for `GivenCounts`."""
    known = _KNOWN.get(state)
    if known is None or known.key != (candidates, seed, holdout):
        known = _KNOWN[state] = GivenCounts(candidates, seed, holdout)
    return known.at(state)
