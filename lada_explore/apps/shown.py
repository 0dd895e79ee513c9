"""What a part of a student's page shows, for the teacher."""

from __future__ import annotations

from dataclasses import dataclass

from lada_explore.store import RecordedRun
from lada_explore.views.explorer.explorer import Explorer
from lada_explore.views.playground.playground import PlaygroundView
from lada_explore.views.playground.start import DATASETS


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a tab shows.

    Attributes:
        about: the data set, the method and the seed, or the run.
        last: what was done last.
        cycle: the cycle that is shown; None where there is none.
    """

    about: str = ""
    last: str = ""
    cycle: int | None = None


def shown_of_playground(view: PlaygroundView) -> Shown:
    """What a playground shows."""
    start, moment = view.start, view.moment
    methods = " against ".join(start.methods)
    about = f"{DATASETS[start.dataset]}, {methods}, seed {start.seed}"
    return Shown(about=about, last=view.done, cycle=None if moment is None else moment[0])


def shown_of_explorer(view: Explorer, run: RecordedRun) -> Shown:
    """What the explorer of a recorded run shows."""
    tabs, cycle = view.tabs, view.selection.selected.cycle
    parts = tabs.parts[tabs.shown]
    looked_at = [tabs.titles[tabs.shown], *(parts[tabs.part[tabs.shown]] for _ in parts[:1])]
    if cycle is None and run.history:
        cycle = run.history[-1].cycle
    return Shown(about=run.path.name, last=", ".join(looked_at), cycle=cycle)
