"""The common part of hand-drawn views that follow a run's records and the selection."""

from __future__ import annotations

import threading
from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

import traitlets

from lada_explore.errors import LadaError
from lada_explore.records import CycleRecords, Stage
from lada_explore.views.base.record_chart import Seen, records_of, same_records
from lada_explore.views.base.refresh import Refresher, either
from lada_explore.views.base.selection import Selected, Selection
from lada_explore.views.base.source import source_of
from lada_explore.views.base.view import LOADING, View


class RecordView(View):
    """An anywidget whose one synced `state` is redrawn with the records it shows and with the selected cycle and pair.

    Subclasses say what the state is, and answer what the page sends.

    Args:
        session: a session, its worker, or a recorded run.
        selection: what is looked at, shared with other views; one of its own when None.

    Attributes:
        state: the whole picture: `revision` and `error`, and what `picture` returns.
        stages: whose new records change the picture.
        selection: what is looked at.

    Raises:
        ConfigError: something that is no run.
    """

    state = traitlets.Dict().tag(sync=True)
    stages: ClassVar[tuple[Stage, ...]] = ()

    def __init__(self, session: Any, selection: Selection | None = None) -> None:
        self._source = source_of(session)
        self.selection = selection or Selection()
        self._settings: object = object()
        self._drawn: tuple[Seen, int | None, tuple[int, int] | None, object] | None = None
        self._lock = threading.RLock()
        super().__init__(state={"revision": 0, "error": "", "message": LOADING})
        changes = either(self._source.on_change, self.selection.on_change)
        self._refresher = Refresher(changes, self._redraw, self._complain)
        self._refresher.draw_now()
        self.on_msg(self._heard)

    @abstractmethod
    def picture(self, history: tuple[CycleRecords, ...], selected: Selected) -> Mapping[str, Any]:
        """What the page shows of these records and this selection; arrays as `wire.to_wire` makes them."""

    @abstractmethod
    def hear(self, content: Mapping[str, Any]) -> None:
        """Do what the page asks. A LadaError becomes a sentence in the page."""

    def redraw(self) -> None:
        """Draw again although no record and no selection changed, after a setting of the view did."""
        # A new token and not `_drawn = None`, which a drawing that has begun on another thread would undo.
        self._settings = object()
        self._refresher.draw_now()

    def close(self) -> None:
        """Take the view off every page and stop following the run."""
        if hasattr(self, "_refresher"):
            self._refresher.close()
        super().close()

    def _redraw(self) -> None:
        history, selected = self._source.history, self.selection.selected
        seen = records_of(history, self.stages)
        looked_at = selected.cycle, selected.pair, self._settings
        if self._drawn is not None and same_records(self._drawn[0], seen) and self._drawn[1:] == looked_at:
            return
        shown = self.picture(history, selected)
        with self._lock:
            self.state = {"revision": self.state["revision"] + 1, "error": "", **shown}
        self._drawn = (seen, *looked_at)

    def _complain(self, sentence: str) -> None:
        with self._lock:
            self.state = self.state | {"error": sentence, "revision": self.state["revision"] + 1}

    def _heard(self, _: object, content: dict[str, Any], buffers: object) -> None:
        # An exception in a comm handler is shown nowhere; the page is where the person looks.
        try:
            self.hear(content)
        except LadaError as error:
            self._complain(str(error))
        except Exception as error:
            self._complain(f"The answer to that failed. {type(error).__name__}: {error}")
