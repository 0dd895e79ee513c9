"""What a person fills in to begin a branch, and what is made of it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any, TypedDict

from lada_explore.config import METHODS
from lada_explore.config.settings import setting
from lada_explore.errors import ConfigError
from lada_explore.records import CycleRecords, OracleName, cycle_name
from lada_explore.store import RunFolder

MORE_CYCLES = 5
"""Cycles that are proposed for a branch which begins where its parent ends."""


class Form(TypedDict):
    """The form as it is first shown, and what the page offers in its fields.

    Attributes:
        at: the last cycle that is shared.
        title: of the form.
        name: of the folder of the branch; one that is free.
        cycles: number of the last cycle.
        method, seed, oracle: those of the parent, which stay where a field is empty.
        methods, oracles: what is offered.
    """

    at: int
    title: str
    name: str
    cycles: int
    method: str
    seed: int
    oracle: str
    methods: list[str]
    oracles: list[str]


def form_of(folder: RunFolder, at: int) -> Form:
    """The form for a branch of a run after a cycle."""
    info, cycles = folder.info, folder.info.config.schedule.cycles
    return Form(
        at=at,
        title=f"Branch after {cycle_name(at)} of {folder.path.name}",
        name=free_name(folder.path, at),
        cycles=cycles if cycles > at else at + MORE_CYCLES,
        method=info.config.method.name,
        seed=info.config.seed,
        oracle=info.oracle,
        methods=sorted(METHODS),
        oracles=[*OracleName, "noisy:0.1"],
    )


def free_name(run: Path, at: int) -> str:
    """A name for a branch of a run that nothing beside the run has."""
    name = f"{run.name}-after-{at}"
    names = (name if number == 1 else f"{name}-{number}" for number in count(1))
    return next(one for one in names if not os.path.lexists(run.parent / one))


def why_not(folder: RunFolder, history: tuple[CycleRecords, ...], cycle: int) -> str:
    """Why no branch can begin after a cycle, as a sentence; empty if one can."""
    complete = [records.cycle for records in history if records.evaluate is not None]
    if cycle not in complete:
        last = f"; the last one is {cycle_name(complete[-1])}" if complete else ""
        return f"{cycle_name(cycle).capitalize()} is not complete, and a branch begins after a complete cycle{last}."
    if folder.cycles_with_weights([cycle]):
        return ""
    kept = folder.cycles_with_weights(complete)
    there = f"it kept those of {_listed(kept)} only" if kept else "it kept none"
    return (
        f"A branch goes on from the weights after {cycle_name(cycle)}, and {there}. A run with the setting "
        "`checkpoints=all` keeps those of every cycle."
    )


def asked(content: Mapping[str, Any], run: Path) -> tuple[Path, dict[str, Any]]:
    """The folder of the branch that a person asked for, and the arguments of `lada_explore.branch`.

    Args:
        content: texts by field: name, method, seed, cycles, oracle, and settings, one "name=value" a line.
        run: folder of the parent.

    Raises:
        ConfigError: a text that cannot be understood.
    """
    text = {name: str(content.get(name, "")).strip() for name in ("name", "method", "seed", "cycles", "oracle")}
    lines = [line.strip() for line in str(content.get("settings", "")).splitlines()]
    arguments: dict[str, Any] = {
        "method": text["method"] or None,
        "seed": _number("seed", text["seed"]),
        "cycles": _number("last cycle", text["cycles"]),
        "settings": dict(setting(line, "the line ") for line in lines if line),
        "oracle": text["oracle"] or None,
    }
    return _place(text["name"], run), arguments


def _place(name: str, run: Path) -> Path:
    """The folder beside a run with this name, where nothing is yet. Raises ConfigError."""
    if not name or name in (".", "..") or name.startswith(".") or {"/", "\\", "\0"} & set(name):
        raise ConfigError(
            f"{name!r} is no name of a folder beside {run.name}; give one without / and without a first dot"
        )
    if os.path.lexists(run.parent / name):
        raise ConfigError(f"{name} is there already; choose another name, such as {_next(run.parent, name)}")
    return run.parent / name


def _next(folder: Path, name: str) -> str:
    names = (f"{name}-{number}" for number in count(2))
    return next(one for one in names if not os.path.lexists(folder / one))


def _number(what: str, text: str) -> int | None:
    """A whole number; None for no text. Raises ConfigError for anything else."""
    if not text:
        return None
    try:
        return int(text)
    except ValueError:
        raise ConfigError(f"the {what} is {text!r}; give a whole number, or leave it out for that of the run") from None


def _listed(cycles: list[int]) -> str:
    return ", ".join(map(cycle_name, cycles)) if len(cycles) < 5 else f"{len(cycles)} other cycles"
