"""Buttons that drive a run, and a picture of what it does."""

from __future__ import annotations

import threading
from typing import Any, TypedDict

import traitlets

from lada_explore.errors import ConfigError, LadaError
from lada_explore.views.base.assets import module_of, style_of
from lada_explore.views.base.refresh import Refresher
from lada_explore.views.base.source import RunControl, control_of
from lada_explore.views.base.view import View
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


def obey(run: RunControl, command: Command) -> None:
    """Post a command to the run; returns at once.

    "cycle" is the next acquisition: from the very beginning it takes the start (cycle 0) along, which asks for the
    initial labels only and has no tau to show.

    Raises:
        ConfigError: an unknown name, or a number of cycles that cannot be.
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


class Stepper(View):
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
    state = traitlets.Dict().tag(sync=True)
    log_shown = traitlets.Bool(True).tag(sync=True)

    def __init__(self, session: Any, *, log: bool = True) -> None:
        self._run = control_of(session)
        self._lock = threading.RLock()
        self._revision = 0
        self._complaint = ""
        super().__init__(state=dict(stepper_state(self._run, 0)), log_shown=log)
        self._refresher = Refresher(self._run.on_change, self._redraw, self._complain)
        self._refresher.note()
        self.on_msg(self._heard)

    def close(self) -> None:
        """Take the view off every page and stop following the run; the run itself goes on."""
        if hasattr(self, "_refresher"):
            self._refresher.close()
        super().close()

    def _redraw(self) -> None:
        with self._lock:
            self._revision += 1
            self.state = dict(stepper_state(self._run, self._revision, self._complaint))

    def _complain(self, sentence: str) -> None:
        with self._lock:
            self._revision += 1
            self.state = self.state | {"error": sentence, "revision": self._revision}

    def _heard(self, _: object, content: Command, buffers: object) -> None:
        if content.get("type") != "command":
            return
        self._complaint = ""
        try:
            obey(self._run, content)
        except LadaError as error:
            self._complaint = str(error)
        except Exception as error:
            # An exception in a comm handler is shown nowhere; the page is where the person looks.
            self._complaint = f"{type(error).__name__}: {error}"
        # Always an answer, also to a command that changed nothing: the page marks the button until it comes.
        self._refresher.draw_now()
