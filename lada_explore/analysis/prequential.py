"""Prequential accuracy: each newly labelled image first tests the classifier, and is then trained on.

Axes: K cycles that queried scored images.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lada_explore.analysis.accuracy import wilson_interval
from lada_explore.analysis.pairs import drawn_at_random
from lada_explore.records import CycleRecords, IntArray

MEANING = (
    "How often the classifier was right about an image that was asked about, before it was trained on the answer "
    "(prequential accuracy)."
)
HARDER = (
    "Images that a method asks about are harder than average, so as a rule this is below the accuracy on images drawn "
    "at random."
)
DRAWN = "These images were drawn at random, so this estimates the accuracy on the unlabelled images."


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prequential:
    """Prequential accuracy of each cycle, and of all cycles up to it.

    Attributes:
        cycles: (K,) cycles.
        n: (K,) number of images labelled in each cycle that the classifier had predicted.
        accuracy: (K,) share of these images whose prediction equals their label, in [0, 1].
        lower, upper: (K,) ends of the 95 % Wilson interval of each share.
        n_so_far: (K,) number of such images in all cycles up to each.
        accuracy_so_far: (K,) share of correct predictions in all cycles up to each.
        lower_so_far, upper_so_far: (K,) ends of the 95 % Wilson interval of these shares.
        caveat: what these shares are and what they say of other images; must be shown beside them.
        reason: a sentence on why there is nothing to show; empty if there is.
    """

    cycles: IntArray
    n: IntArray
    accuracy: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    n_so_far: IntArray
    accuracy_so_far: NDArray[np.float64]
    lower_so_far: NDArray[np.float64]
    upper_so_far: NDArray[np.float64]
    caveat: str
    reason: str


def prequential(history: Sequence[CycleRecords]) -> Prequential:
    """Prequential accuracy of every cycle whose query is closed; the start has none, because nothing predicted it.

    For an image that was answered ahead, the last prediction before training on it counts.
    """
    predicted: dict[int, int] = {}
    cycles, n, right = [], [], []
    drawn = True
    for records in history:
        if records.subsample is not None and records.score is not None:
            ids = records.subsample.subset_ids.tolist()
            predicted |= zip(ids, records.score.predicted.tolist(), strict=True)
        if records.query is None:
            continue
        labelled = zip(records.query.ids.tolist(), records.query.labels.tolist(), strict=True)
        hits = [predicted[i] == label for i, label in labelled if i in predicted]
        if hits:
            cycles.append(records.cycle)
            n.append(len(hits))
            right.append(sum(hits))
            drawn = drawn and drawn_at_random(records)
    counts, hits_of = np.array(n, np.int64), np.array(right, np.int64)
    accuracy, accuracy_so_far = hits_of / counts, hits_of.cumsum() / counts.cumsum()
    lower, upper = wilson_interval(accuracy, counts)
    lower_so_far, upper_so_far = wilson_interval(accuracy_so_far, counts.cumsum())
    return Prequential(
        cycles=np.array(cycles, np.int64),
        n=counts,
        accuracy=accuracy,
        lower=lower,
        upper=upper,
        n_so_far=counts.cumsum(),
        accuracy_so_far=accuracy_so_far,
        lower_so_far=lower_so_far,
        upper_so_far=upper_so_far,
        caveat=f"{MEANING} {DRAWN if drawn else HARDER}",
        reason="" if cycles else "No image that the classifier had predicted is labelled yet; that begins in cycle 1.",
    )
