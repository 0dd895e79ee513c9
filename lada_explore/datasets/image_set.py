"""Image sets: uint8 pixels, targets, class names, and a checksum that identifies them."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from mmap import mmap
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from lada_explore.background import system
from lada_explore.datasets.features import Features
from lada_explore.datasets.image_checks import array_of, check_class_names, check_targets, checked_pixels, shared_pixels
from lada_explore.datasets.picture_reader import PLAIN_READER, PictureReader
from lada_explore.errors import DataError, Renamed
from lada_explore.records import IntArray
from lada_explore.records.items import Item

POINT_SHAPE = (2, 1, 1)
"""(D, H, W) of a point on the plane: an image of one pixel whose channels are the coordinates."""

BLOCK_BYTES = 2**20
"""Size of the blocks in which a set is read, where nothing else is asked."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ImageSet:
    """Images of one shape, with targets. Make one with `ImageSet.create`, which checks and copies, or with a loader.

    Pixels may lie on disk, memory-mapped, and a set may be a part of what lies there: `take` and `blocks` read only
    what is asked for, and leave no pages in memory.

    The id of an image is its position 0..N-1 in the set and never changes: every loader orders its images the same way
    each time. If the images have changed, so that ids mean other images, the `checksum` differs.

    Attributes:
        name: name of the set in titles and records.
        pixels: (R, D, H, W) uint8 on the CPU, D in {1, 3}; or (R, 2, 1, 1) float32 points in [-1, 1], from
            `datasets.points`.
        rows: (N,) int64 row in `pixels` of each image, -1 for one of `absent_ids`; None if they are the rows in order,
            R = N.
        targets: (N,) int64 class indices; None if the images are unlabelled.
        class_names: (C,) name of each class.
        source: one sentence on the origin of the images and their licence.
        item_names: (N,) path of each image relative to its folder; None unless the set was read from a folder.
        files: (N,) path of each image, to show it at full resolution; None unless the set was read from a folder.
        reader: how these files are read; None without files.
        items: (N,) what a run records of each image; None unless the set was read from a folder.
        checksum: hexadecimal SHA-256 of shape, class names, pixels and targets.
        mappings: memory mappings of pixels and targets that stay on disk. They are private: nothing that is written to
            them reaches the files.
    """

    name: str
    pixels: Tensor
    rows: IntArray | None = None
    targets: Tensor | None
    class_names: tuple[str, ...]
    source: str
    item_names: tuple[str, ...] | None = None
    files: tuple[Path, ...] | None = None
    reader: PictureReader | None = None
    items: tuple[Item, ...] | None = None
    checksum: str
    mappings: tuple[mmap, ...] = ()

    @classmethod
    def create(
        cls,
        *,
        name: str,
        images: Tensor | NDArray[Any],
        targets: Tensor | NDArray[Any] | None,
        class_names: Sequence[str],
        source: str,
        item_names: Sequence[str] | None = None,
        files: Sequence[Path] | None = None,
        reader: PictureReader = PLAIN_READER,
        items: Sequence[Item] | None = None,
        rows: IntArray | None = None,
        mappings: Sequence[mmap] | None = None,
    ) -> ImageSet:
        """Check the images, copy the pixels and compute the checksum.

        Args:
            name: name of the set.
            images: (R, D, H, W) uint8, or floats in [0, 1], which are rounded to multiples of 1/255.
            targets: (N,) integers in [0, C), or None.
            class_names: (C,) distinct names, C >= 2.
            source: one sentence on origin and licence.
            item_names: (N,) relative paths, or None.
            files: (N,) paths of the files, or None.
            reader: how the files are read.
            items: (N,) what a run records of each, or None.
            rows: (N,) int64 row in `images` of each image; None if they are the rows in order.
            mappings: in which the images lie, which are uint8 and are not copied then; empty to share an array.

        Raises:
            DataError: pixels, targets or names are invalid.
        """
        given = array_of(images)
        pixels = checked_pixels(name, given) if mappings is None else shared_pixels(name, given)
        names, n = tuple(class_names), len(pixels) if rows is None else len(rows)
        check_class_names(name, names)
        labels = None
        if targets is not None:
            check_targets(name, of_targets := array_of(targets), n, len(names))
            labels = torch.from_numpy(np.array(of_targets, dtype=np.int64, order="C"))
        if item_names is not None and len(item_names) != n:
            raise DataError(f"{name}: {n} images came with {len(item_names)} item names; give one for each")
        made = cls(
            name=name,
            pixels=torch.from_numpy(pixels),
            rows=rows,
            targets=labels,
            class_names=names,
            source=source,
            item_names=None if item_names is None else tuple(item_names),
            files=None if files is None else tuple(files),
            reader=None if files is None else reader,
            items=None if items is None else tuple(items),
            checksum="",
            mappings=tuple(mappings or ()),
        )
        return made.with_checksum()

    def __len__(self) -> int:
        return self.pixels.shape[0] if self.rows is None else len(self.rows)

    @property
    def shape(self) -> tuple[int, int, int]:
        """(D, H, W) of every image."""
        _, channels, height, width = self.pixels.shape
        return channels, height, width

    @property
    def n_bytes(self) -> int:
        """Size in bytes of the pixels of all images."""
        return len(self) * math.prod(self.shape) * self.pixels.element_size()

    @property
    def n_classes(self) -> int:
        """C, number of classes."""
        return len(self.class_names)

    @property
    def images(self) -> Tensor:
        """(N, D, H, W) pixels of all images at once, a copy for a part; `take` and `blocks` are for large sets."""
        return self.pixels if self.rows is None else self.take(np.arange(len(self)))

    @property
    def absent_ids(self) -> IntArray:
        """Ids of images that cannot be read any more as they were; their pixels are all 0."""
        return np.empty(0, dtype=np.int64) if self.rows is None else np.flatnonzero(self.rows < 0)

    def take(self, ids: IntArray | Tensor | Sequence[int]) -> Tensor:
        """(B, D, H, W) pixels of the images with these ids (B,), copied, in their order.

        Reading in sorted order was no faster on disks.
        """
        wanted = torch.as_tensor(ids, dtype=torch.int64, device="cpu")
        rows = wanted if self.rows is None else torch.from_numpy(self.rows)[wanted]
        taken = self.pixels[rows]
        if self.rows is not None:
            taken[rows < 0] = 0
        self.release_pages()
        return taken

    def blocks(self, size: int | None = None) -> Iterator[Tensor]:
        """The pixels of all images in order of their ids, in blocks (B, D, H, W), of which one is used at a time.

        Args:
            size: B, but for the last block; by default about `BLOCK_BYTES`.
        """
        size = size or max(1, BLOCK_BYTES * len(self) // self.n_bytes)
        for start in range(0, len(self), size):
            stop = min(start + size, len(self))
            yield self.pixels[start:stop] if self.rows is None else self.take(np.arange(start, stop))
            self.release_pages()

    def part(self, ids: IntArray, name: str | None = None) -> ImageSet:
        """A set of some of these images, which shares their pixels; its ids are the positions 0..B-1 in `ids`.

        Args:
            ids: (B,) ids of the images, B >= 1.
            name: of the part; that of this set when None.

        Raises:
            DataError: there is no image of an id, or no id.
        """
        wanted = np.asarray(ids, dtype=np.int64)
        if not len(wanted):
            raise DataError(f"a part of {self.name} without an image was asked for; give at least one id")
        if not (wanted.min() >= 0 and wanted.max() < len(self)):
            wrong = int(wanted[(wanted < 0) | (wanted >= len(self))][0])
            raise DataError(f"id {wrong} is not in {self.name}; ids run from 0 to {len(self) - 1}")
        targets = None if self.targets is None else self.targets[torch.from_numpy(wanted)]
        return replace(
            self,
            name=name or self.name,
            rows=wanted if self.rows is None else self.rows[wanted],
            targets=targets,
            item_names=None if self.item_names is None else tuple(self.item_names[i] for i in wanted),
            files=None if self.files is None else tuple(self.files[i] for i in wanted),
            items=None if self.items is None else tuple(self.items[i] for i in wanted),
            checksum="",
        ).with_checksum()

    def with_checksum(self) -> ImageSet:
        """The same set with the checksum of what it holds."""
        labels = None if self.targets is None else self.targets.numpy()
        pixels = (block.numpy() for block in self.blocks())
        return replace(self, checksum=checksum((len(self), *self.shape), pixels, labels, self.class_names))

    let_go = Renamed("release_pages")

    @property
    def holds_points(self) -> bool:
        """True for points on the plane, False for images."""
        return self.shape == POINT_SHAPE

    def release_pages(self) -> None:
        """Release the memory of mapped pages that were read; they are read from disk again when needed.

        Otherwise 2,000 images of 28 x 28 keep 117 MB resident, because the system maps 64 KiB around each image.
        """
        for mapping in self.mappings:
            system.release_pages(mapping)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ImageData:
    """The images to label, the test set, and the statistics that normalise both.

    Attributes:
        train: the pool of images to label; a ground-truth oracle answers with `train.targets`.
        test: labelled test images of the same shape and classes; None without a test set.
        mean: (D,) mean of each channel of pixels scaled to [0, 1].
        std: (D,) standard deviation of each channel, above 0.
        notes: sentences that a person should read, for example "left out broken.png: not an image".
        features: what the classifier sees in place of the images; None if it sees the images themselves.
        declared_shape: (D, H, W) that the settings say of images of which the sets hold thumbnails; None otherwise.
        loaded_as: name by which `datasets.load` reads them, and the checksum of `train`; None if they were not loaded.
    """

    train: ImageSet
    test: ImageSet | None
    mean: tuple[float, ...]
    std: tuple[float, ...]
    notes: tuple[str, ...] = ()
    features: Features | None = None
    declared_shape: tuple[int, int, int] | None = None
    loaded_as: tuple[str, str] | None = None

    @staticmethod
    def from_arrays(
        x: Tensor | NDArray[Any],
        y: Any = None,
        names: Sequence[str] | None = None,
        *,
        test: tuple[Any, Any] | None = None,
        name: str = "arrays",
    ) -> ImageData:
        """Images of arrays, with their own mean and standard deviation.

        Args:
            x: (N, H, W), (N, D, H, W) or (N, H, W, D) with D = 1 or 3; uint8, or floats in [0, 1]. They are copied.
            y: (N,) class indices, or names of classes; None if a person is to label the images.
            names: of the classes; by default the numbers of the classes, or the names in `y` in order.
            test: x and y of a test set.
            name: in titles and records.

        Raises:
            DataError: shapes, values or names are wrong, or an image has several labels.
        """
        from lada_explore.datasets.own_sources import from_arrays  # which needs this module

        return from_arrays(x, y, names, test, name)

    @staticmethod
    def from_dataset(
        dataset: Any,
        *,
        test: Any = None,
        names: Sequence[str] | None = None,
        name: str | None = None,
        shape: tuple[int, int, int] | None = None,
    ) -> ImageData:
        """Images of a data set as torch and torchvision have them, with their own mean and standard deviation.

        They are read once, one after the other, to a file of the cache that is mapped into memory.

        Args:
            dataset: has a length, and items (image, class index), or images alone. An image is a PIL image, or a tensor
                or array (D, H, W) or (H, W) of uint8, or of floats in [0, 1] that are not normalised.
            test: a data set like it to test on.
            names: of the classes; by default those in its attribute `classes`, else the numbers of the classes.
            name: in titles and records; by default the name of its class.
            shape: (D, H, W) to which images are brought, cut to these proportions; by default that of the first image,
                scaled to at most 64 pixels.

        Raises:
            DataError: an item is something else, cannot be read, or has several labels or boxes.
        """
        from lada_explore.datasets.own_sources import Form, from_dataset  # which needs this module

        return from_dataset(dataset, test, names, name, Form(shape=shape))

    def __post_init__(self) -> None:
        channels = self.train.shape[0]
        if not len(self.mean) == len(self.std) == channels:
            raise DataError(
                f"{self.train.name} has {channels} channels but {len(self.mean)} means and {len(self.std)} standard "
                "deviations; give one of each for every channel"
            )
        if not (np.isfinite(self.mean).all() and np.isfinite(self.std).all() and min(self.std) > 0):
            raise DataError(
                f"{self.train.name} has mean {self.mean} and std {self.std}; both must be finite and std above 0, "
                "use 1 for a channel that never changes"
            )
        if self.features is not None:
            self._check_features(self.features)
        if self.test is None:
            return
        if self.test.shape != self.train.shape or self.test.class_names != self.train.class_names:
            raise DataError(
                f"{self.test.name} has images of {self.test.shape} in {self.test.n_classes} classes but "
                f"{self.train.name} has {self.train.shape} in {self.train.n_classes}; both need the same shape and the "
                "same class names in the same order"
            )
        if self.test.targets is None:
            raise DataError(f"{self.test.name} has no targets; a test set needs them, so label it or leave it out")

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """(D, H, W) of what the classifier sees: the images, or features (F, 1, 1) in their place."""
        return self.train.shape if self.features is None else self.features.shape

    @property
    def picture_shape(self) -> tuple[int, int, int]:
        """(D, H, W) of the images that the settings say: those of the sets, or those of which they hold thumbnails."""
        return self.declared_shape or self.train.shape

    def _check_features(self, features: Features) -> None:
        """Raises DataError unless there are features of each image."""
        for images, own in ((self.train, features.train), (self.test, features.test)):
            n, n_features = 0 if images is None else len(images), 0 if own is None else len(own)
            if n != n_features:
                name = self.train.name if images is None else images.name
                raise DataError(f"{name}: {n} images came with features of {n_features}; give features of each")


def checksum(
    shape: tuple[int, ...],
    blocks: Iterable[NDArray[np.uint8] | NDArray[np.float32]],
    targets: NDArray[np.int64] | None,
    class_names: tuple[str, ...],
) -> str:
    """Hexadecimal SHA-256 of shape, class names, pixels and targets.

    Args:
        shape: (N, D, H, W).
        blocks: the pixels in order, in one or more C-contiguous parts.
        targets: (N,) class indices, or None.
        class_names: (C,) names.
    """
    header = {"shape": shape, "class_names": class_names, "labelled": targets is not None}
    digest = hashlib.sha256(json.dumps(header, sort_keys=True).encode())
    for block in blocks:
        digest.update(block.data)
    if targets is not None:
        digest.update(targets.astype("<i8", copy=False).data)
    return digest.hexdigest()
