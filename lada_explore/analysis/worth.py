"""The look-ahead value at tau*, compared with that at the starting tau and at each pair's best tau.

Axes: P pairs, R points of the profile's grid.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from lada_explore.beta import beta_pdf, beta_weights
from lada_explore.config import POLICIES
from lada_explore.records import CycleRecords, FloatArray, LookAheadRecord

DENSITY_ENDS = 0.004
"""The density of Beta(tau, tau) is drawn from this lam to one minus it, because it diverges at 0 and 1 if tau < 1."""

SMALLEST_GAIN = 0.0001
"""Smallest gain whose digits are told."""

BEST_STEPS = 256
"""Values of tau among which the best one is searched again, as many as in LOOK_AHEAD."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TauWorth:
    """Look-ahead values of the pairs of a cycle, all by exact integration of the recorded profiles.

    Attributes:
        tau: (P,) tau*.
        best_tau: (P,) argmax of V_i(tau) over (0, tau_max], or up to a fixed tau beyond that.
        best_value: (P,) V_i(best_tau).
        value: (P,) V_i(tau*).
        start_value: (P,) V_i at the tau before training the policy; V_i(tau*) for a policy that is not learned; NaN if
            the record has no profiles.
        regret: (P,) V_i(best_tau) - V_i(tau*); at least 0 up to rounding.
        unit: unit of values and regret.
        reason: a sentence on why there is nothing to draw; empty if there is.
    """

    tau: FloatArray
    best_tau: FloatArray
    best_value: FloatArray
    value: FloatArray
    start_value: NDArray[np.float64]
    regret: FloatArray
    unit: str
    reason: str

    @property
    def gain(self) -> float:
        """Mean of V_i(tau*) - V_i(starting tau) over the pairs, what learning gained; NaN without profiles."""
        return float((self.value - self.start_value).mean()) if len(self.value) else 0.0


def gained(look_ahead: LookAheadRecord) -> NDArray[np.float64] | None:
    """What learning gained for each pair, V_i(tau*) - V_i(tau before the policy learned).

    Returns:
        (P,) gains in the unit of the record; None where no policy learned, or without profiles.
    """
    if len(look_ahead.policy_loss) == 0 or len(look_ahead.grid) < 2:
        return None
    worth = tau_worth(look_ahead)
    return np.asarray(worth.value - worth.start_value, np.float64)


def gain_text(gain: float) -> str:
    """A gain in three decimals; in four below 0.01, where it may still decide on tau* as surely as a large one."""
    if abs(gain) < SMALLEST_GAIN:
        return f"less than {SMALLEST_GAIN}"
    return f"{gain:.4f}" if abs(gain) < 0.01 else f"{gain:.3f}"


def value_at(look_ahead: LookAheadRecord, tau: FloatArray) -> NDArray[np.float64]:
    """V_i(tau_i) of every pair: the recorded profile integrated against Beta(tau_i, tau_i).

    Args:
        look_ahead: record of a cycle.
        tau: (P,) concentration of each pair.

    Returns:
        (P,) values in the unit of the record; NaN if the record has no profiles.
    """
    if len(look_ahead.grid) < 2:
        return np.full(len(tau), np.nan)
    weights = beta_weights(look_ahead.grid.astype(np.float64), tau.astype(np.float64))
    values: NDArray[np.float64] = (weights * look_ahead.profile).sum(axis=1)
    return values


def tau_worth(look_ahead: LookAheadRecord) -> TauWorth:
    """Look-ahead values of the pairs of a cycle; empty, with a reason, for a method without pairs.

    Results are kept as long as their record, because two charts use them and 1,000 pairs take 45 ms.
    """
    known = _WORTH.get(look_ahead)
    if known is None:
        known = _WORTH[look_ahead] = _tau_worth(look_ahead)
    return known


_WORTH: WeakKeyDictionary[LookAheadRecord, TauWorth] = WeakKeyDictionary()
"""What was computed of the records that are still held; records never change."""


def _tau_worth(look_ahead: LookAheadRecord) -> TauWorth:
    pairs = len(look_ahead.tau)
    best_tau, best_value = best_of(look_ahead)
    return TauWorth(
        tau=look_ahead.tau,
        best_tau=best_tau,
        best_value=best_value,
        # The exact value even if the run's estimator sampled, so that all values come from the same estimator.
        value=look_ahead.mean_virtual,
        start_value=value_at(look_ahead, look_ahead.tau_by_epoch[0]) if pairs else np.empty(0),
        regret=best_value - look_ahead.mean_virtual,
        unit=look_ahead.unit,
        reason="" if pairs else "This method scores single images, so there is no τ to judge.",
    )


def best_of(look_ahead: LookAheadRecord) -> tuple[FloatArray, FloatArray]:
    """Each pair's best tau (P,) and its value (P,), of a range that contains the tau that was used.

    Both are as recorded where tau is learned. Older records of a fixed tau compare (0, tau_max] only: the search then
    goes on over their profiles, up to the fixed tau. What was found is kept as long as the record.
    """
    if len(look_ahead.tau) == 0 or not POLICIES[look_ahead.policy].same_for_all:
        return look_ahead.best_tau, look_ahead.best_value
    known = _BEST.get(look_ahead)
    if known is None:
        known = _BEST[look_ahead] = _best_with_fixed(look_ahead)
    return known


_BEST: WeakKeyDictionary[LookAheadRecord, tuple[FloatArray, FloatArray]] = WeakKeyDictionary()
"""Best tau of the records of a fixed tau that are still held."""


def _best_with_fixed(look_ahead: LookAheadRecord) -> tuple[FloatArray, FloatArray]:
    best_tau, best_value = look_ahead.best_tau, look_ahead.best_value
    used = look_ahead.tau.max()
    if used > best_tau.max() and len(look_ahead.grid) >= 2:
        tau = np.arange(1, BEST_STEPS + 1) / BEST_STEPS * float(used)
        values = look_ahead.profile @ beta_weights(look_ahead.grid.astype(np.float64), tau).T
        better = values.max(axis=1) > best_value
        best_tau = np.where(better, tau[values.argmax(axis=1)], best_tau).astype(np.float32)
        best_value = np.where(better, values.max(axis=1), best_value).astype(np.float32)
    better = look_ahead.mean_virtual > best_value
    return np.where(better, look_ahead.tau, best_tau), np.where(better, look_ahead.mean_virtual, best_value)


def beta_density(tau: float, points: int = 201) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The density of Beta(tau, tau) on a grid without its ends.

    Args:
        tau: concentration, above 0.
        points: number of grid points.

    Returns:
        lam and density, (points,) each.
    """
    lam = np.linspace(DENSITY_ENDS, 1 - DENSITY_ENDS, points)
    return lam, beta_pdf(lam, tau)


def pair_row(records: CycleRecords, pair: Sequence[int] | None) -> int | None:
    """Row of a pair among the candidate pairs of a cycle.

    Args:
        records: records of the cycle.
        pair: ids of the pair in either order; None, or a pair that is not a candidate, takes the best pair.

    Returns:
        Row of `pair_ids`; None for a cycle without pairs, or before LOOK_AHEAD.
    """
    if records.subsample is None or records.look_ahead is None or len(records.look_ahead.tau) == 0:
        return None
    pair_ids = records.subsample.pair_ids
    if pair is not None:
        found = np.flatnonzero((np.sort(pair_ids, axis=1) == np.sort(np.asarray(pair))).all(axis=1))
        if len(found):
            return int(found[0])
    if records.select is not None and len(records.select.scores) == len(pair_ids):
        return int(records.select.scores.argmax())
    ends = records.look_ahead.profile[:, 0] + records.look_ahead.profile[:, -1]
    return int((ends + records.look_ahead.value).argmax())
