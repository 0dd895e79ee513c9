"""The map as a plotly figure, and the texts that belong to it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lada_explore.analysis import Kind, Layout, MapPoints
from lada_explore.analysis.theta import learned_words
from lada_explore.beta import N_INSTANCES, instance_lam
from lada_explore.records import DRAW_UNIT, ENTROPY_UNIT, IntArray
from lada_explore.views.base.plot_view import LEGEND_BELOW, Figure, whole_ticks
from lada_explore.views.base.text import plain
from lada_explore.views.map.look import SCALE, UNKNOWN, Group, Look, Range
from lada_explore.views.map.scene import VIRTUAL_NAMES, MapScene, Number, entropies_of, key_of_virtual

Traces = list[dict[str, Any]]

RED = "#E0312E"
"""Colour of virtual instances and their numbers; contrast 4.4 to 1 against white and JupyterLab's dark page."""

INK = {"outline": "ink"}
"""Meta of a trace whose markers the page outlines in its text colour, light or dark."""

DOTS = "dots"
"""Meta of a trace whose markers the page draws on a canvas: thousands of them would take plotly a third of a second."""

NUMBERS = "numbers"
"""Meta of a trace whose texts the page places, of one pair or all of them; its ids are the keys of their points."""

HEIGHT = 640
NAME_WIDTH = 60
"""Longer class names are cut in the legend, and shorter ones where the page has no room."""

COLORSCALE = [[place / (len(SCALE) - 1), colour] for place, colour in enumerate(SCALE)]
LABELLED, ACQUIRED, MARKED = "labelled earlier", "acquired: entropy (bits)", "marked"


SAME_AS_IMAGE = 0.005
"""An instance whose lam is this close to 0 or 1 is the image there, to two decimals of lam."""


def map_figure(scene: MapScene, marked_ids: tuple[int, ...] = (), pair: tuple[int, int] | None = None) -> Figure:
    """The map of a cycle. Each point's customdata is its key, see `scene.Key`.

    Args:
        scene: what is on the map.
        marked_ids: images with a ring.
        pair: parents of the pair whose threads are drawn strongly.
    """
    traces: Traces = []
    for add in (_add_candidates, _add_labelled):
        for place in range(len(scene.look.groups)):
            add(traces, scene, place)
    _add_virtual(traces, scene, pair)
    _add_acquired(traces, scene)
    _add_chosen_numbers(traces, scene, pair)
    _add_marked(traces, scene, marked_ids)
    _add_legend(traces, scene)
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


def caption_of(points: MapPoints) -> str:
    """What the map shows and what its distances mean."""
    shown = (
        "Images that look alike to the classifier lie together; distances between far groups and the axes mean nothing."
    )
    if points.n_left_out:
        shown += f" Of the images labelled earlier, the first {points.n_left_out:,} are left out."
    if len(points.query_ids) == 0:
        return f"{shown} Nothing of this cycle is acquired yet."
    stars = "A star is an acquired image with its predictive entropy in bits"
    if len(points.virtual.pair_ids) == 0:
        return f"{shown} {stars}.{_afterwards(points)}"
    if points.virtual.are_transforms:
        return (
            f"{shown} {stars}; a red x is its transform, placed among the images it "
            f"resembles, with a line to the image and its {_measure(points)} in red. "
            f"{learned_words(points.virtual.n_learned, len(points.virtual.pair_ids))}"
        ).rstrip()
    return (
        f"{shown} {stars}; a red x is {_instance(points)}, placed among the images it resembles, "
        f"with lines to its parents and {_in_red(points)}{_of_images(points)}"
    )


def legend_note(look: Look) -> str:
    """A sentence, with a space before it, where classes are too many for a legend; otherwise nothing."""
    if look.in_legend:
        return ""
    n_classes = sum(group.colour != UNKNOWN for group in look.groups)
    return f" {n_classes:,} classes are too many for a legend: point at an image for its class."


def _afterwards(points: MapPoints) -> str:
    """What became of the acquired images after the map, where TRAIN transformed them."""
    if points.n_afterwards == 0:
        return ""
    return (
        f" The classifier then trained on {points.n_afterwards:,} transforms of the acquired images too; they were "
        "made only after this map, so they are not on it, but stand beside the queried images."
    )


def _instance(points: MapPoints) -> str:
    """What a red x is. In older records the instances do not depend on tau*."""
    if points.virtual.follow_tau:
        return f"one of {N_INSTANCES} equally likely virtual instances of a queried pair at its {_tau(points)}"
    return f"a virtual instance of a queried pair, at even steps along its path whatever its {_tau(points)}"


def _tau(points: MapPoints) -> str:
    """What the tau of a pair is called; nothing chose it where scores are random draws."""
    return "τ" if points.virtual.unit == DRAW_UNIT else "τ*"


def _in_red(points: MapPoints) -> str:
    """What the red numbers of pairs are."""
    if points.virtual.unit == DRAW_UNIT:
        return (
            "the entropy in bits of the pair's most uncertain one in red. The scores of this method are uniform draws, "
            "of virtual instances too, so none of them stands here."
        )
    return f"the pair's maximum (*average) {_measure(points)} in red.{_of_others(points)}"


def _of_others(points: MapPoints) -> str:
    """Which instances the red numbers are of, where these are not the ones that are drawn."""
    if points.virtual.follow_tau:
        return ""
    return f" These numbers are of {N_INSTANCES} equally likely virtual instances at τ*, which are not drawn."


def _of_images(points: MapPoints) -> str:
    """How many pairs have a tau* so small that most of their instances are images; with a space before it."""
    lam = instance_lam(points.virtual.tau)
    pairs = int((((lam < SAME_AS_IMAGE) | (lam > 1 - SAME_AS_IMAGE)).mean(axis=1) > 0.5).sum())
    if not pairs:
        return ""
    return (
        f" At the {_tau(points)} of {pairs:,} of {len(lam):,} pairs most instances are one of the two images, λ 0.00 "
        "or 1.00, so the maximum may be that image's own."
    )


def _measure(points: MapPoints) -> str:
    unit = points.virtual.unit
    return "entropy in bits" if unit in (ENTROPY_UNIT, DRAW_UNIT) else f"acquisition ({unit})"


def gauge_of(layout: Layout) -> str:
    """How far the images moved since the last map, and how well the map preserves neighbours."""
    kept = (
        "Too few images to say how well neighbours stay together"
        if np.isnan(layout.trustworthiness)
        else f"Trustworthiness {layout.trustworthiness:.2f}"
    )
    if layout.since is None:
        return f"First map of this run. {kept}"
    if np.isnan(layout.displacement):
        return f"Too few images are on the maps of both cycle {layout.since} and this one to align them. {kept}"
    return (
        f"{layout.n_shared:,} images kept; mean move {layout.displacement:.0f} % of the map's radius. {kept}. "
        f"Compared with the map of cycle {layout.since}"
    )


def _trace(**values: Any) -> dict[str, Any]:
    return {"type": "scatter", **values}


def _keys(ids: IntArray) -> IntArray:
    return np.column_stack([ids, np.full((len(ids), 2), -1)])


def _add_images(traces: Traces, scene: MapScene, rows: IntArray, **style: Any) -> None:
    where = scene.layout.positions[rows]
    keys = _keys(scene.points.ids[rows])
    traces.append(_trace(x=where[:, 0], y=where[:, 1], customdata=keys, hoverinfo="none", **style))


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
        name=ACQUIRED,
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
    told = {number.key[0] for number in scene.entropies}
    row_of = scene.row_of()
    rows = np.array([row_of[i] for i in pair or () if i in row_of and i not in told], np.int64)
    numbers = entropies_of(scene.points, scene.layout, rows)
    _add_numbers(traces, numbers, "entropy of an image of the chosen pair", None, "chosen")


def _add_marked(traces: Traces, scene: MapScene, marked_ids: tuple[int, ...]) -> None:
    row_of = scene.row_of()
    rows = [row_of[i] for i in marked_ids if i in row_of]
    where = scene.layout.positions[rows]
    traces.append(_trace(
        x=where[:, 0], y=where[:, 1], mode="markers", name=MARKED, hoverinfo="skip", showlegend=len(rows) > 0,
        marker={"symbol": "circle-open", "size": 22, "line": {"width": 2.2}}, meta=INK, legendrank=1004,
        legendgroup="marked",
    ))  # fmt: skip


def _add_legend(traces: Traces, scene: MapScene) -> None:
    """Add entries without points: the labelled images, whatever their colour and shape, and the scale."""
    if len(scene.rows(Kind.LABELLED)):
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
