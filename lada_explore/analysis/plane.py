"""Everything that can be drawn on the plane for a run on points, after any of its stages, from the records alone.

Axes: N pool, S side of the grid, P pairs, R points of the profile's grid, T values of tau, K draws of lam.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lada_explore.analysis.pair_path import tau_table
from lada_explore.analysis.pairs import best_first, counts_values, pair_terms
from lada_explore.analysis.predictions import entropy_bits
from lada_explore.analysis.tau import acquired_pairs
from lada_explore.beta import beta_quantiles
from lada_explore.records import CycleRecords, FloatArray, IntArray, LookAheadRecord, Stage, labels_in, stages_of

Doubles = NDArray[np.float64]

N_DRAWS = 48
"""Virtual instances drawn for a pair: enough to show their density, few enough to see each of them."""

Moment = tuple[int, Stage]
"""A cycle, and a committed stage of it; stands for the state of the run after that stage."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PredictionGrid:
    """Predictions of the classifier on a grid over the plane, after the last TRAIN before a moment.

    Attributes:
        entropy_bits: (S, S) predictive entropy in bits; rows are y and columns x.
        predicted: (S, S) most probable class.
        max_entropy_bits: log2(C), the entropy of a uniform prediction.
    """

    entropy_bits: Doubles
    predicted: IntArray
    max_entropy_bits: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlanePairs:
    """The candidate pairs of a cycle: best first after LOOK_AHEAD, before it in the order they were drawn.

    Attributes:
        ids: (P, 2) ids of x_i and x'_i; lam is the weight of x_i.
        queried: (P,) True for pairs that were queried; all False before SELECT.
        scores: (P,) scores by which SELECT ranks the pairs. This and all fields below are empty before LOOK_AHEAD,
            except `mix_layer`, and `terms`, which are 0.
        mix_layer: layer after which pairs are mixed, 0 = the points themselves.
        unit: unit of profile and values.
        nodes: (G,) values of lam at which the classifier was evaluated.
        grid: (R,) values of lam from 0 to 1.
        profile: (P, R) A_i(lam) on the grid.
        terms: (P, 3) A_i(1), A_i(0) and V_i(tau*).
        tau: (P, T + 2) a grid of tau, then tau* and the best tau of the pair.
        value: (P, T + 2) V_i at each tau.
        log_beta: (P, T + 2) log B(tau, tau).
        lam: (P, K) draws of lam ~ Beta(tau*, tau*).
        counted: whether the scores count V; known from LOOK_AHEAD on.
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
    counted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlaneScene:
    """The state of a run at one moment.

    Attributes:
        moment: cycle and stage; None before the first stage.
        predictions: predictions on the grid; None before the first TRAIN.
        labelled_ids: (L,) ids in the order they were labelled.
        labels: (L,) label of each.
        labelled_at: (L,) cycle in which each was labelled.
        asked_ids: ids of the open query; empty before SELECT and after QUERY.
        candidate_ids: (M,) candidates of the cycle; empty after QUERY.
        scores: (M,) score of each candidate; empty before SCORE and after QUERY.
        pairs: candidate pairs, after QUERY only the queried ones; None for single images, before SUBSAMPLE and in the
            start.
    """

    moment: Moment | None
    predictions: PredictionGrid | None
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


def history_until(history: Sequence[CycleRecords], moment: Moment) -> tuple[CycleRecords, ...]:
    """The history as it was after a moment, without later records."""
    cycle, stage = moment
    order = stages_of(cycle)
    later = {name.value: None for name in order[order.index(stage) + 1 :]}
    before = [records for records in history if records.cycle < cycle]
    now = next(records for records in history if records.cycle == cycle)
    return (*before, replace(now, **later))  # type: ignore[arg-type]


def plane_scene(history: Sequence[CycleRecords], moment: Moment | None, *, tau_limit: float) -> PlaneScene:
    """The state of a run at a moment, to be drawn.

    Args:
        history: records of a run on points.
        moment: one of `moments(history)`; None for the state before the first stage.
        tau_limit: largest tau of the tables.
    """
    past = history_until(history, moment) if moment is not None else ()
    known = [records.query for records in past if records.query is not None]
    none, label_of = np.empty(0, dtype=np.int64), labels_in(past)
    now = past[-1] if past else None
    labelled = np.concatenate([none, *(query.ids for query in known)])
    asked = now.select.query_ids if now is not None and now.select is not None and now.query is None else none
    answered = now is not None and now.query is not None
    subset = None if now is None or answered else now.subsample
    scored = None if now is None or answered else now.score
    return PlaneScene(
        moment=moment,
        predictions=_predictions(past),
        labelled_ids=labelled,
        labels=np.array([label_of[i] for i in labelled.tolist()], dtype=np.int64),
        labelled_at=np.concatenate([none, *(np.full(len(query.ids), query.cycle) for query in known)]),
        asked_ids=asked,
        candidate_ids=none if subset is None else subset.subset_ids,
        scores=np.empty(0) if scored is None else scored.scores.astype(np.float64),
        pairs=None if now is None else _pairs(now, tau_limit),
    )


def virtual_lam(tau: Doubles, n_draws: int = N_DRAWS, seed: int = 0) -> Doubles:
    """Draws of lam ~ Beta(tau, tau) by the inverse distribution function, with the same quantiles for every tau.

    A larger tau then moves each draw towards 1/2 instead of replacing it (the velocity of probability mass in section
    C of the supplement), so that two values of tau can be compared by eye.

    Args:
        tau: (T,) concentrations, above 0.
        n_draws: K.
        seed: seed of the quantiles.

    Returns:
        (T, K) values in [0, 1].
    """
    return beta_quantiles(tau, np.random.default_rng(seed).random(n_draws))


def _predictions(past: Sequence[CycleRecords]) -> PredictionGrid | None:
    planes = [records.train.plane for records in past if records.train is not None]
    if not planes or planes[-1].size == 0:
        return None
    logits: FloatArray = planes[-1]
    return PredictionGrid(
        entropy_bits=entropy_bits(logits),
        predicted=logits.argmax(axis=-1).astype(np.int64),
        max_entropy_bits=float(np.log2(logits.shape[-1])),
    )


def _pairs(now: CycleRecords, tau_limit: float) -> PlanePairs | None:
    candidates, ahead = now.subsample, now.look_ahead
    if candidates is None or len(candidates.pair_ids) == 0:
        return None
    if ahead is None:
        return _pairs_before_look_ahead(candidates.pair_ids, candidates.mix_layer)
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
        counted=counts_values(now),
    )


def _tau_of(ahead: LookAheadRecord, rows: IntArray) -> Doubles:
    return ahead.tau[rows].astype(np.float64)


def _pairs_before_look_ahead(ids: IntArray, mix_layer: int) -> PlanePairs:
    """Pairs of which only ids and mix layer are known yet."""
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
