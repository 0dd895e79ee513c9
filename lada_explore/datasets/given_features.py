"""Features that a person has made: which row is which image's, said without a guess that could be wrong in silence."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from lada_explore.datasets.feature_set import FeatureSet, Values
from lada_explore.datasets.image_set import ImageData, ImageSet
from lada_explore.datasets.whole_pictures import blocks_of_shape
from lada_explore.errors import ConfigError, DataError
from lada_explore.files import converting, reason_of

ONE = ""
"""Name of an array that comes alone."""

CALL_BYTES, CALL_ROWS = 2**26, 256
"""Largest size in bytes, and number, of the images that a function is given at once."""

Arrays = Mapping[str, Any]
Call = Callable[[Tensor], Any]


def by_image(arrays: Arrays, data: ImageData, where: str, digest: str) -> tuple[FeatureSet, FeatureSet | None]:
    """The features of the images to label and of the test set.

    Args:
        arrays: one of (N, F) that is named `ONE`; "train" (N, F) and "test" (T, F); or "features" (R, F) with "names"
            (R,), the path of each image in its folder. Rows without a name are in the order of the ids.
        data: the images.
        where: what the arrays came from, for messages.
        digest: of it.

    Raises:
        DataError: other arrays, another number of rows than of images, or rows of which it is not certain whose they
            are; the message says what to give.
    """
    names = set(arrays)
    if names == {"features", "names"}:
        return _by_name(arrays, data, where, digest)
    if data.test is not None and _is_held_out(data.test):
        raise DataError(
            f"{where} has rows without names, but the test images of {data.train.name} were drawn from the same "
            "folder, so that rows could be taken for those of other images; give a .npz with the arrays 'features' and "
            "'names', the path of each image in the folder"
        )
    wanted = {ONE} if names == {ONE} else {"train"}
    tested = {"test"} if data.test is not None else set()
    if names != wanted | tested or (tested and ONE in wanted):
        has = f"the array{'s' * (len(names) > 1)} {', '.join(sorted(names))}" if names != {ONE} else "a single array"
        test = f"has a test set of {len(data.test)} images" if data.test is not None else "has no test set"
        what = "the arrays 'train' and 'test'" if tested else "one array, or a .npz with 'train' alone"
        raise DataError(
            f"{where} holds {has}, and {data.train.name} {test}; give {what}, a row for each image in the order of the "
            "ids, or 'features' with 'names', the path of each image in its folder"
        )
    train = _in_order(arrays[wanted.pop()], data.train, "images to label", where, digest)
    if data.test is None:
        return train, None
    return train, _in_order(arrays["test"], data.test, "test images", where, digest)


def _is_held_out(test: ImageSet) -> bool:
    """Whether test images were drawn from a folder, rather than being in a folder of their own."""
    return test.item_names is not None and not all(name.startswith("test/") for name in test.item_names)


def _in_order(values: Any, images: ImageSet, what: str, where: str, digest: str) -> FeatureSet:
    rows = checked_values(values, where)
    if len(rows) != len(images):
        raise DataError(
            f"{where} has {len(rows)} rows of features for the {len(images)} {what} of {images.name}; give a row for "
            "each, in the order of the ids"
        )
    return FeatureSet(rows, np.arange(len(images)), digest)


def _by_name(arrays: Arrays, data: ImageData, where: str, digest: str) -> tuple[FeatureSet, FeatureSet | None]:
    values, names = checked_values(arrays["features"], where), np.asarray(arrays["names"])
    if names.dtype.kind != "U" or names.shape != (len(values),):
        raise DataError(
            f"'names' in {where} are {names.dtype} of shape {names.shape}; they must be {len(values)} texts, one for "
            "each row of 'features'"
        )
    row_of = {str(name): row for row, name in enumerate(names)}
    if len(row_of) != len(names):
        counts = dict(zip(*np.unique(names, return_counts=True), strict=True))
        twice = next(name for name in names if counts[name] > 1)
        raise DataError(f"{where} names {str(twice)!r} more than once; give one row for each image")
    if data.train.item_names is None:
        raise DataError(
            f"{where} has rows by name, but the images of {data.train.name} have no names, which only folder:PATH has; "
            "give the arrays 'train' and 'test', a row for each image in the order of the ids"
        )
    train = FeatureSet(values, _rows(row_of, data.train.item_names, where), digest)
    if data.test is None:
        return train, None
    return train, FeatureSet(values, _rows(row_of, data.test.item_names or (), where), digest)


def _rows(row_of: Mapping[str, int], items: Sequence[str], where: str) -> NDArray[np.int64]:
    missing = [item for item in items if item not in row_of]
    if missing:
        near = f", such as {next(iter(row_of))!r}" if row_of else ""
        raise DataError(
            f"{where} has no features of {len(missing)} of {len(items)} images, the first {missing[0]!r}; 'names' are "
            f"paths in the folder, and those that are there are others{near}"
        )
    return np.array([row_of[item] for item in items], dtype=np.int64)


def in_memory(values: Any, where: str) -> Values:
    """A copy of features (R, F) in memory, a tensor or an array; floats of 64 bits are rounded. Raises DataError."""
    if isinstance(values, Tensor):
        values = values.detach().cpu()
        values = (values.float() if values.dtype == torch.bfloat16 else values).numpy()
    array = np.array(values)
    return checked_values(array.astype(np.float32) if array.dtype == np.float64 else array, where)


def checked_values(array: NDArray[Any], where: str) -> Values:
    """The same features (R, F). Raises DataError unless they are float16 or float32, a row for each image."""
    if array.ndim != 2 or 0 in array.shape:
        raise DataError(f"{where} has features of shape {array.shape}; they must be (N, F), a row for each image")
    if array.dtype not in (np.float16, np.float32):
        raise DataError(
            f"{where} has features that are {array.dtype}; they must be float16 or float32, as "
            "features.astype(numpy.float32) makes them"
        )
    checked: Values = array
    return checked


def digest_of_arrays(arrays: Arrays) -> str:
    """SHA-256 of arrays by name: their shapes, number formats and values."""
    digest = hashlib.sha256()
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        digest.update(f"{name} {array.shape} {array.dtype}\n".encode())
        digest.update(array.data)
    return digest.hexdigest()


def features_by(
    call: Call, images: ImageSet, precision: str, name: str, shape: tuple[int, int, int] | None = None
) -> Values:
    """(N, F) features of all images of a set by a function of a person's own, each image once.

    Args:
        call: from float32 images (B, D, H, W) in [0, 1], on the CPU, to features (B, F), a tensor or an array.
        images: the set.
        precision: number format in which they are kept, "float16" or "float32".
        name: of the function, for messages.
        shape: (D, H, W) in which it is shown the images; that of the set when None.

    Raises:
        ConfigError: the function fails, or returns something else.
        DataError: a feature is beyond the number format, or a file is gone or cannot be read.
    """
    shape = shape or images.shape
    at_once = max(1, min(CALL_ROWS, CALL_BYTES // (4 * int(np.prod(shape)))))
    kept: Values | None = None
    for start, block in zip(range(0, len(images), at_once), blocks_of_shape(images, shape, at_once), strict=True):
        shown = block.float() / 255
        with torch.no_grad(), converting(lambda error: _failed(name, reason_of(error))):
            made = call(shown)
            found = (made.detach().float().cpu().numpy() if isinstance(made, Tensor) else np.asarray(made)).astype(
                np.float32
            )
        width = found.shape[-1] if kept is None else kept.shape[1]
        if found.ndim != 2 or found.shape != (len(shown), width) or not width:
            raise _failed(name, f"it returned the shape {found.shape} for {len(shown)} images")
        if kept is None:
            kept = np.empty((len(images), width), dtype=np.dtype(precision))
        with np.errstate(over="ignore"):
            kept[start : start + len(found)] = found
        if not np.isfinite(kept[start : start + len(found)]).all() and np.isfinite(found).all():
            raise DataError(
                f"{name} makes features up to {np.abs(found).max():g}, which {precision} cannot hold; set "
                "backbone.precision to float32"
            )
    assert kept is not None, "an image set has at least one image"
    return kept


def _failed(name: str, reason: str) -> ConfigError:
    return ConfigError(
        f"{name} cannot make features ({reason}); it must take float32 images (B, D, H, W) in [0, 1] and return "
        "features (B, F)"
    )
