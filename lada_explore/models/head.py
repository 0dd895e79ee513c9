"""A small head on features: the classifier of a run whose network is frozen."""

from __future__ import annotations

from torch import nn

from lada_explore.config import HeadConfig
from lada_explore.models.classifier import Classifier


class Head(Classifier):
    """A linear layer on features, with a hidden layer of ReLUs before it if there is one.

    Layer 0 is the features themselves, (B, F, 1, 1). Layer 1, which is the one stage, is the hidden layer, or the
    features again of a linear head; so the penultimate features of a linear head are its input.

    Args:
        config: units of the hidden layer.
        n_features: F.
        n_classes: C.
    """

    def __init__(self, config: HeadConfig, n_features: int, n_classes: int) -> None:
        width = config.hidden or n_features
        segment: nn.Module = nn.Identity()
        if config.hidden:
            layers = nn.Flatten(), nn.Linear(n_features, width), nn.ReLU(), nn.Unflatten(1, (width, 1, 1))
            segment = nn.Sequential(*layers)
        super().__init__([segment], width, n_classes, [width])

    @property
    def manifold_layers(self) -> tuple[int, ...]:
        """Layer 0: the features are what is mixed. They are hidden states of the network that made them."""
        return (0,)
