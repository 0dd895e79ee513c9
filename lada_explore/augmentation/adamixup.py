"""AdaMixup: mix pairs with coefficients from a learned region, so that mixtures do not look like real images."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, one_hot

from lada_explore.augmentation.acquired import Acquired, AcquiredImages, AcquiredPairs
from lada_explore.augmentation.input_mixup import InputMixup
from lada_explore.augmentation.losses import PLAIN_LOSS, ClassLoss
from lada_explore.augmentation.mixing import MixedPairs, of_pairs
from lada_explore.augmentation.none import RealImages
from lada_explore.augmentation.protocol import Training, VirtualBatch, VirtualLoss
from lada_explore.config import RunConfig
from lada_explore.datasets import ImageData
from lada_explore.datasets.device_images import DeviceImages
from lada_explore.functional import mix
from lada_explore.models import Classifier, MixingRegions
from lada_explore.records import TrainRecord
from lada_explore.runtime import Runtime


class MixedInRegions(MixedPairs):
    """One mix of each acquired pair in each epoch, with a coefficient drawn uniformly from the pair's learned region.

    Args:
        acquired: pairs, or images that are paired at random in each epoch.
        regions: networks that are trained with the classifier.
        class_loss: cross-entropy, with the weights of the classes.
    """

    def __init__(
        self, acquired: AcquiredPairs | AcquiredImages, regions: MixingRegions, class_loss: ClassLoss = PLAIN_LOSS
    ) -> None:
        super().__init__(acquired, class_loss=class_loss)
        self._regions = regions
        self.networks = (regions,)
        self._intrusion: list[Tensor] = []
        self._region: list[Tensor] = []

    def epoch_loss(
        self, classifier: Classifier, images: DeviceImages, rng: np.random.Generator, device: torch.device
    ) -> VirtualLoss:
        """`regions_loss` of the pairs of this epoch."""
        pairs = self.acquired.pairs(rng)
        found = regions_loss(classifier, self._regions, pairs, images, rng, device, self.class_loss)
        self._intrusion.append(found.intrusion.detach())
        self._region.append(found.region.detach())
        return VirtualLoss(total=found.mixed + found.intrusion, mixed=found.mixed)

    def recorded(self, record: TrainRecord) -> TrainRecord:
        """The record with the loss of the discriminator and the regions of each epoch."""
        intrusion, region = (torch.stack(values).cpu().numpy() for values in (self._intrusion, self._region))
        return replace(record, intrusion_loss=intrusion, region=region)


class AdaMixup(InputMixup):
    """Mixes images with coefficients from regions that a network learns while the classifier trains."""

    def check(self, config: RunConfig, data: ImageData) -> None:
        """Raises ConfigError if the images are too small for the networks."""
        MixingRegions(data.input_shape, n_features=1)

    def virtual_batch(self, acquired: Acquired | None, training: Training) -> VirtualBatch:
        """Mixes of the acquired images, with networks that start anew in each cycle as in the authors' release.

        Their weights are the same each time where the classifier's are, with `training.reinitialise` and
        `training.initial_weights=same`, and new ones otherwise.
        """
        if acquired is None:
            return RealImages(training.class_loss)
        with Runtime(torch.device("cpu")).seeded(training.own_seed):
            networks = MixingRegions(training.shape, training.classifier.head.in_features)
        placed = cast(MixingRegions, training.runtime.place(networks))
        return MixedInRegions(of_pairs(acquired), placed, training.class_loss)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AdaMixupLoss:
    """The two losses of a batch of pairs; classifier, generator and discriminator are trained on their sum.

    Attributes:
        mixed: soft cross-entropy of the mixtures, in nats.
        intrusion: binary cross-entropy of the discriminator between mixtures (1) and real images (0), in nats.
        region: (Q, 2) alpha and Delta of each pair.
    """

    mixed: Tensor
    intrusion: Tensor
    region: Tensor


def adamixup_loss(
    classifier: Classifier,
    regions: MixingRegions,
    first: Tensor,
    second: Tensor,
    targets: tuple[Tensor, Tensor],
    place: Tensor,
    class_loss: ClassLoss = PLAIN_LOSS,
) -> AdaMixupLoss:
    """Losses of pairs mixed with lam = alpha + Delta * place; alpha and Delta get their gradient through lam.

    Args:
        classifier: in train mode.
        regions: generator and discriminator.
        first: (Q, D, H, W) normalised images x.
        second: (Q, D, H, W) normalised images x'.
        targets: (Q, C) each, one-hot classes of x and x'.
        place: (Q,) uniform draws from [0, 1), the position of each lam in its region.
        class_loss: cross-entropy of the mixtures, with the weights of the classes.

    Source: Guo et al. (AAAI 2019), Equations 8 to 10: the sum of both losses is minimised over all three networks. The
    real images are those of the pairs, as in the authors' release of LADA.
    """
    alpha, delta = regions.region(torch.cat([first, second], dim=1))
    lam = alpha + delta * place
    # One pass, so that batch-norm normalises over real and mixed images together.
    features = classifier.features_from_layer(torch.cat([first, second, mix(first, second, lam)]), 0)
    n = len(lam)
    is_mixed = torch.zeros(3 * n, device=lam.device)
    is_mixed[2 * n :] = 1.0
    return AdaMixupLoss(
        mixed=class_loss.of_targets(classifier.head(features[2 * n :]), mix(*targets, lam)),
        intrusion=binary_cross_entropy_with_logits(regions.intrusion_logit(features), is_mixed),
        region=torch.stack([alpha, delta], dim=1),
    )


def regions_loss(
    classifier: Classifier,
    regions: MixingRegions,
    acquired: AcquiredPairs,
    images: DeviceImages,
    rng: np.random.Generator,
    device: torch.device,
    class_loss: ClassLoss = PLAIN_LOSS,
) -> AdaMixupLoss:
    """`adamixup_loss` of the acquired pairs, with lam drawn anew and uniformly from the region of each pair."""
    place = torch.from_numpy(rng.random(len(acquired))).to(device, torch.float32)
    first, second = (images.batch(ids) for ids in acquired.pair_ids.T)
    labels = torch.from_numpy(acquired.labels).to(device)
    targets = one_hot(labels, classifier.n_classes).float()
    return adamixup_loss(classifier, regions, first, second, (targets[:, 0], targets[:, 1]), place, class_loss)
