"""Entropy of the class probabilities that logits stand for."""

from __future__ import annotations

import numpy as np
import pytest

from lada_explore.analysis.predictions import entropy_bits, softmax


def test_entropy_of_logits_by_hand():
    logits = np.log(np.array([[0.5, 0.5, 1e-300], [0.25, 0.75, 1e-300], [1.0, 1e-300, 1e-300]]))
    by_hand = [1.0, 0.25 * 2 + 0.75 * np.log2(4 / 3), 0.0]
    np.testing.assert_allclose(entropy_bits(logits), by_hand, atol=1e-12)


def test_entropy_of_the_logits_in_bits_against_closed_forms():
    assert entropy_bits(np.zeros((1, 8), np.float32)) == pytest.approx([3.0], rel=1e-15)
    assert entropy_bits(np.log(np.array([[1.0, 1.0, 2.0]]))) == pytest.approx([1.5])
    assert entropy_bits(np.array([[1000.0, 0.0]], np.float32)) == pytest.approx([0.0])


def test_probabilities_and_their_logarithms_are_finite_where_one_underflows():
    probabilities, logarithms = softmax(np.array([[0.0, -2000.0], [np.log(3.0), 0.0]]))
    assert probabilities.tolist() == [[1.0, 0.0], pytest.approx([0.75, 0.25])]
    assert logarithms[0].tolist() == [0.0, -2000.0]
