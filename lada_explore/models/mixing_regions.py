"""AdaMixup's networks: the region of mixing coefficients of each pair, and a discriminator of mixed images."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from lada_explore.models.policy import policy_layers


class MixingRegions(nn.Module):
    """The policy region generator, and the last layer of the intrusion discriminator.

    The discriminator shares all layers except the last with the classifier, as in the paper and the authors' release.

    Args:
        shape: (D, H, W) of the images, H and W at least 12.
        n_features: F, number of penultimate features of the classifier.

    Raises:
        ConfigError: the images are too small for the two convolutions.

    Source: Guo, Mao and Zhang, "MixUp as Locally Linear Out-Of-Manifold Regularization" (AAAI 2019), section 4. The
    paper does not give the layers of the generator; here they are those of the policy network (supplement, Tables 2 and
    3), on both images.
    """

    def __init__(self, shape: tuple[int, ...], n_features: int) -> None:
        super().__init__()
        channels, height, width = shape
        self.generator = policy_layers(2 * channels, height, width, 3)
        self.discriminator = nn.Linear(n_features, 1)

    def region(self, pairs: Tensor) -> tuple[Tensor, Tensor]:
        """Predict alpha (Q,) and Delta (Q,) of pairs of images [x; x'] (Q, 2 D, H, W).

        A softmax gives three shares of [0, 1]: before the region, the region, and after it. So alpha and Delta are
        positive, and [alpha, alpha + Delta] lies in [0, 1].
        """
        before, inside, _ = torch.softmax(self.generator(pairs), dim=1).unbind(dim=1)
        return before, inside

    def intrusion_logit(self, features: Tensor) -> Tensor:
        """(B,) logits of "mixed rather than real", of images with penultimate features (B, F)."""
        logits: Tensor = self.discriminator(features).squeeze(1)
        return logits
