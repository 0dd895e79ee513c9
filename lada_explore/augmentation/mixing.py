"""Mixup of pairs, shared by input mixup and manifold mixup."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import one_hot

from lada_explore.augmentation.acquired import Acquired, AcquiredImages, AcquiredPairs, AcquiredTransforms
from lada_explore.augmentation.losses import PLAIN_LOSS, ClassLoss
from lada_explore.augmentation.none import NoAugmentation, RealImages
from lada_explore.augmentation.protocol import Training, VirtualBatch, VirtualLoss
from lada_explore.datasets.device_images import DeviceImages
from lada_explore.functional import Mix
from lada_explore.functional import mix as linear_mix
from lada_explore.models import Classifier


class MixedPairs(RealImages):
    """One virtual instance of each acquired pair in each epoch, with a new draw of lam.

    Args:
        acquired: pairs, or images that are paired at random in each epoch.
        mix: how a pair is mixed.
        one_pass: see `virtual_loss`.
        class_loss: cross-entropy, with the weights of the classes.
    """

    per_epoch = 1

    def __init__(
        self,
        acquired: AcquiredPairs | AcquiredImages,
        mix: Mix = linear_mix,
        one_pass: bool = True,
        class_loss: ClassLoss = PLAIN_LOSS,
    ) -> None:
        super().__init__(class_loss)
        self.acquired = acquired
        self._mix = mix
        self._one_pass = one_pass
        self.mix_layer = acquired.mix_layer

    def size(self, n_labelled: int) -> int:
        """Number of pairs."""
        return len(self.acquired)

    def epoch_loss(
        self, classifier: Classifier, images: DeviceImages, rng: np.random.Generator, device: torch.device
    ) -> VirtualLoss:
        """`virtual_loss` of the pairs of this epoch."""
        pairs = self.acquired.pairs(rng)
        loss = virtual_loss(classifier, pairs, images, rng, device, self._mix, self._one_pass, self.class_loss)
        return VirtualLoss(total=loss, mixed=loss)


class Mixup(NoAugmentation):
    """Base class of augmentations that mix the acquired pairs, or the acquired images in random pairs."""

    def mix(self, first: Tensor, second: Tensor, lam: Tensor | float) -> Tensor:
        """Linear mixup; see `PairMixing.mix`."""
        return linear_mix(first, second, lam)

    def virtual_batch(self, acquired: Acquired | None, training: Training) -> VirtualBatch:
        """Mixes of the acquired pairs; only the labelled images if nothing was acquired."""
        if acquired is None:
            return RealImages(training.class_loss)
        return MixedPairs(of_pairs(acquired), self.mix, training.config.pairs_in_one_pass, training.class_loss)


def of_pairs(acquired: Acquired) -> AcquiredPairs | AcquiredImages:
    """What was acquired, of an augmentation that mixes pairs."""
    assert not isinstance(acquired, AcquiredTransforms)
    return acquired


def virtual_loss(
    classifier: Classifier,
    acquired: AcquiredPairs,
    images: DeviceImages,
    rng: np.random.Generator,
    device: torch.device,
    mix: Mix = linear_mix,
    one_pass: bool = True,
    class_loss: ClassLoss = PLAIN_LOSS,
) -> Tensor:
    """Mean soft cross-entropy in nats of one virtual instance of each acquired pair.

    lam is drawn anew from Beta(tau*, tau*) for each pair; hidden states and targets are mixed with the same lam. With
    the linear mix this is manifold mixup, and input mixup if the mix layer is 0.

    Args:
        classifier: in train mode.
        acquired: Q pairs.
        images: images of the pool.
        rng: source of the draws of lam.
        device: device of the classifier.
        mix: how hidden states are mixed; targets are always mixed linearly.
        one_pass: whether both images of the pairs go to the mix layer together, so that batch-norm normalises over
            them together; otherwise first those on the left of the pairs, then those on the right (authors' release).
        class_loss: cross-entropy, with the weights of the classes.

    Returns:
        Scalar loss.

    Source: section 3.4; Verma et al. (ICML 2019) and Zhang et al. (ICLR 2018).
    """
    tau = acquired.tau.astype(np.float64)
    lam = torch.from_numpy(rng.beta(tau, tau)).to(device, torch.float32)
    n, layer = len(lam), acquired.mix_layer
    if one_pass:
        both = classifier.to_layer(images.batch(acquired.pair_ids.T.reshape(-1)), layer)
        first, second = both[:n], both[n:]
    else:
        first, second = (classifier.to_layer(images.batch(ids), layer) for ids in acquired.pair_ids.T)
    targets = one_hot(torch.from_numpy(acquired.labels.T.reshape(-1)).to(device), classifier.n_classes)
    logits = classifier.from_layer(mix(first, second, lam), layer)
    return class_loss.of_targets(logits, linear_mix(targets[:n].float(), targets[n:].float(), lam))
