"""The figure of a sweep for print, as SVG and PDF: accuracy of every method against labels, with bands.

The colours are those of Okabe and Ito (2008), which colour-blind readers tell apart; lines and markers differ too, so
that a print in black and white can be read. Text stays text, and the same numbers give the same file.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from lada_explore.experiments.bands import BandPoint, band
from lada_explore.experiments.paired import Curves
from lada_explore.experiments.sweep import MARK

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
"""Colour, dashes and marker of the methods, in turn."""

_LOOKS: Any = {
    "font.family": "sans-serif",
    "font.size": 8,
    "svg.fonttype": "none",
    "pdf.fonttype": 42,
    "svg.hashsalt": MARK,
    "text.parse_math": False,  # A dollar in a name must not start a formula.
    "axes.spines.top": False,
    "axes.spines.right": False,
}
_DATES: Mapping[str, Mapping[str, Any]] = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}
_alone = threading.Lock()
"""Guards matplotlib's settings, which all threads share."""


def accuracy_file(curves: Curves, file_format: str) -> bytes:
    """The figure as the content of a file.

    Args:
        curves: accuracy in [0, 1] by method, seed and labels; methods without any are left out.
        file_format: "svg" or "pdf".
    """
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with _alone, matplotlib.rc_context(_LOOKS):
        figure = Figure(figsize=INCHES, layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.add_subplot()
        drawn = {method: points for method in curves if (points := band(_by_labels(curves, method)))}
        for place, (method, points) in enumerate(drawn.items()):
            _draw(axes, method, points, *LINES[place % len(LINES)])
        axes.set_xlabel("labelled images")
        axes.set_ylabel("test accuracy (%)")
        axes.grid(axis="y", linewidth=0.4, color="#D0D0D0")
        axes.set_axisbelow(True)
        if drawn:
            axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), frameon=False, fontsize=7, handlelength=3.2)
        out = io.BytesIO()
        metadata = {"Creator": MARK, **_DATES[file_format]}
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
        label=f"{method} ({n} seed{'s' * (max(seeds) > 1)}{', band: 95 % interval' * bool(banded)})",
    )
