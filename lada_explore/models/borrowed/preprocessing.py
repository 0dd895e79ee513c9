"""Images as a borrowed network takes them: its channels, its size, its normalisation."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate

RGB = 3
"""Channels of a network for photographs, which is shown grey images too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a network was trained on.

    Attributes:
        channels: number of channels; None for as many as the images have.
        size: (H, W); None for the size of the images.
        made_for: (H, W) of the images that it was made for, which it need not be given; None if that is not known.
        mean, std: of each channel of pixels in [0, 1]; empty for those of the images.
    """

    channels: int | None = None
    size: tuple[int, int] | None = None
    made_for: tuple[int, int] | None = None
    mean: tuple[float, ...] = ()
    std: tuple[float, ...] = ()


class Preprocessing(nn.Module):
    """Normalised images (B, D, H, W) of the run as the network wants them: linear in the pixels, so that mixes agree.

    Grey images are repeated on all channels, the normalisation of the run is taken back for that of the network, and
    the size is changed bilinearly, with antialiasing.

    Args:
        shape: (D, H, W) of the images.
        mean, std: (D,) by which they are normalised; empty if they are not known.
        wanted: what the network wants.
    """

    scale: Tensor
    shift: Tensor

    def __init__(
        self, shape: tuple[int, int, int], mean: tuple[float, ...], std: tuple[float, ...], wanted: Wanted
    ) -> None:
        super().__init__()
        channels, *size = shape
        self.repeats = RGB if (channels, wanted.channels) == (1, RGB) else 1
        self.size = wanted.size if wanted.size and wanted.size != tuple(size) else None
        self.normalises = bool(wanted.mean and mean)
        depth = channels * self.repeats
        here, there = torch.ones(2, depth), torch.zeros(2, depth)
        if self.normalises:
            own = [torch.tensor(values).expand(depth) for values in (std, mean)]
            other = [torch.tensor(values).expand(depth) for values in (wanted.std, wanted.mean)]
            here, there = torch.stack([own[0], other[0]]), torch.stack([own[1], other[1]])
        # Not persistent: both are known from the data and the network, so a checkpoint does not need them.
        self.register_buffer("scale", (here[0] / here[1]).view(1, -1, 1, 1), persistent=False)
        self.register_buffer("shift", ((there[0] - there[1]) / here[1]).view(1, -1, 1, 1), persistent=False)
        sides = self.size or (size[0], size[1])
        self.shape = (depth, sides[0], sides[1])

    def forward(self, images: Tensor) -> Tensor:
        """(B, D', H', W') of normalised images (B, D, H, W)."""
        if self.repeats > 1:
            images = images.expand(-1, self.repeats, -1, -1)
        if self.normalises:
            images = images * self.scale + self.shift
        if self.size is not None:
            images = interpolate(images, self.size, mode="bilinear", antialias=True)
        return images

    @property
    def notes(self) -> tuple[str, ...]:
        """What it does, one phrase each."""
        return (
            *([f"grey images are repeated on {self.repeats} channels"] if self.repeats > 1 else []),
            *(["images are normalised as those that its weights were trained on"] if self.normalises else []),
            *([f"images are scaled to {self.size[0]} x {self.size[1]}"] if self.size else []),
        )
