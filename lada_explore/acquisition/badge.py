"""BADGE: ask about images whose gradients would be large, and would differ."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from lada_explore.acquisition.protocol import Preparation
from lada_explore.models import Classifier
from lada_explore.records import IntArray


class Badge:
    """k-means++ seeding on the gradients that images would give to the last layer.

    The gradient of the cross-entropy in the weights of the last layer, with the predicted class as the label, is the
    outer product g = (p - e) h' of the probabilities less the one-hot prediction and the penultimate features. It has C
    F entries but two factors, so that lengths and distances never need it written out:
    |g - g'|^2 = |a|^2 |h|^2 + |a'|^2 |h'|^2 - 2 (a . a') (h . h'), with a = p - e.

    The score of an image is |g|. The first image chosen has the highest, as in the authors' release; each later one is
    drawn with a probability proportional to its squared distance to the nearest chosen one.

    Source: Ash et al., "Deep Batch Active Learning by Diverse, Uncertain Gradient Lower Bounds" (ICLR 2020),
    Algorithm 1 and Equation 1.
    """

    unit = "gradient norm"

    def __init__(self) -> None:
        self._n_classes = 0

    def prepare(self, context: Preparation) -> None:
        """Learn where logits end and features begin."""
        self._n_classes = context.classifier.n_classes

    def outputs(self, classifier: Classifier, hidden: Tensor, mix_layer: int) -> Tensor:
        """(B, C + F) logits, then penultimate features, of hidden states (B, D, H, W) after `mix_layer`."""
        features = classifier.features_from_layer(hidden, mix_layer)
        return torch.cat([classifier.head(features), features], dim=1)

    def score(self, outputs: Tensor) -> Tensor:
        """(B,) length of the gradient of outputs (B, C + F)."""
        error, features = self._factors(outputs)
        length: Tensor = torch.linalg.vector_norm(error, dim=1) * torch.linalg.vector_norm(features, dim=1)
        return length

    def choose(self, outputs: Tensor, budget: int, *, seed: int, tick: Callable[[int, int, str], None]) -> IntArray:
        """(B,) rows of outputs (M, C + F), drawn one after the other by k-means++."""
        rng = np.random.default_rng(seed)
        error, features = self._factors(outputs.double())
        squared = error.square().sum(dim=1) * features.square().sum(dim=1)
        chosen = [int(squared.argmax())]
        nearest = torch.full_like(squared, torch.inf)
        while len(chosen) < budget:
            last = chosen[-1]
            to_last = squared + squared[last] - 2 * (error @ error[last]) * (features @ features[last])
            nearest = torch.minimum(nearest, to_last.clamp_min(0))
            nearest[chosen] = 0
            weights = nearest.cpu().numpy()
            if not weights.any():  # Only duplicates of chosen gradients are left.
                weights[np.setdiff1d(np.arange(len(weights)), chosen)] = 1
            chosen.append(int(rng.choice(len(weights), p=weights / weights.sum())))
            tick(len(chosen), budget, "images chosen")
        return np.array(chosen, dtype=np.int64)

    def _factors(self, outputs: Tensor) -> tuple[Tensor, Tensor]:
        """Two factors of the gradient: a = p - e (B, C) and h (B, F)."""
        logits, features = outputs[:, : self._n_classes], outputs[:, self._n_classes :]
        predicted = torch.nn.functional.one_hot(logits.argmax(dim=1), self._n_classes)
        return logits.softmax(dim=1) - predicted, features
