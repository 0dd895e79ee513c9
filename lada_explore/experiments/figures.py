"""Figures for print, as SVG and PDF: accuracies of a sweep against labels, with bands; differences of a comparison.

The colours are those of Okabe and Ito (2008), which colour-blind readers tell apart; lines and markers differ too, so
that a print in black and white can be read. Text stays text, and the same numbers give the same file.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from lada_explore.experiments.bands import BandPoint, band, look_of
from lada_explore.experiments.compared import AccuracyRow, Compared, Over, seeds_named
from lada_explore.experiments.grid import AT
from lada_explore.experiments.paired import Curves

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INCHES = (3.5, 2.7)
"""One column of a paper, without the legend below."""

LINES: tuple[tuple[str, Any, str], ...] = (
    ("#0072B2", "-", "o"),
    ("#D55E00", (0, (5, 1.5)), "s"),
    ("#009E73", (0, (1.5, 1.2)), "D"),
    ("#CC79A7", (0, (5, 1.5, 1.5, 1.5)), "^"),
    ("#000000", (0, (8, 2)), "v"),
    ("#E69F00", (0, (8, 2, 1.5, 2)), "P"),
    ("#56B4E9", (0, (3, 1)), "X"),
)
"""Colour, dashes and marker of the first methods; of later ones see `bands.look_of`."""

ASIDE = 0.02
"""By how much of the width the intervals of two comparisons stand apart, which would cover each other."""

_LOOKS: Any = {
    "font.family": "sans-serif",
    "font.size": 8,
    "svg.fonttype": "none",
    "pdf.fonttype": 42,
    "svg.hashsalt": "lada_explore",
    "text.parse_math": False,  # A dollar in a name must not start a formula.
    "axes.spines.top": False,
    "axes.spines.right": False,
}
_DATES: Mapping[str, Mapping[str, Any]] = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}
_alone = threading.Lock()
"""Guards matplotlib's settings, which all threads share."""


NO_FIGURES = "no figures were written: matplotlib is not installed; run pip install 'lada-explore[lab]'"


def draws_figures() -> bool:
    """Whether matplotlib, which draws the figures, is installed."""
    return find_spec("matplotlib") is not None


def accuracy_file(curves: Curves, file_format: str, creator: str) -> bytes | None:
    """The figure as the content of a file; None without matplotlib, which draws it.

    Args:
        curves: accuracy in [0, 1] by method, seed and labels; methods without any are left out.
        file_format: "svg" or "pdf".
        creator: what made it, as the file says.
    """
    drawn = {method: points for method in curves if (points := band(_by_labels(curves, method)))}

    def draw(axes: Axes) -> None:
        for place, (method, points) in enumerate(drawn.items()):
            _draw(axes, method, points, *look_of(LINES, place))
        axes.set_ylabel("test accuracy (%)")

    return _file(draw, file_format, creator, names=bool(drawn))


def difference_file(compared: Sequence[Compared], file_format: str, creator: str) -> bytes | None:
    """The differences in accuracy to A with their 95 % intervals as the content of a file; None without any.

    None, too, without matplotlib, which draws it.

    Args:
        compared: each other side compared with A.
        file_format: "svg" or "pdf".
        creator: what made it, as the file says.
    """
    drawn = [one for one in compared if any(_told(row) for row in one.accuracy)]
    if not drawn:
        return None

    def draw(axes: Axes) -> None:
        axes.axhline(0, color="#808080", linewidth=0.8)
        labels = [row.at for one in drawn for row in one.accuracy if isinstance(row.at, int)]
        apart = ASIDE * (max(labels) - min(labels))
        for place, one in enumerate(drawn):
            _draw_difference(axes, one, (place - (len(drawn) - 1) / 2) * apart, *look_of(LINES, place))
        axes.set_ylabel(f"difference to {drawn[0].first.letter} (points)")

    return _file(draw, file_format, creator, names=True)


def _file(draw: Callable[[Axes], None], file_format: str, creator: str, *, names: bool) -> bytes | None:
    """What `draw` draws against the number of labels, with the names of its lines below or without."""
    if not draws_figures():
        return None
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    with _alone, matplotlib.rc_context(_LOOKS):
        figure = Figure(figsize=INCHES, layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.add_subplot()
        draw(axes)
        axes.set_xlabel("labelled images")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10]))
        axes.grid(axis="y", linewidth=0.4, color="#D0D0D0")
        axes.set_axisbelow(True)
        if names:
            figure.draw_without_rendering()
            figure.set_layout_engine("none")  # long names widen the page, and leave the axes as they are
            axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), frameon=False, fontsize=7, handlelength=3.2)
        out = io.BytesIO()
        metadata = {"Creator": creator, **_DATES[file_format]}
        figure.savefig(out, format=file_format, metadata=metadata, bbox_inches="tight")
    return out.getvalue()


def _by_labels(curves: Curves, method: str) -> dict[int, list[float]]:
    found: dict[int, list[float]] = {}
    for curve in curves[method].values():
        for labels, accuracy in curve.items():
            found.setdefault(labels, []).append(accuracy)
    return found


def _draw(axes: Axes, method: str, points: tuple[BandPoint, ...], colour: str, dashes: Any, marker: str) -> None:
    """Draw the line of a method over its band; where there is a single number of labels, the band is a bar."""
    banded = [point for point in points if point.lower is not None and point.upper is not None]
    x = [point.labels for point in banded]
    low, high = [100 * (point.lower or 0.0) for point in banded], [100 * (point.upper or 0.0) for point in banded]
    if len(banded) > 1:
        axes.fill_between(x, low, high, color=colour, alpha=0.16, linewidth=0)
        for edge in (low, high):
            axes.plot(x, edge, color=colour, linewidth=0.4)
    elif banded:
        axes.vlines(x, low, high, color=colour, linewidth=1)
    seeds = {point.seeds for point in points}
    n = f"{min(seeds)} to {max(seeds)}" if len(seeds) > 1 else f"{max(seeds)}"
    axes.plot(
        [point.labels for point in points],
        [100 * point.accuracy for point in points],
        color=colour,
        linestyle=dashes,
        marker=marker,
        markersize=3.5,
        linewidth=1.3,
        label=f"{_broken(method)} ({n} seed{'s' * (max(seeds) > 1)}{_about_band(banded)})",
    )


def _broken(method: str) -> str:
    """The name of a method with each of its settings on a line of its own."""
    return method.replace(AT, f"\n{AT}")


def _about_band(banded: Sequence[BandPoint]) -> str:
    """What the legend says of a band, also where it is cut because there is no accuracy beyond."""
    at = ["0 %"] * any(point.lower == 0 < point.accuracy for point in banded)
    at += ["100 %"] * any(point.upper == 1 > point.accuracy for point in banded)
    return f", band: 95 % interval{' cut at ' * bool(at)}{' and '.join(at)}" if banded else ""


def _told(row: AccuracyRow) -> bool:
    return isinstance(row.at, int) and not row.shared and row.difference is not None


def _draw_difference(axes: Axes, one: Compared, aside: float, colour: str, dashes: Any, marker: str) -> None:
    """Draw the differences of one side, each with its interval as a bar, `aside` labels beside their own."""
    rows = [row for row in one.accuracy if _told(row)]
    middle = [100 * (row.difference or 0.0) for row in rows]
    low = [m if row.lower is None else 100 * row.lower for m, row in zip(middle, rows, strict=True)]
    high = [m if row.upper is None else 100 * row.upper for m, row in zip(middle, rows, strict=True)]
    over = {row.over for row in rows} - {None}
    said = seeds_named(rows) if over == {Over.SEEDS} else f"{rows[0].n_test:,} test images of one run each"
    axes.errorbar(
        [float(row.at) + aside for row in rows],
        middle,
        yerr=[
            [m - end for m, end in zip(middle, low, strict=True)],
            [end - m for m, end in zip(middle, high, strict=True)],
        ],
        color=colour,
        linestyle=dashes,
        marker=marker,
        markersize=3.5,
        linewidth=1.3,
        elinewidth=0.8,
        capsize=2,
        label=f"{one.second.title}\nminus {one.first.title}" + f"\n(bars: 95 % over {said})" * bool(over),
    )
