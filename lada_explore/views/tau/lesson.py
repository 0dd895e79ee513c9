"""Runs side by side for the lesson on tau*: over the cycles, over the policy's steps, and the pull of each pair."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lada_explore.analysis import gain_text
from lada_explore.analysis.tau_dynamics import best_constant, policy_path, pull, tau_dynamics
from lada_explore.errors import ConfigError
from lada_explore.records import IntArray, LookAheadRecord
from lada_explore.views.base.palette import BLUE, GREEN, GREY, VERMILLION, faint
from lada_explore.views.base.plot_view import PlotView, cycle_ticks, whole_ticks
from lada_explore.views.base.record_chart import FigureSpec, show_spec
from lada_explore.views.base.source import RunSource, source_of
from lada_explore.views.base.text import plain
from lada_explore.views.tau.beta_charts import LEFT, RIGHT, two_panels

LOOKS = (
    (BLUE, "solid", "circle"),
    (VERMILLION, "dash", "diamond"),
    (GREEN, "dot", "square"),
    ("#CC79A7", "dashdot", "triangle-up"),
    ("#56B4E9", "longdash", "x"),
)
"""Colour, line and marker of the runs, in turn."""

BARS = 30


class TauRuns(PlotView):
    """tau* of several runs by cycle, and beside it what explains it: how much entropy mixing adds.

    Args:
        runs: sessions, workers or recorded runs, by the names to show.

    Raises:
        ConfigError: something that is no run, or a run that has not looked ahead with pairs.
    """

    def __init__(self, runs: Mapping[str, Any]) -> None:
        super().__init__()
        show_spec(self, tau_runs_figure_spec({name: source_of(run) for name, run in runs.items()}))


class PolicySteps(PlotView):
    """The policy of one cycle in several runs, by the optimiser's steps: where tau goes, and how the pairs differ.

    Args:
        runs: sessions, workers or recorded runs, by the names to show.
        cycle: which.

    Raises:
        ConfigError: something that is no run, or a run whose policy learned nothing in that cycle.
    """

    def __init__(self, runs: Mapping[str, Any], cycle: int = 1) -> None:
        super().__init__()
        show_spec(self, policy_steps_figure_spec({name: source_of(run) for name, run in runs.items()}, cycle))


class PullChart(PlotView):
    """Histogram of dV_i/dtau over the pairs of a cycle, at the tau with which the policy began.

    Args:
        run: a session, a worker or a recorded run.
        cycle: which.

    Raises:
        ConfigError: something that is no run, or a cycle without pairs.
    """

    def __init__(self, run: Any, cycle: int = 1) -> None:
        super().__init__()
        show_spec(self, pull_figure_spec(_looked(source_of(run), cycle), cycle))


def tau_runs_figure_spec(runs: Mapping[str, RunSource]) -> FigureSpec:
    """By cycle: the mean tau* left, and right the mean entropy that mixing adds."""
    data: list[dict[str, Any]] = []
    gains = []
    for place, (name, run) in enumerate(runs.items()):
        found = tau_dynamics(run.history)
        if not len(found.cycles):
            raise ConfigError(f"the run {name!r} has no pairs to show; give runs of a LADA method that looked ahead")
        shown, unit = _look(place, name), _looked(run, int(found.cycles[0])).unit
        hover = f"<br>spread of τ* %{{customdata[0]:.3f}}, regret %{{customdata[1]:.3f}} {unit}"
        shown |= {"x": found.cycles, "customdata": np.column_stack([found.spread, found.regret])}
        told = [f"<br>gain {gain_text(gain)} {unit}" for gain in found.gain.tolist()]
        tau = shown | {"y": found.tau, "text": told, "hovertemplate": f"cycle %{{x}}: τ* %{{y:.3f}}%{{text}}{hover}"}
        data.append(tau)
        gains.append(f"{name} {_gains(found.cycles, found.gain)}")
        hover = f"cycle %{{x}}: mixing adds %{{y:.3f}} {unit}"
        data.append(shown | _RIGHT_SIDE | {"y": found.bulge, "hovertemplate": hover})
    ticks = cycle_ticks(max(run.history[-1].cycle for run in runs.values()))
    layout = two_panels("τ*, mean of the pairs", "Entropy that mixing adds, mean of the pairs") | {
        "xaxis": {"domain": LEFT, "title": {"text": "cycle"}, **ticks},
        "yaxis": {"title": {"text": "τ*"}, "rangemode": "tozero"},
        "xaxis2": {"domain": RIGHT, "anchor": "y2", "title": {"text": "cycle"}, **ticks},
        "yaxis2": {"anchor": "x2", "title": {"text": "V(1) - V(0) (bits)"}, "zeroline": True, "zerolinewidth": 2},
    }
    return FigureSpec(
        figure={"data": data, "layout": layout},
        caption="On the right, the mean entropy of virtual instances spread evenly along the path, less that of the "
        "two parents. Where it is above 0 the pairs together want a large τ, where it is below 0 a small one. "
        f"The gain, V(τ*) less V at the τ before learning, in bits a pair: {'; '.join(gains)}.",
        label="τ* and the entropy that mixing adds, by cycle, of several runs",
    )


def _gains(cycles: IntArray, gain: NDArray[np.float64]) -> str:
    """The gains of the first and of the last cycle in words."""
    ends = {int(cycle): gain_text(float(found)) for cycle, found in zip(cycles[[0, -1]], gain[[0, -1]], strict=True)}
    return " and ".join(f"{told} in cycle {cycle}" for cycle, told in ends.items())


def policy_steps_figure_spec(runs: Mapping[str, RunSource], cycle: int) -> FigureSpec:
    """Mean tau and its range over the pairs left, the standard deviation over the pairs right."""
    data: list[dict[str, Any]] = []
    constants = []
    for place, (name, run) in enumerate(runs.items()):
        ahead = _looked(run, cycle)
        if len(ahead.tau_by_epoch) < 2:
            raise ConfigError(f"the policy of the run {name!r} learned nothing in cycle {cycle}; show a learned one")
        path, shown = policy_path(ahead, run.config.policy), _look(place, name)
        shown |= {"x": path.steps, "marker": {"size": 4, "symbol": LOOKS[place % len(LOOKS)][2]}}
        edge = {"type": "scatter", "x": path.steps, "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip",
                "showlegend": False, "legendgroup": name}  # fmt: skip
        fill = {"fill": "tonexty", "fillcolor": faint(LOOKS[place % len(LOOKS)][0], 0.2)}
        data += [edge | {"y": path.low}, edge | {"y": path.high} | fill]
        data.append(shown | {"y": path.mean, "hovertemplate": "step %{x}: τ %{y:.3f}"})
        data.append(shown | _RIGHT_SIDE | {"y": path.spread, "hovertemplate": "step %{x}: %{y:.4f}"})
        constants.append(best_constant(ahead))
    layout = two_panels("τ while the policy learns", "How much the pairs differ") | {
        "xaxis": {"domain": LEFT, "title": {"text": "steps of the optimiser"}, "tickformat": "d"},
        "yaxis": {"title": {"text": "τ, mean and range of the pairs"}},
        "xaxis2": {"domain": RIGHT, "anchor": "y2", "title": {"text": "steps of the optimiser"}, "tickformat": "d"},
        "yaxis2": {"anchor": "x2", "title": {"text": "standard deviation of τ"}, "rangemode": "tozero"},
    }
    wants = ", ".join(f"{constant:.2f}" for constant in dict.fromkeys(constants))
    return FigureSpec(
        figure={"data": data, "layout": layout},
        caption=f"Cycle {cycle}. The shade reaches from the pair with the smallest τ to the one with the largest. "
        f"One τ for all pairs, of 0.01 to 4, would be best at {wants}.",
        label=f"τ over the policy's steps in cycle {cycle} of several runs",
    )


def pull_figure_spec(ahead: LookAheadRecord, cycle: int) -> FigureSpec:
    """Histogram of the pull of each pair, its mean marked."""
    start = float(ahead.tau_by_epoch[0].mean())
    found = pull(ahead, start)
    # An edge at 0, so that no bar holds pairs of both kinds.
    width = max(float(np.ptp(found)), 1e-9) / BARS
    first, last = np.floor(found.min() / width), np.ceil(found.max() / width)
    edges = np.linspace(first, max(last, first + 1), int(max(last - first, 1)) + 1) * width
    count, edges = np.histogram(found, edges)
    middle = (edges[:-1] + edges[1:]) / 2
    colours = np.where(middle < 0, VERMILLION, BLUE).tolist()
    mean = float(found.mean())
    against = int((np.sign(found) == -np.sign(mean)).sum())
    bars = {"type": "bar", "x": middle, "y": count, "marker": {"color": colours}, "showlegend": False,
            "hovertemplate": "dV/dτ %{x:.3f}: %{y} pairs<extra></extra>"}  # fmt: skip
    line = {"type": "line", "x0": mean, "x1": mean, "yref": "y domain", "y0": 0, "y1": 1}
    layout = {
        "height": 300,
        "margin": {"l": 56, "r": 16, "t": 34, "b": 8},
        "xaxis": {"title": {"text": f"dV/dτ of a pair at τ = {start:.2f} ({ahead.unit} per unit of τ)"}},
        "yaxis": {"title": {"text": "pairs"}, **whole_ticks([0, count.max()])},
        "shapes": [line | {"line": {"color": GREY, "dash": "dash", "width": 2}}],
        "annotations": [
            {"text": f"mean {mean:+.3f}", "x": mean, "y": 1, "yref": "y domain", "yanchor": "bottom",
             "showarrow": False}
        ],
        "uirevision": "pull",
    }  # fmt: skip
    return FigureSpec(
        figure={"data": [bars], "layout": layout},
        caption=f"Cycle {cycle}: {against} of {len(found)} pairs pull against the mean. A pair to the right of 0 wants "
        "a larger τ than the policy begins with, a pair to the left a smaller one.",
        label=f"histogram of the pull of each pair on τ in cycle {cycle}",
    )


_RIGHT_SIDE = {"xaxis": "x2", "yaxis": "y2", "showlegend": False}


def _look(place: int, name: str) -> dict[str, Any]:
    colour, dash, symbol = LOOKS[place % len(LOOKS)]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": plain(name, 40),
        "legendgroup": name,
        "line": {"color": colour, "dash": dash, "width": 2.2},
        "marker": {"symbol": symbol, "size": 7},
    }


def _looked(run: RunSource, cycle: int) -> LookAheadRecord:
    found = next((records.look_ahead for records in run.history if records.cycle == cycle), None)
    if found is None or not len(found.tau):
        raise ConfigError(f"cycle {cycle} has no pairs to show; choose a cycle of a LADA method that has looked ahead")
    return found
