"""Means and standard deviations by which images are normalised, of pixels in [0, 1].

Those of `RELEASED_STATISTICS` are of the authors' release of LADA (utils_data.py).
"""

from __future__ import annotations

from collections.abc import Mapping

Statistics = tuple[tuple[float, ...], tuple[float, ...]]

_FASHION: Statistics = (0.1307,), (0.3081,)
_CIFAR: Statistics = (0.4914, 0.4822, 0.4465), (0.2023, 0.1994, 0.2010)

RELEASED_STATISTICS: Mapping[str, Statistics] = {
    "fashion-mini": _FASHION,
    "fashion-mnist": _FASHION,
    "svhn": ((0.5, 0.5, 0.5), (0.5, 0.5, 0.5)),
    "cifar10": _CIFAR,
    "cifar100": _CIFAR,
}
"""(D,) mean and (D,) standard deviation of pixels in [0, 1] by name of the data set; Fashion's are those of MNIST."""

IMAGENET_STATISTICS: Statistics = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
"""Of the training images of ImageNet, as torchvision's and most of timm's weights were trained."""
