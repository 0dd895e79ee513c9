"""The bar above an explorer: which run this is, what it does, and for a live run the buttons that control it."""

from __future__ import annotations

from typing import Any

import traitlets

from lada_explore.session.worker import Worker
from lada_explore.views.base.assets import module_of, style_of
from lada_explore.views.base.selection import Selection
from lada_explore.views.base.source import source_of
from lada_explore.views.base.state_view import StateView
from lada_explore.views.stepper.state import recorded_state
from lada_explore.views.stepper.stepper import Stepper


class RecordedBar(StateView):
    """A recorded run's settings, and the stages of the selected cycle with their seconds; nothing to click.

    Args:
        session: a recorded run.
        selection: the selected cycle, images and pair, shared with other views; a new one when None.

    Raises:
        ConfigError: `session` is no run.
    """

    _esm = module_of("stepper")
    _css = style_of("stepper")
    log_shown = traitlets.Bool(False).tag(sync=True)

    def __init__(self, session: Any, selection: Selection | None = None) -> None:
        self._source = source_of(session)
        self.selection = selection or Selection()
        super().__init__(recorded_state(self._source, self.selection.selected.cycle))
        self._follow(self._source.on_change, self.selection.on_change)

    def _redraw(self) -> None:
        self._set_changed_state(recorded_state(self._source, self.selection.selected.cycle))


def control_bar(session: Any, selection: Selection | None = None) -> Stepper | RecordedBar:
    """The bar that fits a run: buttons for a live one, a sentence for a recorded one.

    Raises:
        ConfigError: `session` is no run.
    """
    source = source_of(session)
    return Stepper(source, log=False) if isinstance(source, Worker) else RecordedBar(source, selection)
