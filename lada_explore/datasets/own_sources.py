"""A person's own images from arrays, and from data sets as torch has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps
from torch import Tensor

from lada_explore.datasets.image_checks import array_of
from lada_explore.datasets.image_set import ImageData, ImageSet
from lada_explore.datasets.levels import counts_of, narrow_range, scale_of, statistics_of
from lada_explore.datasets.picture_reader import PLAIN_READER, PictureReader
from lada_explore.datasets.streamed import streamed
from lada_explore.errors import DataError
from lada_explore.files import converting, reason_of
from lada_explore.runtime.progress import LateBar

SMALL = 64
"""Pixels of the longer side to which larger pictures of a data set are scaled, where no size is asked for."""

_MISSING = ("NoneType", "NAType", "NaTType")
"""Types of what stands for a value that is missing, those of pandas among them."""

SUPPORTED = "only one class for each image is supported, neither boxes (detection) nor several labels (multi-label)"

Shape = tuple[int, int, int]


class TorchDataset(Protocol):
    """A data set as torch has them: its items are an image, or an image and its class index."""

    def __len__(self) -> int:
        """Number of items."""

    def __getitem__(self, index: int, /) -> Any:
        """An item."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What images of a data set become.

    Attributes:
        shape: (D, H, W); None for that of the first image, scaled to at most `SMALL` pixels.
        reader: how they come to it.
    """

    shape: Shape | None = None
    reader: PictureReader = PLAIN_READER


def data_of(train: ImageSet, test: ImageSet | None, notes: Sequence[str] = ()) -> ImageData:
    """Sets with the statistics of the first one, and notes."""
    counts = counts_of(train)
    mean, std = statistics_of(counts)
    std, said = scale_of(std)
    if narrow := narrow_range(counts):
        said = (f"the images of {train.name} {narrow}; scale them to the whole range before you hand them over", *said)
    return ImageData(train=train, test=test, mean=mean, std=std, notes=(*notes, *said))


# Arrays ---


def from_arrays(
    x: Tensor | NDArray[Any],
    y: Any,
    names: Sequence[str] | None,
    test: tuple[Any, Any] | None,
    name: str,
) -> ImageData:
    """See `ImageData.from_arrays`."""
    targets, found = classes_of(y, names, name)
    source = "Arrays that were handed over; you know their licence."
    train = ImageSet.create(
        name=name, images=_channels_first(x, name), targets=targets, class_names=found, source=source
    )
    if test is None:
        return data_of(train, None)
    tested, _ = classes_of(test[1], found, f"{name}-test")
    images = _channels_first(test[0], f"{name}-test")
    return data_of(
        train, ImageSet.create(name=f"{name}-test", images=images, targets=tested, class_names=found, source=source)
    )


def _channels_first(x: Tensor | NDArray[Any], name: str) -> NDArray[Any]:
    """Images (N, H, W), (N, H, W, D) or (N, D, H, W) as (N, D, H, W). Raises DataError."""
    differ = DataError(f"{name}: the images differ in size; make them one array, or pass a data set of PIL images")
    with converting(lambda error: differ):
        images = array_of(x.float() if isinstance(x, Tensor) and x.is_floating_point() else x)
    if images.dtype == object:
        raise differ
    if images.ndim == 3:
        return images[:, None]
    if images.ndim == 4 and images.shape[1] not in (1, 3) and images.shape[3] in (1, 3):
        return np.moveaxis(images, 3, 1)
    return images


def classes_of(y: Any, names: Any, name: str) -> tuple[NDArray[np.int64] | None, tuple[str, ...]]:
    """Class indices (N,), None without labels, and the names of the classes. Raises DataError."""
    if isinstance(names, str):
        names = names.split(",")
    names = names.tolist() if isinstance(names, np.ndarray) else names
    if names is not None and not isinstance(names, Sequence):
        kind = type(names).__name__
        raise DataError(f"{name}: the class names are {_a(kind)}; give them as a list, by class index")
    if wrong := [one for one in names or () if not isinstance(one, str)]:
        kind = type(wrong[0]).__name__
        raise DataError(f"{name}: the class name {wrong[0]!r} is {_a(kind)}; give each class a name that is text")
    if y is None:
        if not names:
            raise DataError(f"{name} has no labels and no class names; name the classes to label the images with")
        return None, tuple(names)
    with converting(lambda error: DataError(f"{name}: the targets are no array of one kind; {SUPPORTED}")):
        targets = array_of(y) if isinstance(y, Tensor) else np.asarray(y)
    if targets.ndim == 1 and targets.dtype == object:
        targets = _texts(targets, name)
    if targets.ndim != 1 or targets.dtype == object:
        what = f"have shape {targets.shape}" if targets.ndim != 1 else "are neither all numbers nor all texts"
        raise DataError(f"{name}: the targets {what}, but {SUPPORTED}; give one class index for each image, (N,)")
    if targets.dtype.kind in "US":
        known = tuple(names or sorted({str(text) for text in targets}))
        index = {text: number for number, text in enumerate(known)}
        if missing := [str(text) for text in targets if str(text) not in index]:
            raise DataError(f"{name}: the class {missing[0]!r} of a target is not among the names; name all classes")
        return np.array([index[str(text)] for text in targets], dtype=np.int64), known
    if targets.dtype == bool:
        targets = targets.astype(np.int64)
    if not np.issubdtype(targets.dtype, np.integer):
        raise DataError(f"{name}: targets are {targets.dtype}; give class indices as integers, or names of classes")
    known = tuple(names or map(str, range(int(targets.max(initial=0)) + 1)))
    return targets, known


def _texts(targets: NDArray[Any], name: str) -> NDArray[Any]:
    """Targets (N,) that are texts, as such; others as they are. Raises DataError where one is missing."""
    for number, target in enumerate(targets):
        if type(target).__name__ in _MISSING or (isinstance(target, float) and np.isnan(target)):
            raise DataError(
                f"{name}: image {number} has the target {target}; give each image a class, leave out those without, or "
                "give no targets at all"
            )
    return targets.astype(str) if all(isinstance(target, str) for target in targets) else targets


# Data sets ---


def from_dataset(
    dataset: TorchDataset, test: TorchDataset | None, names: Sequence[str] | None, name: str | None, form: Form
) -> ImageData:
    """See `ImageData.from_dataset`."""
    title = name or type(dataset).__name__
    known = names or _names_in(dataset)
    train, notes, shape = _read(dataset, title, known, form)
    if test is None:
        return data_of(train, None, notes)
    again = Form(shape=shape, reader=form.reader)
    tested, more, _ = _read(test, f"{title}-test", train.class_names, again)
    return data_of(train, tested, (*notes, *more))


def _names_in(dataset: object) -> tuple[str, ...] | None:
    """Class names of a data set, or of the one that it is a part of; None if it has none."""
    for _ in range(10):
        if found := getattr(dataset, "classes", None):
            return tuple(map(str, found))
        dataset = getattr(dataset, "dataset", None)
    return None


def _read(
    dataset: TorchDataset, name: str, names: Sequence[str] | None, form: Form
) -> tuple[ImageSet, tuple[str, ...], Shape]:
    """A set of all images of a data set, notes, and the shape that its images have come to."""
    with converting(
        lambda error: DataError(f"{name} has no length ({reason_of(error)}); pass one that can be indexed")
    ):
        n = len(dataset)
    if not n:
        raise DataError(f"{name} holds no image; give at least one")
    shape = form.shape or _shape_for(_item(dataset, 0, name)[0], name)
    targets: list[int] = []

    def images() -> Iterator[NDArray[np.uint8]]:
        with LateBar(n, "images") as bar:
            for number in range(n):
                image, target = _item(dataset, number, name)
                if (target is None) != (number > 0 and not targets) and number:
                    raise DataError(
                        f"{name}: image {number} has {'no' if target is None else 'a'} target, unlike others"
                    )
                if target is not None:
                    targets.append(target)
                yield pixels_of(image, shape, form.reader, f"image {number} of {name}")
                bar.advance()

    pixels, mappings, notes = streamed(images(), n, shape)
    labels, found = classes_of(targets or None, names, name)
    made = ImageSet.create(
        name=name,
        images=pixels,
        targets=labels,
        class_names=found,
        source=f"The data set {name}, which was handed over; you know its licence.",
        mappings=mappings,
    )
    return made, notes, shape


def _item(dataset: TorchDataset, number: int, name: str) -> tuple[Any, int | None]:
    """An image of a data set and its class index. Raises DataError."""
    with converting(
        lambda error: DataError(f"image {number} of {name} cannot be read ({reason_of(error)}); repair it")
    ):
        item = dataset[number]
    if isinstance(item, Mapping):
        raise DataError(
            f"item {number} of {name} is {_a(type(item).__name__)} with the keys {', '.join(map(str, item))}; its "
            "items must be (image, class index), or name a data set of Hugging Face in place of it, hf:NAME_OR_PATH"
        )
    if not isinstance(item, (tuple, list)):
        return item, None
    if len(item) != 2:
        raise DataError(
            f"item {number} of {name} has {len(item)} parts; it must be an image, or an image and its class"
        )
    image, target = item
    return image, class_index(target, f"image {number} of {name}")


def class_index(target: Any, what: str) -> int:
    """A target as a class index. Raises DataError for anything else, such as boxes or several labels."""
    size = getattr(target, "size", None)
    count = target.numel() if isinstance(target, Tensor) else size if isinstance(size, int) else 1
    kind = type(target).__name__
    if isinstance(target, str):
        raise DataError(f"the target of {what} is the text {target!r}; give class indices, and name the classes")
    if isinstance(target, (Mapping, Sequence)) or count != 1:
        raise DataError(f"the target of {what} is {_a(kind)}, but {SUPPORTED}; give targets that are class indices")
    with converting(lambda error: DataError(f"the target of {what} is {_a(kind)}; give a class index")):
        value = target.item() if isinstance(target, (Tensor, np.ndarray)) else target
        index = int(value)
        if index != value:
            raise ValueError
    return index


def _a(kind: str) -> str:
    return f"an {kind}" if kind[0].lower() in "aeiou" else f"a {kind}"


def _shape_for(image: Any, name: str) -> Shape:
    """(D, H, W) of what an image becomes where nothing is asked for."""
    picture = _picture(image, f"image 0 of {name}")
    times = min(1.0, SMALL / max(picture.size))
    grey = picture.mode in ("1", "L", "LA", "I", "F") or picture.mode.startswith("I;16")
    return 1 if grey else 3, max(8, round(times * picture.height)), max(8, round(times * picture.width))


def pixels_of(image: Any, shape: Shape, reader: PictureReader, what: str) -> NDArray[np.uint8]:
    """(D, H, W) uint8 pixels of a PIL image, a tensor or an array. Raises DataError."""
    picture = _picture(image, what)
    channels, height, width = shape
    if picture.size == (width, height) and picture.mode == ("L" if channels == 1 else "RGB"):
        pixels = np.array(picture, dtype=np.uint8)
        return pixels[None] if channels == 1 else np.ascontiguousarray(pixels.transpose(2, 0, 1))
    with converting(lambda error: DataError(f"{what} cannot be read ({reason_of(error)}); leave it out")):
        content = BytesIO()
        picture.save(content, "TIFF")  # So that it is read as a file of such pixels is.
        return reader.read(Path(what), shape, content.getvalue())


def _picture(image: Any, what: str) -> Image.Image:
    if isinstance(image, Image.Image):
        with converting(lambda error: DataError(f"{what} cannot be read ({reason_of(error)}); leave it out")):
            return ImageOps.exif_transpose(image)
    if not isinstance(image, (Tensor, np.ndarray)):
        raise DataError(f"{what} is {_a(type(image).__name__)}; give PIL images, tensors or arrays")
    values = array_of(image)
    if values.ndim == 3 and values.shape[0] in (1, 3):
        values = values.transpose(1, 2, 0)
    if values.ndim == 3 and values.shape[2] == 1:
        values = values[:, :, 0]
    if values.ndim not in (2, 3) or (values.ndim == 3 and values.shape[2] != 3) or 0 in values.shape:
        raise DataError(f"{what} has shape {tuple(array_of(image).shape)}; give (D, H, W) with D = 1 (grey) or 3 (RGB)")
    if values.dtype != np.uint8:
        if not np.issubdtype(values.dtype, np.floating) or not ((values >= 0) & (values <= 1)).all():
            raise DataError(
                f"{what} holds {values.dtype} that are not all in [0, 1]; give uint8 in 0..255, or floats in [0, 1] "
                "without a normalisation"
            )
        values = np.rint(values.astype(np.float64) * 255).astype(np.uint8)
    return Image.fromarray(np.ascontiguousarray(values))
