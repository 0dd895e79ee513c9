"""Input mixup: mix the images themselves (Zhang et al., ICLR 2018)."""

from __future__ import annotations

from lada_explore.augmentation.mixing import Mixup
from lada_explore.models import Classifier


class InputMixup(Mixup):
    """Mixes images."""

    def mix_layers(self, classifier: Classifier) -> tuple[int, ...]:
        """Layer 0 only."""
        return (0,)
