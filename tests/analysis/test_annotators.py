"""Agreement of annotators against published and closed forms."""

import math

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from lada_explore.analysis.annotators import agreement_with_others, counted, fleiss_kappa, pairwise_kappa

FLEISS_1971 = np.array(
    [
        [0, 0, 0, 0, 14],
        [0, 2, 6, 4, 2],
        [0, 0, 3, 5, 6],
        [0, 3, 9, 2, 0],
        [2, 2, 8, 1, 1],
        [7, 7, 0, 0, 0],
        [3, 2, 6, 3, 0],
        [2, 5, 3, 2, 2],
        [6, 5, 2, 1, 0],
        [0, 2, 2, 3, 7],
    ]
)
"""A textbook's example of 14 raters, 10 subjects and 5 categories, whose kappa is 0.210."""


def test_fleiss_kappa_is_that_of_the_textbook():
    assert fleiss_kappa(FLEISS_1971) == pytest.approx(0.210, abs=5e-4)
    # A row with one answer says nothing of agreement.
    alone = np.vstack([FLEISS_1971, [[1, 0, 0, 0, 0]]])
    assert fleiss_kappa(alone) == fleiss_kappa(FLEISS_1971)


def test_fleiss_kappa_at_its_ends():
    assert fleiss_kappa(np.array([[3, 0], [0, 2], [4, 0]])) == pytest.approx(1)
    assert math.isnan(fleiss_kappa(np.array([[3, 0], [2, 0]])))
    assert math.isnan(fleiss_kappa(np.array([[1, 0], [0, 1]])))
    # Two raters who never agree, on classes that are even: -1.
    assert fleiss_kappa(np.array([[1, 1], [1, 1]])) == pytest.approx(-1)


def test_answers_are_counted_and_compared_where_both_answered():
    answers = np.array([[0, 0, -1], [1, 1, 1], [2, 0, -1], [1, 1, -1], [0, -1, 0]])
    assert counted(answers, 3).tolist() == [[2, 0, 0], [0, 3, 0], [1, 0, 1], [0, 2, 0], [2, 0, 0]]
    found = pairwise_kappa(answers)
    assert found[0, 1] == found[1, 0] == pytest.approx(cohen_kappa_score([0, 1, 2, 1], [0, 1, 0, 1]))
    # The third shares one or two images with the others: too few.
    assert np.isnan(found[[0, 1, 2], [2, 2, 0]]).all()
    assert np.isnan(np.diag(found)).all()
    # The first shares 4 with the second, of which 3 agree, and 2 with the third.
    assert agreement_with_others(answers).tolist() == [5 / 6, 4 / 5, 1.0]
    assert np.isnan(agreement_with_others(np.array([[0, -1], [-1, 1]]))).all()
