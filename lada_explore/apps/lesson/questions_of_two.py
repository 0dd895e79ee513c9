"""Questions about two runs, to be answered before looking: every number is read from their records."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from lada_explore.analysis import accuracy_by_labels, counts_values
from lada_explore.analysis.accuracy import AccuracyByLabels
from lada_explore.apps.lesson.question import CLEAR, LessonQuestion
from lada_explore.config import POLICIES
from lada_explore.records import DRAW_UNIT, CycleRecords, LookAheadRecord

Shown = tuple[Sequence[CycleRecords], Collection[int]]
"""Records of a run, and its cycles in the page."""

CLOSE = 2.0
"""Accuracies that are closer, in points, count as alike."""


def questions_of_two(first: Shown, second: Shown) -> list[LessonQuestion]:
    """The questions that the records of runs A and B answer together, in cycles that the page shows of both."""
    asked = (_whose_tau(first, second), _whose_accuracy(first, second))
    return [question for question in asked if question is not None]


def _whose_tau(first: Shown, second: Shown) -> LessonQuestion | None:
    """Whose mean tau* is higher in the last cycle in which both learned it."""
    learned = _learned(*first), _learned(*second)
    both = sorted(learned[0].keys() & learned[1].keys())
    if not both:
        return None
    cycle = both[-1]
    mine, theirs = (float(by_cycle[cycle].tau.mean()) for by_cycle in learned)
    return _which(
        f"Both policies learned τ* in cycle {cycle}. In which run is its mean over the pairs higher?",
        f"The same, within {CLEAR:g}.",
        0 if abs(mine - theirs) <= CLEAR else mine - theirs,
        f"It is {mine:.2f} in A and {theirs:.2f} in B. From cycle to cycle: A {_means(learned[0])}; "
        f"B {_means(learned[1])}.",
        cycle,
        "tau",
    )


def _whose_accuracy(first: Shown, second: Shown) -> LessonQuestion | None:
    """Whose classifier is right more often after the last cycle in which both were tested."""
    tested = accuracy_by_labels(first[0]), accuracy_by_labels(second[0])
    cycles = [
        set(measured.cycles.tolist()) & set(shown) for measured, (_, shown) in zip(tested, (first, second), strict=True)
    ]
    both = sorted(cycles[0] & cycles[1])
    if not both:
        return None
    cycle = both[-1]
    mine, theirs = (_percent(measured, cycle) for measured in tested)
    return _which(
        f"Which classifier is right more often about its test images after cycle {cycle}?",
        f"Neither: they are within {CLOSE:g} points.",
        0 if abs(mine - theirs) <= CLOSE else mine - theirs,
        f"A: {_measured(tested[0], cycle)}. B: {_measured(tested[1], cycle)}.",
        cycle,
        "accuracy",
    )


def _which(text: str, same: str, difference: float, told: str, cycle: int, view: str) -> LessonQuestion:
    """A question whose answer is A, B or that both are alike.

    Args:
        text: the question.
        same: the answer that they are alike.
        difference: A less B; 0 where they are alike.
        told: the numbers.
        cycle: the cycle that shows it.
        view: the part of the page that shows it.
    """
    choices = ("A.", "B.", same)
    answer = choices[2 if difference == 0 else 0 if difference > 0 else 1]
    hints = {choice: told for choice in choices if choice != answer}
    return LessonQuestion(text=text, choices=choices, answer=answer, why=told, hints=hints, cycle=cycle, view=view)


def _learned(history: Sequence[CycleRecords], cycles: Collection[int]) -> dict[int, LookAheadRecord]:
    """By cycle what the policy learned, of the cycles in the page."""
    return {
        records.cycle: ahead
        for records in history
        if records.cycle in cycles
        and (ahead := records.look_ahead) is not None
        and len(ahead.tau) > 0
        and ahead.unit != DRAW_UNIT
        and counts_values(records)
        and not POLICIES[ahead.policy].same_for_all
    }


def _means(learned: dict[int, LookAheadRecord]) -> str:
    return ", ".join(f"{float(ahead.tau.mean()):.2f}" for ahead in learned.values())


def _percent(measured: AccuracyByLabels, cycle: int) -> float:
    return 100 * float(measured.accuracy[measured.cycles == cycle][0])


def _measured(measured: AccuracyByLabels, cycle: int) -> str:
    """The accuracy after a cycle, with its labels and its interval."""
    ((labels, low, high),) = zip(
        *(part[measured.cycles == cycle] for part in (measured.n_labelled, measured.lower, measured.upper)), strict=True
    )
    return (
        f"{_percent(measured, cycle):.1f} % after {labels:,} labels ({100 * low:.1f} to {100 * high:.1f} % with "
        f"{measured.n_test:,} test images)"
    )
