"""BADGE: query images whose gradients are large and point in different directions."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from lada_explore.acquisition.protocol import Preparation
from lada_explore.models import Classifier
from lada_explore.records import IntArray


class Badge:
    """k-means++ seeding on the gradients of the loss with respect to the last layer.

    With the predicted class as label, the gradient of the cross-entropy with respect to the weights of the last layer
    is the outer product g = a h^T. Here a = p - e (C,) is the vector of probabilities minus the one-hot prediction, and
    h (F,) are the penultimate features. Lengths and distances are computed from the two factors, without the C F
    entries of g: |g_i - g_j|^2 = |a_i|^2 |h_i|^2 + |a_j|^2 |h_j|^2 - 2 (a_i . a_j) (h_i . h_j).

    The score of an image is |g|. The image with the highest score is chosen first, as in the authors' release. Each
    later image is drawn with a probability proportional to its squared distance to the nearest chosen image.

    Source: Ash et al., "Deep Batch Active Learning by Diverse, Uncertain Gradient Lower Bounds" (ICLR 2020),
    Algorithm 1 and Equation 1.
    """

    unit = "gradient norm"

    def __init__(self) -> None:
        self._n_classes = 0

    def prepare(self, context: Preparation) -> None:
        """Note the number of classes C, which separates logits from features in the outputs."""
        self._n_classes = context.classifier.n_classes

    def outputs(self, classifier: Classifier, hidden: Tensor, mix_layer: int) -> Tensor:
        """(B, C + F) logits and penultimate features of hidden states (B, D, H, W) after `mix_layer`."""
        features = classifier.features_from_layer(hidden, mix_layer)
        return torch.cat([classifier.head(features), features], dim=1)

    def score(self, outputs: Tensor) -> Tensor:
        """(B,) length of the gradient, from outputs (B, C + F)."""
        error, features = self._factors(outputs)
        length: Tensor = torch.linalg.vector_norm(error, dim=1) * torch.linalg.vector_norm(features, dim=1)
        return length

    def choose(self, outputs: Tensor, budget: int, *, seed: int, tick: Callable[[int, int, str], None]) -> IntArray:
        """(B,) rows of outputs (M, C + F), drawn one after another by k-means++; see `BatchAcquisition.choose`."""
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
            if not weights.any():  # All remaining gradients are equal to chosen ones.
                weights[np.setdiff1d(np.arange(len(weights)), chosen)] = 1
            chosen.append(int(rng.choice(len(weights), p=weights / weights.sum())))
            tick(len(chosen), budget, "images chosen")
        return np.array(chosen, dtype=np.int64)

    def _factors(self, outputs: Tensor) -> tuple[Tensor, Tensor]:
        """The two factors of the gradient: a = p - e (B, C) and h (B, F)."""
        logits, features = outputs[:, : self._n_classes], outputs[:, self._n_classes :]
        predicted = torch.nn.functional.one_hot(logits.argmax(dim=1), self._n_classes)
        return logits.softmax(dim=1) - predicted, features
