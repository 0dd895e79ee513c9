"""The control of an explorer that chooses what its run is compared with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypedDict

from lada_explore.views.base.assets import module_of, style_of
from lada_explore.views.base.refresh import OnChange
from lada_explore.views.base.state_view import StateView

NOTHING, CYCLE, RUN = "nothing", "cycle", "run:"
"""What to compare with, as the page says it; a run's name follows `RUN`."""


class BarState(TypedDict):
    """Everything that the control shows.

    Attributes:
        choices: values and texts of what can be chosen.
        choice: the value that is chosen.
        cycles: a sentence for each cycle that B can show; empty where B has none of its own.
        cycle: the cycle of B.
        settings: in what the settings of two runs differ, in a line.
        every: each setting that differs; empty where the line says all.
        missing: what was chosen on one side and is not there on the other.
    """

    choices: list[list[str]]
    choice: str
    cycles: list[str]
    cycle: int
    settings: str
    every: list[str]
    missing: str


class CompareBar(StateView):
    """Compare with nothing, another cycle or another run; for another cycle a slider of its own.

    Args:
        read: what it shows now; None once nothing is compared here any more.
        choose: called with the value that a person chose.
        show: called with the cycle that a person chose for B.
    """

    _esm = module_of("compare_bar")
    _css = style_of("compare_bar")

    def __init__(
        self, read: Callable[[], BarState | None], choose: Callable[[str], None], show: Callable[[int], None]
    ) -> None:
        self._read, self._choose, self._show = read, choose, show
        super().__init__(read() or {})

    def follow(self, *changes: OnChange) -> None:
        """Show what is there now, and again after any of these changes, instead of those of before."""
        if self._refresher is not None:
            self._refresher.close()
        self._follow(*changes).draw_now()

    def handle(self, content: Mapping[str, Any]) -> None:
        """{"type": "compare", "with": a value of `choices`}, or {"type": "cycle", "cycle": of B}."""
        match content.get("type"):
            case "compare":
                self._choose(str(content.get("with")))
            case "cycle":
                self._show(int(content["cycle"]))

    def _redraw(self) -> None:
        with self._lock:
            state = self._read()
            if state is not None and self.state != {"error": "", **state, "revision": self.state["revision"]}:
                self._set_state(state)
