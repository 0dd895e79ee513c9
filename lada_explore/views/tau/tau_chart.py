"""tau*, two ways: over the cycles of the run, and pair by pair while one cycle's policy network learned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lada_explore.analysis import (
    TauByCycle,
    TauTraces,
    acquired_pairs,
    gain_text,
    only_drawn,
    pair_row,
    tau_by_cycle,
    tau_traces,
    tau_warnings,
)
from lada_explore.errors import ConfigError
from lada_explore.records import CycleRecords, IntArray, Stage
from lada_explore.views.base.palette import BLUE, GREEN, GREY, VERMILLION, faint
from lada_explore.views.base.plot_view import LEGEND_BELOW, Figure, PickedPoint, cycle_ticks, panel_title, whole_ticks
from lada_explore.views.base.record_chart import FigureSpec, RecordChart
from lada_explore.views.base.selection import Selected, Selection
from lada_explore.views.base.source import RunSource

MAX_TRACES = 400
"""More pairs than this are drawn as an even sample: lines on top of each other show nothing more."""

LEFT, RIGHT = [0, 0.445], [0.555, 1]
"""Shares of the width that the two panels take."""

ACQUIRED = "pairs asked about"
UPPER_RIGHT = {"xaxis": "x2", "yaxis": "y2"}

CAPTION = (
    "τ* says how each pair is mixed, λ ~ Beta(τ*, τ*): near 0 the virtual instances stay close to one of the two, "
    "at 1 every mixture is equally likely, above 1 halves are favoured."
)


FIRST_CYCLES = 5
"""Cycles for which the axis of a run has room from its start on, if it is to have as many."""


class TauChart(RecordChart):
    """tau* per cycle on the left, and each pair's tau over the policy's epochs on the right.

    Args:
        session: a session, its worker, or a recorded run.
        selection: the selected cycle, images and pair, shared with other views; a new one when None.
        cycle: the cycle shown on the right; None follows the latest that looked ahead.

    Raises:
        ConfigError: something that is no run, or a cycle below 1.
    """

    stages = (Stage.LOOK_AHEAD, Stage.SELECT)

    def __init__(self, session: Any, selection: Selection | None = None, *, cycle: int | None = None) -> None:
        if cycle is not None and cycle < 1:
            raise ConfigError(f"cycle is {cycle}; looking ahead begins with cycle 1")
        own = selection or Selection()
        if cycle is not None:
            own.show_cycle(cycle)
        super().__init__(session, own)
        self.on_click(self._choose)

    def figure_spec(self, source: RunSource, history: tuple[CycleRecords, ...], selected: Selected) -> FigureSpec:
        """What to show of a run with these records and this selection."""
        config = source.config
        return tau_figure_spec(
            history, config.policy.tau_max, selected.cycle, selected.pair, planned=config.schedule.cycles
        )

    def _choose(self, points: list[PickedPoint]) -> None:
        """Show the acquired pair that was clicked, in its cycle."""
        clicked = points[0]["customdata"] if points else None
        if clicked is not None and len(clicked) == 3:
            cycle, first, second = (int(value) for value in clicked)
            self.selection.show_cycle(cycle)
            self.selection.choose_pair(first, second)


def tau_figure_spec(
    history: Sequence[CycleRecords],
    tau_max: float,
    cycle: int | None = None,
    pair: tuple[int, int] | None = None,
    *,
    planned: int = FIRST_CYCLES,
) -> FigureSpec:
    """The chart with its sentences.

    Args:
        history: records of a run.
        tau_max: upper end of the range of a learned tau.
        cycle: the cycle of the right panel; None takes the latest that looked ahead.
        pair: the pair to point out in it, if it is one of its candidates.
        planned: cycles that the run is to have.
    """
    by_cycle = tau_by_cycle(history)
    if by_cycle.reason:
        return FigureSpec(message=by_cycle.reason)
    if any(only_drawn(entry) for entry in history):
        return FigureSpec(
            message="This method draws its pairs at random and mixes each at "
            f"τ = {by_cycle.mean[-1]:g}, which nothing chooses, so there is no τ* to follow."
        )
    chosen = int(by_cycle.cycles[-1]) if cycle is None else cycle
    records = next((entry for entry in history if entry.cycle == chosen and entry.look_ahead is not None), None)
    notes: tuple[str, ...] = ()
    if records is None or records.look_ahead is None:
        notes = (
            f"Cycle {chosen} has not looked ahead yet." if chosen else "The start has no pairs; τ begins with cycle 1.",
        )
    else:
        warnings = tau_warnings(records.look_ahead, tau_max)
        notes = tuple(f"Cycle {chosen}: {warning[0].lower()}{warning[1:]}" for warning in warnings)
    return FigureSpec(
        figure=tau_figure(by_cycle, records, tau_max, pair, planned=planned),
        caption=f"{CAPTION}{_gain_note(by_cycle, chosen)}{_kept_note(records)}",
        notes=notes,
        label=f"τ* by cycle, and τ over the policy's epochs in cycle {chosen}",
    )


def _gain_note(by_cycle: TauByCycle, cycle: int) -> str:
    """What learning gained in a cycle, with a space before it; empty where nothing learned."""
    told = [gain for at, gain in zip(by_cycle.cycles.tolist(), by_cycle.gain.tolist(), strict=True) if at == cycle]
    if not told or np.isnan(told[0]):
        return ""
    return (
        f" In cycle {cycle} learning gained {gain_text(told[0])} {by_cycle.unit} a pair, V(τ*) less V at the τ before "
        "it. A small gain can move τ far: the optimiser takes steps of nearly the same size however little V changes."
    )


def _kept_note(records: CycleRecords | None) -> str:
    """Where tau* of the cycle was met, if not at the end of its curves; with a space before it."""
    look_ahead = records.look_ahead if records is not None else None
    traces = tau_traces(look_ahead) if look_ahead is not None else None
    if look_ahead is None or traces is None or not traces.kept_epoch:
        return ""
    return (
        f" τ* of cycle {look_ahead.cycle}, {look_ahead.tau.mean():.3f} on average, is the τ that each pair had "
        f"before its own step in epoch {traces.kept_epoch}, which had the lowest loss (the setting `policy.kept_tau` "
        f"is `lowest_loss`); the curves go on to epoch {traces.epochs[-1]} and end at "
        f"{look_ahead.tau_by_epoch[-1].mean():.3f}."
    )


def tau_figure(
    by_cycle: TauByCycle,
    records: CycleRecords | None,
    tau_max: float,
    pair: tuple[int, int] | None = None,
    *,
    planned: int = FIRST_CYCLES,
) -> Figure:
    """Two panels: tau* by cycle; tau by epoch above the policy loss.

    Args:
        by_cycle: tau* of every cycle that looked ahead.
        records: the cycle of the right panel; None leaves it empty.
        tau_max: upper end of the range of a learned tau, in the axis where it fits.
        pair: the pair to point out on the right, if it is a candidate.
        planned: cycles that the run is to have; the left axis has room for the first ones of them.
    """
    look_ahead = records.look_ahead if records is not None else None
    traces = tau_traces(look_ahead) if look_ahead is not None else None
    data, layout = _cycle_traces(by_cycle), _layout(by_cycle, tau_max, records, planned)
    if records is not None and traces is not None and not traces.reason:
        ids = _pair_ids(records)
        data += _epoch_traces(traces, acquired_pairs(records), ids) + _chosen(traces, records, ids, pair)
        data.append(_loss_trace(traces))
        layout["annotations"].append(panel_title(f"τ of each pair while cycle {records.cycle} learned", RIGHT))
        layout |= _right_axes(layout["yaxis"]["range"], traces)
        if traces.kept_epoch:
            layout["shapes"].append(_kept_line(traces.kept_epoch))
            layout["annotations"].append(_kept_name(traces.kept_epoch))
    elif traces is not None:
        layout["annotations"].append(_centred("<br>".join(_wrapped(traces.reason))))
    return {"data": data, "layout": layout}


def _kept_line(epoch: int) -> dict[str, Any]:
    at = {"xref": "x3", "x0": epoch, "x1": epoch, "yref": "paper", "y0": 0, "y1": 1}
    return {"type": "line", "line": {"color": BLUE, "width": 1.5, "dash": "dot"}, "layer": "below", **at}


def _kept_name(epoch: int) -> dict[str, Any]:
    at = {"xref": "x3", "x": epoch, "xanchor": "left", "xshift": 4, "yref": "paper", "y": 0.28, "yanchor": "top"}
    return {"text": "τ* kept", "showarrow": False, "font": {"size": 12}, **at}


def _pair_ids(records: CycleRecords) -> IntArray:
    """(P, 3) the cycle and the ids of each candidate pair."""
    pairs = records.subsample.pair_ids if records.subsample is not None else np.empty((0, 2), np.int64)
    return np.column_stack([np.full(len(pairs), records.cycle), pairs])


def _cycle_traces(by_cycle: TauByCycle) -> list[dict[str, Any]]:
    cycles = by_cycle.cycles
    # Markers too, or the quartiles of a single cycle could not be seen.
    tick = {"symbol": "line-ew-open", "size": 9, "color": BLUE, "line": {"width": 1.5}}
    edge = {"color": faint(BLUE, 0.55), "width": 1, "dash": "dot"}
    band = {
        "type": "scatter", "x": cycles, "legendgroup": "quartiles", "hoverinfo": "skip", "mode": "lines+markers",
        "marker": tick, "line": edge,
    }  # fmt: skip
    upper = {"y": by_cycle.upper, "fill": "tonexty", "fillcolor": faint(BLUE, 0.18), "name": "middle half of pairs"}
    mean = {
        "type": "scatter",
        "x": cycles,
        "y": by_cycle.mean,
        "name": "mean of all pairs",
        "mode": "lines+markers",
        "line": {"color": BLUE, "width": 2},
        "marker": {"symbol": "circle", "size": 6},
        "customdata": np.stack([by_cycle.lower, by_cycle.upper], axis=1),
        "text": ["" if np.isnan(gain) else f"<br>gain {gain_text(gain)} {by_cycle.unit}" for gain in by_cycle.gain],
        "hovertemplate": "cycle %{x}<br>mean %{y:.3f}<br>quartiles %{customdata[0]:.3f} to %{customdata[1]:.3f}"
        "%{text}<extra></extra>",
    }
    counts = [len(tau) for tau in by_cycle.acquired_tau]
    ids = np.concatenate(by_cycle.acquired_ids) if by_cycle.acquired_ids else np.empty((0, 2), np.int64)
    at = np.repeat(cycles, counts)
    acquired = {
        "type": "scatter",
        "x": at,
        "y": np.concatenate(by_cycle.acquired_tau),
        "name": "pair asked about",
        "legendgroup": "acquired",
        "mode": "markers",
        "marker": {"symbol": "diamond-open", "size": 8, "color": VERMILLION, "line": {"width": 1.6}},
        "customdata": np.column_stack([at, ids]),
        "hovertemplate": "cycle %{x}, ids %{customdata[1]} and %{customdata[2]}<br>τ* %{y:.3f}<extra></extra>",
    }
    return [band | {"y": by_cycle.lower, "showlegend": False}, band | upper, mean, acquired]


def _drawn_columns(acquired: NDArray[np.bool_], tau: NDArray[np.float32]) -> NDArray[np.int64]:
    """Which pairs that were not acquired get a line: all, or an even sample over the range of their final tau."""
    others = np.flatnonzero(~acquired)
    if len(others) <= MAX_TRACES:
        return others
    ranked = others[np.argsort(tau[-1, others], kind="stable")]
    return ranked[np.linspace(0, len(ranked) - 1, MAX_TRACES).round().astype(np.int64)]


def _joined(
    epochs: IntArray, tau: NDArray[np.float32], ids: IntArray
) -> tuple[NDArray[np.float32], NDArray[np.float32], IntArray]:
    """Lines of several pairs as one, with a gap (NaN) after each: one trace draws faster than hundreds."""
    pairs = tau.shape[1]
    x = np.tile(np.append(epochs.astype(np.float32), np.float32(np.nan)), pairs)
    y = np.concatenate([tau, np.full((1, pairs), np.nan, np.float32)]).T.ravel()
    return x, y, np.repeat(ids, len(epochs) + 1, axis=0)


def _epoch_traces(traces: TauTraces, acquired: NDArray[np.bool_], ids: IntArray) -> list[dict[str, Any]]:
    others = _drawn_columns(acquired, traces.tau)
    sampled = len(others) < int((~acquired).sum())
    name = f"other pairs ({len(others):,} of {int((~acquired).sum()):,} drawn)" if sampled else "other pairs"
    hover = "epoch %{x}, ids %{customdata[1]} and %{customdata[2]}<br>τ %{y:.3f}<extra></extra>"
    styles = (
        (others, name, {"color": GREY, "width": 1}, {"hoverinfo": "skip"}),
        (
            np.flatnonzero(acquired),
            ACQUIRED,
            {"color": VERMILLION, "width": 2, "dash": "dash"},
            {"hovertemplate": hover},
        ),
    )
    found: list[dict[str, Any]] = []
    for columns, label, line, on_hover in styles:
        x, y, pair = _joined(traces.epochs, traces.tau[:, columns], ids[columns])
        drawn: dict[str, Any] = {
            "type": "scatter",
            "mode": "lines",
            "x": x,
            "y": y,
            "name": label,
            "line": line,
            "customdata": pair,
        }
        if label == ACQUIRED:  # Their entry in the legend is that of the left panel.
            drawn |= {"legendgroup": "acquired", "showlegend": False}
        found.append(drawn | on_hover | UPPER_RIGHT)
    return found


def _chosen(
    traces: TauTraces, records: CycleRecords, ids: IntArray, pair: tuple[int, int] | None
) -> list[dict[str, Any]]:
    place = None if pair is None else pair_row(records, pair)
    if pair is None or place is None or set(ids[place, 1:].tolist()) != set(pair):
        return []
    line = {
        "type": "scatter",
        "x": traces.epochs,
        "y": traces.tau[:, place],
        "name": "chosen pair",
        "mode": "lines+markers",
        "line": {"color": BLUE, "width": 3},
        "marker": {"symbol": "circle", "size": 7},
        "hovertemplate": "epoch %{x}<br>τ %{y:.3f}<extra>chosen pair</extra>",
    }
    return [line | UPPER_RIGHT]


def _loss_trace(traces: TauTraces) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": traces.loss_epochs,
        "y": traces.loss,
        "name": "policy loss (minus the mean look-ahead value)",
        "mode": "lines+markers",
        "line": {"color": GREEN, "width": 2},
        "marker": {"symbol": "square", "size": 5},
        "hovertemplate": f"epoch %{{x}}<br>loss %{{y:.4f}} {traces.unit}<extra></extra>",
        "xaxis": "x3",
        "yaxis": "y3",
    }


def _wrapped(sentence: str, width: int = 46) -> list[str]:
    """Lines of at most `width` characters: plotly does not wrap, and the sentence holds no names from outside."""
    lines = [""]
    for word in sentence.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _centred(text: str) -> dict[str, Any]:
    paper = {"xref": "paper", "yref": "paper", "x": sum(RIGHT) / 2, "xanchor": "center", "y": 0.6}
    return paper | {"text": text, "showarrow": False, "align": "center", "font": {"size": 13}}


def _layout(by_cycle: TauByCycle, tau_max: float, records: CycleRecords | None, planned: int) -> dict[str, Any]:
    values = [by_cycle.upper, *by_cycle.acquired_tau]
    highest = max(tau_max, *(float(tau.max()) for tau in values if len(tau)))
    last = int(by_cycle.cycles[-1])
    # Room for a few cycles from the start, so that the first point is not alone on an axis of its own.
    cycles = {"title": {"text": "cycle"}, "range": [0.5, max(last, min(planned, FIRST_CYCLES)) + 0.5], "domain": LEFT}
    layout: dict[str, Any] = {
        "height": 430,
        "margin": {"l": 56, "r": 16, "t": 34, "b": 8},
        "legend": LEGEND_BELOW,
        "uirevision": "tau",
        "hovermode": "closest",
        "meta": {"panels": [LEFT, RIGHT]},
        "annotations": [panel_title("τ* of each cycle", LEFT)],
        "xaxis": cycles | cycle_ticks(last),
        "yaxis": {"title": {"text": "τ*"}, "range": [0, 1.04 * highest]},
    }
    if records is not None:
        at = {"x0": records.cycle, "x1": records.cycle, "y0": 0, "y1": 1, "yref": "y domain"}
        line = {"color": GREY, "width": 1.5, "dash": "dash"}
        layout["shapes"] = [{"type": "line", "line": line, "layer": "below", **at}]
    return layout


def _right_axes(tau_range: list[float], traces: TauTraces) -> dict[str, Any]:
    upper, lower, ticks = [0.41, 1], [0, 0.28], whole_ticks(traces.epochs)
    return {
        "xaxis2": {"domain": RIGHT, "anchor": "y2", "matches": "x3", "showticklabels": False, **ticks},
        "yaxis2": {"domain": upper, "anchor": "x2", "title": {"text": "τ"}, "range": tau_range},
        "xaxis3": {"domain": RIGHT, "anchor": "y3", "title": {"text": "epoch of the policy network"}, **ticks},
        "yaxis3": {"domain": lower, "anchor": "x3", "title": {"text": f"loss ({traces.unit})"}},
    }
