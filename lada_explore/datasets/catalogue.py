"""The catalogue: image sets by name."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from lada_explore.config import DataConfig, Normalisation, RunConfig, unknown
from lada_explore.config.paths import FOLDER, OBJECT, expanded
from lada_explore.config.statistics import RELEASED_STATISTICS
from lada_explore.datasets.arrays import load_arrays
from lada_explore.datasets.digits import load_digits
from lada_explore.datasets.fashion import load_fashion_mini, load_fashion_mnist
from lada_explore.datasets.folder import load_folder
from lada_explore.datasets.handed_over import load_module, load_object
from lada_explore.datasets.hf import load_hf
from lada_explore.datasets.image_set import POINT_SHAPE, ImageData
from lada_explore.datasets.points import CLASSES, DRAWN, load_drawn, load_points
from lada_explore.datasets.torchvision_sets import load_cifar10, load_cifar100, load_svhn
from lada_explore.errors import ConfigError
from lada_explore.records.thumbnails import thumbnail_shape

LOADERS: Mapping[str, Callable[[Path, DataConfig], ImageData]] = {
    "folder": load_folder,
    "array": load_arrays,
    "hf": load_hf,
    "module": load_module,
    OBJECT: load_object,
}
"""Loaders of a person's own images, by the first part of the name; a colon and the path follow."""

FORMS = "folder:PATH, array:PATH, hf:NAME_OR_PATH, module:PACKAGE.MODULE:FUNCTION"
"""How their names are written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueEntry:
    """An image set of the catalogue.

    Attributes:
        summary: one line for lists.
        n_classes: C.
        shape: (D, H, W) of the images.
        load: reads the images; downloads them first if they are missing.
    """

    name: str
    summary: str
    n_classes: int
    shape: tuple[int, int, int]
    load: Callable[[], ImageData]


CATALOGUE: Mapping[str, CatalogueEntry] = {
    entry.name: entry
    for entry in (
        CatalogueEntry(
            name="fashion-mini",
            summary="6,000 training and 2,000 test images of Fashion-MNIST, shipped with this package.",
            n_classes=10,
            shape=(1, 28, 28),
            load=load_fashion_mini,
        ),
        CatalogueEntry(
            name="fashion-mnist",
            summary="60,000 training and 10,000 test images of clothes; 30 MB, downloaded if missing.",
            n_classes=10,
            shape=(1, 28, 28),
            load=load_fashion_mnist,
        ),
        CatalogueEntry(
            name="digits",
            summary="1,437 training and 360 test images of handwritten digits, shipped with scikit-learn.",
            n_classes=10,
            shape=(1, 28, 28),
            load=load_digits,
        ),
        CatalogueEntry(
            name="svhn",
            summary="73,257 training and 26,032 test images of house numbers; 246 MB, downloaded if missing.",
            n_classes=10,
            shape=(3, 32, 32),
            load=load_svhn,
        ),
        CatalogueEntry(
            name="cifar10",
            summary="50,000 training and 10,000 test photographs; 170 MB, downloaded if missing.",
            n_classes=10,
            shape=(3, 32, 32),
            load=load_cifar10,
        ),
        CatalogueEntry(
            name="cifar100",
            summary="50,000 training and 10,000 test photographs; 169 MB, downloaded if missing.",
            n_classes=100,
            shape=(3, 32, 32),
            load=load_cifar100,
        ),
        *(
            CatalogueEntry(
                name=f"points:{kind}",
                summary=f"600 training and 1,000 test points on the plane: {words}.",
                n_classes=CLASSES[kind],
                shape=POINT_SHAPE,
                load=partial(load_points, kind),
            )
            for kind, words in (
                ("moons", "two half moons that reach into each other"),
                ("blobs", "three round clouds that touch"),
                ("rings", "a ring around a ring"),
                ("spiral", "three arms of a spiral"),
            )
        ),
    )
}
"""The data sets that have a name, by it."""


def load_for(config: RunConfig, made_with: tuple[int, int, int] | None = None) -> ImageData:
    """The images that a run names, as it needs them.

    A classifier that is trained sees pixels of `data.height` x `data.width`. Where it only sees features, which are
    made from the files of a folder, the pixels are thumbnails for people, see `records.thumbnails`.

    Args:
        config: settings of the run.
        made_with: (D, H, W) of the images of the run when it was started; None for a new one.

    Raises:
        LadaError: as for `load`.
    """
    declared = (config.data.channels, config.data.height, config.data.width)
    _, height, width = made_with or thumbnail_shape(declared)
    if not (config.classifier.is_frozen and config.data.name.startswith(FOLDER)) or (height, width) == declared[1:]:
        return load(config.data)
    data = load(replace(config.data, height=height, width=width))
    return replace(data, declared_shape=declared)


def load(config: DataConfig) -> ImageData:
    """Load the images that a config names: a set of the catalogue, "points:drawn", or one's own.

    One's own are "folder:PATH", "array:PATH", "hf:NAME_OR_PATH" and "module:PACKAGE.MODULE:FUNCTION".

    They come with the mean and the standard deviation that `DataConfig.normalisation` says.

    Raises:
        ConfigError: the name is unknown, or the class names do not fit.
        DataError: files are missing, damaged or cannot be downloaded.
    """
    kind, colon, path = config.name.partition(":")
    if colon and kind in LOADERS:
        if not path.strip():
            raise ConfigError(f"dataset '{kind}:' names no folder; write its path after the colon, {kind}:PATH")
        return _by_name(LOADERS[kind](Path(path), config), config)
    if config.points or config.name == DRAWN:
        return _by_name(load_drawn(config), config)
    if config.name not in CATALOGUE and os.path.isdir(expanded(config.name)):
        raise ConfigError(f"dataset is {config.name!r}, which is a folder; write it as folder:{config.name}")
    if config.name not in CATALOGUE:
        raise unknown("dataset", config.name, [*CATALOGUE, FORMS])
    if config.classes:
        raise ConfigError(
            f"class names {', '.join(config.classes)} were given for {config.name}, which has its own; leave --classes "
            "out, it is for folder:PATH and array:PATH"
        )
    data = _by_name(CATALOGUE[config.name].load(), config)
    if config.normalisation is Normalisation.RELEASED:
        mean, std = RELEASED_STATISTICS[config.name]
        return replace(data, mean=mean, std=std)
    return data


def _by_name(data: ImageData, config: DataConfig) -> ImageData:
    """Images that know by which name they were read."""
    return replace(data, loaded_as=(config.name, data.train.checksum))
