"""Input mixup: mix the images themselves (Zhang et al., ICLR 2018)."""

from __future__ import annotations

from lada_explore.models import Classifier


def input_mixup_layers(classifier: Classifier) -> tuple[int, ...]:
    """Layer 0 only."""
    return (0,)
