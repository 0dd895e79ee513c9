"""From where to where the axes of a figure reach, so that two figures that are compared can have the same axes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Span = tuple[float, float]
Reach = dict[tuple[str, str], Span]
"""From where to where, by what is measured and in which unit: by axis and its title, where it is a figure's."""

ROOM = 0.05
"""Share of the span that stays free at either end of an axis whose figure does not set its range."""

SCALE = "colours"
"""What is measured by the scale of colours of a figure's markers."""


def union(one: Reach, other: Reach) -> Reach:
    """The reach of two views together, of what both show in one unit."""
    both = [key for key in one if key in other]
    return {key: (min(one[key][0], other[key][0]), max(one[key][1], other[key][1])) for key in both}


def reach_of(figure: Mapping[str, Any]) -> Reach:
    """From where to where the numbers of a plotly figure reach along each of its axes, and on its scale of colours.

    Axes of names, logarithmic and reversed axes, those that follow another one and those nobody can zoom are left out.
    """
    layout, traces = figure.get("layout", {}), figure.get("data", ())
    found: Reach = {}
    for axis, settings in layout.items():
        if axis[1:5] != "axis" or not _is_compared(settings):
            continue
        title = str(settings.get("title", {}).get("text", ""))
        if "range" in settings:
            low, high = settings["range"]
            found[axis, title] = (float(low), float(high))
        else:
            short = axis[0] + axis[5:]
            drawn = [trace for trace in traces if trace.get(f"{axis[0]}axis", axis[0]) == short]
            span = _span(drawn, axis[0], stacked=layout.get("barmode") == "stack")
            if span is not None:
                found[axis, title] = _with_room(span, settings)
    scales = [trace["marker"] for trace in traces if "cmin" in trace.get("marker", {})]
    if scales:
        ends = (min(float(one["cmin"]) for one in scales), max(float(one["cmax"]) for one in scales))
        found[SCALE, _title_of_scale(scales)] = ends
    return found


def with_reach(figure: Mapping[str, Any], reach: Reach) -> dict[str, Any]:
    """A plotly figure whose axes and scale of colours reach so far."""
    layout, traces = dict(figure.get("layout", {})), list(figure.get("data", ()))
    for (axis, _), (low, high) in reach.items():
        if axis in layout:
            layout[axis] = layout[axis] | {"range": [low, high]}
    for (what, _), (low, high) in reach.items():
        if what == SCALE:
            traces = [
                trace | {"marker": trace["marker"] | {"cmin": low, "cmax": high}}
                if "cmin" in trace.get("marker", {})
                else trace
                for trace in traces
            ]
    return {**figure, "layout": layout, "data": traces}


def _is_compared(settings: Mapping[str, Any]) -> bool:
    """Whether an axis measures something, in a range that a figure may change."""
    named = {"ticktext", "matches", "fixedrange"} & set(settings)
    span = settings.get("range", (0, 1))
    return not named and settings.get("type") != "log" and settings.get("autorange") is None and span[0] <= span[1]


def _title_of_scale(scales: list[Mapping[str, Any]]) -> str:
    titles = [scale["colorbar"]["title"]["text"] for scale in scales if "colorbar" in scale]
    return str(titles[0]) if titles else ""


def _with_room(span: Span, settings: Mapping[str, Any]) -> Span:
    from_zero = settings.get("rangemode") == "tozero" and span[0] >= 0
    low, high = (0.0 if from_zero else span[0]), span[1]
    room = ROOM * (high - low) if high > low else 1.0
    return low - room * (not from_zero), high + room


def _span(traces: list[Mapping[str, Any]], letter: str, *, stacked: bool) -> Span | None:
    """The smallest and the largest number along an axis, with error bars and bars from 0; None without any number."""
    ends: list[NDArray[np.float64]] = []
    heights: dict[float, float] = {}
    for trace in traces:
        values = _numbers(trace.get(letter))
        if trace.get("type") == "bar" and letter == "y":
            ends.append(np.zeros(1))
            for at, height in zip(_numbers(trace.get("x")).tolist(), values.tolist(), strict=False):
                heights[at] = heights.get(at, 0.0) + height if stacked else max(heights.get(at, 0.0), height)
        error = trace.get(f"error_{letter}")
        if error and len(values):
            more = _numbers(error.get("array"))
            less = _numbers(error.get("arrayminus")) if "arrayminus" in error else more
            ends += [values + more, values - less]
        half = _half_step(values) if letter == "x" and trace.get("type") in ("bar", "heatmap") else 0.0
        ends += [values - half, values + half]
    ends.append(np.array(list(heights.values())))
    every = np.concatenate([end.ravel() for end in ends]) if ends else np.empty(0)
    every = every[np.isfinite(every)]
    return (float(every.min()), float(every.max())) if len(every) else None


def _half_step(values: NDArray[np.float64]) -> float:
    """Half of the width of a bar or of a cell."""
    steps = np.diff(np.unique(values))
    return float(steps.min()) / 2 if len(steps) else 0.5


def _numbers(values: Any) -> NDArray[np.float64]:
    """Numbers of a trace; None among them is no number."""
    if values is None:
        return np.empty(0)
    return np.asarray([np.nan if one is None else one for one in values] if isinstance(values, list) else values, float)
