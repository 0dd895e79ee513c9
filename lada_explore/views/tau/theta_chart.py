"""theta, two ways: over the epochs in which it was learned, and as the grid on which each queried image is taken."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from lada_explore.analysis import ThetaOfCycle, theta_of_cycle
from lada_explore.analysis.theta import NAMES, learned_words
from lada_explore.records import CycleRecords, Stage
from lada_explore.views.base.palette import BLUE, GREEN, VERMILLION, faint
from lada_explore.views.base.plot_view import LEGEND_BELOW, Figure, panel_title
from lada_explore.views.base.record_chart import FigureSpec, RecordChart
from lada_explore.views.base.selection import Selected
from lada_explore.views.base.source import RunSource
from lada_explore.views.query_gallery.query_gallery import png_url

SHOWN = 8
"""Queried images that are drawn, the best ones."""

COLUMNS = 4
LEFT, RIGHT = [0, 0.4], [0.5, 1]
"""Shares of the width of the two panels."""

LINES = np.linspace(0, 1, 5)
"""Positions of the grid's lines across an image, from one edge to the other."""

GAP = 0.12
CELL = (2 + 4 * GAP, 4 + 7 * GAP)
"""From an original to the next one, across and down, its transform and the numbers below it; in halves of an image."""

STYLES = (
    (BLUE, "solid"), (BLUE, "dot"), (VERMILLION, "solid"), (GREEN, "dot"), (GREEN, "solid"), (VERMILLION, "dot"),
)  # fmt: skip

CAPTION = (
    "theta says where each pixel of the transform is taken from. Curves are means over all candidates, bands the "
    "middle half of the shifts. On the right, the queried images with the grid on which they are taken; below each its "
    "transform, its own score and that of the transform."
)


class ThetaChart(RecordChart):
    """theta by epoch of a cycle's look-ahead, and the queried images with their transforms.

    Args:
        session: a session, its worker, or a recorded run.
        selection: the selected cycle, images and pair, shared with other views; a new one when None.

    Raises:
        ConfigError: `session` is no run.
    """

    stages = (Stage.LOOK_AHEAD, Stage.SELECT, Stage.QUERY, Stage.TRAIN)

    def figure_spec(self, source: RunSource, history: tuple[CycleRecords, ...], selected: Selected) -> FigureSpec:
        """What to show of a run with these records and this selection."""
        return theta_figure_spec(history, selected.cycle)


def theta_figure_spec(history: Sequence[CycleRecords], cycle: int | None = None) -> FigureSpec:
    """The chart with its sentences; of the latest cycle that looked ahead when `cycle` is None."""
    found = theta_of_cycle(history, cycle)
    if found.reason:
        return FigureSpec(message=found.reason)
    notes = () if len(found.epochs) > 1 else ("Only TRAIN changes theta here, so look-ahead has no epochs to show.",)
    return FigureSpec(
        figure=theta_figure(found),
        caption=f"{CAPTION} {learned_words(found.n_learned, len(found.query_ids))}".rstrip(),
        notes=notes,
        label=f"theta over the epochs of cycle {found.cycle}, and the transforms of its queried images",
    )


def theta_figure(found: ThetaOfCycle) -> Figure:
    """Two panels: theta - identity by epoch; originals with their grids above their transforms."""
    data = _curves(found)
    layout: dict[str, Any] = {
        "height": 620,
        "margin": {"l": 56, "r": 16, "t": 34, "b": 8},
        "legend": LEGEND_BELOW,
        "hovermode": "closest",
        "meta": {"panels": [LEFT, RIGHT]},
        "annotations": [panel_title(f"theta - identity while cycle {found.cycle} learned", LEFT)],
        "xaxis": {"title": {"text": "epoch of the localisation network"}, "tickformat": "d", "domain": LEFT},
        "yaxis": {"title": {"text": "change of theta"}},
    }
    shown = min(SHOWN, len(found.query_ids))
    if shown:
        data += _grids(found, shown)
        rows, columns = -(-shown // COLUMNS), min(COLUMNS, shown)
        bare = {
            "showgrid": False,
            "zeroline": False,
            "showticklabels": False,
            "ticks": "",
            "showline": False,
            "fixedrange": True,
        }
        layout["images"] = [image for place in range(shown) for image in _images(found, place)]
        layout["annotations"] += [panel_title("best queried images and their transforms", RIGHT)]
        layout["annotations"] += [_caption(found, place) for place in range(shown)]
        layout["xaxis2"] = {"domain": RIGHT, "anchor": "y2", "range": [-1.4, columns * CELL[0] - 1], **bare}
        layout["yaxis2"] = {
            "anchor": "x2", "range": [rows * CELL[1] - 1, -1.4], "scaleanchor": "x2", **bare
        }  # fmt: skip
    return {"data": data, "layout": layout}


def _curves(found: ThetaOfCycle) -> list[dict[str, Any]]:
    data: list[dict[str, Any]] = []
    for number, (name, (colour, dash)) in enumerate(zip(NAMES, STYLES, strict=True)):
        if name.startswith("shift"):
            band = {
                "type": "scatter", "x": found.epochs, "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip",
                "showlegend": False, "legendgroup": name, "name": f"middle half of {name}",
            }  # fmt: skip
            data.append(band | {"y": found.lower[:, number]})
            data.append(band | {"y": found.upper[:, number], "fill": "tonexty", "fillcolor": faint(colour, 0.15)})
        data.append(
            {
                "type": "scatter",
                "x": found.epochs,
                "y": found.mean[:, number],
                "name": name,
                "legendgroup": name,
                "mode": "lines+markers",
                "line": {"color": colour, "width": 2, "dash": dash},
                "marker": {"size": 5, "symbol": "circle" if dash == "solid" else "circle-open"},
                "hovertemplate": f"epoch %{{x}}<br>{name} %{{y:+.3f}}<extra></extra>",
            }
        )
    return data


def _corner(place: int, below: bool) -> tuple[float, float]:
    """Centre of an image on the right panel, whose y grows downwards."""
    row, column = divmod(place, COLUMNS)
    return column * CELL[0], row * CELL[1] + (2 + GAP if below else 0)


def _images(found: ThetaOfCycle, place: int) -> list[dict[str, Any]]:
    drawn = []
    for pixels, below in ((found.originals[place], False), (found.transforms[place], True)):
        x, y = _corner(place, below)
        drawn.append(
            {
                "source": png_url(pixels), "xref": "x2", "yref": "y2", "x": x - 1, "y": y - 1, "sizex": 2, "sizey": 2,
                "xanchor": "left", "yanchor": "top", "sizing": "stretch", "layer": "below",
            }
        )  # fmt: skip
    return drawn


def _grids(found: ThetaOfCycle, shown: int) -> list[dict[str, Any]]:
    """The grid on every original, in one trace."""
    lines = []
    for place in range(shown):
        frame = found.frames[place] + np.array(_corner(place, below=False))
        origin, right, down = frame[0], frame[1] - frame[0], frame[3] - frame[0]
        for at in LINES:
            for start, along in ((origin + at * right, down), (origin + at * down, right)):
                lines += [start, start + along, np.full(2, np.nan)]
    drawn = np.stack(lines)
    return [
        {
            "type": "scatter", "x": drawn[:, 0], "y": drawn[:, 1], "xaxis": "x2", "yaxis": "y2", "mode": "lines",
            "line": {"color": VERMILLION, "width": 1}, "name": "grid of the transform", "hoverinfo": "skip",
        }
    ]  # fmt: skip


def _caption(found: ThetaOfCycle, place: int) -> dict[str, Any]:
    x, y = _corner(place, below=True)
    text = f"{found.own[place]:.2f}, {found.value[place]:.2f}"
    where = {"xref": "x2", "yref": "y2", "x": x, "y": y + 1, "xanchor": "center", "yanchor": "top"}
    return where | {"text": text, "showarrow": False, "font": {"size": 10}}
