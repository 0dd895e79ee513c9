"""How tau* changes over the cycles of a run, and over the epochs of the policy network within one cycle.

Axes: K cycles that looked ahead, P pairs, E epochs of the policy network, Q queried pairs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lada_explore.analysis.pairs import SINGLE_IMAGES, singles_reason
from lada_explore.analysis.worth import gain_text, gained, tau_worth
from lada_explore.config import POLICIES
from lada_explore.records import CycleRecords, FloatArray, IntArray, LookAheadRecord, Policy

COLLAPSED_SD = 0.01
"""If tau* has a smaller standard deviation over the pairs, the policy counts as constant (seen on Fashion-MNIST)."""

NEAR_SHARE = 0.02
"""A change of tau below this share of tau_max counts as none, and a tau within this share of an end of (0, tau_max) as
being at that end."""

WORTH_SHARE = 0.001
"""A mean regret below this share of the mean V is ignored, because the error of the profile is larger."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TauByCycle:
    """The distribution of tau* over the pairs of each cycle.

    Attributes:
        cycles: (K,) cycles that looked ahead.
        mean, lower, upper: (K,) mean and quartiles of tau* over the pairs.
        acquired_tau: for each cycle, tau* (Q,) of the queried pairs; empty before SELECT.
        acquired_ids: for each cycle, ids (Q, 2) of the queried pairs, in the same order.
        gain: (K,) what learning gained, mean over the pairs; NaN where nothing learned.
        unit: unit of the gain.
        reason: a sentence on why there is nothing to draw; empty if there is.
    """

    cycles: IntArray
    mean: FloatArray
    lower: FloatArray
    upper: FloatArray
    acquired_tau: tuple[FloatArray, ...]
    acquired_ids: tuple[IntArray, ...]
    gain: FloatArray
    unit: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TauTraces:
    """tau of every pair during the training of the policy network.

    Attributes:
        epochs: (E + 1,) 0 before training, then 1 to E.
        tau: (E + 1, P) tau of every pair.
        loss_epochs: (E,) 1 to E.
        loss: (E,) policy loss of each epoch, in `unit`.
        unit: unit of the loss.
        kept_epoch: epoch in which each pair met its tau*, before its own step; 0 if tau* is that of the last epoch.
        reason: a sentence on why there is nothing to draw; empty if there is.
    """

    epochs: IntArray
    tau: FloatArray
    loss_epochs: IntArray
    loss: FloatArray
    unit: str
    reason: str
    kept_epoch: int = 0


def tau_by_cycle(history: Sequence[CycleRecords]) -> TauByCycle:
    """Mean and quartiles of tau* over the pairs, and tau* of the queried pairs, for each cycle that looked ahead.

    Empty, with a reason, if no cycle has looked ahead with pairs.
    """
    rows = [(records, records.look_ahead) for records in history if records.look_ahead is not None]
    with_pairs = [(records, look_ahead) for records, look_ahead in rows if len(look_ahead.tau)]
    reason = ""
    if not with_pairs:
        reason = (
            singles_reason(history, "there is no τ to show")
            if rows or any(records.select is not None and records.select.rule in SINGLE_IMAGES for records in history)
            else "No cycle has looked ahead yet; τ* appears here after the first one."
        )
    tau = [look_ahead.tau for _, look_ahead in with_pairs]
    quartiles = np.array([np.quantile(t, (0.25, 0.75)) for t in tau], np.float32).reshape(-1, 2)
    queries = [records.asked for records, _ in with_pairs]
    gains = [gained(look_ahead) for _, look_ahead in with_pairs]
    return TauByCycle(
        cycles=np.array([records.cycle for records, _ in with_pairs], np.int64),
        mean=np.array([t.mean() for t in tau], np.float32),
        lower=quartiles[:, 0],
        upper=quartiles[:, 1],
        acquired_tau=tuple(np.empty(0, np.float32) if q is None else q.pair_tau for q in queries),
        acquired_ids=tuple(np.empty((0, 2), np.int64) if q is None else q.pair_ids for q in queries),
        gain=np.array([np.nan if gain is None else gain.mean() for gain in gains], np.float32),
        unit=with_pairs[0][1].unit if with_pairs else "",
        reason=reason,
    )


def tau_traces(look_ahead: LookAheadRecord) -> TauTraces:
    """The course of tau and of the policy loss over the epochs; empty, with a reason, unless tau was learned."""
    epochs = len(look_ahead.policy_loss)
    reason = _no_traces(look_ahead, epochs)
    tau = look_ahead.tau_by_epoch if not reason else np.empty((0, len(look_ahead.tau)), np.float32)
    return TauTraces(
        epochs=np.arange(len(tau), dtype=np.int64),
        tau=tau,
        loss_epochs=np.arange(1, len(tau), dtype=np.int64),
        loss=look_ahead.policy_loss if not reason else np.empty(0, np.float32),
        unit=look_ahead.unit,
        reason=reason,
        kept_epoch=0 if reason else _kept_epoch(look_ahead),
    )


def _kept_epoch(look_ahead: LookAheadRecord) -> int:
    if np.array_equal(look_ahead.tau, look_ahead.tau_by_epoch[-1]):
        return 0
    return 1 + int(look_ahead.policy_loss.argmin())


def _no_traces(look_ahead: LookAheadRecord, epochs: int) -> str:
    if len(look_ahead.tau) == 0:
        return "This method scores single images, so there is no τ to follow."
    policy = POLICIES[look_ahead.policy]
    if policy.same_for_all:
        return f"τ is fixed at {look_ahead.tau[0]:g} for every pair, so there is no learning to follow."
    if not policy.trains:
        return "Each pair's best τ was read off its own profile, so there is no learning to follow."
    if epochs == 0:
        return "The policy network was given no epochs (`policy.epochs` is 0), so there is no learning to follow."
    return ""


def acquired_pairs(records: CycleRecords) -> NDArray[np.bool_]:
    """(P,) True for candidate pairs that were queried; all False before SELECT."""
    if records.subsample is None:
        return np.zeros(0, np.bool_)
    queried = {tuple(pair) for pair in records.asked.pair_ids.tolist()} if records.asked is not None else set()
    return np.array([tuple(pair) in queried for pair in records.subsample.pair_ids.tolist()], np.bool_)


def tau_warnings(look_ahead: LookAheadRecord, tau_max: float) -> tuple[str, ...]:
    """Sentences on problems of the policy in one cycle; empty if there are none.

    Args:
        look_ahead: record of the cycle.
        tau_max: upper end of the range of tau, `policy.tau_max`.
    """
    if len(look_ahead.tau) == 0 or POLICIES[look_ahead.policy].same_for_all:
        return ()
    stuck = _stuck(look_ahead, tau_max)
    found = (stuck or _collapsed(look_ahead), _at_an_edge(look_ahead, tau_max), "" if stuck else _regrets(look_ahead))
    return tuple(sentence for sentence in found if sentence)


def _stuck(look_ahead: LookAheadRecord, tau_max: float) -> str:
    if not POLICIES[look_ahead.policy].trains or len(look_ahead.policy_loss) == 0:
        return ""
    before, after = look_ahead.tau_by_epoch[0], look_ahead.tau_by_epoch[-1]
    moved = float(np.abs(after - before).max())
    if moved >= NEAR_SHARE * tau_max:
        return ""
    return (
        f"The policy never left its starting value. Over {len(look_ahead.policy_loss)} epochs no τ moved by more "
        f"than {moved:.3f} from {before.mean():.2f}. More epochs or a higher `policy.learning_rate` would let it learn."
    )


def _collapsed(look_ahead: LookAheadRecord) -> str:
    spread = float(look_ahead.tau.std())
    if len(look_ahead.tau) < 2 or spread >= COLLAPSED_SD:
        return ""
    return (
        f"All {len(look_ahead.tau):,} pairs got nearly one τ, {look_ahead.tau.mean():.2f} "
        f"({_spread(spread)}). The policy acts as a constant and does not tell pairs apart."
    )


def _spread(spread: float) -> str:
    """A standard deviation over the pairs, which is told to three decimals."""
    return "spread below 0.001" if spread < 0.001 else f"spread {spread:.3f}"


def _at_an_edge(look_ahead: LookAheadRecord, tau_max: float) -> str:
    at_top = float((look_ahead.tau > (1 - NEAR_SHARE) * tau_max).mean())
    at_bottom = float((look_ahead.tau < NEAR_SHARE * tau_max).mean())
    if at_top >= 0.5:
        return (
            f"τ* of {100 * at_top:.0f} % of the pairs is at the upper end of its range, {tau_max:g}. "
            "A larger `policy.tau_max` would show where it wants to go."
        )
    if at_bottom >= 0.5:
        return (
            f"τ* of {100 * at_bottom:.0f} % of the pairs is at the lower end of its range, 0. "
            "These virtual instances are hardly mixed at all."
        )
    return ""


def _regrets(look_ahead: LookAheadRecord) -> str:
    if not POLICIES[look_ahead.policy].trains or len(look_ahead.policy_loss) == 0:
        return ""
    worth = tau_worth(look_ahead)
    regret = float(worth.regret.mean())
    if not regret > worth.gain:  # Also if the gain is NaN.
        return ""
    if regret < WORTH_SHARE * abs(float(worth.value.mean())):
        return ""
    bought = f"gained {gain_text(worth.gain)}" if worth.gain >= 0 else f"lost {gain_text(-worth.gain)}"
    return (
        f"The regret is larger than the gain. Learning {bought} {worth.unit} a pair over the starting τ, and each "
        f"pair's own best τ would give {regret:.3f} more. The policy `{Policy.EXACT.value}` takes that best τ "
        "without a network."
    )
