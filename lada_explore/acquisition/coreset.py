"""CoreSet: query images so that every candidate is close to a labelled image."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from lada_explore.acquisition.protocol import Preparation
from lada_explore.models import Classifier
from lada_explore.records import IntArray


class CoreSet:
    """Greedy k-centre selection on penultimate features, with the labelled images as the first centres.

    The score of an image is its distance to the nearest labelled image. The image with the highest score is chosen
    first. Each later image is the one farthest from all labelled and chosen images.

    Source: Sener and Savarese, "Active Learning for Convolutional Neural Networks: A Core-Set Approach" (ICLR 2018),
    Algorithm 1, on the candidates of the cycle.
    """

    unit = "feature distance"

    def __init__(self) -> None:
        self._centres = torch.empty(0)

    @torch.no_grad()
    def prepare(self, context: Preparation) -> None:
        """Compute the penultimate features (L, F) of the labelled images."""
        ids, parts = context.labelled_ids, []
        for start in range(0, len(ids), context.chunk):
            batch = context.images.batch(ids[start : start + context.chunk])
            parts.append(context.classifier.features_from_layer(batch, 0))
            context.tick(min(start + context.chunk, len(ids)), len(ids), "labelled images")
        self._centres = torch.cat(parts)

    def outputs(self, classifier: Classifier, hidden: Tensor, mix_layer: int) -> Tensor:
        """(B, F) penultimate features of hidden states (B, D, H, W) after `mix_layer`."""
        return classifier.features_from_layer(hidden, mix_layer)

    def score(self, outputs: Tensor) -> Tensor:
        """(B,) Euclidean distance from features (B, F) to those of the nearest labelled image."""
        return torch.cat([torch.cdist(part, self._centres).amin(dim=1) for part in outputs.split(1000)])

    def choose(self, outputs: Tensor, budget: int, *, seed: int, tick: Callable[[int, int, str], None]) -> IntArray:
        """(B,) rows of features (M, F); each is the farthest from all centres and becomes a centre itself.

        See `BatchAcquisition.choose`.
        """
        outputs = outputs.to(self._centres.device)
        nearest, chosen = self.score(outputs), []
        for n in range(budget):
            chosen.append(int(nearest.argmax()))
            nearest = torch.minimum(nearest, torch.linalg.vector_norm(outputs - outputs[chosen[-1]], dim=1))
            nearest[chosen[-1]] = -1.0  # Below the distance 0 of a duplicate, so that no row is chosen twice.
            tick(n + 1, budget, "images chosen")
        return np.array(chosen, dtype=np.int64)
