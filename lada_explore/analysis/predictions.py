"""Class probabilities and their entropy, from recorded logits.

Axes: C classes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]


def softmax(logits: NDArray[np.floating[Any]]) -> tuple[Doubles, Doubles]:
    """Class probabilities (..., C) and their logarithms (..., C), from logits (..., C)."""
    shifted = logits.astype(np.float64) - logits.max(axis=-1, keepdims=True)
    log_probabilities = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return np.exp(log_probabilities), log_probabilities


def entropy_bits(logits: NDArray[np.floating[Any]]) -> Doubles:
    """Shannon entropy (...) in bits of the class probabilities, from logits (..., C)."""
    probabilities, log_probabilities = softmax(logits)
    # The logarithm is finite even if a probability underflows to 0, so no product is NaN.
    bits: Doubles = -(probabilities * log_probabilities).sum(axis=-1) / np.log(2)
    return bits
