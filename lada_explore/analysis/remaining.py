"""How long a stage and a run will still take, judged by the cycles that are done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from lada_explore.records import CycleRecords, Stage, stages_of


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeLeft:
    """Seconds that are left; None where nothing like it has run yet.

    Attributes:
        stage_s: of the stage under way.
        run_s: of the whole run, that stage included; where a person answers, of what comes before they are asked next.
        until_asked: whether a person is asked before the run ends, and `run_s` is the time until then.
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
    """What is left, each stage taking as long as the last time; training grows with the number of labels.

    Args:
        history: records so far, with the seconds of each stage.
        cycle: cycle of `stage`.
        stage: the stage that runs or comes next; None when the run is complete.
        last_cycle: the run's last cycle.
        budget: labels that each cycle adds.
        share: how much of the stage is done, in [0, 1].
        elapsed_s: seconds the stage has taken, for one that never ran before.
        asks: whether a person answers the queries.
    """
    if stage is None:
        return TimeLeft(stage_s=0.0, run_s=0.0)
    last = {done: records for records in history for done in records.seconds}

    def expected(what: Stage, at: int) -> float | None:
        records = last.get(what)
        if records is None:
            return None
        growth = 1.0
        if what is Stage.TRAIN and records.train is not None:
            growth += budget * (at - records.cycle) / records.train.n_labelled
        return records.seconds[what] * growth

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
