"""QUERY: ask the oracle; every answer is in the journal before it counts."""

from __future__ import annotations

import numpy as np

from lada_explore.errors import OracleError
from lada_explore.oracle import Oracle
from lada_explore.records import IntArray, QueryRecord, SelectRecord
from lada_explore.store.journal import Journal


def unanswered(asked: SelectRecord, journal: Journal) -> IntArray:
    """Queried ids that have no answer in the journal yet, in the order they were asked."""
    known = journal.labels(asked.cycle)
    return np.array([i for i in asked.query_ids.tolist() if i not in known], dtype=np.int64)


def query(asked: SelectRecord, oracle: Oracle, journal: Journal, n_classes: int) -> QueryRecord | None:
    """Write the oracle's answers into the journal; the record once all are there, None while some are missing.

    Answers already in the journal are not asked again, so a query survives a restart.

    Args:
        asked: the query.
        oracle: answers what it can at once.
        journal: of the run.
        n_classes: C; labels are 0..C-1.

    Raises:
        OracleError: the oracle gave a label that is no class.
    """
    missing = unanswered(asked, journal)
    if len(missing):
        answers = oracle.answer(missing)
        check_answers(answers, missing, n_classes)
        if answers:
            journal.record(asked.cycle, answers, oracle.name)
    known = journal.labels(asked.cycle)
    if any(i not in known for i in asked.query_ids.tolist()):
        return None
    return QueryRecord(
        cycle=asked.cycle,
        ids=asked.query_ids,
        labels=np.array([known[i] for i in asked.query_ids.tolist()], dtype=np.int64),
    )


def check_answers(answers: dict[int, int], asked_ids: IntArray, n_classes: int) -> None:
    """Raises OracleError for an id that was not asked or a label that is no class."""
    asked = set(asked_ids.tolist())
    for image_id, label in answers.items():
        if image_id not in asked:
            raise OracleError(f"id {image_id} is not in the open query; it asks for {sorted(asked)}")
        if not 0 <= label < n_classes:
            raise OracleError(f"label {label} for id {image_id} is no class; labels run from 0 to {n_classes - 1}")
