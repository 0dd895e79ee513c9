"""How many nodes the profiles of a cycle need: tried on a few of its pairs.

How smooth profiles are depends on the layer after which pairs are mixed, on the network and on its training, by far
more than on the pair. So each cycle evaluates a few of its pairs, the trial, on a fine grid of nodes, compares the
look-ahead values from every second, third, ... node with those from all of them, and takes for all pairs the fewest
nodes whose error is within the tolerance.

Evaluating more nodes only for pairs whose own error seems large was tried too (`benchmarks/adaptive_nodes.py`). It
mostly needs more evaluations for the same error of V: whether a pair's error is large can hardly be told from the nodes
already there, and as the error falls with the second to third power of their number, there is little to gain from
giving each pair a number of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from lada_explore.beta import beta_weights
from lada_explore.lookahead.profile import acquisition_profile, spline_weights, uniform_nodes
from lada_explore.records import Curve

TRIAL_PAIRS = (8, 16)
TRIAL_SHARE = 16
"""One pair in so many is tried, but at least and at most the numbers above."""

FIRST_INTERVALS, MAX_INTERVALS = 6, 24
"""Intervals between the nodes of the trial, at first and at most: they are doubled until half as many are enough."""

COMPARED_AT = 97
"""Points of lam at which the profiles of the trial are integrated; its nodes are among them."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NodeTrial:
    """What a trial has found.

    Attributes:
        n_nodes: G, number of uniform nodes that every pair needs, with both ends.
        error: rms error of V that the trial's pairs have with so many, at the tau where it is largest, estimated.
        along: (T, F, K) outputs of the trial's pairs at the F uniform nodes of the trial.
    """

    n_nodes: int
    error: float
    along: Tensor

    @property
    def evaluations(self) -> int:
        """Number of mixed states that the classifier has evaluated in the trial."""
        n_pairs, n_nodes = self.along.shape[:2]
        return int(n_pairs * (n_nodes - 2))

    def at_nodes(self) -> Tensor:
        """Outputs (T, G - 2, K) of the trial's pairs at the inner ones of the G nodes, read off their finer curves."""
        fine, few = uniform_nodes(self.along.shape[1]), uniform_nodes(self.n_nodes)
        weights = spline_weights(fine, few[1:-1]).to(self.along)
        return torch.einsum("gf,pfk->pgk", weights, self.along)


def n_tried(n_pairs: int) -> int:
    """Number of pairs in the trial of a cycle."""
    least, most = TRIAL_PAIRS
    return min(n_pairs, max(least, min(most, n_pairs // TRIAL_SHARE)))


@torch.no_grad()
def try_nodes(
    outputs_at: Callable[[Tensor], Tensor],
    ends: Tensor,
    score: Callable[[Tensor], Tensor],
    *,
    tolerance: float,
    tau: Sequence[float],
) -> NodeTrial:
    """Find the fewest nodes with which the rms error of V over the trial's pairs is within a tolerance.

    Args:
        outputs_at: function from inner nodes (G,) to outputs (T, G, K) of the trial's pairs.
        ends: (T, 2, K) outputs of x'_i (lam = 0) and of x_i (lam = 1).
        score: function from outputs (B, K) to scores (B,).
        tolerance: largest rms error of V, in the unit of the acquisition.
        tau: concentrations at which V is compared.
    """
    intervals = FIRST_INTERVALS
    along = torch.cat([ends[:, :1], outputs_at(uniform_nodes(intervals + 1)[1:-1]), ends[:, 1:]], dim=1)
    errors = _errors(along, score, tau)
    while errors[intervals // 2] > tolerance and intervals < MAX_INTERVALS:
        between = outputs_at(uniform_nodes(2 * intervals + 1)[1::2])
        finer = along.new_empty(len(along), 2 * intervals + 1, along.shape[2])
        finer[:, ::2], finer[:, 1::2] = along, between
        along, intervals = finer, 2 * intervals
        errors = _errors(along, score, tau)
    predicted = _predicted(errors, intervals)
    enough = np.flatnonzero(predicted <= tolerance)
    at = int(enough[0]) if len(enough) else len(predicted) - 1
    return NodeTrial(n_nodes=at + 3, error=float(predicted[at]), along=along)


def _errors(along: Tensor, score: Callable[[Tensor], Tensor], tau: Sequence[float]) -> dict[int, float]:
    """Rms difference of V over the pairs, at the tau where it is largest, by number of intervals that divides all."""
    grid, intervals = uniform_nodes(COMPARED_AT), along.shape[1] - 1
    weights = beta_weights(grid.numpy(), np.asarray(tau, dtype=np.float64))  # (tau, R)
    numbers = [n for n in range(2, intervals + 1) if intervals % n == 0]
    values: dict[int, NDArray[np.float64]] = {}
    for n in numbers:
        few = along[:, :: intervals // n]
        profile = acquisition_profile(score, few, uniform_nodes(n + 1), grid, curve=Curve.SPLINE)
        values[n] = profile.double().cpu().numpy() @ weights.T
    finest = values.pop(intervals)
    return {n: float(np.sqrt(((value - finest) ** 2).mean(axis=0)).max()) for n, value in values.items()}


def _predicted(errors: dict[int, float], intervals: int) -> NDArray[np.float64]:
    """Errors for 2, 3, ... `intervals` intervals, from those for its divisors.

    Between two divisors the error is a power of the number of intervals; beyond the last one, it falls as the square,
    which is slower than it was seen to. A number is never taken to be better than a larger one.
    """
    known = np.array(list(errors))
    found = np.maximum(np.fromiter(errors.values(), dtype=np.float64), np.finfo(np.float64).tiny)
    found = np.maximum.accumulate(found[::-1])[::-1]
    numbers = np.arange(2, intervals + 1)
    inside = np.exp(np.interp(np.log(numbers), np.log(known), np.log(found)))
    predicted: NDArray[np.float64] = inside * np.minimum(1.0, known[-1] / numbers) ** 2
    return predicted
