"""Accuracy on the test set against the number of labels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from lada_explore.analysis import AccuracyByLabels, accuracy_by_labels
from lada_explore.records import CycleRecords, Stage
from lada_explore.views.palette import BLUE, faint
from lada_explore.views.record_chart import Picture, RecordChart
from lada_explore.views.selection import Selected
from lada_explore.views.source import RunSource


class AccuracyChart(RecordChart):
    """Accuracy in percent against labels, with the 95 % interval of the test set's size.

    Args:
        session: a session, its worker, or a recorded run.

    Raises:
        ConfigError: something that is no run.
    """

    stages = (Stage.EVALUATE,)

    def picture(self, source: RunSource, history: tuple[CycleRecords, ...], selected: Selected) -> Picture:
        """What to show of a run with these records; all cycles, whatever is selected."""
        return accuracy_picture(history)


def accuracy_picture(history: Sequence[CycleRecords]) -> Picture:
    """The chart with its sentences."""
    measured = accuracy_by_labels(history)
    if measured.reason:
        return Picture(message=measured.reason)
    return Picture(
        figure=accuracy_figure(measured),
        caption=(
            f"Share of {measured.n_test:,} test images that are right after each cycle. The band is what so many "
            "images can tell (95 % Wilson interval); another seed may differ by more."
        ),
        label="accuracy against labels",
    )


def accuracy_figure(measured: AccuracyByLabels) -> go.Figure:
    """Accuracy (%) against labels, with its band; K cycles."""
    low, mid, high = (100 * share for share in (measured.lower, measured.accuracy, measured.upper))
    edge = {"color": faint(BLUE, 0.55), "width": 1, "dash": "dot"}
    figure = go.Figure()
    figure.add_scatter(x=measured.n_labelled, y=low, mode="lines", line=edge, hoverinfo="skip", showlegend=False)
    figure.add_scatter(
        x=measured.n_labelled, y=high, mode="lines", line=edge, fill="tonexty", fillcolor=faint(BLUE, 0.18),
        hoverinfo="skip", name="95 % interval",
    )  # fmt: skip
    figure.add_scatter(
        x=measured.n_labelled,
        y=mid,
        name="accuracy",
        mode="lines+markers",
        line={"color": BLUE, "width": 2},
        marker={"symbol": "circle", "size": 7},
        customdata=np.column_stack([measured.cycles, low, high]),
        hovertemplate="cycle %{customdata[0]:d}, %{x} labels<br>%{y:.1f} % right "
        "(%{customdata[1]:.1f} to %{customdata[2]:.1f} %)<extra></extra>",
    )
    figure.update_layout(
        height=330,
        margin={"l": 56, "r": 16, "t": 12, "b": 8},
        legend={"orientation": "h", "x": 1, "xanchor": "right", "y": 0.02, "yanchor": "bottom"},
        uirevision="accuracy",
    )
    figure.update_yaxes(title_text="test accuracy (%)")
    figure.update_xaxes(title_text="labelled images", tickformat="d", rangemode="normal")
    return figure
