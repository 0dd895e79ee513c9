"""What a sweep is meant to do, in OUT/sweep/plan.json: its runs, and how many of them run at a time."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import TypeAdapter

from lada_explore.errors import ConfigError
from lada_explore.experiments.status import BOARD_FOLDER
from lada_explore.files import Refusal, Unreadable, make_folder, read_json, reading, write_file, writing

PLAN_FILE = "plan.json"

SLURM = "slurm"
"""Engine whose runs go on when the command that began them was killed."""

OF_PLAN = Refusal(error=ConfigError, remedy="choose another folder with --out")
PLAN_EXPECTED = Unreadable(
    error=ConfigError,
    damaged="is no plan of a sweep",
    remedy="move it, or choose another folder with --out",
    missing="is missing, so no sweep was begun there; name the folder that was given to `lada-explore sweep` as --out",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of a sweep and its folder.

    Attributes:
        method: name of the method, with settings of its own after @, see `experiments.grid`.
        seed: decides everything drawn at random.
        path: its folder.
    """

    method: str
    seed: int
    path: Path


def run_of(out: Path, method: str, seed: int) -> Run:
    """The run of a method and seed in the folder of a sweep."""
    return Run(method=method, seed=seed, path=out / method / f"seed-{seed}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One run that was asked for.

    Attributes:
        method, seed: which.
        cycles: number of its last cycle.
    """

    method: str
    seed: int
    cycles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a sweep is meant to do.

    Attributes:
        engine: name of the engine that was started last.
        at_once: largest number of runs at a time; None where the cluster decides.
        runs: all that were asked for, in the order in which they are started; those of earlier commands last.
    """

    engine: str
    at_once: int | None
    runs: tuple[Planned, ...]


_PLAN = TypeAdapter(Plan)


def write_plan(out: Path, plan: Plan) -> None:
    """Keep a plan, with the runs that earlier commands asked for.

    Raises:
        ConfigError: what is there is no plan, or the disk refuses.
    """
    place = out / BOARD_FOLDER / PLAN_FILE
    if place.exists():
        asked = {(run.method, run.seed) for run in plan.runs}
        earlier = [run for run in read_plan(out).runs if (run.method, run.seed) not in asked]
    else:
        earlier = []
    values = asdict(plan) | {"runs": [asdict(run) for run in (*plan.runs, *earlier)]}
    with writing(place, OF_PLAN):
        make_folder(place.parent)
    write_file(place, (json.dumps(values, indent=1) + "\n").encode(), overwrite=True, refusal=OF_PLAN)


def read_plan(out: Path) -> Plan:
    """The plan of the sweep in a folder.

    Raises:
        ConfigError: there is none, or it cannot be read.
    """
    place = out / BOARD_FOLDER / PLAN_FILE
    values = read_json(place, PLAN_EXPECTED)
    with reading(place, PLAN_EXPECTED):
        return _PLAN.validate_python(values)
