"""Checks that the settings fit the images, before a run folder is made or opened for writing."""

from __future__ import annotations

import logging
from collections.abc import Callable

import numpy as np
import torch

from lada_explore.augmentation import Augmentation, augmentation_named, check_mixing
from lada_explore.config import (
    ACQUISITIONS,
    AUGMENTATIONS,
    AcquisitionCapabilities,
    Needs,
    Normalisation,
    RunConfig,
    VirtualImages,
)
from lada_explore.config.limits import one_of
from lada_explore.config.paths import OBJECT
from lada_explore.config.statistics import RELEASED_STATISTICS
from lada_explore.datasets import ImageData
from lada_explore.errors import ConfigError, StoreError
from lada_explore.labelling.oracles import Oracle, check_oracle, oracle_named
from lada_explore.models import Classifier
from lada_explore.session.own_classifier import sample_classifier
from lada_explore.store import RunFolder, RunInfo

logger = logging.getLogger(__name__)


def check_data_suffices(
    config: RunConfig,
    data: ImageData,
    custom: AcquisitionCapabilities | None = None,
    sample: Callable[[], Classifier] | None = None,
) -> None:
    """Check that there are enough images for the schedule and that the method works on them.

    Args:
        config: settings of the run.
        data: the images.
        custom: capabilities of a custom acquisition; None for an acquisition of the catalogue.
        sample: makes a classifier like that of the run; None for that of the settings.

    Raises:
        ConfigError: too few images or classes, a holdout beside a test set, or a method that needs other data.

    Of a head on features that are not there yet, its networks are not checked: call this again once they are.
    """
    _check_schedule(config, data)
    check_images_fit(config, data, custom, sample)


def _check_schedule(config: RunConfig, data: ImageData) -> None:
    """Raises ConfigError if there are too few images, or classes, for the start and all cycles."""
    size, n_classes, schedule = len(data.train), len(data.train.class_names), config.schedule
    if n_classes < 2:
        raise ConfigError(f"{data.train.name} has {n_classes} class; a classifier needs at least 2")
    per_class = schedule.start_per_class(n_classes, labelled=data.train.targets is not None)
    start = per_class * n_classes
    wanted = start + schedule.cycles * schedule.budget
    if wanted > size:
        what = "schedule.budget or schedule.cycles" if start <= size else _fewer_at_the_start(size // n_classes)
        raise ConfigError(
            f"{schedule.cycles} cycles of budget {schedule.budget} after {per_class} initial images a "
            f"class need {wanted} images but {data.train.name} has {size}; lower {what}"
        )
    if data.train.targets is not None:
        counts = np.bincount(data.train.targets.numpy(), minlength=n_classes)
        if (least := int(counts.min())) < schedule.initial_per_class:
            name = data.train.class_names[int(counts.argmin())]
            remedy = f"lower {_fewer_at_the_start(least)}"
            if least == 0:
                remedy = "add images of it, or leave it out of the class names"
            raise ConfigError(
                f"class {name!r} has {least} images but the start needs {schedule.initial_per_class} of each; {remedy}"
            )


def check_images_fit(
    config: RunConfig,
    data: ImageData,
    custom: AcquisitionCapabilities | None = None,
    sample: Callable[[], Classifier] | None = None,
) -> None:
    """Check that the method and the other settings work on the images, however many there are.

    Arguments are those of `check_data_suffices`.

    Raises:
        ConfigError: a holdout beside a test set, or a method that needs other data.
    """
    if config.data.holdout and data.test is not None:
        raise ConfigError(
            f"data.holdout is {config.data.holdout:g} but {data.train.name} has a test set of its own, which is used; "
            "leave data.holdout at 0"
        )
    if config.data.normalisation is Normalisation.RELEASED:
        _check_statistics(config, data)
    acquisition = custom
    if acquisition is None:
        known = ACQUISITIONS.get(config.method.acquisition)
        acquisition = AcquisitionCapabilities() if known is None else known.capabilities
    config.method.check_acquisition(acquisition)
    config.check_gradient(acquisition)
    if data.train.holds_points:
        _check_points(config, data.train.name, acquisition)
    if config.classifier.is_frozen:
        check_method_on_features(config, acquisition)
        if data.features is None:
            return  # Nothing is known yet of what the networks will see.
    augmentation = augmentation_named(config.method.augmentation)
    with torch.device("meta"):
        augmentation.check(config, data)
    if config.method.uses_pairs or config.method.mixes_acquired:
        classifier = sample_classifier(config, data, None) if sample is None else sample()
        _check_pairs(config, data, augmentation, classifier)


def _check_statistics(config: RunConfig, data: ImageData) -> None:
    """Raises ConfigError if the images came with other numbers than those of the release."""
    if (data.mean, data.std) != RELEASED_STATISTICS[config.data.name]:
        raise ConfigError(
            f"data.normalisation is 'released', but {data.train.name} was given with mean {data.mean} and std "
            f"{data.std} of its own; set it to 'measured', or let {config.data.name} be loaded by its name"
        )


def _check_pairs(config: RunConfig, data: ImageData, augmentation: Augmentation, classifier: Classifier) -> None:
    """Raises ConfigError if pairs cannot be mixed as the method wants: no layer to mix after, or unfit states."""
    method = config.method
    shapes = {classifier.shape_after(layer, data.input_shape) for layer in augmentation.mix_layers(classifier)}
    if not shapes:
        raise ConfigError(f"augmentation {method.augmentation!r} mixes pairs, but its mix_layers are empty; name one")
    for shape in shapes:
        check_mixing(method.augmentation, augmentation, method.augmentation_capabilities.linear, shape)


def _fewer_at_the_start(most: int) -> str:
    """What to lower when a class has only `most` images."""
    return f"schedule.initial_per_class to {most}" if most else "the number of classes, because each needs an image"


def _check_points(config: RunConfig, name: str, acquisition: AcquisitionCapabilities) -> None:
    """Raises ConfigError if a setting or the method needs images, whose pixels can be cropped, rotated or convolved."""
    if config.training.crop_flip:
        raise ConfigError(
            f"training.crop_flip is on, but {name} holds points, which have nothing to crop or flip; set it to false"
        )
    if config.training.virtual_images is VirtualImages.CROP_FLIP:
        raise ConfigError(
            f"training.virtual_images is 'crop_flip', but {name} holds points, which have nothing to crop or flip; set "
            "it to 'plain'"
        )
    method = config.method
    if acquisition.needs is not Needs.STATES:
        scorers = {key: entry.capabilities for key, entry in ACQUISITIONS.items() if method.fits(entry.capabilities)}
        fitting = [key for key, capabilities in scorers.items() if capabilities.needs is Needs.STATES]
        raise ConfigError(
            f"method {method.name!r} scores by {method.acquisition!r}, whose networks need feature maps, but {name} "
            f"holds points; choose acquisition {one_of(fitting)}"
        )
    if not method.augmentation_capabilities.on_points:
        fitting = [key for key, entry in AUGMENTATIONS.items() if entry.capabilities.on_points]
        raise ConfigError(
            f"method {method.name!r} transforms images by {method.augmentation!r}, but {name} holds points; choose "
            f"augmentation {one_of(fitting)}"
        )


def check_method_on_features(config: RunConfig, acquisition: AcquisitionCapabilities) -> None:
    """Raises ConfigError if the method needs images, of which a head on features sees none."""
    method, kind = config.method, config.classifier.kind
    if not acquisition.works_on_features:
        scorers = {key: entry.capabilities for key, entry in ACQUISITIONS.items() if method.fits(entry.capabilities)}
        fitting = [key for key, capabilities in scorers.items() if capabilities.works_on_features]
        raise ConfigError(
            f"method {method.name!r} scores by {method.acquisition!r}, whose networks need {acquisition.needs.value}, "
            f"but classifier.kind {kind!r} gives features; choose acquisition {one_of(fitting)}"
        )
    if not method.augmentation_capabilities.works_on_features:
        fitting = [key for key, entry in AUGMENTATIONS.items() if entry.capabilities.works_on_features]
        raise ConfigError(
            f"method {method.name!r} transforms images by {method.augmentation!r}, but the features of classifier.kind "
            f"{kind!r} are computed once, of each image as it is; choose augmentation {one_of(fitting)}, or a "
            "classifier.kind that is trained on images"
        )


def check_same_data(info: RunInfo, data: ImageData) -> None:
    """Raises StoreError if the checksums say that these are not the images the run was made with."""
    test_checksum = "" if data.test is None else data.test.checksum
    for part, here, there in (
        ("images to be labelled", data.train.checksum, info.train_checksum),
        ("test set", test_checksum, info.test_checksum),
    ):
        if here != there:
            handed_over = info.config.data.name.startswith(f"{OBJECT}:")
            remedy = "pass the same images as data=..." if handed_over else "restore the same files"
            raise StoreError(
                f"the {part} of {data.train.name} changed since the run was made (checksum {here[:12] or 'none'}, "
                f"then {there[:12] or 'none'}); {remedy}, or start a new run"
            )


def warn_of_oracle(folder: RunFolder, oracle: str) -> None:
    """Log a warning if a run is resumed with another oracle than it started with."""
    if oracle != folder.info.oracle:
        logger.warning(
            "%s was started with answers by %s and continues with answers by %s; its folder keeps the first, so name "
            "the oracle again each time you resume it",
            *(folder.path, folder.info.oracle, oracle),
        )


def oracle_for(oracle: Oracle | str, data: ImageData, config: RunConfig) -> Oracle:
    """An oracle of these images by its name, or an object that is one.

    Raises:
        ConfigError: an unknown name, or an object that is none.
    """
    if not isinstance(oracle, str):
        check_oracle(oracle)
        return oracle
    return oracle_named(oracle, data.train.targets, config.seed, n_classes=data.train.n_classes)
