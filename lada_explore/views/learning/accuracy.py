"""Accuracy on the test set against the number of labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lada_explore.analysis import AccuracyByLabels, accuracy_by_labels
from lada_explore.records import CycleRecords, Stage
from lada_explore.views.base.palette import BLUE, GREEN, VERMILLION, faint
from lada_explore.views.base.plot_view import LEGEND_BELOW, Figure, whole_ticks
from lada_explore.views.base.record_chart import FigureSpec, RecordChart
from lada_explore.views.base.selection import Selected, Selection
from lada_explore.views.base.source import RunSource, source_of
from lada_explore.views.base.text import heading, plain
from lada_explore.views.learning.tested import tested_images

Runs = Sequence[Any] | Mapping[str, Any]
"""Sessions, workers or recorded runs. A mapping names them; otherwise they have the names of folder and method."""

NAME_WIDTH = 40
"""Longer names of runs are cut in the legend."""

OTHERS = (("#CC79A7", "dash", "square"), (GREEN, "dot", "diamond"), (VERMILLION, "dashdot", "triangle-up"))
"""Colour, line and marker of the other runs, in turn."""


class AccuracyChart(RecordChart):
    """Accuracy in percent against labels, with the 95 % interval of the test set's size.

    Args:
        session: a session, its worker, or a recorded run.
        selection: the selected cycle, images and pair, shared with other views; a new one when None.
        compare: other runs that are drawn over this one, as they are when the chart is drawn.

    Raises:
        ConfigError: `session` is no run.
    """

    stages = (Stage.EVALUATE,)

    def __init__(self, session: Any, selection: Selection | None = None, *, compare: Runs = ()) -> None:
        named = compare if isinstance(compare, Mapping) else {}
        runs = [(name, source_of(run)) for name, run in named.items()]
        runs += [(run_name(other), other) for other in map(source_of, [] if named else compare)]
        self._compared: tuple[tuple[str, RunSource], ...] = tuple(runs)
        super().__init__(session, selection)

    def figure_spec(self, source: RunSource, history: tuple[CycleRecords, ...], selected: Selected) -> FigureSpec:
        """What to show of a run with these records; all cycles, the selected one ringed."""
        others = {name: accuracy_by_labels(other.history) for name, other in self._compared}
        return accuracy_figure_spec(history, run_name(source), others, selected.cycle)


def run_name(source: RunSource) -> str:
    """Name of a run beside others: its folder's name, its method and its seed."""
    path = getattr(source, "path", None)
    config = source.config
    return f"{f'{path.name}: ' if path is not None else ''}{config.method.name}, seed {config.seed}"


def accuracy_figure_spec(
    history: Sequence[CycleRecords],
    name: str = "this run",
    others: Mapping[str, AccuracyByLabels] | None = None,
    cycle: int | None = None,
) -> FigureSpec:
    """The chart with its sentences.

    Args:
        history: records of the run.
        name: name of the run beside others.
        others: accuracy of the other runs, by name.
        cycle: the cycle to ring; none when None.
    """
    measured = accuracy_by_labels(history)
    if measured.reason:
        return FigureSpec(message=measured.reason)
    missing = [name for name, other in (others or {}).items() if other.reason]
    return FigureSpec(
        figure=accuracy_figure(measured, name, others, cycle),
        caption=(
            f"Band: 95 % Wilson interval for {measured.n_test:,} {tested_images(measured.tested_on)}. "
            "Another seed may differ by more."
        ),
        notes=tuple(f"{name} has no accuracy to compare." for name in missing),
        label="accuracy against labels",
    )


def accuracy_figure(
    measured: AccuracyByLabels,
    name: str = "this run",
    others: Mapping[str, AccuracyByLabels] | None = None,
    cycle: int | None = None,
) -> Figure:
    """Accuracy (%) against labels, with its band; arguments as for `accuracy_figure_spec`."""
    low, mid, high = (100 * share for share in (measured.lower, measured.accuracy, measured.upper))
    edge = {"color": faint(BLUE, 0.55), "width": 1, "dash": "dot"}
    bound = {"type": "scatter", "x": measured.n_labelled, "mode": "lines", "line": edge, "hoverinfo": "skip"}
    filled = {"fill": "tonexty", "fillcolor": faint(BLUE, 0.18), "name": "95 % interval"}
    traces = [bound | {"y": low, "showlegend": False}, bound | {"y": high} | filled]
    # A band over a single number of labels has no width: its interval is drawn as a bar.
    alone = {"array": high - mid, "arrayminus": mid - low, "color": faint(BLUE, 0.6)} if len(mid) == 1 else None
    traces.append(
        _line(
            x=measured.n_labelled,
            y=mid,
            **({"error_y": alone} if alone else {}),
            name=f"accuracy of {plain(name, NAME_WIDTH)}" if others else "accuracy",
            line={"color": BLUE, "width": 2},
            marker={"symbol": "circle", "size": 7},
            customdata=np.column_stack([measured.cycles, low, high]),
            hovertemplate="cycle %{customdata[0]:d}, %{x} labels<br>%{y:.1f} % right "
            "(%{customdata[1]:.1f} to %{customdata[2]:.1f} %)<extra></extra>",
        )
    )
    for place, (other_name, other) in enumerate((others or {}).items()):
        traces.append(_laid_over(other, plain(other_name, NAME_WIDTH), *OTHERS[place % len(OTHERS)]))
    if cycle in measured.cycles:
        (at,) = np.flatnonzero(measured.cycles == cycle)
        ring = {"symbol": "circle-open", "size": 15, "color": VERMILLION, "line": {"width": 2.5}}
        where = {"x": measured.n_labelled[[at]], "y": mid[[at]], "name": f"cycle {cycle}"}
        traces.append({"type": "scatter", "mode": "markers", "marker": ring, "hoverinfo": "skip", **where})
    layout = {
        "height": 330,
        "margin": {"l": 56, "r": 16, "t": 34, "b": 8},
        "title": heading("Test accuracy"),
        "legend": LEGEND_BELOW,
        "uirevision": "accuracy",
        "xaxis": {"title": {"text": "labelled images"}, "rangemode": "normal", **whole_ticks(measured.n_labelled)},
        "yaxis": {"title": {"text": "right (%)"}},
    }
    return {"data": traces, "layout": layout}


def _line(**settings: Any) -> dict[str, Any]:
    return {"type": "scatter", "mode": "lines+markers", **settings}


def _laid_over(other: AccuracyByLabels, name: str, colour: str, dash: str, symbol: str) -> dict[str, Any]:
    return _line(
        x=other.n_labelled,
        y=100 * other.accuracy,
        name=name,
        line={"color": colour, "width": 2, "dash": dash},
        marker={"symbol": symbol, "size": 7},
        customdata=other.cycles,
        hovertemplate="cycle %{customdata}, %{x} labels<br>%{y:.1f} % right<extra></extra>",
    )
