"""Two runs on the same images, cycle by cycle: what each labelled, tau*, and the predictions of the test images.

Axes: T test images, C classes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lada_explore.analysis.tau import tau_by_cycle
from lada_explore.records import CycleRecords, EvaluatedOn, EvaluateRecord, IntArray, labels_in


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedInCycle:
    """The images that two runs, A and B, labelled in one cycle.

    Attributes:
        cycle: the cycle.
        both: ids that both labelled in it, in A's order.
        only_a, only_b: ids that one of them labelled in it and the other did not, each in the order of its query.
        candidates: number of images that both had drawn as candidates, which bounds `both` where images come from
            there; None in the start.
        so_far_both: number of images that both have labelled by the end of the cycle.
        so_far_either: number of images that at least one of them has labelled by then.
        otherwise: ids of `so_far_both` whose label in A is not that in B.
    """

    cycle: int
    both: tuple[int, ...]
    only_a: tuple[int, ...]
    only_b: tuple[int, ...]
    candidates: int | None
    so_far_both: int
    so_far_either: int
    otherwise: tuple[int, ...]

    @property
    def overlap(self) -> float | None:
        """Images of both by images of either, in [0, 1] (Jaccard, 1901); None if neither labelled an image."""
        return _share(len(self.both), len(self.both) + len(self.only_a) + len(self.only_b))

    @property
    def overlap_so_far(self) -> float | None:
        """The same of all images that were labelled by the end of the cycle."""
        return _share(self.so_far_both, self.so_far_either)


@dataclass(frozen=True, slots=True, kw_only=True)
class TauOfCycle:
    """The distribution of tau* over the candidate pairs of one cycle.

    Attributes:
        mean, q1, q3: its mean and quartiles.
    """

    mean: float
    q1: float
    q3: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """The predictions that two classifiers, A and B, made of the same test images.

    Attributes:
        n: T.
        differ: number of images for which the predictions are not the same class; None where a run has not recorded
            its predictions.
        only_a, only_b: numbers of images that one of them classified correctly and the other did not; None where the
            true classes are not known either.
    """

    n: int
    differ: int | None
    only_a: int | None
    only_b: int | None


def asked_by_cycle(
    first: Sequence[CycleRecords], second: Sequence[CycleRecords], cycles: Sequence[int]
) -> tuple[AskedInCycle, ...]:
    """What two runs labelled in each of these cycles, whose queries are closed in both.

    Images whose label was given unasked, or ahead of a query, count in the cycle that used them.
    """
    found, so_far_a, so_far_b = list[AskedInCycle](), set[int](), set[int]()
    for place, (a, b) in enumerate(zip(first, second, strict=False)):
        mine, theirs = _labelled_in(a), _labelled_in(b)
        so_far_a |= set(mine)
        so_far_b |= set(theirs)
        if a.cycle not in cycles:
            continue
        labels_a, labels_b = labels_in(first[: place + 1]), labels_in(second[: place + 1])
        candidates = None
        if a.subsample is not None and b.subsample is not None:
            candidates = len(set(a.subsample.subset_ids.tolist()) & set(b.subsample.subset_ids.tolist()))
        both = so_far_a & so_far_b
        found.append(
            AskedInCycle(
                cycle=a.cycle,
                both=tuple(i for i in mine if i in set(theirs)),
                only_a=tuple(i for i in mine if i not in set(theirs)),
                only_b=tuple(i for i in theirs if i not in set(mine)),
                candidates=candidates,
                so_far_both=len(both),
                so_far_either=len(so_far_a | so_far_b),
                otherwise=tuple(sorted(i for i in both if labels_a[i] != labels_b[i])),
            )
        )
    return tuple(found)


def tau_of_cycles(history: Sequence[CycleRecords]) -> Mapping[int, TauOfCycle]:
    """Mean and quartiles of tau* by cycle, of the cycles that looked ahead with pairs."""
    found = tau_by_cycle(history)
    rows = zip(found.cycles.tolist(), found.mean.tolist(), found.lower.tolist(), found.upper.tolist(), strict=True)
    return {cycle: TauOfCycle(mean=mean, q1=q1, q3=q3) for cycle, mean, q1, q3 in rows}


def agreement_of(first: EvaluateRecord, second: EvaluateRecord, targets: IntArray | None) -> Tested:
    """How far two classifiers agree on the test images, which are the same for both.

    Args:
        first: evaluation of A.
        second: evaluation of B.
        targets: (T,) true classes of the test images; None where they are not at hand.
    """
    if not first.n_test or not len(first.predicted) == len(second.predicted) == first.n_test:
        return Tested(n=first.n_test, differ=None, only_a=None, only_b=None)
    differ = int((first.predicted != second.predicted).sum())
    if targets is None or not (predicts(first, targets) and predicts(second, targets)):
        return Tested(n=first.n_test, differ=differ, only_a=None, only_b=None)
    a, b = first.predicted == targets, second.predicted == targets
    return Tested(n=first.n_test, differ=differ, only_a=int((a & ~b).sum()), only_b=int((b & ~a).sum()))


def predicts(evaluated: EvaluateRecord, targets: IntArray) -> bool:
    """Whether predictions are recorded, and of test images with these classes: both count the same confusions."""
    predicted, confusion = evaluated.predicted, evaluated.confusion
    if evaluated.tested_on is not EvaluatedOn.TEST_SET or len(predicted) != len(targets):
        return False
    if targets.max(initial=-1) >= len(confusion):
        return False
    counted = np.zeros_like(confusion)
    np.add.at(counted, (targets, predicted), 1)
    return np.array_equal(counted, confusion)


def share_right(evaluated: Sequence[EvaluateRecord], targets: IntArray) -> NDArray[np.float64] | None:
    """(T,) share of these evaluations that classified each test image correctly; None if one is of other images."""
    if not evaluated or not all(predicts(record, targets) for record in evaluated):
        return None
    right: NDArray[np.float64] = np.mean([record.predicted == targets for record in evaluated], axis=0)
    return right


def _labelled_in(records: CycleRecords) -> list[int]:
    ids: list[int] = [] if records.query is None else records.query.ids.tolist()
    return ids


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
