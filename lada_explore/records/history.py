"""The records of each cycle together, and how far a run has come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from lada_explore.records.enums import Stage, stages_of
from lada_explore.records.short_repr import ShortRepr
from lada_explore.records.stage_records import (
    EvaluateRecord,
    FloatArray,
    IntArray,
    LookAheadRecord,
    PixelArray,
    QueryRecord,
    Record,
    ScoreRecord,
    SelectRecord,
    SubsampleRecord,
    TrainRecord,
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Asked(ShortRepr):
    """The images that a cycle asks about: the choice of SELECT, or after QUERY the images asked in the end.

    Attributes:
        ids: (B,) ids; the two images of a pair next to each other, best pair first. Images answered ahead are left out.
        pair_ids: (Q, 2) pairs, best first; (0, 2) for single images.
        pair_tau: (Q,) tau* of each pair.
    """

    ids: IntArray
    pair_ids: IntArray
    pair_tau: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class CycleRecords:
    """The records of one cycle; the record of a stage that has not run yet is None.

    Attributes:
        seconds: duration of each stage in seconds, without the time in which it was paused.
    """

    cycle: int
    subsample: SubsampleRecord | None = None
    score: ScoreRecord | None = None
    look_ahead: LookAheadRecord | None = None
    select: SelectRecord | None = None
    query: QueryRecord | None = None
    train: TrainRecord | None = None
    evaluate: EvaluateRecord | None = None
    seconds: Mapping[Stage, float] = field(default_factory=dict)

    def __repr__(self) -> str:
        """The cycle in a line: the stages that have run, and what came out."""
        run = [stage.value for stage in Stage if self.get(stage) is not None]
        said = [f"cycle={self.cycle}", f"stages={' '.join(run) or None!r}"]
        if self.asked is not None:
            said.append(f"asked={len(self.asked.ids)}")
        if self.train is not None:
            said.append(f"n_labelled={self.train.n_labelled}")
        if self.evaluate is not None and self.evaluate.accuracy is not None:
            said.append(f"accuracy={self.evaluate.accuracy:.4f}")
        return f"CycleRecords({', '.join(said)})"

    def get(self, stage: Stage) -> Record | None:
        """The record of a stage, or None if it has not run."""
        record: Record | None = getattr(self, stage.value)
        return record

    def including(self, record: Record, seconds: float) -> CycleRecords:
        """A copy that also holds `record`, of a stage that took `seconds`."""
        changes: dict[str, Any] = {record.stage.value: record}
        return replace(self, seconds={**self.seconds, record.stage: seconds}, **changes)

    @property
    def asked(self) -> Asked | None:
        """The images that the cycle asks about; None before SELECT."""
        select, query = self.select, self.query
        if select is None:
            return None
        if query is None or query.pair_ids is None or query.pair_tau is None:
            return Asked(ids=select.query_ids, pair_ids=select.pair_ids, pair_tau=select.pair_tau)
        return Asked(
            ids=query.ids[: len(query.ids) - len(query.ahead_ids)], pair_ids=query.pair_ids, pair_tau=query.pair_tau
        )

    def pixels_kept(self) -> dict[int, PixelArray]:
        """Pixels (D, H, W) of the images that were chosen or labelled in this cycle, by id."""
        select, query = self.select, self.query
        if select is None:
            return {}
        pixels = dict(zip(select.query_ids.tolist(), select.query_images, strict=True))
        if query is not None:
            others = [i for i in query.pictured if i not in pixels]
            pixels |= dict(zip(others, query.images, strict=True))
        return pixels

    @property
    def next_stage(self) -> Stage | None:
        """First stage of this cycle that has no record, or None when the cycle is complete."""
        return next((stage for stage in stages_of(self.cycle) if self.get(stage) is None), None)


@dataclass(frozen=True, slots=True)
class RunPosition:
    """How far a run has come.

    Attributes:
        cycle: cycle of the next stage; the last cycle once the run is complete.
        next_stage: stage that runs now or comes next; None once the run is complete.
        running: True while `next_stage` is running.
    """

    cycle: int
    next_stage: Stage | None
    running: bool = False


def position(history: Sequence[CycleRecords], cycles: int, *, running: bool = False) -> RunPosition:
    """How far a run with these records has come. No other code computes this.

    Args:
        history: records of the run, one entry for each cycle; the last one may be incomplete.
        cycles: number of cycles that the run has after the start.
        running: whether the next stage is running.
    """
    last = history[-1]
    if last.next_stage is not None or last.cycle == cycles:
        return RunPosition(last.cycle, last.next_stage, running)
    return RunPosition(last.cycle + 1, stages_of(last.cycle + 1)[0], running)


def labels_in(history: Sequence[CycleRecords]) -> dict[int, int]:
    """Label of each image that a closed query has labelled, by id, as the last training of these records used it."""
    labels: dict[int, int] = {}
    for records in history:
        if (query := records.query) is not None:
            labels |= zip(query.ids.tolist(), query.labels.tolist(), strict=True)
    return labels | relabelled_in(history)


def relabelled_in(history: Sequence[CycleRecords]) -> dict[int, int]:
    """New label of each image whose label was changed before the last training of these records, by id."""
    labels: dict[int, int] = {}
    for records in history:
        if (train := records.train) is not None:
            labels |= zip(train.relabelled_ids.tolist(), train.relabelled.tolist(), strict=True)
    return labels


def classes_could_grow(history: Sequence[CycleRecords]) -> bool:
    """Whether a person could have added classes: at the start, of images without labels.

    True where the records do not tell: before the first query is closed, and in older records.
    """
    first = history[0].query
    return first is None or len(first.targets) == 0 or bool((first.targets < 0).any())
