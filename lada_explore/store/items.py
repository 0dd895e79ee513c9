"""`items.jsonl`: the images of a run by id, so that it finds them again, and its labels are of use without them.

    {"format": 1, "run": ..., "place": ..., ...}        a line about all of them, with a digest of it and of the rest
    ["photos/a.jpg", "9f86d0...", 640, 480]             a line an image: name, SHA-256 of its pixels, width and height

First come the images to be labelled, in the order of their ids, then those of the test set. Names are relative to the
folder of the images. Runs whose images have no names have no such file.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from lada_explore.files import Unreadable, if_sound, is_there, read_bytes, reading, write_file
from lada_explore.records.items import Item
from lada_explore.store.files import incompatible
from lada_explore.store.seals import digest_of

ITEMS_FILE = "items.jsonl"

FORMAT = 1

OF_ITEMS = Unreadable(
    remedy="restore it from a copy; or let `lada-explore repair` move it away if no images were added to the run since "
    "it began, and it is made anew when the run is opened with its images"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """Images that were added to a run.

    Attributes:
        first_id: the id of the first of them; the others follow.
        n: how many.
        cycle: the first cycle that draws from them.
        time: when they were found, in seconds since 1970, UTC.
    """

    first_id: int
    n: int
    cycle: int
    time: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemsHead:
    """What is said of all images.

    Attributes:
        run: id of the run.
        n_train, n_test: number of images to be labelled, and of test images.
        labelled: whether the images came with labels.
        mean, std: (D,) of the pixels when the run began, which normalise all images.
        feature_mean, feature_std: (F,) of the features that the classifier sees in their place; empty without.
        folder: the folder of the images where it was found last, as a whole path; empty where there is none.
        beside: the same folder, relative to the run folder.
        added: images that were added, in the order of their ids.
        lines: SHA-256 in hex of the lines that follow.
    """

    run: str
    n_train: int
    n_test: int
    labelled: bool
    mean: tuple[float, ...]
    std: tuple[float, ...]
    feature_mean: tuple[float, ...] = ()
    feature_std: tuple[float, ...] = ()
    folder: str = ""
    beside: str = ""
    added: tuple[Added, ...] = ()
    lines: str = ""

    def n_at(self, cycle: int) -> int:
        """Number of images that a cycle draws from."""
        return self.n_train - sum(added.n for added in self.added if added.cycle > cycle)

    def there_from(self, image_id: int) -> int:
        """First cycle that draws from an image; 0 for one that was there when the run began."""
        return next((one.cycle for one in self.added if one.first_id <= image_id < one.first_id + one.n), 0)

    def notes(self) -> tuple[str, ...]:
        """What a person should know of images that were added."""
        return tuple(
            f"{added.n:,} images were added to the folder of the images (ids {added.first_id} to "
            f"{added.first_id + added.n - 1}); cycle {added.cycle} is the first to draw from them"
            if added.n > 1
            else f"1 image was added to the folder of the images (id {added.first_id}); cycle {added.cycle} is the "
            "first to draw from it"
            for added in self.added
        )


_HEAD = TypeAdapter(ItemsHead)


@dataclass(frozen=True, kw_only=True)
class Items:
    """The images of a run.

    Attributes:
        head: what is said of all of them.
        train: (N,) images to be labelled, by id.
        test: (T,) test images.
    """

    head: ItemsHead
    train: tuple[Item, ...]
    test: tuple[Item, ...] = ()

    def of(self, run_id: str) -> Items:
        """The same images, of the run with this id."""
        return replace(self, head=replace(self.head, run=run_id))

    def with_added(self, images: Sequence[Item], cycle: int, time: float) -> Items:
        """With more images, which get the next ids, from a cycle on."""
        if not images:
            return self
        added = Added(first_id=len(self.train), n=len(images), cycle=cycle, time=time)
        return replace(
            self,
            head=replace(self.head, n_train=len(self.train) + len(images), added=(*self.head.added, added)),
            train=(*self.train, *images),
        )

    def at(self, folder: Path, run: Path) -> Items:
        """The same images, found in a folder."""
        whole = os.path.realpath(folder)
        beside = ""
        with if_sound():  # It may be on another drive of Windows.
            beside = os.path.relpath(whole, os.path.realpath(run))
        return replace(self, head=replace(self.head, folder=whole, beside=beside))

    @cached_property
    def content(self) -> bytes:
        """The file."""
        lines = "".join(
            json.dumps([item.name, item.digest, item.width, item.height]) + "\n" for item in (*self.train, *self.test)
        ).encode()
        head = replace(self.head, lines=hashlib.sha256(lines).hexdigest())
        values = json.loads(json.dumps({"format": FORMAT, **asdict(head)}))
        return json.dumps({**values, "digest": digest_of(values)}).encode() + b"\n" + lines


def write_items(run: Path, items: Items) -> None:
    """Put `items.jsonl` into a run folder, whole or not at all. Raises StoreError if the disk refuses."""
    write_file(run / ITEMS_FILE, items.content, overwrite=True)


def read_head(run: Path, run_id: str) -> ItemsHead | None:
    """What is said of all images of a run; None for a run without the file.

    Raises:
        StoreError: it is damaged, or of another run.
    """
    place = run / ITEMS_FILE
    if not is_there(place, OF_ITEMS):
        return None
    with reading(place, OF_ITEMS), place.open("rb") as file:
        first = file.readline()
    return _head(place, first, run_id)


def read_items(run: Path, run_id: str) -> Items | None:
    """The images of a run; None for a run without the file. Raises as `read_head`."""
    place = run / ITEMS_FILE
    if not is_there(place, OF_ITEMS):
        return None
    first, _, rest = read_bytes(place, OF_ITEMS).partition(b"\n")
    head = _head(place, first, run_id)
    if hashlib.sha256(rest).hexdigest() != head.lines:
        raise OF_ITEMS.because(place, "its lines are not what was written, as the first one tells")
    with reading(place, OF_ITEMS):
        items = tuple(Item(str(n), str(d), int(w), int(h)) for n, d, w, h in map(json.loads, rest.splitlines()))
    if len(items) != head.n_train + head.n_test:
        raise OF_ITEMS.because(place, f"it has {len(items)} images where {head.n_train + head.n_test} should be")
    return Items(head=head, train=items[: head.n_train], test=items[head.n_train :])


def _head(place: Path, line: bytes, run_id: str) -> ItemsHead:
    with reading(place, OF_ITEMS):
        values: Any = json.loads(line)
    if not isinstance(values, dict):
        raise OF_ITEMS.because(place, "its first line holds no names and values")
    said = values.pop("digest", None)
    if said != digest_of(values):
        raise OF_ITEMS.because(place, "the digest in its first line is not that of what it says")
    if values.pop("format", None) != FORMAT:
        raise incompatible(place, f"has a format that is not {FORMAT}")
    with reading(place, OF_ITEMS):
        head = _HEAD.validate_python(values)
    if head.run != run_id:
        raise OF_ITEMS.because(place, "it is of another run")
    return head
