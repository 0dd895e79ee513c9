"""A duel of a person and a method, in JupyterLab."""

from __future__ import annotations

from typing import Any

from lada_explore.errors import ConfigError
from lada_explore.experiments.duel import DuelRuns
from lada_explore.views.duel.duel import DuelView


class Duel(DuelView):
    """A person against a method: `Duel(session, "runs/duel")`.

    In each round the person picks as many of the candidates as a query takes, the method picks its own, and both
    classifiers go on from the same labels and weights. A cell with the same call goes on with the duel in `out`.

    Args:
        run, out, options: as for `lada_explore.experiments.duel.DuelRuns`, but for `pairs`.

    Attributes:
        sides: the two runs and the scoreboard.

    Raises:
        LadaError: as for `DuelRuns`.
        ConfigError: pairs are to be picked.
    """

    def __init__(self, run: Any, out: Any, **options: Any) -> None:
        if options.get("pairs"):
            raise ConfigError("this view lets single images be picked; leave pairs out, or play in the playground")
        super().__init__(DuelRuns(run, out, **options))

    def close(self) -> None:
        """Close the view and its two runs; the same call opens them again."""
        super().close()
        self.sides.close()
