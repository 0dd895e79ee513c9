"""The sides of a comparison: a run, or several runs with one group of settings and other seeds. Needs no torch."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from lada_explore.config.differences import UNSAID
from lada_explore.config.run import RunConfig, flatten
from lada_explore.errors import ConfigError
from lada_explore.experiments.grid import AT
from lada_explore.records import CycleRecords
from lada_explore.store.run_info import RunInfo

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SEED = "seed"
IGNORED = (SEED, "schedule.cycles", "data.name", *UNSAID)
"""Settings in which the runs of one side may differ: how far they go, too; images are compared by checksum."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ComparedRun:
    """A run as a comparison reads it.

    Attributes:
        path: its folder.
        info: what its `run.json` says.
        history: its records so far.
        class_names: by label, with those that a person added.
    """

    path: str
    info: RunInfo
    history: tuple[CycleRecords, ...]
    class_names: tuple[str, ...]

    @property
    def config(self) -> RunConfig:
        """Its settings."""
        return self.info.config

    @property
    def folder(self) -> str:
        """Name of its folder."""
        return os.path.basename(os.path.normpath(self.path))

    @property
    def method(self) -> str:
        """Name of its method, with the settings after @ where a sweep has made it so."""
        name, above = self.config.method.name, os.path.basename(os.path.dirname(os.path.abspath(self.path)))
        return above if above.startswith(f"{name}{AT}") else name

    @property
    def cycles(self) -> list[int]:
        """Its complete cycles."""
        return [records.cycle for records in self.history if records.evaluate is not None]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Side:
    """One side of a comparison.

    Attributes:
        letter: "A" for the side that the others are compared with, then "B", ...
        runs: its runs, with other seeds where they are several.
        begun: runs of a side of several that have no complete cycle yet, and are left out.
    """

    letter: str
    runs: tuple[ComparedRun, ...]
    begun: tuple[ComparedRun, ...] = ()

    @property
    def title(self) -> str:
        """What it is called beside others: "A: first (lada-entmix, seed 0)" or "B: max-entropy, 5 seeds"."""
        first = self.runs[0]
        if len(self.runs) == 1:
            return f"{self.letter}: {first.folder} ({first.method}, seed {first.config.seed})"
        return f"{self.letter}: {first.method}, {len(self.runs)} seeds"

    @property
    def by_seed(self) -> Mapping[int, ComparedRun]:
        """Its runs by seed."""
        return {run.config.seed: run for run in self.runs}


def sides_of(given: Sequence[Sequence[ComparedRun]]) -> tuple[Side, ...]:
    """The sides of what was given, in that order.

    Args:
        given: runs, each element a run alone or the runs of one side. Of more than two that were all given alone, those
            that differ in nothing but their seed are one side. Of several those without a complete cycle are left out.

    Raises:
        ConfigError: fewer than two sides, a run twice, two runs of a side with one seed, or more sides than letters.
    """
    groups = [list(group) for group in given]
    _require_once(groups)
    if len(groups) > 2 and all(len(group) == 1 for group in groups):
        groups = _by_settings([run for (run,) in groups])
    if len(groups) < 2:
        raise _too_few(groups)
    if len(groups) > len(LETTERS):
        raise ConfigError(f"{len(groups)} sides are to be compared; {len(LETTERS)} are the most, so give fewer runs")
    sides = tuple(_side(letter, group) for letter, group in zip(LETTERS, groups, strict=False))
    for side in sides:
        _require_seeds(side)
    return sides


def _side(letter: str, group: Sequence[ComparedRun]) -> Side:
    """A side of these runs, without those that have no complete cycle if others have one."""
    runs = tuple(run for run in group if run.cycles) or tuple(group)
    return Side(letter=letter, runs=runs, begun=tuple(run for run in group if run not in runs))


def _too_few(groups: Sequence[Sequence[ComparedRun]]) -> ConfigError:
    given = "no run is given"
    if groups:
        first, n = groups[0][0], len(groups[0])
        given = f"1 side is given, the {n} runs in {os.path.dirname(first.path)}" if n > 1 else "1 run is given"
        if other := next((run for run in groups[0] if _but_seed(run) != _but_seed(first)), None):
            return ConfigError(
                f"the {n} runs in {os.path.dirname(first.path)} are given as one side and differ in more than their "
                f"seed; name those to compare one after the other, as {first.path} {other.path}"
            )
    return ConfigError(
        f"{given}; a comparison needs two, so name another run or folder of runs, or the folder of a whole sweep"
    )


def require_same_images(sides: Sequence[Side]) -> None:
    """Raises ConfigError if the runs are of other images or of other classes."""
    first = sides[0].runs[0]
    for run in _runs(sides):
        mine, theirs = first.config.data.name, run.config.data.name
        tell = "so what they asked and how well they do cannot be compared; give runs of one data set"
        if _same_images(first, run):
            continue
        if mine != theirs:
            raise ConfigError(f"{first.path} is of {mine} and {run.path} of {theirs}: different images, {tell}")
        raise ConfigError(f"the images of {first.path} and of {run.path}, both called {mine}, are not the same, {tell}")
    for run in _runs(sides):
        for label, (mine, theirs) in enumerate(zip(first.class_names, run.class_names, strict=False)):
            if mine != theirs:
                raise ConfigError(
                    f"label {label} is {mine!r} in {first.path} and {theirs!r} in {run.path}, so their labels cannot "
                    "be compared; give runs with the same classes"
                )


def _same_images(first: ComparedRun, second: ComparedRun) -> bool:
    """Whether ids are of the same images: by checksum, or because both go on from one run."""
    if first.info.train_checksum == second.info.train_checksum:
        return True
    return bool(first.info.journal_id) and first.info.journal_id == second.info.journal_id


def _runs(sides: Sequence[Side]) -> Iterator[ComparedRun]:
    for side in sides:
        yield from side.runs


def _require_once(groups: Sequence[Sequence[ComparedRun]]) -> None:
    paths = sorted(os.path.realpath(run.path) for group in groups for run in group)
    for one, other in pairwise(paths):
        if one == other:
            raise ConfigError(f"{one} is given twice, and a run does not differ from itself; give another run")


def _require_seeds(side: Side) -> None:
    known: dict[int, ComparedRun] = {}
    for run in side.runs:
        if (other := known.setdefault(run.config.seed, run)) is not run:
            raise ConfigError(
                f"{other.path} and {run.path} are of one side and both have seed {run.config.seed}, but runs are "
                "paired by seed; leave one of them out"
            )
        if _but_seed(run) != _but_seed(side.runs[0]):
            raise ConfigError(
                f"{side.runs[0].path} and {run.path} are given as one side and differ in more than their seed; give "
                "each as a side of its own"
            )


def _by_settings(runs: Sequence[ComparedRun]) -> list[list[ComparedRun]]:
    """Runs that differ in their seed alone together; every run by itself if that would leave a single side."""
    groups = list[tuple[Any, list[ComparedRun]]]()
    for run in runs:
        settings, seed = _but_seed(run), run.config.seed
        for known, group in groups:
            if known == settings and seed not in {other.config.seed for other in group}:
                group.append(run)
                break
        else:
            groups.append((settings, [run]))
    return [group for _, group in groups] if len(groups) > 1 else [[run] for run in runs]


def _but_seed(run: ComparedRun) -> tuple[Any, ...]:
    """All that decides a run but its seed: settings, who answers, and what a branch shares and changes."""
    parent = run.info.parent
    values = {name: value for name, value in flatten(run.config.to_dict()).items() if name not in IGNORED}
    changed = () if parent is None else (parent.at, *(line for line in parent.changed if not line.startswith(SEED)))
    return values, run.info.oracle, changed
