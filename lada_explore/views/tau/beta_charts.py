"""Beta(tau, tau) for the lessons: its shape, the slope of its distribution function, and how its mass moves."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from lada_explore.analysis import beta_density
from lada_explore.analysis.gradients import beta_cdf, cdf_slope, cdf_slope_numeric, velocity
from lada_explore.beta import beta_pdf
from lada_explore.views.base.palette import BLUE, GREEN, GREY, VERMILLION, faint
from lada_explore.views.base.plot_view import LEGEND_BELOW, PlotView, panel_title
from lada_explore.views.base.record_chart import FigureSpec, show_spec
from lada_explore.views.tau.slider import TauSlider

TAU_LOW, TAU_HIGH = 0.05, 4.0
NEAR = 0.1
"""A virtual instance counts as near a parent when the other one's share is at most this."""
HIGHEST_DENSITY = 4.0
RANKS = np.linspace(0.05, 0.95, 19)
"""Ranks of the draws whose paths are drawn: every twentieth of the mass."""
LEFT, RIGHT = [0, 0.45], [0.56, 1]
TERMS = (1, 2)
"""Numbers of terms of the truncated series that are drawn beside the whole series."""

Float = NDArray[np.float64]


class BetaShape(TauSlider):
    """The density of lam ~ Beta(tau, tau), and how much of it lies near either parent.

    Args:
        tau: where the slider stands first, in [0.05, 4].
    """

    def __init__(self, tau: float = 0.5) -> None:
        super().__init__(beta_shape, tau, TAU_LOW, TAU_HIGH)


class MassFlow(TauSlider):
    """Where the mass of Beta(tau, tau) goes when tau grows: paths of draws of fixed rank, and their velocity.

    Args:
        tau: where the slider stands first, in [0.05, 4].
    """

    def __init__(self, tau: float = 0.5) -> None:
        super().__init__(mass_flow, tau, TAU_LOW, TAU_HIGH)


class CdfSlopeChart(PlotView):
    """dF/dtau of Beta(tau, tau) by the series of Equation 5, by differences and by torch, and the velocity it gives.

    Args:
        tau: concentration, above 0 and at most 8.
        drawn: (S,) draws lam and (S,) torch's dlam/dtau at them, from `lookahead.gradients.torch_velocity`.
    """

    def __init__(self, tau: float, drawn: tuple[Float, Float]) -> None:
        super().__init__()
        show_spec(self, cdf_slope_figure_spec(tau, *drawn))


def near_a_parent(tau: float | Float) -> Float:
    """Share of virtual instances of which one parent makes up at least 1 - `NEAR`."""
    at = np.asarray(tau, dtype=np.float64)
    return np.array([2 * float(beta_cdf(NEAR, float(t))) for t in at.ravel()]).reshape(at.shape)


def beta_shape(tau: float) -> FigureSpec:
    """Density left; on the right the share of draws near a parent against tau."""
    lam, density = beta_density(tau)
    taus = np.linspace(TAU_LOW, TAU_HIGH, 80)
    near = float(near_a_parent(tau))
    figure = {
        "data": [
            _line(lam, np.minimum(density, 2 * HIGHEST_DENSITY), "density of λ", BLUE, fill="tozeroy",
                  fillcolor=faint(BLUE, 0.15), hovertemplate="λ %{x:.2f}: density %{y:.2f}<extra></extra>"),
            _line(taus, 100 * near_a_parent(taus), f"share with a parent at {100 * (1 - NEAR):.0f} % or more",
                  VERMILLION, xaxis="x2", yaxis="y2",
                  hovertemplate="τ %{x:.2f}: %{y:.0f} % near a parent<extra></extra>"),
            _dots([tau], [100 * near], f"τ = {tau:.2f}", VERMILLION, xaxis="x2", yaxis="y2"),
        ],
        "layout": two_panels(f"Beta({tau:.2f}, {tau:.2f})", "Share near a parent")
        | {
            "xaxis": {"domain": LEFT, "title": {"text": "λ, the share of the first image"}, "range": [0, 1]},
            "yaxis": {"title": {"text": "density"}, "range": [0, HIGHEST_DENSITY]},
            "xaxis2": {"domain": RIGHT, "anchor": "y2", "title": {"text": "τ"}, "range": [0, TAU_HIGH]},
            "yaxis2": {"anchor": "x2", "title": {"text": "virtual instances (%)"}, "range": [0, 104]},
            "shapes": [_edge(NEAR), _edge(1 - NEAR)],
        },
    }  # fmt: skip
    return FigureSpec(
        figure=figure,
        caption=f"At τ = {tau:.2f}, {100 * near:.0f} % of the virtual instances lie outside the dotted lines: one "
        f"parent makes up {100 * (1 - NEAR):.0f} % or more of them.",
        label=f"density of Beta({tau:.2f}, {tau:.2f}) and the share of draws near a parent against τ",
    )


def mass_flow(tau: float) -> FigureSpec:
    """Paths of draws of fixed rank against tau, and on the right the velocity of the mass at this tau."""
    taus = np.geomspace(TAU_LOW, TAU_HIGH, 60)
    paths = np.column_stack([betaincinv(t, t, RANKS) for t in taus])  # (ranks, taus)
    now = betaincinv(tau, tau, RANKS)
    moving = velocity(now, tau)
    step = 0.3
    ahead = np.column_stack([now, now + step * moving])
    lam = np.linspace(0.002, 0.998, 400)
    figure = {
        "data": [
            _line(*_joined(taus, paths), "a draw that keeps its rank", faint(BLUE, 0.5), width=1.2, hoverinfo="skip"),
            _line(*_joined(np.array([tau, tau + step]), ahead), "its velocity dλ/dτ", VERMILLION, width=2.5,
                  hoverinfo="skip"),
            _dots(np.full(len(now), tau), now, f"draws at τ = {tau:.2f}", VERMILLION, customdata=RANKS,
                  hovertemplate="rank %{customdata:.2f}<br>λ %{y:.3f}<extra></extra>", showlegend=False),
            _line(lam, velocity(lam, tau), "velocity at each λ", GREEN, xaxis="x2", yaxis="y2",
                  hovertemplate="λ %{x:.2f}<br>dλ/dτ %{y:.3f}<extra></extra>"),
        ],
        "layout": two_panels("Draws while τ grows", f"Velocity of the mass at τ = {tau:.2f}")
        | {
            "xaxis": {"domain": LEFT, "title": {"text": "τ"}, "range": [0, TAU_HIGH + step]},
            "yaxis": {"title": {"text": "λ"}, "range": [-0.02, 1.02]},
            "xaxis2": {"domain": RIGHT, "anchor": "y2", "title": {"text": "λ"}, "range": [0, 1]},
            "yaxis2": {"anchor": "x2", "title": {"text": "dλ/dτ"}},
        },
    }  # fmt: skip
    return FigureSpec(
        figure=figure,
        caption="Between two neighbouring lines lies a twentieth of the mass at every τ. A larger τ carries all of "
        "it towards the middle; the tangents are the velocities of Equations 3 to 5.",
        label=f"paths of draws of Beta(τ, τ) of fixed rank, and the velocity of the mass at τ = {tau:.2f}",
    )


def cdf_slope_figure_spec(tau: float, drawn_lam: Float, drawn_velocity: Float) -> FigureSpec:
    """dF/dtau left, dlam/dtau right; drawn (S,) are torch's. Arguments as for `CdfSlopeChart`."""
    lam = np.linspace(0.002, 0.998, 400)
    sparse = np.linspace(0.04, 0.96, 24)
    inside = (drawn_lam > lam[0]) & (drawn_lam < lam[-1])
    at, moving = drawn_lam[inside], drawn_velocity[inside]
    density = beta_pdf(at, tau)
    few = [
        _line(
            lam,
            cdf_slope(lam, tau, terms),
            f"series, {terms} term{'s' * (terms > 1)}",
            GREY,
            dash=dash,
            width=2,
            hoverinfo="skip",
        )
        for terms, dash in zip(TERMS, ("dot", "dash"), strict=True)
    ]
    torchs = {"symbol": "circle-open", "hovertemplate": "λ %{x:.3f}<br>%{y:.4f}<extra>torch</extra>"}
    figure = {
        "data": [
            *few,
            _line(lam, cdf_slope(lam, tau), "series, all terms", BLUE,
                  hovertemplate="λ %{x:.3f}<br>%{y:.4f}<extra>series</extra>"),
            _dots(sparse, cdf_slope_numeric(sparse, tau), "differences of F", GREEN, symbol="x-thin-open"),
            _dots(at, -moving * density, "torch, at its own draws", VERMILLION, **torchs),
            _line(lam, velocity(lam, tau), "velocity from the series", BLUE, xaxis="x2", yaxis="y2", showlegend=False,
                  hovertemplate="λ %{x:.3f}<br>%{y:.4f}<extra>series</extra>"),
            _dots(at, moving, "torch", VERMILLION, xaxis="x2", yaxis="y2", showlegend=False, **torchs),
        ],
        "layout": two_panels("Slope of the distribution function", "Velocity of the mass")
        | {
            "xaxis": {"domain": LEFT, "title": {"text": "λ"}, "range": [0, 1]},
            "yaxis": {"title": {"text": "dF/dτ"}},
            "xaxis2": {"domain": RIGHT, "anchor": "y2", "title": {"text": "λ"}, "range": [0, 1]},
            "yaxis2": {"anchor": "x2", "title": {"text": "dλ/dτ"}},
        },
    }  # fmt: skip
    apart = float(np.abs(moving - velocity(at, tau)).max()) if len(at) else 0.0
    return FigureSpec(
        figure=figure,
        caption=f"τ = {tau:g}. Right is left divided by minus the density. At the {len(at)} draws torch's derivative "
        f"is at most {apart:.1g} away from the series.",
        label=f"slope of the distribution function of Beta(τ, τ) and velocity of its mass at τ = {tau:g}",
    )


def _joined(x: Float, rows: Float) -> tuple[Float, Float]:
    """Several lines over the same x as one, with a gap (NaN) after each."""
    gap = np.full((len(rows), 1), np.nan)
    return np.tile(np.append(x, np.nan), len(rows)), np.column_stack([rows, gap]).ravel()


def _line(
    x: Float, y: Float, name: str, colour: str, *, dash: str = "solid", width: float = 2.2, **more: Any
) -> dict[str, Any]:
    line = {"color": colour, "width": width, "dash": dash}
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "name": name, "line": line} | more


def _dots(x: Any, y: Any, name: str, colour: str, *, symbol: str = "circle", **more: Any) -> dict[str, Any]:
    marker = {"symbol": symbol, "size": 7, "color": colour, "line": {"width": 1.6, "color": colour}}
    return {"type": "scatter", "mode": "markers", "x": x, "y": y, "name": name, "marker": marker} | more


def _edge(lam: float) -> dict[str, Any]:
    line = {"color": GREY, "dash": "dot", "width": 1.5}
    return {"type": "line", "x0": lam, "x1": lam, "y0": 0, "y1": 1, "yref": "y domain", "line": line}


def two_panels(left: str, right: str) -> dict[str, Any]:
    """Layout with a title above each of two panels, whose shares of the width are `LEFT` and `RIGHT`."""
    return {
        "height": 350,
        "margin": {"l": 56, "r": 16, "t": 34, "b": 8},
        "legend": LEGEND_BELOW,
        "annotations": [panel_title(left, LEFT), panel_title(right, RIGHT)],
        "uirevision": "beta",
        "meta": {"panels": [LEFT, RIGHT]},
    }
