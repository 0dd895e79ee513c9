"""The images or pairs acquired in a cycle, from which TRAIN makes virtual instances."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lada_explore.records import FloatArray, IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AcquiredPairs:
    """Pairs acquired in this cycle.

    Attributes:
        pair_ids: (Q, 2) ids.
        labels: (Q, 2) class indices.
        tau: (Q,) tau* of each pair.
        mix_layer: layer after which the pairs are mixed.
    """

    pair_ids: IntArray
    labels: IntArray
    tau: FloatArray
    mix_layer: int

    def __len__(self) -> int:
        """Number of pairs."""
        return len(self.pair_ids)

    def pairs(self, rng: np.random.Generator) -> AcquiredPairs:
        """These pairs; they are the same in every epoch, because they were chosen as pairs."""
        return self


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AcquiredImages:
    """Single images acquired in this cycle, to be mixed in random pairs (the paper's pipelined baselines).

    Attributes:
        ids: (B,) ids; B is at least 2.
        labels: (B,) class indices.
        tau: concentration for every pair.
        mix_layer: layer after which the pairs are mixed.
    """

    ids: IntArray
    labels: IntArray
    tau: float
    mix_layer: int

    def __len__(self) -> int:
        """Number of pairs."""
        return len(self.ids) // 2

    def pairs(self, rng: np.random.Generator) -> AcquiredPairs:
        """B // 2 disjoint random pairs, drawn anew in each epoch as in the authors' release.

        If B is odd, one image is left out.
        """
        n = len(self)
        rows = rng.permutation(len(self.ids))[: 2 * n].reshape(2, n).T
        return AcquiredPairs(
            pair_ids=self.ids[rows],
            labels=self.labels[rows],
            tau=np.full(n, self.tau, dtype=np.float32),
            mix_layer=self.mix_layer,
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AcquiredTransforms:
    """The single images acquired in a cycle, each with the theta* that LOOK_AHEAD found for it.

    Attributes:
        ids: (B,) ids.
        labels: (B,) class indices.
        theta: (B, K) theta* of each image.
    """

    ids: IntArray
    labels: IntArray
    theta: FloatArray


Acquired = AcquiredPairs | AcquiredImages | AcquiredTransforms
"""What a cycle acquired, as its virtual instances are made of it."""
