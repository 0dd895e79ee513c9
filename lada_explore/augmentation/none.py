"""No augmentation: TRAIN uses only the labelled images."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from lada_explore.augmentation.acquired import Acquired
from lada_explore.augmentation.losses import PLAIN_LOSS, ClassLoss
from lada_explore.augmentation.protocol import Training, VirtualBatch, VirtualLoss
from lada_explore.config import RunConfig
from lada_explore.datasets import ImageData
from lada_explore.datasets.device_images import DeviceImages
from lada_explore.models import Classifier
from lada_explore.records import TrainRecord


class RealImages:
    """Only the labelled images, without virtual instances; base class of the other virtual batches.

    See `VirtualBatch`.

    Args:
        class_loss: cross-entropy, with the weights of the classes.
    """

    class_loss: ClassLoss = PLAIN_LOSS
    networks: tuple[nn.Module, ...] = ()
    mix_layer = -1
    per_epoch = 0

    def __init__(self, class_loss: ClassLoss = PLAIN_LOSS) -> None:
        self.class_loss = class_loss

    def size(self, n_labelled: int) -> int:
        """0: there are no virtual instances."""
        return 0

    def labelled_loss(self, classifier: Classifier, shown: Tensor, labels: Tensor) -> tuple[Tensor, Tensor | None]:
        """Cross-entropy in nats of images (B, D, H, W) with labels (B,), and None."""
        return self.class_loss.of_labels(classifier(shown), labels), None

    def epoch_loss(
        self, classifier: Classifier, images: DeviceImages, rng: np.random.Generator, device: torch.device
    ) -> VirtualLoss:
        """Never called by TRAIN, because `per_epoch` is 0.

        Raises:
            NotImplementedError: always; a virtual batch with `per_epoch` 1 returns its loss here.
        """
        raise NotImplementedError(f"{type(self).__name__} has no step at the end of an epoch, so it has no loss there")

    def recorded(self, record: TrainRecord) -> TrainRecord:
        """The record as it is."""
        return record


class NoAugmentation:
    """Makes no virtual instances; base class of the other augmentations. See `Augmentation`."""

    def mix_layers(self, classifier: Classifier) -> tuple[int, ...]:
        """Empty: no pairs are mixed."""
        return ()

    def new_transformer(self, config: RunConfig, data: ImageData) -> nn.Module | None:
        """None: there is no such network."""
        return None

    def check(self, config: RunConfig, data: ImageData) -> None:
        """Any images are possible."""

    def virtual_batch(self, acquired: Acquired | None, training: Training) -> VirtualBatch:
        """Only the labelled images."""
        return RealImages(training.class_loss)
