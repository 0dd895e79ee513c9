"""Which images are labelled, since when, and as what: an immutable partition of the ids 0..N-1."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from lada_explore.errors import ConfigError, OracleError
from lada_explore.records import IntArray


def _no_ids() -> IntArray:
    return np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pool:
    """The labelled images in the order they were labelled; every other id below `size` is unlabelled.

    Only labelled ids and those set aside are held, so a cycle costs what it labels and not what the pool holds.

    Attributes:
        size: N, images in the data set.
        labelled_ids: (L,) ids.
        labels: (L,) class index of each.
        cycles: (L,) cycle in which each was labelled, 0 = initial.
        held_out_ids: (T,) those of `labelled_ids` that are kept for testing: never trained on.
        set_aside_ids: (K,) unlabelled ids that are not drawn: skipped by a person, or answered for the cycle to come.
    """

    size: int
    labelled_ids: IntArray = field(default_factory=_no_ids)
    labels: IntArray = field(default_factory=_no_ids)
    cycles: IntArray = field(default_factory=_no_ids)
    held_out_ids: IntArray = field(default_factory=_no_ids)
    set_aside_ids: IntArray = field(default_factory=_no_ids)

    @property
    def n_unlabelled(self) -> int:
        """Images that can be drawn: without a label and not set aside."""
        return self.size - len(self.labelled_ids) - len(self.set_aside_ids)

    @property
    def in_training_set(self) -> NDArray[np.bool_]:
        """(L,) whether each labelled image is there to train on, and not held out."""
        return ~np.isin(self.labelled_ids, self.held_out_ids)

    def labelled_at(self) -> IntArray:
        """(N,) cycle in which each image was labelled: -1 unlabelled, 0 initial, c the cycle."""
        at = np.full(self.size, -1, dtype=np.int64)
        at[self.labelled_ids] = self.cycles
        return at

    def setting_aside(self, ids: Iterable[int]) -> Pool:
        """The pool when these ids are not drawn; those of them that are labelled are left out."""
        aside = np.setdiff1d(np.array(sorted(ids), dtype=np.int64), self.labelled_ids)
        return replace(self, set_aside_ids=aside)

    def with_labels(self, cycle: int, ids: IntArray, labels: IntArray, held_out_ids: IntArray | None = None) -> Pool:
        """The pool after these ids were labelled in this cycle.

        Args:
            cycle: cycle of the answers.
            ids: (B,) unlabelled ids, each once.
            labels: (B,) class indices.
            held_out_ids: those of them that are kept for testing; none when None.

        Raises:
            OracleError: an id out of range, asked twice or already labelled.
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

    def draw_unlabelled(self, n: int, rng: np.random.Generator) -> IntArray:
        """(n,) distinct unlabelled ids, uniformly at random.

        Drawing n + L + K ids and leaving out the L labelled ones and the K set aside is uniform over the others, and
        never enumerates them.

        Raises:
            ConfigError: fewer than n images are unlabelled.
        """
        if n > self.n_unlabelled:
            raise ConfigError(f"{n} unlabelled images are needed but {self.n_unlabelled} are left; ask for fewer")
        left_out = np.append(self.labelled_ids, self.set_aside_ids)
        drawn = rng.choice(self.size, size=min(self.size, n + len(left_out)), replace=False)
        return drawn[~np.isin(drawn, left_out)][:n].astype(np.int64)
