"""Max-entropy acquisition: query images for which the classifier's prediction is least certain."""

from __future__ import annotations

import torch
from torch import Tensor

from lada_explore.acquisition.protocol import Preparation
from lada_explore.functional import entropy_bits
from lada_explore.models import Classifier
from lada_explore.records import ENTROPY_UNIT


class MaxEntropy:
    """Entropy of the predicted class probabilities in bits, between 0 and log2(C).

    Source: LADA (NeurIPS 2021), max-entropy acquisition; bits as in the paper's figures.
    """

    unit = ENTROPY_UNIT

    def prepare(self, context: Preparation) -> None:
        """Nothing to prepare."""

    def outputs(self, classifier: Classifier, hidden: Tensor, mix_layer: int) -> Tensor:
        """(B, C) logits of hidden states (B, D, H, W) after `mix_layer`."""
        return classifier.from_layer(hidden, mix_layer).float()

    def score(self, outputs: Tensor) -> Tensor:
        """(B,) predictive entropy in bits, from logits (B, C)."""
        return entropy_bits(torch.log_softmax(outputs, dim=-1))
