"""Augmentations, one a file; `lada_explore.config.AUGMENTATIONS` lists them by name."""

from importlib import import_module

from lada_explore.augmentation.acquired import Acquired, AcquiredImages, AcquiredPairs, AcquiredTransforms
from lada_explore.augmentation.adamixup import AdaMixup, AdaMixupLoss, MixedInRegions, adamixup_loss
from lada_explore.augmentation.declared import check_announced, check_mixing
from lada_explore.augmentation.input_mixup import InputMixup
from lada_explore.augmentation.losses import ClassLoss, balanced_weights, class_loss
from lada_explore.augmentation.manifold_mixup import ManifoldMixup
from lada_explore.augmentation.mixing import MixedPairs, virtual_loss
from lada_explore.augmentation.none import NoAugmentation, RealImages
from lada_explore.augmentation.protocol import (
    Augmentation,
    FoundTheta,
    LookingAhead,
    PairMixing,
    Training,
    Transforming,
    VirtualBatch,
    VirtualLoss,
)
from lada_explore.augmentation.stn import Stn, TransformedImages, transformed_loss
from lada_explore.augmentation.transformed import TransformedAcquired
from lada_explore.config import AUGMENTATIONS, unknown
from lada_explore.models import Classifier


def augmentation_named(name: str) -> Augmentation:
    """The augmentation with this name.

    Raises:
        ConfigError: the name is unknown, or its class lacks a method that the catalogue announces.
    """
    if name not in AUGMENTATIONS:
        raise unknown("augmentation", name, list(AUGMENTATIONS))
    entry = AUGMENTATIONS[name]
    augmentation: Augmentation = getattr(import_module(entry.module), entry.class_name)()
    check_announced(name, augmentation, entry.capabilities)
    return augmentation


def mix_layers_of(augmentation: str, classifier: Classifier) -> tuple[int, ...]:
    """Layers among which this augmentation draws. Raises ConfigError, naming the known augmentations."""
    return augmentation_named(augmentation).mix_layers(classifier)


__all__ = [
    "Acquired",
    "AcquiredImages",
    "AcquiredPairs",
    "AcquiredTransforms",
    "AdaMixup",
    "AdaMixupLoss",
    "Augmentation",
    "ClassLoss",
    "FoundTheta",
    "InputMixup",
    "LookingAhead",
    "ManifoldMixup",
    "MixedInRegions",
    "MixedPairs",
    "NoAugmentation",
    "PairMixing",
    "RealImages",
    "Stn",
    "Training",
    "TransformedAcquired",
    "TransformedImages",
    "Transforming",
    "VirtualBatch",
    "VirtualLoss",
    "adamixup_loss",
    "augmentation_named",
    "balanced_weights",
    "check_mixing",
    "class_loss",
    "mix_layers_of",
    "transformed_loss",
    "virtual_loss",
]
