"""What an explorer is compared with: nothing, another cycle of its run, or another run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets

from lada_explore.config.differences import Differences, differences
from lada_explore.errors import ConfigError
from lada_explore.events import weakly
from lada_explore.views.base.kept_pair import keep_pair
from lada_explore.views.base.selection import Selection
from lada_explore.views.base.source import RunSource, source_of
from lada_explore.views.comparison.compare_bar import CYCLE, NOTHING, RUN, BarState, CompareBar
from lada_explore.views.comparison.differences import other_images, unrecorded
from lada_explore.views.comparison.linked import Link
from lada_explore.views.comparison.offered import Offered
from lada_explore.views.comparison.side import Side, title_of
from lada_explore.views.comparison.sides import Build, Needs, Sides
from lada_explore.views.learning.accuracy import Runs
from lada_explore.views.time_slider.time_slider import slider_state

NOT_COMPARED = Differences("")
"""Of sides that are no two runs."""


def named_runs(runs: Runs) -> dict[str, RunSource]:
    """Runs by the names that they are offered under."""
    if isinstance(runs, Mapping):
        return {name: source_of(run) for name, run in runs.items()}
    return {title_of(run): run for run in map(source_of, runs)}


class Comparison:
    """Makes the views of an explorer, once or of two sides, and holds what links the sides.

    Args:
        source: the run.
        selection: the cycle, images and pair of side A.
        runs: other runs that can be chosen, by name; those in the folders beside that of the run can be chosen too.

    Attributes:
        bar: the control that chooses what to compare with.
        sides: the sides A and B; None where nothing is compared.
        on_change: called after the sides have changed, so that the views are made anew.
    """

    def __init__(self, source: RunSource, selection: Selection, *, runs: Mapping[str, RunSource]) -> None:
        self._source, self._selection = source, selection
        self._offered = Offered(source, runs)
        self.on_change: Callable[[], None] = lambda: None
        self.sides: tuple[Side, Side] | None = None
        self._choice, self._settings, self._elsewhere = NOTHING, NOT_COMPARED, ""
        self._link: Link | None = None
        self._let_pair_go: Callable[[], None] = lambda: None
        self.bar = CompareBar(weakly(self._state), weakly(self._choose), weakly(self._show))
        self.bar.follow(source.on_change)

    def against(self, beside: Any) -> None:
        """Compare with another cycle, with another run, or with nothing.

        Args:
            beside: a cycle; a session, a worker, a recorded run or the name of one that is offered; or None.

        Raises:
            ConfigError: a cycle that the run does not have, or what is no run.
            StoreError: the run of a name is damaged.
        """
        if beside is None:
            choice, made = NOTHING, None
        elif isinstance(beside, int) and not isinstance(beside, bool):
            choice, made = CYCLE, self._cycles(beside)
        else:
            choice, made = self._runs(beside)
        self.close()
        self._choice, self.sides, self._settings, self._elsewhere = choice, made, NOT_COMPARED, ""
        if made is not None:
            self._link_sides(*made, one_cycle=choice != CYCLE)
        changes = [on for side in made or () for on in (side.source.on_change, side.selection.on_change)]
        self.bar.follow(*changes)
        self.on_change()

    @property
    def sources(self) -> tuple[RunSource, ...]:
        """The runs that are shown."""
        return (self._source,) if self.sides is None else tuple(side.source for side in self.sides)

    def build(self, build: Build, needs: Needs) -> ipywidgets.DOMWidget:
        """A view of the run, or of both sides.

        Args:
            build: makes it.
            needs: whether a run has what a part of it shows.
        """
        if self.sides is None:
            return build(self._source, self._selection)
        return Sides(*self.sides, build, needs)

    def close(self) -> None:
        """Link nothing any more."""
        if self._link is not None:
            self._link.close()
        self._let_pair_go()
        self._link, self._let_pair_go = None, lambda: None

    def _link_sides(self, first: Side, second: Side, *, one_cycle: bool) -> None:
        if one_cycle:
            lacking = unrecorded(first.source), unrecorded(second.source)
            self._settings = differences(first.source.config, second.source.config, lacking=lacking)
            self._elsewhere = other_images(first.source, second.source)
        self._link = Link(first, second, one_cycle=one_cycle, same_images=not self._elsewhere)
        self._let_pair_go = keep_pair(second.source, second.selection)

    def _cycles(self, cycle: int) -> tuple[Side, Side]:
        last = self._source.history[-1].cycle
        if not 0 <= cycle <= last:
            raise ConfigError(f"cycle {cycle} is not there to compare with; the run has cycles 0 to {last}")
        beside = Selection()
        beside.show_cycle(cycle)
        return self._mine(""), Side(name="B", source=self._source, selection=beside)

    def _runs(self, beside: Any) -> tuple[str, tuple[Side, Side]]:
        other = self._offered.run(beside) if isinstance(beside, str) else source_of(beside)
        if other is self._source:
            raise ConfigError("this run is to be compared with itself; give one of its cycles, as in beside=3")
        name = beside if isinstance(beside, str) else self._offered.name_of(other)
        second = Side(name="B", source=other, selection=Selection(), title=title_of(other))
        return f"{RUN}{name}", (self._mine(title_of(self._source)), second)

    def _mine(self, title: str) -> Side:
        return Side(name="A", source=self._source, selection=self._selection, title=title)

    def _state(self) -> BarState:
        """What the control shows."""
        beside = None if self.sides is None else self.sides[1]
        choices = [[NOTHING, "nothing"], [CYCLE, "another cycle"]]
        return BarState(
            choices=[*choices, *([f"{RUN}{name}", name] for name in self._offered.names)],
            choice=self._choice,
            cycles=slider_state(self._source.history, None)["cycles"] if self._choice == CYCLE else [],
            cycle=0 if beside is None else beside.cycle,
            settings=f"{self._settings.line} {self._elsewhere}".strip(),
            every=list(self._settings.every),
            missing="" if self._link is None else self._link.missing(),
        )

    def _choose(self, choice: str) -> None:
        """Compare with what a person chose in the control: the cycle before A's first, or the one after it."""
        if choice == CYCLE:
            cycle, last = self._mine("").cycle, self._source.history[-1].cycle
            self.against(cycle - 1 if cycle > 1 else min(cycle + 1, last))
        else:
            self.against(choice.removeprefix(RUN) if choice.startswith(RUN) else None)

    def _show(self, cycle: int) -> None:
        """Show the cycle that a person chose for B."""
        if self._choice == CYCLE and self.sides is not None:
            self.sides[1].selection.show_cycle(min(max(0, cycle), self._source.history[-1].cycle))
