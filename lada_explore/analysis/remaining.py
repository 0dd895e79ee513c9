"""Estimates of the time that a stage and a run still take, from the durations of finished stages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from lada_explore.records import CycleRecords, Stage, stages_of


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeLeft:
    """Remaining time in seconds; None if a stage of that kind has not run yet.

    Attributes:
        stage_s: remaining time of the current stage.
        run_s: remaining time of the whole run including the current stage; if a person answers queries, only until the
            next query.
        until_asked: True if a person is asked before the run ends; `run_s` is then the time until that query.
    """

    stage_s: float | None
    run_s: float | None
    until_asked: bool = False


def time_left(
    history: Sequence[CycleRecords],
    *,
    cycle: int,
    stage: Stage | None,
    last_cycle: int,
    budget: int,
    share: float = 0.0,
    elapsed_s: float = 0.0,
    asks: bool = False,
) -> TimeLeft:
    """Estimate the remaining time: each stage takes as long as last time, and TRAIN grows with the number of labels.

    Args:
        history: records so far, with the seconds of each stage.
        cycle: cycle of `stage`.
        stage: stage that runs now or comes next; None if the run is complete.
        last_cycle: last cycle of the run.
        budget: number of labels that each cycle adds.
        share: finished share of the stage, in [0, 1].
        elapsed_s: seconds that the stage has taken so far; used for a stage that has not run before.
        asks: whether a person answers the queries.
    """
    if stage is None:
        return TimeLeft(stage_s=0.0, run_s=0.0)
    last = {done: records for records in history for done in records.seconds}

    def expected(kind: Stage, at: int) -> float | None:
        records = last.get(kind)
        if records is None:
            return None
        growth = 1.0
        if kind is Stage.TRAIN and records.train is not None:
            growth += budget * (at - records.cycle) / records.train.n_labelled
        return records.seconds[kind] * growth

    whole = expected(stage, cycle)
    if whole is None and share > 0:
        whole = elapsed_s / share
    stage_s = None if whole is None else whole * (1 - share)
    later = [(what, cycle) for what in stages_of(cycle) if list(Stage).index(what) > list(Stage).index(stage)]
    later += [(what, at) for at in range(cycle + 1, last_cycle + 1) for what in stages_of(at)]
    until_asked = asks and any(what is Stage.QUERY for what, _ in later)
    if until_asked:
        later = list(takewhile(lambda some: some[0] is not Stage.QUERY, later))
    seconds = [stage_s, *(expected(what, at) for what, at in later)]
    known = [some for some in seconds if some is not None]
    run_s = sum(known) if len(known) == len(seconds) else None
    return TimeLeft(stage_s=stage_s, run_s=run_s, until_asked=until_asked)
