"""Which answers differ from what the data set itself says."""

from __future__ import annotations

from collections.abc import Sequence

from lada_explore.records import CycleRecords


def wrong_answers(history: Sequence[CycleRecords]) -> dict[int, int]:
    """How many answers of each answered cycle after the start differ from the images' true classes.

    An image whose true class the data set does not know counts as right; the start keeps no true classes, so it has no
    entry.
    """
    found: dict[int, int] = {}
    for records in history:
        if records.subsample is None or records.query is None:
            continue
        true = dict(zip(records.subsample.subset_ids.tolist(), records.subsample.targets.tolist(), strict=True))
        given = zip(records.query.ids.tolist(), records.query.labels.tolist(), strict=True)
        found[records.cycle] = sum(true[i] not in (-1, label) for i, label in given)
    return found
