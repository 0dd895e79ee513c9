"""Transforms of a batch of pixels for the classifier: crop, flip and normalise, on any device."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from lada_explore.datasets.image_set import POINT_SHAPE
from lada_explore.errors import DataError

PADDING = 4
"""Width in pixels of the black border that is added before cropping (authors' release of LADA)."""


def normalise(images: Tensor, mean: Sequence[float] | Tensor, std: Sequence[float] | Tensor) -> Tensor:
    """Normalise each channel: (pixels / 255 - mean) / std for images, (coordinates - mean) / std for points.

    Args:
        images: (B, D, H, W) uint8 images, or (B, 2, 1, 1) float32 points, on any device.
        mean: (D,) mean of pixels scaled to [0, 1], or of coordinates.
        std: (D,) standard deviation of the same, above 0. Tensors on the device of `images` need no copy.

    Returns:
        (B, D, H, W) float32 on the device of `images`.

    Raises:
        DataError: the images are neither uint8 nor points, or there is not one mean and std for each channel.
    """
    are_points = images.dtype == torch.float32 and images.shape[1:] == POINT_SHAPE
    if images.dtype != torch.uint8 and not are_points:
        raise DataError(f"images to normalise are {images.dtype}; they must be uint8, so normalise only once")
    if images.ndim != 4 or not images.shape[1] == len(mean) == len(std):
        raise DataError(
            f"images of shape {tuple(images.shape)} came with {len(mean)} means and {len(std)} standard deviations; "
            "give (B, D, H, W) and one of each for every channel"
        )
    shift = torch.as_tensor(mean, dtype=torch.float32, device=images.device).view(1, -1, 1, 1)
    scale = torch.as_tensor(std, dtype=torch.float32, device=images.device).view(1, -1, 1, 1)
    scaled = images if are_points else images.to(torch.float32) / 255
    return (scaled - shift) / scale


def draw_crops(n: int, generator: torch.Generator, padding: int = PADDING) -> Tensor:
    """Draw random crops and flips of n images, on the device of the generator.

    Args:
        n: number of images.
        generator: source of the random numbers.
        padding: width in pixels of the border that will be added, 0 or more.

    Returns:
        (3, n) int64: vertical offset and horizontal offset in 0..2 * padding, and flip (0 or 1).

    Raises:
        DataError: the padding is negative.
    """
    if padding < 0:
        raise DataError(f"padding is {padding}; it must be 0 or more, the authors' release has {PADDING}")
    source = generator.device
    offsets = torch.randint(0, 2 * padding + 1, (2, n), generator=generator, device=source)
    return torch.cat([offsets, torch.randint(0, 2, (1, n), generator=generator, device=source)])


def crop_and_flip(images: Tensor, crops: Tensor, padding: int = PADDING) -> Tensor:
    """Pad the images with zeros, crop them to their size, and flip some of them horizontally.

    Must be called before `normalise`, where zero is black.

    Args:
        images: (B, D, H, W) images of any dtype, on any device.
        crops: (3, B) crops from `draw_crops` for this padding, on the device of `images`.
        padding: width in pixels of the border.

    Returns:
        (B, D, H, W) images of the same dtype, on the same device.

    Raises:
        DataError: the images do not have four axes, or there is not one crop for each.

    Source: the authors' release of LADA, on the CIFAR sets; the supplement names neither crop nor flip.
    """
    if images.ndim != 4:
        raise DataError(f"images to crop have shape {tuple(images.shape)}; they must be (B, D, H, W)")
    if crops.shape != (3, len(images)):
        raise DataError(f"crops of {len(images)} images have shape {tuple(crops.shape)}; draw (3, {len(images)})")
    batch, channels, height, width = images.shape
    device = images.device
    down, right, flip = crops
    rows = down[:, None] + torch.arange(height, device=device)
    columns = right[:, None] + torch.arange(width, device=device)
    columns = torch.where(flip[:, None] == 1, columns.flip(1), columns)
    padded = functional.pad(images, (padding,) * 4)
    return padded[
        torch.arange(batch, device=device)[:, None, None, None],
        torch.arange(channels, device=device)[None, :, None, None],
        rows[:, None, :, None],
        columns[:, None, None, :],
    ]
