"""Where a view reads a run from: a live worker, or a recorded run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, cast

from lada_explore.analysis.agreement import Line
from lada_explore.config import RunConfig
from lada_explore.errors import ConfigError
from lada_explore.labelling.protocol import LabellingFeed
from lada_explore.records import CycleRecords
from lada_explore.session.worker import WorkerStatus


class RunSource(Protocol):
    """What every view needs of a run; a recorded run is one, `lada_explore.session.worker.Worker` another."""

    @property
    def config(self) -> RunConfig:
        """Settings of the run."""

    @property
    def class_names(self) -> tuple[str, ...]:
        """Names of the classes, by label."""

    @property
    def device(self) -> str:
        """Device it runs, or ran, on."""

    @property
    def history(self) -> tuple[CycleRecords, ...]:
        """Records so far, one entry a cycle."""

    def on_change(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call `callback` after every change; returns the call that ends it."""


class RunControl(RunSource, Protocol):
    """A run that can be driven. Every command only posts and returns at once."""

    @property
    def status(self) -> WorkerStatus:
        """A snapshot of what is being done."""

    @property
    def asks_a_person(self) -> bool:
        """Whether nobody but a person answers."""

    def step(self) -> None:
        """Run the next stage."""

    def run(self, cycles: int | None = None) -> None:
        """Run until that many cycles more are complete; None = to the end."""

    def pause(self) -> None:
        """Hold the running stage."""

    def resume(self) -> None:
        """Go on after a pause."""

    def stop(self) -> None:
        """Give up the running stage."""


_SOURCE = ("config", "class_names", "device", "history", "on_change")
_CONTROL = (*_SOURCE, "status", "step", "run", "pause", "resume", "stop")
_SERVICE = tuple(name for name in dir(LabellingFeed) if not name.startswith("_"))
_STEPPABLE = ("config", "class_names", "device", "history", "step", "subscribe", "worker")


def _has(x: object, names: tuple[str, ...]) -> bool:
    return all(hasattr(x, name) for name in names)


def source_of(x: Any) -> RunSource:
    """The run that a view shows.

    Args:
        x: a session (its one worker is taken, so that all views of a session share it), a worker, or a recorded run.

    Raises:
        ConfigError: anything else.
    """
    if _has(x, _SOURCE):
        return cast(RunSource, x)
    if _has(x, _STEPPABLE):
        return cast(RunSource, x.worker)
    raise ConfigError(f"a {type(x).__name__} is no run; give a view a session, its worker, or a recorded run")


def can_be_driven(x: Any) -> bool:
    """Whether a run can be stepped, or only looked at."""
    return _has(source_of(x), _CONTROL)


def as_control(x: object) -> RunControl | None:
    """The same object as a run that can be driven; None where it cannot."""
    return cast(RunControl, x) if _has(x, _CONTROL) else None


def control_of(x: Any) -> RunControl:
    """The run that a view drives.

    Raises:
        ConfigError: a recorded run, which can only be looked at, or anything that is no run.
    """
    source = source_of(x)
    if not can_be_driven(source):
        raise ConfigError(
            f"a {type(x).__name__} can be looked at but not stepped; open its run folder as a session to go on with it"
        )
    return cast(RunControl, source)


def can_be_answered(x: object) -> bool:
    """Whether a run takes a person's answers."""
    return _has(x, _SERVICE) or hasattr(x, "labelling")


def service_of(x: Any) -> LabellingFeed:
    """Where a view hands in a person's answers: `x` itself, or the labelling service of a session or its worker.

    Raises:
        ConfigError: a recorded run, which can only be looked at, or anything that is no run.
    """
    if _has(x, _SERVICE):
        return cast(LabellingFeed, x)
    if not can_be_answered(source_of(x)):
        raise ConfigError(
            f"a {type(x).__name__} can be looked at but not answered; open its run folder as a session to answer it"
        )
    return cast(LabellingFeed, x.labelling)


def answers_of(x: Any) -> Sequence[Line]:
    """Every answer that was given in a run, in order; none where they are not kept."""
    return getattr(x, "labelling", x).answers() if can_be_answered(x) or hasattr(x, "answers") else ()
