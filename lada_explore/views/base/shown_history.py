"""The records of a run as views may show them: a person who answers is not told the answers."""

from __future__ import annotations

import threading
from dataclasses import replace
from weakref import WeakKeyDictionary

import numpy as np

from lada_explore.records import CycleRecords, IntArray
from lada_explore.views.base.source import RunSource

History = tuple[CycleRecords, ...]

_shown: WeakKeyDictionary[RunSource, tuple[History, History]] = WeakKeyDictionary()
"""The records of each run that a person answers, and what was shown of them last."""

_lock = threading.Lock()


def history_of(source: RunSource) -> History:
    """Records so far, one entry a cycle. Every view that shows images reads them here.

    Where a person answers, the true class of a candidate is unknown (-1) until the image has a label: it may be asked
    about in any later cycle. The same records come back as long as they show the same, so that nothing is redrawn.
    """
    history = source.history
    if not getattr(source, "asks_a_person", False):
        return history
    with _lock:
        before, shown = _shown.get(source, ((), ()))
        if before != history:  # records are equal only to themselves
            shown = _without_answers(history, dict(zip(map(_subsample_id, before), shown, strict=True)))
            _shown[source] = history, shown
        return shown


def _without_answers(history: History, before: dict[int, CycleRecords]) -> History:
    labelled = np.concatenate([np.empty(0, np.int64), *(r.query.ids for r in history if r.query is not None)])
    return tuple(_hidden(records, labelled, before.get(_subsample_id(records))) for records in history)


def _hidden(records: CycleRecords, labelled: IntArray, before: CycleRecords | None) -> CycleRecords:
    """The records of a cycle without true classes of images that have no label; its candidates as before if equal."""
    if records.subsample is None:
        return records
    told = np.isin(records.subsample.subset_ids, labelled)
    targets = np.where(told, records.subsample.targets, -1)
    same = before is not None and before.subsample is not None and np.array_equal(before.subsample.targets, targets)
    subsample = before.subsample if before is not None and same else replace(records.subsample, targets=targets)
    return replace(records, subsample=subsample)


def _subsample_id(records: CycleRecords) -> int:
    return id(records.subsample)
