"""The HTML that replaces a view where no widget can be shown: its sentences and, of a chart, a simple drawing."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lada_explore.views.base.text import as_html

Traits = Mapping[str, Any]
"""The values that a view sends to its page."""

SENTENCES = (
    *("about", "labels", "now", "title", "text", "sentence", "progress", "where", "says", "headline", "message"),
    *("notes", "note", "caption", "error"),
)
"""Keys of a view's state that hold sentences, in the order in which they are read."""
PARTS = ("runs", "groups", "images", "log")
"""Keys of a view's state that hold parts with sentences of their own."""
UNFINISHED = "This view was not drawn yet when it was saved."
MAX_PARTS = 12
MAX_POINTS = 400
"""Most points of a trace that are drawn: so the drawing has a tenth of the size of the view's state."""
MAX_PANELS = 4
WIDTH, HEIGHT, MARGIN = 360, 220, 26
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#7d6a00", "#56b4e9")
GREY = "#767676"
LINE_PX = 12
LINE_CHARACTERS = 58
"""Names above a drawing are broken into lines of this length."""

_HEX = re.compile(r"#[0-9a-fA-F]{6}")
_STAR = "m0-6l1.4 4.1 4.3 0-3.4 2.6 1.2 4.1-3.5-2.4-3.5 2.4 1.2-4.1-3.4-2.6 4.3 0z"


def fallback_html(traits: Traits) -> str:
    """The sentences and the drawing as HTML without script, style sheet or other file; empty if there are none.

    Args:
        traits: values that the view sends to its page.
    """
    said = "".join(f"<p>{as_html(sentence)}</p>" for sentence in sentences(traits))
    figure = traits.get("spec", {}).get("figure")
    drawn = drawing(figure, str(traits["spec"].get("label", ""))) if figure else ""
    if traits and not said and not drawn:
        said = f"<p>{UNFINISHED}</p>"
    return f'<div class="lada-plain">{drawn}{said}</div>' if drawn or said else ""


def sentences(traits: Traits) -> list[str]:
    """The sentences and words of a view, each once."""
    said: list[str] = []
    for values in traits.values():
        if isinstance(values, Mapping):
            said += _said(values)
    # A sentence that ends in "…" tells of work in progress, which has no end in a saved page.
    return list(dict.fromkeys(sentence for sentence in said if not sentence.rstrip().endswith("…")))


def _said(values: Mapping[str, Any]) -> Iterator[str]:
    if {"where", "text"} <= set(values):
        yield f"{values['where']}: {values['text']}"
        return
    for name in SENTENCES:
        entry = values.get(name)
        yield from [entry] if isinstance(entry, str) and entry else map(str, entry) if isinstance(entry, list) else []
    if "cycles" in values and "cycle" in values and isinstance(values["cycles"], list):
        yield from values["cycles"][values["cycle"] : values["cycle"] + 1]
    for name in PARTS:
        parts = values.get(name)
        for part in parts[:MAX_PARTS] if isinstance(parts, list) else []:
            if isinstance(part, Mapping):
                words = [str(part[key]) for key in ("rank", "label", "detail") if part.get(key)]
                yield from [", ".join(words).replace("\n", ", ")] if words and name == "images" else []
                yield from _said(part)


def drawing(figure: Mapping[str, Any], label: str = "") -> str:
    """A plotly figure's lines, points and bars as inline SVG, a panel for each pair of axes.

    Args:
        figure: `data` and `layout` as `wire.to_wire` makes them.
        label: what the figure shows, in words.
    """
    panels: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for trace in figure["data"]:
        if trace.get("visible") not in (False, "legendonly"):
            panels.setdefault((trace.get("xaxis", "x"), trace.get("yaxis", "y")), []).append(trace)
    drawn = [_panel(traces, axes, figure["layout"]) for axes, traces in list(panels.items())[:MAX_PANELS]]
    kept = "".join(panel for panel in drawn if panel)
    return f'<figure role="img" aria-label="{html.escape(label, quote=True)}">{kept}</figure>' if kept else ""


def _panel(traces: list[Mapping[str, Any]], axes: tuple[str, str], layout: Mapping[str, Any]) -> str:
    # Markers that nobody sees only keep the numbers beside them clear of the others.
    points = [(trace, *_points(trace)) for trace in traces if _marker(trace).get("opacity") != 0]
    points = [(trace, x, y) for trace, x, y in points if len(x)]
    if not points:
        return ""
    low_x, high_x = _range(np.concatenate([x for _, x, _ in points]))
    low_y, high_y = _range(np.concatenate([y for _, _, y in points]))
    shapes = []
    for place, (trace, x, y) in enumerate(points):
        at_x = MARGIN + (x - low_x) / (high_x - low_x) * (WIDTH - 2 * MARGIN)
        at_y = HEIGHT - MARGIN - (y - low_y) / (high_y - low_y) * (HEIGHT - 2 * MARGIN)
        shapes.append(_marks(trace, at_x, at_y, _colour(trace, place)))
    names = _names([(trace, _colour(trace, place), len(x)) for place, (trace, x, _) in enumerate(points)])
    top = LINE_PX * max(0, len(names) - 1)
    texts = [
        _text(MARGIN, HEIGHT - 8, f"{low_x:.4g}"),
        _text(WIDTH - MARGIN, HEIGHT - 8, f"{high_x:.4g}", "end"),
        _text(WIDTH / 2, HEIGHT - 8, _title(layout, axes[0]), "middle"),
        _text(2, HEIGHT - MARGIN, f"{low_y:.4g}"),
        _text(2, MARGIN - 4, f"{high_y:.4g} {_title(layout, axes[1])}"),
    ]
    said = "".join(f'<text x="2" y="{10 + LINE_PX * line}">{text}</text>' for line, text in enumerate(names))
    frame = f'<path d="M{MARGIN} {MARGIN}V{HEIGHT - MARGIN}H{WIDTH - MARGIN}" fill="none" stroke="#888"/>'
    style = f'font-family="sans-serif" font-size="10" fill="{GREY}"'
    drawn = f'<g transform="translate(0 {top})">{frame}{"".join(shapes)}{"".join(texts)}</g>'
    return f'<svg width="{WIDTH}" height="{HEIGHT + top}" {style}>{said}{drawn}</svg>'


def _names(shown: Sequence[tuple[Mapping[str, Any], str, int]]) -> list[str]:
    """The names above a panel, in lines: of the traces in plotly's legend, or of all where none is in it.

    Args:
        shown: each trace, its colour and its number of points.
    """
    named = [entry for entry in shown if entry[0].get("name")]
    lines: list[str] = []
    room = 0
    for trace, colour, n_points in [entry for entry in named if entry[0].get("showlegend", True)] or named:
        name = html.unescape(str(trace["name"]))
        text = f'<tspan fill="{colour}">{_sign(trace, n_points)} </tspan><tspan>{_as_text(name)}</tspan>'
        if len(name) + 4 > room:
            lines.append(text)
            room = LINE_CHARACTERS
        else:
            lines[-1] += f", {text}"
        room -= len(name) + 4
    return lines


def _sign(trace: Mapping[str, Any], n_points: int) -> str:
    """The mark of a trace as a character."""
    if trace.get("type") == "bar":
        return "\u25a0"
    if _is_line(trace, n_points):
        return "\u2014"
    return {"star": "\u2605", "x-thin": "\u00d7"}.get(_symbol(trace), "\u25cf")


def _is_line(trace: Mapping[str, Any], n_points: int) -> bool:
    # A line through a single point would be invisible.
    return n_points > 1 and ("lines" in trace.get("mode", "lines") or trace.get("fill", "none") != "none")


def _marker(trace: Mapping[str, Any]) -> Mapping[str, Any]:
    marker: Mapping[str, Any] = trace.get("marker") or {}
    return marker


def _symbol(trace: Mapping[str, Any]) -> str:
    return str(_marker(trace).get("symbol", ""))


def _colour(trace: Mapping[str, Any], place: int) -> str:
    """The one colour of a trace; grey for points of several colours, and by its place where it has none."""
    marker = _marker(trace)
    own = marker.get("line", {}).get("color") if _symbol(trace) == "x-thin" else marker.get("color")
    if isinstance(own, list):
        return GREY
    for colour in (own, trace.get("line", {}).get("color")):
        if isinstance(colour, str) and _HEX.fullmatch(colour):
            return colour
    return COLOURS[place % len(COLOURS)]


def _marks(trace: Mapping[str, Any], x: NDArray[Any], y: NDArray[Any], colour: str) -> str:
    is_bar = trace.get("type") == "bar"
    if is_bar or not _is_line(trace, len(x)):
        seen = np.isfinite(x)
        x, y = x[seen], y[seen]
    if is_bar:
        wide = max(1.0, 0.6 * (WIDTH - 2 * MARGIN) / len(x))
        bars = "".join(f"M{at:.1f} {HEIGHT - MARGIN}V{top:.1f}" for at, top in zip(x, y, strict=True))
        return f'<path d="{bars}" stroke="{colour}" stroke-width="{wide:.1f}"/>'
    if _is_line(trace, len(x)):
        style = f'fill="none" stroke="{colour}"'
        style += f' stroke-opacity="{trace["opacity"]:g}"' if (trace.get("opacity") or 1) < 1 else ""
        parts = _runs(np.isfinite(x))
        if len(parts) == 1:
            return f'<polyline points="{_corners(x, y)}" {style}/>'
        # A part of one point is a dot, with round ends.
        line = "".join(f"M{_corners(x[part], y[part])}{'h0' if len(part) == 1 else ''}" for part in parts)
        return f'<path d="{line}" {style} stroke-linecap="round"/>'
    if _symbol(trace) == "star":
        stars = "".join(f"M{at:.0f} {up:.0f}{_STAR}" for at, up in zip(x, y, strict=True))
        return f'<path d="{stars}" fill="{colour}" stroke="{GREY}"/>'
    if _symbol(trace) == "x-thin":
        crosses = "".join(f"M{at - 3:.0f} {up - 3:.0f}l6 6m0-6l-6 6" for at, up in zip(x, y, strict=True))
        return f'<path d="{crosses}" fill="none" stroke="{colour}" stroke-width="1.5"/>'
    # A line of length 0 with round ends is a dot, and takes a tenth of the characters of a circle.
    dots = "".join(f"M{at:.0f} {up:.0f}h0" for at, up in zip(x, y, strict=True))
    return f'<path d="{dots}" stroke="{colour}" stroke-width="4" stroke-linecap="round"/>'


def _corners(x: NDArray[Any], y: NDArray[Any]) -> str:
    return " ".join(f"{at:.1f},{up:.1f}" for at, up in zip(x, y, strict=True))


def _runs(finite: NDArray[Any]) -> list[NDArray[Any]]:
    """Places of each run of true values."""
    seen = np.flatnonzero(finite)
    return np.split(seen, np.flatnonzero(np.diff(seen) > 1) + 1) if len(seen) else []


def _points(trace: Mapping[str, Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """About MAX_POINTS points of a trace, with NaN where a line has a gap; none if its x and y are not numbers.

    Of a line of many short parts whole parts are left out, so that those that are drawn are as they were.
    """
    x, y = _numbers(trace.get("x")), _numbers(trace.get("y"))
    if y is not None and x is None:
        x = np.arange(len(y), dtype=float)
    if x is None or y is None or x.ndim != 1 or x.shape != y.shape:
        return np.empty(0), np.empty(0)
    parts = _runs(np.isfinite(x) & np.isfinite(y))
    step = max(1, -(-sum(map(len, parts)) // MAX_POINTS))
    short = [part for part in parts if len(part) < 2 * step]
    dropped = {int(part[0]) for place, part in enumerate(short) if place % step}
    kept = [part if len(part) < 2 * step else part[::step] for part in parts if int(part[0]) not in dropped]
    if not kept:
        return np.empty(0), np.empty(0)
    gap = np.full(1, np.nan)
    across, up = (np.concatenate([v for part in kept for v in (values[part], gap)])[:-1] for values in (x, y))
    return across, up


def _numbers(values: Any) -> NDArray[Any] | None:
    if isinstance(values, Mapping) and "array" in values:
        kind = {"f4": "<f4", "i4": "<i4"}[values["array"]]
        return np.frombuffer(values["bytes"], kind).reshape(values["shape"]).astype(float)
    try:
        return np.array([np.nan if entry is None else entry for entry in values], dtype=float)
    except (TypeError, ValueError):  # not a list, or a list of words
        return None


def _range(values: NDArray[Any]) -> tuple[float, float]:
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def _title(layout: Mapping[str, Any], axis: str) -> str:
    title = layout.get(f"{axis[0]}axis{axis[1:]}", {}).get("title", "")
    return str(title.get("text", "") if isinstance(title, Mapping) else title)


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}">{_as_text(text)}</text>'


def _as_text(label: str) -> str:
    """A label of a figure, whose special characters may be escaped for plotly already."""
    return html.escape(html.unescape(label))
