"""The newly acquired images as their theta* transforms them: what Algorithm 1 (section E) makes in line 8."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch

from lada_explore.augmentation.acquired import AcquiredTransforms
from lada_explore.augmentation.none import RealImages
from lada_explore.augmentation.protocol import Training, Transforming, VirtualLoss
from lada_explore.datasets.device_images import DeviceImages
from lada_explore.models import Classifier
from lada_explore.records import TrainRecord


class TransformedAcquired(RealImages):
    """A fixed set of transforms, on which the classifier alone takes a step at the end of each epoch.

    The transforms are made once, before the first step, and recorded. Once an epoch, as the virtual batch of mixup, is
    our reading: the supplement does not say how often line 12 comes for each line 11.

    Args:
        augmentation: applies theta.
        acquired: B images with their labels and theta*.
        training: images of the pool, and the network of the augmentation.

    Source: Algorithm 1 (section E), lines 8 and 12.
    """

    per_epoch = 1

    def __init__(self, augmentation: Transforming, acquired: AcquiredTransforms, training: Training) -> None:
        super().__init__(training.class_loss)
        self._acquired = acquired
        theta = acquired.theta
        # Line 8. No gradient: theta* is a number of each image here, and not the output of the network.
        with torch.no_grad():
            images = training.images.batch(acquired.ids)
            moved = augmentation.transform(images, torch.from_numpy(theta).to(images.device), training.transformer)
        pixels = training.images.thumbnails(acquired.ids)
        self.images = moved
        self._labels = torch.from_numpy(acquired.labels).to(moved.device)
        self._pixels = augmentation.transform_pixels(pixels, theta)

    def size(self, n_labelled: int) -> int:
        """B, number of transforms."""
        return len(self._labels)

    def epoch_loss(
        self, classifier: Classifier, images: DeviceImages, rng: np.random.Generator, device: torch.device
    ) -> VirtualLoss:
        """Cross-entropy in nats of the transforms; only the classifier has a gradient. Source: line 12."""
        loss = self.class_loss.of_labels(classifier(self.images), self._labels)
        return VirtualLoss(total=loss, mixed=loss)

    def recorded(self, record: TrainRecord) -> TrainRecord:
        """The record with ids, theta* and pixels of the transforms."""
        ids, theta = self._acquired.ids, self._acquired.theta
        return replace(record, transformed_ids=ids, transformed_theta=theta, transformed_images=self._pixels)
