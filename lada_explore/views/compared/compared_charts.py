"""The charts of a comparison. A is blue, solid, with circles; the other side vermilion, dashed, with squares."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from lada_explore.analysis.paired_cycles import AskedInCycle, TauOfCycle
from lada_explore.experiments.compared import AccuracyRow, Compared, Over, seeds_named
from lada_explore.experiments.paired import At
from lada_explore.records import class_name
from lada_explore.views.base.palette import BLUE, GREEN, GREY, VERMILLION, faint
from lada_explore.views.base.plot_view import LEGEND_BELOW, Figure, cycle_ticks, whole_ticks
from lada_explore.views.base.record_chart import FigureSpec
from lada_explore.views.base.text import heading, plain

Trace = dict[str, Any]

LOOKS = ((BLUE, "solid", "circle"), (VERMILLION, "dash", "square"))
"""Colour, line and marker of A and of the other side."""

THIRD = (GREEN, "dot", "diamond")
CLASS_WIDTH = 14
"""Longer names of classes are cut on the axis."""

MAX_CLASSES = 20
"""Classes that are drawn; those with the most images where there are more."""


def _line(x: Sequence[float], y: Sequence[float | None], name: str, look: tuple[str, str, str], **more: Any) -> Trace:
    colour, dash, symbol = look
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": np.asarray(x),
        "y": np.array([np.nan if value is None else value for value in y], np.float64),
        "name": name,
        "line": {"color": colour, "dash": dash, "width": 2},
        "marker": {"color": colour, "symbol": symbol, "size": 7},
        **more,
    }


def _figure(title: str, traces: Sequence[Trace], x: Mapping[str, Any], y: Mapping[str, Any], **more: Any) -> Figure:
    layout = {
        "height": 300,
        "margin": {"l": 56, "r": 16, "t": 34, "b": 8},
        "title": heading(title),
        "legend": LEGEND_BELOW,
        "uirevision": title,
        "xaxis": x,
        "yaxis": y,
    }
    return {"data": list(traces), "layout": layout | more}


def accuracy_chart(one: Compared) -> FigureSpec:
    """Test accuracy of both sides by number of labels; thin lines are the runs of several seeds."""
    rows = _of_labels(one)
    if not rows:
        return FigureSpec(message="No accuracy is compared; the sentences above say why.")
    labels = [float(row.at) for row in rows]
    traces = []
    for place, (side, look) in enumerate(zip((one.first, one.second), LOOKS, strict=True)):
        for pair in one.pairs if len(one.pairs) > 1 else ():
            x = [n for n in pair.tested if n >= labels[0]]
            y = [100 * (pair.tested[n][place].accuracy or 0.0) for n in x]
            thin = {"mode": "lines", "line": {"color": faint(look[0], 0.35), "width": 1}, "hoverinfo": "skip"}
            traces.append(_line(x, y, "", look, **thin, showlegend=False))
        y = [100 * (row.first, row.second)[place] for row in rows]
        told = f"{side.letter}, %{{x}} labels: %{{y:.2f}} % right<extra></extra>"
        traces.append(_line(labels, y, side.letter, look, hovertemplate=told))
    return FigureSpec(
        figure=_figure("Test accuracy", traces, _labels_axis(labels), {"title": {"text": "right (%)"}}),
        caption="" if len(one.pairs) == 1 else "Thick: mean over the seeds that both have come to; thin: each of them.",
        label="test accuracy of both sides against labels",
    )


def difference_chart(one: Compared) -> FigureSpec:
    """The difference of accuracies with its interval, and what the interval is over."""
    rows = [row for row in _of_labels(one) if row.difference is not None]
    if not rows:
        return FigureSpec(message="No difference in accuracy is told; the sentences above say why.")
    labels, (a, b) = [float(row.at) for row in rows], (one.first.letter, one.second.letter)
    difference = np.array([100 * (row.difference or 0.0) for row in rows])
    low, high = (np.array([_ends(row)[end] for row in rows]) for end in (0, 1))
    over = {row.over for row in rows} - {None}
    words = f"%{{customdata[0]:+.2f}} to %{{customdata[1]:+.2f}} over {next(iter(over))}" if over else "no interval"
    bars = {"array": high - difference, "arrayminus": difference - low, "color": faint(BLUE, 0.7), "thickness": 2}
    look = (BLUE, "solid", "circle" if over == {Over.SEEDS} else "diamond-open")
    line = _line(labels, difference.tolist(), f"{b} - {a}", look, error_y=bars, customdata=np.column_stack([low, high]))
    line["hovertemplate"] = f"%{{x}} labels: %{{y:+.2f}} points<br>{words}<extra></extra>"
    zero = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": 0, "y1": 0, "line": {"color": GREY, "width": 1.5}}
    title = f"Difference {b} - {a}, 95 % over {next(iter(over))}" if over else f"Difference {b} - {a}"
    return FigureSpec(
        figure=_figure(
            title, [line], _labels_axis(labels), {"title": {"text": "points"}}, shapes=[zero], showlegend=False
        ),
        caption=_over(over, rows),
        label="difference in test accuracy with its interval against labels",
    )


def _ends(row: AccuracyRow) -> tuple[float, float]:
    """Ends of the interval in points; twice the difference where there is none."""
    middle = row.difference or 0.0
    low, high = (middle if end is None else end for end in (row.lower, row.upper))
    return 100 * low, 100 * high


def _over(over: set[Over | None], rows: Sequence[AccuracyRow]) -> str:
    if over == {Over.SEEDS}:
        return f"Bars: 95 % over {seeds_named(rows)}, paired by seed."
    if over == {Over.TEST_IMAGES}:
        return "Bars: 95 % over the test images, for this one pair of runs. Other seeds may differ by more."
    return "No interval: every prediction is the same, or it cannot be told; see the sentences above."


def agreement_chart(one: Compared) -> FigureSpec:
    """Share of test images for which the predictions differ, and which side alone is right."""
    rows = [row for row in _of_labels(one) if row.differ is not None]
    if not rows:
        return FigureSpec(message="How far the classifiers agree on the test images is not told; see above.")
    labels = [float(row.at) for row in rows]
    shares = (
        ("predictions differ", [row.differ for row in rows], THIRD),
        (f"only {one.first.letter} right", [row.only_first for row in rows], LOOKS[0]),
        (f"only {one.second.letter} right", [row.only_second for row in rows], LOOKS[1]),
    )
    traces = [
        _line(
            labels,
            [None if share is None else 100 * share for share in values],
            name,
            look,
            hovertemplate=f"%{{x}} labels: %{{y:.2f}} % {name}<extra></extra>",
        )
        for name, values, look in shares
        if any(share is not None for share in values)
    ]
    y = {"title": {"text": "test images (%)"}, "rangemode": "tozero"}
    return FigureSpec(
        figure=_figure("Disagreement on the test images", traces, _labels_axis(labels), y),
        label="share of test images for which the predictions differ against labels",
    )


def overlap_chart(one: Compared) -> FigureSpec:
    """Overlap of what both labelled, in each cycle and so far."""
    by_cycle: dict[int, list[AskedInCycle]] = {}
    for pair in one.pairs:
        for asked in pair.asked:
            by_cycle.setdefault(asked.cycle, []).append(asked)
    cycles = sorted(by_cycle)

    def means(value: Callable[[AskedInCycle], float | None]) -> list[float | None]:
        known = [[v for asked in by_cycle[cycle] if (v := value(asked)) is not None] for cycle in cycles]
        return [float(np.mean(values)) if values else None for values in known]

    told = "cycle %{x}: %{y:.2f}<extra></extra>"
    traces = [
        _line(cycles, means(value), name, look, hovertemplate=told, customdata=np.array(cycles))
        for name, value, look in (
            ("in the cycle", lambda asked: asked.overlap, LOOKS[0]),
            ("so far", lambda asked: asked.overlap_so_far, THIRD),
        )
    ]
    y = {"title": {"text": "overlap"}, "range": [-0.04, 1.04]}
    return FigureSpec(
        figure=_figure("Images that both labelled", traces, _cycles_axis(cycles), y),
        caption="Images of both by images of either. A click on a cycle shows its images below.",
        label="overlap of what both sides labelled by cycle",
    )


def tau_chart(one: Compared) -> FigureSpec:
    """Mean tau* of both sides by cycle, with its quartiles where there is one run of each."""
    traces, seen = [], set[int]()
    for place, (side, look) in enumerate(zip((one.first, one.second), LOOKS, strict=True)):
        known: dict[int, list[TauOfCycle]] = {}
        for pair in one.pairs:
            for cycle, both in pair.tau.items():
                if (tau := both[place]) is not None:
                    known.setdefault(cycle, []).append(tau)
        cycles = sorted(known)
        mean, q1, q3 = (
            np.array([np.mean([getattr(tau, name) for tau in known[cycle]]) for cycle in cycles])
            for name in ("mean", "q1", "q3")
        )
        if cycles:
            bars = {"array": q3 - mean, "arrayminus": mean - q1, "color": faint(look[0], 0.6)}
            told = f"{side.letter}, cycle %{{x}}: mean τ* %{{y:.3f}}<extra></extra>"
            traces.append(_line(cycles, mean.tolist(), side.letter, look, error_y=bars, hovertemplate=told))
            seen.update(cycles)
    if not traces:
        return FigureSpec(message="Neither side looks ahead with pairs, so there is no τ* to compare.")
    y = {"title": {"text": "τ*"}, "rangemode": "tozero"}
    return FigureSpec(
        figure=_figure("τ* over the candidate pairs", traces, _cycles_axis(sorted(seen)), y),
        caption="Bars: quartiles over the pairs" + (", means over the seeds." if len(one.pairs) > 1 else "."),
        label="mean τ* of both sides by cycle",
    )


def classes_chart(one: Compared, class_names: Sequence[str]) -> FigureSpec:
    """How many images of each class both sides labelled after the start, or after the shared cycles."""
    counts = (Counter[int](), Counter[int]())
    begins = 1 + max(0, *(pair.shared for pair in one.pairs))
    for pair in one.pairs:
        for asked in pair.asked:
            for count, labels in zip(counts, pair.labels_of(asked.cycle), strict=True):
                count.update(labels.values() if asked.cycle >= begins else ())
    both = counts[0] + counts[1]
    most = max([0, *counts[0].values(), *counts[1].values()])
    if not both:
        return FigureSpec(message=f"Nothing is labelled in both from cycle {begins} on.")
    shown = sorted(label for label, _ in both.most_common(MAX_CLASSES))
    names = [plain(class_name(label, class_names)) for label in shown]
    traces = [
        {
            "type": "bar",
            "x": np.arange(len(shown)),
            "y": np.array([count[label] for label in shown]),
            "name": side.letter,
            "marker": {"color": look[0], "pattern": {"shape": shape, "fgcolor": "white", "fillmode": "overlay"}},
            "customdata": names,
            "hovertemplate": f"{side.letter}: %{{y}} of %{{customdata}}<extra></extra>",
        }
        for side, count, look, shape in zip((one.first, one.second), counts, LOOKS, ("", "/"), strict=True)
    ]
    ticks = [plain(class_name(label, class_names), CLASS_WIDTH) for label in shown]
    x = {"tickvals": list(range(len(shown))), "ticktext": ticks, "tickangle": -45}
    y = {"title": {"text": "labelled"}, "rangemode": "tozero", **whole_ticks([0, most])}
    sums = " Sums over the seeds." if len(one.pairs) > 1 else ""
    more = f"The {MAX_CLASSES} classes with the most of {len(both):,}. " if len(both) > MAX_CLASSES else ""
    return FigureSpec(
        figure=_figure(f"Classes labelled from cycle {begins} on", traces, x, y, barmode="group"),
        caption=f"{more}By the label that each side has of the image.{sums}",
        label="images of each class that both sides labelled",
    )


def _of_labels(one: Compared) -> list[AccuracyRow]:
    return [row for row in one.accuracy if not isinstance(row.at, At)]


def _labels_axis(labels: Sequence[float]) -> dict[str, Any]:
    return {"title": {"text": "labelled images"}, **whole_ticks(labels)}


def _cycles_axis(cycles: Sequence[int]) -> dict[str, Any]:
    return {"title": {"text": "cycle"}, **cycle_ticks(max(cycles, default=0))}
