"""Normalised batches of images, by id, on the device."""

from __future__ import annotations

from copy import copy

import torch
from torch import Tensor

from lada_explore.datasets.image_set import ImageSet
from lada_explore.datasets.transforms import crop_and_flip, draw_crops, normalise
from lada_explore.records import IntArray
from lada_explore.runtime import Runtime, free_bytes

DEVICE_SHARE = 0.5
"""Share of a GPU's free memory that an image set may take; networks and hidden states need the rest."""


class DeviceImages:
    """Normalised batches of an image set.

    An image set in memory is copied to the device as uint8 (47 MB for Fashion-MNIST), so that a batch is one gather on
    the device. A memory-mapped set, and a set larger than half of a GPU's free memory, stays where it is; the images of
    a batch are gathered there and then moved. Both ways give the same batches, bit for bit.

    Args:
        image_set: N images.
        mean, std: (D,) mean and standard deviation of each channel, for pixels scaled to [0, 1].
        runtime: device.
    """

    def __init__(self, image_set: ImageSet, mean: tuple[float, ...], std: tuple[float, ...], runtime: Runtime) -> None:
        self._image_set = image_set
        whole = not image_set.mappings and image_set.images.nbytes <= room_on(runtime.device)
        self._pixels = image_set.images.to(runtime.device) if whole else image_set.images
        # Copied once, because a copy for each batch would make a GPU wait.
        self._mean, self._std = (torch.tensor(of_channels, device=runtime.device) for of_channels in (mean, std))
        self._runtime = runtime
        self._crops: torch.Generator | None = None

    def __len__(self) -> int:
        return len(self._pixels)

    @property
    def on_device(self) -> bool:
        """Whether the whole set is on the device."""
        return self._pixels.device.type == self._runtime.device.type and not self._image_set.mappings

    def cropping(self, generator: torch.Generator) -> DeviceImages:
        """The same images, each of them cropped and flipped in every batch by draws of a CPU generator."""
        other = copy(self)
        other._crops = generator
        return other

    def unnormalised(self) -> DeviceImages:
        """The same images with pixels in [0, 1] in their batches, or points as they are."""
        other = copy(self)
        other._mean, other._std = torch.zeros_like(self._mean), torch.ones_like(self._std)
        return other

    def pixels(self, ids: IntArray) -> Tensor:
        """(B, D, H, W) uint8 pixels as stored, on the CPU; points are (B, 2, 1, 1) float32."""
        return self._rows(ids).cpu()

    def batch(self, ids: IntArray | Tensor, *, crops: Tensor | None = None) -> Tensor:
        """(B, D, H, W) normalised float32 images on the device, in the layout of the network.

        Args:
            ids: (B,) ids of the images.
            crops: (3, B) crop and flip of each image, see `draw_crops`; None for neither.
        """
        pixels = self._rows(ids).to(self._runtime.device)
        if crops is None and self._crops is not None:
            crops = draw_crops(len(pixels), self._crops).to(pixels.device)
        if crops is not None:
            pixels = crop_and_flip(pixels, crops)
        return self._runtime.place_states(normalise(pixels, self._mean, self._std))

    def _rows(self, ids: IntArray | Tensor) -> Tensor:
        """(B, D, H, W) uint8 pixels in the order of `ids`; reading in sorted order was no faster on disks."""
        rows = self._pixels[torch.as_tensor(ids).to(self._pixels.device)]
        self._image_set.release_pages()
        return rows


def room_on(device: torch.device) -> float:
    """Largest size in bytes of an image set on this device; infinite on a CPU, where it is already in memory."""
    return DEVICE_SHARE * free_bytes(device) if device.type == "cuda" else float("inf")
