"""No augmentation: TRAIN sees the labelled images alone."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from lada_explore.augmentation.acquired import AcquiredImages, AcquiredPairs
from lada_explore.augmentation.protocol import Training, VirtualBatch, VirtualLoss
from lada_explore.config import RunConfig
from lada_explore.datasets import ImageData
from lada_explore.datasets.device_images import DeviceImages
from lada_explore.models import Classifier, SpatialTransformer


class RealImages:
    """The labelled images and nothing else; see `VirtualBatch`. Those with virtual instances are made from it."""

    networks: tuple[nn.Module, ...] = ()
    mix_layer = -1
    per_epoch = 0

    def size(self, n_labelled: int) -> int:
        """No virtual instance."""
        return 0

    def labelled_loss(self, classifier: Classifier, shown: Tensor, labels: Tensor) -> tuple[Tensor, Tensor | None]:
        """Cross-entropy in nats of images (B, D, H, W) with labels (B,)."""
        return cross_entropy(classifier(shown), labels), None

    def epoch_loss(
        self, classifier: Classifier, images: DeviceImages, rng: np.random.Generator, device: torch.device
    ) -> VirtualLoss:
        """Nothing to learn from: `per_epoch` is 0, so TRAIN takes no step at the end of an epoch.

        Raises:
            NotImplementedError: always; a batch with steps of its own gives their loss here.
        """
        raise NotImplementedError(f"{type(self).__name__} has no virtual instances to end an epoch with")


class NoAugmentation:
    """Makes no virtual instances; see `Augmentation`. The others are made from it."""

    def mix_layers(self, classifier: Classifier) -> tuple[int, ...]:
        """None."""
        return ()

    def new_transformer(self, config: RunConfig, data: ImageData) -> SpatialTransformer | None:
        """None."""
        return None

    def check(self, config: RunConfig, data: ImageData) -> None:
        """Any images will do."""

    def virtual_batch(self, acquired: AcquiredPairs | AcquiredImages | None, training: Training) -> VirtualBatch:
        """The labelled images alone."""
        return RealImages()
