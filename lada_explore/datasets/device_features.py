"""What the classifier of a run sees, by the id of the image: the images themselves, or features of them."""

from __future__ import annotations

from copy import copy

import numpy as np
import torch
from torch import Tensor

from lada_explore.datasets.device_images import DeviceImages, room_on
from lada_explore.datasets.feature_set import FeatureSet
from lada_explore.datasets.features import Features
from lada_explore.datasets.image_set import ImageData, ImageSet
from lada_explore.errors import DataError
from lada_explore.records import IntArray
from lada_explore.runtime import Runtime


def seen_of_pool(data: ImageData, runtime: Runtime) -> DeviceImages:
    """What the classifier sees of the images to label; `pixels` gives what a person sees."""
    if data.features is None:
        return DeviceImages(data.train, data.mean, data.std, runtime)
    return DeviceFeatures(data.train, data.features.train, data.features, runtime)


def seen_of_test(data: ImageData, runtime: Runtime) -> DeviceImages:
    """What the classifier sees of the test images, of data that has some."""
    assert data.test is not None
    if data.features is None:
        return DeviceImages(data.test, data.mean, data.std, runtime)
    assert data.features.test is not None
    return DeviceFeatures(data.test, data.features.test, data.features, runtime)


class DeviceFeatures(DeviceImages):
    """Normalised features of images in place of the images: batches (B, F, 1, 1); `pixels` gives the pictures.

    Features in memory are copied to the device as they are. Of those that stay on disk, and of more than half of a
    GPU's free memory, only the rows of a batch are read.

    Args:
        image_set: N images, the pictures.
        features: their features.
        of_run: mean and standard deviation by which they are normalised.
        runtime: device.
    """

    def __init__(self, image_set: ImageSet, features: FeatureSet, of_run: Features, runtime: Runtime) -> None:
        # The pictures stay where they are: only what is recorded and shown is read of them.
        self._image_set, self._moved = image_set, None
        self._runtime, self._crops = runtime, None
        self._mean, self._std = (torch.from_numpy(values).to(runtime.device) for values in (of_run.mean, of_run.std))
        self._features = features
        whole = not isinstance(features.values, np.memmap) and features.values.nbytes <= room_on(runtime.device)
        self._values = torch.from_numpy(features.values).to(runtime.device) if whole else None
        self._row_of = torch.from_numpy(features.rows).to(runtime.device) if whole else None

    @property
    def on_device(self) -> bool:
        """Whether all features are on the device."""
        return self._values is not None

    def cropping(self, generator: torch.Generator) -> DeviceImages:
        """Raises DataError: features are of images as they are."""
        raise DataError("features have nothing to crop or flip; set training.virtual_images to 'plain'")

    def unnormalised(self) -> DeviceImages:
        """The same features as they were computed."""
        other = copy(self)
        other._mean, other._std = torch.zeros_like(self._mean), torch.ones_like(self._std)
        return other

    def batch(self, ids: IntArray | Tensor, *, crops: Tensor | None = None) -> Tensor:
        """(B, F, 1, 1) normalised float32 features on the device.

        Args:
            ids: (B,) ids of the images.
            crops: None; features have nothing to crop.
        """
        assert crops is None, "features have nothing to crop"
        wanted = torch.as_tensor(ids)
        if self._values is None or self._row_of is None:
            rows = torch.from_numpy(self._features.take(wanted.cpu().numpy())).to(self._runtime.device)
        else:
            places = self._row_of[wanted.to(self._row_of.device)]
            rows = torch.where((places < 0)[:, None], 0.0, self._values[places].float())
        return ((rows - self._mean) / self._std)[:, :, None, None]
