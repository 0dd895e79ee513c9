"""The map as a figure for print: SVG, PDF or PNG, by matplotlib, which needs no browser and no page.

Text stays text in SVG and PDF, and the same scene gives the same file.
"""

from __future__ import annotations

import io
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from lada_explore.analysis import Kind
from lada_explore.analysis.whole_pool import pool_density
from lada_explore.config.paths import expanded
from lada_explore.errors import ConfigError
from lada_explore.files import Refusal, write_file
from lada_explore.records import IntArray
from lada_explore.views.map.figure import pool_name, star_name
from lada_explore.views.map.labels import Floats, leader, place_labels
from lada_explore.views.map.look import DOT_PX, SCALE, UNKNOWN, spans_of
from lada_explore.views.map.scene import VIRTUAL_NAMES, MapScene, Pair

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FORMATS = ("svg", "pdf", "png")
INCHES = (6.9, 5.4)
"""Width of two columns of a paper, with room for the legend."""

DPI = 300
RED = "#C8102E"
INK = "#000000"
LABELLED_SCALE = 0.8
"""Size of a labelled image in points, as a share of that in pixels on the page."""

THREAD: Any = {"alpha": 0.3, "linewidth": 0.4, "linestyle": ":"}
STRONG_THREAD: Any = {"alpha": 0.9, "linewidth": 0.9, "linestyle": "-"}
MARKERS = {
    "circle": "o",
    "circle-open": "o",
    "square": "s",
    "diamond": "D",
    "triangle-up": "^",
    "triangle-down": "v",
    "pentagon": "p",
    "hexagon2": "H",
    "hourglass": "d",
    "triangle-left": "<",
    "triangle-right": ">",
    "bowtie": "8",
}
"""matplotlib's names of plotly's symbols, or of the nearest it has."""

PIXELS_PER_INCH = 160
"""Scale at which the numbers are placed: their 7 points are then as high as 12 pixels on the page."""

# A pale box behind a number, because matplotlib turns text with an outline into paths.
CENTRED: Any = {
    "ha": "center",
    "va": "center",
    "bbox": {"facecolor": "white", "edgecolor": "none", "alpha": 0.65, "pad": 0.4},
}
_SETTINGS: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "lada_explore",
    "pdf.fonttype": 42,
    "font.size": 8,
    "font.family": "sans-serif",
    "axes.linewidth": 0.6,
    # A dollar in the name of a class must not start a formula.
    "text.parse_math": False,
}
_lock = threading.Lock()
"""Guards matplotlib's settings, which all threads share."""


def format_of(path: Path) -> str:
    """The format that a file name asks for. Raises ConfigError for any but SVG, PDF and PNG."""
    suffix = path.suffix.lower().removeprefix(".")
    if suffix not in FORMATS:
        raise ConfigError(f"{path.name!r} names no format that the map can be saved in; end it in .svg, .pdf or .png")
    return suffix


def save_map(scene: MapScene, path: str | Path, *, by_cycle: bool = False, pair: Pair | None = None) -> Path:
    """Write the figure in the format that the ending of the name gives.

    Args:
        scene: what is on the map.
        path: a file ending in .svg, .pdf or .png, in a folder that exists.
        by_cycle: whether the colour of a labelled image says when it was labelled.
        pair: parents of the pair whose threads are drawn strongly.

    Raises:
        ConfigError: another ending, or a folder that is not there or cannot be written.
    """
    file = expanded(path)
    content = map_file(scene, format_of(file), by_cycle=by_cycle, pair=pair)
    refusal = Refusal(error=ConfigError, remedy="choose a folder that exists and is yours")
    write_file(file, content, overwrite=True, refusal=refusal)
    return file


def map_file(
    scene: MapScene, file_format: str, *, by_cycle: bool = False, pair: Pair | None = None, dpi: int = DPI
) -> bytes:
    """The figure as the content of a file.

    Args:
        scene: what is on the map.
        file_format: "svg", "pdf" or "png".
        by_cycle: whether the colour of a labelled image says when it was labelled.
        pair: parents of the pair whose threads are drawn strongly.
        dpi: pixels an inch, of a PNG.
    """
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    metadata: dict[str, Any] = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}.get(file_format, {})
    with _lock, matplotlib.rc_context(_SETTINGS):
        figure = Figure(figsize=INCHES, layout="constrained")
        FigureCanvasAgg(figure)
        _draw(figure, scene, by_cycle, pair)
        out = io.BytesIO()
        figure.savefig(out, format=file_format, dpi=dpi, metadata=metadata, bbox_inches="tight")
    return out.getvalue()


def _draw(figure: Figure, scene: MapScene, by_cycle: bool, pair: Pair | None) -> None:
    axes = figure.add_subplot()
    axes.set_aspect("equal")
    axes.set_xlim(*scene.bounds[0])
    axes.set_ylim(*scene.bounds[1])
    axes.set_xticks([])
    axes.set_yticks([])
    _draw_pool(axes, scene)
    for place in range(len(scene.look.groups)):
        _draw_group(axes, scene, place, labelled=not by_cycle)
    if by_cycle:
        _draw_labelled_by_cycle(axes, scene)
    _draw_virtual(axes, scene, pair)
    _draw_stars(axes, scene, labelled=not by_cycle)
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False, fontsize=7, borderaxespad=0.2)
    if scene.look.scale is not None:
        _draw_scale(figure, axes, scene)
    _write_numbers(figure, axes, scene, pair)


def _draw_pool(axes: Axes, scene: MapScene) -> None:
    """Draw the density of the whole pool in grey, darker by the square root of the number of images."""
    if scene.pool is None:
        return
    shade = np.sqrt(pool_density(scene.pool.positions, scene.bounds))
    axes.imshow(
        shade, cmap="Greys", vmin=0, vmax=4 * shade.max(), origin="lower", extent=(*scene.bounds[0], *scene.bounds[1]),
        interpolation="bilinear", zorder=0,
    )  # fmt: skip
    axes.scatter([], [], s=40, marker="s", c="#D4D4D4", edgecolors="none", label=pool_name(scene.pool))


def _draw_group(axes: Axes, scene: MapScene, place: int, *, labelled: bool) -> None:
    """Draw the candidates of one group of the look, and its labelled images if these are wanted."""
    look, group = scene.look, scene.look.groups[place]
    hollow = group.symbol.endswith("-open")
    kinds = ((Kind.CANDIDATE, 0.55, "none", 0.0), (Kind.LABELLED, LABELLED_SCALE, INK, 0.5))
    for kind, scale, edge, width in kinds[: 1 + labelled]:
        rows = scene.rows(kind)[look.group[scene.rows(kind)] == place]
        if len(rows) == 0:
            continue
        where, colours = scene.layout.positions[rows], look.colours(rows)
        in_legend = look.in_legend and kind is Kind.CANDIDATE and group.colour is not None
        outline = UNKNOWN if hollow and kind is Kind.CANDIDATE else edge
        axes.scatter(
            where[:, 0], where[:, 1], s=(scale * look.sizes[rows]) ** 2, marker=MARKERS[group.symbol],
            c="none" if hollow else colours, edgecolors=outline, linewidths=0.5 if hollow else width,
            alpha=0.7 if kind is Kind.CANDIDATE else 1.0, label=group.name if in_legend else None, zorder=1 + kind,
        )  # fmt: skip
        if look.texts and kind is Kind.LABELLED:
            for (x, y), row in zip(where, rows, strict=True):
                axes.annotate(look.texts[row], (x, y), (3, 0), textcoords="offset points", va="center", fontsize=5)


def _draw_labelled_by_cycle(axes: Axes, scene: MapScene) -> None:
    """Draw the labelled images in a few groups by the cycle in which they were labelled, each with its entry."""
    rows = scene.rows(Kind.LABELLED)
    cycles = scene.points.acquired_cycle[rows]
    for span in spans_of(cycles):
        where = scene.layout.positions[rows[(cycles >= span.first) & (cycles <= span.last)]]
        axes.scatter(
            where[:, 0], where[:, 1], s=(LABELLED_SCALE * DOT_PX) ** 2, marker="o", c=span.colour, edgecolors=INK,
            linewidths=0.5, label=span.name, zorder=1 + Kind.LABELLED,
        )  # fmt: skip


def _draw_virtual(axes: Axes, scene: MapScene, chosen: Pair | None) -> None:
    """Draw the virtual instances with the threads to their parents, those of the chosen pair strongly."""
    row_of, virtual = scene.row_of(), scene.points.virtual
    name, _, chosen_thread = VIRTUAL_NAMES[virtual.are_transforms]
    for (first, second), instances in zip(virtual.pair_ids.tolist(), scene.virtual_positions, strict=True):
        parents = scene.layout.positions[[row_of[first], row_of[second]]]
        strong = chosen in ((first, second), (second, first))
        style = STRONG_THREAD if strong else THREAD
        for place, (x, y) in enumerate(instances):
            ends = np.array([parents[0], (x, y), parents[1]])
            label = chosen_thread if strong and place == 0 else None
            axes.plot(ends[:, 0], ends[:, 1], color=RED, zorder=4, label=label, **style)
    flat = scene.virtual_positions.reshape(-1, 2)
    if len(flat):
        axes.scatter(flat[:, 0], flat[:, 1], s=14, marker="x", c=RED, linewidths=0.8, label=name, zorder=5)


def _draw_stars(axes: Axes, scene: MapScene, *, labelled: bool) -> None:
    """Draw the acquired images, and the entry for all labelled ones if it is wanted."""
    rows: IntArray = scene.stars
    where = scene.layout.positions[rows]
    if len(rows):
        axes.scatter(
            where[:, 0], where[:, 1], s=70, marker="*", c=scene.look.colours(rows), edgecolors=INK, linewidths=0.6,
            label=star_name(scene.points), zorder=6,
        )  # fmt: skip
    if labelled and len(scene.rows(Kind.LABELLED)):
        axes.scatter([], [], s=27, marker="o", c="none", edgecolors=INK, linewidths=0.6, label="labelled earlier")


def _write_numbers(figure: Figure, axes: Axes, scene: MapScene, pair: Pair | None) -> None:
    """Write the numbers where none lies over another, once the size of the axes is known.

    The images of the chosen pair have their entropies too.
    """
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    entropies = (*scene.entropies, *scene.entropies_of_chosen(pair))
    inked = [(number, INK) for number in entropies] + [(number, RED) for number in scene.pairs]
    written = [axes.text(0, 0, number.text, color=ink, fontsize=7, zorder=8, **CENTRED) for number, ink in inked]
    per_pixel = PIXELS_PER_INCH / figure.dpi
    sizes = np.array([text.get_window_extent().size for text in written]).reshape(-1, 2) * per_pixel + 1
    frame = axes.get_window_extent()
    room = (float(frame.width * per_pixel), float(frame.height * per_pixel))

    def on_map(points: Floats) -> Floats:
        at: Floats = (axes.transData.transform(points) - (frame.x0, frame.y1)) * np.array([per_pixel, -per_pixel])
        return at

    points = on_map(np.array([(number.x, number.y) for number, _ in inked]).reshape(-1, 2))
    marks = on_map(np.concatenate([scene.layout.positions[scene.stars], scene.virtual_positions.reshape(-1, 2)]))
    places = place_labels(points, sizes, marks, room)
    for text, (_, ink), point, place, size in zip(written, inked, points, places, sizes, strict=True):
        if np.isnan(place[0]):
            text.remove()
            continue
        share = place / room * (1, -1) + (0, 1)
        text.set_position((float(share[0]), float(share[1])))
        text.set_transform(axes.transAxes)
        if (line := leader(point, place, size)) is not None:
            ends = line / room * (1, -1) + (0, 1)
            axes.plot(ends[:, 0], ends[:, 1], color=ink, linewidth=0.4, transform=axes.transAxes, zorder=7)
    if n_left := int(np.isnan(places[:, 0]).sum()):
        axes.set_xlabel(f"{n_left:,} of {len(places):,} numbers have no room", fontsize=7)


def _draw_scale(figure: Figure, axes: Axes, scene: MapScene) -> None:
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import LinearSegmentedColormap, Normalize
    from matplotlib.ticker import MaxNLocator

    scale = scene.look.scale
    if scale is None:
        return
    colours = ScalarMappable(Normalize(scale.low, scale.high), LinearSegmentedColormap.from_list("map", list(SCALE)))
    beside = axes.inset_axes((1.04, 0.02, 0.025, 0.42))
    ticks = MaxNLocator(5, integer=scale.whole)
    figure.colorbar(colours, cax=beside, label=scale.title, ticks=ticks)
