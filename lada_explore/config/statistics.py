"""Mean and standard deviation by which the authors' release of LADA normalises its data sets (utils_data.py)."""

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
