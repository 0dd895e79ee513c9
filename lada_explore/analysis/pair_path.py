"""The mixing path of one pair: acquisition profile, class probabilities, and look-ahead value for any tau.

Axes: R points of the profile's grid, G nodes, T values of tau, K classes shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln

from lada_explore.analysis.pairs import (
    best_first,
    counts_values,
    known_of,
    only_drawn,
    pair_terms,
    pixels_of,
    predicted_of,
    sampled_values,
)
from lada_explore.analysis.tau import acquired_pairs
from lada_explore.analysis.worth import best_of, gained, pair_row
from lada_explore.beta import beta_weights
from lada_explore.records import ByteArray, Curve, CycleRecords, LookAheadRecord, ScoreRecord

Doubles = NDArray[np.float64]

TAU_STEPS = 200
"""Number of values of tau in a table, from tau_limit / 200 to tau_limit."""

MAX_CLASSES = 5
"""Number of classes whose probability is shown separately; the others are summed."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TauTable:
    """V(tau) of one pair, and log B(tau, tau), from which a page draws the density of Beta(tau, tau).

    Attributes:
        tau: (T + 2,) a uniform grid up to the limit, then tau* and the best tau.
        value: (T + 2,) exact look-ahead value at each tau.
        log_beta: (T + 2,) log B(tau, tau); the density at lam is exp((tau - 1) log(lam (1 - lam)) - log_beta).
    """

    tau: Doubles
    value: Doubles
    log_beta: Doubles

    @property
    def regret(self) -> float:
        """V(best tau) - V(tau*), in the unit of the values."""
        return float(self.value[-1] - self.value[-2])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ClassesAlongPath:
    """Class probabilities of the classifier along the mixing path.

    Attributes:
        classes: (K,) the `MAX_CLASSES` classes with the largest peak probabilities, largest first.
        probabilities: (K, R) probabilities of these classes.
        rest: (R,) total probability of all other classes.
        reason: a sentence on why there are no probabilities; empty if there are.
    """

    classes: tuple[int, ...]
    probabilities: Doubles
    rest: Doubles
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PairPath:
    """The mixing path of one pair of a cycle.

    Attributes:
        cycle: the cycle.
        pair_ids: ids of x_i and x'_i; lam is the weight of x_i.
        rank: rank of the pair by score, from 1.
        n_pairs: number of candidate pairs of the cycle.
        queried: True if the pair was queried.
        images: (D, H, W) pixels of each image; None if the record does not keep them.
        predicted: most probable class of each image; -1 if it is not recorded.
        known: label of each image, or its true class; -1 if unknown.
        terms: the three terms of the score: A(1), A(0) and V(tau*).
        counted: whether the score counts V; where it does not, the third term is 0.
        drawn: whether the score is a random draw that leaves V out, so that nothing of the path chose anything.
        sampled: whether the V that the score counts is a mean over random draws of lam; V in `table` is exact.
        unit: unit of profile and values.
        mix_layer: layer after which the pair was mixed, 0 = the images themselves.
        grid: (R,) values of lam from 0 to 1.
        profile: (R,) A(lam) on the grid.
        nodes: (G,) values of lam at which the classifier was evaluated.
        gain: V(tau*) less V at the tau before the policy learned; None where none learned.
        table: V(tau).
        classes: class probabilities along the path.
    """

    cycle: int
    pair_ids: tuple[int, int]
    rank: int
    n_pairs: int
    queried: bool
    images: tuple[ByteArray | None, ...]
    predicted: tuple[int, ...]
    known: tuple[int, ...]
    terms: tuple[float, float, float]
    counted: bool
    drawn: bool
    sampled: bool
    unit: str
    mix_layer: int
    grid: Doubles
    profile: Doubles
    nodes: Doubles
    gain: float | None
    table: TauTable
    classes: ClassesAlongPath


def pair_path(records: CycleRecords, pair: Sequence[int] | None = None, *, tau_limit: float = 1.0) -> PairPath | None:
    """The mixing path of a pair of a cycle.

    Args:
        records: records of the cycle.
        pair: ids of the pair in either order; None, or a pair that is not a candidate, takes the best pair.
        tau_limit: largest tau of the table, or tau* if that is larger.

    Returns:
        None for a cycle without pairs, or before it has looked ahead.
    """
    row, ahead, candidates = pair_row(records, pair), records.look_ahead, records.subsample
    if row is None or ahead is None or candidates is None:
        return None
    terms, gains = pair_terms(records), gained(ahead)
    first, second = candidates.pair_ids[row].tolist()
    return PairPath(
        cycle=records.cycle,
        pair_ids=(first, second),
        rank=1 + best_first(terms.sum(axis=1)).tolist().index(row),
        n_pairs=len(terms),
        queried=bool(acquired_pairs(records)[row]),
        images=pixels_of(records, (first, second)),
        predicted=predicted_of(records, (first, second)),
        known=known_of(records, (first, second)),
        terms=(float(terms[row, 0]), float(terms[row, 1]), float(terms[row, 2])),
        counted=counts_values(records),
        drawn=only_drawn(records),
        sampled=sampled_values(records),
        unit=ahead.unit,
        mix_layer=candidates.mix_layer,
        grid=ahead.grid.astype(np.float64),
        profile=ahead.profile[row].astype(np.float64),
        nodes=ahead.nodes.astype(np.float64),
        gain=None if gains is None else float(gains[row]),
        table=tau_table(ahead, row, tau_limit),
        classes=classes_along_path(ahead, records.score, row),
    )


def tau_table(ahead: LookAheadRecord, row: int, tau_limit: float) -> TauTable:
    """V(tau) of the pair in a row of the record, by exact integration of the recorded profile."""
    tau_star, best_tau = float(ahead.tau[row]), float(best_of(ahead)[0][row])
    grid = ahead.grid.astype(np.float64)
    limit = max(tau_limit, tau_star)
    ends = np.array([tau_star, best_tau])
    profile = ahead.profile[row].astype(np.float64)
    tau = np.concatenate([_tau_grid(limit), ends])
    return TauTable(
        tau=tau,
        value=np.concatenate([_weights(tuple(grid.tolist()), limit) @ profile, beta_weights(grid, ends) @ profile]),
        log_beta=betaln(tau, tau),
    )


def classes_along_path(ahead: LookAheadRecord, score: ScoreRecord | None, row: int) -> ClassesAlongPath:
    """Class probabilities along the path, from recorded logits interpolated between the nodes like the profile.

    Args:
        ahead: record with outputs (P, G, K) at the nodes.
        score: record that shows whether these outputs are the classifier's logits.
        row: row of the pair.
    """
    if score is None or score.outputs.shape != score.logits.shape or not np.array_equal(score.outputs, score.logits):
        reason = (
            "This acquisition does not score the classifier's logits, so the class probabilities along the path are "
            "not in the record."
        )
        return ClassesAlongPath(classes=(), probabilities=np.empty((0, 0)), rest=np.empty(0), reason=reason)
    from scipy.interpolate import CubicSpline, PchipInterpolator

    grid, nodes = ahead.grid.astype(np.float64), ahead.nodes.astype(np.float64)
    interpolator = CubicSpline if ahead.curve is Curve.SPLINE else PchipInterpolator
    logits = interpolator(nodes, ahead.outputs[row].astype(np.float64), axis=0)(grid)  # (R, C)
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    probabilities = (odds / odds.sum(axis=1, keepdims=True)).T
    shown = np.argsort(-probabilities.max(axis=1), kind="stable")[:MAX_CLASSES]
    return ClassesAlongPath(
        classes=tuple(shown.tolist()),
        probabilities=probabilities[shown],
        rest=np.delete(probabilities, shown, axis=0).sum(axis=0),
        reason="",
    )


def _tau_grid(limit: float) -> Doubles:
    return np.arange(1, TAU_STEPS + 1) / TAU_STEPS * limit


@lru_cache(maxsize=8)
def _weights(grid: tuple[float, ...], limit: float) -> Doubles:
    """Quadrature weights (T, R), the same for every pair of a run."""
    return beta_weights(np.array(grid), _tau_grid(limit))
