"""Images by the library `datasets` of Hugging Face: "hf:NAME" of its hub, or "hf:PATH" of a folder.

A folder is one that `save_to_disk` wrote, or whatever `load_dataset` reads, such as Parquet files or the tar shards of
WebDataset. The images to label are the split "train", or the first one; those to test on are "test", if it is labelled.
Pictures are decoded one after the other, as files are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lada_explore.config import DataConfig
from lada_explore.config.paths import expanded
from lada_explore.datasets.image_set import ImageData, ImageSet
from lada_explore.datasets.own_sources import SUPPORTED, Shape, classes_of, data_of
from lada_explore.datasets.picture_reader import PictureReader
from lada_explore.datasets.streamed import streamed
from lada_explore.errors import ConfigError, DataError
from lada_explore.files import converting, reason_of
from lada_explore.runtime.progress import LateBar

LABELS = ("label", "labels", "fine_label", "class", "target", "cls")
"""Names of a column that holds the class, the first choice first; any column of class labels will do."""

TRAIN, TEST = "train", "test"


def load_hf(place: Path, config: DataConfig) -> ImageData:
    """Read a data set of the library.

    Args:
        place: name in the hub, or path of a folder.
        config: declared shape, and class names where there are none.

    Returns:
        The images, with mean and std of those to label.

    Raises:
        ConfigError: the library is not installed, or class names are missing.
        DataError: it cannot be read, or has no images, or other labels than one class an image.
    """
    if find_spec("datasets") is None:
        raise ConfigError(f"hf:{place} needs the package datasets; run pip install 'lada-explore[hf]'")
    splits = _splits(str(place))
    name = place.name
    reader, shape = PictureReader.of(config), (config.channels, config.height, config.width)
    first = TRAIN if TRAIN in splits else next(iter(splits))
    train, notes = _set(splits[first], name, config.classes, shape, reader)
    test = splits.get(TEST) if first != TEST and train.targets is not None else None
    if test is None or _label(test, name) is None:
        return data_of(train, None, notes)
    tested, more = _set(test, f"{name}-test", train.class_names, shape, reader)
    return data_of(train, tested, (*notes, *more))


def _splits(place: str) -> Mapping[str, Any]:
    """The data sets by split. Raises DataError."""
    library = import_module("datasets")
    folder = expanded(place)

    def unread(error: Exception) -> DataError:
        what = "that folder" if folder.exists() else "the hub, or that path"
        return DataError(f"hf:{place} cannot be read ({reason_of(error)}); check the name and {what}")

    with converting(unread):
        saved = (folder.is_dir() and any(folder.glob("dataset_*.json"))) or (folder / "state.json").is_file()
        found = (
            library.load_from_disk(str(folder))
            if saved
            else library.load_dataset(str(folder) if folder.exists() else place)
        )
    return found if isinstance(found, Mapping) else {TRAIN: found}


def _set(
    split: Any, name: str, names: tuple[str, ...], shape: Shape, reader: PictureReader
) -> tuple[ImageSet, tuple[str, ...]]:
    """The image set of a split, and notes."""
    library = import_module("datasets")
    columns = [key for key, of in split.features.items() if isinstance(of, library.Image)]
    if not columns:
        raise DataError(
            f"hf:{name} has the columns {', '.join(split.features)} and none of images; name another data set"
        )
    label = _label(split, name)
    known = getattr(split.features.get(label), "names", None)
    raw = split.cast_column(columns[0], library.Image(decode=False)).select_columns([columns[0]])

    def images() -> Iterator[NDArray[np.uint8]]:
        with LateBar(len(raw), "images") as bar:
            for number, row in enumerate(raw):
                yield _pixels(row[columns[0]], shape, reader, f"image {number} of {name}")
                bar.advance()

    pixels, mappings, notes = streamed(images(), len(raw), shape)
    given = None if label is None else list(split[label])
    targets, found = classes_of(given, names if label is None or not known else known, name)
    made = ImageSet.create(
        name=name,
        images=pixels,
        targets=targets,
        class_names=found,
        source=f"The data set {name} by the library datasets; its page names the licence.",
        mappings=mappings,
    )
    others = f"; the images of {columns[0]!r} are taken" if columns[1:] else ""
    said = (f"hf:{name} has {len(columns)} columns of images{others}",) if others else ()
    return made, (*said, *notes)


def _pixels(value: Any, shape: Shape, reader: PictureReader, what: str) -> NDArray[np.uint8]:
    """(D, H, W) uint8 of a picture as the library keeps it: its bytes, or the path of its file. Raises DataError."""
    with converting(lambda error: DataError(f"{what} cannot be read ({reason_of(error)}); leave it out")):
        file = Path(value["path"] or what)
        return reader.read(file, shape, value["bytes"])


def _label(split: Any, name: str) -> str | None:
    """The column of the class; None if there is none. Raises DataError for several labels an image, and for boxes."""
    library = import_module("datasets")
    for key, of in split.features.items():
        inner = getattr(of, "feature", None)
        if isinstance(inner, library.ClassLabel) or (key in LABELS and inner is not None):
            raise DataError(f"the column {key!r} of hf:{name} holds several labels an image, but {SUPPORTED}")
        parts = inner if isinstance(inner, Mapping) else of if isinstance(of, Mapping) else {}
        if "bbox" in parts or key in ("bbox", "boxes"):
            raise DataError(f"the column {key!r} of hf:{name} holds boxes, but {SUPPORTED}")
    labels = [key for key, of in split.features.items() if isinstance(of, library.ClassLabel)]
    plain = [key for key in LABELS if getattr(split.features.get(key), "dtype", "") in ("int32", "int64", "string")]
    chosen = [key for key in LABELS if key in labels] or labels or plain
    return chosen[0] if chosen else None
