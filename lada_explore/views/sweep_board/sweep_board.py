"""The board of a sweep in a notebook: curves with bands as they come, and what each run does."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import ipywidgets

from lada_explore.experiments.bands import look_of
from lada_explore.experiments.board import Board, bands, read_board
from lada_explore.experiments.board_text import METHOD_COLUMNS, filled, method_rows, run_lines, summary
from lada_explore.views.base.lifetime import LivesWhileHeld
from lada_explore.views.base.palette import BLUE, GREEN, VERMILLION, faint
from lada_explore.views.base.panel import Panel
from lada_explore.views.base.plain_output import LeavesPlain
from lada_explore.views.base.plot_view import LEGEND_BELOW, Figure, PlotView, whole_ticks
from lada_explore.views.base.refresh import every
from lada_explore.views.base.text import heading, plain

LOOK_S = 2.0
"""Seconds between two looks at the folder."""

LINES = (
    (BLUE, "solid", "circle"),
    (VERMILLION, "dash", "square"),
    (GREEN, "dot", "diamond"),
    ("#CC79A7", "dashdot", "triangle-up"),
    ("#7D6A00", "longdash", "x"),
    ("#56B4E9", "longdashdot", "pentagon"),
)
"""Colour, line and marker of the first methods; of later ones see `bands.look_of`."""

NOTHING_YET = "No cycle is evaluated yet."
"""Stands where the curves will be."""

NAME_WIDTH = 60
"""Longer names of methods are cut in the legend."""


class SweepBoard(Panel):
    """Runs done, running where, failed why, accuracy with bands as it comes, and the time left.

    It looks at the folder of the sweep every two seconds, wherever the runs are computed.

    Args:
        out: the folder that was given to `lada-explore sweep` as --out.

    Raises:
        ConfigError: no sweep was begun there, or what it keeps is damaged.
    """

    def __init__(self, out: str | Path) -> None:
        self._table = _BoardTable()
        self._curves = _BoardCurves(out, self._table.draw)
        super().__init__([self._curves, self._table])

    def said(self) -> list[str]:
        """How far the sweep is, for a terminal."""
        return self._curves.said()


class _BoardTable(LeavesPlain, LivesWhileHeld, ipywidgets.HTML):  # type: ignore[misc]  # ipywidgets has no types
    """The methods, and the runs that failed, run or were stopped, as tables."""

    def draw(self, board: Board) -> None:
        """Show a board."""
        self.value = board_html(board)

    def plain(self) -> str:
        """The same tables."""
        return str(self.value)


class _BoardCurves(PlotView):
    """Accuracy by number of labels of every method, with its band."""

    def __init__(self, out: str | Path, also: Callable[[Board], None]) -> None:
        self._read, self._also = partial(read_board, out), also
        self._drawn: object = None
        first = self._read()
        super().__init__(message=NOTHING_YET)
        self._show_board(first)
        self._follow(every(LOOK_S))

    def _redraw(self) -> None:
        self._show_board(self._read())

    def _show_board(self, board: Board) -> None:
        said = summary(board)
        if (drawn := (board.runs, said)) == self._drawn:
            return
        self._drawn = drawn
        self._also(board)
        figure = board_figure(board)
        banded = any(point.lower is not None for curve in bands(board.runs).values() for point in curve)
        caption = (
            "Band: 95 % confidence interval of the mean over the seeds that have come (Student's t), cut at 0 "
            "and 100 %. With two or three seeds it is wide."
        )
        message = "" if figure else NOTHING_YET
        self.show(
            figure,
            caption=caption if banded else "",
            notes=(said,),
            message=message,
            label="accuracy of each method against labels",
        )


def board_figure(board: Board) -> Figure | None:
    """Mean accuracy (%) against labels, a line with a band for each method; None before the first evaluated cycle."""
    traces: list[dict[str, Any]] = []
    labels: list[int] = []
    for place, (method, curve) in enumerate(bands(board.runs).items()):
        colour, dash, symbol = look_of(LINES, place)
        labels += [point.labels for point in curve]
        banded = [point for point in curve if point.lower is not None and point.upper is not None]
        edge: dict[str, Any] = {
            "type": "scatter",
            "x": [point.labels for point in banded],
            "mode": "lines",
            "hoverinfo": "skip",
        }
        edge |= {"line": {"color": faint(colour, 0.4), "width": 1}, "showlegend": False, "legendgroup": method}
        traces += [
            edge | {"y": [100 * (point.lower or 0.0) for point in banded]},
            edge
            | {"y": [100 * (point.upper or 0.0) for point in banded], "fill": "tonexty"}
            | {"fillcolor": faint(colour, 0.15)},
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": plain(method, NAME_WIDTH),
                "legendgroup": method,
                "x": [point.labels for point in curve],
                "y": [100 * point.accuracy for point in curve],
                "line": {"color": colour, "width": 2, "dash": dash},
                "marker": {"symbol": symbol, "size": 7},
                "customdata": [point.seeds for point in curve],
                "hovertemplate": "%{x} labels<br>%{y:.1f} % right, %{customdata} seeds<extra></extra>",
            },
        ]
    if not traces:
        return None
    layout = {
        "height": 360,
        "margin": {"l": 56, "r": 16, "t": 34, "b": 8},
        "title": heading("Test accuracy"),
        "legend": LEGEND_BELOW,
        "uirevision": "sweep board",
        "xaxis": {"title": {"text": "labelled images"}, **whole_ticks(labels)},
        "yaxis": {"title": {"text": "right (%)"}},
    }
    return {"data": traces, "layout": layout}


def board_html(board: Board) -> str:
    """The methods as a table, and below it a line for each run that failed, runs or was stopped, as HTML."""
    # Names and sentences break between words; where a table is wider than the page, it is moved sideways.
    runs = "".join(f'<li style="margin:3px 0">{_run_html(*line)}</li>' for line in run_lines(board))
    listed = f'<ul style="margin:6px 0;padding:0;list-style:none">{runs}</ul>' if runs else ""
    table = _table(*filled(METHOD_COLUMNS, method_rows(board)))
    return f'<div style="font-size:13px;line-height:1.35"><div style="overflow-x:auto">{table}</div>{listed}</div>'


def _run_html(*line: str) -> str:
    """A run in a line, and below it what went wrong."""
    name, far, wrong = (html.escape(text) for text in line)
    return f'<span style="overflow-wrap:anywhere"><b>{name}</b> · {far}{f"<br>{wrong}" if wrong else ""}</span>'


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    cell = 'style="text-align:left;padding:1px 14px 1px 0;vertical-align:top;white-space:nowrap"'
    name = cell.replace("white-space:nowrap", "min-width:11em;overflow-wrap:anywhere")
    head = "".join(f'<th scope="col" {cell}>{html.escape(column)}</th>' for column in columns)
    kinds = [name] + [cell] * (len(columns) - 1)
    told = [zip(kinds, map(html.escape, row), strict=True) for row in rows]
    body = "".join("<tr>" + "".join(f"<td {kind}>{text}</td>" for kind, text in row) + "</tr>" for row in told)
    return f'<table style="margin:6px 0"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
