"""Checks of what image sets are made of: pixels, targets and class names."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from lada_explore.config.names import canonical, name_fault, quoted
from lada_explore.errors import DataError


def array_of(values: Tensor | NDArray[Any]) -> NDArray[Any]:
    """The values as an array on the CPU."""
    return values.detach().cpu().numpy() if isinstance(values, Tensor) else np.asarray(values)


def checked_pixels(name: str, images: NDArray[Any]) -> NDArray[np.uint8]:
    """A checked copy of the images as (N, D, H, W) uint8. Raises DataError."""
    check_shape(name, images.shape)
    if images.dtype == np.uint8:
        return np.array(images, order="C")
    if not np.issubdtype(images.dtype, np.floating):
        raise DataError(f"{name}: pixels are {images.dtype}; give uint8 in 0..255 or floats in [0, 1]")
    # Negated, so that a NaN, which compares false with everything, counts as wrong.
    wrong = ~((images >= 0) & (images <= 1))
    if wrong.any():
        first = np.unravel_index(int(wrong.argmax()), images.shape)
        where = ", ".join(str(int(i)) for i in first)
        raise DataError(
            f"{name}: {np.count_nonzero(wrong)} of {images.size} pixel values are not in [0, 1], the first "
            f"{images[first]:g} at [{where}]; scale floats to [0, 1] or give uint8"
        )
    return np.ascontiguousarray(np.rint(images.astype(np.float64) * 255).astype(np.uint8))


def shared_pixels(name: str, images: NDArray[Any]) -> NDArray[np.uint8]:
    """The same images, which are not copied. Raises DataError unless they are (N, D, H, W) uint8."""
    check_shape(name, images.shape)
    if images.dtype != np.uint8:
        raise DataError(f"{name}: pixels are {images.dtype}; only uint8 can be used without a copy")
    return images


def check_shape(name: str, shape: tuple[int, ...]) -> None:
    """Raises DataError unless the shape is (N, D, H, W) with N >= 1 and D = 1 (grey) or 3 (RGB)."""
    if len(shape) != 4 or shape[1] not in (1, 3):
        raise DataError(
            f"{name}: images have shape {shape}; they must be (N, D, H, W) with D = 1 (grey) or 3 (RGB) "
            "channels, so move or add the channel axis"
        )
    if 0 in shape:
        raise DataError(f"{name}: images have shape {shape}, which holds no pixel; give at least one image")


def check_targets(name: str, targets: NDArray[Any], n_images: int, n_classes: int) -> None:
    """Raises DataError unless the targets are (N,) integers in [0, C)."""
    if targets.shape != (n_images,):
        raise DataError(f"{name}: {n_images} images came with targets of shape {targets.shape}; give one for each")
    if not np.issubdtype(targets.dtype, np.integer):
        raise DataError(f"{name}: targets are {targets.dtype}; give class indices as integers")
    # Extremes first, so that a pool of 10^7 targets is checked without another array of that size.
    if targets.min() >= 0 and targets.max() < n_classes:
        return
    wrong = (targets < 0) | (targets >= n_classes)
    first = int(wrong.argmax())
    raise DataError(
        f"{name}: {np.count_nonzero(wrong)} of {n_images} targets are outside 0..{n_classes - 1}, the first "
        f"{targets[first]} at id {first}; give class indices, or name all the classes"
    )


MAX_CLASSES = 32_768
"""Largest number of classes: more than the 21,841 of ImageNet-21k. The confusion matrix then takes 8 GiB."""


def check_class_names(name: str, class_names: tuple[str, ...]) -> None:
    """Raises DataError unless there are 2 to `MAX_CLASSES` distinct names that can be shown."""
    if len(class_names) > MAX_CLASSES:
        raise DataError(f"{name} has {len(class_names):,} classes; at most {MAX_CLASSES:,} can be told apart here")
    for position, class_name in enumerate(class_names):
        if fault := name_fault(class_name):
            raise DataError(f"{name}: class {quoted(class_name) if class_name.strip() else position} {fault}")
    if len(class_names) < 2:
        count = f"1 class, {class_names[0]!r}" if class_names else "no class"
        raise DataError(f"{name} has {count}; a classifier needs at least 2 to tell apart")
    twice = [class_name for class_name, count in Counter(map(canonical, class_names)).items() if count > 1]
    if twice:
        raise DataError(f"{name}: class {twice[0]!r} is named more than once; give each class a name of its own")
