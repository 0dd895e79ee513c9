"""tau*, two ways: over the cycles of the run, and pair by pair while one cycle's policy network learned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from lada_explore.analysis import TauByCycle, TauTraces, acquired_pairs, tau_by_cycle, tau_traces, tau_warnings
from lada_explore.errors import ConfigError
from lada_explore.records import CycleRecords, IntArray, Stage
from lada_explore.views.palette import BLUE, GREEN, GREY, VERMILLION, faint
from lada_explore.views.record_chart import Picture, RecordChart
from lada_explore.views.selection import Selected, Selection
from lada_explore.views.source import RunSource

MAX_TRACES = 400
"""More pairs than this are drawn as an even sample: lines on top of each other show nothing more."""

CAPTION = (
    "tau* says how each pair is mixed, lam ~ Beta(tau*, tau*): near 0 the virtual images stay close to one of the two, "
    "at 1 every mixture is equally likely, above 1 halves are favoured."
)


class TauChart(RecordChart):
    """tau* per cycle on the left, and each pair's tau over the policy's epochs on the right.

    Args:
        session: a session, its worker, or a recorded run.
        selection: what is looked at, shared with other views; one of its own when None.
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

    def picture(self, source: RunSource, history: tuple[CycleRecords, ...], selected: Selected) -> Picture:
        """What to show of a run with these records and this selection."""
        return tau_picture(history, source.config.policy.tau_max, selected.cycle)


def tau_picture(history: Sequence[CycleRecords], tau_max: float, cycle: int | None = None) -> Picture:
    """The chart with its sentences.

    Args:
        history: records of a run.
        tau_max: upper end of the range of a learned tau.
        cycle: the cycle of the right panel; None takes the latest that looked ahead.
    """
    by_cycle = tau_by_cycle(history)
    if by_cycle.reason:
        return Picture(message=by_cycle.reason)
    chosen = int(by_cycle.cycles[-1]) if cycle is None else cycle
    records = next((entry for entry in history if entry.cycle == chosen and entry.look_ahead is not None), None)
    notes: tuple[str, ...] = ()
    if records is None or records.look_ahead is None:
        notes = (f"Cycle {chosen} has not looked ahead yet.",)
    else:
        notes = tuple(f"Cycle {chosen}: {warning}" for warning in tau_warnings(records.look_ahead, tau_max))
    return Picture(
        figure=tau_figure(by_cycle, records, tau_max),
        caption=CAPTION,
        notes=notes,
        label=f"tau* by cycle, and tau over the policy's epochs in cycle {chosen}",
    )


def tau_figure(by_cycle: TauByCycle, records: CycleRecords | None, tau_max: float) -> go.Figure:
    """Two panels: tau* by cycle; tau by epoch above the policy loss.

    Args:
        by_cycle: tau* of every cycle that looked ahead.
        records: the cycle of the right panel; None leaves it empty.
        tau_max: upper end of the range of a learned tau, in the axis where it fits.
    """
    look_ahead = records.look_ahead if records is not None else None
    traces = tau_traces(look_ahead) if look_ahead is not None else None
    learned = traces is not None and not traces.reason
    right = f"tau of each pair while cycle {records.cycle} learned" if records is not None and learned else ""
    figure = make_subplots(
        rows=2,
        cols=2,
        specs=[[{"rowspan": 2}, {}], [None, {}]],
        row_heights=[0.68, 0.32],
        horizontal_spacing=0.11,
        vertical_spacing=0.13,
        subplot_titles=["tau* of each cycle", right, ""],
    )
    _add_cycles(figure, by_cycle)
    if records is not None and traces is not None and learned:
        _add_traces(figure, traces, acquired_pairs(records), _pair_ids(records))
        _add_loss(figure, traces)
    else:
        _say_why_empty(figure, traces.reason if traces is not None else "")
    _lay_out(figure, by_cycle, tau_max)
    return figure


def _pair_ids(records: CycleRecords) -> IntArray:
    return records.subsample.pair_ids if records.subsample is not None else np.empty((0, 2), np.int64)


def _add_cycles(figure: go.Figure, by_cycle: TauByCycle) -> None:
    cycles = by_cycle.cycles
    # Markers too, or the quartiles of a single cycle could not be seen.
    tick = {"symbol": "line-ew-open", "size": 9, "color": BLUE, "line": {"width": 1.5}}
    band = {"legendgroup": "quartiles", "hoverinfo": "skip", "mode": "lines+markers", "marker": tick}
    edge = {"color": faint(BLUE, 0.55), "width": 1, "dash": "dot"}
    figure.add_scatter(x=cycles, y=by_cycle.lower, line=edge, showlegend=False, **band, row=1, col=1)
    figure.add_scatter(
        x=cycles, y=by_cycle.upper, line=edge, fill="tonexty", fillcolor=faint(BLUE, 0.18), name="middle half of pairs",
        **band, row=1, col=1,
    )  # fmt: skip
    figure.add_scatter(
        x=cycles,
        y=by_cycle.mean,
        name="mean of all pairs",
        mode="lines+markers",
        line={"color": BLUE, "width": 2},
        marker={"symbol": "circle", "size": 6},
        customdata=np.stack([by_cycle.lower, by_cycle.upper], axis=1),
        hovertemplate="cycle %{x}<br>mean %{y:.3f}<br>quartiles %{customdata[0]:.3f} to %{customdata[1]:.3f}"
        "<extra></extra>",
        row=1,
        col=1,
    )
    counts = [len(tau) for tau in by_cycle.acquired_tau]
    ids = np.concatenate(by_cycle.acquired_ids) if by_cycle.acquired_ids else np.empty((0, 2), np.int64)
    at = np.repeat(cycles, counts)
    figure.add_scatter(
        x=at,
        y=np.concatenate(by_cycle.acquired_tau),
        name="acquired pair",
        mode="markers",
        marker={"symbol": "diamond-open", "size": 8, "color": VERMILLION, "line": {"width": 1.6}},
        customdata=np.column_stack([at, ids]),
        hovertemplate="cycle %{x}, ids %{customdata[1]} and %{customdata[2]}<br>tau* %{y:.3f}<extra></extra>",
        row=1,
        col=1,
    )


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


def _add_traces(figure: go.Figure, traces: TauTraces, acquired: NDArray[np.bool_], ids: IntArray) -> None:
    others = _drawn_columns(acquired, traces.tau)
    sampled = len(others) < int((~acquired).sum())
    name = f"other pairs ({len(others):,} of {int((~acquired).sum()):,} drawn)" if sampled else "other pairs"
    hover = "epoch %{x}, ids %{customdata[0]} and %{customdata[1]}<br>tau %{y:.3f}<extra></extra>"
    styles = (
        (others, name, {"color": GREY, "width": 1}, "skip"),
        (np.flatnonzero(acquired), "acquired pairs", {"color": VERMILLION, "width": 2, "dash": "dash"}, None),
    )
    for columns, label, line, hoverinfo in styles:
        x, y, pair = _joined(traces.epochs, traces.tau[:, columns], ids[columns])
        figure.add_scatter(
            x=x, y=y, name=label, mode="lines", line=line, hoverinfo=hoverinfo, customdata=pair,
            hovertemplate=None if hoverinfo else hover, row=1, col=2,
        )  # fmt: skip


def _add_loss(figure: go.Figure, traces: TauTraces) -> None:
    figure.add_scatter(
        x=traces.loss_epochs,
        y=traces.loss,
        name="policy loss (minus the mean look-ahead value)",
        mode="lines+markers",
        line={"color": GREEN, "width": 2},
        marker={"symbol": "square", "size": 5},
        hovertemplate=f"epoch %{{x}}<br>loss %{{y:.4f}} {traces.unit}<extra></extra>",
        row=2,
        col=2,
    )
    figure.update_yaxes(title_text=f"loss ({traces.unit})", row=2, col=2)
    figure.update_xaxes(title_text="epoch of the policy network", row=2, col=2)
    figure.update_yaxes(title_text="tau", row=1, col=2)
    figure.update_xaxes(matches="x3", showticklabels=False, row=1, col=2)


def _say_why_empty(figure: go.Figure, reason: str) -> None:
    for row in (1, 2):
        figure.update_xaxes(visible=False, row=row, col=2)
        figure.update_yaxes(visible=False, row=row, col=2)
    figure.add_annotation(
        text="<br>".join(_wrapped(reason)), xref="paper", yref="paper", x=0.78, y=0.6, showarrow=False, align="center"
    )


def _wrapped(sentence: str, width: int = 46) -> list[str]:
    """Lines of at most `width` characters: plotly does not wrap, and the sentence holds no names from outside."""
    lines = [""]
    for word in sentence.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _lay_out(figure: go.Figure, by_cycle: TauByCycle, tau_max: float) -> None:
    values = [by_cycle.upper, *by_cycle.acquired_tau]
    highest = max(tau_max, *(float(tau.max()) for tau in values if len(tau)))
    last = int(by_cycle.cycles[-1])
    figure.update_layout(
        height=430,
        margin={"l": 56, "r": 16, "t": 34, "b": 8},
        legend={"orientation": "h", "x": 0, "y": -0.17, "yanchor": "top"},
        uirevision="tau",
        hovermode="closest",
    )
    figure.update_annotations(font_size=13)
    figure.update_yaxes(title_text="tau*", range=[0, 1.04 * highest], row=1, col=1)
    figure.update_yaxes(range=[0, 1.04 * highest], row=1, col=2)
    # Room for a few cycles from the start, so that the first point is not alone on an axis of its own.
    figure.update_xaxes(title_text="cycle", range=[0.5, max(last, 5) + 0.5], tickformat="d", row=1, col=1)
    if last <= 12:
        figure.update_xaxes(dtick=1, row=1, col=1)
