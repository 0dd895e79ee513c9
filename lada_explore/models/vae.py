"""The two networks of VAAL: a variational autoencoder of images or features, and a discriminator on its codes."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn

from lada_explore.models.batch_norm import BatchNorm

MAX_STEPS = 4
"""Largest number of strided convolutions, as for the 32 x 32 images of the authors' release."""


class Vae(nn.Module):
    """A convolutional variational autoencoder.

    The encoder has up to four steps that halve the image and double the channels: a convolution with kernel 4, stride 2
    and padding 1, batch-norm, and ReLU. The decoder starts at the size before the last of these steps, has transposed
    convolutions up to the size of the image, and ends with a 1 x 1 convolution. For 32 x 32 images, width 128 and code
    length 32, these are the networks of the authors' release.

    Args:
        shape: (D, H, W) of an image, H and W at least 4.
        width: channels after the first step.
        latent: Z, length of the code.

    Source: Sinha, Ebrahimi and Darrell, "Variational Adversarial Active Learning" (ICCV 2019), section 3.1 and the
    authors' release.
    """

    def __init__(self, shape: tuple[int, int, int], width: int, latent: int) -> None:
        super().__init__()
        channels = shape[0]
        sizes = [shape[1:]]
        while len(sizes) <= MAX_STEPS and min(sizes[-1]) >= 2:
            sizes.append((sizes[-1][0] // 2, sizes[-1][1] // 2))
        maps = [channels, *(width * 2**step for step in range(len(sizes) - 1))]
        down: list[nn.Module] = []
        for entering, leaving in pairwise(maps):
            down += [nn.Conv2d(entering, leaving, 4, 2, 1, bias=False), BatchNorm(leaving), nn.ReLU()]
        self.encoder = nn.Sequential(*down, nn.Flatten())
        flat = maps[-1] * sizes[-1][0] * sizes[-1][1]
        self.mean, self.log_variance = nn.Linear(flat, latent), nn.Linear(flat, latent)
        self.start_shape = (maps[-1], *sizes[-2])
        self.start = nn.Linear(latent, maps[-1] * sizes[-2][0] * sizes[-2][1])
        self.up = nn.ModuleList(
            nn.ConvTranspose2d(entering, leaving, 4, 2, 1, bias=False)
            for entering, leaving in zip(maps[:1:-1], maps[-2:0:-1], strict=True)
        )
        self.norms = nn.ModuleList(BatchNorm(leaving) for leaving in maps[-2:0:-1])
        self.sizes = sizes[-3::-1]
        self.last = nn.Conv2d(maps[1], channels, 1)

    def encode(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Mean (B, Z) and log-variance (B, Z) of the codes of images (B, D, H, W)."""
        seen = self.encoder(images)
        return self.mean(seen), self.log_variance(seen)

    def decode(self, code: Tensor) -> Tensor:
        """Reconstructed images (B, D, H, W) from codes (B, Z)."""
        seen = self.start(code).unflatten(1, self.start_shape)
        for up, norm, size in zip(self.up, self.norms, self.sizes, strict=True):
            seen = torch.relu(norm(up(seen, output_size=list(size))))
        images: Tensor = self.last(seen)
        return images


class FeatureVae(nn.Module):
    """A variational autoencoder of features (ours): a hidden layer of ReLUs on either side of the code.

    Args:
        n_features: F.
        width: the hidden layers have eight times as many units, as many as the last maps of `Vae` have channels.
        latent: Z, length of the code.

    Source: code, losses and batch-norm as in `Vae`, by Sinha et al. (ICCV 2019); features have nothing to convolve.
    """

    def __init__(self, n_features: int, width: int, latent: int) -> None:
        super().__init__()
        units = width * 2 ** (MAX_STEPS - 1)
        entering = nn.Linear(n_features, units, bias=False), nn.Unflatten(1, (units, 1, 1))
        self.encoder = nn.Sequential(nn.Flatten(), *entering, BatchNorm(units), nn.ReLU(), nn.Flatten())
        self.mean, self.log_variance = nn.Linear(units, latent), nn.Linear(units, latent)
        self.decoder = nn.Sequential(nn.Linear(latent, units), nn.ReLU(), nn.Linear(units, n_features))

    def encode(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Mean (B, Z) and log-variance (B, Z) of the codes of features (B, F, 1, 1)."""
        seen = self.encoder(features)
        return self.mean(seen), self.log_variance(seen)

    def decode(self, code: Tensor) -> Tensor:
        """Reconstructed features (B, F, 1, 1) from codes (B, Z)."""
        features: Tensor = self.decoder(code)[:, :, None, None]
        return features


def vae_of(shape: tuple[int, int, int], width: int, latent: int) -> Vae | FeatureVae:
    """The autoencoder for states of shape (D, H, W): of features if they have one pixel; arguments as of `Vae`."""
    return FeatureVae(shape[0], width, latent) if shape[1:] == (1, 1) else Vae(shape, width, latent)


def discriminator(latent: int, hidden: int = 512) -> nn.Sequential:
    """A network from codes (B, Z) to logits (B, 1) of "labelled": three layers, as in the authors' release of VAAL."""
    return nn.Sequential(
        nn.Linear(latent, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, 1)
    )


def negative_elbo(images: Tensor, decoded: Tensor, mean: Tensor, log_variance: Tensor, beta: float) -> Tensor:
    """Squared error plus beta times the Kullback-Leibler divergence, summed over each image, averaged over the batch.

    Args:
        images: (B, D, H, W) images.
        decoded: (B, D, H, W) reconstructed images.
        mean: (B, Z) means of the codes.
        log_variance: (B, Z) log-variances of the codes.
        beta: weight of the divergence from the standard normal distribution.

    Returns:
        Scalar loss in nats.

    Source: Sinha et al. (ICCV 2019), Equation 1, with a Gaussian decoder of variance 1/2.
    """
    error = (images - decoded).square().flatten(1).sum(dim=1)
    return (error + beta * _divergence(mean, log_variance)).mean()


def released_loss(images: Tensor, decoded: Tensor, mean: Tensor, log_variance: Tensor, beta: float) -> Tensor:
    """Squared error averaged over pixels and images, plus beta times the divergence summed over code and batch.

    Against `negative_elbo` the error counts 1 / (D H W) and the divergence B times as much.

    Args:
        images: (B, D, H, W) images.
        decoded: (B, D, H, W) reconstructed images.
        mean: (B, Z) means of the codes.
        log_variance: (B, Z) log-variances of the codes.
        beta: weight of the divergence.

    Returns:
        Scalar loss.

    Source: the authors' release of VAAL.
    """
    return (images - decoded).square().mean() + beta * _divergence(mean, log_variance).sum()


def _divergence(mean: Tensor, log_variance: Tensor) -> Tensor:
    """(B,) divergence of each image's code from the standard normal distribution, in nats."""
    return 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(dim=1)
