"""The protocol of an augmentation: which layers it mixes, which networks it has, and what TRAIN does with it."""

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
    """Losses of the virtual batch of an epoch.

    Attributes:
        total: scalar that is minimised.
        mixed: soft cross-entropy of the virtual instances, in nats.
        intrusion: loss of AdaMixup's discriminator, in nats; None for other augmentations.
        region: (Q, 2) alpha and Delta of each pair in AdaMixup; None for other augmentations.
    """

    total: Tensor
    mixed: Tensor
    intrusion: Tensor | None = None
    region: Tensor | None = None


class VirtualBatch(Protocol):
    """What TRAIN learns from in addition to the labelled images."""

    @property
    def networks(self) -> tuple[nn.Module, ...]:
        """Networks that are trained together with the classifier, by the same optimiser."""

    @property
    def mix_layer(self) -> int:
        """Layer after which pairs are mixed; -1 without pairs."""

    @property
    def per_epoch(self) -> int:
        """Number of steps on virtual instances at the end of each epoch: 0 or 1."""

    def size(self, n_labelled: int) -> int:
        """Number of virtual instances in one epoch, given the number of labelled images."""

    def labelled_loss(self, classifier: Classifier, shown: Tensor, labels: Tensor) -> tuple[Tensor, Tensor | None]:
        """Losses of a batch of labelled images (B, D, H, W) with labels (B,). Their sum is minimised.

        Returns:
            The cross-entropy in nats of the images, and that of virtual instances made from single images of the
            batch; None in place of the second if there are none.
        """

    def epoch_loss(
        self, classifier: Classifier, images: DeviceImages, rng: np.random.Generator, device: torch.device
    ) -> VirtualLoss:
        """Losses of the step at the end of an epoch; called only if `per_epoch` is 1. `rng` is that of the stage."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Training:
    """What an augmentation can use at the beginning of TRAIN.

    Attributes:
        classifier: the classifier that is trained.
        transformer: spatial transformer that `new_transformer` made; None if it made none.
        shape: (D, H, W) of the images.
        runtime: device of the classifier.
        seed: seed of the stage.
    """

    classifier: Classifier
    transformer: SpatialTransformer | None
    shape: tuple[int, ...]
    runtime: Runtime
    seed: int


class Augmentation(Protocol):
    """Makes virtual instances."""

    def mix_layers(self, classifier: Classifier) -> tuple[int, ...]:
        """Layers from which each cycle draws its mix layer; empty if the augmentation mixes no pairs."""

    def new_transformer(self, config: RunConfig, data: ImageData) -> SpatialTransformer | None:
        """A new spatial transformer, used in LOOK_AHEAD and trained in TRAIN; None for an augmentation without one.

        Raises:
            ConfigError: the images are too small for it.
        """

    def check(self, config: RunConfig, data: ImageData) -> None:
        """Raises ConfigError if the networks do not work on these images; called on torch's "meta" device."""

    def virtual_batch(self, acquired: AcquiredPairs | AcquiredImages | None, training: Training) -> VirtualBatch:
        """What TRAIN learns from in addition to the labelled images.

        Args:
            acquired: what this cycle acquired, to be mixed in pairs; None in the start, and for augmentations of single
                images.
            training: networks and device of this cycle.
        """
