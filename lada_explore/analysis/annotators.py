"""Agreement of several annotators on images that more than one of them answered.

Axes: N images, A annotators, C classes. An answer of -1 means that the annotator did not answer the image.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from lada_explore.analysis.stopping import cohen_kappa
from lada_explore.records import IntArray

MIN_SHARED = 3
"""Images that two annotators must have answered before their agreement is told."""


def fleiss_kappa(counts: IntArray) -> float:
    """Fleiss' kappa of (N, C) answers counted by class; NaN where it is undefined.

    The images may have different numbers of answers: each counts the share of its pairs of answers that agree. With as
    many answers for each image this is Fleiss's own. An image with fewer than two answers is left out.

    Source: Fleiss (Psychological Bulletin, 1971).
    """
    shared = counts[counts.sum(axis=1) >= 2].astype(np.float64)
    if not len(shared):
        return math.nan
    n = shared.sum(axis=1)
    observed = float((((shared**2).sum(axis=1) - n) / (n * (n - 1))).mean())
    by_chance = float(((shared.sum(axis=0) / n.sum()) ** 2).sum())
    return math.nan if by_chance == 1 else (observed - by_chance) / (1 - by_chance)


def counted(answers: IntArray, n_classes: int) -> IntArray:
    """(N, C) number of answers of each class, of answers (N, A)."""
    return np.stack([(answers == label).sum(axis=1) for label in range(n_classes)], axis=1)


def pairwise_kappa(answers: IntArray) -> NDArray[np.float64]:
    """(A, A) Cohen's kappa of each two annotators on the images that both answered; NaN for fewer than `MIN_SHARED`.

    Args:
        answers: (N, A) classes.
    """
    n = answers.shape[1]
    found = np.full((n, n), np.nan)
    for first in range(n):
        for second in range(first + 1, n):
            both = (answers[:, [first, second]] >= 0).all(axis=1)
            if both.sum() >= MIN_SHARED:
                found[first, second] = found[second, first] = cohen_kappa(answers[both, first], answers[both, second])
    return found


def agreement_with_others(answers: IntArray) -> NDArray[np.float64]:
    """(A,) share of the others' answers to the same images that equal an annotator's own; NaN without any.

    Args:
        answers: (N, A) classes.
    """
    given = answers >= 0
    same = (answers[:, :, None] == answers[:, None, :]) & given[:, :, None] & given[:, None, :]
    pairs = given[:, :, None] & given[:, None, :]
    others = ~np.eye(answers.shape[1], dtype=bool)
    agree, all_pairs = ((of & others).sum(axis=(0, 2)) for of in (same, pairs))
    shares: NDArray[np.float64] = np.full(answers.shape[1], np.nan)
    np.divide(agree, all_pairs, out=shares, where=all_pairs > 0)
    return shares
