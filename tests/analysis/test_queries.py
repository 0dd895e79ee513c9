"""What a cycle asked, joined with what it knows."""

from __future__ import annotations

from dataclasses import replace

import pytest
from helpers.fakes import FakeSession

from lada_explore.analysis import queried
from lada_explore.records import CycleRecords


def test_pairs_carry_their_scores_tau_and_labels():
    session = FakeSession()
    records = session.run(2)[1]
    groups = queried(records)
    assert [tuple(image.id for image in group.images) for group in groups] == [
        tuple(pair) for pair in records.select.pair_ids.tolist()
    ]
    best = groups[0]
    assert best.total == pytest.approx(records.select.scores.max())
    assert best.total == pytest.approx(best.images[0].score + best.images[1].score + best.value)
    assert best.tau == pytest.approx(records.select.pair_tau[0])
    assert [image.label for image in best.images] == [image.id % 10 for image in best.images]
    assert (best.images[1].pixels == records.select.query_images[1]).all()


def test_labels_are_missing_until_they_are_given():
    records = FakeSession().run(2)[1]
    groups = queried(replace(records, query=None))
    assert {image.label for group in groups for image in group.images} == {None}


def test_the_start_and_single_images_have_no_tau():
    session = FakeSession(method="max-entropy")
    start, first = session.run(2)
    assert queried(start)[0].images[0].score is None
    assert queried(first)[0].tau is None
    assert queried(first)[0].images[0].score == pytest.approx(first.score.scores.max())


def test_nothing_before_select():
    assert queried(CycleRecords(cycle=1)) == ()
