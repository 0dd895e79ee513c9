"""A run on points at any moment of it: everything that can be drawn on the plane, from the records alone.

Axes: N pool, S side of the grid, P pairs, R points of the profile's grid, T values of tau, K draws of lam.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from lada_explore.analysis.pair_path import tau_table
from lada_explore.analysis.pairs import best_first, pair_terms
from lada_explore.analysis.tau import acquired_pairs
from lada_explore.records import CycleRecords, FloatArray, IntArray, LookAheadRecord, Stage, stages_of

Doubles = NDArray[np.float64]

N_DRAWS = 48
"""Virtual instances drawn for a pair: dense enough to see where they heap up, few enough to see each."""

Moment = tuple[int, Stage]
"""A cycle, and the last stage of it that counts."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Field:
    """The classifier over the plane, as the last TRAIN before a moment left it.

    Attributes:
        entropy: (S, S) predictive entropy in bits, rows by y and columns by x.
        winner: (S, S) the most probable class.
        highest: log2(C), the entropy of a classifier that knows nothing.
    """

    entropy: Doubles
    winner: IntArray
    highest: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlanePairs:
    """The candidate pairs of a cycle, best first once they are scored, else as they were drawn.

    Attributes:
        ids: (P, 2) ids of x_i and x'_i; lam is the weight of x_i.
        queried: (P,) whether the pair was asked about, as far as the moment knows.
        scores: (P,) of SELECT; empty before LOOK_AHEAD.
        mix_layer: where pairs are mixed, 0 = the points themselves.
        unit: unit of profile and values; empty before LOOK_AHEAD.
        nodes: (G,) lam at which the classifier was evaluated.
        grid: (R,) lam from 0 to 1; empty before LOOK_AHEAD.
        profile: (P, R) A_i(lam).
        terms: (P, 3) A_i(1), A_i(0) and V_i(tau*).
        tau: (P, T + 2) a grid, then tau* and the best tau of the pair.
        value: (P, T + 2) V_i at each.
        log_beta: (P, T + 2) log B(tau, tau).
        lam: (P, K) draws of lam ~ Beta(tau*, tau*).
    """

    ids: IntArray
    queried: NDArray[np.bool_]
    scores: Doubles
    mix_layer: int
    unit: str
    nodes: Doubles
    grid: Doubles
    profile: Doubles
    terms: Doubles
    tau: Doubles
    value: Doubles
    log_beta: Doubles
    lam: Doubles


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlaneScene:
    """All of a run at one moment.

    Attributes:
        moment: cycle and stage; None before the first stage.
        field: None before the first TRAIN.
        labelled_ids: (L,) in the order they were labelled.
        labels: (L,) class given to each.
        labelled_at: (L,) cycle of each.
        asked_ids: queried ids of this moment's cycle that have no label in the records yet.
        candidate_ids: (M,) candidates of the cycle, until they are answered.
        scores: (M,) of each by itself; empty before SCORE.
        pairs: None for single images, before SUBSAMPLE, and in the start; after QUERY the queried ones only.
    """

    moment: Moment | None
    field: Field | None
    labelled_ids: IntArray
    labels: IntArray
    labelled_at: IntArray
    asked_ids: IntArray
    candidate_ids: IntArray
    scores: Doubles
    pairs: PlanePairs | None


def moments(history: Sequence[CycleRecords]) -> list[Moment]:
    """Every committed stage of a run, in order."""
    return [
        (records.cycle, stage)
        for records in history
        for stage in stages_of(records.cycle)
        if records.get(stage) is not None
    ]


def until(history: Sequence[CycleRecords], moment: Moment) -> tuple[CycleRecords, ...]:
    """The history as it stood right after a moment."""
    cycle, stage = moment
    order = stages_of(cycle)
    later = {name.value: None for name in order[order.index(stage) + 1 :]}
    before = [records for records in history if records.cycle < cycle]
    now = next(records for records in history if records.cycle == cycle)
    return (*before, replace(now, **later))  # type: ignore[arg-type]


def plane_scene(history: Sequence[CycleRecords], moment: Moment | None, *, tau_limit: float) -> PlaneScene:
    """What can be drawn of a run at a moment.

    Args:
        history: records of a run on points.
        moment: one of `moments(history)`; None before the first.
        tau_limit: upper end of the tables of tau.
    """
    past = until(history, moment) if moment is not None else ()
    known = [records.query for records in past if records.query is not None]
    none = np.empty(0, dtype=np.int64)
    now = past[-1] if past else None
    labelled = np.concatenate([none, *(query.ids for query in known)])
    asked = now.select.query_ids if now is not None and now.select is not None and now.query is None else none
    answered = now is not None and now.query is not None
    subset = None if now is None or answered else now.subsample
    scored = None if now is None or answered else now.score
    return PlaneScene(
        moment=moment,
        field=_field(past),
        labelled_ids=labelled,
        labels=np.concatenate([none, *(query.labels for query in known)]),
        labelled_at=np.concatenate([none, *(np.full(len(query.ids), query.cycle) for query in known)]),
        asked_ids=asked,
        candidate_ids=none if subset is None else subset.subset_ids,
        scores=np.empty(0) if scored is None else scored.scores.astype(np.float64),
        pairs=None if now is None else _pairs(now, tau_limit),
    )


def entropy_bits(logits: NDArray[np.floating]) -> Doubles:
    """Shannon entropy (...) of softmax(logits) (..., C), in bits."""
    shifted = logits.astype(np.float64) - logits.max(axis=-1, keepdims=True)
    log_probs = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    # Where a probability underflows to 0, its logarithm is still finite here.
    entropy: Doubles = -(np.exp(log_probs) * log_probs).sum(axis=-1) / np.log(2)
    return entropy


def virtual_lam(tau: Doubles, n_draws: int = N_DRAWS, seed: int = 0) -> Doubles:
    """Draws of lam ~ Beta(tau, tau) by the inverse of its distribution function, at the same quantiles for every tau.

    So a larger tau moves each draw towards the middle, instead of drawing anew: the velocity of probability mass of
    the supplement's section C, and two tau can be compared by eye.

    Args:
        tau: (T,) concentrations, above 0.
        n_draws: K.
        seed: of the quantiles.

    Returns:
        (T, K) values in [0, 1].
    """
    quantiles = np.random.default_rng(seed).random(n_draws)
    at = np.asarray(tau, dtype=np.float64)[:, None]
    # A beta of a small tau puts mass closer to 1 than a number next to 1 can say; by symmetry it is as well at 0.
    low = betaincinv(at, at, np.minimum(quantiles, 1 - quantiles))
    lam: Doubles = np.where(quantiles < 0.5, low, 1 - low)
    return lam


def _field(past: Sequence[CycleRecords]) -> Field | None:
    planes = [records.train.plane for records in past if records.train is not None]
    if not planes or planes[-1].size == 0:
        return None
    logits: FloatArray = planes[-1]
    return Field(
        entropy=entropy_bits(logits),
        winner=logits.argmax(axis=-1).astype(np.int64),
        highest=float(np.log2(logits.shape[-1])),
    )


def _pairs(now: CycleRecords, tau_limit: float) -> PlanePairs | None:
    candidates, ahead = now.subsample, now.look_ahead
    if candidates is None or len(candidates.pair_ids) == 0:
        return None
    if ahead is None:
        return _pairs_to_come(candidates.pair_ids, candidates.mix_layer)
    terms, queried = pair_terms(now).astype(np.float64), acquired_pairs(now)
    scores = terms.sum(axis=1)
    rows = best_first(scores.astype(np.float32))
    if now.query is not None:
        rows = rows[queried[rows]]
    tables = [tau_table(ahead, row, tau_limit) for row in rows.tolist()]
    return PlanePairs(
        ids=candidates.pair_ids[rows],
        queried=queried[rows],
        scores=scores[rows],
        mix_layer=candidates.mix_layer,
        unit=ahead.unit,
        nodes=ahead.nodes.astype(np.float64),
        grid=ahead.grid.astype(np.float64),
        profile=ahead.profile[rows].astype(np.float64),
        terms=terms[rows],
        tau=np.array([table.tau for table in tables]),
        value=np.array([table.value for table in tables]),
        log_beta=np.array([table.log_beta for table in tables]),
        lam=virtual_lam(_tau_of(ahead, rows)),
    )


def _tau_of(ahead: LookAheadRecord, rows: IntArray) -> Doubles:
    return ahead.tau[rows].astype(np.float64)


def _pairs_to_come(ids: IntArray, mix_layer: int) -> PlanePairs:
    """Pairs that nothing is known of yet."""
    nothing, rows = np.empty(0), np.empty((len(ids), 0))
    return PlanePairs(
        ids=ids,
        queried=np.zeros(len(ids), dtype=bool),
        scores=nothing,
        mix_layer=mix_layer,
        unit="",
        nodes=nothing,
        grid=nothing,
        profile=rows,
        terms=np.zeros((len(ids), 3)),
        tau=rows,
        value=rows,
        log_beta=rows,
        lam=rows,
    )
