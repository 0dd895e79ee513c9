"""Makes a borrowed classifier: the network by name or as an object, its cuts and its weights."""

from __future__ import annotations

from torch import nn

from lada_explore.config import ClassifierConfig
from lada_explore.errors import ConfigError
from lada_explore.files import converting, reason_of
from lada_explore.models.borrowed.network import Borrowed
from lada_explore.models.borrowed.preprocessing import Wanted
from lada_explore.models.borrowed.sources import FAMILIES, HUB, Source
from lada_explore.models.borrowed.weights import Weights, digest_of, load_weights, read_weights
from lada_explore.models.borrowed.wrappers import copied, uncompiled
from lada_explore.models.classifier import Classifier
from lada_explore.models.given import Given

Statistics = tuple[tuple[float, ...], tuple[float, ...]]
"""Mean and standard deviation of each channel, by which the images of a run are normalised."""


def of_family(
    config: ClassifierConfig, shape: tuple[int, int, int], n_classes: int, statistics: Statistics
) -> Classifier:
    """The classifier that a kind such as "timm:resnet18" names, with new weights or those of `classifier.weights`.

    Args:
        config: kind, segments and weights.
        shape: (D, H, W) of the images.
        n_classes: C.
        statistics: of the images of the run.

    Raises:
        ConfigError: the network cannot be made, cut or loaded.
    """
    family, _, name = config.kind.partition(":")
    source = FAMILIES[family](name, n_classes)
    if isinstance(source.network, Classifier):
        return with_weights(source.network, config, None)
    # Without their weights, the size and the normalisation that they were trained on mean nothing.
    wanted = (
        source.wanted
        if config.weights
        else Wanted(channels=source.wanted.channels, size=source.fixed, made_for=source.wanted.size)
    )
    return with_weights(_cut(source.network, config, shape, n_classes, wanted, statistics), config, source)


def of_object(
    given: Given, config: ClassifierConfig, shape: tuple[int, int, int], n_classes: int, statistics: Statistics
) -> Classifier:
    """A copy of a person's network as the classifier; arguments and errors as for `of_family`."""
    network = copied(given.network)
    if isinstance(network, Classifier):
        if network.n_classes != n_classes:
            network.head = nn.Linear(network.head.in_features, n_classes)
            network.n_classes = n_classes
        return with_weights(network, config, None)
    return with_weights(_cut(network, config, shape, n_classes, None, statistics), config, None)


def _cut(
    network: nn.Module,
    config: ClassifierConfig,
    shape: tuple[int, int, int],
    n_classes: int,
    wanted: Wanted | None,
    statistics: Statistics,
) -> Borrowed:
    mean, std = statistics
    network = uncompiled(network)
    return Borrowed(network, shape, n_classes, segments=config.segments, wanted=wanted, mean=mean, std=std)


def with_weights(classifier: Classifier, config: ClassifierConfig, source: Source | None) -> Classifier:
    """The classifier with the weights that the settings name, if they name any; see `load_weights`.

    Raises:
        ConfigError: the weights cannot be read or fetched, or do not fit.
    """
    if not config.weights:
        return classifier
    weights = weights_for(config, source)
    network = classifier.network if isinstance(classifier, Borrowed) else classifier
    head = classifier.head_name if isinstance(classifier, Borrowed) else "head"
    classifier.notes = (*classifier.notes, *load_weights(network, weights, head))
    classifier.weights_digest = weights.digest
    return classifier


def weights_for(config: ClassifierConfig, source: Source | None) -> Weights:
    """The weights that the settings name. Raises ConfigError if they cannot be read or fetched."""
    return _fetched(config, source) if config.weights == HUB else read_weights(config.weights)


def _fetched(config: ClassifierConfig, source: Source | None) -> Weights:
    if source is None or source.hub is None:
        raise ConfigError(
            f"classifier.weights is 'hub', but nobody offers weights for classifier.kind {config.kind!r}; give a file, "
            "or leave it out"
        )
    with converting(
        lambda error: ConfigError(
            f"classifier.weights is 'hub', but the weights of {config.kind} could not be fetched ({reason_of(error)}); "
            "where there is no network, set classifier.weights to a file"
        )
    ):
        tensors = dict(source.hub())
    return Weights(tensors, digest_of(tensors), f"the hub for {config.kind}")
