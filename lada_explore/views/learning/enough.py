"""Whether more labels still change the classifier, as far as that can be told without a test set."""

from __future__ import annotations

from typing import Any

import numpy as np

from lada_explore.analysis import Stopping, hint, stopping
from lada_explore.analysis.stopping import KAPPA_TO_STOP, WINDOW
from lada_explore.records import CycleRecords, Stage
from lada_explore.views.base.palette import BLUE, GREEN, GREY, VERMILLION, faint
from lada_explore.views.base.plot_view import LEGEND_BELOW, Figure, whole_ticks
from lada_explore.views.base.record_chart import FigureSpec, RecordChart
from lada_explore.views.base.selection import Selected
from lada_explore.views.base.source import RunSource
from lada_explore.views.base.text import heading

FEW = 100
"""Of fewer images than this, the share that changed is known to no better than about 6 points."""


class EnoughChart(RecordChart):
    """Enough labels? The changes of the predictions from cycle to cycle, the expected gain, and prequential accuracy.

    It says what was measured and decides nothing. Needs no test set.

    Args:
        session: a session, its worker, or a recorded run.
        selection: the selected cycle, images and pair, shared with other views; a new one when None.

    Raises:
        ConfigError: `session` is no run.
    """

    stages = (Stage.SCORE, Stage.QUERY, Stage.EVALUATE)

    def figure_spec(self, source: RunSource, history: tuple[CycleRecords, ...], selected: Selected) -> FigureSpec:
        """What to show of a run with these records and this selection."""
        found = stopping(history)
        if found.reason:
            return FigureSpec(message=found.reason)
        few = f"These are {found.n[-1]} images only, so all of this is rough." if found.n[-1] < FEW else ""
        return FigureSpec(
            figure=enough_figure(found, selected.cycle),
            notes=(hint(found),),
            caption=" ".join(
                filter(
                    None,
                    (
                        few,
                        "Bars: 95 % Wilson interval of the changed predictions. Bloodgood and Vijay-Shanker (2009) "
                        f"stop when the mean kappa of the last {WINDOW} trainings is at least {KAPPA_TO_STOP}.",
                        found.guesses.caveat if not found.guesses.reason else "",
                    ),
                )
            ),
            label="changed predictions, expected gain and guesses before the answer against labels",
        )


def enough_figure(found: Stopping, cycle: int | None = None) -> Figure:
    """Changed predictions with bars, expected gain, and below them prequential accuracy; `cycle` is ringed."""
    changed, low, high = (100 * values for values in (found.changed, found.lower, found.upper))
    line = {"type": "scatter", "mode": "lines+markers", "x": found.n_labelled}
    traces: list[dict[str, Any]] = [
        line
        | {
            "y": changed,
            "name": "predictions changed by one training",
            "line": {"color": BLUE, "width": 2},
            "marker": {"symbol": "circle", "size": 6},
            "error_y": {"array": high - changed, "arrayminus": changed - low, "color": faint(BLUE, 0.5)},
            "customdata": np.column_stack([found.cycles, found.n, found.kappa]),
            "hovertemplate": "cycle %{customdata[0]:d}, %{x} labels<br>%{y:.1f} % of %{customdata[1]:d} images, kappa "
            "%{customdata[2]:.2f}<extra></extra>",
        }
    ]
    told = np.isfinite(found.gain)
    if told.any():
        traces.append(
            line
            | {
                "x": found.n_labelled[told],
                "y": 100 * found.gain[told],
                "name": "expected gain of the next cycle, at most",
                "line": {"color": VERMILLION, "width": 2, "dash": "dash"},
                "marker": {"symbol": "diamond", "size": 6},
                "hovertemplate": "%{x} labels<br>at most about %{y:.1f} points<extra></extra>",
            }
        )
    guesses = found.guesses
    places = np.isin(guesses.cycles, found.cycles)
    labels_of = dict(zip(found.cycles.tolist(), found.n_labelled.tolist(), strict=True))
    if places.any():
        at = [labels_of[cycle] for cycle in guesses.cycles[places].tolist()]
        shown = {
            "y": 100 * guesses.accuracy_so_far[places],
            "name": "guesses before the answer that were right, all so far",
        }
        look = {"line": {"color": GREEN, "width": 2, "dash": "dot"}, "marker": {"symbol": "square", "size": 5}}
        hover = {"hovertemplate": "%{x} labels<br>%{y:.1f} % of the guesses right<extra></extra>"}
        traces.append(line | {"x": at} | shown | look | hover)
    if cycle in found.cycles:
        here = found.cycles == cycle
        ring = {"symbol": "circle-open", "size": 15, "color": GREY, "line": {"width": 2.5}}
        where = {"x": found.n_labelled[here], "y": changed[here], "name": f"cycle {cycle}"}
        traces.append({"type": "scatter", "mode": "markers", "marker": ring, "hoverinfo": "skip", **where})
    layout = {
        "height": 330,
        "margin": {"l": 56, "r": 16, "t": 34, "b": 8},
        "title": heading("Do more labels still change the predictions?"),
        "legend": LEGEND_BELOW,
        "uirevision": "enough",
        "xaxis": {"title": {"text": "labelled images"}, "rangemode": "normal", **whole_ticks(found.n_labelled)},
        "yaxis": {"title": {"text": "% of images"}, "rangemode": "tozero"},
    }
    return {"data": traces, "layout": layout}
