"""Images where the computing happens: batches by id, normalised, on the device."""

from __future__ import annotations

import torch
from torch import Tensor

from lada_explore.datasets.image_set import ImageSet
from lada_explore.datasets.transforms import crop_and_flip, normalise
from lada_explore.records import IntArray
from lada_explore.runtime import Runtime


class DeviceImages:
    """Normalised batches of an image set.

    The whole set is kept on the device as uint8 (47 MB for Fashion-MNIST), so that a batch costs one gather.

    Args:
        image_set: N images.
        mean, std: of each channel, of pixels scaled to [0, 1].
        runtime: where to.
    """

    def __init__(self, image_set: ImageSet, mean: tuple[float, ...], std: tuple[float, ...], runtime: Runtime) -> None:
        self._pixels = image_set.images.to(runtime.device)
        self._mean = mean
        self._std = std
        self._runtime = runtime

    def __len__(self) -> int:
        return len(self._pixels)

    def pixels(self, ids: IntArray) -> Tensor:
        """(B, D, H, W) uint8 as stored, on the CPU."""
        return self._pixels[torch.from_numpy(ids).to(self._pixels.device)].cpu()

    def batch(self, ids: IntArray | Tensor, *, crop_flip: torch.Generator | None = None) -> Tensor:
        """(B, D, H, W) float32, normalised, in the layout of the network.

        Args:
            ids: (B,) which images.
            crop_flip: draws a random crop and flip of each image; none without it.
        """
        rows = torch.as_tensor(ids).to(self._pixels.device)
        pixels = self._pixels[rows]
        if crop_flip is not None:
            pixels = crop_and_flip(pixels, crop_flip)
        return self._runtime.place_states(normalise(pixels, self._mean, self._std))
