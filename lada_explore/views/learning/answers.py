"""The answers compared with what the classifier predicted before it was trained on them, and with the true classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from lada_explore.analysis import (
    Agreement,
    Pace,
    Prequential,
    agreement,
    pace,
    prequential,
)
from lada_explore.records import CycleRecords, Stage
from lada_explore.views.base.palette import BLUE, GREY, VERMILLION, faint
from lada_explore.views.base.plot_view import LEGEND_BELOW, Figure, cycle_ticks, whole_ticks
from lada_explore.views.base.record_chart import FigureSpec, RecordChart
from lada_explore.views.base.selection import Selected
from lada_explore.views.base.source import RunSource, answers_of
from lada_explore.views.base.text import class_name, heading, plain

NAME_WIDTH = 60
"""Longer class names are cut on the axis, and shorter ones where the page has no room."""


class PrequentialChart(RecordChart):
    """How often the classifier was right about the images it asked about, before it was trained on them.

    Needs no test set.

    Args:
        session: a session, its worker, or a recorded run.
        selection: the selected cycle, images and pair, shared with other views; a new one when None.

    Raises:
        ConfigError: `session` is no run.
    """

    stages = (Stage.SCORE, Stage.QUERY)

    def figure_spec(self, source: RunSource, history: tuple[CycleRecords, ...], selected: Selected) -> FigureSpec:
        """What to show of a run with these records and this selection."""
        found = prequential(history)
        if found.reason:
            return FigureSpec(message=found.reason)
        return FigureSpec(
            figure=prequential_figure(found, selected.cycle),
            caption=f"{found.caveat} Bars and band: 95 % Wilson intervals.",
            label="guesses before the answer that were right, by cycle",
        )


class AgreementChart(RecordChart):
    """How many of the given labels are true, by class, where the data set knows the truth; and how long answers took.

    Args:
        session: a session, its worker, or a recorded run.
        selection: the selected cycle, images and pair, shared with other views; a new one when None.

    Raises:
        ConfigError: `session` is no run.
    """

    stages = (Stage.SUBSAMPLE, Stage.QUERY)

    def figure_spec(self, source: RunSource, history: tuple[CycleRecords, ...], selected: Selected) -> FigureSpec:
        """What to show of a run with these records and this selection."""
        # Only for a person: the time between two answers of a program is that of the other stages.
        answers = answers_of(source) if getattr(source, "asks_a_person", False) else ()
        return agreement_figure_spec(history, source.class_names, pace(answers))


def prequential_figure(found: Prequential, cycle: int | None = None) -> Figure:
    """Points with bars for each cycle, and a line with a band for all cycles up to it; `cycle` is ringed."""
    share, low, high = (100 * values for values in (found.accuracy, found.lower, found.upper))
    so_far, below, above = (
        100 * values for values in (found.accuracy_so_far, found.lower_so_far, found.upper_so_far)
    )  # fmt: skip
    edge = {"type": "scatter", "x": found.cycles, "mode": "lines", "hoverinfo": "skip", "showlegend": False}
    line = {"color": faint(BLUE, 0.55), "width": 1, "dash": "dot"}
    traces: list[dict[str, Any]] = [
        edge | {"y": below, "line": line},
        edge | {"y": above, "line": line, "fill": "tonexty", "fillcolor": faint(BLUE, 0.18)},
        {
            "type": "scatter",
            "x": found.cycles,
            "y": so_far,
            "name": "all cycles so far",
            "mode": "lines",
            "line": {"color": BLUE, "width": 2},
            "customdata": found.n_so_far,
            "hovertemplate": "up to cycle %{x}: %{y:.1f} % of %{customdata} images<extra></extra>",
        },
        {
            "type": "scatter",
            "x": found.cycles,
            "y": share,
            "name": "images of the cycle",
            "mode": "markers",
            "marker": {"symbol": "diamond", "size": 8, "color": VERMILLION},
            "error_y": {"array": high - share, "arrayminus": share - low, "color": faint(VERMILLION, 0.6)},
            "customdata": found.n,
            "hovertemplate": "cycle %{x}: %{y:.1f} % of %{customdata} images<extra></extra>",
        },
    ]
    if cycle in found.cycles:
        at = found.cycles == cycle
        ring = {"symbol": "circle-open", "size": 17, "color": GREY, "line": {"width": 2.5}}
        where = {"x": found.cycles[at], "y": share[at], "name": f"cycle {cycle}"}
        traces.append({"type": "scatter", "mode": "markers", "marker": ring, "hoverinfo": "skip", **where})
    layout = {
        "height": 350,
        "margin": {"l": 56, "r": 16, "t": 34, "b": 8},
        "title": heading("Guesses before the answer"),
        "legend": LEGEND_BELOW,
        "uirevision": "prequential",
        "xaxis": {"title": {"text": "cycle"}, **cycle_ticks(int(found.cycles[-1]))},
        "yaxis": {"title": {"text": "guesses that were right (%)"}, "range": [0, 102]},
    }
    return {"data": traces, "layout": layout}


def agreement_figure_spec(history: Sequence[CycleRecords], class_names: Sequence[str], took: Pace) -> FigureSpec:
    """Bars of the labels of each class, right and wrong; a sentence if all are right, or if the truth is unknown.

    Args:
        history: records of a run.
        class_names: by label.
        took: time of the answers.
    """
    found = agreement(history, len(class_names))
    if found.reason:
        return FigureSpec(message=" ".join([found.reason, _time_taken(took)]).strip())
    wrong = found.n - int(np.trace(found.confusion))
    if wrong == 0:
        return FigureSpec(message=f"All {found.n:,} labels whose truth is known are right. {_time_taken(took)}".strip())
    return FigureSpec(
        figure=agreement_figure(found, class_names),
        caption=(
            f"{wrong:,} of {found.n:,} labels differ from the truth: {100 * found.overall:.1f} % agree. "
            f"{_time_taken(took)}"
        ).strip(),
        label="agreement of the labels with the truth",
    )


def agreement_figure(found: Agreement, class_names: Sequence[str]) -> Figure:
    """Given labels of each true class as stacked bars: right and wrong, with the most frequent mistake on hover."""
    right, totals = np.diag(found.confusion), found.confusion.sum(axis=1)
    classes = np.arange(len(totals))
    mistakes = found.confusion - np.diag(right)
    names = [plain(class_name(label, class_names)) for label in classes.tolist()]
    often = [names[int(row.argmax())] if row.any() else "none" for row in mistakes]
    hatched = {"shape": "/", "fgcolor": "white", "fillmode": "overlay"}
    parts = (("right", right, {"color": BLUE}), ("wrong", totals - right, {"color": VERMILLION, "pattern": hatched}))
    texts = [plain(class_name(label, class_names), NAME_WIDTH) for label in classes.tolist()]
    step = max(1, round(len(classes) / 25))
    layout = {
        "height": 350,
        "margin": {"l": 56, "r": 16, "t": 34, "b": 8},
        "barmode": "stack",
        "title": heading("Labels against the truth"),
        "legend": LEGEND_BELOW,
        "uirevision": "agreement",
        "xaxis": {
            "title": {"text": "true class"},
            "tickvals": classes[::step].tolist(),
            "ticktext": texts[::step],
            "tickangle": -45,
        },
        "yaxis": {"title": {"text": "labels"}, "rangemode": "tozero", **whole_ticks([0, totals.max()])},
    }
    bars = [
        {
            "type": "bar",
            "x": classes,
            "y": counts,
            "name": name,
            "marker": marker,
            "customdata": np.array([names, often], object).T,
            "hovertemplate": f"%{{customdata[0]}}: %{{y}} labels are {name}<br>most often mistaken for "
            "%{customdata[1]}<extra></extra>",
        }
        for name, counts, marker in parts
    ]
    return {"data": bars, "layout": layout}


def _time_taken(took: Pace) -> str:
    if not len(took.seconds):
        return ""
    return f"An answer took {took.median_s:.1f} s (median of {len(took.seconds):,}, pauses left out)."
