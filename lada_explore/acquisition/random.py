"""Random acquisition: the baseline for all others."""

from __future__ import annotations

import torch
from torch import Tensor

from lada_explore.acquisition.protocol import Preparation
from lada_explore.models import Classifier
from lada_explore.records import DRAW_UNIT


class Random:
    """Scores drawn uniformly from [0, 1); the same seed gives the same scores."""

    unit = DRAW_UNIT

    def __init__(self) -> None:
        self._generator = torch.Generator()

    def prepare(self, context: Preparation) -> None:
        """Seed the draws of this cycle."""
        self._generator.manual_seed(context.seed)

    def outputs(self, classifier: Classifier, hidden: Tensor, mix_layer: int) -> Tensor:
        """(B, 1) uniform draws, one for each hidden state (B, D, H, W)."""
        return torch.rand(len(hidden), 1, generator=self._generator).to(hidden.device)

    def score(self, outputs: Tensor) -> Tensor:
        """(B,) scores, the draws (B, 1) themselves."""
        return outputs.squeeze(1)
