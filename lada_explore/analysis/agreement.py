"""Agreement of the given labels with the true classes, and the time that answers took.

Axes: C classes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from lada_explore.records import CycleRecords, IntArray, JournalAction

PAUSE_S = 60.0
"""A longer time in seconds between two actions of an annotator counts as a pause, not as answering time (ours)."""


class JournalLine(Protocol):
    """The parts of a line of the journal that are needed here; `lada_explore.store.JournalEntry` has them."""

    @property
    def annotator(self) -> str:
        """Name of the annotator."""

    @property
    def time(self) -> float:
        """Time in seconds since 1970, UTC."""

    @property
    def action(self) -> str:
        """Text of a `JournalAction`."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Agreement:
    """Agreement of the given labels with the true classes.

    Attributes:
        n: number of labelled images whose true class is known.
        overall: share of these images whose label is the true class, in [0, 1]; NaN if n is 0.
        per_class: (C,) the same share for the images of each true class; NaN for a class without images.
        confusion: (C, C) number of images of true class [row] that were labelled as class [column].
        reason: a sentence on why there is nothing to show; empty if there is.
    """

    n: int
    overall: float
    per_class: NDArray[np.float64]
    confusion: IntArray
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pace:
    """Time that answers took.

    Attributes:
        seconds: time of each timed answer, in the order given; images answered together share their time equally.
        median_s, mean_s: median and mean of `seconds`; NaN without timed answers.
        per_minute: answers in a minute of work, without pauses; NaN without timed answers.
        n_untimed: number of answers without a time: an annotator's first answer, and answers after a pause.
        pause_s: longest time in seconds that does not count as a pause.
    """

    seconds: NDArray[np.float64]
    median_s: float
    mean_s: float
    per_minute: float
    n_untimed: int
    pause_s: float


def true_classes(history: Sequence[CycleRecords]) -> dict[int, int]:
    """True class, by id, of every image for which a record holds it."""
    known: dict[int, int] = {}
    for records in history:
        if records.subsample is not None:
            known |= zip(records.subsample.subset_ids.tolist(), records.subsample.targets.tolist(), strict=True)
        if records.query is not None and len(records.query.targets):
            known |= zip(records.query.ids.tolist(), records.query.targets.tolist(), strict=True)
    return {image_id: target for image_id, target in known.items() if target >= 0}


def agreement(history: Sequence[CycleRecords], n_classes: int, truth: Mapping[int, int] | None = None) -> Agreement:
    """Agreement of the labels of all closed queries with the true classes.

    Args:
        history: records of a run.
        n_classes: C.
        truth: true class by id; None for `true_classes` of the records.
    """
    true = true_classes(history) if truth is None else truth
    confusion = np.zeros((n_classes, n_classes), np.int64)
    for records in history:
        if records.query is not None:
            for image_id, label in zip(records.query.ids.tolist(), records.query.labels.tolist(), strict=True):
                if image_id in true:
                    confusion[true[image_id], label] += 1
    totals, n = confusion.sum(axis=1), int(confusion.sum())
    missing = np.full(n_classes, np.nan)
    return Agreement(
        n=n,
        overall=float(np.trace(confusion) / n) if n else float("nan"),
        per_class=np.divide(np.diag(confusion), totals, out=missing, where=totals > 0),
        confusion=confusion,
        reason="" if n else "The true class of no labelled image is known, so agreement cannot be measured.",
    )


def pace(lines: Iterable[JournalLine], *, annotators: Sequence[str] | None = None, pause_s: float = PAUSE_S) -> Pace:
    """Time of each answer: the time since the previous action of the same annotator.

    Args:
        lines: lines of the journal, in order. Include actions that were taken back, because they took time too.
        annotators: annotators to include; None for all.
        pause_s: a longer time in seconds counts as a pause.
    """
    last: dict[str, float] = {}
    together: dict[tuple[str, float], tuple[float | None, int]] = {}
    for line in lines:
        if annotators is not None and line.annotator not in annotators:
            continue
        moment = (line.annotator, line.time)
        before = last.get(line.annotator)
        gap, n = together.get(moment, (None if before is None else line.time - before, 0))
        together[moment] = (gap, n + (line.action == JournalAction.LABEL))
        last[line.annotator] = line.time
    timed = [(gap, n) for gap, n in together.values() if gap is not None and gap <= pause_s]
    seconds = np.array([gap / n for gap, n in timed for _ in range(n)], np.float64)
    mean = float(seconds.mean()) if len(seconds) else float("nan")
    return Pace(
        seconds=seconds,
        median_s=float(np.median(seconds)) if len(seconds) else float("nan"),
        mean_s=mean,
        per_minute=60 / mean if mean > 0 else float("nan"),
        n_untimed=sum(n for _, n in together.values()) - len(seconds),
        pause_s=pause_s,
    )
