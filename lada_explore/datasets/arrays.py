"""A person's own arrays: pools that may be larger than memory.

    PATH/images.npy         (N, D, H, W) or (N, H, W) uint8
    PATH/targets.npy        (N,) class indices of any integer type; without it, a person is the oracle
    PATH/classes.txt        names of the classes, one on each line; or pass --classes a,b,c
    PATH/test_images.npy    (T, D, H, W) or (T, H, W) uint8, with test_targets.npy; without them there is no test set
    PATH/checksums.json     written by this module, and again when an array changes

Pixels are memory-mapped and never copied: a pool of any size opens in the same memory, and a batch reads only its own
images. Targets of type int64 are mapped too; other integers take 8 bytes for each image. When a pool is opened for the
first time, all pixels are read once, for the checksum and for mean and standard deviation of each channel (38 s for 8
GB). `checksums.json` stores both, with size and time of each file. An array must not change while it is open.
"""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import TypeAdapter

from lada_explore.background import system
from lada_explore.config import DataConfig
from lada_explore.config.paths import expanded
from lada_explore.datasets.decode import readable
from lada_explore.datasets.image_checks import check_class_names, check_shape, check_targets
from lada_explore.datasets.image_set import ImageData, ImageSet, checksum
from lada_explore.datasets.levels import level_counts, scale_of, statistics_of
from lada_explore.datasets.mapped import mapped_array
from lada_explore.errors import ConfigError, DataError, StoreError
from lada_explore.files import Unreadable, if_sound, read_text, reading, write_file

CLASSES_FILE = "classes.txt"
CHECKSUMS_FILE = "checksums.json"
BLOCK_BYTES = 2**20
_LAYOUT = "it holds images.npy (N, D, H, W) of uint8, and targets.npy (N,) if the images are labelled"
_ARRAY = Unreadable(
    error=DataError,
    damaged="is no array file",
    remedy="write it with numpy.save",
    missing=f"is missing; a folder of arrays is complete if {_LAYOUT}",
)
_NAMES = Unreadable(error=DataError, damaged="cannot be read", remedy="write one class name a line, as UTF-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Survey:
    """Results of reading a whole array, and the files that were read.

    Attributes:
        files: (name, size in bytes, modification time in ns) of each file that was read.
        class_names: (C,) names that went into the checksum.
        checksum: see `ImageSet`.
        mean, std: (D,) mean and standard deviation of each channel of pixels scaled to [0, 1]; std may be 0.
    """

    files: tuple[tuple[str, int, int], ...]
    class_names: tuple[str, ...]
    checksum: str
    mean: tuple[float, ...]
    std: tuple[float, ...]


_SURVEYS = TypeAdapter(dict[str, _Survey])


def load_arrays(path: Path, config: DataConfig) -> ImageData:
    """Open the arrays of a folder, memory-mapped.

    Args:
        path: the folder.
        config: class names, if there is no classes.txt.

    Returns:
        Mapped images, with mean and std of the training images.

    Raises:
        DataError: a file is missing, unreadable or invalid.
        ConfigError: class names are given although there is a classes.txt.
    """
    root = expanded(path)
    if not root.is_dir():
        what = "is a file" if root.exists() else "does not exist"
        raise DataError(f"the folder {root} {what}; give a folder of arrays: {_LAYOUT}")
    class_names = _class_names(root, config.classes)
    has_test = _has_test(root)
    train, survey = _mapped_set(root, "", class_names)
    test = _mapped_set(root, "test_", class_names)[0] if has_test else None
    std, notes = scale_of(survey.std)
    return ImageData(train=train, test=test, mean=survey.mean, std=std, notes=notes)


def _mapped_set(root: Path, prefix: str, class_names: tuple[str, ...]) -> tuple[ImageSet, _Survey]:
    """The checked image set of `{prefix}images.npy` and `{prefix}targets.npy`, and its survey."""
    place, target_place = root / f"{prefix}images.npy", root / f"{prefix}targets.npy"
    images, mapping = _pixels(place)
    check_shape(str(place), images.shape)
    if not prefix:
        # Its images are drawn at random; with read-ahead, cold reads were 5 times slower on a virtual disk.
        system.read_at_random(mapping)
    mappings, targets = [mapping], None
    if os.path.exists(target_place):
        given, mapping = mapped_array(target_place, _ARRAY)
        check_targets(str(target_place), given, len(images), len(class_names))
        targets = np.asarray(given, dtype=np.int64)
        mappings.append(mapping)
    survey = _survey(root, prefix, images.shape, targets, class_names)
    title = readable(root.resolve().name) or "arrays"
    image_set = ImageSet(
        name=title + ("-test" if prefix else ""),
        pixels=torch.from_numpy(images),
        targets=None if targets is None else torch.from_numpy(targets),
        class_names=class_names,
        source=f"The arrays in your folder {title}; you know their licence.",
        checksum=survey.checksum,
        mappings=tuple(mappings),
    )
    image_set.release_pages()
    return image_set, survey


def _pixels(place: Path) -> tuple[NDArray[np.uint8], mmap.mmap]:
    """Pixels (N, D, H, W) uint8 and their mapping; the file of grey images may hold (N, H, W). Raises DataError."""
    array, mapping = mapped_array(place, _ARRAY)
    if array.dtype != np.uint8:
        raise DataError(f"{place} holds {array.dtype}; only uint8 can be mapped, so save the pixels as uint8 in 0..255")
    if not array.flags.c_contiguous:
        raise DataError(
            f"{place} is in Fortran order, which spreads each image over the whole file; save it with "
            "numpy.save(path, numpy.ascontiguousarray(images))"
        )
    return (array[:, None] if array.ndim == 3 else array), mapping


def _has_test(root: Path) -> bool:
    """Whether there are test arrays. Raises DataError if only one of the two files exists."""
    names = ("test_images.npy", "test_targets.npy")
    there = [name for name in names if os.path.exists(root / name)]
    if len(there) == 1:
        (missing,) = set(names) - set(there)
        raise DataError(f"{root} holds {there[0]} without {missing}; add it, or remove both to have no test set")
    return len(there) == 2


def _class_names(root: Path, given: tuple[str, ...]) -> tuple[str, ...]:
    """The class names in classes.txt, or else the given ones. Raises ConfigError or DataError."""
    place = root / CLASSES_FILE
    if not os.path.exists(place):
        if not given:
            raise DataError(f"{place} is missing; write the name of each class into it, or pass --classes a,b,c")
        check_class_names(str(root), given)
        return given
    if given:
        raise ConfigError(
            f"class names {', '.join(given)} were given but {place} names them already; leave --classes out"
        )
    names = tuple(line.strip() for line in read_text(place, _NAMES).strip().split("\n"))
    check_class_names(str(place), names)
    return names


# Surveys ---


def _survey(
    root: Path, prefix: str, shape: tuple[int, ...], targets: NDArray[np.int64] | None, class_names: tuple[str, ...]
) -> _Survey:
    """The stored survey of these files, or a new one, which is stored if the folder is writable."""
    files = _states(root, prefix)
    kept = _kept(root)
    if prefix in kept and (kept[prefix].files, kept[prefix].class_names) == (files, class_names):
        return kept[prefix]
    counts = np.zeros((shape[1], 256), dtype=np.int64)

    def blocks() -> Iterator[NDArray[np.uint8]]:
        for block in _blocks(root / f"{prefix}images.npy", shape):
            counts[...] += level_counts(block)
            yield block

    digest = checksum(shape, blocks(), targets, class_names)
    mean, std = statistics_of(counts)
    survey = _Survey(files=files, class_names=class_names, checksum=digest, mean=mean, std=std)
    _keep(root, kept | {prefix: survey})
    return survey


def _blocks(place: Path, shape: tuple[int, ...]) -> Iterator[NDArray[np.uint8]]:
    """The images of a file in order, in blocks of about 1 MiB.

    Each block has its own mapping, because touched pages of a mapping count as resident memory until it is closed.
    """
    rows = max(1, BLOCK_BYTES // int(np.prod(shape[1:])))
    for start in range(0, shape[0], rows):
        yield _pixels(place)[0][start : start + rows]


def _states(root: Path, prefix: str) -> tuple[tuple[str, int, int], ...]:
    """Name, size in bytes and modification time in ns of the existing files of a set."""
    places = [root / f"{prefix}{part}.npy" for part in ("images", "targets")]
    stats = [(place.name, place.stat()) for place in places if place.exists()]
    return tuple((name, stat.st_size, stat.st_mtime_ns) for name, stat in stats)


def _kept(root: Path) -> dict[str, _Survey]:
    """Stored surveys by prefix; empty if the file is missing or damaged, since surveys can be made again."""
    place = root / CHECKSUMS_FILE
    with if_sound(), reading(place):
        return _SURVEYS.validate_json(place.read_bytes())
    return {}


def _keep(root: Path, surveys: dict[str, _Survey]) -> None:
    """Write `checksums.json`, completely or not at all; without permission to write, nothing is stored."""
    with suppress(StoreError):
        write_file(root / CHECKSUMS_FILE, _SURVEYS.dump_json(surveys, indent=1), overwrite=True)
