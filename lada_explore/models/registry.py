"""Makes the classifier that the settings name."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from lada_explore.config import CLASSIFIERS, ClassifierConfig
from lada_explore.errors import ConfigError
from lada_explore.models.classifier import Classifier

Shape = tuple[int, int, int]


def new_classifier(config: ClassifierConfig, shape: Shape, n_classes: int) -> Classifier:
    """A new classifier; its initial weights come from torch's global generator.

    Args:
        config: kind, and what that kind takes.
        shape: (D, H, W) of the images.
        n_classes: C.

    Raises:
        ConfigError: the kind is not registered, or what it names makes no classifier.
    """
    config.check_kind()
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
