"""SVHN and the two CIFAR sets; torchvision reads them, downloads missing files and checks their MD5 sums."""

from __future__ import annotations

from typing import Any

import numpy as np

from lada_explore.config.paths import data_folder
from lada_explore.datasets.download import fetched
from lada_explore.datasets.image_set import ImageData, ImageSet

# Means and standard deviations of the training images as commonly published (for CIFAR-100, rounded from
# github.com/weiaicunzai/pytorch-cifar100); they are not recomputed here.
CIFAR10_MEAN, CIFAR10_STD = (0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)
CIFAR100_MEAN, CIFAR100_STD = (0.5071, 0.4865, 0.4409), (0.2673, 0.2564, 0.2762)
SVHN_MEAN, SVHN_STD = (0.4377, 0.4438, 0.4728), (0.1980, 0.2010, 0.1970)


def load_cifar10() -> ImageData:
    """50,000 training and 10,000 test images in 10 classes.

    Raises:
        DataError: files are missing and cannot be downloaded.
    """
    from torchvision.datasets import CIFAR10

    source = "CIFAR-10 (Krizhevsky, 2009), free for research, no explicit licence."
    train, test = (_cifar("cifar10", CIFAR10, is_train, source) for is_train in (True, False))
    return ImageData(train=train, test=test, mean=CIFAR10_MEAN, std=CIFAR10_STD)


def load_cifar100() -> ImageData:
    """50,000 training and 10,000 test images in 100 (fine) classes.

    Raises:
        DataError: files are missing and cannot be downloaded.
    """
    from torchvision.datasets import CIFAR100

    source = "CIFAR-100 (Krizhevsky, 2009), free for research, no explicit licence."
    train, test = (_cifar("cifar100", CIFAR100, is_train, source) for is_train in (True, False))
    return ImageData(train=train, test=test, mean=CIFAR100_MEAN, std=CIFAR100_STD)


def load_svhn() -> ImageData:
    """73,257 training and 26,032 test images of house numbers in 10 classes; the "extra" images are not used.

    Raises:
        DataError: files are missing and cannot be downloaded.
    """
    train, test = (_svhn(split) for split in ("train", "test"))
    return ImageData(train=train, test=test, mean=SVHN_MEAN, std=SVHN_STD)


def _cifar(name: str, cls: Any, is_train: bool, source: str) -> ImageSet:
    root = data_folder()
    images = fetched(name, lambda: cls(str(root), train=is_train, download=True), root, [cls.filename])
    return ImageSet.create(
        name=name if is_train else f"{name}-test",
        images=images.data.transpose(0, 3, 1, 2),  # torchvision stores (N, H, W, D)
        targets=np.asarray(images.targets, dtype=np.int64),
        class_names=images.classes,
        source=source,
    )


def _svhn(split: str) -> ImageSet:
    from torchvision.datasets import SVHN

    root = data_folder()
    files = [SVHN.split_list[part][1] for part in ("train", "test")]
    images = fetched("svhn", lambda: SVHN(str(root), split=split, download=True), root, files)
    return ImageSet.create(
        name="svhn" if split == "train" else "svhn-test",
        images=images.data,
        targets=np.atleast_1d(images.labels),
        class_names=[str(digit) for digit in range(10)],
        source="SVHN (Netzer et al., 2011), for non-commercial use only.",
    )
