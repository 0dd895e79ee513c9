"""Mean accuracy of several seeds at each number of labels, with its confidence interval, and how its line looks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lada_explore.experiments.statistics import paired_interval


def look_of(lines: Sequence[tuple[str, Any, str]], place: int) -> tuple[str, Any, str]:
    """Colour, dashes and marker of a line by its place among the lines of a figure.

    When the colours have been used once, they come again with other dashes and markers: of n colours, n * n lines
    differ, in dashes or marker too.

    Args:
        lines: colour, dashes and marker of the first lines, each used once.
        place: from 0.
    """
    n, again = len(lines), place // len(lines)
    first = place % n
    return lines[first][0], lines[(first + again) % n][1], lines[(first + 2 * again) % n][2]


@dataclass(frozen=True, slots=True, kw_only=True)
class BandPoint:
    """A method at one number of labels.

    Attributes:
        labels: number of labels.
        seeds: runs that have come so far.
        accuracy: their mean test accuracy in [0, 1].
        lower, upper: ends of the 95 % confidence interval of the mean (Student's t), cut at 0 and 1, beyond which
            there is no accuracy; None for one run.
    """

    labels: int
    seeds: int
    accuracy: float
    lower: float | None
    upper: float | None


def band(values: Mapping[int, Sequence[float]]) -> tuple[BandPoint, ...]:
    """The band of a method, by rising number of labels.

    Args:
        values: accuracies of its runs in [0, 1], by number of labels.

    Source: see `statistics.paired_interval`, of the values themselves here.
    """
    points = []
    for labels, accuracies in sorted(values.items()):
        found = np.array(accuracies, np.float64)
        ends = paired_interval(found)
        lower, upper = (None, None) if ends is None else (max(0.0, ends[0]), min(1.0, ends[1]))
        point = BandPoint(labels=labels, seeds=len(found), accuracy=float(found.mean()), lower=lower, upper=upper)
        points.append(point)
    return tuple(points)
