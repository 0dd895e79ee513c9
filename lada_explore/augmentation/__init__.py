"""Where pairs are mixed: augmentations, chosen from `AUGMENTATIONS` by name."""

from collections.abc import Callable, Mapping

from lada_explore.augmentation.adamixup import AdaMixupLoss, adamixup_loss
from lada_explore.augmentation.input_mixup import input_mixup_layers
from lada_explore.augmentation.manifold_mixup import manifold_mixup_layers
from lada_explore.config import unknown
from lada_explore.models import Classifier

MixLayers = Callable[[Classifier], tuple[int, ...]]
"""The layers of a classifier among which a cycle draws its mix layer."""

AUGMENTATIONS: Mapping[str, MixLayers] = {
    "manifold_mixup": manifold_mixup_layers,
    "input_mixup": input_mixup_layers,
    "adamixup": input_mixup_layers,
}


def mix_layers_of(augmentation: str, classifier: Classifier) -> tuple[int, ...]:
    """Layers among which this augmentation draws. Raises ConfigError, naming the known augmentations."""
    if augmentation not in AUGMENTATIONS:
        raise unknown("augmentation", augmentation, list(AUGMENTATIONS))
    return AUGMENTATIONS[augmentation](classifier)


__all__ = [
    "AUGMENTATIONS",
    "AdaMixupLoss",
    "MixLayers",
    "adamixup_loss",
    "input_mixup_layers",
    "manifold_mixup_layers",
    "mix_layers_of",
]
