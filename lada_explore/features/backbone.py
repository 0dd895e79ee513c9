"""A network that others made, frozen, as what turns a picture into a row of numbers: its penultimate features."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from lada_explore.config import BackboneConfig, BackboneNormalisation, ClassifierConfig, FeaturePrecision
from lada_explore.config.catalogue import CLASSIFIER_FAMILIES, FROZEN
from lada_explore.datasets import ImageData
from lada_explore.errors import ConfigError
from lada_explore.features.transform import Transform, transform_for
from lada_explore.files import converting, reason_of
from lada_explore.models.borrowed.cutting import PROBED, recorded, run
from lada_explore.models.borrowed.making import weights_for
from lada_explore.models.borrowed.network import input_channels
from lada_explore.models.borrowed.preprocessing import Wanted
from lada_explore.models.borrowed.sources import FAMILIES, Source
from lada_explore.models.borrowed.weights import digest_of, load_weights
from lada_explore.models.borrowed.wrappers import copied, uncompiled
from lada_explore.runtime import Runtime

TOLERANCE = 1e-3
"""Largest difference of a feature of one picture in two batches, relative to it and to the largest."""

CLASSES = 2
"""Classes of the last layer of a backbone, which is not used."""

UNTRAINED = "these are features of an untrained network, whose weights are drawn by the seed 0"

OWN_STATISTICS = "pictures are normalised by their own statistics, so added pictures mean new features for all of them"


@dataclass(frozen=True, slots=True, eq=False)
class Backbone:
    """A frozen network and what it is shown.

    Attributes:
        name: the kind that named it, without "frozen:", or the class of a network that was handed over.
        network: in eval mode, frozen.
        head: name of its last linear layer, whose input are the features; None if they are what it puts out.
        n_features: F.
        transform: what it is shown.
        precision: number format in which its features are kept.
        weights: SHA-256 of all tensors that the features depend on.
        key: SHA-256 of all that its features depend on but the picture.
        notes: what a person should know, one phrase each.
    """

    name: str
    network: nn.Module
    head: str | None
    n_features: int
    transform: Transform
    precision: FeaturePrecision
    weights: str
    key: str
    notes: tuple[str, ...]

    def features(self, pixels: Tensor) -> Tensor:
        """(B, F) float32 features of 8-bit pixels (B, D, H, W) as `transform` makes them, on the network's device."""
        return _features(self.network, self.head, self.transform.prepared(pixels))


def _features(network: nn.Module, head: str | None, images: Tensor) -> Tensor:
    """(B, F) float32 what the last layer is given for images (B, D, H, W), or what the network puts out."""
    with torch.inference_mode():
        made = network(images) if head is None else run(network, images, until=head, of_input=True)
    return made.float()  # type: ignore[no-any-return]


def backbone_named(classifier: ClassifierConfig, settings: BackboneConfig, data: ImageData) -> Backbone:
    """The backbone that `classifier.kind` names, with or without "frozen:" before it.

    Args:
        classifier: kind, such as "frozen:timm:resnet18", and weights.
        settings: size, normalisation and precision.
        data: the images that it will see; their shape and their statistics.

    Raises:
        ConfigError: the network cannot be made, loaded or shown these images, or has no features.
    """
    name = classifier.kind.removeprefix(f"{FROZEN}:")
    family, _, rest = name.partition(":")
    if family not in FAMILIES or not rest:
        forms = ", ".join(f"{known}:{form}" for known, form in CLASSIFIER_FAMILIES.items() if known in FAMILIES)
        raise ConfigError(f"{classifier.kind!r} names no backbone; the known ones are {forms}")
    source, new = _made(family, rest)
    notes: tuple[str, ...] = (UNTRAINED,) if new is None and not classifier.weights else ()
    # Without their weights, the size and the normalisation that they were trained on mean nothing.
    told = _told_by(source) if not notes else Wanted(channels=source.wanted.channels)
    frozen = _Frozen(name, source.network, told, settings, data, fixed=source.fixed, strict=family != "module")
    if classifier.weights:
        load_weights(source.network, weights_for(replace(classifier, kind=name), source), frozen.head or "")
    elif not notes:
        own = [tensor for tensor in sorted(new or ()) if not frozen.is_of_head(tensor)]
        more = f" and {len(own) - 1} more tensors" if own[1:] else ""
        notes = (f"its weights {own[0]!r}{more} are new ones, drawn by the seed 0",) if own else ()
    return frozen.backbone(notes)


def backbone_of(network: nn.Module, settings: BackboneConfig, data: ImageData) -> Backbone:
    """A copy of a person's own network, with its weights, as a backbone; arguments and errors as `backbone_named`."""
    kind = type(network)
    own = uncompiled(copied(network))
    name = f"{kind.__module__}.{kind.__qualname__}"
    return _Frozen(name, own, _told_by(Source(network=own)), settings, data, fixed=None, strict=False).backbone(())


def _made(family: str, name: str) -> tuple[Source, set[str] | None]:
    """The network, and the names of its weights that are new ones; None if they all are, or most of them."""
    cpu = Runtime(torch.device("cpu"))
    with cpu.seeded(0):
        made = FAMILIES[family](name, CLASSES)
    source = replace(made, network=uncompiled(made.network))
    if family != "module":
        return source, None
    # A function may load weights or not: what another seed changes was not loaded.
    with cpu.seeded(1):
        other = FAMILIES[family](name, CLASSES)
    mine, others = _tensors(source.network), _tensors(uncompiled(other.network))
    new = {name for name in mine if name not in others or not torch.equal(mine[name], others[name])}
    # The last linear layer is as a rule the head, which is new in any case.
    linear = [name for name, module in source.network.named_modules() if isinstance(module, nn.Linear)]
    counted = {name: tensor.numel() for name, tensor in mine.items() if name.rpartition(".")[0] not in linear[-1:]}
    drawn = sum(number for name, number in counted.items() if name in new)
    return source, None if 2 * drawn > sum(counted.values()) else new


def _tensors(network: nn.Module) -> dict[str, Tensor]:
    named = [*network.named_parameters(), *network.named_buffers()]
    return {name: tensor for name, tensor in named if not name.endswith("num_batches_tracked")}


def _told_by(source: Source) -> Wanted:
    """What a network's weights want: as its maker says, or as it says itself in timm's attribute `pretrained_cfg`."""
    found: Any = getattr(source.network, "pretrained_cfg", None)
    if source.wanted.mean or not isinstance(found, Mapping):
        return source.wanted
    sides = found.get("input_size")
    return Wanted(
        channels=int(sides[0]) if sides else None,
        size=(int(sides[1]), int(sides[2])) if sides else None,
        mean=tuple(map(float, found.get("mean") or ())),
        std=tuple(map(float, found.get("std") or ())),
    )


class _Frozen:
    """A network that was shown some images, so that it is known where its features are.

    Args:
        name: of the network.
        network: the network, which is put in eval mode and frozen.
        told: what its weights want.
        settings, data, fixed: as for `transform_for`.
        strict: whether it has to end in a linear layer.

    Raises:
        ConfigError: it cannot see the images, or has no features.
    """

    def __init__(
        self,
        name: str,
        network: nn.Module,
        told: Wanted,
        settings: BackboneConfig,
        data: ImageData,
        *,
        fixed: tuple[int, int] | None,
        strict: bool,
    ) -> None:
        if data.train.holds_points:
            raise ConfigError(f"{data.train.name} holds points, and a backbone sees pictures; choose another data set")
        if told.channels is None:
            told = replace(told, channels=input_channels(network))
        statistics = (data.mean, data.std)
        self._transform, notes = transform_for(
            settings, data.picture_shape, statistics, told, fixed=fixed, reader=data.train.reader
        )
        self._name, self._network, self._precision = name, network.eval().requires_grad_(False), settings.precision
        unsaid = settings.normalisation is BackboneNormalisation.AUTO and not told.mean
        self._notes = [*notes, *([OWN_STATISTICS] if unsaid else [])]
        self.head, self._n_features = self._found(strict)

    def _found(self, strict: bool) -> tuple[str | None, int]:
        """Name of the last linear layer, or None, and the number of features."""
        images = self._drawn()
        head, n = self._end(images, strict)
        together, alone = (_features(self._network, head, images[:number])[0] for number in (PROBED, 1))
        least = TOLERANCE * float(together.abs().max())
        # What is not finite is an error of the picture that it comes up with, which is named then.
        if np.isfinite(least) and not torch.allclose(together, alone, rtol=TOLERANCE, atol=least):
            raise ConfigError(
                f"{type(self._network).__name__} gives a picture other features beside another picture than alone, so "
                "they cannot be computed once; take out what depends on the batch or is drawn at random, such as batch "
                "norm without running statistics"
            )
        return head, n

    def _drawn(self) -> Tensor:
        """Some pictures of noise, as the network is shown them."""
        pixels = torch.randint(256, (PROBED, *self._transform.shape), generator=torch.Generator().manual_seed(0))
        return self._transform.prepared(pixels)

    def _end(self, images: Tensor, strict: bool) -> tuple[str | None, int]:
        _, height, width = self._transform.shape
        kind = type(self._network).__name__
        unseen = (
            f"{kind} cannot see pictures of {self._transform.channels} x {height} x {width} (%s); set backbone.size"
        )
        with converting(lambda error: ConfigError(unseen % reason_of(error))):
            calls, made = recorded(self._network, images)
        if not isinstance(made, Tensor) or made.ndim != 2 or len(made) != PROBED:
            what = f"a tensor of shape {tuple(made.shape)}" if isinstance(made, Tensor) else type(made).__name__
            raise ConfigError(
                f"{kind} puts out {what} for {PROBED} pictures; a backbone puts out a row of numbers for each picture"
            )
        ends = [
            call
            for call in calls
            if call.made is made and isinstance(self._network.get_submodule(call.name), nn.Linear)
        ]
        if ends:
            return ends[0].name, int(self._network.get_submodule(ends[0].name).in_features)  # type: ignore[arg-type]
        if strict:
            raise ConfigError(
                f"{kind} does not end in a linear layer (nn.Linear), whose input would be its features; choose another"
            )
        self._notes.append("it ends in no linear layer, so its features are what it puts out")
        return None, made.shape[1]

    def is_of_head(self, tensor: str) -> bool:
        """Whether a tensor of this name belongs to the last layer, on which no feature depends."""
        return self.head is not None and tensor.startswith(f"{self.head}.")

    def backbone(self, notes: tuple[str, ...]) -> Backbone:
        """The backbone, with the weights that the network has now.

        Args:
            notes: what a person should know of them.
        """
        used = {name: of for name, of in _tensors(self._network).items() if not self.is_of_head(name)}
        weights = digest_of(used)
        about = {
            "name": self._name,
            "architecture": hashlib.sha256(repr(self._network).encode()).hexdigest(),
            "weights": weights,
            "transform": self._transform.about(),
            "precision": self._precision.value,
        }
        return Backbone(
            name=self._name,
            network=self._network,
            head=self.head,
            n_features=self._n_features,
            transform=self._transform,
            precision=self._precision,
            weights=weights,
            key=hashlib.sha256(json.dumps(about, sort_keys=True).encode()).hexdigest(),
            notes=(*notes, *self._notes),
        )
