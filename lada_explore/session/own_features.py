"""Features in place of the images: made or read when a run is opened, and known again when it is resumed.

A run records in `RunInfo.features` what its features were made of and a digest of it. They are not part of the run
folder: those of a network come from the cache of `lada_explore.features`, a file of features has to stay where it is,
and what was handed over as an object has to be passed again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache, partial
from typing import Any

import numpy as np
from torch import Tensor, nn

from lada_explore.config import AcquisitionCapabilities, RunConfig
from lada_explore.config.frozen import check_frozen
from lada_explore.datasets import ImageData, ImageSet
from lada_explore.datasets.feature_set import FeatureSet
from lada_explore.datasets.features import Features, features_from
from lada_explore.datasets.features_file import features_of_file
from lada_explore.datasets.given_features import ONE, Arrays, by_image, digest_of_arrays, features_by, in_memory
from lada_explore.errors import ConfigError, StoreError
from lada_explore.features import Backbone, backbone_named, backbone_of, embedded
from lada_explore.features.embedding import Embedded
from lada_explore.models import Classifier, Frozen, Given
from lada_explore.models.registry import OBJECT
from lada_explore.records import IntArray
from lada_explore.runtime import Runtime
from lada_explore.session.checks import check_data_suffices
from lada_explore.session.own_classifier import sample_classifier
from lada_explore.store import RunInfo

LONGEST = 40
"""Characters of what features were made of that a message quotes."""

REMEDIES = {"backbone": "network", "weights": "weights", "precision": "backbone.precision", "transform": "settings"}
"""What has to be given again, by what of a backbone differs; otherwise the features themselves."""


def ready_data(
    config: RunConfig,
    data: ImageData,
    given: Given | Frozen | None,
    custom: AcquisitionCapabilities | None,
    runtime: Runtime,
) -> tuple[ImageData, Callable[[], Classifier]]:
    """The images of a new run, checked and with their features, and what makes a classifier like that of the run.

    Args (the others as for `with_features`):
        custom: capabilities of a custom acquisition; None for an acquisition of the catalogue.

    Raises:
        ConfigError: as `check_data_suffices`, which is called before features are made, as that may take long.
        DataError: the features do not fit the images.
    """
    own = network_of(given)
    if config.classifier.is_frozen:
        check_data_suffices(config, data, custom)
    data = with_features(config, data, given, runtime)
    sample = cache(partial(sample_classifier, config, data, own))
    check_data_suffices(config, data, custom, sample)
    return data, sample


def network_of(given: Given | Frozen | None) -> Given | None:
    """The network that is trained as the classifier, if a person handed one over."""
    return given if isinstance(given, Given) else None


def with_features(config: RunConfig, data: ImageData, given: Given | Frozen | None, runtime: Runtime) -> ImageData:
    """The images with the features that a head on features sees in their place; without any for other classifiers.

    Args:
        config: settings of the run.
        data: the images.
        given: what a person handed over.
        runtime: where a network makes features.

    Raises:
        ConfigError: the settings do not go with a head on features, or what was handed over makes none.
        DataError: the features do not fit the images.
    """
    check_frozen(config)
    if not config.classifier.is_frozen:
        return replace(data, features=None)
    if data.train.holds_points:
        raise ConfigError(
            f"classifier.kind {config.classifier.kind!r} sees features of images, but {data.train.name} holds points; "
            "choose classifier.kind 'mlp'"
        )
    if config.classifier.features_file:
        return replace(data, features=features_of_file(config.classifier.features_file, data))
    if not config.classifier.backbone.startswith(f"{OBJECT}:"):
        return replace(
            data, features=_of_backbone(backbone_named(config.classifier, config.backbone, data), data, runtime)
        )
    if not isinstance(given, Frozen):
        raise ConfigError(
            f"the features of this run are made by {config.classifier.backbone.removeprefix(f'{OBJECT}:')}, which was "
            "handed over as an object; open the run in Python and pass classifier=Classifier.frozen(...), with the "
            "same object"
        )
    if isinstance(given.source, nn.Module):
        return replace(data, features=_of_backbone(backbone_of(given.source, config.backbone, data), data, runtime))
    return replace(data, features=_of_object(given, config, data))


def _of_backbone(backbone: Backbone, data: ImageData, runtime: Runtime) -> Features:
    found, lost = _embedded(data, backbone, runtime), data.train.absent_ids
    made_of = {
        "backbone": backbone.name,
        "weights": backbone.weights,
        "transform": json.dumps(backbone.transform.about(), sort_keys=True),
        "precision": backbone.precision.value,
    }
    # Not of what the rows are kept under, which is another one where a library describes the same network otherwise.
    digest = hashlib.sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()
    notes = tuple(dict.fromkeys(found.notes))
    train = found.train if not len(lost) else found.train.spread(_present(data.train), len(data.train))
    return features_from(train, found.test, {**made_of, "digest": digest}, notes)


def _embedded(data: ImageData, backbone: Backbone, runtime: Runtime) -> Embedded:
    """Features of the images that are there."""
    if len(data.train.absent_ids):
        data = replace(data, train=data.train.part(_present(data.train)), features=None)
    return embedded(data, backbone, runtime=runtime)


def _present(images: ImageSet) -> IntArray:
    return np.setdiff1d(np.arange(len(images)), images.absent_ids)


def require_same_features(info: RunInfo, data: ImageData) -> None:
    """Raises StoreError if a run was started with other features than it is resumed with; what differs is named."""
    features = data.features
    if features is None or features.digest == info.features.get("digest"):
        return
    told = (name for name in REMEDIES if features.made_of.get(name) != info.features.get(name))
    first = next(told, "digest")
    now, then = features.made_of.get(first, "none"), info.features.get(first, "none")
    raise StoreError(
        f"the features of classifier.kind {info.config.classifier.kind!r} changed since the run was made ({first} "
        f"{now[:LONGEST]}, then {then[:LONGEST]}); give the same {REMEDIES.get(first, 'ones')}, or start a new run"
    )


def _of_object(given: Frozen, config: RunConfig, data: ImageData) -> Features:
    source, name = given.source, given.name
    if isinstance(source, type):
        raise ConfigError(f"Classifier.frozen({source.__name__}) got a class; pass an object of it")
    if isinstance(source, (np.ndarray, Tensor)):
        return _of_arrays({ONE: source}, data, name)
    if isinstance(source, Mapping):
        return _of_arrays(source, data, name)
    if not callable(source):
        raise ConfigError(
            f"Classifier.frozen got {type(source).__name__}; pass a network, a function from images to features, or "
            "the features themselves"
        )
    train, test = (
        None if images is None else _made_by(source, images, config.backbone.precision.value, name, data.picture_shape)
        for images in (data.train, data.test)
    )
    assert train is not None
    return features_from(train, test, {"function": name})


def _made_by(
    source: Callable[[Tensor], Any], images: ImageSet, precision: str, name: str, shape: tuple[int, int, int]
) -> FeatureSet:
    values = features_by(source, images, precision, name, shape)
    return FeatureSet(values, np.arange(len(values)), digest_of_arrays({ONE: values}))


def _of_arrays(arrays: Arrays, data: ImageData, name: str) -> Features:
    """Features that are in memory already; floats of 64 bits are rounded to 32."""
    own = {key: np.asarray(values) if key == "names" else in_memory(values, name) for key, values in arrays.items()}
    train, test = by_image(own, data, name, digest_of_arrays(own))
    return features_from(train, test, {"arrays": name})
