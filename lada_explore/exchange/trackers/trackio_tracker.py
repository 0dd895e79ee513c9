"""trackio: a project in a database on this machine, which `trackio show` shows."""

from __future__ import annotations

import contextvars
import io
from typing import Any

from PIL import Image

from lada_explore.exchange.trackers.measures import CycleMeasures, TrackedRun
from lada_explore.exchange.trackers.protocol import Ending

MAP = "map"


class TrackioTracker:
    """Writes runs to a project of trackio.

    Args:
        place: name of the project.
    """

    def __init__(self, place: str) -> None:
        self.where = f"trackio:{place}"
        self._project = place
        self._run: Any = None

    def begin(self, run: TrackedRun) -> frozenset[int]:
        """Open the run of this name, or make it."""
        import trackio

        there = _cycles_in(self._project, run.name)
        # trackio ends the run that is open in the same context, as another one of a sweep is.
        self._run = contextvars.Context().run(
            trackio.init,
            project=self._project,
            name=run.name,
            config={**run.tags, **run.parameters},
            resume="allow",
            embed=False,
            auto_log_gpu=False,
            auto_log_cpu=False,
        )
        return there

    def log(self, measures: CycleMeasures) -> None:
        """Write the measures of one cycle."""
        import trackio

        values: dict[str, Any] = dict(measures.values)
        if measures.picture:
            with Image.open(io.BytesIO(measures.picture)) as picture:
                values[MAP] = trackio.Image(picture.convert("RGB"), caption=f"cycle {measures.cycle}")
        self._run.log(values, step=measures.cycle)

    def end(self, ending: Ending) -> None:
        """Close the run; trackio has no place for how it ended."""
        self._run.finish()


def _cycles_in(project: str, name: str) -> frozenset[int]:
    """Cycles whose measures the project has of a run."""
    from trackio import SQLiteStorage

    if not SQLiteStorage.get_project_db_path(project).exists():
        return frozenset()
    return frozenset(int(entry["step"]) for entry in SQLiteStorage.get_logs(project, name) if "labels" in entry)
