"""Margin: query images whose two most probable classes have nearly the same probability."""

from __future__ import annotations

from torch import Tensor

from lada_explore.acquisition.protocol import Preparation
from lada_explore.models import Classifier


class Margin:
    """1 - (p_first - p_second): 0 for a certain prediction, 1 for a tie.

    One minus the margin, so that a higher score means a more useful label; the ranking is that of the smallest margin.

    Source: Scheffer, Decomain and Wrobel, "Active Hidden Markov Models for Information Extraction" (IDA 2001).
    """

    unit = "probability"

    def prepare(self, context: Preparation) -> None:
        """Nothing to prepare."""

    def outputs(self, classifier: Classifier, hidden: Tensor, mix_layer: int) -> Tensor:
        """(B, C) logits of hidden states (B, D, H, W) after `mix_layer`."""
        return classifier.from_layer(hidden, mix_layer).float()

    def score(self, outputs: Tensor) -> Tensor:
        """(B,) one minus the margin, from logits (B, C)."""
        first, second = outputs.softmax(dim=-1).topk(2, dim=-1).values.unbind(dim=-1)
        return 1 - (first - second)
