"""Augmentations, one a file; `lada_explore.config.AUGMENTATIONS` lists them by name."""

from importlib import import_module

from lada_explore.augmentation.acquired import AcquiredImages, AcquiredPairs
from lada_explore.augmentation.adamixup import AdaMixup, AdaMixupLoss, MixedInRegions, adamixup_loss
from lada_explore.augmentation.input_mixup import InputMixup
from lada_explore.augmentation.manifold_mixup import ManifoldMixup
from lada_explore.augmentation.mixing import MixedPairs, virtual_loss
from lada_explore.augmentation.none import NoAugmentation, RealImages
from lada_explore.augmentation.protocol import Augmentation, Training, VirtualBatch, VirtualLoss
from lada_explore.augmentation.stn import Stn, TransformedImages, transformed_loss
from lada_explore.config import AUGMENTATIONS, unknown
from lada_explore.models import Classifier


def augmentation_named(name: str) -> Augmentation:
    """The augmentation with this name. Raises ConfigError, naming the known ones."""
    if name not in AUGMENTATIONS:
        raise unknown("augmentation", name, list(AUGMENTATIONS))
    entry = AUGMENTATIONS[name]
    augmentation: Augmentation = getattr(import_module(entry.module), entry.class_name)()
    return augmentation


def mix_layers_of(augmentation: str, classifier: Classifier) -> tuple[int, ...]:
    """Layers among which this augmentation draws. Raises ConfigError, naming the known augmentations."""
    return augmentation_named(augmentation).mix_layers(classifier)


__all__ = [
    "AcquiredImages",
    "AcquiredPairs",
    "AdaMixup",
    "AdaMixupLoss",
    "Augmentation",
    "InputMixup",
    "ManifoldMixup",
    "MixedInRegions",
    "MixedPairs",
    "NoAugmentation",
    "RealImages",
    "Stn",
    "Training",
    "TransformedImages",
    "VirtualBatch",
    "VirtualLoss",
    "adamixup_loss",
    "augmentation_named",
    "mix_layers_of",
    "transformed_loss",
    "virtual_loss",
]
