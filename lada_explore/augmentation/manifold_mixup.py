"""Manifold mixup: mix hidden states (Verma et al., ICML 2019)."""

from __future__ import annotations

from lada_explore.augmentation.mixing import Mixup
from lada_explore.models import Classifier


class ManifoldMixup(Mixup):
    """Mixes pairs of hidden states of the first two layers; of features of a frozen network, the features."""

    def mix_layers(self, classifier: Classifier) -> tuple[int, ...]:
        """Layers 1 and 2: in a ResNet the outputs of the stem and of the first stage, which have the same shape."""
        return classifier.manifold_layers
