"""Answers that differ from the true classes."""

from __future__ import annotations

from collections.abc import Sequence

from lada_explore.records import CycleRecords


def wrong_answers(history: Sequence[CycleRecords]) -> dict[int, int]:
    """Number of wrong answers in each answered cycle after the start.

    An answer to an image whose true class is unknown counts as right. The start has no entry, because its records hold
    no true classes.
    """
    found: dict[int, int] = {}
    for records in history:
        if records.subsample is None or records.query is None:
            continue
        true = dict(zip(records.subsample.subset_ids.tolist(), records.subsample.targets.tolist(), strict=True))
        given = zip(records.query.ids.tolist(), records.query.labels.tolist(), strict=True)
        found[records.cycle] = sum(true[i] not in (-1, label) for i, label in given)
    return found
