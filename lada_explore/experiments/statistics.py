"""Paired differences, with intervals and p-values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest, norm
from scipy.stats import t as student_t

CONFIDENCE = 0.95

RESAMPLES = 10_000

TIE = 1e-12
"""A resampled mean this near 0 is 0: how the sum is rounded depends on the processor."""

FEW_SEEDS = 10
"""Below this number of seeds, percentiles of resampled seeds are known to be too close to the mean."""


def few_seeds(seeds: int) -> str:
    """A sentence for intervals by resampling, after a space, where the seeds are too few for them; else empty."""
    return f" With {seeds} seeds the intervals are too narrow; {FEW_SEEDS} or more are needed." * (seeds < FEW_SEEDS)


def paired_interval(differences: NDArray[np.float64]) -> tuple[float, float] | None:
    """Ends of the 95 % confidence interval of a mean of paired differences (n,); None for fewer than 2.

    Source: Student (1908): mean -+ t * s / sqrt(n), t the 97.5 % point of the t distribution with n - 1 degrees of
    freedom, s the standard deviation with n - 1 in its denominator.
    """
    n = len(differences)
    if n < 2:
        return None
    half = student_t.ppf((1 + CONFIDENCE) / 2, n - 1) * differences.std(ddof=1) / np.sqrt(n)
    return float(differences.mean() - half), float(differences.mean() + half)


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedShares:
    """The difference of two accuracies on the same test images.

    Attributes:
        difference: second minus first, in [-1, 1].
        lower, upper: ends of its 95 % interval over test images.
        p: two-sided p-value of no difference.
    """

    difference: float
    lower: float
    upper: float
    p: float


def paired_shares(only_first: int, only_second: int, n: int) -> PairedShares:
    """Compare two classifiers that were tested on the same n images, with the sampling of these images alone.

    Args:
        only_first: images that the first classified correctly and the second did not.
        only_second: images that the second classified correctly and the first did not.
        n: number of test images, at least 1.

    Raises:
        ValueError: counts that n images cannot have.

    Source: the interval is that of Bonett and Price (2012), "Adjusted Wald confidence interval for a difference of
    binomial proportions based on paired data": with p1 = (only_first + 1) / (n + 2) and p2 likewise, p2 - p1 -+
    1.96 * sqrt((p1 + p2 - (p2 - p1)^2) / (n + 2)), cut at -1 and 1. Fagerland, Lydersen and Laake (2014) recommend it.
    The p-value is that of McNemar's exact test (1947): only_second is binomial with one half.
    """
    changed = only_first + only_second
    if n < 1 or min(only_first, only_second) < 0 or changed > n:
        raise ValueError(f"{only_first} and {only_second} of {n} images cannot be classified correctly by one only")
    first, second = (only_first + 1) / (n + 2), (only_second + 1) / (n + 2)
    half = norm.ppf((1 + CONFIDENCE) / 2) * np.sqrt((first + second - (second - first) ** 2) / (n + 2))
    p = binomtest(only_second, changed).pvalue if changed else 1.0
    return PairedShares(
        difference=(only_second - only_first) / n,
        lower=max(-1.0, float(second - first - half)),
        upper=min(1.0, float(second - first + half)),
        p=float(p),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Resampled:
    """A mean difference, and what resampling says of it.

    Attributes:
        mean: mean over seeds and test images.
        lower, upper: 2.5 % and 97.5 % points of the resampled means.
        p: two-sided p-value of no difference: twice the smaller share of resampled means on one side of 0, itself
            counted among them so that it is never 0.
    """

    mean: float
    lower: float
    upper: float
    p: float


def resampled(differences: NDArray[np.float64], *, seed: int = 0, resamples: int = RESAMPLES) -> Resampled:
    """Bootstrap of a mean over seeds and test images together, so that the sampling of both counts.

    Each resample draws S seeds and, independently, T test images with replacement, and takes the mean over all pairs of
    a drawn seed and a drawn image.

    Args:
        differences: (S, T) differences of two methods, by seed and test image; S and T at least 2.
        seed: seed of the draws.
        resamples: number of resamples.

    Raises:
        ValueError: fewer than two seeds or test images.

    Source: Owen (2007), "The pigeonhole bootstrap", which is conservative for crossed samples.
    """
    n_seeds, n_images = differences.shape
    if min(n_seeds, n_images) < 2:
        raise ValueError(f"differences has the shape {differences.shape}; there must be 2 seeds and 2 images at least")
    rng = np.random.default_rng(seed)
    means = np.empty(resamples)
    for row in range(resamples):
        of_seeds = np.bincount(rng.integers(n_seeds, size=n_seeds), minlength=n_seeds)
        of_images = np.bincount(rng.integers(n_images, size=n_images), minlength=n_images)
        means[row] = of_seeds @ differences @ of_images / (n_seeds * n_images)
    tail = (1 - CONFIDENCE) / 2
    lower, upper = np.quantile(means, [tail, 1 - tail])
    below, above = (1 + int((means <= TIE).sum()), 1 + int((means >= -TIE).sum()))
    p = min(1.0, 2 * min(below, above) / (resamples + 1))
    return Resampled(mean=float(differences.mean()), lower=float(lower), upper=float(upper), p=p)


def holm(p: Sequence[float]) -> list[float]:
    """P-values adjusted for as many comparisons as there are, in the same order.

    A comparison whose adjusted value is at most alpha is rejected, and the chance that any true one is rejected is at
    most alpha.

    Source: Holm (1979), "A simple sequentially rejective multiple test procedure".
    """
    n, adjusted, largest = len(p), [0.0] * len(p), 0.0
    for rank, place in enumerate(sorted(range(n), key=lambda i: p[i])):
        largest = max(largest, min(1.0, (n - rank) * p[place]))
        adjusted[place] = largest
    return adjusted
