"""AdaMixup's two networks: where each pair may be mixed, and whether an image has been (Guo et al., AAAI 2019)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from lada_explore.models.policy import policy_layers


class MixingRegions(nn.Module):
    """The policy region generator, and the last layer of the intrusion discriminator.

    The discriminator shares all but its last layer with the classifier, as in the paper and the authors' release.

    Args:
        shape: (D, H, W) of the images, H and W at least 12.
        n_features: F, penultimate features of the classifier.

    Raises:
        ConfigError: images too small for the two convolutions.

    Source: Guo, Mao, Zhang, MixUp as Locally Linear Out-Of-Manifold Regularization (AAAI 2019), section 4. The layers
    of the generator, which the paper leaves open, are those of the policy network (Tables 2 and 3) on both images.
    """

    def __init__(self, shape: tuple[int, ...], n_features: int) -> None:
        super().__init__()
        channels, height, width = shape
        self.generator = policy_layers(2 * channels, height, width, 3)
        self.discriminator = nn.Linear(n_features, 1)

    def region(self, pairs: Tensor) -> tuple[Tensor, Tensor]:
        """Alpha and Delta, (Q,) each, of pairs of images [x; x'] (Q, 2 D, H, W).

        A softmax over three shares of [0, 1]: before the region, the region, and after it. So alpha and Delta are
        positive and [alpha, alpha + Delta] lies inside [0, 1].
        """
        before, inside, _ = torch.softmax(self.generator(pairs), dim=1).unbind(dim=1)
        return before, inside

    def intrusion_logit(self, features: Tensor) -> Tensor:
        """(B,) log-odds that images with these penultimate features (B, F) are mixed rather than real."""
        logits: Tensor = self.discriminator(features).squeeze(1)
        return logits
