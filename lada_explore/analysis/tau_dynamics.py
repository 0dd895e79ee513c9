"""Why tau* changes: what mixing adds over the parents, the gradient of each pair, and the policy step by step.

Axes: K cycles that looked ahead, P pairs, E epochs of the policy network.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lada_explore.analysis.worth import best_of, tau_worth, value_at
from lada_explore.beta import beta_weights
from lada_explore.config import PolicyConfig
from lada_explore.records import CycleRecords, IntArray, LookAheadRecord

Float = NDArray[np.float64]

CONSTANTS = np.arange(1, 401) / 100
"""Constant values of tau that are compared: 0.01 to 4."""

PULL_STEP = 1e-3
"""Step in tau of the central difference in `pull`."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TauDynamics:
    """How tau* and the look-ahead value behaved in each cycle of a run.

    Attributes:
        cycles: (K,) cycles that looked ahead.
        n_labelled: (K,) number of labels that the classifier of LOOK_AHEAD was trained on.
        tau: (K,) mean tau* of the pairs.
        spread: (K,) standard deviation of tau* over the pairs.
        bulge: (K,) mean of V_i(1) - V_i(0), the acquisition averaged uniformly along the mixing path minus that of the
            parents. If it is positive, mixing adds entropy, and a large tau is better for the average pair.
        best_constant: (K,) the tau in (0, 4] with the highest mean look-ahead value if all pairs use the same tau.
        low_share: (K,) share of the pairs whose own best tau is below 0.05.
        gain, regret: (K,) means over the pairs; see `TauWorth`.
        accuracy: (K,) test accuracy at the end of the cycle; NaN if it was not measured.
    """

    cycles: IntArray
    n_labelled: IntArray
    tau: Float
    spread: Float
    bulge: Float
    best_constant: Float
    low_share: Float
    gain: Float
    regret: Float
    accuracy: Float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PolicyPath:
    """The training of the policy network in one cycle, by steps of the optimiser.

    Attributes:
        steps: (E + 1,) number of steps: 0, then the number after each epoch.
        mean: (E + 1,) mean tau over the pairs.
        low, high: (E + 1,) smallest and largest tau of any pair.
        spread: (E + 1,) standard deviation of tau over the pairs.
        regret: (E + 1,) mean of V_i(best tau) - V_i(tau) over the pairs.
    """

    steps: IntArray
    mean: Float
    low: Float
    high: Float
    spread: Float
    regret: Float


def tau_dynamics(history: Sequence[CycleRecords]) -> TauDynamics:
    """How tau* behaved in each cycle that looked ahead with pairs; empty for a method without pairs."""
    rows = [(records, records.look_ahead) for records in history if records.look_ahead is not None]
    rows = [(records, ahead) for records, ahead in rows if len(ahead.tau)]
    labelled = np.cumsum([0] + [len(records.query.ids) for records in history if records.query is not None])
    worth = [tau_worth(ahead) for _, ahead in rows]
    measured = [records.evaluate.accuracy if records.evaluate is not None else None for records, _ in rows]
    return TauDynamics(
        cycles=np.array([records.cycle for records, _ in rows], np.int64),
        n_labelled=np.array([labelled[records.cycle] for records, _ in rows], np.int64),
        tau=np.array([ahead.tau.mean() for _, ahead in rows], np.float64),
        spread=np.array([ahead.tau.std() for _, ahead in rows], np.float64),
        bulge=np.array([bulge(ahead).mean() for _, ahead in rows], np.float64),
        best_constant=np.array([best_constant(ahead) for _, ahead in rows], np.float64),
        low_share=np.array([(found.best_tau < 0.05).mean() for found in worth], np.float64),
        gain=np.array([found.gain for found in worth], np.float64),
        regret=np.array([found.regret.mean() for found in worth], np.float64),
        accuracy=np.array([np.nan if share is None else share for share in measured], np.float64),
    )


def bulge(look_ahead: LookAheadRecord) -> Float:
    """V_i(1) - V_i(0) (P,): mean of the profile along the path minus the mean of its two ends, in the record's unit."""
    return _values(look_ahead, 1.0) - _values(look_ahead, 0.0)


def best_constant(look_ahead: LookAheadRecord) -> float:
    """The tau in `CONSTANTS` with the highest mean look-ahead value over the pairs."""
    weights = beta_weights(look_ahead.grid.astype(np.float64), CONSTANTS)
    return float(CONSTANTS[(weights @ look_ahead.profile.mean(axis=0)).argmax()])


def pull(look_ahead: LookAheadRecord, tau: float) -> Float:
    """dV_i/dtau (P,) of every pair at one tau, which must be above `PULL_STEP`.

    The sign says in which direction a pair pulls the policy, the size how strongly.
    """
    return (_values(look_ahead, tau + PULL_STEP) - _values(look_ahead, tau - PULL_STEP)) / (2 * PULL_STEP)


def policy_path(look_ahead: LookAheadRecord, policy: PolicyConfig) -> PolicyPath:
    """The training of the policy network by steps of the optimiser; an epoch has one step for each batch of pairs."""
    tau = look_ahead.tau_by_epoch.astype(np.float64)
    batches = -(-tau.shape[1] // policy.batch_size)
    _, best = best_of(look_ahead)
    return PolicyPath(
        steps=np.arange(len(tau), dtype=np.int64) * batches,
        mean=tau.mean(axis=1),
        low=tau.min(axis=1),
        high=tau.max(axis=1),
        spread=tau.std(axis=1),
        regret=np.array([(best - value_at(look_ahead, row)).mean() for row in look_ahead.tau_by_epoch], np.float64),
    )


def _values(look_ahead: LookAheadRecord, tau: float) -> Float:
    weights = beta_weights(look_ahead.grid.astype(np.float64), np.array([tau]))[0]
    return np.asarray(look_ahead.profile.astype(np.float64) @ weights)
