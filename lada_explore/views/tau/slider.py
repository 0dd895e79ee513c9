"""A chart with one slider for tau above it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets

from lada_explore.errors import ConfigError
from lada_explore.views.base.panel import Panel
from lada_explore.views.base.plot_view import PlotView
from lada_explore.views.base.record_chart import FigureSpec, show_spec
from lada_explore.views.base.view import AnsweredWhereAsked


class _Slider(AnsweredWhereAsked, ipywidgets.FloatSlider):  # type: ignore[misc]  # ipywidgets has no types
    """ipywidgets' slider."""


class TauSlider(Panel):
    """A chart that is drawn again whenever tau is moved.

    Args:
        draw: makes the chart of a tau.
        tau: first value of the slider.
        low: lower end of the slider.
        high: upper end of the slider.

    Attributes:
        tau: value of the slider.
        chart: the chart.

    Raises:
        ConfigError: tau is not on the slider.
    """

    def __init__(self, draw: Callable[[float], FigureSpec], tau: float, low: float, high: float) -> None:
        if not low <= tau <= high:
            raise ConfigError(f"tau is {tau:g}; this slider goes from {low:g} to {high:g}")
        self._draw = draw
        self._slider = _Slider(
            value=tau, min=low, max=high, step=0.05, description="τ", readout_format=".2f",
            layout=ipywidgets.Layout(width="min(420px, 100%)"),
        )  # fmt: skip
        self.chart = PlotView()
        self._redraw()
        self._slider.observe(self._redraw, "value")
        super().__init__([self._slider, self.chart])

    @property
    def tau(self) -> float:
        """Value of the slider."""
        # The page counts in steps from the lower end and sends 0.49999999999999994.
        return round(float(self._slider.value), 2)

    @tau.setter
    def tau(self, value: float) -> None:
        self._slider.value = value

    def _redraw(self, _: Any = None) -> None:
        show_spec(self.chart, self._draw(self.tau))
