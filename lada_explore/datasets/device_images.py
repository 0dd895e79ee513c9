"""Images where the computing happens: batches by id, normalised, on the device."""

from __future__ import annotations

import torch
from torch import Tensor

from lada_explore.datasets.image_set import ImageSet
from lada_explore.datasets.transforms import crop_and_flip, normalise
from lada_explore.records import IntArray
from lada_explore.runtime import Runtime, free_bytes

DEVICE_SHARE = 0.5
"""Part of a GPU's free memory that an image set may fill; the networks and the hidden states need the rest."""


class DeviceImages:
    """Normalised batches of an image set.

    A set in memory is put on the device whole, as uint8 (47 MB for Fashion-MNIST), so that a batch costs one gather.
    A mapped set, and one that fills over half of a GPU's free memory, stays where it is: a batch gathers its rows there
    and moves them. The batches are the same bit for bit.

    Args:
        image_set: N images.
        mean, std: of each channel, of pixels scaled to [0, 1].
        runtime: where to.
    """

    def __init__(self, image_set: ImageSet, mean: tuple[float, ...], std: tuple[float, ...], runtime: Runtime) -> None:
        self._image_set = image_set
        whole = not image_set.mappings and image_set.images.nbytes <= _room(runtime.device)
        self._pixels = image_set.images.to(runtime.device) if whole else image_set.images
        # Here once: a copy for each batch would hold up a GPU.
        self._mean, self._std = (torch.tensor(of_channels, device=runtime.device) for of_channels in (mean, std))
        self._runtime = runtime

    def __len__(self) -> int:
        return len(self._pixels)

    @property
    def on_device(self) -> bool:
        """Whether a batch is gathered on the device, from the whole set."""
        return self._pixels.device.type == self._runtime.device.type and not self._image_set.mappings

    def pixels(self, ids: IntArray) -> Tensor:
        """(B, D, H, W) uint8 as stored, on the CPU; points as (B, 2, 1, 1) float32."""
        return self._rows(ids).cpu()

    def batch(self, ids: IntArray | Tensor, *, crops: Tensor | None = None) -> Tensor:
        """(B, D, H, W) float32, normalised, in the layout of the network.

        Args:
            ids: (B,) which images.
            crops: (3, B) crop and flip of each image, see `draw_crops`; none without it.
        """
        pixels = self._rows(ids).to(self._runtime.device)
        if crops is not None:
            pixels = crop_and_flip(pixels, crops)
        return self._runtime.place_states(normalise(pixels, self._mean, self._std))

    def _rows(self, ids: IntArray | Tensor) -> Tensor:
        """(B, D, H, W) uint8, gathered where the set is, in the order of `ids`: sorted, disks were no faster."""
        rows = self._pixels[torch.as_tensor(ids).to(self._pixels.device)]
        self._image_set.release_pages()
        return rows


def _room(device: torch.device) -> float:
    """Bytes that an image set may take on this device; no limit on a CPU, where it is already."""
    return DEVICE_SHARE * free_bytes(device) if device.type == "cuda" else float("inf")
