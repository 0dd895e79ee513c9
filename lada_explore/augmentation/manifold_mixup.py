"""Manifold mixup: mix hidden states (Verma et al., ICML 2019)."""

from __future__ import annotations

from lada_explore.models import ResNet


def manifold_mixup_layers(classifier: ResNet) -> tuple[int, ...]:
    """The stem's output and the first stage's: full resolution and equal channels, as the policy network expects."""
    return (1, 2)
