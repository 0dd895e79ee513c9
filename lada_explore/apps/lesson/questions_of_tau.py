"""Questions about tau*: of one pair, from cycle to cycle, and between the pairs of a cycle."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lada_explore.analysis import tau_by_cycle, tau_worth
from lada_explore.apps.lesson.question import CLEAR, LessonQuestion
from lada_explore.beta import beta_weights
from lada_explore.config import POLICIES
from lada_explore.records import CycleRecords, LookAheadRecord

JUMP = 0.3
"""A mean tau* that moves by less from one cycle to the next does not jump."""

MAX_STEPS = 4
"""Most steps from cycle to cycle to choose from."""


def which_tau(records: CycleRecords) -> LessonQuestion | None:
    """Which of two tau is better for a pair: for the pair of the cycle where they differ the most."""
    ahead, candidates = records.look_ahead, records.subsample
    if ahead is None or candidates is None or len(ahead.grid) < 2:
        return None
    values = _values(ahead)
    gain = values[1] - values[0]
    row = int(np.abs(gain).argmax())
    if abs(gain[row]) < CLEAR:
        return None
    first, second = candidates.pair_ids[row].tolist()
    middle = float(np.interp(0.5, ahead.grid, ahead.profile[row]))
    ends = f"A(1) = {ahead.profile[row, -1]:.2f}, A(0) = {ahead.profile[row, 0]:.2f}"
    said = {True: "τ = 1: every λ is equally likely", False: "τ = 0.05: λ is nearly always close to 0 or to 1"}
    right, wrong = said[bool(gain[row] > 0)], said[bool(gain[row] <= 0)]
    told = f"V(0.05) = {values[0, row]:.2f} and V(1) = {values[1, row]:.2f} {ahead.unit}"
    return LessonQuestion(
        text=f"Along the path of images {first} and {second} in cycle {records.cycle} the acquisition is {ends} at the "
        f"ends and A(1/2) = {middle:.2f} {ahead.unit} half way. λ is drawn from Beta(τ, τ). Which τ has the "
        "higher look-ahead value V?",
        choices=(said[False], said[True]),
        answer=right,
        why=f"{told}. V is the mean of A(λ), so the better τ is the one that draws λ where A is high. The best "
        f"τ of this pair is {tau_worth(ahead).best_tau[row]:.2f}; the policy gave it {ahead.tau[row]:.2f}.",
        hints={wrong: f"{told}. Ask where along the path A(λ) is high, and which τ draws λ from there."},
        figures=((f"λ = 0: image {second}", (second,)), (f"λ = 1: image {first}", (first,))),
        cycle=records.cycle,
        pair=(first, second),
        view="map",
    )


def does_tau_rise(paired: Sequence[CycleRecords]) -> LessonQuestion | None:
    """How the mean of tau* moves from the first cycle to the last; None where all pairs have one tau."""
    by_cycle = tau_by_cycle(paired)
    ahead = paired[-1].look_ahead
    if len(by_cycle.cycles) < 2 or (ahead is not None and POLICIES[ahead.policy].same_for_all):
        return None
    first, last = int(by_cycle.cycles[0]), int(by_cycle.cycles[-1])
    start, end = float(by_cycle.mean[0]), float(by_cycle.mean[-1])
    choices = ("It rises.", "It falls.", f"It stays within {CLEAR:g}.")
    answer = choices[2 if abs(end - start) <= CLEAR else 0 if end > start else 1]
    told = f"It is {start:.2f} in cycle {first} and {end:.2f} in cycle {last}"
    tau = ", ".join(f"{mean:.2f}" for mean in by_cycle.mean.tolist())
    return LessonQuestion(
        text=f"How does the mean of τ* over the pairs move from cycle {first} to cycle {last}?",
        choices=choices,
        answer=answer,
        why=f"{told}. Cycle by cycle: {tau}.",
        hints={choice: f"{told}. Look at the cycles in between, too." for choice in choices if choice != answer},
        cycle=last,
        view="tau",
    )


def where_does_tau_jump(paired: Sequence[CycleRecords]) -> LessonQuestion | None:
    """Between which cycles the mean of tau* moves by far the most; None where it does not move by `JUMP`."""
    by_cycle = tau_by_cycle(paired)
    steps = np.abs(np.diff(by_cycle.mean))
    ranked = np.argsort(-steps, kind="stable")
    if len(steps) < 2 or steps[ranked[0]] < JUMP or steps[ranked[0]] - steps[ranked[1]] < CLEAR:
        return None
    cycles, mean = by_cycle.cycles.tolist(), by_cycle.mean.tolist()
    said = {
        step: f"Between cycles {cycles[step]} and {cycles[step + 1]}." for step in sorted(ranked[:MAX_STEPS].tolist())
    }
    told = {step: f"from {mean[step]:.2f} to {mean[step + 1]:.2f}" for step in said}
    jump = int(ranked[0])
    before, after = (_worth_of_spreading(paired, cycle) for cycle in (cycles[jump], cycles[jump + 1]))
    unit = by_cycle.unit
    turned = "the slope of V has turned over, and τ follows its sign" if before * after < 0 else "τ follows the slope"
    return LessonQuestion(
        text="Between which two of these cycles does the mean of τ* over the pairs move the most?",
        choices=tuple(said.values()),
        answer=said[jump],
        why=f"It goes {told[jump]} there. V(1) less V(0.05), the mean over the pairs, is {before:+.3f} {unit} in cycle "
        f"{cycles[jump]} and {after:+.3f} {unit} in cycle {cycles[jump + 1]}: {turned}.",
        hints={
            said[step]: f"It goes {told[step]} there. Look at τ* of each cycle, further down."
            for step in said
            if step != jump
        },
        cycle=cycles[jump + 1],
        view="tau",
    )


def _values(ahead: LookAheadRecord) -> NDArray[np.float64]:
    """(2, P) V of each pair at tau = 0.05 and at tau = 1."""
    weights = beta_weights(ahead.grid.astype(np.float64), np.array([0.05, 1.0]))
    values: NDArray[np.float64] = weights @ ahead.profile.T.astype(np.float64)
    return values


def _worth_of_spreading(paired: Sequence[CycleRecords], cycle: int) -> float:
    """V(1) less V(0.05), the mean over the pairs of a cycle."""
    (ahead,) = (entry.look_ahead for entry in paired if entry.cycle == cycle and entry.look_ahead is not None)
    return float(np.diff(_values(ahead), axis=0).mean())


def are_pairs_told_apart(records: CycleRecords) -> LessonQuestion | None:
    """How far tau* of the pairs of a cycle differ; None where no policy learned."""
    ahead = records.look_ahead
    if ahead is None or not POLICIES[ahead.policy].trains or len(ahead.tau) < 10:
        return None
    low, high = (float(edge) for edge in np.quantile(ahead.tau, (0.05, 0.95)))
    best_low, best_high = (float(edge) for edge in np.quantile(ahead.best_tau, (0.05, 0.95)))
    choices = ("Hardly at all: within 0.02.", "Somewhat: by 0.02 to 0.2.", "A lot: by more than 0.2.")
    answer = choices[0 if high - low <= CLEAR else 1 if high - low <= 0.2 else 2]
    told = f"Nine pairs in ten have a τ* from {low:.3f} to {high:.3f}"
    return LessonQuestion(
        text=f"In cycle {records.cycle} the policy network gave each of {len(ahead.tau):,} pairs a τ* of its own. "
        "How far do they differ, leaving out the outermost tenth?",
        choices=choices,
        answer=answer,
        why=f"{told}, while the pairs' own best τ reaches from {best_low:.2f} to {best_high:.2f}.",
        hints={choice: f"{told}." for choice in choices if choice != answer},
        cycle=records.cycle,
        view="tau",
    )
