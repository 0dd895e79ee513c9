"""Whether more labels still change the classifier: what can be measured of it without a test set.

Axes: K pairs of consecutive classifiers.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lada_explore.analysis.accuracy import wilson_interval
from lada_explore.analysis.prequential import Prequential, prequential
from lada_explore.records import CycleRecords, IntArray

KAPPA_TO_STOP, WINDOW = 0.99, 3
"""Mean kappa, and the number of consecutive pairs it is of, from which the predictions count as stable.

Source: Bloodgood and Vijay-Shanker (CoNLL 2009), as an implementation of their method has them.
"""

LAG = 5
"""Cycles over which changes that add up are told from those that do not (ours)."""

GAIN_TO_STOP = 0.002
"""Expected gain of a cycle, a share, up to which the predictions count as settled (ours: `benchmarks/stopping.py`)."""

NOTHING_YET = "Nothing to compare yet; that begins when the classifier is trained the second time."
NONE_IN_COMMON = (
    "No image was predicted by two consecutive classifiers: this run did not predict one sample of images "
    "in every cycle, and its cycles drew other candidates each time."
)

Predictions = Mapping[int, int]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stopping:
    """How much consecutive classifiers differ on images that neither was trained on.

    Attributes:
        cycles: (K,) cycle whose training made the newer classifier of each pair.
        n_labelled: (K,) number of images that it was trained on.
        n: (K,) number of images that both predicted.
        kappa: (K,) Cohen's kappa of the two; NaN where both give all images one class, since it is undefined there.
        changed: (K,) share of the images whose predicted class changed, in [0, 1].
        lower, upper: (K,) ends of the 95 % Wilson interval of `changed`.
        mean_kappa: (K,) mean kappa of the last `WINDOW` pairs; NaN for the first ones.
        gain: (K,) the most that the next cycle is expected to add to the accuracy, a share: the change over `LAG`
            cycles beyond that of one, for each further cycle, mean of the last `WINDOW`, at least 0; NaN before there
            are so many, and without a stop set.
        on_stop_set: True if the images are the fixed sample of the run; False if they are those candidates that two
            consecutive cycles happened to draw, in a run that was made before the sample was recorded.
        guesses: prequential accuracy of the run.
        reason: a sentence on why there is nothing to show; empty if there is.
    """

    cycles: IntArray
    n_labelled: IntArray
    n: IntArray
    kappa: NDArray[np.float64]
    changed: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    mean_kappa: NDArray[np.float64]
    gain: NDArray[np.float64]
    on_stop_set: bool
    guesses: Prequential
    reason: str

    @property
    def stable(self) -> NDArray[np.bool_]:
        """(K,) whether the mean kappa has reached `KAPPA_TO_STOP`."""
        return self.mean_kappa >= KAPPA_TO_STOP

    @property
    def settled(self) -> NDArray[np.bool_]:
        """(K,) whether the expected gain is at most `GAIN_TO_STOP`."""
        return self.gain <= GAIN_TO_STOP


def stopping(history: Sequence[CycleRecords]) -> Stopping:
    """Differences of consecutive classifiers, from the stop set where it is recorded, else from common candidates."""
    by_cycle = _of_stop_set(history)
    on_stop_set = len(by_cycle) > 1
    if not on_stop_set:
        by_cycle = _of_candidates(history)
    labels_of = {records.cycle: records.train.n_labelled for records in history if records.train is not None}
    cycles = [cycle for cycle in by_cycle if cycle - 1 in by_cycle and _common(by_cycle, cycle, 1)]
    n, changed, kappa = [], [], []
    for cycle in cycles:
        older, newer = _pair(by_cycle, cycle, 1)
        n.append(len(older))
        changed.append(float((older != newer).mean()))
        kappa.append(cohen_kappa(older, newer))
    shares, counts = np.array(changed, np.float64), np.array(n, np.int64)
    lower, upper = wilson_interval(shares, counts)
    drifts = [_drift(by_cycle, cycle) if on_stop_set else math.nan for cycle in cycles]
    return Stopping(
        cycles=np.array(cycles, np.int64),
        n_labelled=np.array([labels_of[cycle] for cycle in cycles], np.int64),
        n=counts,
        kappa=np.array(kappa, np.float64),
        changed=shares,
        lower=lower,
        upper=upper,
        mean_kappa=_mean_of_last(np.array(kappa, np.float64)),
        gain=np.maximum(_mean_of_last(np.array(drifts, np.float64)), 0.0),
        on_stop_set=on_stop_set,
        guesses=prequential(history),
        reason="" if cycles else (NONE_IN_COMMON if len(by_cycle) > 1 else NOTHING_YET),
    )


def cohen_kappa(first: IntArray, second: IntArray) -> float:
    """Cohen's kappa of two (n,) arrays of classes: agreement beyond that by chance; NaN if all are of one class.

    Source: Cohen (Educational and Psychological Measurement, 1960).
    """
    from sklearn.metrics import cohen_kappa_score  # Loaded when it is needed: it takes as long as the rest.

    classes = np.union1d(first, second)
    return math.nan if len(classes) < 2 else float(cohen_kappa_score(first, second, labels=classes))


def hint(found: Stopping) -> str:
    """What the measurements say, as sentences for a person who decides whether to go on; never a command."""
    if found.reason:
        return found.reason
    n, changed = int(found.n[-1]), found.changed[-1]
    which = (
        f"{n:,} unlabelled images of one random sample"
        if found.on_stop_set
        else f"the {n:,} unlabelled images that two consecutive cycles both drew as candidates"
    )
    told = [
        f"With {found.n_labelled[-1]:,} labels, the last training changed {100 * changed:.1f} % of the predictions for "
        f"{which} (95 % interval {100 * found.lower[-1]:.1f} to {100 * found.upper[-1]:.1f} %)."
    ]
    kappa, gain = found.mean_kappa[-1], found.gain[-1]
    if math.isnan(kappa):
        told.append(
            f"How well each classifier agrees with the one before it (kappa) is told after {WINDOW} trainings that did "
            "not give all images one class."
        )
    else:
        reached = "has reached" if found.stable[-1] else "is below"
        told.append(
            f"How well each classifier agrees with the one before it, beyond chance (mean kappa of the last {WINDOW} "
            f"trainings, 1 is full agreement), is {kappa:.2f} and {reached} the {KAPPA_TO_STOP} of Bloodgood and "
            "Vijay-Shanker."
        )
    if not math.isnan(gain):
        told.append(f"The next cycle is expected to add at most about {100 * gain:.1f} points to the accuracy.")
    elif found.on_stop_set:
        told.append(f"What the next cycle may add is told from {LAG + WINDOW - 1} trainings after the start on.")
    else:
        told.append(
            "What the next cycle may add cannot be told, because this run did not predict one sample of images in "
            "every cycle."
        )
    if not found.guesses.reason:
        told.append(_guessed(found.guesses))
    if found.stable[-1] or found.settled[-1]:
        told.append("The predictions have settled: one more cycle will probably change little, many may still add up.")
    elif not math.isnan(gain):
        told.append("The predictions still move, so more labels may still help.")
    return " ".join(told)


def _guessed(guesses: Prequential) -> str:
    right, n = 100 * guesses.accuracy_so_far[-1], guesses.n_so_far[-1]
    low, high = 100 * guesses.lower_so_far[-1], 100 * guesses.upper_so_far[-1]
    return (
        f"Of {n:,} images that were asked about, which are no random sample, the classifier had guessed {right:.1f} % "
        f"right before the answer ({low:.1f} to {high:.1f} %)."
    )


def _of_stop_set(history: Sequence[CycleRecords]) -> dict[int, Predictions]:
    """Predicted class of the images of the stop set, by id, by the cycle whose training made the classifier."""
    tested = [records.evaluate for records in history if records.evaluate is not None]
    return {
        record.cycle: dict(zip(record.stop_ids.tolist(), record.stop_logits.argmax(axis=1).tolist(), strict=True))
        for record in tested
        if len(record.stop_ids)
    }


def _of_candidates(history: Sequence[CycleRecords]) -> dict[int, Predictions]:
    """The same of the candidates of each cycle, which the classifier of the cycle before predicted."""
    return {
        records.cycle - 1: dict(
            zip(records.subsample.subset_ids.tolist(), records.score.predicted.tolist(), strict=True)
        )
        for records in history
        if records.subsample is not None and records.score is not None
    }


def _common(by_cycle: Mapping[int, Predictions], cycle: int, lag: int) -> list[int]:
    return sorted(by_cycle[cycle].keys() & by_cycle[cycle - lag].keys())


def _pair(by_cycle: Mapping[int, Predictions], cycle: int, lag: int) -> tuple[IntArray, IntArray]:
    """Predictions of the classifiers of `cycle - lag` and of `cycle` for the images that both predicted."""
    ids = _common(by_cycle, cycle, lag)
    older, newer = ([by_cycle[at][i] for i in ids] for at in (cycle - lag, cycle))
    return np.array(older, np.int64), np.array(newer, np.int64)


def _drift(by_cycle: Mapping[int, Predictions], cycle: int) -> float:
    """How much more changes over `LAG` cycles than over one, for each further cycle; NaN without so many.

    Two trainings differ by chance too. Such differences do not add up from cycle to cycle, and what the labels teach
    does: accuracy grows only where predictions have changed for good.
    """
    last = range(cycle - LAG + 1, cycle + 1)
    if any(at not in by_cycle for at in (cycle - LAG, *last)) or not _common(by_cycle, cycle, LAG):
        return math.nan
    at_once = float(np.mean([np.not_equal(*_pair(by_cycle, at, 1)).mean() for at in last]))
    return (float(np.not_equal(*_pair(by_cycle, cycle, LAG)).mean()) - at_once) / (LAG - 1)


def _mean_of_last(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """(K,) mean of each value and those before it, `WINDOW` in all; NaN for the first ones."""
    means = np.full(len(values), np.nan)
    for place in range(WINDOW - 1, len(values)):
        means[place] = values[place - WINDOW + 1 : place + 1].mean()
    return means
