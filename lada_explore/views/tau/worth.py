"""What tau* is worth: its histogram beside the best tau, the regret in bits, and the Beta of the chosen pair."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lada_explore.analysis import (
    TauWorth,
    beta_density,
    counts_values,
    drawn_note,
    draws_note,
    gain_text,
    not_counted_note,
    only_drawn,
    pair_row,
    tau_worth,
)
from lada_explore.records import CycleRecords, LookAheadRecord, Stage
from lada_explore.views.base.palette import BLUE, GREEN, GREY, VERMILLION, faint
from lada_explore.views.base.plot_view import LEGEND_BELOW, Figure, panel_title, whole_ticks
from lada_explore.views.base.record_chart import FigureSpec, RecordChart
from lada_explore.views.base.selection import Selected
from lada_explore.views.base.source import RunSource
from lada_explore.views.base.text import tau_text

BINS = 24
"""Bars of a histogram."""

MIN_SHOWN = 0.01
"""Smallest mean regret whose digits are printed: the best tau is searched in steps."""

HIGHEST_DENSITY = 4.0
"""A density is cut here: below tau = 1 it grows without end towards 0 and 1."""


class TauWorthChart(RecordChart):
    """tau* beside each pair's best tau, the regret, and the density of lam for the chosen pair.

    Args:
        session: a session, its worker, or a recorded run.
        selection: the selected cycle, images and pair, shared with other views; a new one when None.

    Raises:
        ConfigError: `session` is no run.
    """

    stages = (Stage.LOOK_AHEAD, Stage.SELECT)

    def figure_spec(self, source: RunSource, history: tuple[CycleRecords, ...], selected: Selected) -> FigureSpec:
        """What to show of a run with these records and this selection."""
        return worth_figure_spec(history, source.config.policy.tau_max, selected)


def worth_figure_spec(history: Sequence[CycleRecords], tau_max: float, selected: Selected) -> FigureSpec:
    """The chart with its sentences.

    Args:
        history: records of a run.
        tau_max: upper end of the range of a learned tau.
        selected: the cycle, the latest that looked ahead when it is None, and the pair.
    """
    looked = [records for records in history if records.look_ahead is not None]
    if selected.cycle is not None:
        looked = [records for records in looked if records.cycle == selected.cycle]
    if not looked or looked[-1].look_ahead is None:
        if selected.cycle == 0:
            return FigureSpec(message="The start has no pairs to look ahead to.")
        which = "No cycle has" if selected.cycle is None else f"Cycle {selected.cycle} has not"
        return FigureSpec(message=f"{which} looked ahead yet.")
    records, look_ahead = looked[-1], looked[-1].look_ahead
    worth = tau_worth(look_ahead)
    if worth.reason:
        return FigureSpec(message=worth.reason)
    if only_drawn(records):
        tau = float(worth.tau[0])
        return FigureSpec(
            figure=density_figure(tau),
            caption=f"The density says how often each λ is drawn to mix a pair in training.{drawn_note(tau)}",
            label=f"the Beta of every pair in cycle {records.cycle}",
        )
    return FigureSpec(
        figure=worth_figure(records, look_ahead, worth, tau_max, selected.pair),
        caption=_caption(worth, _tau_end(worth, tau_max), learned=len(look_ahead.policy_loss) > 0)
        + not_counted_note(counts_values(records))
        + draws_note(worth.unit, "a pair's best τ and its regret"),
        label=f"τ*, best τ, regret and the Beta of a pair in cycle {records.cycle}",
    )


def _tau_end(worth: TauWorth, tau_max: float) -> float:
    """Upper end of the range in which the best tau was searched."""
    return max(tau_max, float(worth.tau.max()))


def _caption(worth: TauWorth, tau_end: float, *, learned: bool) -> str:
    # A policy that learns nothing has no starting tau that it could have gained over.
    known = learned and not np.isnan(worth.gain)
    over = f"; τ* gained {gain_text(worth.gain)} {worth.unit} over the starting τ" if known else ""
    return (
        f"Regret is what a pair's own best τ, searched up to {tau_end:.3g}, would add to its look-ahead value, "
        f"{_small(float(worth.regret.mean()))} {worth.unit} a pair on average{over}. The density says how "
        "often each λ is drawn to mix the chosen pair."
    )


def _small(value: float) -> str:
    """A regret with three decimals; a smaller one than `MIN_SHOWN` is not told by its digits."""
    return f"{value:.3f}" if abs(value) >= MIN_SHOWN else f"less than {MIN_SHOWN}"


def worth_figure(
    records: CycleRecords,
    look_ahead: LookAheadRecord,
    worth: TauWorth,
    tau_max: float,
    pair: tuple[int, int] | None = None,
) -> Figure:
    """Three panels: tau* and best tau, regret, Beta(tau, tau).

    Args:
        records: the cycle.
        look_ahead: its look-ahead, with at least one pair.
        worth: what tau* is worth to each pair.
        tau_max: upper end of the range of a learned tau.
        pair: the pair of the third panel; the best of the cycle when None or unknown to it.
    """
    place = pair_row(records, pair) or 0
    first, second = records.subsample.pair_ids[place].tolist() if records.subsample is not None else (0, 0)
    density = _density_traces(worth, place, float(look_ahead.tau_by_epoch[0, place]))
    tau_end = _tau_end(worth, tau_max)
    mean = float(worth.regret.mean())
    tau_traces, regret = _tau_traces(worth, tau_end), _regret_trace(worth)
    titles = ("τ* and best τ", "Regret of the pairs", f"Beta(τ, τ) of {first}, {second}")
    written = {"text": f"mean {_small(mean)}", "x": mean, "xref": "x2", "y": 1, "yref": "y2 domain", "xshift": 4}
    layout = {
        "height": 330,
        "margin": {"l": 56, "r": 16, "t": 34, "b": 8},
        "legend": LEGEND_BELOW,
        "barmode": "overlay",
        "uirevision": "worth",
        "meta": {"panels": list(PANELS)},
        "annotations": [
            *(panel_title(text, panel) for text, panel in zip(titles, PANELS, strict=True)),
            written | {"xanchor": "left", "yanchor": "top", "showarrow": False},
        ],
        "shapes": [_mean_line(mean)],
        "xaxis": _axis(0, "τ", range=[0, tau_end]),
        "yaxis": _counts("x", *tau_traces),
        "xaxis2": _axis(1, f"regret ({worth.unit})", anchor="y2"),
        "yaxis2": _counts("x2", regret),
        "xaxis3": _axis(2, "λ, the share of the first image", anchor="y3", range=[0, 1]),
        "yaxis3": {**_densities(density), "anchor": "x3"},
    }  # fmt: skip
    return {"data": [*tau_traces, regret, *density], "layout": layout}


PANELS = ([0, 0.28], [0.36, 0.64], [0.72, 1])
"""Shares of the width that the panels take."""


def _axis(panel: int, title: str, **settings: Any) -> dict[str, Any]:
    return {"domain": PANELS[panel], "title": {"text": title}, **settings}


def _counts(anchor: str, *counts: dict[str, Any]) -> dict[str, Any]:
    highest = max(int(trace["y"].max()) for trace in counts)
    return {"title": {"text": "pairs"}, "rangemode": "tozero", "anchor": anchor, **whole_ticks([0, highest])}


def _mean_line(mean: float) -> dict[str, Any]:
    at = {"xref": "x2", "x0": mean, "x1": mean, "yref": "y2 domain", "y0": 0, "y1": 1}
    return {"type": "line", "line": {"color": VERMILLION, "dash": "dot", "width": 2}, **at}


def _histogram(values: NDArray[Any], high: float) -> dict[str, Any]:
    """Middles of the bars from 0 to `high` as x, and how many values fall into each as y."""
    count, edges = np.histogram(values.clip(0, high), BINS, (0, high))
    return {"x": (edges[:-1] + edges[1:]) / 2, "y": count}


def _tau_traces(worth: TauWorth, high: float) -> list[dict[str, Any]]:
    hover = {"hovertemplate": "τ %{x:.2f}: %{y} pairs<extra></extra>"}
    stair = {"color": VERMILLION, "width": 2, "shape": "hvh", "dash": "dash"}
    return [
        {"type": "bar", "name": "τ*", "marker": {"color": faint(BLUE, 0.6)}} | _histogram(worth.tau, high) | hover,
        {"type": "scatter", "mode": "lines", "name": "best τ of each pair", "line": stair}
        | _histogram(worth.best_tau, high)
        | hover,
    ]


def _regret_trace(worth: TauWorth) -> dict[str, Any]:
    return _histogram(worth.regret, 1.001 * max(float(worth.regret.max()), 1e-3)) | {
        "type": "bar",
        "name": "regret",
        "showlegend": False,
        "marker": {"color": GREEN, "pattern": {"shape": "/", "fgcolor": "white", "fillmode": "overlay"}},
        "hovertemplate": f"%{{x:.3f}} {worth.unit}: %{{y}} pairs<extra></extra>",
        "xaxis": "x2",
        "yaxis": "y2",
    }


def density_figure(tau: float) -> Figure:
    """One panel, Beta(tau, tau), for pairs that all have the same tau while nothing of V counts."""
    trace = _density(f"τ = {tau_text(tau)} of every pair", "τ", tau, {"color": BLUE, "width": 2.5})
    layout = {
        "height": 330,
        "margin": {"l": 56, "r": 16, "t": 34, "b": 8},
        "legend": LEGEND_BELOW,
        "showlegend": True,
        "uirevision": "worth",
        "annotations": [panel_title("Beta(τ, τ) of every pair", [0, 1])],
        "xaxis": {"title": {"text": "λ, the share of the first image"}, "range": [0, 1]},
        "yaxis": _densities([trace]),
    }
    return {"data": [trace], "layout": layout}


def _density_traces(worth: TauWorth, place: int, start: float) -> list[dict[str, Any]]:
    lines = {
        "τ*": (float(worth.tau[place]), {"color": BLUE, "width": 2.5}),
        "best τ": (float(worth.best_tau[place]), {"color": VERMILLION, "width": 2, "dash": "dash"}),
        "starting τ": (start, {"color": GREY, "width": 2, "dash": "dot"}),
    }
    third = {"xaxis": "x3", "yaxis": "y3"}
    return [
        _density(f"{name} = {tau_text(tau)} of the pair", name, tau, line) | third
        for name, (tau, line) in lines.items()
    ]


def _density(title: str, name: str, tau: float, line: dict[str, Any]) -> dict[str, Any]:
    """The density of Beta(tau, tau) as a line with this title in the legend, and this name under the pointer."""
    lam, density = beta_density(tau)
    return {
        "type": "scatter",
        "x": lam,
        "y": density,
        "name": title,
        "mode": "lines",
        "line": line,
        "hovertemplate": f"{name} {tau:.3f}<br>λ %{{x:.2f}}: density %{{y:.2f}}<extra></extra>",
    }


def _densities(traces: list[dict[str, Any]]) -> dict[str, Any]:
    highest = max(float(trace["y"].max()) for trace in traces)
    return {"title": {"text": "density"}, "range": [0, min(1.05 * highest, HIGHEST_DENSITY)]}
