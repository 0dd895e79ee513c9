"""One cycle of four pairs whose terms, values and winners are worked out by hand."""

from __future__ import annotations

from typing import Any

import numpy as np

from lada_explore.beta import largest_of_instances
from lada_explore.records import CycleRecords, LookAheadRecord, ScoreRecord, SelectRecord, SubsampleRecord

PAIRS = np.array([[10, 11], [20, 21], [30, 31], [40, 41]])
GRID = np.array([0, 0.5, 1], np.float32)
PROFILE = np.array([[1.0, 2.0, 1.55], [2.0, 0.2, 1.5], [0.5, 3.0, 0.6], [1.6, 1.0, 1.7]], np.float32)
"""(P, R) A_i(lam): its first column is A_i(0), x'_i itself, its last A_i(1), x_i itself."""

VALUE = np.array([1.6375, 0.975, 1.775, 1.325], np.float32)
"""V_i(1), the trapezoid rule: (A(0) + 2 A(1/2) + A(1)) / 4. The scores are 4.1875, 4.475, 2.875 and 4.625."""

OWN = np.column_stack([PROFILE[:, 2], PROFILE[:, 0]])
"""(P, 2) A_i(1) and A_i(0): the score of each image of a pair by itself."""

QUERY = [40, 41, 20, 21]
"""The two best pairs."""


def images(ids: Any) -> np.ndarray:
    """(M, 1, 2, 2): every pixel is the id."""
    return np.tile(np.asarray(ids, np.uint8)[:, None, None, None], (1, 1, 2, 2))


def pair_cycle(*, kept: bool = True, cycle: int = 1, **ahead: Any) -> CycleRecords:
    """The cycle, tau* = 1 for every pair.

    Args:
        kept: whether the record kept the pixels of all candidates, or of the queried ones only.
        cycle: its number.
        ahead: other fields of its LookAheadRecord; with `use` "recorded" the scores leave the values out.
    """
    made = (
        _subsample(cycle, kept=kept),
        _score(cycle),
        LookAheadRecord(**(_look_ahead(cycle) | ahead)),
        _select(cycle, counted=ahead.get("use") != "recorded"),
    )
    records = CycleRecords(cycle=cycle)
    for record in made:
        records = records.including(record, 0.0)
    return records


def _subsample(cycle: int, *, kept: bool) -> SubsampleRecord:
    ids = PAIRS.ravel()
    return SubsampleRecord(
        cycle=cycle,
        subset_ids=ids,
        pair_ids=PAIRS,
        mix_layer=1,
        targets=ids % 2,
        images=images(ids if kept else ids[:0]),
    )


def _score(cycle: int) -> ScoreRecord:
    logits = np.zeros((8, 2), np.float32)
    logits[::2, 1] = 2
    return ScoreRecord(
        cycle=cycle,
        unit="bits",
        scores=OWN.ravel(),
        predicted=logits.argmax(axis=1),
        confidence=np.ones(8, np.float32),
        logits=logits,
        outputs=logits,
        features=np.zeros((8, 3), np.float16),
        labelled_features=np.zeros((0, 3), np.float16),
        labelled_logits=np.zeros((0, 2), np.float32),
    )


def _look_ahead(cycle: int) -> dict[str, Any]:
    # Two classes: at lam = 0 both are as probable, at lam = 1 the odds of class 1 are e^2 to 1.
    outputs = np.zeros((4, 3, 2), np.float32)
    outputs[:, :, 1] = 2 * GRID
    ones = np.ones(4, np.float32)
    return {
        "cycle": cycle,
        "policy": "learned",
        "estimator": "quadrature",
        "unit": "bits",
        "nodes": GRID,
        "outputs": outputs,
        "grid": GRID,
        "profile": PROFILE,
        "tau": ones,
        "value": VALUE,
        "tau_by_epoch": ones[None],
        "policy_loss": np.empty(0, np.float32),
        "best_tau": np.array([1.0, 0.01, 1.0, 0.01], np.float32),
        "best_value": np.array([1.6375, 1.74, 1.775, 1.64], np.float32),
        "mean_virtual": VALUE,
        "max_virtual": PROFILE.max(axis=1),
        "max_instance": largest_of_instances(PROFILE, GRID, ones),
    }


def _select(cycle: int, *, counted: bool) -> SelectRecord:
    best = np.array([3, 1] if counted else [1, 3])
    terms = np.column_stack([OWN, VALUE if counted else np.zeros_like(VALUE)])
    return SelectRecord(
        cycle=cycle,
        rule="pairs",
        query_ids=PAIRS[best].ravel(),
        pair_ids=PAIRS[best],
        pair_tau=np.ones(2, np.float32),
        score_terms=terms,
        scores=terms.sum(axis=1),
        query_images=images(PAIRS[best].ravel()),
        virtual_lam=GRID[1:-1],
        virtual_features=np.zeros((2, 1, 3), np.float16),
        virtual_logits=np.zeros((2, 1, 2), np.float32),
    )
