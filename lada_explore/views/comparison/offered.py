"""The runs that a run can be compared with: those that were given, and in a notebook those in the folders beside it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lada_explore.store import open_run
from lada_explore.store.run_info import RUN_FILE
from lada_explore.views.base.served import is_served
from lada_explore.views.base.source import RunSource
from lada_explore.views.comparison.side import folder_of, title_of

MAX_BESIDE = 40
"""Run folders that are offered."""


class Offered:
    """Runs by name; those of folders are opened when they are asked for.

    Args:
        source: the run that is compared.
        given: other runs, by name.
    """

    def __init__(self, source: RunSource, given: Mapping[str, RunSource]) -> None:
        self._runs = dict(given)
        # Visitors of a served application see the runs that it was started with, and no others.
        self._folders = {} if is_served() else _beside(source)

    @property
    def names(self) -> list[str]:
        """Names of the runs, those that were given first."""
        return [*self._runs, *(name for name in self._folders if name not in self._runs)]

    def run(self, name: str) -> RunSource:
        """The run of a name.

        Raises:
            StoreError: its folder is damaged.
            KeyError: there is no such run.
        """
        if name not in self._runs:
            self._runs[name] = open_run(self._folders[name])
        return self._runs[name]

    def name_of(self, run: RunSource) -> str:
        """The name under which a run is offered from now on."""
        for known, other in self._runs.items():
            if other is run:
                return known
        name = title_of(run)
        self._runs[name] = run
        return name


def _beside(source: Any) -> dict[str, Path]:
    """Run folders beside that of a run, by name."""
    own = getattr(folder_of(source), "path", None)
    if own is None:
        return {}
    try:
        found = sorted(place.parent for place in own.resolve().parent.glob(f"*/{RUN_FILE}"))
    except OSError:
        return {}
    return {place.name: place for place in found if place != own.resolve()} if len(found) <= MAX_BESIDE else {}
