"""Bias and standard deviation of the estimators of dV/dtau, against how often they evaluate the profile."""

from __future__ import annotations

from typing import Any

from lada_explore.analysis.gradients import EstimatorErrors, GradientErrors
from lada_explore.views.base.palette import BLUE, GREEN, GREY, VERMILLION
from lada_explore.views.base.plot_view import PlotView
from lada_explore.views.base.record_chart import FigureSpec, show_spec
from lada_explore.views.tau.beta_charts import LEFT, RIGHT, two_panels

LOOKS = ((BLUE, "solid", "circle"), (VERMILLION, "dash", "diamond"), (GREEN, "dot", "square"))
"""Colour, line and marker of the estimators, in the order of the errors."""


class GradientErrorsChart(PlotView):
    """Size of the bias left, standard deviation of one estimate right, both on logarithmic axes.

    Args:
        errors: from `lookahead.gradients.gradient_errors`.
    """

    def __init__(self, errors: GradientErrors) -> None:
        super().__init__()
        show_spec(self, gradient_errors_figure_spec(errors))


def gradient_errors_figure_spec(errors: GradientErrors) -> FigureSpec:
    """The chart with its sentence."""
    data: list[dict[str, Any]] = []
    for place, (name, found) in enumerate(errors.by_estimator.items()):
        data += _traces(errors, name, found, LOOKS[place % len(LOOKS)])
    level = {"type": "line", "x0": 0, "x1": 1, "y0": abs(errors.exact), "y1": abs(errors.exact), "layer": "below",
             "line": {"color": GREY, "dash": "dash", "width": 1.5}}  # fmt: skip
    counts = {
        "type": "log",
        "title": {"text": "N, evaluations of the profile"},
        "tickvals": errors.evaluations.tolist(),
    }
    sizes = {"type": "log", "exponentformat": "power", "dtick": 1}
    figure = {
        "data": data,
        "layout": two_panels("Size of the bias", "Standard deviation of one estimate")
        | {
            "xaxis": {"domain": LEFT} | counts,
            "yaxis": {"title": {"text": "|mean estimate - dV/dτ|"}} | sizes,
            "xaxis2": {"domain": RIGHT, "anchor": "y2"} | counts,
            "yaxis2": {"anchor": "x2", "title": {"text": "standard deviation"}} | sizes,
            "shapes": [
                level | {"xref": "x domain", "yref": "y"},
                level | {"xref": "x2 domain", "yref": "y2"},
            ],
        },
    }
    return FigureSpec(
        figure=figure,
        caption=f"{errors.profile}, τ = {errors.tau:g}; the dashed level is the gradient itself, "
        f"{abs(errors.exact):.3g}. Bars reach two standard errors up: a smaller bias cannot be seen in "
        f"{errors.repeats:,} repeats. The quadrature draws nothing, so it has no deviation to show.",
        label="bias and standard deviation of three estimators of dV/dτ against N",
    )


def _traces(
    errors: GradientErrors, name: str, found: EstimatorErrors, look: tuple[str, str, str]
) -> list[dict[str, Any]]:
    colour, dash, symbol = look
    trace = {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "legendgroup": name,
        "line": {"color": colour, "dash": dash, "width": 2.2},
        "marker": {"color": colour, "symbol": symbol, "size": 8},
        "x": errors.evaluations,
    }
    bias = trace | {
        "y": abs(found.bias),
        "hovertemplate": f"N = %{{x}}<br>size of the bias %{{y:.2g}}<extra>{name}</extra>",
    }
    if not found.deviation.any():
        return [bias]
    bar = {"type": "data", "symmetric": False, "array": 2 * found.standard_error, "arrayminus": 0 * found.bias,
           "color": colour, "thickness": 1}  # fmt: skip
    deviation = trace | {
        "y": found.deviation,
        "showlegend": False,
        "hovertemplate": f"N = %{{x}}<br>standard deviation %{{y:.2g}}<extra>{name}</extra>",
        "xaxis": "x2",
        "yaxis": "y2",
    }
    return [bias | {"error_y": bar}, deviation]
