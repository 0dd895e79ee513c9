"""Fashion-MNIST, complete and as the subset that ships with this package."""

from __future__ import annotations

from pathlib import Path

from lada_explore.config.paths import bundled, data_folder
from lada_explore.datasets.download import fetched
from lada_explore.datasets.idx import read_idx
from lada_explore.datasets.image_set import ImageData, ImageSet
from lada_explore.errors import DataError

CLASS_NAMES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
"""Class names in the order of the labels (README of github.com/zalandoresearch/fashion-mnist)."""

MEAN = (0.2860,)
STD = (0.3530,)
"""Mean and standard deviation of the 60,000 training images as commonly published; a test recomputes them."""

STEMS = {
    "train": ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
    "test": ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
}
"""File names of images and labels, without .gz."""

DEBIAN_FOLDER = Path("/usr/share/datasets/fashion-mnist")
"""Where Debian's package dataset-fashion-mnist puts the files."""

SOURCE = "Fashion-MNIST (Xiao, Rasul and Vollgraf, 2017), MIT licence, copyright 2017 Zalando SE."


def load_fashion_mini() -> ImageData:
    """The shipped subset: 6,000 training and 2,000 test images, 600 and 200 of each class.

    Raises:
        DataError: files are missing or damaged.
    """
    folder = bundled("fashion-mini")
    if folder.is_dir():
        return read_fashion("fashion-mini", folder)
    raise DataError(f"fashion-mini is not at {folder}; install the package again, or run data/make_fashion_mini.py")


def load_fashion_mnist() -> ImageData:
    """All 60,000 training and 10,000 test images, from Debian's files, from torchvision's files, or downloaded.

    Raises:
        DataError: files are missing and cannot be downloaded, or are damaged.
    """
    raw = data_folder() / "FashionMNIST" / "raw"
    for folder in (DEBIAN_FOLDER, raw):
        if _is_complete(folder):
            return read_fashion("fashion-mnist", folder)

    def download() -> None:
        from torchvision.datasets import FashionMNIST

        FashionMNIST(str(data_folder()), download=True)

    fetched("fashion-mnist", download, raw, [f"{stem}.gz" for stems in STEMS.values() for stem in stems])
    return read_fashion("fashion-mnist", raw)


def read_fashion(name: str, folder: Path) -> ImageData:
    """Read the four IDX files of a folder, gzipped or not.

    Raises:
        DataError: a file is missing or damaged, or the numbers of images and labels differ.
    """
    train = _read_part(name, folder, "train")
    return ImageData(train=train, test=_read_part(f"{name}-test", folder, "test"), mean=MEAN, std=STD)


def _read_part(name: str, folder: Path, part: str) -> ImageSet:
    image_path, label_path = (_path(folder, stem) for stem in STEMS[part])
    images, targets = read_idx(image_path), read_idx(label_path)
    if images.shape[1:] != (28, 28):
        raise DataError(f"{image_path} holds an array of {images.shape}; Fashion-MNIST is (N, 28, 28), fetch it again")
    if targets.shape != images.shape[:1]:
        raise DataError(
            f"{image_path} holds {len(images)} images but {label_path} holds labels of shape {targets.shape}; delete "
            "both and fetch them again"
        )
    return ImageSet.create(name=name, images=images[:, None], targets=targets, class_names=CLASS_NAMES, source=SOURCE)


def _path(folder: Path, stem: str) -> Path:
    plain = folder / stem
    return plain if plain.exists() else folder / f"{stem}.gz"


def _is_complete(folder: Path) -> bool:
    return all(_path(folder, stem).exists() for stems in STEMS.values() for stem in stems)
