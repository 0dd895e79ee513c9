"""AdaMixup: mix pairs within a region learned so that mixtures are never mistaken for real images."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from lada_explore.functional import mix, soft_cross_entropy
from lada_explore.models import Classifier, MixingRegions


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AdaMixupLoss:
    """What a batch of pairs costs; classifier, generator and discriminator are trained on the sum of both.

    Attributes:
        mixed: soft cross-entropy of the mixtures, in nats.
        intrusion: binary cross-entropy of telling mixtures (1) from real images (0), in nats.
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
) -> AdaMixupLoss:
    """Both losses of pairs mixed with lam = alpha + Delta * place, the gradient reaching alpha and Delta through lam.

    Args:
        classifier: in train mode.
        regions: generator and discriminator.
        first: (Q, D, H, W) normalised images x.
        second: (Q, D, H, W) normalised images x'.
        targets: (Q, C) each, one-hot classes of x and x'.
        place: (Q,) uniform draws in [0, 1), where in its region each pair is mixed.

    Source: Guo et al. (AAAI 2019), Equations 8 to 10: the sum of both losses is minimised over all three networks. The
    real images are those of the pairs; the authors' release of LADA takes the same.
    """
    alpha, delta = regions.region(torch.cat([first, second], dim=1))
    lam = alpha + delta * place
    # One pass for all, so that batch-norm sees real and mixed images together.
    features = classifier.features_from_layer(torch.cat([first, second, mix(first, second, lam)]), 0)
    n = len(lam)
    is_mixed = torch.zeros(3 * n, device=lam.device)
    is_mixed[2 * n :] = 1.0
    return AdaMixupLoss(
        mixed=soft_cross_entropy(classifier.head(features[2 * n :]), mix(*targets, lam)),
        intrusion=binary_cross_entropy_with_logits(regions.intrusion_logit(features), is_mixed),
        region=torch.stack([alpha, delta], dim=1),
    )
