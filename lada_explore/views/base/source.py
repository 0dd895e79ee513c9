"""Where a view reads a run from: a live worker, or a recorded run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, cast, runtime_checkable

from lada_explore.analysis.agreement import JournalLine
from lada_explore.config import RunConfig
from lada_explore.errors import ConfigError
from lada_explore.labelling.protocol import LabellingFeed
from lada_explore.records import CycleRecords
from lada_explore.session.worker import Worker


class RunSource(Protocol):
    """What every view reads from a run.

    It stands beside `lada_explore.session.worker.Worker` because a recorded run satisfies it too, without a worker.
    """

    @property
    def config(self) -> RunConfig:
        """Settings of the run."""

    def config_of(self, cycle: int) -> RunConfig:
        """Settings by which a cycle was made: of a branch, those of its parent for the cycles that they share."""

    @property
    def class_names(self) -> tuple[str, ...]:
        """Names of the classes, by label."""

    @property
    def device(self) -> str:
        """Name of the device that it runs, or ran, on."""

    @property
    def history(self) -> tuple[CycleRecords, ...]:
        """Records so far, one entry a cycle."""

    def on_change(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call `callback` after every change; returns a function that ends the subscription."""


@runtime_checkable
class AnswerLog(Protocol):
    """Keeps the answers that were given: a recorded run, or a `LabellingFeed`."""

    def answers(self) -> Sequence[JournalLine]:
        """Every line of the journal, in order."""


_SOURCE = ("config", "config_of", "class_names", "device", "history", "on_change")


def _has(x: object, names: tuple[str, ...]) -> bool:
    return all(hasattr(x, name) for name in names)


def configs_of(source: RunSource) -> list[RunConfig]:
    """Settings of the run, and before them those of the runs that a branch begins with, each once."""
    found: list[RunConfig] = []
    for config in (*(source.config_of(records.cycle) for records in source.history), source.config):
        if config not in found:
            found.append(config)
    return found


def source_of(x: Any) -> RunSource:
    """The run that a view shows.

    Args:
        x: a session, whose one worker is taken so that all its views share it; a worker; or a recorded run.

    Raises:
        ConfigError: anything else.
    """
    if _has(x, _SOURCE):
        return cast(RunSource, x)
    worker = getattr(x, "worker", None)
    if isinstance(worker, Worker):
        return worker
    raise ConfigError(f"a {type(x).__name__} is no run; give a view a session, its worker, or a recorded run")


def worker_of(x: Any) -> Worker:
    """The worker of the run that a view controls.

    Raises:
        ConfigError: a recorded run, which can only be looked at, or anything that is no run.
    """
    source = source_of(x)
    if not isinstance(source, Worker):
        raise ConfigError(
            f"a {type(x).__name__} can be looked at but not stepped; `Session.resume(FOLDER)` opens the run to go on "
            "with it"
        )
    return source


def feed_of(x: object) -> LabellingFeed | None:
    """What takes a person's answers: `x` itself, or the service of a session or its worker; None for any other run."""
    feed = getattr(x, "labelling", x)
    return feed if isinstance(feed, LabellingFeed) else None


def service_of(x: Any) -> LabellingFeed:
    """What takes the answers that a person gives in a view: `x` itself, or the service of a session or its worker.

    Raises:
        ConfigError: a recorded run, which can only be looked at, or anything that is no run.
    """
    feed = feed_of(x)
    if feed is not None:
        return feed
    source_of(x)
    raise ConfigError(
        f"a {type(x).__name__} can be looked at but not answered; `Session.resume(FOLDER)` opens the run to answer it"
    )


def answers_of(x: object) -> Sequence[JournalLine]:
    """Every answer that was given in a run, in order; empty if they are not kept."""
    log = getattr(x, "labelling", x)
    return log.answers() if isinstance(log, AnswerLog) else ()
