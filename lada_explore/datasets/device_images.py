"""Normalised batches of images, by id, on the device."""

from __future__ import annotations

from copy import copy
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from lada_explore.datasets.image_set import ImageSet
from lada_explore.datasets.transforms import crop_and_flip, draw_crops, normalise
from lada_explore.records import IntArray
from lada_explore.records.thumbnails import thumbnails
from lada_explore.runtime import Runtime, free_bytes

DEVICE_SHARE = 0.5
"""Share of a GPU's free memory that an image set, or the hidden states of a cycle's pairs, may take."""

MOVED_BYTES = 2**32
"""Largest set on disk that is copied to a GPU as a whole. A larger one would take long to read, and a run may never ask
for most of its images."""


AT_ONCE = 256
"""Images that are read at once to make thumbnails of them."""


class DeviceImages:
    """Normalised batches of an image set.

    An image set in memory is copied to the device as uint8 (47 MB for Fashion-MNIST), so that a batch is one gather on
    the device. A set larger than half of a GPU's free memory, and a memory-mapped set on a CPU or larger than 4 GiB,
    stays where it is; the images of a batch are gathered there and then moved. Both ways give the same batches, bit for
    bit.

    Args:
        image_set: N images.
        mean, std: (D,) mean and standard deviation of each channel, for pixels scaled to [0, 1].
        runtime: device.
    """

    def __init__(self, image_set: ImageSet, mean: tuple[float, ...], std: tuple[float, ...], runtime: Runtime) -> None:
        self._image_set = image_set
        self._moved = _moved(image_set, runtime.device)
        # Copied once, because a copy for each batch would make a GPU wait.
        self._mean, self._std = (torch.tensor(of_channels, device=runtime.device) for of_channels in (mean, std))
        self._runtime = runtime
        self._crops: torch.Generator | None = None

    def __len__(self) -> int:
        return len(self._image_set)

    @property
    def on_device(self) -> bool:
        """Whether the whole set is on the device."""
        return self._moved is not None

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

    def thumbnails(self, ids: IntArray) -> NDArray[Any]:
        """(B, D, h, w) what records hold of images (B,), see `records.thumbnails`; points as they are."""
        blocks = [thumbnails(self.pixels(part).numpy()) for part in np.array_split(ids, -(-len(ids) // AT_ONCE) or 1)]
        return np.concatenate(blocks)

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
        """(B, D, H, W) uint8 pixels in the order of `ids`."""
        if self._moved is None:
            return self._image_set.take(ids)
        return self._moved[torch.as_tensor(ids).to(self._moved.device)]


def _moved(image_set: ImageSet, device: torch.device) -> Tensor | None:
    """All pixels of a set on the device; None for a set that stays where it is."""
    n_bytes, is_mapped = image_set.n_bytes, bool(image_set.mappings)
    # A part in memory on a CPU would be copied.
    stays = is_mapped or image_set.rows is not None
    if n_bytes > room_on(device) or (stays and (device.type == "cpu" or (is_mapped and n_bytes > MOVED_BYTES))):
        return None
    if not is_mapped:
        return image_set.images.to(device)
    moved = torch.empty((len(image_set), *image_set.shape), dtype=image_set.pixels.dtype, device=device)
    start = 0
    for block in image_set.blocks():
        moved[start : start + len(block)] = block.to(device)
        start += len(block)
    return moved


def room_on(device: torch.device) -> float:
    """Largest size in bytes of an image set, or of the hidden states of pairs, on this device.

    Infinite on a CPU, where they are in memory anyway.
    """
    return DEVICE_SHARE * free_bytes(device) if device.type == "cuda" else float("inf")
