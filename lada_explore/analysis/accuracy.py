"""Test accuracy as a function of the number of labels, with its uncertainty.

Axes: K evaluated cycles.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lada_explore.records import CycleRecords, EvaluatedOn, IntArray

Z_95 = 1.959963984540054
"""97.5 % quantile of the standard normal distribution, for two-sided 95 % intervals."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AccuracyByLabels:
    """Accuracy on the test set after each cycle.

    Attributes:
        cycles: (K,) evaluated cycles.
        n_labelled: (K,) number of labelled images that the classifier was trained on.
        accuracy: (K,) share of test images classified correctly, in [0, 1].
        lower, upper: (K,) ends of the 95 % Wilson interval, in [0, 1].
        n_test: number of test images; 0 if there are none.
        tested_on: which images the last evaluation was on.
        reason: a sentence on why there is nothing to draw; empty if there is.
    """

    cycles: IntArray
    n_labelled: IntArray
    accuracy: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    n_test: int
    tested_on: EvaluatedOn
    reason: str


def wilson_interval(
    accuracy: NDArray[np.float64], n_test: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Ends of the 95 % score interval of a proportion.

    Args:
        accuracy: (K,) observed proportions in [0, 1].
        n_test: (K,) number of images behind each proportion, at least 1.

    Returns:
        Lower and upper ends, (K,) each, within [0, 1]. They describe how precisely the test set measures one
        classifier, not how much the result varies between seeds.

    Source: Wilson (J. Am. Stat. Assoc., 1927).
    """
    shrink = 1 + Z_95**2 / n_test
    centre = (accuracy + Z_95**2 / (2 * n_test)) / shrink
    half = Z_95 / shrink * np.sqrt(accuracy * (1 - accuracy) / n_test + Z_95**2 / (4 * n_test**2))
    return np.maximum(centre - half, 0.0), np.minimum(centre + half, 1.0)


def accuracy_by_labels(history: Sequence[CycleRecords]) -> AccuracyByLabels:
    """Accuracy and its 95 % interval for each evaluated cycle; empty, with a reason, without a labelled test set."""
    evaluated = [records.evaluate for records in history if records.evaluate is not None]
    measured = [(record, record.accuracy) for record in evaluated if record.accuracy is not None]
    reason = ""
    if not measured:
        reason = (
            "This data has no labelled test set, so accuracy cannot be measured; how often guesses before an answer "
            "were right can."
            if evaluated
            else "Nothing is evaluated yet; accuracy appears here after the start."
        )
    accuracy = np.array([share for _, share in measured], np.float64)
    n_test = np.array([record.n_test for record, _ in measured], np.int64)
    lower, upper = wilson_interval(accuracy, n_test)
    return AccuracyByLabels(
        cycles=np.array([record.cycle for record, _ in measured], np.int64),
        n_labelled=np.array([record.n_labelled for record, _ in measured], np.int64),
        accuracy=accuracy,
        lower=lower,
        upper=upper,
        n_test=int(n_test[-1]) if measured else 0,
        tested_on=measured[-1][0].tested_on if measured else EvaluatedOn.TEST_SET,
        reason=reason,
    )
