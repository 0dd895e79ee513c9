"""Input mixup: mix the images themselves (Zhang et al., ICLR 2018)."""

from __future__ import annotations

from lada_explore.models import ResNet


def input_mixup_layers(classifier: ResNet) -> tuple[int, ...]:
    """Layer 0 only."""
    return (0,)
