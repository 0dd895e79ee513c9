"""BALD by Monte Carlo dropout: query images on which dropout masks give confident but different predictions."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from lada_explore.acquisition.protocol import Preparation
from lada_explore.config import BaldConfig
from lada_explore.functional import entropy_bits
from lada_explore.models import Classifier


class Bald:
    """Mutual information in bits between the class and the dropout mask, I = H[mean_t p_t] - mean_t H[p_t].

    The classifiers of this package have no dropout and are trained without it. Here, T masks drop penultimate features
    before the last layer. The masks are drawn once in each cycle, so that every state is scored with the same T masks
    and the score is a fixed, differentiable function along a mixing path. Only the last layer is evaluated T times.

    Args:
        config: share of features that a mask drops, and T.

    Source: Houlsby et al., "Bayesian Active Learning for Classification and Preference Learning" (2011), Equation 2;
    by dropout as in Gal, Islam and Ghahramani, "Deep Bayesian Active Learning with Image Data" (ICML 2017), section 4.
    """

    unit = "bits of information"

    def __init__(self, config: BaldConfig) -> None:
        self._config = config
        self._masks = torch.empty(0)

    def prepare(self, context: Preparation) -> None:
        """Draw the masks (T, F); kept features are scaled by 1 / (1 - dropout), as in training with dropout."""
        keep = 1 - self._config.dropout
        shape = (self._config.masks, context.classifier.head.in_features)
        drawn = torch.rand(shape, generator=torch.Generator().manual_seed(context.seed)) < keep
        self._masks = (drawn / keep).to(context.runtime.device)

    def outputs(self, classifier: Classifier, hidden: Tensor, mix_layer: int) -> Tensor:
        """(B, T C) logits with each of the masks, of hidden states (B, D, H, W) after `mix_layer`."""
        features = classifier.features_from_layer(hidden, mix_layer)
        logits: Tensor = classifier.head(features[:, None] * self._masks)
        return logits.flatten(1).float()

    def score(self, outputs: Tensor) -> Tensor:
        """(B,) mutual information in bits, from logits (B, T C); 0 if all masks give the same prediction."""
        n_masks = self._config.masks
        log_probs = torch.log_softmax(outputs.unflatten(1, (n_masks, -1)), dim=-1)  # (B, T, C)
        mean = torch.logsumexp(log_probs, dim=1) - math.log(n_masks)
        return entropy_bits(mean) - entropy_bits(log_probs).mean(dim=1)
