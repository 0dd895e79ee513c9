import numpy as np
import pytest
from helpers.by_hand import by_hand

from lada_explore.analysis import agreement, pace, prequential
from lada_explore.records import DRAW_UNIT, CycleRecords, QueryRecord, ScoreRecord, SubsampleRecord
from lada_explore.store import JournalEntry


def cycle(number, predicted, answers, targets=(), unit="bits"):
    """A cycle that predicts a class of each candidate and is given some labels, both by id."""
    ids = list(predicted)
    records = CycleRecords(cycle=number)
    if ids:
        true = np.array([i % 3 for i in ids])
        candidates = by_hand(SubsampleRecord, cycle=number, subset_ids=np.array(ids), targets=true, mix_layer=-1)
        scored = by_hand(ScoreRecord, cycle=number, unit=unit, predicted=np.array(list(predicted.values())))
        records = records.including(candidates, 0.0).including(scored, 0.0)
    query = QueryRecord(
        cycle=number,
        ids=np.array(list(answers), np.int64),
        labels=np.array(list(answers.values()), np.int64),
        targets=np.array(targets, np.int64),
    )
    return records.including(query, 0.0)


def test_every_label_is_held_against_the_prediction_before_it_was_trained_on():
    history = [
        cycle(0, {}, {1: 0, 2: 1}),
        cycle(1, {3: 0, 4: 1, 5: 2, 6: 2}, {3: 0, 4: 2}),
        # Image 6 was answered ahead: it was a candidate of cycle 1, predicted as class 2.
        cycle(2, {7: 1, 8: 0}, {7: 1, 8: 0, 6: 2}),
    ]
    found = prequential(history)
    assert found.cycles.tolist() == [1, 2]
    assert found.n.tolist() == [2, 3]
    assert found.accuracy.tolist() == [0.5, 1.0]
    assert found.accuracy_so_far.tolist() == [0.5, 0.8]
    assert found.n_so_far.tolist() == [2, 5]
    # Wilson 1927 for 4 of 5 and for 1 of 2.
    assert (found.lower_so_far[1], found.upper_so_far[1]) == pytest.approx((0.3755, 0.9638), abs=1e-4)
    assert (found.lower[0], found.upper[0]) == pytest.approx((0.0945, 0.9055), abs=1e-4)
    assert found.reason == ""


def test_images_drawn_at_random_are_not_called_harder_than_average():
    start = cycle(0, {}, {1: 0, 2: 1})
    drawn, chosen = (cycle(1, {3: 0, 4: 1}, {3: 0, 4: 2}, unit=unit) for unit in (DRAW_UNIT, "bits"))
    assert prequential([start, drawn]).caveat == (
        "How often the classifier was right about an image that was asked about, before it was trained on the answer "
        "(prequential accuracy). These images were drawn at random, so this estimates the accuracy on the unlabelled "
        "images."
    )
    later = cycle(2, {5: 0}, {5: 0}, unit=DRAW_UNIT)
    for history in ([start, chosen], [start, chosen, later]):
        assert "Images that a method asks about are harder than average" in prequential(history).caveat
        assert "drawn at random, so this" not in prequential(history).caveat


def test_before_the_first_cycle_there_is_a_reason():
    found = prequential([cycle(0, {}, {1: 0})])
    assert found.reason == "No image that the classifier had predicted is labelled yet; that begins in cycle 1."
    assert len(found.accuracy) == 0


def test_labels_agree_with_the_truth_by_class():
    history = [cycle(0, {}, {0: 0, 1: 1, 2: 1}, targets=[0, 1, 2]), cycle(1, {3: 0, 6: 0}, {3: 0, 6: 2})]
    found = agreement(history, 4)
    assert found.confusion.tolist() == [[2, 0, 1, 0], [0, 1, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0]]
    assert (found.n, found.overall) == (5, 0.6)
    np.testing.assert_allclose(found.per_class, [2 / 3, 1, 0, np.nan])
    given = agreement(history, 4, truth={0: 0, 2: 1})
    assert (given.n, given.overall) == (2, 1.0)


def test_agreement_without_a_truth_is_a_reason():
    found = agreement([cycle(0, {}, {0: 0})], 2)
    assert found.reason.startswith("The true class of no labelled image is known")
    assert np.isnan(found.overall)


def line(time, annotator="ada", action="label"):
    return JournalEntry(0, 0, annotator, time, 1, action)


def test_an_answer_takes_the_time_since_the_action_before_it_and_pauses_are_left_out():
    lines = [line(100), line(102), line(103, "ben"), line(105, action="skip"), line(109), line(169.5), line(171.5)]
    found = pace(lines)
    # ada: 2 s, 4 s after her skip, then a pause of 60.5 s, then 2 s; the first answers of ada and ben have no time.
    assert found.seconds.tolist() == [2, 4, 2]
    assert (found.median_s, found.mean_s, found.per_minute) == pytest.approx((2, 8 / 3, 22.5))
    assert found.n_untimed == 3
    assert pace(lines, pause_s=100).seconds.tolist() == [2, 4, 60.5, 2]
    assert len(pace(lines, annotators=["ben"]).seconds) == 0


def test_answers_given_together_share_their_time():
    assert pace([line(10), line(16), line(16), line(16)]).seconds.tolist() == [2, 2, 2]
