"""Colours and shapes of the images on the map, for the page and for the publication figure alike.

Axes: N images on the map, C classes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lada_explore.analysis import MapPoints
from lada_explore.errors import ConfigError
from lada_explore.records import IntArray
from lada_explore.views.base.palette import BLUE, VERMILLION
from lada_explore.views.base.text import class_name

TRUE_CLASS = "true class"
"""Key of `COLOURS`."""

NO_LABEL = "no label yet"
"""What is said of an image whose class neither the data set nor a person has told."""

UNKNOWN = "#8f8f8f"
DOT_PX = 7.5
CLASS_COLOURS = (
    *("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#999933", "#AA4499", "#B8A200", "#6F7FE0"),
)
"""Okabe and Ito's colours without black and yellow, which dark and light pages hide, and four like Tol's."""

CLASS_SYMBOLS = (
    *("circle", "square", "diamond", "triangle-up", "triangle-down", "pentagon", "hexagon2", "hourglass"),
    *("triangle-left", "triangle-right", "bowtie"),
)
"""Shapes by class: ten colours and eleven shapes make 110 different pairs. Stars and crosses mean something else."""

SCALE = ("#440154", "#482878", "#3E4A89", "#31688E", "#26828E", "#1F9E89", "#35B779", "#6DCD59", "#B4DE2C", "#FDE725")
"""Viridis: its lightness increases throughout, so it can be read without colour vision."""

MAX_LEGEND = 20
"""With more classes than this there is no legend; hovering an image shows its class."""


MAX_SPANS = 5
"""Most entries of the legend for the cycles in which images were labelled: the start, and spans of cycles."""


@dataclass(frozen=True, slots=True)
class Span:
    """Cycles whose labelled images have the same colour.

    Attributes:
        name: what the legend says.
        first, last: the cycles; 0 is the start.
        colour: "#rrggbb", lighter for later cycles.
    """

    name: str
    first: int
    last: int
    colour: str


def spans_of(cycles: IntArray) -> tuple[Span, ...]:
    """The start, and up to `MAX_SPANS` - 1 spans of as many cycles each, of those in which images were labelled.

    Args:
        cycles: (L,) cycle in which each image was labelled, 0 for the start.
    """
    if len(cycles) == 0:
        return ()
    last = int(cycles.max())
    step = max(1, -(-last // (MAX_SPANS - 1)))
    ends = [(0, 0)] + [(first, min(first + step - 1, last)) for first in range(1, last + 1, step)]
    scale = Range("", 0.0, float(max(len(ends) - 1, 1)))
    return tuple(
        Span(_span_name(first, end), first, end, scale_colour(float(place), scale))
        for place, (first, end) in enumerate(ends)
        if ((cycles >= first) & (cycles <= end)).any()
    )


def _span_name(first: int, last: int) -> str:
    if first == 0:
        return "labelled at the start"
    return f"labelled in cycle {first}" if first == last else f"labelled in cycles {first} to {last}"


@dataclass(frozen=True, slots=True)
class Group:
    """Images that have the same symbol, and the same colour or scale.

    Attributes:
        name: a class, or another group.
        colour: "#rrggbb"; None if each image gets the colour of its value from `SCALE`.
        symbol: plotly's name of the symbol.
    """

    name: str
    colour: str | None
    symbol: str


@dataclass(frozen=True, slots=True)
class Range:
    """The values at the ends of `SCALE`; `whole` if only whole numbers between them have a meaning."""

    title: str
    low: float
    high: float
    whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Look:
    """How each image is drawn.

    Attributes:
        groups: the groups, in the order of the legend.
        group: (N,) index in `groups`.
        values: (N,) value that a colour of `SCALE` shows; NaN in a group with a colour of its own.
        scale: the range of these values; None if no group needs it.
        sizes: (N,) size in pixels of an image that is only a candidate.
        texts: text beside each image; empty if there is none.
        in_legend: whether the groups are few enough for a legend.
    """

    groups: tuple[Group, ...]
    group: IntArray
    values: NDArray[np.float64]
    scale: Range | None
    sizes: NDArray[np.float64]
    texts: tuple[str, ...] = ()
    in_legend: bool = True

    def colours(self, rows: IntArray) -> list[str]:
        """The colour of some images, each as "#rrggbb"."""
        own = [self.groups[self.group[row]].colour for row in rows]
        return [
            scale_colour(self.values[row], self.scale)
            if colour is None and self.scale is not None
            else colour or UNKNOWN
            for row, colour in zip(rows, own, strict=True)
        ]


def look_of(points: MapPoints, colour: str, class_names: Sequence[str]) -> Look:
    """How the images of a map are drawn when colour and shape show one property of them.

    Args:
        points: the images.
        colour: key of `COLOURS`.
        class_names: names by label.

    Raises:
        ConfigError: an unknown colour.
    """
    if colour not in COLOURS:
        raise ConfigError(f"colour is {colour!r}; choose one of {', '.join(COLOURS)}")
    return COLOURS[colour](points, class_names)


def colour_title(colour: str, points: MapPoints) -> str:
    """What a key of `COLOURS` is called: where nobody knows the true classes, the labels that were given are shown."""
    return "label given" if colour == TRUE_CLASS and not points.told else colour


def scale_colour(value: float, scale: Range) -> str:
    """The colour of `SCALE` that stands for a value."""
    share = min(max((value - scale.low) / ((scale.high - scale.low) or 1.0), 0.0), 1.0)
    at = share * (len(SCALE) - 1)
    below, above = (_channels(SCALE[min(int(at) + step, len(SCALE) - 1)]) for step in (0, 1))
    mixed = [round(a + (at - int(at)) * (b - a)) for a, b in zip(below, above, strict=True)]
    return "#{:02x}{:02x}{:02x}".format(*mixed)


def _channels(colour: str) -> list[int]:
    return [int(colour[start : start + 2], 16) for start in (1, 3, 5)]


def _grouped(groups: Mapping[int, Group], keys: IntArray, *, in_legend: bool = True) -> Look:
    """Images in the groups of their keys; groups without any are left out."""
    used = [key for key in groups if (keys == key).any()]
    place = {key: at for at, key in enumerate(used)}
    return Look(
        groups=tuple(groups[key] for key in used),
        group=np.array([place[int(key)] for key in keys], np.int64),
        values=np.full(len(keys), np.nan),
        scale=None,
        sizes=np.full(len(keys), DOT_PX),
        in_legend=in_legend,
    )


def _by_class(classes: IntArray, class_names: Sequence[str], unknown: str) -> Look:
    labels = [int(label) for label in np.unique(classes) if label >= 0]
    groups = {
        label: Group(
            class_name(label, class_names),
            CLASS_COLOURS[label % len(CLASS_COLOURS)],
            CLASS_SYMBOLS[label % len(CLASS_SYMBOLS)],
        )
        for label in labels
    }
    groups[-1] = Group(unknown, UNKNOWN, "circle-open")
    return _grouped(groups, classes, in_legend=len(labels) <= MAX_LEGEND)


def _true_class(points: MapPoints, class_names: Sequence[str]) -> Look:
    return _by_class(points.target, class_names, NO_LABEL)


def _predicted_class(points: MapPoints, class_names: Sequence[str]) -> Look:
    return _by_class(points.predicted, class_names, "not predicted")


def _entropy(points: MapPoints, class_names: Sequence[str]) -> Look:
    highest = float(np.log2(max(len(class_names), 2)))
    known = np.isfinite(points.entropy_bits)
    groups = {1: Group("candidate", None, "circle"), 0: Group("entropy not recorded", UNKNOWN, "circle-open")}
    return replace(
        _grouped(groups, known.astype(np.int64)),
        values=points.entropy_bits.astype(np.float64),
        scale=Range("entropy (bits)", 0.0, highest),
        # Size shows the entropy too, for readers who cannot tell the colours apart.
        sizes=np.where(known, 5 + 6 * np.nan_to_num(points.entropy_bits) / highest, DOT_PX),
    )


def _cycle(points: MapPoints, class_names: Sequence[str]) -> Look:
    chosen = points.acquired_cycle >= 0
    groups = {1: Group("acquired", None, "circle"), 0: Group("not acquired", UNKNOWN, "circle-open")}
    return replace(
        _grouped(groups, chosen.astype(np.int64)),
        values=np.where(chosen, points.acquired_cycle, np.nan),
        scale=Range("cycle acquired", 0.0, float(points.cycle), whole=True),
        texts=tuple(str(cycle) if cycle >= 0 else "" for cycle in points.acquired_cycle.tolist()),
    )


def _correctness(points: MapPoints, class_names: Sequence[str]) -> Look:
    groups = {
        1: Group("predicted right", BLUE, "circle"),
        0: Group("predicted wrong", VERMILLION, "triangle-up"),
        -1: Group("not known", UNKNOWN, "circle-open"),
    }
    return _grouped(groups, points.correct)


COLOURS: Mapping[str, Callable[[MapPoints, Sequence[str]], Look]] = {
    TRUE_CLASS: _true_class,
    "predicted class": _predicted_class,
    "entropy": _entropy,
    "cycle acquired": _cycle,
    "correctness": _correctness,
}
"""The properties of an image that colour and shape can show."""
