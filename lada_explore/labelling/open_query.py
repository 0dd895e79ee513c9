"""The open query: the choice of SELECT without skipped images, and the answers in the journal.

It is a pure function of the records and the journal, so it is the same after a restart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lada_explore.config import RunConfig
from lada_explore.labelling.given_counts import given_counts
from lada_explore.labelling.seed_round import RANDOM_PER_CLASS, SEED_BATCH, SeedRound
from lada_explore.records import CycleRecords, FloatArray, IntArray, SelectRecord, SelectRule
from lada_explore.seeds import is_held_out
from lada_explore.store.label_state import LabelState


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OpenQuery:
    """The current state of a query.

    Attributes:
        ids: (B,) ids that are asked, answered or not; the two images of a pair next to each other, best pair first.
        pair_ids: (Q, 2) ids of the pairs, best first; (0, 2) for single images.
        pair_tau: (Q,) tau* of each pair.
        pair_scores: (Q,) score of each pair.
        labels: label of each answered image, by id.
        replacing: those of `ids` that replace a skipped pair or image.
        n_short: number of skipped images that could not be replaced, because no candidate was left.
        wanted: number of labels of each class that the seed round still needs, by label; empty in other queries.
        is_seed_round: whether it looks for images of each class, because the pool has no labels.
        is_unfinished_seed_round: True for a seed round that still needs labels.
        n_found: number of classes of which the seed round has found an image to train on; 0 in other queries.
        n_given: number of given labels that count in the seed round beside those of its candidates; 0 in other queries.
    """

    ids: IntArray
    pair_ids: IntArray
    pair_tau: FloatArray
    pair_scores: FloatArray
    labels: Mapping[int, int]
    replacing: frozenset[int] = frozenset()
    n_short: int = 0
    wanted: Mapping[int, int] = field(default_factory=dict)
    is_seed_round: bool = False
    is_unfinished_seed_round: bool = False
    n_found: int = 0
    n_given: int = 0

    @property
    def open_ids(self) -> IntArray:
        """Those of `ids` without a label, in order."""
        return _ints([i for i in self.ids.tolist() if i not in self.labels])

    @property
    def complete(self) -> bool:
        """True if nothing more has to be answered."""
        return not self.is_unfinished_seed_round and len(self.open_ids) == 0


def open_query(records: CycleRecords, label_state: LabelState, config: RunConfig, n_classes: int) -> OpenQuery:
    """The current state of the query of a cycle.

    Args:
        records: records of a cycle with a SELECT record.
        label_state: state of the labels.
        config: settings of the run.
        n_classes: C, including added classes.
    """
    select = records.select
    assert select is not None
    cycle, skipped = select.cycle, label_state.skipped_in(select.cycle)
    if len(select.seed_ids):
        return _seed_round(select, label_state, skipped, config, n_classes)
    if select.rule.of_pairs:
        rows = ranked_rows(records, skipped)[: len(select.pair_ids)]
        assert records.subsample is not None
        assert records.look_ahead is not None
        pair_ids, tau, scores = records.subsample.pair_ids[rows], records.look_ahead.tau[rows], select.scores[rows]
        ids = pair_ids.reshape(-1)
    else:
        pair_ids, tau, scores = select.pair_ids, select.pair_tau, np.empty(0, dtype=np.float32)
        if select.rule is not SelectRule.INITIAL:
            assert records.subsample is not None
            ids = records.subsample.subset_ids[ranked_rows(records, skipped)[: len(select.query_ids)]]
        else:
            ids = _ints([i for i in select.query_ids.tolist() if i not in skipped])
    return OpenQuery(
        ids=ids,
        pair_ids=pair_ids,
        pair_tau=tau,
        pair_scores=scores,
        labels=_labels(ids, label_state, cycle),
        replacing=frozenset(ids.tolist()) - set(select.query_ids.tolist()),
        n_short=len(select.query_ids) - len(ids),
    )


def highest(scores: FloatArray, n: int) -> NDArray[np.intp]:
    """(n,) rows of the n highest scores, highest first; equal scores keep their order."""
    return np.argsort(-scores, kind="stable")[:n]


def ranked_rows(records: CycleRecords, left_out: frozenset[int]) -> NDArray[np.intp]:
    """Rows of the candidate pairs or images: first those that SELECT chose, then the others by score, best first.

    Args:
        records: records of a cycle that selected from candidates.
        left_out: ids to leave out; a pair is left out if it contains one of them.
    """
    assert records.subsample is not None
    assert records.select is not None
    pairs = records.select.rule.of_pairs
    candidates = records.subsample.pair_ids if pairs else records.subsample.subset_ids[:, None]
    order = highest(records.select.scores, len(candidates))
    if records.select.rule.together:
        # A pair is known by its first image.
        row_of = {image_id: row for row, image_id in enumerate(candidates[:, 0].tolist())}
        firsts = records.select.pair_ids[:, 0] if pairs else records.select.query_ids
        chosen = np.array([row_of[i] for i in firsts.tolist()], dtype=np.intp)
        order = np.concatenate([chosen, order[~np.isin(order, chosen)]])
    if not left_out:
        return order
    return order[~np.isin(candidates[order], np.array(sorted(left_out))).any(axis=1)]


def _seed_round(
    select: SelectRecord, label_state: LabelState, skipped: frozenset[int], config: RunConfig, n_classes: int
) -> OpenQuery:
    """Ask about batches of seed images until the initial number of labels of each class is found.

    The next batch is asked once all images before it have a label; images with an answer stay in the query, and those
    whose label was given, as by an import, are no part of it, since there may be very many. Images held out for testing
    do not count, because the start must train on the initial number. Given labels count whatever images have them.
    Training needs two classes, so the round does not end with one class even if all others were declared absent or a
    person said that it is enough.
    """
    order = [i for i in select.seed_ids.tolist() if i not in skipped]
    found = [label_state.label(i, select.cycle) for i in order]
    first_open = next((place for place, label in enumerate(found) if label is None), len(order))
    labels = {i: label for i, label in zip(order, found, strict=True) if label is not None}
    counted = [i for i in labels if not is_held_out(config.seed, i, config.data.holdout)]
    given = given_counts(label_state, frozenset(order), seed=config.seed, holdout=config.data.holdout)
    counts = Counter(given)
    counts.update(labels[i] for i in counted)
    counts = +counts
    n_declared = n_classes - len(label_state.added_classes)
    by_neighbours = select.seed_neighbours.size > 0
    # A run of an earlier version looks for as many images of however many classes.
    per_class = config.schedule.start_per_class(n_declared, labelled=not by_neighbours)
    looked_for = [label for label in range(n_classes) if label not in label_state.absent_classes]
    wanted = {label: per_class - counts[label] for label in looked_for if counts[label] < per_class}
    enough = label_state.start_is_enough or not wanted or first_open == len(order)
    unfinished = not enough or len(counts) < 2
    asked = [i for i in order if i in labels]
    if unfinished:
        answered = [i for i in order if i in labels or label_state.votes(i, select.cycle)]
        if by_neighbours:
            in_order = SeedRound(
                order=order,
                near=dict(zip(select.seed_ids.tolist(), select.seed_neighbours.tolist(), strict=True)),
                labels=labels,
                counted=frozenset(counted),
                looked_for=frozenset(looked_for),
                per_class=per_class,
                given=given,
                n_random=RANDOM_PER_CLASS * n_declared,
            ).asked()
        else:  # A run of an earlier version, which goes on in the order of its record.
            last = max([first_open, *(order.index(i) for i in answered)])
            in_order = order[: SEED_BATCH * (last // SEED_BATCH + 1)]
        asked = list(dict.fromkeys([*in_order, *answered]))
    return OpenQuery(
        ids=_ints([i for i in asked if not label_state.is_given(i, select.cycle)]),
        pair_ids=select.pair_ids,
        pair_tau=select.pair_tau,
        pair_scores=select.pair_tau,
        labels=labels,
        wanted=wanted,
        is_seed_round=True,
        is_unfinished_seed_round=unfinished,
        n_found=len(counts),
        n_given=sum(given.values()),
    )


def _labels(ids: IntArray, label_state: LabelState, cycle: int) -> dict[int, int]:
    found = ((i, label_state.label(i, cycle)) for i in ids.tolist())
    return {i: label for i, label in found if label is not None}


def _ints(values: list[int]) -> IntArray:
    return np.array(values, dtype=np.int64)
