"""theta, two ways: over the epochs in which it was learned, and as the grid on which each queried image is taken.

Where look-ahead has no epochs, the images have the whole width.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from lada_explore.analysis import ThetaOfCycle, theta_afterwards, theta_of_cycle
from lada_explore.analysis.theta import NAMES, learned_words, size_words
from lada_explore.records import CycleRecords, Stage
from lada_explore.views.base.palette import BLUE, GREEN, VERMILLION, faint
from lada_explore.views.base.plot_view import LEGEND_BELOW, Figure, panel_title, whole_ticks
from lada_explore.views.base.record_chart import FigureSpec, RecordChart
from lada_explore.views.base.selection import Selected
from lada_explore.views.base.source import RunSource
from lada_explore.views.query_gallery.query_gallery import png_url

LEFT, RIGHT, WHOLE = [0, 0.4], [0.5, 1], [0, 1]
"""Shares of the width of the two panels, and of the images alone."""

ROWS = 2
"""Most rows of images; those that find no place are the last ones."""

ROW_HEIGHT = 310
"""Height in pixels of the figure for each row of images."""

LINES = np.linspace(0, 1, 5)
"""Positions of the grid's lines across an image, from one edge to the other."""

GAP = 0.12
CELL = (2 + 4 * GAP, 4 + 7 * GAP)
"""From an original to the next one, across and down, its transform and the numbers below it; in halves of an image."""

STYLES = (
    (BLUE, "solid"), (BLUE, "dot"), (VERMILLION, "solid"), (GREEN, "dot"), (GREEN, "solid"), (VERMILLION, "dot"),
)  # fmt: skip

MEANING = "θ says where each pixel of the transform is taken from."
NO_EPOCHS = "Only the training of the classifier changes θ here, so look-ahead has no epochs to show."
CURVES = "Curves are means over all candidates, bands the middle half of the shifts."
AFTERWARDS = (
    "This method transforms the images that were asked about only afterwards, while the classifier trains: by the θ "
    "that the localisation network gave them as the training before had left it."
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
        return theta_figure_spec(history, selected.cycle, afterwards=not source.config.method.uses_transforms)


def theta_figure_spec(
    history: Sequence[CycleRecords], cycle: int | None = None, *, afterwards: bool = False
) -> FigureSpec:
    """The chart with its sentences.

    Args:
        history: records of a run.
        cycle: the cycle; None takes the latest that has something to show.
        afterwards: True for a method that transforms the acquired images only while the classifier trains.
    """
    found = theta_afterwards(history, cycle) if afterwards else theta_of_cycle(history, cycle)
    if found.reason:
        return FigureSpec(message=found.reason)
    learned = len(found.epochs) > 1
    if not learned and len(found.query_ids) == 0:
        return FigureSpec(message=f"{NO_EPOCHS} The transforms appear here once the images to ask about are chosen.")
    images = "the transforms of the images that it asked about"
    return FigureSpec(
        figure=theta_figure(found),
        caption=_sentences(found, next(records for records in history if records.cycle == found.cycle)),
        notes=() if learned or afterwards else (NO_EPOCHS,),
        label=f"θ over the epochs of cycle {found.cycle}, and {images}"
        if learned
        else f"θ of cycle {found.cycle}: {images}",
    )


def _sentences(found: ThetaOfCycle, records: CycleRecords) -> str:
    """Help below the figure: what is drawn, how much the images change, and what TRAIN learned from."""
    curves, images = len(found.epochs) > 1, len(found.query_ids)
    said = [MEANING]
    if curves:
        said.append(CURVES)
    elif len(found.epochs) == 0:
        said.append(AFTERWARDS)
    if images:
        where = (
            "On the right, the images that were asked about stand"
            if curves
            else "The images that were asked about stand"
        )
        below = "its transform and its own score"
        if len(found.value):
            below = "its transform, its own score and that of the transform"
        said.append(f"{where} with the grid on which their transforms are taken; below each {below}, in {found.unit}.")
        said.append(size_words(records, found.query_ids))
    return " ".join([*said, learned_words(found.n_learned, images)]).rstrip()


def theta_figure(found: ThetaOfCycle) -> Figure:
    """Originals with their grids above their transforms; to the left theta - identity by epoch, if there are epochs."""
    curves = len(found.epochs) > 1
    panel, most = (RIGHT, 4) if curves else (WHOLE, 8)
    data: list[dict[str, Any]] = []
    layout: dict[str, Any] = {
        "height": 2 * ROW_HEIGHT,
        "margin": {"l": 56, "r": 16, "t": 34, "b": 8},
        "legend": LEGEND_BELOW,
        "hovermode": "closest",
        "annotations": [],
    }
    if curves:
        data = _curves(found)
        layout |= {
            "meta": {"panels": [LEFT, RIGHT]},
            "annotations": [panel_title(f"Change of θ while cycle {found.cycle} learned", LEFT)],
            "xaxis": {
                "title": {"text": "epoch of the localisation network"},
                "domain": LEFT,
                **whole_ticks(found.epochs),
            },
            "yaxis": {"title": {"text": "difference from no transform"}},
        }
    queried = len(found.query_ids)
    shown = min(ROWS * most, queried)
    if shown:
        data += _grids(found, shown, most)
        rows, columns = -(-shown // most), min(most, shown)
        if not curves:
            layout["height"] = rows * ROW_HEIGHT
        bare = {
            "showgrid": False,
            "zeroline": False,
            "showticklabels": False,
            "ticks": "",
            "showline": False,
            "fixedrange": True,
        }
        which = f"best {shown:,} of {queried:,} images asked about" if shown < queried else "images asked about"
        layout["images"] = [image for place in range(shown) for image in _images(found, place, most)]
        layout["annotations"] += [panel_title(f"{which[0].upper()}{which[1:]} and their transforms", panel)]
        layout["annotations"] += [_caption(found, place, most) for place in range(shown)]
        layout["xaxis2"] = {"domain": panel, "anchor": "y2", "range": [-1.4, columns * CELL[0] - 1], **bare}
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


def _centre(place: int, columns: int, below: bool) -> tuple[float, float]:
    """Centre of an image on its panel, whose y grows downwards; of its transform, which is below it."""
    row, column = divmod(place, columns)
    return column * CELL[0], row * CELL[1] + (2 + GAP if below else 0)


def _images(found: ThetaOfCycle, place: int, columns: int) -> list[dict[str, Any]]:
    drawn = []
    for pixels, below in ((found.originals[place], False), (found.transforms[place], True)):
        x, y = _centre(place, columns, below)
        drawn.append(
            {
                "source": png_url(pixels), "xref": "x2", "yref": "y2", "x": x - 1, "y": y - 1, "sizex": 2, "sizey": 2,
                "xanchor": "left", "yanchor": "top", "sizing": "stretch", "layer": "below",
            }
        )  # fmt: skip
    return drawn


def _grids(found: ThetaOfCycle, shown: int, columns: int) -> list[dict[str, Any]]:
    """The grid on every original, in one trace."""
    lines = []
    for place in range(shown):
        frame = found.frames[place] + np.array(_centre(place, columns, below=False))
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


def _caption(found: ThetaOfCycle, place: int, columns: int) -> dict[str, Any]:
    x, y = _centre(place, columns, below=True)
    own = "not scored" if np.isnan(found.own[place]) else f"{found.own[place]:.2f}"
    text = f"{own}, {found.value[place]:.2f}" if len(found.value) else own
    where = {"xref": "x2", "yref": "y2", "x": x, "y": y + 1, "xanchor": "center", "yanchor": "top"}
    return where | {"text": text, "showarrow": False, "font": {"size": 10}}
