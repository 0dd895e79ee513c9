"""A network handed over as the classifier: how a run records it, and how it is recognised when the run is resumed.

A run records the module and the name of its class as `classifier.kind`, its parameters by number and shapes, and a
digest of the values that they had. Networks that a kind names (`timm:`, `torchvision:`, `module:`) have their
parameters recorded too, and a digest of the weights that they were given.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from lada_explore.config import RunConfig
from lada_explore.config.catalogue import FROZEN
from lada_explore.datasets import ImageData
from lada_explore.errors import ConfigError
from lada_explore.models import Classifier, Frozen, Given, new_classifier
from lada_explore.models.borrowed.weights import digest_of
from lada_explore.models.registry import OBJECT
from lada_explore.runtime import Runtime
from lada_explore.seeds import weights_seed
from lada_explore.store import RunInfo


def given_of(classifier: object) -> Given | Frozen | None:
    """What a person passed as `classifier`. Raises ConfigError for anything else than a network, or frozen features."""
    if classifier is None:
        return None
    if isinstance(classifier, (Given, Frozen)):
        return classifier
    if isinstance(classifier, nn.Module):
        return Given(classifier)
    if isinstance(classifier, type):
        name = classifier.__name__
        raise ConfigError(f"classifier={name} is a class; pass an object of it, classifier={name}(...)")
    raise ConfigError(
        f"classifier={classifier!r} is no torch.nn.Module; pass a network, or name one by the setting classifier.kind"
    )


def kind_of(given: Given | Frozen) -> str:
    """What a run records of a network, or of what makes features, as its `classifier.kind`."""
    if isinstance(given, Frozen):
        return f"{FROZEN}:{OBJECT}:{given.name}"
    kind = type(given.network)
    return f"{OBJECT}:{kind.__module__}:{kind.__qualname__}"


def with_classifier(config: RunConfig, given: Given | Frozen | None) -> RunConfig:
    """The settings that a run records: with the name of a network that was handed over, and where it is cut.

    Raises:
        ConfigError: `classifier.weights` is set beside it.
    """
    if given is None:
        return config
    if config.classifier.weights == "hub":
        raise ConfigError("classifier.weights is 'hub' beside a network as classifier=...; load its weights beforehand")
    if isinstance(given, Frozen):
        return replace(config, classifier=replace(config.classifier, kind=kind_of(given)))
    segments = given.segments or config.classifier.segments
    return replace(config, classifier=replace(config.classifier, kind=kind_of(given), segments=segments))


@dataclass(frozen=True, slots=True)
class Described:
    """What `run.json` says of a borrowed classifier; empty texts for the package's own.

    Attributes:
        parameters: number and shapes of its tensors.
        weights: digest of the weights that it was given by name.
        start: digest of the values of a network that was handed over.
        notes: what a person should know.
    """

    parameters: str = ""
    weights: str = ""
    start: str = ""
    notes: tuple[str, ...] = ()


def described(config: RunConfig, classifier: Classifier) -> Described:
    """What a run records of its classifier as it starts.

    Args:
        config: settings of the run.
        classifier: with the weights that it starts with.
    """
    if not config.classifier.is_borrowed:
        return Described(weights=classifier.weights_digest, notes=classifier.notes)
    head = set(classifier.head.state_dict(keep_vars=True).values())
    # The head is left out: its classes may be added to at the start.
    state = {name: value for name, value in classifier.state_dict(keep_vars=True).items() if value not in head}
    start = digest_of(state) if config.classifier.kind.startswith(f"{OBJECT}:") else ""
    return Described(_parameters(state), classifier.weights_digest, start, classifier.notes)


def _parameters(state: Mapping[str, Tensor]) -> str:
    shapes = "\n".join(f"{name} {tuple(tensor.shape)}" for name, tensor in state.items())
    numbers = sum(tensor.numel() for tensor in state.values())
    return f"{numbers:,} numbers in {len(state)} tensors, {hashlib.sha256(shapes.encode()).hexdigest()[:16]}"


def sample_classifier(config: RunConfig, data: ImageData, given: Given | None) -> Classifier:
    """The classifier of a run before there is the run: that which it starts with, or its shapes alone if it is ours."""
    make = (config.classifier, data.input_shape, len(data.train.class_names))
    if config.classifier.is_frozen:
        with torch.device("meta"):
            return new_classifier(*make, head=config.head)
    if not (config.classifier.is_borrowed or config.classifier.weights):
        with torch.device("meta"):
            return new_classifier(*make)
    with Runtime(torch.device("cpu")).seeded(weights_seed(config.seed, 0)):
        return new_classifier(*make, given=given, statistics=(data.mean, data.std))


def require_given(config: RunConfig, given: Given | Frozen | None) -> None:
    """Raises ConfigError if a run was started with another kind of classifier than the network that is passed now."""
    if given is None:
        return
    if config.classifier.kind != kind_of(given):
        raise ConfigError(
            f"this run was started with classifier {config.classifier.kind!r} and cannot be resumed with "
            f"{kind_of(given)!r}; pass the network it was started with, or none if it was named"
        )
    if isinstance(given, Given) and given.segments not in ((), config.classifier.segments):
        raise ConfigError(
            f"this run mixes after {', '.join(config.classifier.segments) or 'the usual stages'} of its classifier and "
            f"not after {', '.join(given.segments)}; pass the same segments, or none"
        )


def require_same_classifier(info: RunInfo, classifier: Classifier, *, start_counts: bool) -> None:
    """Check that a resumed run has the classifier that it was started with.

    Args:
        info: of the run.
        classifier: with the weights that the run would start with now.
        start_counts: whether its first weights are still needed.

    Raises:
        ConfigError: the parameters or the weights are other ones.
    """
    now = described(info.config, classifier)
    if now.parameters != info.classifier_parameters:
        raise ConfigError(
            f"this run was started with a classifier of {info.classifier_parameters}, and this one has "
            f"{now.parameters}; give the network it was started with, or start a new run"
        )
    if now.weights != info.classifier_weights:
        raise ConfigError(
            f"the weights of classifier.weights={info.config.classifier.weights!r} changed since the run was made "
            f"(digest {now.weights[:12]}, then {info.classifier_weights[:12]}); restore the same file, or start a new "
            "run"
        )
    if start_counts and now.start != info.classifier_start:
        raise ConfigError(
            "the network that was passed has other values than the one this run was started with, and they are still "
            "needed; make it from the same weights, or call torch.manual_seed with the same seed before it is made"
        )
