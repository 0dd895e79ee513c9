"""A duel of a person and a method, in JupyterLab."""

from __future__ import annotations

from typing import Any

from lada_explore.experiments.duel import DuelRuns
from lada_explore.views.duel.duel import DuelView


class Duel(DuelView):
    """A person against a method: `Duel(session, "runs/duel")`.

    In each round the person picks as many of the candidates as a query takes, the method picks its own, and both
    classifiers go on from the same labels and weights. A cell with the same call goes on with the duel in `out`.

    Args:
        run, out, options: as for `lada_explore.experiments.duel.DuelRuns`.

    Attributes:
        sides: the two runs and the scoreboard.

    Raises:
        LadaError: as for `DuelRuns`.
    """

    def __init__(self, run: Any, out: Any, **options: Any) -> None:
        super().__init__(DuelRuns(run, out, **options))

    def close(self) -> None:
        """Close the view and its two runs; the same call opens them again."""
        super().close()
        self.sides.close()
