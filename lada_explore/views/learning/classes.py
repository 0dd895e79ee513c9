"""Learning, class by class: recall over the cycles, the confusion matrix, what was asked, and calibration."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lada_explore.analysis import (
    ClassBalance,
    RecallByCycle,
    Reliability,
    class_balance,
    evaluated_at,
    recall_by_cycle,
    reliability,
    why_not_measured,
)
from lada_explore.records import CycleRecords, EvaluateRecord, Stage, cycle_name
from lada_explore.views.base.palette import BLUE, GREEN, GREY, VERMILLION, faint
from lada_explore.views.base.plot_view import LEGEND_BELOW, Figure, cycle_ticks, whole_ticks
from lada_explore.views.base.record_chart import FigureSpec, RecordChart
from lada_explore.views.base.selection import Selected
from lada_explore.views.base.source import RunSource
from lada_explore.views.base.text import class_name, heading, plain
from lada_explore.views.learning.tested import tested_images

NAME_WIDTH = 60
"""Longer class names are cut on an axis, and shorter ones where the page has no room; hovering shows them whole."""

MAX_NUMBERED = 12
"""With more classes than this the cells of the confusion matrix hold no numbers."""

MAX_DARK = 47.0
"""Shares (%) whose colour is too dark for black: white and black stand out alike there, at 4.6 to 1."""


class ClassAccuracyChart(RecordChart):
    """Accuracy of each class after each cycle, as a heat map.

    Args:
        session: a session, its worker, or a recorded run.
        selection: the selected cycle, images and pair, shared with other views; a new one when None.

    Raises:
        ConfigError: `session` is no run.
    """

    stages = (Stage.EVALUATE,)

    def figure_spec(self, source: RunSource, history: tuple[CycleRecords, ...], selected: Selected) -> FigureSpec:
        """What to show of a run with these records and this selection."""
        found = recall_by_cycle(history)
        if found.reason:
            return FigureSpec(message=found.reason)
        return FigureSpec(
            figure=recall_figure(found, source.class_names, selected.cycle),
            caption=(
                f"Share of the {tested_images(found.tested_on)} of each class for which the classifier is right; the "
                "frame marks the cycle shown."
            ),
            label="accuracy of each class by cycle",
        )


class ConfusionChart(RecordChart):
    """The confusion matrix after a cycle; arguments as for `ClassAccuracyChart`."""

    stages = (Stage.EVALUATE,)

    def figure_spec(self, source: RunSource, history: tuple[CycleRecords, ...], selected: Selected) -> FigureSpec:
        """What to show of a run with these records and this selection."""
        record = evaluated_at(history, selected.cycle)
        if record is None or record.accuracy is None:
            return FigureSpec(message=why_not_measured(history, selected.cycle))
        return FigureSpec(
            figure=confusion_figure(record, source.class_names),
            caption=(
                f"{record.n_test:,} {tested_images(record.tested_on)}, after {cycle_name(record.cycle)}. Colour is the "
                "share of the class; right predictions are on the diagonal."
            ),
            label=f"confusion matrix after {cycle_name(record.cycle)}",
        )


class ClassBalanceChart(RecordChart):
    """How many labels of each class were given up to a cycle; arguments as for `ClassAccuracyChart`."""

    stages = (Stage.QUERY,)

    def figure_spec(self, source: RunSource, history: tuple[CycleRecords, ...], selected: Selected) -> FigureSpec:
        """What to show of a run with these records and this selection."""
        found = class_balance(history, len(source.class_names), selected.cycle)
        if found.reason:
            return FigureSpec(message=found.reason)
        up_to = f"{'given up to' if found.cycle else 'of'} {cycle_name(found.cycle)}"
        return FigureSpec(
            figure=balance_figure(found, source.class_names),
            caption=(
                f"Labels {up_to}, {found.total.sum():,} in all. The dotted line is an equal share for each class."
            ),
            label=f"labels of each class up to {cycle_name(found.cycle)}",
        )


class CalibrationChart(RecordChart):
    """Accuracy against the classifier's confidence; arguments as for `ClassAccuracyChart`."""

    stages = (Stage.EVALUATE,)

    def figure_spec(self, source: RunSource, history: tuple[CycleRecords, ...], selected: Selected) -> FigureSpec:
        """What to show of a run with these records and this selection."""
        record = evaluated_at(history, selected.cycle)
        if record is None or record.accuracy is None:
            return FigureSpec(message=why_not_measured(history, selected.cycle))
        found = reliability(record)
        if found.reason:
            return FigureSpec(message=found.reason)
        return FigureSpec(
            figure=calibration_figure(found),
            caption=(
                f"After {cycle_name(record.cycle)}, how sure the classifier is and how often it is right differ by "
                f"{100 * found.ece:.1f} points on average (expected calibration error). Below the dotted line it is "
                f"surer than it is right. A larger point stands for more {tested_images(record.tested_on)}."
            ),
            label=f"how often right against how sure after {cycle_name(record.cycle)}",
        )


def recall_figure(found: RecallByCycle, class_names: Sequence[str], cycle: int | None = None) -> Figure:
    """Heat map of recall (%), classes down and cycles across; `cycle` is framed, the last one when None."""
    classes, cycles = found.recall.shape
    names = np.array([plain(class_name(label, class_names)) for label in range(classes)], object)
    cells = {
        "x": found.cycles,
        "y": np.arange(classes),
        "z": 100 * found.recall,
        "customdata": np.stack([np.tile(names[:, None], cycles), np.tile(found.n_test[:, None], cycles)], axis=2),
        "hovertemplate": "%{customdata[0]}, cycle %{x}<br>%{z:.1f} % of %{customdata[1]} are right<extra></extra>",
    }
    at = int(found.cycles[-1]) if cycle is None else cycle
    frame = {"type": "rect", "x0": at - 0.5, "x1": at + 0.5, "y0": -0.5, "y1": classes - 0.5}
    layout = {
        "height": max(300, 60 + 14 * classes),
        "margin": _MARGIN,
        "uirevision": "recall",
        "title": heading("Accuracy of each class"),
        "shapes": [frame | {"line": {"color": VERMILLION, "width": 2}}] if at in found.cycles else [],
        "xaxis": {"title": {"text": "cycle"}, "showgrid": False, **cycle_ticks(int(found.cycles[-1]))},
        "yaxis": _class_axis(class_names, classes, "") | {"autorange": "reversed"},
    }
    return {"data": [_heat_map("% right") | cells], "layout": layout}


def confusion_figure(record: EvaluateRecord, class_names: Sequence[str]) -> Figure:
    """Heat map of the (C, C) confusion matrix: true class down, predicted class across."""
    classes = len(record.confusion)
    totals = record.confusion.sum(axis=1, keepdims=True)
    share = 100 * np.divide(record.confusion, totals, out=np.zeros((classes, classes)), where=totals > 0)
    names = np.array([plain(class_name(label, class_names)) for label in range(classes)], object)
    cells = {
        "z": share,
        "text": record.confusion,
        "customdata": np.stack([np.tile(names[:, None], classes), np.tile(names, (classes, 1))], axis=2),
        "hovertemplate": "%{customdata[0]} taken for %{customdata[1]}<br>%{text} images, %{z:.1f} % of the class"
        "<extra></extra>",
    }
    layout = {
        "height": max(380, 110 + 14 * classes),
        "margin": _MARGIN,
        "uirevision": "confusion",
        "title": heading("Confusion matrix"),
        "xaxis": _class_axis(class_names, classes, "predicted class") | _SLANTED,
        "yaxis": _class_axis(class_names, classes, "true class") | {"autorange": "reversed"},
    }
    numbers = _numbers(record.confusion, share) if classes <= MAX_NUMBERED else []
    return {"data": [_heat_map("% of the true class") | cells, *numbers], "layout": layout}


def _numbers(counts: NDArray[np.int64], share: NDArray[np.float64]) -> list[dict[str, Any]]:
    """The counts in their cells, in white and in black: the middle of the colours is too dark for plotly's own grey."""
    heat = _heat_map("") | {"texttemplate": "%{text}", "hoverinfo": "skip", "showscale": False}
    # Without a text of its own a cell that has no value would be written all the same.
    return [
        heat
        | {
            "z": np.where(here, share, np.nan),
            "text": np.where(here, counts.astype(str), "").astype(object),
            "textfont": {"color": ink},
        }
        for ink, here in (("white", share < MAX_DARK), ("black", share >= MAX_DARK))
        if here.any()
    ]


def balance_figure(found: ClassBalance, class_names: Sequence[str]) -> Figure:
    """Stacked bars of labels by class: the start, the cycles between, and the cycle itself."""
    classes = len(found.total)
    names = np.array([plain(class_name(label, class_names)) for label in range(classes)], object)
    parts = [("the start", found.initial, GREY, "")]
    if found.cycle > 1:
        parts.append(("earlier cycles", found.earlier, BLUE, ""))
    if found.cycle > 0:
        parts.append((f"cycle {found.cycle}", found.latest, VERMILLION, "/"))
    bars = [
        {
            "type": "bar",
            "x": np.arange(classes),
            "y": counts,
            "name": name,
            "marker": {"color": colour, "pattern": {"shape": pattern, "fgcolor": "white", "fillmode": "overlay"}},
            "customdata": names,
            "hovertemplate": f"%{{customdata}}: %{{y}} labels of {name}<extra></extra>",
        }
        for name, counts, colour, pattern in parts
    ]
    mean = float(found.total.mean())
    across = {"type": "line", "xref": "x domain", "x0": 0, "x1": 1, "y0": mean, "y1": mean}
    layout = {
        "height": 350,
        "margin": _MARGIN,
        "barmode": "stack",
        "legend": LEGEND_BELOW,
        "title": heading("Labels of each class"),
        "uirevision": "balance",
        "shapes": [across | {"line": {"color": GREEN, "dash": "dot", "width": 2}}],
        "xaxis": _class_axis(class_names, classes, "") | _SLANTED,
        "yaxis": {"title": {"text": "labels"}, "rangemode": "tozero", **whole_ticks([0, found.total.max()])},
    }
    return {"data": bars, "layout": layout}


def calibration_figure(found: Reliability) -> Figure:
    """Accuracy against mean confidence of each tenth, both in percent, with the diagonal."""
    some = found.count > 0
    count, confidence, accuracy = found.count[some], 100 * found.confidence[some], 100 * found.accuracy[some]
    diagonal = {
        "x": [0, 100],
        "y": [0, 100],
        "line": {"color": GREY, "dash": "dot", "width": 2},
        "name": "as often right as sure",
    }
    tenths = {
        "type": "scatter",
        "x": confidence,
        "y": accuracy,
        "name": "images, in ten groups by how sure it is",
        "mode": "lines+markers",
        "line": {"color": BLUE, "width": 2},
        "marker": {"symbol": "circle", "size": 6 + 16 * np.sqrt(count / count.max())},
        "customdata": count,
        "hovertemplate": "%{customdata} images<br>%{x:.1f} % sure, %{y:.1f} % right<extra></extra>",
    }
    unhovered = {"type": "scatter", "mode": "lines", "hoverinfo": "skip"}
    layout = {
        "height": 350,
        "margin": _MARGIN,
        "legend": LEGEND_BELOW,
        "title": heading("How sure, and how often right"),
        "uirevision": "calibration",
        "xaxis": {"title": {"text": "how sure the classifier is (%)"}, "range": [0, 102]},
        "yaxis": {"title": {"text": "right (%)"}, "range": [0, 102]},
    }
    return {
        "data": [unhovered | diagonal, unhovered | _gap_bars(confidence, accuracy) | {"name": "difference"}, tenths],
        "layout": layout,
    }


_MARGIN = {"l": 56, "r": 16, "t": 34, "b": 8}


def _gap_bars(confidence: NDArray[np.float64], accuracy: NDArray[np.float64]) -> dict[str, object]:
    gap = np.full(len(confidence), np.nan)
    return {
        "x": np.column_stack([confidence, confidence, gap]).ravel(),
        "y": np.column_stack([confidence, accuracy, gap]).ravel(),
        "line": {"color": faint(VERMILLION, 0.7), "width": 5},
    }


def _heat_map(unit: str) -> dict[str, Any]:
    bar = {"title": {"text": unit, "side": "right"}, "thickness": 12}
    return {"type": "heatmap", "zmin": 0, "zmax": 100, "colorscale": "Cividis", "colorbar": bar, "xgap": 1, "ygap": 1}


_SLANTED = {"tickangle": -45}
"""Slanted the other way, plotly drops a last name that does not fit."""


def _class_axis(class_names: Sequence[str], classes: int, title: str) -> dict[str, Any]:
    """Class names along an axis; every n-th one if there is no room for all."""
    shown = range(0, classes, max(1, round(classes / 25)))
    texts = [plain(class_name(label, class_names), NAME_WIDTH) for label in shown]
    ticks = {"tickvals": list(shown), "ticktext": texts}
    return {"title": {"text": title}, **ticks, "showgrid": False, "zeroline": False}
