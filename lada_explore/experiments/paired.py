"""Methods compared by seed: accuracy at each number of labels, and differences over all cycles. Needs no torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from lada_explore.errors import ConfigError
from lada_explore.experiments.statistics import holm, paired_interval, resampled

Curves = Mapping[str, Mapping[int, Mapping[int, float]]]
"""Accuracy in [0, 1] by method, seed and labels."""


class At(StrEnum):
    """Summaries of a curve, beside its values at each number of labels.

    MEAN: mean accuracy over all cycles after the start. BEST: best accuracy over all cycles of a run, the start
    included, as in the paper's Table 5. Both are over the numbers of labels that all runs have, see `shared_labels`.
    The cycle of BEST is picked by its accuracy on the test set, so it is higher than what new images would show, the
    more so the more cycles a run has.
    """

    MEAN = "mean"
    BEST = "best"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One method at one number of labels, or in one summary.

    Attributes:
        at: number of labelled images, or the summary.
        method: name of the method.
        seeds: number of its runs that have come so far; all cycles for a summary.
        accuracy: mean test accuracy over these runs, in [0, 1].
        deviation: standard deviation over these runs, with n - 1 in its denominator; None for one run.
        difference: mean, over the seeds that both have, of its accuracy minus the baseline's; None for the baseline,
            and without such seeds.
        lower, upper: ends of the paired 95 % confidence interval of the difference; None with fewer than 2 such seeds.
    """

    at: int | At
    method: str
    seeds: int
    accuracy: float
    deviation: float | None
    difference: float | None
    lower: float | None
    upper: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """The numbers of labels over which complete runs are summarized: those that all of them have.

    Attributes:
        labels: in rising order.
        after: those of them that are after the start of every run; without any there is no summary.
        whole: whether no run has others.
    """

    labels: tuple[int, ...]
    after: tuple[int, ...]
    whole: bool


def shared_labels(curves: Mapping[str, Mapping[int, Mapping[int, object]]]) -> Shared:
    """The numbers of labels that all runs have: by method and seed, what is known at each number."""
    points = [sorted(curve) for seeds in curves.values() for curve in seeds.values()]
    if not points:
        return Shared(labels=(), after=(), whole=True)
    labels, after = (sorted(set.intersection(*(set(numbers[n:]) for numbers in points))) for n in (0, 1))
    return Shared(labels=tuple(labels), after=tuple(after), whole=all(numbers == labels for numbers in points))


def accuracy_rows(curves: Curves, baseline: str, complete: Curves | None = None) -> list[Row]:
    """The table: a row for each number of labels and method, then the summaries.

    Args:
        curves: accuracies of the methods, in the order of the columns.
        complete: those of the complete runs, for the summaries, see `shared_labels`; None takes the curves with every
            number of labels that their method has. Of runs that hold answers out for testing, by the number of labels
            with these, which is the same in all of them.
        baseline: the method that the others are compared with.

    Raises:
        ConfigError: the baseline is not among the methods.

    Source: the paper's Table 5 for `At.BEST`: mean and standard deviation over the replications of the best accuracy.
    That the start counts is from the authors' release (`best_acc` in utils_data.py).
    """
    if baseline not in curves:
        raise ConfigError(f"baseline {baseline!r} is not in the sweep; choose one of {', '.join(curves)}")
    labels = sorted({n for seeds in curves.values() for curve in seeds.values() for n in curve})
    rows = []
    for n in labels:
        at = {name: {seed: curve[n] for seed, curve in seeds.items() if n in curve} for name, seeds in curves.items()}
        rows += _rows(n, at, baseline)
    whole = _with_every_point(curves) if complete is None else complete
    shared = shared_labels(whole)
    if not shared.after:
        return rows
    means = {
        name: {s: float(np.mean([curve[n] for n in shared.after])) for s, curve in seeds.items()}
        for name, seeds in whole.items()
    }
    best = {
        name: {s: max(curve[n] for n in shared.labels) for s, curve in seeds.items()} for name, seeds in whole.items()
    }
    return rows + _rows(At.MEAN, means, baseline) + _rows(At.BEST, best, baseline)


def _with_every_point(curves: Curves) -> Curves:
    """The curves that have all numbers of labels of their method: summaries of different cycles cannot be compared."""
    labels = {name: {n for curve in seeds.values() for n in curve} for name, seeds in curves.items()}
    return {
        name: {seed: curve for seed, curve in seeds.items() if len(curve) == len(labels[name])}
        for name, seeds in curves.items()
    }


def _rows(at: int | At, values: Mapping[str, Mapping[int, float]], baseline: str) -> list[Row]:
    return [_row(at, name, values[name], values[baseline], name == baseline) for name in values if values[name]]


def _row(at: int | At, method: str, own: Mapping[int, float], other: Mapping[int, float], is_baseline: bool) -> Row:
    shared = sorted(set(own) & set(other))
    differences = np.array([own[seed] - other[seed] for seed in shared], np.float64)
    interval = None if is_baseline else paired_interval(differences)
    values = np.array(list(own.values()), np.float64)
    return Row(
        at=at,
        method=method,
        seeds=len(own),
        accuracy=float(values.mean()),
        deviation=None if len(values) < 2 else float(values.std(ddof=1)),
        difference=None if is_baseline or not shared else float(differences.mean()),
        lower=None if interval is None else interval[0],
        upper=None if interval is None else interval[1],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The outcome of a comparison: mean accuracy over the cycles after the start that both have, one minus the other.

    Attributes:
        method, against: names of the two methods.
        seeds: number of seeds that both have completed.
        difference: mean difference over seeds and test images.
        lower, upper: ends of its 95 % interval, by resampling seeds and test images.
        p: two-sided p-value of no difference.
        p_holm: the same, adjusted for all comparisons made together.
    """

    method: str
    against: str
    seeds: int
    difference: float
    lower: float
    upper: float
    p: float
    p_holm: float


def differences_of(
    right: Mapping[str, Mapping[int, NDArray[np.float64]]], comparisons: Sequence[tuple[str, str]]
) -> list[Difference]:
    """The differences of some methods to others; comparisons without 2 common seeds and 2 test images are left out.

    Args:
        right: by method and seed, (T,) share of the cycles after the start in which each test image was classified
            correctly.
        comparisons: pairs (method, against), all of which are decided together.

    Source: see `statistics.resampled` and `statistics.holm`.
    """
    found = []
    for method, against in comparisons:
        own, other = right.get(method, {}), right.get(against, {})
        if shared := sorted(set(own) & set(other)):
            found.append((method, against, np.stack([own[seed] - other[seed] for seed in shared])))
    return decided(found)


def decided(compared: Sequence[tuple[str, str, NDArray[np.float64]]]) -> list[Difference]:
    """Differences of methods to others, all decided together; those without 2 seeds and 2 test images are left out.

    Args:
        compared: method, against, and (S, T) differences by common seed and test image.
    """
    found = [
        (method, against, len(matrix), resampled(matrix))
        for method, against, matrix in compared
        if min(matrix.shape) >= 2
    ]
    adjusted = holm([outcome.p for *_, outcome in found])
    return [
        Difference(
            method=method,
            against=against,
            seeds=seeds,
            difference=outcome.mean,
            lower=outcome.lower,
            upper=outcome.upper,
            p=outcome.p,
            p_holm=p_holm,
        )
        for (method, against, seeds, outcome), p_holm in zip(found, adjusted, strict=True)
    ]
