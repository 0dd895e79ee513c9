"""The spatial transformer: each image is moved by an affine transform of its own (Jaderberg et al., NeurIPS 2015)."""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn

from lada_explore.functional import affine_transform
from lada_explore.models.policy import policy_layers

IDENTITY = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
"""theta, row by row, of the transform that leaves an image as it is."""


class SpatialTransformer(nn.Module):
    """A localisation network gives theta (2 x 3) of each image, and the image is sampled on theta's grid.

    theta = identity + theta_max * tanh(...), and the last layer starts at zero: at first every image stays as it is.
    The bound is ours: maximising entropy, nothing else keeps an image from being pushed out of its frame or shrunk to a
    dot, constant images that teach nothing. (Measured without one in docs/FIDELITY.md, section E.) With
    |theta - identity| <= 0.3 areas change by a factor of 0.4 to 1.8 at
    most and an image moves by no more than 15 % of its size, so that its larger part stays in view.

    Args:
        shape: (D, H, W) of the images, H and W at least 12.
        theta_max: largest change of each of the six numbers, above 0 and below 1/2, where an image could collapse to a
            line.
        black: (D,) value of a black pixel in each channel, seen where the grid leaves the image.

    Raises:
        ConfigError: images too small for the two convolutions.

    Source: supplement, section E. The layers of the localisation network, which it leaves open, are those of the policy
    network (Tables 2 and 3) on the image.
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
        # Known from the data and the code, so a checkpoint holds neither.
        self.register_buffer("identity", torch.tensor(IDENTITY), persistent=False)
        self.register_buffer("black", torch.tensor(black), persistent=False)

    def theta(self, images: Tensor) -> Tensor:
        """(B, 6) affine parameters, row by row, of normalised images (B, D, H, W)."""
        theta: Tensor = self.identity + self.theta_max * torch.tanh(self.layers(images))
        return theta

    def transform(self, images: Tensor, theta: Tensor) -> Tensor:
        """Normalised images (B, D, H, W) under theta (B, 6); see `functional.affine_transform`."""
        return affine_transform(images, theta, self.black)

    def forward(self, images: Tensor) -> Tensor:
        """The transforms of normalised images (B, D, H, W)."""
        return self.transform(images, self.theta(images))
