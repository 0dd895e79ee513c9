"""Makes the classifier that the settings name."""

from __future__ import annotations

from importlib import import_module
from math import prod
from typing import Any

from lada_explore.config import CLASSIFIERS, ClassifierConfig, HeadConfig
from lada_explore.errors import ConfigError
from lada_explore.models.borrowed.making import Statistics, of_family, of_object, with_weights
from lada_explore.models.classifier import Classifier
from lada_explore.models.given import Given
from lada_explore.models.head import Head
from lada_explore.models.trained_part import TrainedPart

OBJECT = "object"
"""Family of the networks that a person hands over in Python."""

Shape = tuple[int, int, int]
"""(D, H, W) of an image."""


def new_classifier(
    config: ClassifierConfig,
    shape: Shape,
    n_classes: int,
    *,
    given: Given | None = None,
    statistics: Statistics = ((), ()),
    head: HeadConfig | None = None,
) -> Classifier:
    """A new classifier; its initial weights, if they are not given, come from torch's global generator.

    Args:
        config: kind, and what that kind takes.
        shape: (D, H, W) of the images, or (F, 1, 1) of their features.
        n_classes: C.
        given: a person's network, in place of what the kind names.
        statistics: mean and std by which the images are normalised, for networks that want other ones.
        head: of a classifier whose network is frozen; None for a linear one.

    Raises:
        ConfigError: the kind is not registered, what it names makes no classifier, or that cannot be used as one.
    """
    config.check_kind()
    family = config.kind.partition(":")[0]
    if config.is_frozen:
        return Head(head or HeadConfig(), prod(shape), n_classes)
    if family == OBJECT:
        if given is None:
            name = config.kind.removeprefix(f"{OBJECT}:")
            raise ConfigError(
                f"the classifier of this run is a {name} that was handed over as an object; open the run in Python and "
                "pass classifier=..., the same network"
            )
        made = of_object(given, config, shape, n_classes, statistics)
    elif config.is_borrowed:
        made = of_family(config, shape, n_classes, statistics)
    else:
        made = with_weights(_registered(config, shape, n_classes), config, None)
    made.train_only(TrainedPart.named(config.train, made.n_layers))
    return made


def _registered(config: ClassifierConfig, shape: Shape, n_classes: int) -> Classifier:
    """What the registry makes of a kind."""
    place = CLASSIFIERS[config.kind]
    make = _imported(place) if isinstance(place, str) else place
    made = make(config, shape, n_classes)
    if not isinstance(made, Classifier):
        raise ConfigError(
            f"CLASSIFIERS[{config.kind!r}] made {type(made).__name__}, and it must make a "
            "lada_explore.models.Classifier; derive it from that class"
        )
    return made


def _imported(place: str) -> Any:
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)
