"""Begin a run as another run's first cycles: the state after one of them, and other settings, seed or answers."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import Any

from torch import nn

from lada_explore.acquisition import Acquisition, capabilities_of
from lada_explore.config import Method, RunConfig, flatten, method_named
from lada_explore.config.fidelity import with_fidelity
from lada_explore.config.names import first_of
from lada_explore.config.paths import expanded
from lada_explore.datasets import ImageData
from lada_explore.errors import ConfigError
from lada_explore.labelling.oracles import Oracle
from lada_explore.labelling.relabelling import labels_of
from lada_explore.models import Frozen, Given
from lada_explore.records import CycleRecords, JournalAction, Stage
from lada_explore.runtime import versions
from lada_explore.session.checks import check_images_fit, oracle_for
from lada_explore.session.opening import opened, resumed
from lada_explore.session.own_acquisition import CUSTOM, recorded_acquisition, with_acquisition
from lada_explore.session.own_classifier import given_of, require_given, sample_classifier
from lada_explore.session.own_features import network_of
from lada_explore.session.own_items import images_for
from lada_explore.session.session import Session
from lada_explore.session.thread_trial import runtime_of
from lada_explore.store import Journal, JournalEntry, LabelState, RunFolder, RunInfo
from lada_explore.store.branching import make_branch, no_answers, parent_of, shared_lines
from lada_explore.store.checkpoint import read_checkpoint
from lada_explore.store.journal_entry import GIVEN
from lada_explore.store.run_info import RUN_FILE

AS_IN_PARENT = ("data.", "classifier.", "backbone.", "head.", "schedule.initial_per_class", "look_ahead.precision")
"""Settings, or the parts they are of, that the shared cycles have decided for the later ones too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchLabels:
    """Labels that a branch begins with.

    Attributes:
        labels: class index by id.
        said: what is recorded of the file they came from.
        annotator: whose they are.
    """

    labels: Mapping[int, int]
    said: str
    annotator: str


def begin_branch(
    run: Any,
    out: str | Path,
    *,
    at: int | None = None,
    method: str | Method | None = None,
    seed: int | None = None,
    cycles: int | None = None,
    settings: Mapping[str, Any] | None = None,
    labels: BranchLabels | None = None,
    oracle: Oracle | str | None = None,
    data: ImageData | str | Path | None = None,
    acquisition: Acquisition | None = None,
    classifier: nn.Module | Given | Frozen | None = None,
    device: str = "auto",
    threads: int | None = None,
) -> Session:
    """Make the folder of a branch and open it, or open the branch that is there.

    Arguments and errors are those of `lada_explore.experiments.branches.branch`, but for the labels, which are read.
    """
    parent, place = RunFolder(path_of(run)), Path(os.path.realpath(expanded(out)))
    there = at_in(parent, place)
    at, shared = _after(parent, at) if there is None or at not in (None, there) else (there, ())
    given = given_of(classifier)
    require_given(parent.info.config, given)
    config = with_acquisition(_settings(parent.info.config, at, method, seed, cycles, settings or {}), acquisition)
    said = "" if labels is None else labels.said
    if os.path.exists(place / RUN_FILE):
        _require_same_branch(RunFolder(place).info, parent, at, config, oracle, said, out)
        return resumed(
            out, data=data, oracle=oracle, acquisition=acquisition, classifier=given, device=device, threads=threads
        )
    if place.is_relative_to(os.path.realpath(parent.path)):
        raise ConfigError(f"{out} is inside the run that it branches from; choose a folder beside it")
    runtime = runtime_of(parent.info, device, threads)
    found = images_for(parent, data, given, runtime)
    _check(config, found.data, acquisition, given, shared)
    answering = oracle_for(parent.info.oracle if oracle is None else oracle, found.data, config)
    info = replace(
        parent.info,
        config=config,
        oracle=answering.name,
        acquisition_unit=(recorded_acquisition(config) if acquisition is None else acquisition).unit,
        device=runtime.describe(),
        threads=threads or parent.info.threads,
        pass_threads=threads or parent.info.pass_threads,
        versions=versions(),
    )
    changed = tuple(_changes(parent.info, info, said))
    info = replace(info, parent=parent_of(parent, expanded(out), at, changed))
    answer = no_answers if labels is None else partial(_answer, labels, shared, shared_lines(parent, at))
    folder = make_branch(parent, expanded(out), info, parent.items, answer)
    session = Session(
        folder, found, oracle=answering, acquisition=acquisition, classifier=given, device=device, threads=threads
    )
    return opened(place, session, oracle, acquisition)


def path_of(run: Any) -> Path:
    """The folder of a run: a path, a session, its worker or a recorded run."""
    if isinstance(run, (str, Path)):
        return expanded(run)
    for holder in (run, getattr(run, "session", None)):
        if isinstance(folder := getattr(holder, "folder", None), RunFolder):
            return folder.path
    raise ConfigError(f"{run!r} is no run; give the path of its folder, a session or what open_run returns")


def at_in(parent: RunFolder, folder: Path) -> int | None:
    """The last cycle that a branch in a folder shares with this run; None if no branch of it is there.

    Raises:
        StoreError: the folder holds a run that cannot be read.
    """
    of = RunFolder(folder).info.parent if os.path.exists(folder / RUN_FILE) else None
    return of.at if of is not None and (of.info.id, of.digest) == (parent.info.id, parent.digest) else None


def _after(parent: RunFolder, at: int | None) -> tuple[int, tuple[CycleRecords, ...]]:
    """The last cycle to share, and the records up to it.

    Raises:
        ConfigError: it is not complete, or its weights were not kept.
        StoreError: the parent, or these weights, are damaged.
    """
    history = parent.history()
    complete = [records.cycle for records in history if records.evaluate is not None]
    if not complete:
        raise ConfigError(f"no cycle of {parent.path} is complete yet; run its cycle 0 first")
    if at is None:
        at = complete[-1]
    if at not in complete:
        raise ConfigError(f"at is {at}, and the complete cycles of {parent.path} are 0 to {complete[-1]}; give one")
    kept = parent.cycles_with_weights(complete)
    if at not in kept:
        there = "has no weights" if not kept else f"has the weights of {first_of(list(map(str, kept)))} only"
        raise ConfigError(
            f"{parent.path} {there}, and a branch at cycle {at} goes on from those of cycle {at}; "
            + ("branch at one of these, or " if kept else "")
            + "record a run with --set checkpoints=all"
        )
    read_checkpoint(parent.stage_folder(at, Stage.TRAIN))
    return at, history[: at + 1]


def _answer(
    labels: BranchLabels, shared: Sequence[CycleRecords], lines: Sequence[JournalEntry], journal: Journal
) -> None:
    """Write labels of images that the shared cycles have labelled as changed, and those of others as given."""
    at = shared[-1].cycle
    known = labels_of([*labels.labels], shared, LabelState(lines))
    changed = {i: label for i, label in labels.labels.items() if i in known and known[i] != label}
    given = {i: label for i, label in labels.labels.items() if i not in known}
    if changed:
        relabel = JournalAction.RELABEL
        journal.act(relabel, cycle=at + 1, annotator=labels.annotator, ids=[*changed], label=changed)
    if given:
        journal.record(at + 1, given, labels.annotator, note=GIVEN)


def _settings(
    parent: RunConfig,
    at: int,
    method: str | Method | None,
    seed: int | None,
    cycles: int | None,
    settings: Mapping[str, Any],
) -> RunConfig:
    """The settings of the parent with some replaced. Raises ConfigError for one that the shared cycles have decided."""
    changes: dict[str, Any] = {} if seed is None else {"seed": seed}
    if cycles is not None:
        changes["schedule.cycles"] = cycles
    if method is not None:
        used = method_named(method) if isinstance(method, str) else method
        changes |= flatten({"method": asdict(used)})
        if any(name.startswith("method.") for name in settings):
            del changes["method.name"]  # It is composed anew.
    config = with_fidelity(parent, changes | dict(settings))
    there = flatten(parent.to_dict())
    for name, value in flatten(config.to_dict()).items():
        if value != there[name] and name.startswith(AS_IN_PARENT):
            raise ConfigError(
                f"{name} is {there[name]!r} in the cycles that the branch shares with its parent and cannot become "
                f"{value!r} after them; start a new run with it"
            )
    if config.schedule.cycles <= at:
        earlier = " or an earlier --at" if at else ""
        raise ConfigError(
            f"give more cycles (--cycles {at + 5}){earlier}: the branch begins after cycle {at}, and schedule.cycles "
            f"is {config.schedule.cycles}"
        )
    return config


def _check(
    config: RunConfig,
    data: ImageData,
    acquisition: Acquisition | None,
    given: Given | Frozen | None,
    shared: tuple[CycleRecords, ...],
) -> None:
    """Raises ConfigError if the method does not fit the images, or too few of them are left."""
    custom = None if acquisition is None else capabilities_of(acquisition)
    check_images_fit(config, data, custom, cache(partial(sample_classifier, config, data, network_of(given))))
    at, schedule = shared[-1].cycle, config.schedule
    left = len(data.train) - sum(len(records.query.ids) for records in shared if records.query is not None)
    wanted = (schedule.cycles - at) * schedule.budget
    if wanted > left:
        raise ConfigError(
            f"cycles {at + 1} to {schedule.cycles} of budget {schedule.budget} need {wanted} images, and {left} have "
            f"no label after cycle {at}; lower schedule.budget or schedule.cycles"
        )


def _changes(parent: RunInfo, branch: RunInfo, labels: str) -> Iterator[str]:
    """A sentence for each difference."""
    there, here = flatten(parent.config.to_dict()), flatten(branch.config.to_dict())
    if (old := parent.config.method) != (new := branch.config.method):
        by = "" if CUSTOM not in (old.name, new.name) else f" ({old.acquisition} → {new.acquisition})"
        yield f"method: {old.name} → {new.name}{by}"
    for name, value in here.items():
        if value != there[name] and not name.startswith("method."):
            yield f"{name}: {there[name]} → {value}"
    if parent.oracle != branch.oracle:
        yield f"answers by: {parent.oracle} → {branch.oracle}"
    if labels:
        yield f"labels: {labels}"


def _require_same_branch(
    there: RunInfo,
    parent: RunFolder,
    at: int,
    config: RunConfig,
    oracle: Oracle | str | None,
    labels: str,
    out: str | Path,
) -> None:
    """Raises ConfigError unless a run is the branch that is asked for."""
    of = there.parent
    if of is None or (of.at, of.info.id, of.digest) != (at, parent.info.id, parent.digest):
        raise ConfigError(
            f"{out} holds another run than a branch of {parent.path} at cycle {at}; choose another folder"
        )
    wanted = parent.info.oracle if oracle is None else getattr(oracle, "name", oracle)
    asked = replace(there, config=config, oracle=str(wanted))
    if differs := set(_changes(parent.info, asked, labels)).symmetric_difference(of.changed):
        raise ConfigError(
            f"{out} holds a branch of {parent.path} with other differences ({first_of(sorted(differs))}); open it with "
            "the same ones, or choose another folder"
        )
