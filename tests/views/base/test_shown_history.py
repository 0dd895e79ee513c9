"""A person who answers is told the true class of no image without a label, in any view of any cycle."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers.pair_records import pair_cycle

from lada_explore.analysis import known_of, map_points
from lada_explore.records import QueryRecord
from lada_explore.views.base.shown_history import history_of


class Run:
    """The records of a run, which a person answers or does not."""

    def __init__(self, *history, person: bool = True) -> None:
        self.history = history
        self.asks_a_person = person


def answered(records):
    ids = records.select.query_ids
    query = QueryRecord(
        cycle=records.cycle,
        ids=ids,
        labels=ids % 2,
        pair_ids=records.select.pair_ids,
        pair_tau=records.select.pair_tau,
    )
    return records.including(query, 0.0)


@pytest.fixture
def asked():
    """A cycle whose images are asked about; the class of image i is i modulo 2."""
    return pair_cycle()


def test_no_candidate_without_a_label_has_a_class(asked):
    (shown,) = history_of(Run(asked))
    assert (shown.subsample.targets == -1).all()
    assert known_of(shown, shown.subsample.subset_ids.tolist()) == (-1,) * len(shown.subsample.subset_ids)


def test_answered_images_have_one_in_every_cycle_also_before_they_were_asked(asked):
    before = replace(pair_cycle(), select=None, cycle=0)
    shown = history_of(Run(before, answered(asked)))
    labelled = asked.select.query_ids
    for records in shown:
        ids, targets = records.subsample.subset_ids, records.subsample.targets
        assert (targets >= 0).tolist() == np.isin(ids, labelled).tolist()


def test_where_nobody_is_asked_all_are_known_but_those_of_the_open_query(asked):
    run = Run(asked, person=False)
    (shown,) = history_of(run)
    assert shown is asked
    points = map_points(run.history, asked.cycle) if asked.score is not None else None
    known = np.array(known_of(shown, shown.subsample.subset_ids.tolist()))
    waits = np.isin(shown.subsample.subset_ids, shown.select.query_ids)
    assert waits.any()
    assert not waits.all()
    assert ((known == -1) == waits).all()
    assert points is None or not len(points.target) or (points.target[: len(known)] == known).all()


def test_the_same_records_come_back_until_they_show_something_else(asked):
    run = Run(asked)
    (first,) = history_of(run)
    assert history_of(run)[0] is first
    run.history = (asked, replace(pair_cycle(), cycle=asked.cycle + 1))
    assert history_of(run)[0].subsample is first.subsample
    run.history = (answered(asked),)
    assert history_of(run)[0].subsample is not first.subsample


def test_the_records_of_the_run_stay_as_they_are(asked):
    targets = asked.subsample.targets.copy()
    history_of(Run(asked))
    assert (asked.subsample.targets == targets).all()
