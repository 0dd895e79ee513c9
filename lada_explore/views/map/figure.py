"""The map as a plotly figure, and the texts that belong to it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lada_explore.analysis import Kind, MapPoints
from lada_explore.analysis.whole_pool import CELLS, PoolPlaces, pool_density
from lada_explore.records import DRAW_UNIT, IntArray
from lada_explore.views.base.plot_view import LEGEND_BELOW, Figure, whole_ticks
from lada_explore.views.base.text import plain
from lada_explore.views.map.look import SCALE, Group, Look, Range, spans_of
from lada_explore.views.map.scene import VIRTUAL_NAMES, MapScene, Number, key_of_virtual

Traces = list[dict[str, Any]]

RED = "#E0312E"
"""Colour of virtual instances and their numbers; contrast 4.4 to 1 against white and JupyterLab's dark page."""

INK = {"outline": "ink"}
"""Meta of a trace whose markers the page outlines in its text colour, light or dark."""

DOTS = "dots"
"""Meta of a trace whose markers the page draws on a canvas: thousands of them would take plotly a third of a second."""

DENSITY = "density"
"""Meta of a heat map that the page draws on a canvas behind the markers."""

NUMBERS = "numbers"
"""Meta of a trace whose texts the page places, of one pair or all of them; its ids are the keys of their points."""

HEIGHT = 640
NAME_WIDTH = 60
"""Longer class names are cut in the legend, and shorter ones where the page has no room."""

COLORSCALE = [[place / (len(SCALE) - 1), colour] for place, colour in enumerate(SCALE)]
LABELLED, MARKED = "labelled earlier", "marked"


def star_name(points: MapPoints) -> str:
    """What a star is called in a legend."""
    return f"{'asked' if points.waiting else 'acquired'}: entropy (bits)"


def map_figure(
    scene: MapScene,
    marked_ids: tuple[int, ...] = (),
    pair: tuple[int, int] | None = None,
    *,
    by_cycle: bool = False,
) -> Figure:
    """The map of a cycle. Each point's customdata is its key, see `scene.Key`.

    Args:
        scene: what is on the map.
        marked_ids: images with a ring.
        pair: parents of the pair whose threads are drawn strongly.
        by_cycle: whether the colour of a labelled image says when it was labelled.
    """
    traces: Traces = []
    _add_pool(traces, scene)
    for place in range(len(scene.look.groups)):
        _add_candidates(traces, scene, place)
    if by_cycle:
        _add_labelled_by_cycle(traces, scene)
    else:
        for place in range(len(scene.look.groups)):
            _add_labelled(traces, scene, place)
    _add_virtual(traces, scene, pair)
    _add_acquired(traces, scene)
    _add_chosen_numbers(traces, scene, pair)
    _add_marked(traces, scene, marked_ids)
    _add_legend(traces, scene, labelled=not by_cycle)
    return {"data": traces, "layout": _layout(scene, marked_ids) | {"meta": {"pair": list(pair) if pair else None}}}


def _layout(scene: MapScene, marked_ids: tuple[int, ...]) -> dict[str, Any]:
    bare = {"showticklabels": False, "ticks": "", "showgrid": False, "zeroline": False, "mirror": True}
    x_range, y_range = scene.bounds.tolist()
    return {
        "xaxis": {"range": x_range, **bare},
        "yaxis": {"range": y_range, "scaleanchor": "x", **bare},
        "height": HEIGHT,
        "margin": {"l": 8, "r": 8, "t": 28, "b": 8},
        "legend": LEGEND_BELOW,
        "hovermode": "closest",
        "dragmode": "lasso",
        "uirevision": "map",
        # The images in a lasso get rings, so the lasso itself is removed with the next drawing.
        "selections": [],
        "selectionrevision": f"{scene.points.cycle} {marked_ids}",
    }


def _trace(**values: Any) -> dict[str, Any]:
    return {"type": "scatter", **values}


def _keys(ids: IntArray) -> IntArray:
    return np.column_stack([ids, np.full((len(ids), 2), -1)])


def _add_images(traces: Traces, scene: MapScene, rows: IntArray, **style: Any) -> None:
    where = scene.layout.positions[rows]
    keys = _keys(scene.points.ids[rows])
    traces.append(_trace(x=where[:, 0], y=where[:, 1], customdata=keys, hoverinfo="none", **style))


def pool_name(pool: PoolPlaces) -> str:
    """What the density of a pool is called in a legend."""
    return f"whole pool ({len(pool.positions):,} images)"


def _add_pool(traces: Traces, scene: MapScene) -> None:
    if scene.pool is None:
        return
    x, y = (low + (high - low) * (np.arange(CELLS) + 0.5) / CELLS for low, high in scene.bounds)
    traces.append({
        "type": "heatmap", "x": x, "y": y, "z": pool_density(scene.pool.positions, scene.bounds), "meta": DENSITY,
        "name": pool_name(scene.pool), "showlegend": True, "showscale": False, "hoverinfo": "skip",
        "legendrank": 1005, "legendgroup": "pool",
    })  # fmt: skip


def _add_candidates(traces: Traces, scene: MapScene, place: int) -> None:
    """Add the candidates of one group of the look."""
    look, group = scene.look, scene.look.groups[place]
    rows = _rows(scene, Kind.CANDIDATE, place)
    _add_images(
        traces,
        scene,
        rows,
        mode="markers",
        name=plain(group.name, NAME_WIDTH),
        showlegend=look.in_legend and group.colour is not None,
        legendgroup=f"group {place}",
        legendrank=1000,
        meta=DOTS,
        marker={
            "symbol": group.symbol,
            "size": look.sizes[rows],
            "opacity": 0.75,
            "line": {"width": 0},
            **_paint(look, group, rows),
        },
    )


def _add_labelled(traces: Traces, scene: MapScene, place: int) -> None:
    """Add the labelled images of one group; a click on its entry in the legend hides them with the candidates."""
    look, group = scene.look, scene.look.groups[place]
    rows = _rows(scene, Kind.LABELLED, place)
    if len(rows) == 0:
        return
    texts: dict[str, Any] = {"mode": "markers"}
    if look.texts:
        written = [look.texts[row] for row in rows]
        texts = {
            "mode": "markers+text", "text": written, "textposition": "middle right", "textfont": {"size": 10}
        }  # fmt: skip
    _add_images(
        traces,
        scene,
        rows,
        name=f"{plain(group.name, NAME_WIDTH)}, {LABELLED}",
        showlegend=False,
        legendgroup=f"group {place}",
        meta=INK,
        marker={"symbol": group.symbol, "size": 10, "line": {"width": 1.3}, **_paint(look, group, rows)},
        **texts,
    )


def _add_labelled_by_cycle(traces: Traces, scene: MapScene) -> None:
    """Add the labelled images in a few groups by the cycle in which they were labelled, each with its entry."""
    labelled = scene.rows(Kind.LABELLED)
    cycles = scene.points.acquired_cycle[labelled]
    for span in spans_of(cycles):
        _add_images(
            traces,
            scene,
            labelled[(cycles >= span.first) & (cycles <= span.last)],
            mode="markers",
            name=span.name,
            legendgroup=f"labelled {span.first}",
            legendrank=1001,
            meta=INK,
            marker={"symbol": "circle", "size": 10, "color": span.colour, "line": {"width": 1.3}},
        )


def _rows(scene: MapScene, kind: Kind, place: int) -> IntArray:
    """Rows of the images of a kind and of one group of the look."""
    return np.flatnonzero((scene.points.kind == kind) & (scene.look.group == place))


def _paint(look: Look, group: Group, rows: IntArray) -> dict[str, Any]:
    """The colour of a group's markers, or their values on the scale."""
    if group.colour is not None or look.scale is None:
        return {"color": group.colour}
    return {"color": look.values[rows], "cmin": look.scale.low, "cmax": look.scale.high, "colorscale": COLORSCALE}


def _add_virtual(traces: Traces, scene: MapScene, pair: tuple[int, int] | None) -> None:
    virtual, where, row_of = scene.points.virtual, scene.virtual_positions, scene.row_of()
    name, thread, chosen_thread = VIRTUAL_NAMES[virtual.are_transforms]
    threads: dict[bool, list[NDArray[np.float64]]] = {True: [], False: []}
    keys = []
    for (first, second), instances in zip(virtual.pair_ids.tolist(), where, strict=True):
        parents = scene.layout.positions[[row_of[first], row_of[second]]]
        for place, instance in enumerate(instances):
            keys.append(key_of_virtual(first, second, place))
            gap = np.full(2, np.nan)
            threads[pair in ((first, second), (second, first))] += [parents[0], instance, parents[1], gap]
    for chosen, opacity, width in ((False, 0.35, 0.8), (True, 0.9, 1.6)):
        line = np.array(threads[chosen]).reshape(-1, 2)
        traces.append(_trace(
            x=line[:, 0], y=line[:, 1], mode="lines", name=chosen_thread if chosen else thread,
            line={"color": RED, "width": width, "dash": "solid" if chosen else "dot"}, opacity=opacity,
            hoverinfo="skip", showlegend=not chosen and len(line) > 0, legendrank=1003, legendgroup="threads",
        ))  # fmt: skip
    flat = where.reshape(-1, 2)
    traces.append(_trace(
        x=flat[:, 0], y=flat[:, 1], customdata=np.array(keys).reshape(-1, 3), hoverinfo="none", mode="markers",
        name=name, marker={"symbol": "x-thin", "size": 7, "line": {"color": RED, "width": 1.8}},
        showlegend=len(flat) > 0, legendrank=1002, legendgroup="virtual",
    ))  # fmt: skip
    drawn = virtual.unit == DRAW_UNIT
    of_pairs = "highest entropy of a pair's instances" if drawn else "maximum (*average) of a pair"
    _add_numbers(traces, scene.pairs, of_pairs, RED, "virtual")


def _add_acquired(traces: Traces, scene: MapScene) -> None:
    _add_images(
        traces,
        scene,
        scene.stars,
        mode="markers",
        name=star_name(scene.points),
        showlegend=len(scene.stars) > 0,
        legendgroup="acquired",
        legendrank=1001,
        meta=INK,
        marker={"color": scene.look.colours(scene.stars), "symbol": "star", "size": 16, "line": {"width": 1.3}},
    )
    _add_numbers(traces, scene.entropies, "entropy of an acquired image", None, "acquired")


def _add_numbers(traces: Traces, numbers: tuple[Number, ...], name: str, colour: str | None, group: str) -> None:
    """Add numbers in a trace of their own above all markers; without a colour, in the page's text colour."""
    traces.append(
        _trace(
            x=[number.x for number in numbers],
            y=[number.y for number in numbers],
            ids=[",".join(map(str, number.key)) for number in numbers],
            mode="text",
            text=[number.text for number in numbers],
            textposition="top center",
            textfont={"size": 12, "color": colour} if colour else {"size": 12},
            hoverinfo="skip",
            showlegend=False,
            legendgroup=group,
            meta=NUMBERS,
            name=name,
        )
    )


def _add_chosen_numbers(traces: Traces, scene: MapScene, pair: tuple[int, int] | None) -> None:
    """Add the entropies of the chosen pair's images that have none as acquired images."""
    _add_numbers(traces, scene.entropies_of_chosen(pair), "entropy of an image of the chosen pair", None, "chosen")


def _add_marked(traces: Traces, scene: MapScene, marked_ids: tuple[int, ...]) -> None:
    row_of = scene.row_of()
    rows = [row_of[i] for i in marked_ids if i in row_of]
    where = scene.layout.positions[rows]
    traces.append(_trace(
        x=where[:, 0], y=where[:, 1], mode="markers", name=MARKED, hoverinfo="skip", showlegend=len(rows) > 0,
        marker={"symbol": "circle-open", "size": 22, "line": {"width": 2.2}}, meta=INK, legendrank=1004,
        legendgroup="marked",
    ))  # fmt: skip


def _add_legend(traces: Traces, scene: MapScene, *, labelled: bool) -> None:
    """Add entries without points: the labelled images, whatever their colour and shape, and the scale."""
    if labelled and len(scene.rows(Kind.LABELLED)):
        traces.append(_trace(
            x=[None], y=[None], mode="markers", name=LABELLED, hoverinfo="skip", legendrank=1001, meta=INK,
            marker={"color": "rgba(128,128,128,0.25)", "symbol": "circle", "size": 10, "line": {"width": 1.3}},
            legendgroup="labelled",
        ))  # fmt: skip
    if scene.look.scale is not None:
        _add_scale(traces, scene.look.scale)


def _add_scale(traces: Traces, scale: Range) -> None:
    bar = {"title": {"text": scale.title, "side": "right"}, "thickness": 12, "len": 0.5, "y": 0, "yanchor": "bottom"}
    if scale.whole:
        bar |= whole_ticks([scale.low, scale.high])
    traces.append(
        _trace(
            x=[None],
            y=[None],
            mode="markers",
            showlegend=False,
            hoverinfo="skip",
            name="scale",
            marker={
                "color": [scale.low],
                "cmin": scale.low,
                "cmax": scale.high,
                "colorscale": COLORSCALE,
                "showscale": True,
                "colorbar": bar,
            },
        )
    )
