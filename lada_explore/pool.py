"""Which images are labelled, in which cycle, and with which class: an immutable partition of the ids 0..N-1."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from lada_explore.errors import ConfigError, OracleError, Renamed
from lada_explore.records import CycleRecords, IntArray


def _no_ids() -> IntArray:
    return np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pool:
    """The labelled images in the order they were labelled; every other id below `size` is unlabelled.

    Only labelled ids and ids set aside are stored, so the cost of a cycle does not depend on the size of the pool.

    Attributes:
        size: N, number of images in the data set.
        labelled_ids: (L,) ids of the labelled images.
        labels: (L,) class index of each labelled image.
        cycles: (L,) cycle in which each image was labelled, 0 = initial.
        held_out_ids: (T,) those of `labelled_ids` that are held out for testing and never trained on.
        set_aside_ids: (K,) unlabelled ids that must not be drawn: images that a person skipped, or answered ahead for
            the coming cycle.
        absent_ids: (A,) ids of images that cannot be read any more as they were, labelled or not: they are neither
            drawn nor trained on nor tested on.
    """

    size: int
    labelled_ids: IntArray = field(default_factory=_no_ids)
    labels: IntArray = field(default_factory=_no_ids)
    cycles: IntArray = field(default_factory=_no_ids)
    held_out_ids: IntArray = field(default_factory=_no_ids)
    set_aside_ids: IntArray = field(default_factory=_no_ids)
    absent_ids: IntArray = field(default_factory=_no_ids)

    trained_on = Renamed("in_training_set")

    @classmethod
    def after(cls, history: Iterable[CycleRecords], size: int) -> Pool:
        """What the committed queries of a run have labelled, and trainings used with other labels, of `size` images."""
        pool = cls(size=size)
        for records in history:
            if (query := records.query) is not None:
                pool = pool.with_labels(records.cycle, query.ids, query.labels, query.held_out_ids)
            if (train := records.train) is not None:
                pool = pool.relabelled(train.relabelled_ids, train.relabelled)
        return pool

    @property
    def n_unlabelled(self) -> int:
        """Number of images that can be drawn: not labelled, not set aside and not absent."""
        return self.size - len(self._not_drawn())

    @property
    def in_training_set(self) -> NDArray[np.bool_]:
        """(L,) True for labelled images that are trained on, False for those held out and absent ones."""
        return ~np.isin(self.labelled_ids, np.append(self.held_out_ids, self.absent_ids))

    @property
    def in_test_set(self) -> NDArray[np.bool_]:
        """(L,) True for labelled images that are held out for testing and not absent."""
        return np.isin(self.labelled_ids, np.setdiff1d(self.held_out_ids, self.absent_ids))

    def _not_drawn(self) -> IntArray:
        """Ids below `size` that are not drawn."""
        if not len(self.absent_ids):
            return np.append(self.labelled_ids, self.set_aside_ids)
        left_out = np.unique(np.concatenate([self.labelled_ids, self.set_aside_ids, self.absent_ids]))
        return left_out[left_out < self.size]

    def labelled_at(self) -> IntArray:
        """(N,) cycle in which each image was labelled: -1 unlabelled, 0 initial, c the cycle."""
        at = np.full(self.size, -1, dtype=np.int64)
        at[self.labelled_ids] = self.cycles
        return at

    def setting_aside(self, ids: Iterable[int]) -> Pool:
        """A copy in which exactly these ids are set aside; labelled ids among them are ignored."""
        aside = np.setdiff1d(np.array(sorted(ids), dtype=np.int64), self.labelled_ids)
        return replace(self, set_aside_ids=aside)

    def with_labels(self, cycle: int, ids: IntArray, labels: IntArray, held_out_ids: IntArray | None = None) -> Pool:
        """A copy in which these ids are labelled.

        Args:
            cycle: cycle in which they were labelled.
            ids: (B,) distinct unlabelled ids.
            labels: (B,) class index of each id.
            held_out_ids: (T,) those of `ids` that are held out for testing; None for none.

        Raises:
            OracleError: an id is out of range, occurs twice or is already labelled.

        Source: Algorithm 1 (section E), line 7.
        """
        if ids.shape != labels.shape or ids.ndim != 1:
            raise OracleError(f"{ids.shape} ids came with {labels.shape} labels; each id needs one label")
        if len(ids) and not (ids.min() >= 0 and ids.max() < self.size):
            outside = ids[(ids < 0) | (ids >= self.size)][0]
            raise OracleError(f"id {outside} is not in the pool; ids run from 0 to {self.size - 1}")
        known, counts = np.unique(np.concatenate([self.labelled_ids, ids]), return_counts=True)
        if (counts > 1).any():
            raise OracleError(f"id {known[counts > 1][0]} is labelled already; an image is asked once")
        return replace(
            self,
            labelled_ids=np.concatenate([self.labelled_ids, ids]),
            labels=np.concatenate([self.labels, labels]),
            cycles=np.concatenate([self.cycles, np.full(len(ids), cycle, dtype=np.int64)]),
            held_out_ids=self.held_out_ids if held_out_ids is None else np.append(self.held_out_ids, held_out_ids),
            set_aside_ids=np.setdiff1d(self.set_aside_ids, ids),
        )

    def relabelled(self, ids: IntArray, labels: IntArray) -> Pool:
        """A copy in which these labelled ids have other labels.

        Args:
            ids: (R,) distinct labelled ids.
            labels: (R,) new class index of each.

        Raises:
            OracleError: an id is not labelled.
        """
        if not len(ids):
            return self
        row_of = {int(i): row for row, i in enumerate(self.labelled_ids)}
        if missing := [i for i in ids.tolist() if i not in row_of]:
            raise OracleError(f"id {missing[0]} has no label that can be changed; answer it first")
        changed = self.labels.copy()
        changed[[row_of[i] for i in ids.tolist()]] = labels
        return replace(self, labels=changed)

    def draw_unlabelled(self, n: int, rng: np.random.Generator) -> IntArray:
        """(n,) distinct ids, drawn uniformly from the unlabelled ids that are not set aside.

        Draws n + L + K ids from the whole pool and drops the L labelled and K set-aside ones. The rest is uniform, and
        the pool is never enumerated.

        Raises:
            ConfigError: fewer than n such images are left.
        """
        if n > self.n_unlabelled:
            raise ConfigError(f"{n} unlabelled images are needed but {self.n_unlabelled} are left; ask for fewer")
        left_out = self._not_drawn()
        drawn = rng.choice(self.size, size=min(self.size, n + len(left_out)), replace=False)
        return drawn[~np.isin(drawn, left_out)][:n].astype(np.int64)
