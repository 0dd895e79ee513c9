"""Base of the views without plotly that follow a run's records and the selection."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from lada_explore.errors import Renamed
from lada_explore.records import CycleRecords, Stage
from lada_explore.views.base.kept_pair import keep_pair
from lada_explore.views.base.reach import Reach
from lada_explore.views.base.record_chart import Seen, records_of, same_records
from lada_explore.views.base.selection import Selected, Selection
from lada_explore.views.base.shared_axes import SharedAxes, draw_shared
from lada_explore.views.base.shown_history import history_of
from lada_explore.views.base.source import source_of
from lada_explore.views.base.state_view import StateView
from lada_explore.views.base.view import LOADING


class RecordView(StateView):
    """An anywidget whose one synced `state` is updated with the records it shows and with the selected cycle and pair.

    Subclasses define the state, and handle the messages of the page.

    Args:
        session: a session, its worker, or a recorded run.
        selection: the selected cycle, images and pair, shared with other views; a new one when None.

    Attributes:
        axes: the axes that it shares with a view beside it; None for axes of its own.
        state: everything the page shows: `revision`, `error`, and what `view_state` returns.
        stages: stages whose new records change the picture.
        shows_pair: whether it shows the selected pair, so that one should be selected from the start.
        selection: the selected cycle, images and pair.

    Raises:
        ConfigError: `session` is no run.
    """

    stages: ClassVar[tuple[Stage, ...]] = ()
    shows_pair: ClassVar[bool] = False
    axes: SharedAxes | None = None
    picture = Renamed("view_state")

    def __init__(self, session: Any, selection: Selection | None = None) -> None:
        self._source = source_of(session)
        self.selection = selection or Selection()
        if self.shows_pair:
            keep_pair(self._source, self.selection)
        self._alone: Mapping[str, Any] = {}
        self._settings: object = object()
        self._drawn: tuple[Seen, object, object] | None = None
        super().__init__({"message": LOADING})
        self._follow(self._source.on_change, self.selection.on_change).draw_now()

    @abstractmethod
    def view_state(self, history: tuple[CycleRecords, ...], selected: Selected) -> Mapping[str, Any]:
        """What the page shows of these records and this selection; arrays as `wire.to_wire` makes them."""

    def looked_at(self, selected: Selected) -> object:
        """What of the selection is shown: a change of anything else draws nothing."""
        return selected.cycle, selected.pair

    @abstractmethod
    def handle(self, content: Mapping[str, Any]) -> None:
        """Handle a message of the page. An exception is shown there as a sentence."""

    def redraw(self) -> None:
        """Draw again after a setting of the view has changed, although no record and no selection did."""
        # A new token, because a drawing in progress on another thread would overwrite `_drawn = None`.
        self._settings = object()
        self._draw_now()

    def _redraw(self) -> None:
        history, selected = history_of(self._source), self.selection.selected
        seen = records_of(history, self.stages)
        looked_at = self.looked_at(selected), self._settings
        if self._drawn is not None and same_records(self._drawn[0], seen) and self._drawn[1:] == looked_at:
            return
        self._alone = self.view_state(history, selected)
        draw_shared(self)
        self._drawn = (seen, *looked_at)

    def own_reach(self) -> Reach:
        """From where to where its axes reach by themselves: what its state has as `spans`, in its `unit`."""
        unit = str(self._alone.get("unit", ""))
        return {(name, unit): (float(low), float(high)) for name, (low, high) in self._alone.get("spans", {}).items()}

    def put(self, reach: Reach) -> None:
        """Show what it shows with axes that reach so far; safe from any thread."""
        spans = {name: list(span) for (name, _), span in reach.items()}
        own = self._alone
        self._set_state(own if not spans else {**own, "spans": {**own["spans"], **spans}})
