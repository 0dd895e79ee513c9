"""Cross-entropy of labels and of soft targets, in which classes can have weights (`training.class_weights`)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from lada_explore.config import ClassWeights
from lada_explore.functional import soft_cross_entropy
from lada_explore.records import FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class ClassLoss:
    """Means over a batch, in nats, of weight times cross-entropy.

    The mean is over the number of images. torch divides by the sum of the weights instead, so that in a batch of one
    class they would cancel.

    Attributes:
        weights: (C,) weight of each class; None for 1 each.
    """

    weights: Tensor | None = None

    def of_labels(self, logits: Tensor, labels: Tensor) -> Tensor:
        """Loss of logits (B, C) with labels (B,)."""
        if self.weights is None:
            return cross_entropy(logits, labels)
        return (self.weights[labels] * cross_entropy(logits, labels, reduction="none")).mean()

    def of_targets(self, logits: Tensor, targets: Tensor) -> Tensor:
        """Loss of logits (B, C) with soft targets (B, C); each share of a target has the weight of its class."""
        return soft_cross_entropy(logits, targets if self.weights is None else self.weights * targets)


PLAIN_LOSS = ClassLoss()
"""Every class has weight 1."""


def class_loss(how: ClassWeights, labels: IntArray, n_classes: int, device: torch.device) -> ClassLoss:
    """The loss with the weights of `training.class_weights`.

    Args:
        how: NONE or BALANCED.
        labels: (L,) class indices of the images that are trained on.
        n_classes: C.
        device: where the logits are.
    """
    if how is ClassWeights.NONE:
        return PLAIN_LOSS
    return ClassLoss(torch.from_numpy(balanced_weights(labels, n_classes)).to(device))


def balanced_weights(labels: IntArray, n_classes: int) -> FloatArray:
    """(C,) weight L / (C' n_c) of each class of L labels, of which C' classes have n_c > 0; 1 for the other classes."""
    counts = np.bincount(labels, minlength=n_classes)
    weights = np.ones(n_classes)
    weights[counts > 0] = len(labels) / (np.count_nonzero(counts) * counts[counts > 0])
    return weights.astype(np.float32)
