"""What happens to a batch of pixels before the classifier sees it: crop, flip and normalise, on any device."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from lada_explore.datasets.image_set import POINT_SHAPE
from lada_explore.errors import DataError


def normalise(images: Tensor, mean: Sequence[float], std: Sequence[float]) -> Tensor:
    """(pixels / 255 - mean) / std, channel by channel; of points (coordinate - mean) / std.

    Args:
        images: (B, D, H, W) uint8, or points as (B, 2, 1, 1) float32, on any device.
        mean: (D,) of pixels scaled to [0, 1], or of coordinates.
        std: (D,) of the same, above 0.

    Returns:
        (B, D, H, W) float32 on the device of `images`.

    Raises:
        DataError: images that are not uint8 (nor points), or not one mean and std for each channel.
    """
    are_points = images.dtype == torch.float32 and images.shape[1:] == POINT_SHAPE
    if images.dtype != torch.uint8 and not are_points:
        raise DataError(f"images to normalise are {images.dtype}; they must be uint8, normalise them once")
    if images.ndim != 4 or not images.shape[1] == len(mean) == len(std):
        raise DataError(
            f"images of shape {tuple(images.shape)} came with {len(mean)} means and {len(std)} standard deviations; "
            "give (B, D, H, W) and one of each for every channel"
        )
    shift = torch.tensor(mean, dtype=torch.float32, device=images.device).view(1, -1, 1, 1)
    scale = torch.tensor(std, dtype=torch.float32, device=images.device).view(1, -1, 1, 1)
    scaled = images if are_points else images.to(torch.float32) / 255
    return (scaled - shift) / scale


def crop_and_flip(images: Tensor, generator: torch.Generator, padding: int = 4) -> Tensor:
    """Random crop of the zero-padded image, then a horizontal flip of every second one (LADA supplement A.3).

    Three numbers are drawn for each image, all at once and on the generator's device: offset down, offset right
    (0..2 * padding) and flip (0 or 1), as `torch.randint` of shapes (2, B) and (B,). The same generator state gives
    the same crops on every device. Zero is black before `normalise`, so crop first.

    Args:
        images: (B, D, H, W), any dtype, on any device.
        generator: source of the random numbers.
        padding: black pixels put on each side, 0 or more.

    Returns:
        (B, D, H, W) of the same dtype and on the same device.

    Raises:
        DataError: images without four axes, or a negative padding.
    """
    if images.ndim != 4:
        raise DataError(f"images to crop have shape {tuple(images.shape)}; they must be (B, D, H, W)")
    if padding < 0:
        raise DataError(f"padding is {padding}; it must be 0 or more, the paper's is 4")
    batch, channels, height, width = images.shape
    source = generator.device
    offsets = torch.randint(0, 2 * padding + 1, (2, batch), generator=generator, device=source)
    flips = torch.randint(0, 2, (batch,), generator=generator, device=source)
    down, right, flip = torch.cat([offsets, flips[None]]).to(images.device)

    device = images.device
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
