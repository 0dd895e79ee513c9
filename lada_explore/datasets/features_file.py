"""Features of a person's own from a file: `classifier.kind=features:PATH`."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np

from lada_explore.config.paths import expanded
from lada_explore.datasets.features import Features, features_from
from lada_explore.datasets.given_features import ONE, by_image
from lada_explore.datasets.image_set import ImageData
from lada_explore.errors import DataError
from lada_explore.files import Unreadable, reading
from lada_explore.files.arrays import read_arrays, require_length

_FILE = Unreadable(
    error=DataError,
    damaged="holds no features",
    remedy="write floats (N, F) with numpy.save, or arrays by name with numpy.savez",
    missing="does not exist; give classifier.kind=features:PATH the path of a .npy or .npz file",
)


def features_of_file(path: str, data: ImageData) -> Features:
    """Features of a .npy file, which stays on disk, or of a .npz file, which is read into memory.

    Args:
        path: of the file; what it has to hold is said in `given_features.by_image`. Objects are never unpickled.
        data: the images.

    Raises:
        DataError: no such file, a damaged one, or features that do not fit the images.
    """
    place = expanded(path)
    if place.suffix not in (".npy", ".npz"):
        raise DataError(f"classifier.kind is 'features:{path}'; give a file that ends in .npy or .npz")
    arrays = {ONE: _mapped(place)} if place.suffix == ".npy" else read_arrays(place, _FILE)
    with reading(place, _FILE), place.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    train, test = by_image(arrays, data, str(place), digest)
    return features_from(train, test, {"file": place.name})


def _mapped(place: Path) -> Any:
    """The array of a file, read where it is asked for. Raises DataError."""
    with reading(place, _FILE), place.open("rb") as file:
        require_length(file)
        values = np.load(place, mmap_mode="r", allow_pickle=False)
    if not values.flags.c_contiguous:
        raise DataError(
            f"{place} is in Fortran order, which spreads the features of an image over the whole file; save "
            "numpy.ascontiguousarray(features)"
        )
    return values
