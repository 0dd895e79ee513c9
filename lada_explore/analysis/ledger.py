"""Why a pair was chosen: the three terms of its score, and which pairs other weights would choose.

Axes: P candidate pairs, Q queried pairs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lada_explore.analysis.pairs import best_first, counts_values, pair_terms, pairs_at
from lada_explore.analysis.tau import acquired_pairs
from lada_explore.errors import ConfigError
from lada_explore.records import CycleRecords, FloatArray, IntArray, LookAheadRecord


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ledger:
    """The score of every candidate pair of a cycle, term by term.

    Attributes:
        cycle: the cycle; -1 if there is nothing to show.
        unit: unit of the terms.
        pair_ids: (P, 2) ids of the candidate pairs.
        terms: (P, 3) A_i(1), A_i(0) and V_i(tau*), each as it was recorded, also where the method does not count it.
        queried: (P,) True for pairs that were queried.
        reason: a sentence on why there is nothing to show; empty if there is.
        weights: of the three terms in the method's own score: (1, 1, 0) for pairs without look-ahead.
    """

    cycle: int
    unit: str
    pair_ids: IntArray
    terms: FloatArray
    queried: NDArray[np.bool_]
    reason: str
    weights: tuple[float, float, float] = (1.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reranked:
    """The ranking with other weights; rows are those of the ledger.

    Attributes:
        scores: (P,) weighted sum of the terms.
        order: (P,) rows, best first.
        entering: rows that would be queried but were not, best first.
        leaving: rows that were queried but would not be, best first.
    """

    scores: FloatArray
    order: IntArray
    entering: IntArray
    leaving: IntArray


def score_ledger(history: Sequence[CycleRecords], cycle: int | None = None) -> Ledger:
    """The ledger of a cycle, or of the latest cycle that selected pairs if `cycle` is None."""
    selected = [records for records in history if records.select is not None and records.select.rule.of_pairs]
    records, reason = pairs_at(selected if cycle is None and selected else history, cycle)
    if records is not None and records.select is None:
        reason = f"Cycle {records.cycle} has not chosen its query yet."
    if reason or records is None or records.look_ahead is None or records.subsample is None:
        none = np.empty((0, 2), np.int64)
        terms = np.empty((0, 3), np.float32)
        return Ledger(cycle=-1, unit="", pair_ids=none, terms=terms, queried=np.empty(0, np.bool_), reason=reason)
    return Ledger(
        cycle=records.cycle,
        unit=records.look_ahead.unit,
        pair_ids=records.subsample.pair_ids,
        terms=_recorded_terms(records, records.look_ahead),
        queried=acquired_pairs(records),
        reason="",
        weights=(1.0, 1.0, float(counts_values(records))),
    )


def rerank(ledger: Ledger, weights: Sequence[float]) -> Reranked:
    """Rank the pairs by w_1 A_i(1) + w_0 A_i(0) + w_V V_i(tau*); the best Q pairs would be queried.

    Args:
        ledger: the ledger of a cycle.
        weights: weights of the three terms, in that order; those of the ledger give the query as it was.

    Raises:
        ConfigError: the weights are not three finite numbers of at least 0.
    """
    if len(weights) != 3 or not all(math.isfinite(weight) and weight >= 0 for weight in weights):
        raise ConfigError(f"the weights are {tuple(weights)}; give three finite numbers of at least 0, such as 1, 1, 1")
    # Added in single precision and from left to right, as in SELECT and on the page, so that ties stay the same.
    own, other, value = (np.float32(w) * term for w, term in zip(weights, ledger.terms.T, strict=True))
    scores = own + other + value
    order = best_first(scores)
    n_queried = int(ledger.queried.sum())
    chosen = np.zeros(len(order), np.bool_)
    chosen[order[:n_queried]] = True
    return Reranked(
        scores=scores,
        order=order,
        entering=order[chosen[order] & ~ledger.queried[order]],
        leaving=order[~chosen[order] & ledger.queried[order]],
    )


def _recorded_terms(records: CycleRecords, ahead: LookAheadRecord) -> FloatArray:
    """(P, 3) terms of the score; the third is V_i(tau*) also where the score holds a 0 for it."""
    terms = pair_terms(records)
    return terms if counts_values(records) else np.column_stack([terms[:, :2], ahead.value])
