"""What a backbone is shown of a picture: its channels, its size and its normalisation."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageOps
from torch import Tensor

from lada_explore.config import BackboneConfig, BackboneNormalisation
from lada_explore.config.statistics import IMAGENET_STATISTICS, Statistics
from lada_explore.datasets.picture_reader import PLAIN_READER, PictureReader
from lada_explore.errors import ConfigError
from lada_explore.models.borrowed.preprocessing import RGB, Wanted

FORMAT = 1
"""Changes when the same settings give other pixels, so that features of before are not taken for those of now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transform:
    """How pictures become what a backbone is shown.

    Attributes:
        shape: (D, H, W) to which pictures are decoded, or cropped and resized, as 8-bit pixels.
        channels: number of channels of the backbone: D, or 3 for grey pictures, which are repeated.
        mean, std: of each channel, by which pixels in [0, 1] are normalised; empty for none.
        reader: how files are read.
    """

    shape: tuple[int, int, int]
    channels: int
    mean: tuple[float, ...] = ()
    std: tuple[float, ...] = ()
    reader: PictureReader = PLAIN_READER

    def of_file(self, path: Path, content: bytes) -> NDArray[np.uint8]:
        """(D, H, W) pixels of the content of a file; see `PictureReader.read`. Raises what that does."""
        return self.reader.read(path, self.shape, content)

    def of_pixels(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """(D, H, W) pixels of an image (D', H', W'): cropped and resized as files are, grey by Rec. 601 luma."""
        if pixels.shape == self.shape:
            return pixels
        channels, height, width = self.shape
        image = Image.fromarray(pixels[0] if len(pixels) == 1 else np.ascontiguousarray(pixels.transpose(1, 2, 0)))
        image = image.convert("L" if channels == 1 else "RGB")
        found = np.asarray(ImageOps.fit(image, (width, height), method=Image.Resampling.BILINEAR))
        return found[None] if channels == 1 else found.transpose(2, 0, 1)

    def prepared(self, pixels: Tensor) -> Tensor:
        """(B, D', H, W) normalised float32 of 8-bit pixels (B, D, H, W), on their device."""
        images = pixels.float() / 255
        if images.shape[1] != self.channels:
            images = images.expand(-1, self.channels, -1, -1)
        if self.mean:
            mean, std = (torch.tensor(of, device=images.device).view(1, -1, 1, 1) for of in (self.mean, self.std))
            images = (images - mean) / std
        return images.contiguous(memory_format=torch.channels_last)

    def about(self) -> dict[str, object]:
        """What tells it from other transforms."""
        said = {"format": FORMAT, "shape": self.shape, "channels": self.channels, "mean": self.mean, "std": self.std}
        return {**said, **self.reader.about()}


def transform_for(
    settings: BackboneConfig,
    shape: tuple[int, int, int],
    statistics: Statistics,
    wanted: Wanted,
    *,
    fixed: tuple[int, int] | None,
    reader: PictureReader | None = None,
) -> tuple[Transform, tuple[str, ...]]:
    """The transform of a backbone for a set of images, and notes on it.

    Args:
        settings: size and normalisation that a person set.
        shape: (D, H, W) of the images.
        statistics: mean and standard deviation of each of their channels.
        wanted: channels of the backbone, and what its weights were trained on.
        fixed: (H, W) that the backbone takes whatever its weights are; None for any.
        reader: how the files of the images are read; None if they have none.

    Raises:
        ConfigError: the backbone has channels that pictures have not.
    """
    own = shape[0]
    channels = wanted.channels or own
    if channels not in (1, RGB):
        raise ConfigError(
            f"the backbone takes images of {channels} channels, and pictures have 1 (grey) or 3 (RGB); choose another"
        )
    depth = min(own, channels)
    size = (settings.size, settings.size) if settings.size else wanted.size or fixed or (shape[1], shape[2])
    mean, std = _normalisation(settings.normalisation, statistics, wanted)
    # Each has one number a channel of the images, or of the backbone, or one for all.
    mean, std = (_fitted(values, channels) for values in (mean, std))
    notes = ["colours are made grey, because the backbone sees grey images"] if own > channels else []
    used = reader or PLAIN_READER
    return Transform(shape=(depth, *size), channels=channels, mean=mean, std=std, reader=used), tuple(notes)


def _normalisation(chosen: BackboneNormalisation, images: Statistics, wanted: Wanted) -> Statistics:
    match chosen:
        case BackboneNormalisation.NONE:
            return (), ()
        case BackboneNormalisation.IMAGENET:
            return IMAGENET_STATISTICS
        case BackboneNormalisation.AUTO if wanted.mean:
            return wanted.mean, wanted.std
    return images


def _fitted(values: tuple[float, ...], channels: int) -> tuple[float, ...]:
    """One number a channel: repeated for more channels, their mean for a single one."""
    if len(values) in (0, channels):
        return values
    return values * channels if len(values) == 1 else (sum(values) / len(values),)
