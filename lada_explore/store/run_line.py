"""A run as a line in a notebook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from lada_explore.config import RunConfig
from lada_explore.records import STAGE_NAMES, CycleRecords, position
from lada_explore.store.run_folder import RunFolder


class _Run(Protocol):
    folder: RunFolder

    @property
    def config(self) -> RunConfig: ...

    @property
    def history(self) -> Sequence[CycleRecords]: ...


class ToldInALine:
    """Gives a run a repr of one line: its folder, images, method and seed, and how far it has come."""

    def __repr__(self: _Run) -> str:
        config, history = self.config, self.history
        now = position(history, config.schedule.cycles)
        next_one = "complete" if now.next_stage is None else f"{STAGE_NAMES[now.next_stage]} next"
        labels = sum(len(records.query.ids) for records in history if records.query is not None)
        what = f"{config.data.name}, {config.method.name}, seed {config.seed}"
        closed = ", closed" if getattr(self, "closed", False) else ""
        where = f"cycle {now.cycle} of {config.schedule.cycles}, {next_one}{closed}"
        return f"{type(self).__name__}({self.folder.path}: {what}; {where}; {labels:,} labels)"
