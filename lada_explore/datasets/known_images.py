"""Images of a folder in the order in which a run knows them, after files were added, renamed, changed or deleted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path, PurePosixPath

import numpy as np
import torch

from lada_explore.datasets.decode import readable
from lada_explore.datasets.image_set import ImageData, ImageSet
from lada_explore.records.items import Item


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reunited:
    """The images of a run as they are found now.

    Attributes:
        data: the images with the ids of the run, new ones after them. Test images that are absent are left out.
        n_known: number of images that the run knows, the test images among them.
        gone: names of those whose files are not there.
        changed: names of those whose files hold another picture.
        renamed: new name by name of those whose files have another name.
        added: images to be labelled that the run did not know, in the order of their ids.
    """

    data: ImageData
    n_known: int
    gone: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)
    added: tuple[Item, ...] = ()

    @property
    def n_found(self) -> int:
        """Number of images that are there as the run knows them."""
        return self.n_known - len(self.gone) - len(self.changed)


def reunited(data: ImageData, train: Sequence[Item], test: Sequence[Item], *, grows: bool = True) -> Reunited:
    """Bring images that were read from a folder into the order that a run knows.

    A file is known by its name and content. An image that is not found so is looked for by its content alone, if no
    other image that is looked for and no other file that is left has the same: so files are known that were renamed, or
    that changed their names with each other. An image that is not found keeps its id, as one of `ImageSet.absent_ids`.

    Args:
        data: images of a folder, whose sets have `items`.
        train: (N,) images to be labelled, as the run knows them.
        test: (T,) test images; empty without any.
        grows: whether images that the run does not know get the next ids, in the order of their names; otherwise they
            are left out.
    """
    if list(data.train.items or ()) == list(train) and list(_items(data.test)) == list(test):
        return Reunited(data=data, n_known=len(train) + len(test))
    split = data.test is None or data.test.pixels.data_ptr() == data.train.pixels.data_ptr()
    # Where the test images lie in a folder of their own, no image comes from one to the other.
    shelf = _Shelf.of([data.train, data.test] if split else [data.train])
    of_test = shelf if split else _Shelf.of([data.test])
    if split:
        found = shelf.find([*train, *test])
        tested = found
    else:
        found, tested = shelf.find(train), of_test.find(test)
    free = [place for place in range(len(shelf.items)) if place not in found.taken]
    new = sorted(free, key=lambda place: shelf.items[place].name) if grows else []
    places = [found.place.get(item.name) for item in train] + new
    added = tuple(shelf.items[place] for place in new)
    there = [item for item in test if item.name in tested.place]
    sides = [found] if split else [found, tested]
    return Reunited(
        data=replace(
            data,
            train=shelf.part(data.train, places, [*train, *added]),
            test=of_test.part(data.test, [tested.place[item.name] for item in there], there) if there else None,
        ),
        n_known=len(train) + len(test),
        gone=tuple(chain.from_iterable(side.gone for side in sides)),
        changed=tuple(chain.from_iterable(side.changed for side in sides)),
        renamed={name: new for side in sides for name, new in side.renamed.items()},
        added=added,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Found:
    """Where images of a run are.

    Attributes:
        place: place on the shelf by name.
        taken: places that are no new images.
        gone, changed, renamed: as of `Reunited`.
    """

    place: Mapping[str, int]
    taken: frozenset[int]
    gone: tuple[str, ...]
    changed: tuple[str, ...]
    renamed: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Shelf:
    """The images of sets that share their pixels, numbered through.

    Attributes:
        items: of each image.
        rows: row in the pixels of each.
        files: path of each.
        targets: class index of each; None if they are not labelled.
    """

    items: list[Item]
    rows: list[int]
    files: list[Path]
    targets: list[int] | None

    @classmethod
    def of(cls, sets: Sequence[ImageSet | None]) -> _Shelf:
        """The images of these sets, without those that are None."""
        there = [images for images in sets if images is not None]
        labelled = all(images.targets is not None for images in there)
        return cls(
            items=[item for images in there for item in _items(images)],
            rows=[
                row for images in there for row in (range(len(images)) if images.rows is None else images.rows.tolist())
            ],
            files=[file for images in there for file in images.files or ()],
            targets=[t for images in there if images.targets is not None for t in images.targets.tolist()]
            if labelled
            else None,
        )

    def find(self, known: Sequence[Item]) -> _Found:
        """Look for images by name, then by content."""
        by_name = {item.name: place for place, item in enumerate(self.items)}
        place, lost = dict[str, int](), list[Item]()
        for image in known:
            at = by_name.get(image.name)
            if at is not None and self.items[at].digest == image.digest:
                place[image.name] = at
            else:
                lost.append(image)
        held = set(place.values())
        moved = _by_content(lost, {at: item.digest for at, item in enumerate(self.items) if at not in held})
        names = {image.name for image in known}
        taken = {self.items[at].name: name for name, at in moved.items()}
        # A name that another image of the run keeps is not given twice.
        stuck = [name for new, name in taken.items() if new in names and new not in moved]
        while stuck:
            name = stuck.pop()
            del moved[name]
            if (behind := taken.get(name)) in moved:
                stuck.append(behind)
        left, used = [image.name for image in lost if image.name not in moved], set(moved.values())
        changed = tuple(name for name in left if name in by_name and by_name[name] not in used)
        place |= moved
        return _Found(
            place=place,
            taken=frozenset([*place.values(), *(by_name[name] for name in changed)]),
            gone=tuple(name for name in left if name not in changed),
            changed=changed,
            renamed={name: self.items[at].name for name, at in moved.items()},
        )

    def part(self, like: ImageSet | None, places: Sequence[int | None], known: Sequence[Item]) -> ImageSet:
        """A set of these images, or of absent ones where a place is None, with the names that they have now."""
        assert like is not None
        root = _root(like)
        items = [
            item if place is None else replace(item, name=self.items[place].name)
            for place, item in zip(places, known, strict=True)
        ]
        targets = None
        if self.targets is not None:
            # Nobody is asked about an absent image, so that its target is never read.
            targets = torch.tensor([0 if place is None else self.targets[place] for place in places])
        return replace(
            like,
            rows=np.array([-1 if place is None else self.rows[place] for place in places], dtype=np.int64),
            targets=targets,
            item_names=tuple(readable(item.name) for item in items),
            files=tuple(
                root / item.name if place is None else self.files[place]
                for place, item in zip(places, items, strict=True)
            ),
            items=tuple(items),
            checksum="",
        ).with_checksum()


def _by_content(lost: Sequence[Item], free: Mapping[int, str]) -> dict[str, int]:
    """Place by name of each image whose content no other one of them has, and that only one place has.

    Args:
        lost: images.
        free: content by place.
    """
    n_lost, n_free = Counter(image.digest for image in lost), Counter(free.values())
    at = {digest: place for place, digest in free.items()}
    return {image.name: at[image.digest] for image in lost if n_lost[image.digest] == n_free[image.digest] == 1}


def _items(images: ImageSet | None) -> tuple[Item, ...]:
    return () if images is None or images.items is None else images.items


def _root(images: ImageSet) -> Path:
    """The folder of the names of a set."""
    file, name = (images.files or ())[0], _items(images)[0].name
    return file.parents[len(PurePosixPath(name).parts) - 1]
