"""Base of the charts that follow a run's records: subscribe, draw when the history changed, close."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from lada_explore.errors import Renamed
from lada_explore.records import CycleRecords, Record, Stage
from lada_explore.views.base.plot_view import Figure, PlotView
from lada_explore.views.base.selection import Selected, Selection
from lada_explore.views.base.shown_history import history_of
from lada_explore.views.base.source import RunSource, source_of
from lada_explore.views.base.view import LOADING


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureSpec:
    """What a chart shows.

    Attributes:
        figure: what to draw; None shows `message` in its place.
        message: why there is nothing to draw.
        caption: one sentence of help below the figure.
        notes: sentences above it that ask for attention.
        label: what the chart shows, for a screen reader.
    """

    figure: Figure | None = None
    message: str = ""
    caption: str = ""
    notes: tuple[str, ...] = ()
    label: str = ""


def show_spec(view: PlotView, shown: FigureSpec) -> None:
    """Replace what a view shows; safe from any thread."""
    view.show(shown.figure, caption=shown.caption, notes=shown.notes, message=shown.message, label=shown.label)


Seen = tuple[Record, ...]
"""The records that a drawn picture shows."""


def records_of(history: Sequence[CycleRecords], stages: Sequence[Stage]) -> Seen:
    """The records of these stages, in order."""
    found = (records.get(stage) for records in history for stage in stages)
    return tuple(record for record in found if record is not None)


def same_records(before: Seen | None, now: Seen) -> bool:
    """Whether a picture of `before` is still right. Records are immutable, so it is enough to compare identities."""
    return before is not None and len(before) == len(now) and all(a is b for a, b in zip(before, now, strict=True))


class RecordChart(PlotView):
    """A plotly view that redraws itself whenever the run commits a record it shows, or something else is selected.

    Subclasses define what to draw.

    Args:
        session: a session, its worker, or a recorded run.
        selection: the selected cycle, images and pair, shared with other views; a new one when None.

    Attributes:
        stages: stages whose new records change the picture.
        selection: the selected cycle, images and pair.
    """

    stages: ClassVar[tuple[Stage, ...]] = ()
    picture = Renamed("figure_spec")

    def __init__(self, session: Any, selection: Selection | None = None) -> None:
        self._source = source_of(session)
        self.selection = selection or Selection()
        self._settings = object()
        self._drawn: tuple[Seen, Selected, object] | None = None
        super().__init__(message=LOADING)
        self._follow(self._source.on_change, self.selection.on_change).draw_now()

    @abstractmethod
    def figure_spec(self, source: RunSource, history: tuple[CycleRecords, ...], selected: Selected) -> FigureSpec:
        """What to show of a run with these records and this selection."""

    def redraw(self) -> None:
        """Draw again after a setting of the chart has changed, although no record and no selection did."""
        # A new token, because a drawing in progress on another thread would overwrite `_drawn = None`.
        self._settings = object()
        self._draw_now()

    def _redraw(self) -> None:
        history, selected, settings = history_of(self._source), self.selection.selected, self._settings
        seen = records_of(history, self.stages)
        if self._drawn is not None and same_records(self._drawn[0], seen) and self._drawn[1:] == (selected, settings):
            return
        shown = self.figure_spec(self._source, history, selected)
        show_spec(self, shown)
        self._drawn = seen, selected, settings
