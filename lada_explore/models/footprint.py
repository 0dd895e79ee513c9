"""The memory that a pass through the classifier takes, to choose a chunk that fits into the free memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._pytree import tree_leaves

from lada_explore.models.classifier import Classifier


@dataclass(frozen=True, slots=True)
class Footprint:
    """Memory in bytes that one state takes in a pass through the classifier.

    Attributes:
        largest: size of the largest feature map.
        total: size of the outputs of all layers together, which a backward pass needs.
    """

    largest: int
    total: int

    @property
    def scoring(self) -> int:
        """Memory in bytes for scoring, where a few of the largest feature maps exist at a time."""
        return 6 * self.largest

    @property
    def differentiating(self) -> int:
        """Memory in bytes with a backward pass: all feature maps, their sums with shortcuts, and some gradients."""
        return 2 * self.total + 6 * self.largest


@torch.no_grad()
def footprint(classifier: Classifier, images: Tensor) -> Footprint:
    """Measure the feature maps of one image.

    Args:
        classifier: in eval mode.
        images: (1, D, H, W) image on the device of the classifier.
    """
    sizes: list[int] = []

    def count(module: nn.Module, args: Any, output: Any) -> None:
        sizes.extend(leaf.nbytes for leaf in tree_leaves(output) if isinstance(leaf, Tensor))

    leaves = [module for module in classifier.modules() if not list(module.children())]
    hooks = [module.register_forward_hook(count) for module in leaves]
    try:
        classifier(images)
    finally:
        for hook in hooks:
            hook.remove()
    return Footprint(largest=max(sizes), total=sum(sizes))
