"""What an augmentation is: where it mixes, what it keeps, and what TRAIN does with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from torch import Tensor, nn

from lada_explore.augmentation.acquired import AcquiredImages, AcquiredPairs
from lada_explore.config import RunConfig
from lada_explore.datasets import ImageData
from lada_explore.datasets.device_images import DeviceImages
from lada_explore.models import Classifier, SpatialTransformer
from lada_explore.runtime import Runtime


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VirtualLoss:
    """What the virtual batch of an epoch costs.

    Attributes:
        total: what is minimised.
        mixed: soft cross-entropy of the virtual instances, in nats.
        intrusion: of AdaMixup's discriminator, in nats; None without one.
        region: (Q, 2) alpha and Delta of each pair in AdaMixup; None without regions.
    """

    total: Tensor
    mixed: Tensor
    intrusion: Tensor | None = None
    region: Tensor | None = None


class VirtualBatch(Protocol):
    """What TRAIN learns from beside the labelled images."""

    @property
    def networks(self) -> tuple[nn.Module, ...]:
        """Trained with the classifier, by the same optimiser."""

    @property
    def mix_layer(self) -> int:
        """Depth at which pairs are mixed; -1 without pairs."""

    @property
    def per_epoch(self) -> int:
        """Steps of each epoch that follow those on the labelled images: 0 or 1."""

    def size(self, n_labelled: int) -> int:
        """Virtual instances that an epoch learns from."""

    def labelled_loss(self, classifier: Classifier, shown: Tensor, labels: Tensor) -> tuple[Tensor, Tensor | None]:
        """Losses of a batch of labelled images (B, D, H, W) with labels (B,): both are minimised.

        Returns:
            Cross-entropy of the images in nats, and that of the virtual instances made of each by itself; None in its
            place without such.
        """

    def epoch_loss(
        self, classifier: Classifier, images: DeviceImages, rng: np.random.Generator, device: torch.device
    ) -> VirtualLoss:
        """Loss of the step that ends an epoch; called only where `per_epoch` is 1. `rng` is that of the stage."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Training:
    """What an augmentation may need of a TRAIN that is about to begin.

    Attributes:
        classifier: what is trained.
        transformer: the one that this augmentation made, None for another augmentation.
        shape: (D, H, W) of the images.
        runtime: device of the classifier.
        seed: of the stage.
    """

    classifier: Classifier
    transformer: SpatialTransformer | None
    shape: tuple[int, ...]
    runtime: Runtime
    seed: int


class Augmentation(Protocol):
    """How virtual instances are made."""

    def mix_layers(self, classifier: Classifier) -> tuple[int, ...]:
        """Layers among which a cycle draws its mix layer; empty for one that mixes no pairs."""

    def new_transformer(self, config: RunConfig, data: ImageData) -> SpatialTransformer | None:
        """A network that looks ahead and is trained with the classifier from cycle to cycle; None without one.

        Raises:
            ConfigError: images that it cannot work on.
        """

    def check(self, config: RunConfig, data: ImageData) -> None:
        """Raises ConfigError for images that its networks cannot work on; called with torch's "meta" device."""

    def virtual_batch(self, acquired: AcquiredPairs | AcquiredImages | None, training: Training) -> VirtualBatch:
        """What TRAIN learns from beside the labelled images.

        Args:
            acquired: what this cycle acquired, to be mixed in pairs; None in the start, and for an augmentation of
                single images.
            training: networks and device of this cycle.
        """
