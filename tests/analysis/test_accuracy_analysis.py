"""Accuracy by labels and its interval."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.fakes import FakeSession

from lada_explore.analysis import accuracy_by_labels
from lada_explore.analysis.accuracy import wilson_interval
from lada_explore.records import CycleRecords


def test_the_interval_is_wilsons():
    # 7 of 10: the textbook's 0.397 to 0.892; 0 of 10 and 10 of 10 stay inside [0, 1] and are not empty.
    lower, upper = wilson_interval(np.array([0.7, 0.0, 1.0]), np.array([10, 10, 10]))
    assert lower.tolist() == pytest.approx([0.3968, 0.0, 0.7225], abs=1e-4)
    assert upper.tolist() == pytest.approx([0.8922, 0.2775, 1.0], abs=1e-4)


def test_accuracy_stands_beside_the_labels_it_was_trained_on():
    session = FakeSession()
    session.run(2)
    found = accuracy_by_labels(session.history)
    assert found.cycles.tolist() == [0, 1]
    assert found.n_labelled.tolist() == [20, 26]
    assert found.accuracy.tolist() == pytest.approx([0.55, 0.64])
    assert (found.lower < found.accuracy).all()
    assert (found.accuracy < found.upper).all()
    assert (found.n_test, found.reason) == (2000, "")


def test_without_a_test_set_a_sentence_says_so():
    session = FakeSession(tested=False)
    session.run(1)
    found = accuracy_by_labels(session.history)
    assert "no labelled test set" in found.reason
    assert len(found.accuracy) == len(found.lower) == 0


def test_before_the_start_is_evaluated_a_sentence_says_so():
    assert "Nothing is evaluated yet" in accuracy_by_labels([CycleRecords(cycle=0)]).reason
