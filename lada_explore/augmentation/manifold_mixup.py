"""Manifold mixup: mix hidden states (Verma et al., ICML 2019)."""

from __future__ import annotations

from lada_explore.augmentation.mixing import Mixup
from lada_explore.models import Classifier


class ManifoldMixup(Mixup):
    """Mixes hidden states of the first layers."""

    def mix_layers(self, classifier: Classifier) -> tuple[int, ...]:
        """The first two: in a ResNet the stem's output and the first stage's, at full resolution, equally wide."""
        return tuple(range(1, min(2, classifier.n_layers) + 1))
