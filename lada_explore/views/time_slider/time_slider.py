"""A slider over the cycles of a run: every view that shares its selection follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from lada_explore.records import CycleRecords
from lada_explore.views.base.assets import module_of, style_of
from lada_explore.views.base.selection import Selection
from lada_explore.views.base.source import source_of
from lada_explore.views.base.state_view import StateView


class SliderState(TypedDict):
    """Everything that the slider shows.

    Attributes:
        cycles: one sentence for each cycle of the run, from 0.
        cycle: the cycle that is shown.
        latest: whether the slider follows the latest cycle.
        message: why there is nothing to slide over; empty when there is.
    """

    cycles: list[str]
    cycle: int
    latest: bool
    message: str
    error: str


class TimeSlider(StateView):
    """Chooses the cycle that is shown, by hand or playing about one a second; "Latest" follows the run.

    Args:
        session: a session, its worker, or a recorded run.
        selection: the selected cycle, shared with the views that are to follow; a new one when None.

    Raises:
        ConfigError: `session` is no run.
    """

    _esm = module_of("time_slider")
    _css = style_of("time_slider")

    def __init__(self, session: Any, selection: Selection | None = None) -> None:
        self._source = source_of(session)
        self.selection = selection or Selection()
        super().__init__(slider_state(self._source.history, self.selection.selected.cycle))
        self._follow(self._source.on_change, self.selection.on_change).draw_now()

    def handle(self, content: Mapping[str, Any]) -> None:
        """Show the cycle that a person chose."""
        cycle = content.get("cycle")
        if content.get("type") != "show" or not (cycle is None or isinstance(cycle, int)):
            return
        self.selection.show_cycle(None if cycle is None else min(max(0, cycle), len(self._source.history) - 1))

    def _redraw(self) -> None:
        self._set_changed_state(slider_state(self._source.history, self.selection.selected.cycle))


def slider_state(history: Sequence[CycleRecords], cycle: int | None) -> SliderState:
    """What the slider shows.

    Args:
        history: records of a run.
        cycle: the cycle that is selected; None for the latest.
    """
    cycles = [" · ".join(parts) for parts in cycle_parts(history)]
    last = max(0, len(cycles) - 1)
    return SliderState(
        cycles=cycles,
        cycle=last if cycle is None else min(cycle, last),
        latest=cycle is None,
        message="" if last else "One cycle so far, the start; the slider moves when there are more.",
        error="",
    )


def cycle_parts(history: Sequence[CycleRecords]) -> list[list[str]]:
    """What is said of each cycle, in parts: which it is, its labels, and where it stands."""
    labels, said = 0, []
    for records in history:
        labels += len(records.query.ids) if records.query is not None else 0
        parts = ["The start" if records.cycle == 0 else f"Cycle {records.cycle}", f"{labels:,} labels"]
        if records.next_stage is not None:
            parts.append("under way")
        elif records.evaluate is not None and records.evaluate.accuracy is not None:
            parts.append(f"{100 * records.evaluate.accuracy:.1f} % right")
        said.append(parts)
    return said
