"""The spatial transformer: transforms each image by an affine transform of its own (Jaderberg et al., NeurIPS 2015)."""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn

from lada_explore.functional import affine_transform
from lada_explore.models.policy import policy_layers

IDENTITY = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
"""theta of the identity transform, row by row."""


class SpatialTransformer(nn.Module):
    """A localisation network predicts theta (2 x 3) of each image, and the image is sampled on the transformed grid.

    theta = identity + theta_max * tanh(layers(x)). The last layer is initialised with zeros, so that the transform
    starts as the identity. The bound is ours: without it, maximising the entropy can move an image out of its frame or
    shrink it to a dot, which gives constant images; that it does is not shown. With
    |theta - identity| <= 0.3, areas change at most by a factor of 0.4 to 1.8, and an image moves by at most 15 % of its
    size, so that most of it stays visible.

    Args:
        shape: (D, H, W) of the images, H and W at least 12.
        theta_max: largest difference of each of the six numbers from the identity, above 0 and below 1/2; from 1/2 on,
            an image could collapse to a line.
        black: (D,) value of a black pixel in each channel, which fills pixels outside of the original.

    Raises:
        ConfigError: the images are too small for the two convolutions.

    Source: supplement, section E. It does not give the layers of the localisation network; here they are those of the
    policy network (Tables 2 and 3), on the image.
    """

    identity: Tensor
    black: Tensor

    def __init__(self, shape: tuple[int, ...], theta_max: float, black: tuple[float, ...]) -> None:
        super().__init__()
        channels, height, width = shape
        self.layers = policy_layers(channels, height, width, 6)
        last = cast(nn.Linear, self.layers[-1])
        nn.init.zeros_(last.weight)
        nn.init.zeros_(last.bias)
        self.theta_max = theta_max
        # Not persistent: both are known from the code and the data, so a checkpoint does not need them.
        self.register_buffer("identity", torch.tensor(IDENTITY), persistent=False)
        self.register_buffer("black", torch.tensor(black), persistent=False)

    def theta(self, images: Tensor) -> Tensor:
        """Affine parameters (B, 6), row by row, of normalised images (B, D, H, W)."""
        theta: Tensor = self.identity + self.theta_max * torch.tanh(self.layers(images))
        return theta

    def transform(self, images: Tensor, theta: Tensor) -> Tensor:
        """Transform normalised images (B, D, H, W) by theta (B, 6); see `functional.affine_transform`."""
        return affine_transform(images, theta, self.black)

    def forward(self, images: Tensor) -> Tensor:
        """Transform normalised images (B, D, H, W) by their own theta."""
        return self.transform(images, self.theta(images))
