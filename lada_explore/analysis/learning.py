"""How the classifier learns: recall of each class, labels of each class, and calibration.

Axes: K cycles, C classes, T tenths of confidence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lada_explore.records import CycleRecords, EvaluatedOn, EvaluateRecord, IntArray, relabelled_in

NO_TEST_SET = "This data has no labelled test set, so this cannot be measured."


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RecallByCycle:
    """Accuracy on the test images of each class after each cycle.

    Attributes:
        cycles: (K,) evaluated cycles.
        recall: (C, K) share of the test images of each class that are classified correctly, in [0, 1]; NaN for a class
            without test images.
        n_test: (C,) number of test images of each class.
        tested_on: which images the last evaluation was on.
        reason: a sentence on why there is nothing to draw; empty if there is.
    """

    cycles: IntArray
    recall: NDArray[np.float64]
    n_test: IntArray
    tested_on: EvaluatedOn
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ClassBalance:
    """Number of labels of each class up to a cycle, as answered.

    Attributes:
        cycle: the cycle; -1 before the first answer.
        initial: (C,) labels of the start.
        earlier: (C,) labels of the cycles between the start and this cycle.
        latest: (C,) labels of this cycle; 0 if this cycle is the start.
        reason: a sentence on why there is nothing to draw; empty if there is.
    """

    cycle: int
    initial: IntArray
    earlier: IntArray
    latest: IntArray
    reason: str

    @property
    def total(self) -> IntArray:
        """(C,) total number of labels of each class."""
        return self.initial + self.earlier + self.latest


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reliability:
    """Calibration on the test set: accuracy against confidence.

    Attributes:
        count: (T,) number of test images in each tenth of confidence.
        confidence: (T,) mean confidence of these images; NaN for an empty tenth.
        accuracy: (T,) share of these images that is classified correctly; NaN for an empty tenth.
        ece: expected calibration error, the mean of |accuracy - confidence| weighted by count (Naeini et al., AAAI
            2015); NaN without test images.
        reason: a sentence on why there is nothing to draw; empty if there is.
    """

    count: IntArray
    confidence: NDArray[np.float64]
    accuracy: NDArray[np.float64]
    ece: float
    reason: str


def evaluated_at(history: Sequence[CycleRecords], cycle: int | None) -> EvaluateRecord | None:
    """The evaluation of a cycle, or of the latest evaluated cycle if `cycle` is None; None if there is none."""
    found = [records.evaluate for records in history if records.evaluate is not None]
    if cycle is not None:
        found = [record for record in found if record.cycle == cycle]
    return found[-1] if found else None


def why_not_measured(history: Sequence[CycleRecords], cycle: int | None) -> str:
    """A sentence on why a cycle has no measurement on the test set; empty if it has one.

    `cycle` None stands for the latest evaluated cycle.
    """
    record = evaluated_at(history, cycle)
    if record is not None:
        return NO_TEST_SET if record.accuracy is None else ""
    return "Nothing is evaluated yet." if cycle is None else f"Cycle {cycle} has not been evaluated yet."


def recall_by_cycle(history: Sequence[CycleRecords]) -> RecallByCycle:
    """Recall of every class after each evaluated cycle; empty, with a reason, without a labelled test set."""
    found = [records.evaluate for records in history if records.evaluate is not None]
    found = [record for record in found if record.accuracy is not None]
    if not found:
        nothing = np.empty(0, np.int64)
        return RecallByCycle(
            cycles=nothing,
            recall=np.empty((0, 0)),
            n_test=nothing,
            tested_on=EvaluatedOn.TEST_SET,
            reason=why_not_measured(history, None),
        )
    right = np.stack([np.diag(record.confusion) for record in found], axis=1).astype(np.float64)
    totals = np.stack([record.confusion.sum(axis=1) for record in found], axis=1)
    recall = np.divide(right, totals, out=np.full(right.shape, np.nan), where=totals > 0)
    cycles = np.array([record.cycle for record in found], np.int64)
    return RecallByCycle(cycles=cycles, recall=recall, n_test=totals[:, -1], tested_on=found[-1].tested_on, reason="")


def class_balance(history: Sequence[CycleRecords], n_classes: int, cycle: int | None = None) -> ClassBalance:
    """Number of labels of each class up to a cycle.

    Args:
        history: records of a run.
        n_classes: C.
        cycle: last cycle to include; None for the latest answered cycle.
    """
    queries = [records.query for records in history if records.query is not None]
    queries = [query for query in queries if cycle is None or query.cycle <= cycle]
    changed = relabelled_in([records for records in history if cycle is None or records.cycle <= cycle])
    counts = {}
    for query in queries:
        given = zip(query.ids.tolist(), query.labels.tolist(), strict=True)
        labels = np.array([changed.get(i, label) for i, label in given], np.int64)
        counts[query.cycle] = np.bincount(labels, minlength=n_classes)
    nothing = np.zeros(n_classes, np.int64)
    shown = (max(counts) if counts else -1) if cycle is None else cycle
    between = [count for at, count in counts.items() if 0 < at < shown]
    return ClassBalance(
        cycle=shown,
        initial=counts.get(0, nothing),
        earlier=np.sum(between, axis=0) if between else nothing,
        latest=counts.get(shown, nothing) if shown > 0 else nothing,
        reason="" if counts else "Nothing is labelled yet.",
    )


def reliability(record: EvaluateRecord | None) -> Reliability:
    """Mean confidence and accuracy in each tenth of confidence, and the expected calibration error.

    Empty, with a reason, for None and for a record without test images.
    """
    bins = np.empty((0, 3)) if record is None else record.calibration.astype(np.float64)
    count, sum_confidence, right = bins.T
    missing = np.full(len(count), np.nan)
    confidence = np.divide(sum_confidence, count, out=missing.copy(), where=count > 0)
    accuracy = np.divide(right, count, out=missing.copy(), where=count > 0)
    reason = "" if count.sum() else "This run has no confidences on a test set, so its calibration is unknown."
    gaps = np.abs(right - sum_confidence)
    return Reliability(
        count=count.astype(np.int64),
        confidence=confidence,
        accuracy=accuracy,
        ece=float(gaps.sum() / count.sum()) if count.sum() else float("nan"),
        reason=reason,
    )
