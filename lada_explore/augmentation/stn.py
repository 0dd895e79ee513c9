"""A spatial transformer: the classifier is trained on each image and on a transform of it (supplement, section E)."""

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
    """Each labelled image together with its transform, in the same batch.

    Args:
        transformer: spatial transformer, trained together with the classifier.
    """

    def __init__(self, transformer: SpatialTransformer) -> None:
        self._transformer = transformer
        self.networks = (transformer,)

    def size(self, n_labelled: int) -> int:
        """One transform of each labelled image."""
        return n_labelled

    def labelled_loss(self, classifier: Classifier, shown: Tensor, labels: Tensor) -> tuple[Tensor, Tensor | None]:
        """`transformed_loss` of images (B, D, H, W) with labels (B,)."""
        return transformed_loss(classifier, self._transformer, shown, labels)


class Stn(NoAugmentation):
    """Transforms single images with a localisation network that is trained together with the classifier."""

    def new_transformer(self, config: RunConfig, data: ImageData) -> SpatialTransformer | None:
        """A spatial transformer that starts as the identity. Raises ConfigError if the images are too small."""
        black = tuple(-mean / std for mean, std in zip(data.mean, data.std, strict=True))
        return SpatialTransformer(tuple(data.train.images.shape[1:]), config.policy.theta_max, black)

    def check(self, config: RunConfig, data: ImageData) -> None:
        """Raises ConfigError if the images are too small."""
        self.new_transformer(config, data)

    def virtual_batch(self, acquired: AcquiredPairs | AcquiredImages | None, training: Training) -> VirtualBatch:
        """Transforms of all labelled images."""
        assert training.transformer is not None
        return TransformedImages(training.transformer)


def transformed_loss(
    classifier: Classifier, transformer: SpatialTransformer, batch: Tensor, labels: Tensor
) -> tuple[Tensor, Tensor]:
    """Cross-entropies in nats of a batch of images (B, D, H, W) and of their transforms, both with labels (B,).

    Source: Algorithm 1 (section E), lines 11 and 12.
    """
    # One pass, so that batch-norm normalises over images and transforms together.
    real, moved = classifier(torch.cat([batch, transformer(batch)])).chunk(2)
    return cross_entropy(real, labels), cross_entropy(moved, labels)
