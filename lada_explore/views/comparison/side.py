"""One of the two sides of a comparison, and what is there of a run at a cycle."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from lada_explore.analysis import cycle_of_map
from lada_explore.records import CycleRecords
from lada_explore.views.base.selection import Selection
from lada_explore.views.base.source import RunSource
from lada_explore.views.time_slider.time_slider import slider_state


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Side:
    """A run at a cycle.

    Attributes:
        name: "A" or "B".
        source: the run.
        selection: the cycle, images and pair that its views show.
        title: name of the run where the sides are two runs; empty where they are cycles of one.
    """

    name: str
    source: RunSource
    selection: Selection
    title: str = ""

    @property
    def cycle(self) -> int:
        """The cycle that is shown: the latest whose candidates were scored where the selection follows the run."""
        cycle = self.selection.selected.cycle
        return cycle_of_map(self.source.history) if cycle is None else cycle

    @property
    def records(self) -> CycleRecords | None:
        """The records of that cycle; None where the run has not come so far."""
        cycle = self.cycle
        return next((records for records in self.source.history if records.cycle == cycle), None)

    def heading(self) -> str:
        """What stands above its views: "A: cycle 3 · 50 labels · 58.2 % right"."""
        named = f"{self.name}: {self.title}" if self.title else self.name
        told = slider_state(self.source.history, None)["cycles"]
        cycle = self.cycle
        if cycle >= len(told):
            return f"{named} · ends at cycle {len(told) - 1}"
        between = " · " if self.title else ": "
        return f"{named}{between}{told[cycle][0].lower()}{told[cycle][1:]}"

    def pairs_up(self, pair: Collection[int]) -> bool:
        """Whether two ids are a candidate pair of the cycle that is shown, in either order."""
        records = self.records
        if records is None or records.subsample is None:
            return False
        return any(set(candidate) == set(pair) for candidate in records.subsample.pair_ids.tolist())

    def missing(self, ids: Sequence[int]) -> list[int]:
        """Those of the ids that are neither candidates of the cycle that is shown nor labelled by its end."""
        records, cycle = self.records, self.cycle
        there: set[int] = set()
        if records is not None and records.subsample is not None:
            there.update(records.subsample.subset_ids.tolist())
        for before in self.source.history:
            if before.cycle <= cycle and before.query is not None:
                there.update(before.query.ids.tolist())
        return [i for i in ids if i not in there]


def folder_of(source: Any) -> Any:
    """The run folder of a session's worker or of a recorded run; None without one."""
    return getattr(source, "folder", None) or getattr(getattr(source, "session", None), "folder", None)


def title_of(source: RunSource) -> str:
    """The name of a run beside another: "demo (lada-entmix, seed 0)"."""
    config, folder = source.config, folder_of(source)
    what = f"{config.method.name}, seed {config.seed}"
    return what if folder is None else f"{folder.path.name} ({what})"
