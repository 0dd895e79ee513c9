"""All about tau* of a run: over its cycles, over the policy's epochs, and what it was worth."""

from __future__ import annotations

from typing import Any

from lada_explore.views.base.panel import Panel
from lada_explore.views.base.selection import Selection
from lada_explore.views.base.source import source_of
from lada_explore.views.tau.tau_chart import TauChart
from lada_explore.views.tau.theta_chart import ThetaChart
from lada_explore.views.tau.worth import TauWorthChart


class TauObservatory(Panel):
    """tau* per cycle, tau of each pair while the policy learned, and below what tau* is worth to each pair.

    A run with a spatial transformer that looks ahead has theta in their place.

    Args:
        session: a session, its worker, or a recorded run.
        selection: what is looked at, shared with other views; one of its own when None.

    Raises:
        ConfigError: something that is no run.
    """

    def __init__(self, session: Any, selection: Selection | None = None) -> None:
        source, shared = source_of(session), selection or Selection()
        if source.config.method.uses_transforms:
            super().__init__([ThetaChart(source, shared)])
        else:
            super().__init__([TauChart(source, shared), TauWorthChart(source, shared)])
