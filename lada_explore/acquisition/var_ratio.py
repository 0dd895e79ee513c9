"""Variation ratio: query images whose most probable class has a low probability."""

from __future__ import annotations

from torch import Tensor

from lada_explore.acquisition.protocol import Preparation
from lada_explore.models import Classifier


class VarRatio:
    """One minus the largest class probability, between 0 and 1 - 1/C.

    Source: Freeman, "Elementary Applied Statistics" (1965), on one prediction; as an acquisition, Gal, Islam and
    Ghahramani (ICML 2017), section 4.
    """

    unit = "probability"

    def prepare(self, context: Preparation) -> None:
        """Nothing to prepare."""

    def outputs(self, classifier: Classifier, hidden: Tensor, mix_layer: int) -> Tensor:
        """(B, C) logits of hidden states (B, D, H, W) after `mix_layer`."""
        return classifier.from_layer(hidden, mix_layer).float()

    def score(self, outputs: Tensor) -> Tensor:
        """(B,) one minus the largest predicted probability, from logits (B, C)."""
        return 1 - outputs.softmax(dim=-1).amax(dim=-1)
