"""Scikit-learn's handwritten digits: small enough to train on in a test, and installed with scikit-learn."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from lada_explore.datasets.image_set import ImageData, ImageSet
from lada_explore.datasets.levels import channel_statistics
from lada_explore.datasets.splits import draw_per_class

TEST_PER_CLASS = 36
"""Test images of each class: in total 360 of 1,797 images, a fifth (ours)."""

_SEED = 0
_SOURCE = (
    "Optical Recognition of Handwritten Digits (Alpaydin and Kaynak, 1998), test part, as shipped with scikit-learn, "
    "CC BY 4.0."
)


def load_digits() -> ImageData:
    """1,437 training and 360 test images, 36 of each class chosen by a fixed draw, enlarged to 1 x 28 x 28."""
    images, targets = _enlarged_digits()
    is_test = draw_per_class(targets, lambda _: TEST_PER_CLASS, _SEED)
    train, test = (
        ImageSet.create(
            name=name,
            images=images[chosen],
            targets=targets[chosen],
            class_names=[str(digit) for digit in range(10)],
            source=_SOURCE,
        )
        for name, chosen in (("digits", ~is_test), ("digits-test", is_test))
    )
    mean, std = channel_statistics(train)
    return ImageData(train=train, test=test, mean=mean, std=std)


@lru_cache
def _enlarged_digits() -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """(N, 1, 28, 28) pixels and (N,) digits. They are kept, because scikit-learn reads them from a text file."""
    from sklearn.datasets import load_digits as sklearn_digits

    bunch = sklearn_digits()
    images, targets = enlarge(bunch.images)[:, None], bunch.target.astype(np.int64)
    for kept in (images, targets):
        kept.setflags(write=False)
    return images, targets


def enlarge(images: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Enlarge images by bilinear interpolation, from 8 x 8 values 0..16 to 28 x 28 pixels 0..255.

    Pixel i lies at (i + 1/2) 8/28 - 1/2 = (4i - 5) / 14 of the small image, clamped to 0..7, as in
    `torch.nn.functional.interpolate(mode="bilinear", align_corners=False)`. All weights are multiples of 1/14, so the
    result is computed exactly in integers and is the same on every machine.

    Args:
        images: (N, 8, 8) integer values 0..16.

    Returns:
        (N, 28, 28) uint8 pixels; halves are rounded up.
    """
    at = np.clip(4 * np.arange(28) - 5, 0, 7 * 14)
    low = np.minimum(at // 14, 6)
    weights = np.zeros((28, 8), dtype=np.int64)
    weights[np.arange(28), low] = 14 - (at - 14 * low)
    weights[np.arange(28), low + 1] = at - 14 * low
    values = weights @ images.astype(np.int64) @ weights.T
    white = 14 * 14 * 16
    return ((values * 255 + white // 2) // white).astype(np.uint8)
