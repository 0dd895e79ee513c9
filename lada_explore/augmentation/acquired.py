"""What was acquired in a cycle, as virtual instances are made of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lada_explore.records import FloatArray, IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AcquiredPairs:
    """The pairs acquired in this cycle, from which virtual instances are made.

    Attributes:
        pair_ids: (Q, 2) ids.
        labels: (Q, 2) class indices.
        tau: (Q,) tau* of each pair.
        mix_layer: depth at which they are mixed.
    """

    pair_ids: IntArray
    labels: IntArray
    tau: FloatArray
    mix_layer: int

    def __len__(self) -> int:
        """Number of pairs."""
        return len(self.pair_ids)

    def pairs(self, rng: np.random.Generator) -> AcquiredPairs:
        """The same pairs in every epoch: they were chosen as pairs."""
        return self


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AcquiredImages:
    """Single images acquired in this cycle, mixed in random pairs: the paper's pipelined baselines.

    Attributes:
        ids: (B,) ids, at least 2.
        labels: (B,) class indices.
        tau: concentration of every pair.
        mix_layer: depth at which they are mixed.
    """

    ids: IntArray
    labels: IntArray
    tau: float
    mix_layer: int

    def __len__(self) -> int:
        """Number of pairs."""
        return len(self.ids) // 2

    def pairs(self, rng: np.random.Generator) -> AcquiredPairs:
        """B // 2 disjoint random pairs, drawn afresh in each epoch as in the authors' release; an odd one sits out."""
        n = len(self)
        rows = rng.permutation(len(self.ids))[: 2 * n].reshape(2, n).T
        return AcquiredPairs(
            pair_ids=self.ids[rows],
            labels=self.labels[rows],
            tau=np.full(n, self.tau, dtype=np.float32),
            mix_layer=self.mix_layer,
        )
