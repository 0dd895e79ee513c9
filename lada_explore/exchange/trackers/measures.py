"""What a tracker is told of a run: its settings once, and the measures of every finished cycle."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lada_explore.config import flatten
from lada_explore.exchange.report import cycle_row
from lada_explore.records import DRAW_UNIT, CycleRecords

if TYPE_CHECKING:
    from lada_explore.session.session import Session
    from lada_explore.store import RecordedRun


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackedRun:
    """A run as a tracker lists it.

    Attributes:
        id: of the run; a resumed run has the same one.
        name: method, seed and the first letters of the id, for people and for the name of a folder.
        parameters: settings by dotted name, and "device", "precision", "oracle" and "versions.torch" beside them.
        tags: what it is listed by beside other runs of a sweep: "sweep", "method", "seed", and the settings that its
            method's name holds; empty for a run by itself.
    """

    id: str
    name: str
    parameters: Mapping[str, str]
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CycleMeasures:
    """What a finished cycle came to.

    Attributes:
        cycle: its number; 0 is the start.
        values: by name; see `measures_of`.
        picture: the map of the cycle as a PNG file; empty without one.
    """

    cycle: int
    values: Mapping[str, float]
    picture: bytes = b""


def tracked_run(run: Session | RecordedRun, named: str = "", tags: Mapping[str, str] | None = None) -> TrackedRun:
    """What a tracker is told when a run begins, or goes on.

    Args:
        run: the run.
        named: the method as a sweep names it, with settings of its own; that of the settings when empty.
        tags: see `TrackedRun`.
    """
    info, config = run.folder.info, run.config
    # A run of an early version has no id of its own; its folder tells it from others on this machine.
    identity = info.id or hashlib.sha256(str(run.folder.path.resolve()).encode()).hexdigest()[:32]
    beside = {
        "device": run.device,
        "precision": info.precision,
        "oracle": info.oracle,
        "versions.torch": info.versions.get("torch", ""),
    }
    return TrackedRun(
        id=identity,
        name=f"{named or config.method.name}-seed-{config.seed}-{identity[:8]}",
        parameters={name: str(value) for name, value in (flatten(config.to_dict()) | beside).items()},
        tags=tags or {},
    )


def measures_of(records: CycleRecords, unit: str) -> dict[str, float]:
    """The measures of a cycle, by name; one that does not apply to the method, or is not recorded, is left out.

    Names: "labels"; "accuracy" in [0, 1] and "nll" in nats, of the test set; "loss/labelled" and "loss/virtual" in
    nats, of the last epoch; "tau/mean", "tau/q1" and "tau/q3" over the pairs; "look_ahead" and "regret", means over
    the pairs in the unit of the acquisition, which the parameter "unit" names; "seconds" of all stages, and "seconds/"
    with the name of each.

    Args:
        records: records of the cycle.
        unit: unit of the acquisition; look-ahead values and regrets that are random draws say nothing and are left out.
    """
    return {name: float(value) for name, value in _measured(records, unit) if value is not None}


def _measured(records: CycleRecords, unit: str) -> Iterator[tuple[str, float | None]]:
    evaluated, trained = records.evaluate, records.train
    if evaluated is not None:
        yield "labels", evaluated.n_labelled
        yield "accuracy", evaluated.accuracy
        yield "nll", evaluated.mean_nll
    if trained is not None:
        for name, loss in (("labelled", trained.train_loss), ("virtual", trained.virtual_loss)):
            yield f"loss/{name}", loss[-1] if len(loss) else None
    row = list(cycle_row(records, unit).values())
    for name, value in zip(("mean", "q1", "q3"), row[3:6], strict=True):
        yield f"tau/{name}", value
    if unit != DRAW_UNIT:
        yield "look_ahead", row[6]
        yield "regret", row[7]
    yield "seconds", sum(records.seconds.values())
    for stage, seconds in records.seconds.items():
        yield f"seconds/{stage.value}", seconds
