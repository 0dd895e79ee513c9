"""How much memory a pass through the classifier takes, so that a chunk can be cut to what is free."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from lada_explore.models.classifier import Classifier


@dataclass(frozen=True, slots=True)
class Footprint:
    """Bytes that one state takes on its way through the classifier.

    Attributes:
        largest: of the largest feature map.
        total: of all layers' outputs together, which a backward pass keeps.
    """

    largest: int
    total: int

    @property
    def scoring(self) -> int:
        """Bytes in all while it is scored: a few of the largest maps at a time."""
        return 6 * self.largest

    @property
    def differentiating(self) -> int:
        """Bytes in all with a backward pass: every map, its sum with a shortcut and the gradients in flight."""
        return 2 * self.total + 6 * self.largest


@torch.no_grad()
def footprint(classifier: Classifier, images: Tensor) -> Footprint:
    """Count the feature maps of one image.

    Args:
        classifier: in eval mode.
        images: (1, D, H, W), on the classifier's device.
    """
    sizes: list[int] = []

    def count(module: nn.Module, args: Any, output: Tensor) -> None:
        sizes.append(output.nbytes)

    leaves = [module for module in classifier.modules() if not list(module.children())]
    hooks = [module.register_forward_hook(count) for module in leaves]
    try:
        classifier(images)
    finally:
        for hook in hooks:
            hook.remove()
    return Footprint(largest=max(sizes), total=sum(sizes))
