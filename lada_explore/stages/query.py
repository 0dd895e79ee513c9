"""QUERY: ask the oracle; every answer is written to the journal before it counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import TypeVar

import numpy as np

from lada_explore.config import RunConfig
from lada_explore.errors import OracleError
from lada_explore.labelling.open_query import OpenQuery, open_query
from lada_explore.labelling.oracles import Oracle, answers_of
from lada_explore.records import ByteArray, CycleRecords, IntArray, QueryRecord
from lada_explore.seeds import is_held_out
from lada_explore.store.journal import Journal
from lada_explore.store.label_state import LabelState

T = TypeVar("T")


def ask(
    done: CycleRecords,
    oracle: Oracle,
    journal: Journal,
    *,
    config: RunConfig,
    n_classes: int,
    answering: AbstractContextManager[object],
    gate: Callable[[], None],
    then: Callable[[], T],
) -> T:
    """Ask the oracle about every open image once, write its answers to the journal, then call `then`.

    Images with an answer in the journal are not asked again, so a query can continue after a restart. If a person
    answers an image while the oracle computes, that answer counts: only answers to images that are still open are
    written. An image that a person brings into the query meanwhile, by a skip for instance, is asked too, at any moment
    before `then` is called.

    Args:
        done: records of the cycle up to SELECT.
        oracle: answers the images that it can answer; may take any time.
        journal: the journal of the run.
        config: settings of the run.
        n_classes: C; labels are 0..C-1.
        answering: lock that is held while answers are written and while `then` runs, but not while the oracle computes.
        gate: called before the oracle is asked and after its answers are written; may block or raise StageStopped.
        then: closes the query, or finds that images are left open. No image can come into the query before it ends.

    Returns:
        The value of `then`.

    Raises:
        OracleError: the oracle returned something else than labels by id, a label that is not a class index, or a label
            of an image that was not asked.
    """

    def open_ids() -> IntArray:
        return open_query(done, journal.label_state(), config, n_classes).open_ids

    asked: set[int] = set()
    while True:
        gate()
        with answering:
            ids = open_ids()
            ids = ids[~np.isin(ids, sorted(asked))]
            if len(ids) == 0:
                return then()
        asked.update(ids.tolist())
        answers = answers_of(oracle, ids, done.cycle, n_classes)
        with answering:
            still_open = set(open_ids().tolist())
            journal.record(done.cycle, {i: answers[i] for i in answers if i in still_open}, oracle.name)


def query(
    done: CycleRecords,
    journal: Journal,
    *,
    config: RunConfig,
    n_classes: int,
    true_classes: Callable[[IntArray], IntArray],
    pixels: Callable[[IntArray], ByteArray],
    labelled_ids: IntArray,
) -> QueryRecord | None:
    """The record of the query once all answers are in the journal; None while some are missing.

    Images that a person skipped are replaced by the next best candidates; see `lada_explore.labelling.open_query`.
    Source: Algorithm 1 (section E), line 6.

    Args:
        done: records of the cycle up to SELECT.
        journal: the journal of the run.
        config: settings of the run.
        n_classes: C; labels are 0..C-1.
        true_classes: function from ids (B,) to true classes (B,), -1 if unknown; only for the record.
        pixels: function from ids (B,) to pixels (B, D, H, W).
        labelled_ids: (L,) ids that earlier cycles have labelled.

    Raises:
        OracleError: the seed round has no more images to ask about and has found fewer than two classes.
    """
    label_state = journal.label_state()
    now = open_query(done, label_state, config, n_classes)
    if now.complete:
        # An answer ahead stays in the journal where an undo has opened the query before again, which then asked it.
        known = frozenset(labelled_ids.tolist())
        ahead = [i for i in label_state.ahead_of(done.cycle) if i not in known]
        return _record(done, now, ahead, label_state, config, true_classes, pixels)
    if len(now.open_ids) == 0:
        raise OracleError(
            f"the start has asked about all {len(now.ids)} images that it can and found labels of "
            f"{len(set(now.labels.values()))} of the classes, but training needs 2; undo an answer, or start a run "
            "on more images"
        )
    return None


def _record(
    done: CycleRecords,
    now: OpenQuery,
    ahead_of: Sequence[int],
    label_state: LabelState,
    config: RunConfig,
    true_classes: Callable[[IntArray], IntArray],
    pixels: Callable[[IntArray], ByteArray],
) -> QueryRecord:
    """The record of a complete query."""
    assert done.select is not None
    cycle = done.cycle
    set_aside, given = label_state.set_aside, label_state.given_of(cycle)
    # The start of unlabelled images asks about none whose label was given; a later query may have chosen some of them.
    unasked = given if len(done.select.seed_ids) else frozenset()
    asked = [i for i in now.ids.tolist() if i in now.labels and i not in unasked]
    already = frozenset(asked)
    ahead = {i: label_state.label(i, cycle) for i in ahead_of if i not in already}
    ahead_ids = [i for i, label in ahead.items() if label is not None and i not in set_aside]
    given_ids = [i for i in ahead_ids if i in given]
    ids = np.array(asked + ahead_ids, dtype=np.int64)
    labels = [now.labels[i] for i in asked] + [ahead[i] for i in ahead_ids]
    record = QueryRecord(
        cycle=cycle,
        ids=ids,
        labels=np.array(labels, dtype=np.int64),
        pair_ids=now.pair_ids,
        pair_tau=now.pair_tau,
        skipped_ids=np.array(sorted(label_state.skipped_in(cycle)), dtype=np.int64),
        ahead_ids=np.array(ahead_ids, dtype=np.int64),
        given_ids=np.array(given_ids, dtype=np.int64),
        # Images are offered ahead from the ranking of the previous cycle, by the classifier of the cycle before that.
        ahead_model_cycle=max(-1, cycle - 2) if len(ahead_ids) > len(given_ids) else -1,
        held_out_ids=np.array(
            [i for i in ids.tolist() if is_held_out(config.seed, i, config.data.holdout)], dtype=np.int64
        ),
        targets=true_classes(ids),
    )
    known = set(done.select.query_ids.tolist())
    return replace(record, images=pixels(np.array([i for i in record.pictured if i not in known], dtype=np.int64)))
