"""Where the stages of a run lie in its folder."""

from __future__ import annotations

import os
from pathlib import Path

from lada_explore.files import reading
from lada_explore.records import Stage, stages_of
from lada_explore.store.files import unreadable_in

Place = tuple[int, Stage]
"""A cycle, and a stage of it."""

CHECKPOINT_FILE = "checkpoint.safetensors"
"""Weights, in the folder of a stage."""


def is_cycle(name: str) -> bool:
    """Whether a folder of this name is that of a cycle."""
    return name.isdecimal() and name == f"{int(name):03d}"


def stages_in(run: Path, cycles: int) -> set[Place]:
    """Stages of a run that have a folder; costs what is there, however many cycles are planned.

    Args:
        run: the run folder.
        cycles: that the run is to have.

    Raises:
        StoreError: a folder cannot be read.
    """
    place, there = run / "cycles", set()
    unreadable = unreadable_in(run)
    with reading(place, unreadable):
        names = os.listdir(place) if os.path.lexists(place) else []
    for name in names:
        if not is_cycle(name) or int(name) > cycles:
            continue
        with reading(place / name, unreadable):
            found = os.listdir(place / name)
        there |= {(int(name), stage) for stage in stages_of(int(name)) if stage in found}
    return there
