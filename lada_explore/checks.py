"""Checks of settings against images, before anything is made."""

from __future__ import annotations

import numpy as np
import torch

from lada_explore.augmentation import mix_layers_of
from lada_explore.config import RunConfig
from lada_explore.datasets import ImageData
from lada_explore.errors import ConfigError, StoreError
from lada_explore.models import MixingRegions, PolicyNetwork, ResNet, SpatialTransformer
from lada_explore.store import RunInfo


def check_data_suffices(config: RunConfig, data: ImageData) -> None:
    """Raises ConfigError if the images cannot carry the schedule, or the method cannot work on their shape."""
    size, n_classes, schedule = len(data.train.images), len(data.train.class_names), config.schedule
    if n_classes < 2:
        raise ConfigError(f"{data.train.name} has {n_classes} class; a classifier needs at least 2")
    wanted = schedule.initial_per_class * n_classes + schedule.cycles * schedule.budget
    if wanted > size:
        raise ConfigError(
            f"{schedule.cycles} cycles of budget {schedule.budget} after {schedule.initial_per_class} initial images a "
            f"class need {wanted} images but {data.train.name} has {size}; lower schedule.budget or schedule.cycles"
        )
    if data.train.targets is not None:
        counts = np.bincount(data.train.targets.numpy(), minlength=n_classes)
        if (least := int(counts.min())) < schedule.initial_per_class:
            name = data.train.class_names[int(counts.argmin())]
            raise ConfigError(
                f"class {name!r} has {least} images but the start needs {schedule.initial_per_class} of each; "
                "lower schedule.initial_per_class"
            )
    if config.data.holdout and data.test is not None:
        raise ConfigError(
            f"data.holdout is {config.data.holdout:g} but {data.train.name} has a test set, which is what is tested "
            "on; leave data.holdout at 0"
        )
    if config.method.augmentation == "stn":
        with torch.device("meta"):
            SpatialTransformer(tuple(data.train.images.shape[1:]), config.policy.theta_max, data.mean)
    if config.method.augmentation == "adamixup":
        with torch.device("meta"):
            MixingRegions(tuple(data.train.images.shape[1:]), n_features=1)
    if config.method.uses_pairs:
        with torch.device("meta"):
            classifier = ResNet(config.classifier, data.train.images.shape[1], n_classes)
            for layer in mix_layers_of(config.method.augmentation, classifier):
                states = classifier.to_layer(torch.empty(1, *data.train.images.shape[1:]), layer)
                if config.method.policy == "learned":
                    PolicyNetwork(tuple(states.shape[1:]))


def check_same_data(info: RunInfo, data: ImageData) -> None:
    """Raises StoreError if the images are not those the run was made with, by their checksums."""
    test_checksum = "" if data.test is None else data.test.checksum
    for part, here, there in (
        ("images to be labelled", data.train.checksum, info.train_checksum),
        ("test set", test_checksum, info.test_checksum),
    ):
        if here != there:
            raise StoreError(
                f"the {part} of {data.train.name} changed since the run was made (checksum {here[:12] or 'none'}, "
                f"then {there[:12] or 'none'}); restore the same files, or start a new run"
            )
