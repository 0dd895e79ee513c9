"""Whether more labels still change the classifier, by hand."""

import math
from dataclasses import replace

import numpy as np
import pytest
from helpers.fakes import FakeSession

from lada_explore.analysis import cohen_kappa, hint, stopping
from lada_explore.analysis.stopping import GAIN_TO_STOP, LAG, WINDOW

CLASSES = 4


def logits(classes):
    return np.float32(3) * np.eye(CLASSES, dtype=np.float32)[np.array(classes)]


def run(predictions, ids=None):
    """A history with these predicted classes of a stop set, one list for each cycle from 0 on."""
    session = FakeSession(cycles=len(predictions))
    session.run(len(predictions))
    history = []
    for records, classes in zip(session.history, predictions, strict=False):
        kept = np.arange(len(classes)) if ids is None else np.array(ids[records.cycle])
        evaluate = replace(records.evaluate, stop_ids=kept, stop_logits=logits(classes))
        history.append(replace(records, evaluate=evaluate))
    return tuple(history)


def test_kappa_is_that_of_the_closed_form():
    # Agreement 3/4; by chance 1/2 * 3/4 + 1/2 * 1/4 = 1/2.
    assert cohen_kappa(np.array([0, 0, 1, 1]), np.array([0, 0, 0, 1])) == pytest.approx(0.5)
    assert cohen_kappa(np.array([0, 1, 2]), np.array([0, 1, 2])) == 1.0
    assert cohen_kappa(np.array([0, 1]), np.array([1, 0])) == -1.0
    assert math.isnan(cohen_kappa(np.array([2, 2]), np.array([2, 2])))


def test_changes_are_counted_on_images_that_neither_classifier_was_trained_on():
    found = stopping(run([[0, 1, 2, 3], [0, 1, 0], [0, 2]], ids=[[1, 4, 6, 9], [4, 6, 9], [6, 9]]))
    assert found.on_stop_set
    assert found.cycles.tolist() == [1, 2]
    assert found.n.tolist() == [3, 2]
    # Images 4, 6, 9 were 1, 2, 3 and are 0, 1, 0; 6 and 9 were 1, 0 and are 0, 2.
    assert found.changed.tolist() == [1.0, 1.0]
    assert np.isnan(found.mean_kappa).all()
    assert np.isnan(found.gain).all()


def test_the_mean_kappa_is_of_three_pairs_and_reaches_the_published_threshold():
    steady = [0, 1, 2, 3] * 50
    moved = [1, *steady[1:]]
    found = stopping(run([steady, moved, steady, steady, steady, steady]))
    assert found.changed.tolist() == [1 / 200, 1 / 200, 0, 0, 0]
    assert found.kappa[2:].tolist() == [1.0, 1.0, 1.0]
    assert found.mean_kappa[2] == pytest.approx(found.kappa[:3].mean())
    assert np.isnan(found.mean_kappa[: WINDOW - 1]).all()
    # One image of 200 is kappa 0.9933, above 0.99.
    assert found.stable.tolist() == [False, False, True, True, True]
    # The first Wilson interval is that of 1 in 200.
    assert (found.lower[0], found.upper[0]) == pytest.approx((0.00088, 0.02777), abs=1e-5)


def test_changes_that_go_back_and_forth_are_no_gain_and_those_that_add_up_are():
    still = [0] * 50 + [1] * 50
    there = [1] * 10 + still[10:]
    jitter = run([still, there] * 6)
    onward = run([[1] * (2 * cycle) + still[2 * cycle :] for cycle in range(12)])
    # Over 5 cycles, an odd number, the jitter changes 10 % as over one; onward it is 10 % after 2 % in each.
    assert stopping(jitter).changed.tolist() == [0.1] * 11
    first = LAG + WINDOW - 2
    assert np.isnan(stopping(jitter).gain[:first]).all()
    assert stopping(jitter).gain[first:] == pytest.approx(0, abs=1e-12)
    assert stopping(onward).gain[first:] == pytest.approx((0.1 - 0.02) / (LAG - 1))
    assert stopping(jitter).settled[-1]
    assert not stopping(onward).settled[-1]
    assert "have settled: one more cycle will probably change" in hint(stopping(jitter))
    assert "The next cycle is expected to add at most about 2.0 points to the accuracy." in hint(stopping(onward))
    assert hint(stopping(onward)).endswith("The predictions still move, so more labels may still help.")
    assert GAIN_TO_STOP < 0.02


def test_without_a_stop_set_the_candidates_in_common_are_compared_and_said_to_be_no_sample():
    session = FakeSession(cycles=6)
    session.run(5)
    first = session.history[1].subsample.subset_ids

    def drawing(ids, records):
        drawn = records.subsample and replace(records.subsample, subset_ids=ids)
        return replace(records, subsample=drawn)

    history = [drawing(first + (records.cycle > 2), records) for records in session.history]
    found = stopping(history)
    assert not found.on_stop_set
    # The candidates of cycle 2 were predicted by the classifier of cycle 1.
    assert found.cycles.tolist()[0] == 1
    assert found.n[0] == len(first)
    before, after = (session.history[cycle].score.predicted for cycle in (1, 2))
    assert found.changed[0] == (before != after).mean() > 0
    assert np.isnan(found.gain).all()
    assert "drew other candidates each time" in hint(stopping([drawing(first + 9999 * r.cycle, r) for r in history]))
    told = hint(found)
    assert "unlabelled images that two consecutive cycles both drew as candidates" in told
    assert "this run did not predict one sample of images in every cycle." in told
    assert "settled" not in told
    assert "still move" not in told


def test_what_is_too_early_is_a_sentence():
    assert hint(stopping(run([[0, 1]]))) == (
        "Nothing to compare yet; that begins when the classifier is trained the second time."
    )
    few = hint(stopping(run([[0, 1], [0, 1]])))
    assert f"What the next cycle may add is told from {LAG + WINDOW - 1} trainings after the start on." in few
    constant = hint(stopping(run([[1, 1]] * 4)))
    assert "(kappa) is told after 3 trainings that did not give all images one class." in constant
