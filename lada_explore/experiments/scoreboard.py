"""The scoreboard of a duel. Reads records only; needs no torch."""

from __future__ import annotations

from dataclasses import dataclass

from lada_explore.records import CycleRecords


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One line of the scoreboard.

    Attributes:
        cycle: the cycle; the first line is the state that both began with.
        labels: labelled images of the person's run and of the method's.
        accuracy: test accuracy of both, in [0, 1]; None where a cycle is not evaluated yet, or there is no test set.
        picked: what each asked about in this cycle; none in the first line.
        shared: number of images that both asked about in this cycle.
    """

    cycle: int
    labels: tuple[int | None, int | None]
    accuracy: tuple[float | None, float | None]
    picked: tuple[tuple[int, ...], tuple[int, ...]]
    shared: int


def round_of(cycle: int, yours: CycleRecords | None, theirs: CycleRecords | None, *, first: bool) -> Round:
    """The line of a cycle.

    Args:
        cycle: its number.
        yours: what the person's run has recorded of it; None before it began with it.
        theirs: the same of the method's run.
        first: whether it is the state that both began with, whose query belongs to neither.
    """
    sides = (yours, theirs)
    evaluated = [None if side is None else side.evaluate for side in sides]
    picked = [
        tuple(side.query.ids.tolist()) if side is not None and side.query is not None and not first else ()
        for side in sides
    ]
    return Round(
        cycle=cycle,
        labels=tuple(None if one is None else one.n_labelled for one in evaluated),  # type: ignore[arg-type]
        accuracy=tuple(None if one is None else one.accuracy for one in evaluated),  # type: ignore[arg-type]
        picked=tuple(picked),  # type: ignore[arg-type]
        shared=len(set(picked[0]) & set(picked[1])),
    )
