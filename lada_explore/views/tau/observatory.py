"""All about tau* of a run: over its cycles, over the policy's epochs, and what it was worth."""

from __future__ import annotations

from typing import Any

from lada_explore.views.base.panel import Panel
from lada_explore.views.base.selection import Selection
from lada_explore.views.base.source import configs_of, source_of
from lada_explore.views.tau.tau_chart import TauChart
from lada_explore.views.tau.theta_chart import ThetaChart
from lada_explore.views.tau.worth import TauWorthChart


class TauObservatory(Panel):
    """tau* per cycle, tau of each pair while the policy learned, and below what tau* is worth to each pair.

    For a run with a spatial transformer, theta is shown instead. Without either, one sentence says so.

    Args:
        session: a session, its worker, or a recorded run.
        selection: the selected cycle, images and pair, shared with other views; a new one when None.

    Raises:
        ConfigError: `session` is no run.
    """

    def __init__(self, session: Any, selection: Selection | None = None) -> None:
        source, shared = source_of(session), selection or Selection()
        methods = [config.method for config in configs_of(source)]
        theta = [ThetaChart(source, shared)] if any(method.transforms_images for method in methods) else []
        if any(method.uses_pairs for method in methods):
            super().__init__([*theta, TauChart(source, shared), TauWorthChart(source, shared)])
        else:
            super().__init__(theta or [TauChart(source, shared)])
