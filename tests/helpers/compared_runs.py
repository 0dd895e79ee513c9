"""Runs for comparisons, with records whose every number is worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from helpers.by_hand import by_hand
from helpers.fake_runs import info_of
from helpers.fakes import FakeSession

from lada_explore.config.presets import configure
from lada_explore.experiments.sides import ComparedRun
from lada_explore.records import CycleRecords, EvaluateRecord, QueryRecord, SubsampleRecord
from lada_explore.store.run_info import Parent, RunInfo

TARGETS = np.array([0, 0, 1, 1, 2, 2, 0, 1])
"""(T,) true classes of the eight test images of every run here."""

CLASSES = ("disc", "square", "star")


def evaluated(cycle: int, n_labelled: int, predicted: Sequence[int] | None, **values: Any) -> EvaluateRecord:
    """An evaluation on the test images of `TARGETS`; None records no predictions, and half of them right."""
    found = np.array([] if predicted is None else predicted, np.int64)
    confusion = np.zeros((3, 3), np.int64)
    if predicted is not None:
        np.add.at(confusion, (TARGETS, found), 1)
    right = 0.5 if predicted is None else float((found == TARGETS).mean())
    told = {"accuracy": right, "n_test": len(TARGETS), "tested_on": "test set"} | values
    return by_hand(
        EvaluateRecord, cycle=cycle, n_labelled=n_labelled, predicted=found, confusion=confusion, mean_nll=None, **told
    )


def cycle_of(
    cycle: int,
    labels: dict[int, int],
    evaluation: EvaluateRecord | None,
    candidates: Sequence[int] | None = None,
) -> CycleRecords:
    """A cycle that labelled these images, by id."""
    query = by_hand(QueryRecord, cycle=cycle, ids=np.array(list(labels)), labels=np.array(list(labels.values())))
    subsample = None
    if candidates is not None:
        pairs = np.empty((0, 2), np.int64)
        subsample = by_hand(SubsampleRecord, cycle=cycle, subset_ids=np.array(candidates), pair_ids=pairs, mix_layer=-1)
    return CycleRecords(cycle=cycle, subsample=subsample, query=query, evaluate=evaluation)


def run_of(history: Sequence[CycleRecords], *, path: str = "runs/one", **changes: Any) -> ComparedRun:
    """A run with these records; changes are fields of `RunInfo`, or method, seed and settings of its config."""
    config = configure(
        "demo",
        changes.pop("method", "random"),
        seed=changes.pop("seed", 0),
        cycles=max(len(history) - 1, 1),
        settings=changes.pop("settings", None),
    )
    told = {"config": config, "class_names": CLASSES, "test_checksum": "b" * 64, "n_test": len(TARGETS), "id": path}
    info: RunInfo = replace(info_of(FakeSession(cycles=0)), **(told | changes))
    return ComparedRun(path=path, info=info, history=tuple(history), class_names=info.class_names)


def branch_of(parent: ComparedRun, at: int, later: Sequence[CycleRecords], *, path: str, **changes: Any) -> ComparedRun:
    """A run that begins with the cycles of another up to `at`."""
    above = Parent(at=at, path="../parent", digest="d" * 64, changed=(), info=parent.info)
    return run_of([*parent.history[: at + 1], *later], path=path, parent=above, **changes)
