"""Which images are labelled, since when, and as what: an immutable partition of the ids 0..N-1."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from lada_explore.errors import ConfigError, OracleError
from lada_explore.records import IntArray


def _no_ids() -> IntArray:
    return np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pool:
    """The labelled images in the order they were labelled; every other id below `size` is unlabelled.

    Only labelled ids are held, so a cycle costs what it labels and not what the pool holds.

    Attributes:
        size: N, images in the data set.
        labelled_ids: (L,) ids.
        labels: (L,) class index of each.
        cycles: (L,) cycle in which each was labelled, 0 = initial.
    """

    size: int
    labelled_ids: IntArray = field(default_factory=_no_ids)
    labels: IntArray = field(default_factory=_no_ids)
    cycles: IntArray = field(default_factory=_no_ids)

    @property
    def n_unlabelled(self) -> int:
        """Images without a label."""
        return self.size - len(self.labelled_ids)

    def labelled_at(self) -> IntArray:
        """(N,) cycle in which each image was labelled: -1 unlabelled, 0 initial, c the cycle."""
        at = np.full(self.size, -1, dtype=np.int64)
        at[self.labelled_ids] = self.cycles
        return at

    def with_labels(self, cycle: int, ids: IntArray, labels: IntArray) -> Pool:
        """The pool after these ids were labelled in this cycle.

        Args:
            cycle: cycle of the answers.
            ids: (B,) unlabelled ids, each once.
            labels: (B,) class indices.

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
        return Pool(
            size=self.size,
            labelled_ids=np.concatenate([self.labelled_ids, ids]),
            labels=np.concatenate([self.labels, labels]),
            cycles=np.concatenate([self.cycles, np.full(len(ids), cycle, dtype=np.int64)]),
        )

    def draw_unlabelled(self, n: int, rng: np.random.Generator) -> IntArray:
        """(n,) distinct unlabelled ids, uniformly at random.

        Drawing n + L ids and leaving out the L labelled ones is uniform over the unlabelled, and never
        enumerates them.

        Raises:
            ConfigError: fewer than n images are unlabelled.
        """
        if n > self.n_unlabelled:
            raise ConfigError(f"{n} unlabelled images are needed but {self.n_unlabelled} are left; ask for fewer")
        drawn = rng.choice(self.size, size=min(self.size, n + len(self.labelled_ids)), replace=False)
        return drawn[~np.isin(drawn, self.labelled_ids)][:n].astype(np.int64)
