"""Buttons that control a run, and what it does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict, cast

import traitlets

from lada_explore.errors import ConfigError
from lada_explore.session.worker import Worker
from lada_explore.views.base.assets import module_of, style_of
from lada_explore.views.base.source import worker_of
from lada_explore.views.base.state_view import StateView, sentence_of
from lada_explore.views.stepper.state import stepper_state


class _Named(TypedDict):
    type: str
    name: str


class Command(_Named, total=False):
    """What a click sends: {"type": "command", "name": ...}.

    Attributes:
        name: "step", "cycle", "run", "all", "pause", "resume" or "stop".
        cycles: text of the number box; with "run" only.
    """

    cycles: str | int


def cycles_asked(text: object) -> int:
    """The number of cycles that a person typed. Raises ConfigError unless it is a whole number from 1 upwards."""
    try:
        cycles = int(str(text).strip())
    except ValueError:
        raise ConfigError(f"{str(text)!r} is no number of cycles; type a whole number, 1 or more") from None
    if cycles < 1:
        raise ConfigError(f"{cycles} cycles were asked for; run at least 1")
    return cycles


def dispatch(run: Worker, command: Command) -> None:
    """Post a command to the run; returns at once.

    "cycle" runs the next acquisition. At the very beginning that includes the start (cycle 0), which only asks for the
    initial labels and has no tau to show.

    Raises:
        ConfigError: an unknown name, or an invalid number of cycles.
    """
    start = 1 if run.status.cycle == 0 else 0
    match command["name"]:
        case "step":
            run.step()
        case "cycle":
            run.run(1 + start)
        case "run":
            run.run(cycles_asked(command.get("cycles", "")) + start)
        case "all":
            run.run()
        case "pause":
            run.pause()
        case "resume":
            run.resume()
        case "stop":
            run.stop()
        case name:
            raise ConfigError(f"{name!r} is no command of the stepper")


class Stepper(StateView):
    """Next stage, next cycle, run, pause and stop, with the seven stages and what each one just did.

    A click only posts a command; the stages run on the session's worker thread.

    Args:
        session: a session or its worker.
        log: whether to show what the last stages did.

    Raises:
        ConfigError: a recorded run, or something that is no run.
    """

    _esm = module_of("stepper")
    _css = style_of("stepper")
    log_shown = traitlets.Bool(True).tag(sync=True)

    def __init__(self, session: Any, *, log: bool = True) -> None:
        self._run = worker_of(session)
        self._refused = ""
        super().__init__(stepper_state(self._run), log_shown=log)
        self._follow(self._run.on_change).note()

    def handle(self, content: Mapping[str, Any]) -> None:
        """Post a command. It is always answered, because the page marks the button until an answer comes."""
        if content.get("type") != "command":
            return
        self._refused = ""
        try:
            dispatch(self._run, cast(Command, content))
        except Exception as error:
            self._refused = sentence_of(error)
        self._draw_now()

    def _redraw(self) -> None:
        self._set_state(stepper_state(self._run, self._refused))
