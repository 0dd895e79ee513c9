"""A spatial transformer: each image is learned from with its own transform beside it (supplement, section E)."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from lada_explore.augmentation.acquired import AcquiredImages, AcquiredPairs
from lada_explore.augmentation.none import NoAugmentation, RealImages
from lada_explore.augmentation.protocol import Training, VirtualBatch
from lada_explore.config import RunConfig
from lada_explore.datasets import ImageData
from lada_explore.models import Classifier, SpatialTransformer


class TransformedImages(RealImages):
    """Every labelled image and its transform, in the same batch.

    Args:
        transformer: trained with the classifier.
    """

    def __init__(self, transformer: SpatialTransformer) -> None:
        self._transformer = transformer
        self.networks = (transformer,)

    def size(self, n_labelled: int) -> int:
        """A transform of each labelled image."""
        return n_labelled

    def labelled_loss(self, classifier: Classifier, shown: Tensor, labels: Tensor) -> tuple[Tensor, Tensor | None]:
        """`transformed_loss` of images (B, D, H, W) with labels (B,)."""
        return transformed_loss(classifier, self._transformer, shown, labels)


class Stn(NoAugmentation):
    """Transforms single images, by a localisation network that is trained with the classifier."""

    def new_transformer(self, config: RunConfig, data: ImageData) -> SpatialTransformer | None:
        """A spatial transformer that leaves images as they are. Raises ConfigError for images that are too small."""
        black = tuple(-mean / std for mean, std in zip(data.mean, data.std, strict=True))
        return SpatialTransformer(tuple(data.train.images.shape[1:]), config.policy.theta_max, black)

    def check(self, config: RunConfig, data: ImageData) -> None:
        """Raises ConfigError for images that are too small."""
        self.new_transformer(config, data)

    def virtual_batch(self, acquired: AcquiredPairs | AcquiredImages | None, training: Training) -> VirtualBatch:
        """Transforms of all labelled images."""
        assert training.transformer is not None
        return TransformedImages(training.transformer)


def transformed_loss(
    classifier: Classifier, transformer: SpatialTransformer, batch: Tensor, labels: Tensor
) -> tuple[Tensor, Tensor]:
    """Cross-entropy in nats of a batch of images (B, D, H, W), and of their transforms with the same labels (B,).

    Source: Algorithm 1 (section E), lines 11 and 12.
    """
    # One pass for both, so that batch-norm sees them together.
    real, moved = classifier(torch.cat([batch, transformer(batch)])).chunk(2)
    return cross_entropy(real, labels), cross_entropy(moved, labels)
