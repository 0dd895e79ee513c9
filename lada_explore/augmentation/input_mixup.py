"""Input mixup: mix images (Zhang et al., ICLR 2018)."""

from __future__ import annotations

from lada_explore.augmentation.mixing import Mixup
from lada_explore.models import Classifier


class InputMixup(Mixup):
    """Mixes pairs of images."""

    def mix_layers(self, classifier: Classifier) -> tuple[int, ...]:
        """Layer 0, the image itself."""
        return (0,)
